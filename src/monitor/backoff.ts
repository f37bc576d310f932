// How long to wait before the next try: growing, bounded, and spread so that many do not try at once.

/** The wait before reconnecting, in ms: 1, 2, 4 .. 30 s by failures so far, spread by a quarter either way. */
export function reconnectDelayMs(failures: number, random: () => number): number {
  const seconds = Math.min(30, 2 ** Math.min(failures, 10));
  return Math.round(seconds * 1000 * (0.75 + 0.5 * random()));
}

/** The wait before a probe that did not answer is asked again, in ms: 5, 10, 20 .. 60 s by timeouts in a row. */
export function askAgainDelayMs(timeouts: number): number {
  return Math.min(60, 5 * 2 ** Math.min(Math.max(0, timeouts - 1), 10)) * 1000;
}
