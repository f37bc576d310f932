// The log of a node in its view: lines read, dated on our clock, bounded.
import type { ClockOffset, NodeLogLine } from '../model/cluster.ts';
import type { LogEvent } from '../model/facts.ts';
import { parseHaLogLine } from '../probes/ha-log.ts';

/** Lines kept of each node. */
export const LOG_LINES_KEPT = 2000;

/** The log with new lines at its end, the oldest given up where there are too many. */
export function appendLog(
  log: readonly NodeLogLine[],
  heard: { file: string; lines: readonly string[]; at: number },
  clock: ClockOffset | null,
): readonly NodeLogLine[] {
  const firstSeq = (log.at(-1)?.seq ?? -1) + 1;
  const added = heard.lines.map((raw, index): NodeLogLine => {
    const event = read(raw, heard.at, clock);
    return { seq: firstSeq + index, file: heard.file, heardAt: heard.at, at: ourTime(event, clock), event, raw };
  });
  return [...log, ...added].slice(-LOG_LINES_KEPT);
}

/**
 * The log after the node's clock was measured: lines are read and dated anew when the zone became known.
 * A clock that was set later says nothing of lines written before, so those keep their date.
 */
export function redate(log: readonly NodeLogLine[], before: ClockOffset | null, clock: ClockOffset): readonly NodeLogLine[] {
  if (before !== null && before.zoneMinutes === clock.zoneMinutes) return log;
  return log.map((line) => {
    const event = read(line.raw, line.heardAt, clock);
    return { ...line, event, at: ourTime(event, clock) };
  });
}

/** A stamp has no zone and often no year: both are the node's, as its `date` told. */
function read(raw: string, heardAt: number, clock: ClockOffset | null): LogEvent {
  const zoneMinutes = clock?.zoneMinutes ?? null;
  const now = clock === null ? null : heardAt + clock.offsetSeconds * 1000;
  const year = now === null ? null : new Date(now + (zoneMinutes ?? 0) * 60_000).getUTCFullYear();
  return parseHaLogLine(raw, { year, zoneMinutes, now });
}

function ourTime(event: LogEvent, clock: ClockOffset | null): number | null {
  if (event.at === null || clock === null) return null;
  const at = Date.parse(event.at);
  return Number.isNaN(at) ? null : at - clock.offsetSeconds * 1000;
}
