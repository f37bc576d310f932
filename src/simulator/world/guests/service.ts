// How long the users of a guest got no answer.
import type { World } from '../shapes.ts';

export interface Service {
  /** Tells whether the guest answers now; true when that is new. */
  see(answers: boolean): boolean;
  /** Seconds without an answer since the last mark, whole tenths: never more than have passed. */
  downSeconds(): number;
}

/** What sums of fractions of milliseconds may fall short of a whole one. */
const ROUNDING_MS = 0.001;

/** A service that is down until it is seen to answer. */
export function createService(world: World): Service {
  const { schedule } = world;
  let downSince: number | null = schedule.now();
  let past: { from: number; to: number }[] = [];
  return {
    see(answers) {
      if (answers === (downSince === null)) return false;
      if (downSince !== null) past.push({ from: downSince, to: schedule.now() });
      downSince = answers ? null : schedule.now();
      return true;
    },
    downSeconds() {
      const mark = world.markedAt();
      past = past.filter(({ to }) => to > mark);
      const now = downSince === null ? [] : [{ from: downSince, to: schedule.now() }];
      const ms = [...past, ...now].reduce((sum, { from, to }) => sum + to - Math.max(from, mark), 0);
      return Math.floor((ms + ROUNDING_MS) / 100) / 10;
    },
  };
}
