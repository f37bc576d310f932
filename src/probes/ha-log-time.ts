// When a log line was written, as far as its stamp and what is known of the node's clock can tell.
import type { LogTime } from './ha-log-line.ts';

/** What is known beside the line. */
export interface LogContext {
  /** Year of the node's clock, for stamps without one; null: not known. */
  year: number | null;
  /** Zone of the node, minutes east of UTC; null: not known. */
  zoneMinutes: number | null;
  /** Epoch ms; a stamp without a year then gets the latest year that is not more than a day after it. */
  now?: number | null;
}

const DAY_MS = 86_400_000;

/** ISO 8601 UTC; null without a year or a zone to go by, and for a date that does not exist. */
export function instantOf(time: LogTime, context: LogContext): string | null {
  const zone = time.zoneMinutes ?? context.zoneMinutes;
  if (zone === null) return null;
  if (time.year !== null) return isoOf(epochOf(time, time.year, zone));
  if (context.year === null) return null;
  const now = context.now ?? null;
  if (now === null) return isoOf(epochOf(time, context.year, zone));
  // A line of December read in January is of the year before; one of 29 February of the last leap year.
  for (let year = context.year + 1; year > context.year - 9; year -= 1) {
    const at = epochOf(time, year, zone);
    if (at !== null && at <= now + DAY_MS) return isoOf(at);
  }
  return null;
}

function epochOf(time: LogTime, year: number, zoneMinutes: number): number | null {
  const { month, day, hour, minute, second } = time;
  // A leap second is printed as :60; anything else beyond its range is no time.
  if (year < 1970 || year > 9999 || hour > 23 || minute > 59 || second > 60) return null;
  const midnight = Date.UTC(year, month - 1, day);
  const date = new Date(midnight);
  if (date.getUTCMonth() !== month - 1 || date.getUTCDate() !== day) return null;
  return midnight + (hour * 60 + minute - zoneMinutes) * 60_000 + second * 1000;
}

function isoOf(epochMs: number | null): string | null {
  return epochMs === null ? null : new Date(epochMs).toISOString();
}
