// Virtual time: what happens when. Nothing here knows the wall clock; whoever holds the schedule moves it.

/** What an activity may wait for: so many milliseconds, a signal, or a signal but no longer than so many milliseconds. */
export type Wait = number | Signal | { signal: Signal; atMostMs: number };

/**
 * Something that takes time: a boot, a resource script, a command. It yields what it waits for; after a wait with
 * `atMostMs` it is told whether the signal came (true) or the time was up (false).
 */
export type Activity<Result> = Generator<Wait, Result, boolean>;

/** A moment that activities wait for and others bring about; it may come many times. */
export interface Signal {
  /** Wakes everybody who waits now. */
  fire(): void;
  /** Calls back once, at the next firing. Returns how to forget it. */
  once(wake: () => void): () => void;
}

/** What may end before its time: a machine that loses its power, a daemon that is killed. Activities die with it. */
export interface Life {
  readonly ended: boolean;
  /** Ends it; what runs in it stops where it stands, without any clean-up. */
  end(): void;
  /** Calls back at the end. Returns how to forget it. */
  onEnd(hear: () => void): () => void;
}

export interface Schedule {
  /** Milliseconds of the epoch, in the world's own time. */
  now(): number;
  /** Does something at a time, after what was asked earlier for the same time. Returns how to forget it. */
  at(ms: number, act: () => void): () => void;
  after(ms: number, act: () => void): () => void;
  /** When the next thing happens; null: nothing is to come. */
  next(): number | null;
  /** Lets everything happen that is due by then, in order, and stands there. Time never goes back. */
  advanceTo(ms: number): void;
  /** Runs an activity inside a life; `done` hears its result, and nothing when the life ends first. */
  run<Result>(life: Life, activity: Activity<Result>, done?: (result: Result) => void): void;
}

/** A schedule that stands at `startMs`. */
export function createSchedule(startMs: number): Schedule {
  let now = startMs;
  let count = 0;
  const queue: { at: number; order: number; act: () => void }[] = [];
  const at = (ms: number, act: () => void): (() => void) => {
    const entry = { at: Math.max(ms, now), order: (count += 1), act };
    let low = 0;
    let high = queue.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((queue[middle]?.at ?? 0) <= entry.at) low = middle + 1;
      else high = middle;
    }
    queue.splice(low, 0, entry);
    return () => {
      const index = queue.indexOf(entry);
      if (index >= 0) queue.splice(index, 1);
    };
  };
  const schedule: Schedule = {
    now: () => now,
    at,
    after: (ms, act) => at(now + ms, act),
    next: () => queue[0]?.at ?? null,
    advanceTo(ms) {
      for (let first = queue[0]; first && first.at <= ms; first = queue[0]) {
        queue.shift();
        now = first.at;
        first.act();
      }
      now = Math.max(now, ms);
    },
    run: (life, activity, done) => step(schedule, life, activity, done, true),
  };
  return schedule;
}

/** A signal nobody waits for yet. */
export function createSignal(): Signal {
  let waiting: (() => void)[] = [];
  return {
    fire() {
      const woken = waiting;
      waiting = [];
      for (const wake of woken) wake();
    },
    once(wake) {
      waiting.push(wake);
      return () => {
        waiting = waiting.filter((other) => other !== wake);
      };
    },
  };
}

/** A life; inside another one it ends with that one at the latest. */
export function createLife(within?: Life): Life {
  let ended = within?.ended ?? false;
  const hearers = new Set<() => void>();
  const life: Life = {
    get ended() {
      return ended;
    },
    end() {
      if (ended) return;
      ended = true;
      forget();
      const all = [...hearers];
      hearers.clear();
      for (const hear of all) hear();
    },
    onEnd(hear) {
      if (!ended) hearers.add(hear);
      return () => hearers.delete(hear);
    },
  };
  const forget = within?.onEnd(() => life.end()) ?? (() => undefined);
  return life;
}

/** Runs an activity up to its next wait, and again when that is over. */
function step<Result>(schedule: Schedule, life: Life, activity: Activity<Result>, done: ((result: Result) => void) | undefined, word: boolean): void {
  if (life.ended) return;
  const turn = activity.next(word);
  if (turn.done) {
    done?.(turn.value);
    return;
  }
  const cancels: (() => void)[] = [];
  let isOver = false;
  const go = (came: boolean): void => {
    if (isOver) return;
    stop();
    step(schedule, life, activity, done, came);
  };
  const stop = (): void => {
    isOver = true;
    for (const cancel of cancels) cancel();
  };
  const wait = turn.value;
  cancels.push(life.onEnd(stop));
  if (typeof wait === 'number') cancels.push(schedule.after(wait, () => go(true)));
  else if ('atMostMs' in wait) cancels.push(wait.signal.once(() => go(true)), schedule.after(wait.atMostMs, () => go(false)));
  else cancels.push(wait.once(() => go(true)));
}
