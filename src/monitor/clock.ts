// The time as the monitor knows it: handed in, so that a test turns it by hand.

export interface Clock {
  /** Milliseconds of the epoch. */
  now(): number;
  /** Runs once after `delayMs`; returns how to call it off. */
  setTimer(run: () => void, delayMs: number): () => void;
}

/** The clock of this machine. */
export const systemClock: Clock = {
  now: () => Date.now(),
  setTimer: (run, delayMs) => {
    const timer = setTimeout(run, delayMs);
    return () => clearTimeout(timer);
  },
};
