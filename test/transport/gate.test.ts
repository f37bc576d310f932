// The pace of logins.
import { describe, expect, it } from 'vitest';
import { makeGate } from '../../src/transport/gate.ts';

describe('gate', () => {
  it('lets eight in at a time through one door, in their order, and the next when one leaves', async () => {
    const gate = makeGate(8, () => 0);
    const inside: number[] = [];
    const releases: (() => void)[] = [];
    const all = Array.from({ length: 20 }, (_, n) =>
      gate.enter('alpha:22').then((release) => {
        inside.push(n);
        releases.push(release ?? (() => undefined));
      }),
    );
    await Promise.all(all.slice(0, 8));
    expect(inside).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    for (let n = 8; n < 20; n += 1) {
      releases.shift()?.();
      await all[n];
      expect(inside).toHaveLength(n + 1);
      expect(inside.at(-1)).toBe(n);
    }
  });

  it('has a line for each door', async () => {
    const gate = makeGate(1, () => 0);
    await gate.enter('alpha:22');
    expect(await gate.enter('bravo:22')).not.toBeNull();
  });

  it('counts a release once', async () => {
    const gate = makeGate(1, () => 0);
    const first = await gate.enter('a');
    first?.();
    first?.();
    const second = await gate.enter('a');
    const given = new AbortController();
    const third = gate.enter('a', given.signal);
    given.abort();
    expect(await third).toBeNull();
    expect(second).not.toBeNull();
  });

  it('lets somebody who gives up out of the line, and holds no place for him', async () => {
    const gate = makeGate(1, () => 0);
    const first = await gate.enter('a');
    const given = new AbortController();
    const gone = gate.enter('a', given.signal);
    const next = gate.enter('a');
    given.abort();
    expect(await gone).toBeNull();
    first?.();
    expect(await next).not.toBeNull();
    expect(await makeGate(1, () => 0).enter('a', given.signal)).toBeNull();
  });

  it('pauses only those who have company', async () => {
    let pauses = 0;
    const gate = makeGate(8, () => (pauses += 1) * 0);
    await gate.enter('a');
    expect(pauses).toBe(0);
    await gate.enter('a');
    expect(pauses).toBe(1);
  });
});
