// The speed of a served world: the wall's, and what `wait` adds. One timer, set for the next thing to happen.
import type { World } from '../world/shapes.ts';

/** Moves a world; nothing else does. */
export interface Pace {
  /** Brings the world to this moment; nested in itself it does nothing. */
  advance(): void;
  /** Writes the nodes' files as they are now. */
  refresh(): void;
  /** There may be new things to come: sets the timer anew. */
  changed(): void;
  /** Moves the world so many seconds, at once, from event to event, so that whatever follows it can. */
  wait(seconds: number): Promise<void>;
  stop(): void;
}

/** The nodes' files are at most this old, and are not written more often than that but for a program that ended. */
const OLDEST_MS = 1000;
const NEWEST_MS = 100;
const SLICE_MS = 1000;

/** Begins to move the world, which stands at its own time. `follow` is called after every move. */
export function startPace(world: World, follow: () => void): Pace {
  const startedAt = world.schedule.now();
  const wallStartedAt = performance.now();
  let jumpedMs = 0;
  let refreshedAt = Number.NEGATIVE_INFINITY;
  let isStale = false;
  let isMoving = false;
  let isStopped = false;
  let timer: NodeJS.Timeout | null = null;
  const now = (): number => startedAt + (performance.now() - wallStartedAt) + jumpedMs;

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
      timer = setTimeout(tick, Math.max(0, Math.ceil(Math.min(untilNextMs, untilOldMs))));
    },
    async wait(seconds) {
      const end = now() + seconds * 1000;
      while (!isStopped && now() < end) {
        const next = world.schedule.next() ?? Number.POSITIVE_INFINITY;
        jumpedMs += Math.max(0, Math.min(SLICE_MS, Math.max(1, next - now()), end - now()));
        move();
        await new Promise((resolve) => setImmediate(resolve));
      }
      pace.refresh();
      pace.changed();
    },
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
