// The speed of a served world: the wall's, and what `wait` adds. One timer, set for the next thing to happen.
// Commands that follow each other without a pause find the world where the one before left it: so a script of
// commands gives the same world every time, however busy this machine is.
import type { World } from '../world/shapes.ts';

/** Moves a world; nothing else does. */
export interface Pace {
  /** Brings the world to this moment; nested in itself it does nothing. */
  advance(): void;
  /** Writes the nodes' files as they are now. */
  refresh(): void;
  /** There may be new things to come: sets the timer anew. */
  changed(): void;
  /** Something is being done to the world: meanwhile it stands, but for what `wait` adds. */
  hold<T>(act: () => Promise<T>): Promise<T>;
  /** Moves the world so many seconds, at once, from event to event, so that whatever follows it can. */
  wait(seconds: number): Promise<void>;
  stop(): void;
}

/** The nodes' files are at most this old, and are not written more often than that but for a program that ended. */
const OLDEST_MS = 1000;
const NEWEST_MS = 100;
const SLICE_MS = 1000;
/** A shorter pause between two commands is none, as long as those since the last `wait` are not more together than that. */
const PAUSE_MS = 250;
const PAUSES_MS = 1000;

/** Begins to move the world, which stands at its own time. `follow` is called after every move. */
export function startPace(world: World, follow: () => void): Pace {
  /** The world's time at the wall's moment `countedAt`; before the first command there is such a pause too. */
  let at = world.schedule.now();
  let countedAt = performance.now();
  let held = 0;
  let leftMs = PAUSES_MS;
  let refreshedAt = Number.NEGATIVE_INFINITY;
  let isStale = false;
  let isMoving = false;
  let isStopped = false;
  let timer: NodeJS.Timeout | null = null;
  const wallMs = (): number => performance.now() - countedAt;
  /** How long the world stands after a command. */
  const stillMs = (): number => Math.min(PAUSE_MS, leftMs);
  const now = (): number => (held > 0 || wallMs() < stillMs() ? at : at + wallMs());
  /** Takes the wall's time since `countedAt` as a pause where it is a short one, else as the world's. */
  const count = (longestMs: number): void => {
    const ms = wallMs();
    if (ms < longestMs) leftMs -= ms;
    else at += ms;
    countedAt += ms;
  };

  const pace: Pace = {
    advance() {
      if (isMoving || isStopped) return;
      isMoving = true;
      try {
        world.advanceTo(now());
      } finally {
        isMoving = false;
      }
      follow();
    },
    refresh() {
      if (isStopped) return;
      refreshedAt = performance.now();
      isStale = false;
      world.refresh();
    },
    changed() {
      if (isStopped || isMoving) return;
      if (timer) clearTimeout(timer);
      const next = world.schedule.next();
      const untilNextMs = next === null ? OLDEST_MS : Math.max(0, next - now());
      const untilOldMs = refreshedAt + (isStale ? NEWEST_MS : OLDEST_MS) - performance.now();
      timer = setTimeout(tick, Math.max(0, Math.ceil(Math.max(stillMs() - wallMs(), Math.min(untilNextMs, untilOldMs)))));
    },
    async hold(act) {
      if (held === 0) count(stillMs());
      held += 1;
      try {
        return await act();
      } finally {
        held -= 1;
        if (held === 0) count(leftMs);
        pace.changed();
      }
    },
    wait: (seconds) => pace.hold(async () => {
      const end = at + seconds * 1000;
      while (!isStopped && at < end) {
        const next = world.schedule.next() ?? Number.POSITIVE_INFINITY;
        at = Math.min(end, at + Math.min(SLICE_MS, Math.max(1, next - at)));
        move();
        await new Promise((resolve) => setImmediate(resolve));
      }
      // However long that took, it is no pause.
      countedAt = performance.now();
      leftMs = PAUSES_MS;
      pace.refresh();
    }),
    stop() {
      isStopped = true;
      if (timer) clearTimeout(timer);
    },
  };
  const move = (): void => {
    pace.advance();
    isStale = true;
    if (performance.now() - refreshedAt >= NEWEST_MS) pace.refresh();
  };
  const tick = (): void => {
    move();
    pace.changed();
  };
  tick();
  return pace;
}
