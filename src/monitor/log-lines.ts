// The log of a node in its view: lines read, dated on our clock, bounded.
import type { ClockOffset, NodeLogLine } from '../model/cluster.ts';
import type { LogEvent } from '../model/facts.ts';
import type { KernelEvent } from '../model/kernel-facts.ts';
import { parseHaLogLine } from '../probes/ha-log.ts';
import type { LogContext } from '../probes/ha-log.ts';
import { isWorthTelling, parseKernelLine } from '../probes/kernel-log.ts';

/** Lines kept of each node, and how many of them may be the kernel's: a dying disk must not push out what heartbeat said. */
export const LOG_LINES_KEPT = 2000;
export const KERNEL_LINES_KEPT = 500;

/**
 * The log with new lines at its end, the oldest given up where there are too many; the same log where none counts.
 * `bootedAt`: epoch ms on our clock, for lines that count the seconds since then.
 */
export function appendLog(
  log: readonly NodeLogLine[],
  heard: { file: string; lines: readonly string[]; at: number; isForKernel?: boolean },
  clock: ClockOffset | null,
  bootedAt: number | null,
): readonly NodeLogLine[] {
  const firstSeq = (log.at(-1)?.seq ?? -1) + 1;
  const context = contextAt(heard.at, clock);
  const said = heard.lines.flatMap((raw) => {
    const line = read(raw, context, heard.isForKernel ?? false);
    return line ? [{ ...line, raw }] : [];
  });
  if (said.length === 0) return log;
  const added = said.map((line, index): NodeLogLine => ({
    seq: firstSeq + index, file: heard.file, heardAt: heard.at, at: ourTime(line.event, clock) ?? timeSinceBoot(line.kernel, bootedAt), ...line,
  }));
  return bounded([...log, ...added]);
}

/**
 * The log after the node's clock was measured: lines are read and dated anew when the zone became known.
 * A clock that was set later says nothing of lines written before, so those keep their date.
 */
export function redate(log: readonly NodeLogLine[], before: ClockOffset | null, clock: ClockOffset): readonly NodeLogLine[] {
  if (before !== null && before.zoneMinutes === clock.zoneMinutes) return log;
  return log.map((line) => {
    const anew = read(line.raw, contextAt(line.heardAt, clock), line.kernel !== undefined);
    // Of the kernel's lines that count from the boot the date stays.
    return anew ? { ...line, ...anew, at: ourTime(anew.event, clock) ?? (line.kernel ? line.at : null) } : line;
  });
}

/** The log after the node told when it was booted: lines that waited for it get their date. */
export function dateByBoot(log: readonly NodeLogLine[], bootedAt: number | null): readonly NodeLogLine[] {
  const waits = (line: NodeLogLine): boolean => line.at === null && timeSinceBoot(line.kernel, bootedAt) !== null;
  return log.some(waits) ? log.map((line) => (waits(line) ? { ...line, at: timeSinceBoot(line.kernel, bootedAt) } : line)) : log;
}

/** A line as the view keeps it; null for one of a kernel's log that nobody needs. */
function read(raw: string, context: LogContext, isForKernel: boolean): Pick<NodeLogLine, 'event' | 'kernel'> | null {
  const event = parseHaLogLine(raw, context);
  if (!isForKernel && event.daemon !== 'kernel') return { event };
  const kernel = parseKernelLine(raw, context);
  if (isWorthTelling(kernel)) return { event: asLogEvent(kernel), kernel };
  return isForKernel ? null : { event };
}

/** In the words of other logs. */
function asLogEvent({ at, stamp, resource, minor, text }: KernelEvent): LogEvent {
  return { at, stamp, level: null, daemon: 'kernel', pid: null, kind: 'other', node: null, resource: resource ?? (minor === null ? null : `drbd${minor}`), text };
}

/** A stamp has no zone and often no year: both are the node's, as its `date` told. */
function contextAt(heardAt: number, clock: ClockOffset | null): LogContext {
  const zoneMinutes = clock?.zoneMinutes ?? null;
  const now = clock === null ? null : heardAt + clock.offsetSeconds * 1000;
  const year = now === null ? null : new Date(now + (zoneMinutes ?? 0) * 60_000).getUTCFullYear();
  return { year, zoneMinutes, now };
}

function ourTime(event: LogEvent, clock: ClockOffset | null): number | null {
  if (event.at === null || clock === null) return null;
  const at = Date.parse(event.at);
  return Number.isNaN(at) ? null : at - clock.offsetSeconds * 1000;
}

/** Only where no other time is printed: a syslog's own is that of the node's clock, which all other logs go by. */
function timeSinceBoot(kernel: KernelEvent | undefined, bootedAt: number | null): number | null {
  if (!kernel || bootedAt === null || kernel.sinceBootSeconds === null || !kernel.stamp.startsWith('[')) return null;
  return bootedAt + kernel.sinceBootSeconds * 1000;
}

function bounded(log: readonly NodeLogLine[]): readonly NodeLogLine[] {
  let surplus = log.filter((line) => line.kernel).length - KERNEL_LINES_KEPT;
  const kept = surplus <= 0 ? log : log.filter((line) => {
    if (line.kernel) surplus -= 1;
    return !line.kernel || surplus < 0;
  });
  return kept.slice(-LOG_LINES_KEPT);
}
