// The speed of a served world, against a wall clock that the test moves: what a pause is, what `wait` adds.
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { startPace } from '../../../src/simulator/serve/pace.ts';
import type { Pace } from '../../../src/simulator/serve/pace.ts';
import { createWorld } from '../../../src/simulator/world/world.ts';
import type { World } from '../../../src/simulator/world/shapes.ts';

const START = Date.UTC(2007, 1, 15, 10, 22, 33);

let world: World;
let pace: Pace;

/** The wall moves so many ms, and every timer that is due goes off. */
const wall = (ms: number): Promise<unknown> => vi.advanceTimersByTimeAsync(ms);
/** Milliseconds of the world since its beginning. */
const age = (): number => world.schedule.now() - START;
/** A command that does nothing but look at the world's time, as each command does first. */
const command = (): Promise<number> => pace.hold(() => {
  pace.advance();
  return Promise.resolve(age());
});

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['performance', 'setTimeout', 'clearTimeout'] });
  world = createWorld({
    name: 'plain', says: 'one machine', nodes: ['alpha'], links: [],
    build: () => ({ systems: [], domains: [], diskError: () => ({ ok: true }), stuck: () => ({ ok: true }), write: () => ({ ok: true }), answers: () => true }),
  }, { startMs: START });
  pace = startPace(world, () => undefined);
});
afterEach(() => {
  pace.stop();
  vi.useRealTimers();
});

describe('a served world', () => {
  it('runs at the speed of the wall', async () => {
    await wall(5000);
    expect(age()).toBe(5000);
    expect(await command()).toBe(5000);
    await wall(700);
    expect(await command()).toBe(5700);
  });

  it.each([3, 40, 200])('stands between commands that follow each other after %d ms', async (ms) => {
    await wall(ms);
    expect(await command()).toBe(0);
    await wall(ms);
    expect(await command()).toBe(0);
    await pace.wait(30);
    await wall(ms);
    expect(await command()).toBe(30_000);
    await pace.wait(0.5);
    await wall(ms);
    expect(await command()).toBe(30_500);
  });

  it('does not stand for ever, though somebody asks all the time', async () => {
    for (let n = 0; n < 100; n += 1) {
      await wall(100);
      await command();
    }
    expect(age()).toBeGreaterThan(8900);
  });

  it('loses nothing in a pause that was none', async () => {
    await command();
    await wall(249);
    expect(age()).toBe(0);
    await wall(251);
    expect(await command()).toBe(500);
  });

  it.each([[800, 0], [5000, 5000]])('stands while something is done to it; %d ms of that count for %d', async (ms, counted) => {
    await wall(1000);
    const { promise, resolve } = Promise.withResolvers<undefined>();
    const slow = pace.hold(() => promise);
    await wall(ms);
    pace.advance();
    expect(age()).toBe(1000);
    resolve(undefined);
    await slow;
    await wall(1000);
    expect(await command()).toBe(2000 + counted);
  });
});
