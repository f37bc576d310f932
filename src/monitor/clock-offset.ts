// The node's clock against ours, from what its `date` printed between two moments of ours: pure.
import type { ClockOffset } from '../model/cluster.ts';

/** Asked of each node: seconds of the epoch, nanoseconds (GNU only), zone. */
export const DATE_ARGV = ['date', '+%s %N %z'] as const;

/** Samples that are weighed against each other. */
const SAMPLES_KEPT = 5;
/** What two crystals may drift apart between two samples without anybody setting a clock. */
const DRIFT_SECONDS = 0.1;

/**
 * One sample: `date`'s output, and our clock (epoch ms) before it was asked and after it was heard. null where the
 * output is no date. Half the round trip is the error, and half a second where the node counts whole seconds only.
 */
export function sampleOf(stdout: string, beforeMs: number, afterMs: number): ClockOffset | null {
  const match = /^(\d{9,11}) (\S*) ?(\S*)\s*$/.exec(stdout);
  if (!match) return null;
  const [, seconds = '', nanoseconds = '', zone = ''] = match;
  const fine = /^\d{9}$/.test(nanoseconds);
  const nodeSeconds = Number(seconds) + (fine ? Number(nanoseconds) / 1e9 : 0.5);
  return {
    offsetSeconds: nodeSeconds - (beforeMs + afterMs) / 2000,
    errorSeconds: (afterMs - beforeMs) / 2000 + (fine ? 0 : 0.5),
    zoneMinutes: zoneMinutes(fine ? zone : zone || nanoseconds),
    at: afterMs,
  };
}

/** The samples after one more: those that the newest contradicts are gone, for then the clock was set. */
export function withSample(samples: readonly ClockOffset[], sample: ClockOffset): ClockOffset[] {
  const agrees = (older: ClockOffset): boolean =>
    Math.abs(older.offsetSeconds - sample.offsetSeconds) <= older.errorSeconds + sample.errorSeconds + DRIFT_SECONDS;
  return [...samples.filter(agrees), sample].slice(-SAMPLES_KEPT);
}

/** The sample to believe: the one with the smallest error. It is as old as the newest look. */
export function bestOf(samples: readonly ClockOffset[]): ClockOffset | null {
  const newest = samples.at(-1);
  if (!newest) return null;
  const best = samples.reduce((least, sample) => (sample.errorSeconds <= least.errorSeconds ? sample : least));
  return { ...best, zoneMinutes: newest.zoneMinutes, at: newest.at };
}

function zoneMinutes(text: string): number | null {
  const match = /^([+-])(\d\d)(\d\d)$/.exec(text);
  if (!match) return null;
  const minutes = Number(match[2]) * 60 + Number(match[3]);
  return match[1] === '-' ? -minutes : minutes;
}
