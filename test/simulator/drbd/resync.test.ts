// A resync: how much it copies, how it shows, what happens when it is cut off, and which one waits for which.
import { describe, expect, it } from 'vitest';
import { createPair } from './pair.ts';
import type { Pair } from './pair.ts';

const data = (pair: Pair, node: 'alpha' | 'bravo'): number[] => [...(pair[node].disks.get('/dev/md7')?.data ?? [])].sort((one, other) => one - other);

/** Two hundred writes of bravo that alpha does not get. */
function apart(pair: Pair): void {
  const { world, bravo, wait, write } = pair;
  write(bravo, 'drbd1');
  wait(1);
  world.network.set('bond1', true);
  wait(20);
  for (let count = 0; count < 200; count += 1) write(bravo, 'drbd1');
  wait(1);
}

describe('a quick resync', () => {
  it('copies what was written apart, and both sides are equal again', () => {
    const pair = createPair();
    const { world, alpha, bravo, wait, state, log } = pair;
    apart(pair);
    expect(world.truth().replicas['drbd1']?.['alpha']?.generation).not.toBe(world.truth().replicas['drbd1']?.['bravo']?.generation);
    expect(data(pair, 'alpha')).toHaveLength(1);
    world.network.set('bond1', false);
    wait(20);
    expect(data(pair, 'alpha')).toEqual(data(pair, 'bravo'));
    expect(state(alpha, 'drbd1')).toBe('Secondary/Primary Connected');
    expect(world.truth().replicas['drbd1']).toEqual({
      alpha: { role: 'Secondary', disk: 'Consistent', connection: 'Connected', generation: expect.any(Number) as number },
      bravo: { role: 'Primary', disk: 'Consistent', connection: 'Connected', generation: world.truth().replicas['drbd1']?.['alpha']?.generation },
    });
    const [, kib = '0'] = /drbd1: Resync started as SyncSource \(need to sync (\d+) KB \[\d+ bits set\]\)/.exec(log(bravo)) ?? [];
    // 200 writes of 4 to 64 KiB.
    expect(Number(kib)).toBeGreaterThan(200 * 4);
    expect(Number(kib)).toBeLessThan(200 * 64);
    // Nothing was written on drbd0: equal counters but for the Primary's loss, and nothing to copy.
    expect(log(alpha)).toContain('drbd0: Resync started as SyncSource (need to sync 0 KB [0 bits set]).');
  });

  it('after the crash of a Primary covers what its activity log names', () => {
    const { world, bravo, alpha, wait, log, state, write } = createPair();
    write(bravo, 'drbd1');
    wait(1);
    world.powerCut(bravo);
    wait(20);
    world.powerOn(bravo);
    wait(60);
    // 40 extents of 4 MiB.
    expect(log(bravo)).toContain('drbd1: Marked additional 163840 KB as out-of-sync based on AL.');
    expect(log(alpha)).toContain('drbd1: Resync started as SyncTarget (need to sync 163840 KB [40960 bits set]).');
    expect(state(bravo, 'drbd1')).toBe('Secondary/Secondary Connected');
  });
});

describe('a full resync', () => {
  it('shows on both sides, inconsistent on the target from beginning to end', () => {
    const pair = createPair();
    const { alpha, bravo, wait, run, block, write } = pair;
    write(bravo, 'drbd1');
    wait(1);
    run(alpha, 'drbdadm invalidate drbd1');
    wait(15);
    const [target, source] = [alpha.read('/proc/drbd') ?? '', bravo.read('/proc/drbd') ?? ''];
    expect(target).toMatch(/^ 1: cs:SyncTarget st:Secondary\/Primary ld:Inconsistent {2}\n {4}ns:0 nr:\d+ dw:\d+ dr:0 al:0 bm:\d+ lo:0 pe:0 ua:0 ap:0\n\t\[=>\.{18}\] sync'ed: {2}\d\.\d% \(\d{4}\/9637\)M\n\tfinish: 0:0[23]:\d\d speed: \d\d,\d{3} \(\d\d,\d{3}\) K\/sec\n/m);
    expect(source).toMatch(/^ 1: cs:SyncSource st:Primary\/Secondary ld:Consistent {2}\n.*\n\t\[=>\.{18}\] sync'ed: {2}\d\.\d% \(\d{4}\/9637\)M\n\tfinish: /m);
    expect(block(alpha, 'drbd1').consistent).toBe(false);
    const during = write(bravo, 'drbd1');
    wait(0.1);
    expect(alpha.disks.get('/dev/md7')?.data.has(during.serial)).toBe(true);
    // 9637 MiB at 38 to 57 MB/s: 165 to 250 s.
    wait(140);
    expect(alpha.read('/proc/drbd')).toContain('SyncTarget');
    wait(100);
    expect(alpha.read('/proc/drbd')).not.toContain('SyncTarget');
    expect(block(alpha, 'drbd1').consistent).toBe(true);
    expect(data(pair, 'alpha')).toEqual(data(pair, 'bravo'));
  });

  it('goes on where it was cut off, and its target is worth nothing meanwhile', () => {
    const pair = createPair();
    const { world, alpha, bravo, wait, run, state, log } = pair;
    run(alpha, 'drbdadm invalidate drbd1');
    wait(100);
    world.powerCut(alpha);
    wait(20);
    expect(world.truth().replicas['drbd1']?.['alpha']).toMatchObject({ role: 'Unknown', disk: 'Inconsistent', connection: 'Unconfigured' });
    expect(pair.drbd.copies('drbd1').map((copy) => [copy.node.name, copy.mayBecomePrimary])).toEqual([['alpha', false], ['bravo', true]]);
    world.powerOn(alpha);
    wait(45);
    expect(state(bravo, 'drbd1')).toBe('Primary/Secondary SyncSource');
    const left = [...log(bravo).matchAll(/Resync started as SyncSource \(need to sync (\d+) KB/g)].map((match) => Number(match[1]));
    expect(left[0]).toBe(9_868_928);
    expect(left[1]).toBeGreaterThan(9_868_928 * 0.45);
    expect(left[1]).toBeLessThan(9_868_928 * 0.65);
  });

  it('waits for the group before it, on both sides', () => {
    const { alpha, bravo, wait, run, state, log } = createPair({ syncer: ['rate 256M; group 1;', 'rate 256M; group 2;'], sections: 'disk { on-io-error detach; }' });
    run(bravo, 'drbdadm invalidate drbd0');
    run(alpha, 'drbdadm invalidate drbd1');
    wait(10);
    expect([state(alpha, 'drbd0'), state(alpha, 'drbd1')]).toEqual(['Primary/Secondary SyncSource', 'Secondary/Primary PausedSyncT']);
    expect([state(bravo, 'drbd0'), state(bravo, 'drbd1')]).toEqual(['Secondary/Primary SyncTarget', 'Primary/Secondary PausedSyncS']);
    wait(260);
    expect([state(alpha, 'drbd0'), state(alpha, 'drbd1')]).toEqual(['Primary/Secondary Connected', 'Secondary/Primary SyncTarget']);
    wait(260);
    expect(state(bravo, 'drbd1')).toBe('Primary/Secondary Connected');
    expect(log(alpha)).toMatch(/drbd1: Syncer waits for sync group\.\n(.*\n)*drbd1: Syncer continues\.\n(.*\n)*drbd1: Resync done \(total \d+ sec; paused 2\d\d sec; /);
  });

  it('is not faster than the configured rate, and N times as fast in a hurry', () => {
    const slow = createPair({ syncer: ['rate 1M;', 'rate 10M;'] });
    slow.run(slow.alpha, 'drbdadm invalidate drbd1');
    slow.wait(60);
    expect(slow.alpha.read('/proc/drbd')).toMatch(/speed: 1[01],\d{3} \(10,\d{3}\) K\/sec/);
    const quick = createPair({ hurry: 20 });
    quick.run(quick.alpha, 'drbdadm invalidate drbd1');
    quick.wait(14);
    expect(quick.state(quick.alpha, 'drbd1')).toBe('Secondary/Primary Connected');
  });
});
