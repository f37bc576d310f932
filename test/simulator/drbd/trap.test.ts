// The trap of 0.7: the link is lost, both nodes live, and the server that nobody used any more wins the reconnect.
import { describe, expect, it } from 'vitest';
import { createPair } from './pair.ts';
import type { Pair } from './pair.ts';

/** The counters at the beginning, and with so much added. */
function counted(pair: Pair): (human: number, timeout: number, connected: number, arbitrary: number) => string {
  const { human, timeout, connected, arbitrary } = pair.block(pair.alpha, 'drbd1').counters;
  return (h, t, c, a) => [human + h, timeout + t, connected + c, arbitrary + a].join(' ');
}

describe('the reconnect after a lost link', () => {
  it('throws the new server\'s writes away without a word once it is Secondary', () => {
    const pair = createPair();
    const { world, alpha, bravo, wait, run, state, counters, write } = pair;
    const base = counted(pair);
    const before = write(bravo, 'drbd1');
    wait(1);
    expect(before.answer).toBe(true);
    expect(counters(alpha, 'drbd1')).toBe(base(0, 0, 0, 0));

    world.network.set('bond1', true);
    wait(20);
    // The Primary that lost its peer: Connected + 1. The Secondary: nothing.
    expect(state(bravo, 'drbd1')).toBe('Primary/Unknown WFConnection');
    expect(counters(bravo, 'drbd1')).toBe(base(0, 0, 1, 0));
    expect(counters(alpha, 'drbd1')).toBe(base(0, 0, 0, 0));

    // alpha takes over: not connected, so Arbitrary + 1.
    expect(run(alpha, 'drbdadm primary drbd1').exit).toBe(0);
    expect(counters(alpha, 'drbd1')).toBe(base(0, 0, 0, 1));
    const served = [write(alpha, 'drbd1'), write(alpha, 'drbd1')];
    wait(1);
    expect(served.map((one) => one.answer)).toEqual([true, true]);

    // Somebody cleans up: the old server is made Secondary, then the new one, then the cable is mended.
    expect(run(bravo, 'drbdadm secondary drbd1').exit).toBe(0);
    expect(run(alpha, 'drbdadm secondary drbd1').exit).toBe(0);
    world.network.set('bond1', false);
    wait(60);
    expect(state(bravo, 'drbd1')).toBe('Secondary/Secondary Connected');
    expect(counters(alpha, 'drbd1')).toBe(base(0, 0, 1, 0));
    expect(world.truth().lostWrites.map((one) => one.serial)).toEqual(served.map((one) => one.serial));
    expect(world.truth().lostWrites[0]).toMatchObject({ resource: 'drbd1', node: 'alpha', domain: 'delta' });
    const { drbd1 } = world.truth().replicas;
    expect(drbd1?.['alpha']?.generation).toBe(drbd1?.['bravo']?.generation);
    expect(pair.log(alpha)).not.toContain('Split-Brain');
    expect(pair.log(alpha)).toContain('drbd1: Resync started as SyncTarget');
  });

  it('refuses while the new server is Primary, which makes it win the next time', () => {
    const pair = createPair();
    const { world, alpha, bravo, wait, run, state, counters, write } = pair;
    const base = counted(pair);
    world.network.set('bond1', true);
    wait(20);
    run(alpha, 'drbdadm primary drbd1');
    const served = write(alpha, 'drbd1');
    run(bravo, 'drbdadm secondary drbd1');
    world.network.set('bond1', false);
    wait(30);
    expect(pair.log(alpha)).toContain('drbd1: Current Primary shall become sync TARGET! Aborting to prevent data corruption.');
    expect(state(alpha, 'drbd1')).toBe('Primary/Unknown StandAlone');
    expect(state(bravo, 'drbd1')).toBe('Secondary/Unknown WFConnection');
    // The dropped connection is one more loss of a Primary: now alpha is at Connected + 1 as bravo, and Arbitrary decides.
    expect(counters(alpha, 'drbd1')).toBe(base(0, 0, 1, 1));
    expect(run(alpha, 'drbdadm connect drbd1').exit).toBe(0);
    wait(60);
    expect(state(alpha, 'drbd1')).toBe('Primary/Secondary Connected');
    expect(counters(bravo, 'drbd1')).toBe(base(0, 0, 1, 1));
    expect(served.answer).toBe(true);
    expect(world.truth().lostWrites).toEqual([]);
  });

  it('leaves both alone when both are Primary', () => {
    const { world, alpha, bravo, wait, run, state, log } = createPair();
    world.network.set('bond1', true);
    wait(20);
    run(alpha, 'drbdadm primary drbd1');
    world.network.set('bond1', false);
    wait(60);
    expect([state(alpha, 'drbd1'), state(bravo, 'drbd1')]).toEqual(['Primary/Unknown StandAlone', 'Primary/Unknown StandAlone']);
    expect(log(bravo)).toContain('drbd1: incompatible states (both Primary!)');
    // The other resource found its peer again.
    expect(state(alpha, 'drbd0')).toBe('Primary/Secondary Connected');
  });

  it('lets a raised Human counter decide', () => {
    const pair = createPair();
    const { world, alpha, bravo, wait, run, counters, write } = pair;
    const base = counted(pair);
    world.network.set('bond1', true);
    wait(20);
    expect(run(alpha, 'drbdadm -- --human primary drbd1').exit).toBe(0);
    expect(counters(alpha, 'drbd1')).toBe(base(1, 0, 0, 0));
    const served = write(alpha, 'drbd1');
    run(bravo, 'drbdadm secondary drbd1');
    world.network.set('bond1', false);
    wait(60);
    expect(counters(bravo, 'drbd1')).toBe(base(1, 0, 0, 0));
    expect(bravo.disks.get('/dev/md7')?.data.has(served.serial)).toBe(true);
  });
});
