// How long it takes until DRBD notices something: the idle pair, the write under way, the orderly goodbye, the return.
import { describe, expect, it } from 'vitest';
import { createPair } from './pair.ts';

describe('a peer that is gone', () => {
  // ping-int 10 s and half the timeout of 6 s: never before 3 s, never after 13 s.
  it('is noticed by an idle device between 3 and 13 s later, by each in its own time', () => {
    const times = new Set<number>();
    for (const seed of [1, 2, 3, 4, 5]) {
      const { world, alpha, bravo, wait } = createPair({ seed });
      wait(100);
      world.powerCut(alpha);
      wait(2.9);
      expect(bravo.read('/proc/drbd')?.match(/cs:Connected/g)).toHaveLength(2);
      for (let second = 3; second <= 13.5; second += 0.1) {
        wait(0.1);
        if (!/ 1: cs:Connected/.test(bravo.read('/proc/drbd') ?? '')) times.add(Math.round(second * 10));
        if (times.size > 0 && !/ 1: cs:Connected/.test(bravo.read('/proc/drbd') ?? '')) break;
      }
      wait(11);
      expect(bravo.read('/proc/drbd')?.match(/cs:WFConnection/g)).toHaveLength(2);
    }
    expect(times.size).toBeGreaterThan(2);
  });

  it('holds a write up that long, which is then told as done and marked', () => {
    const { world, alpha, bravo, wait, write, counters } = createPair();
    const before = counters(bravo, 'drbd1').split(' ').map(Number);
    expect(write(bravo, 'drbd1').answer).toBeNull();
    wait(1);
    world.powerCut(alpha);
    const held = write(bravo, 'drbd1');
    wait(2);
    expect(held.answer).toBeNull();
    expect(bravo.read('/proc/drbd')).toContain('pe:1 ua:0 ap:1');
    wait(11.5);
    expect(held.answer).toBe(true);
    // The last word of the peer was the acknowledgement of the first write, 1 s before.
    expect(held.at).toBeGreaterThan(11.9);
    expect(held.at).toBeLessThan(12.2);
    expect(counters(bravo, 'drbd1').split(' ').map(Number)).toEqual([before[0], before[1], (before[2] ?? 0) + 1, before[3]]);
    const alone = write(bravo, 'drbd1');
    wait(0.1);
    expect(alone.answer).toBe(true);
  });

  it('is not noticed when the cable is mended in time; what waited arrives', () => {
    const { world, alpha, bravo, wait, write, log } = createPair();
    world.network.set('bond1', true);
    const held = write(bravo, 'drbd1');
    wait(2.5);
    expect(held.answer).toBeNull();
    world.network.set('bond1', false);
    wait(0.1);
    expect(held.answer).toBe(true);
    expect(alpha.disks.get('/dev/md7')?.data.has(held.serial)).toBe(true);
    wait(60);
    expect(log(alpha) + log(bravo)).toBe('');
  });

  it('is noticed at once when it says goodbye', () => {
    const { alpha, bravo, wait, run, state, log } = createPair();
    expect(run(alpha, 'drbdadm down drbd1').exit).toBe(0);
    wait(0.3);
    expect(state(bravo, 'drbd1')).toBe('Primary/Unknown WFConnection');
    expect(log(bravo)).toContain('drbd1: sock was shut down by peer');
    expect(state(alpha, 'drbd1')).toBe('Not configured Not configured');
  });

  it('is noticed by time when it hangs, and a cut of another cable is not noticed at all', () => {
    const { world, alpha, bravo, wait, state } = createPair();
    world.network.set('bond0', true);
    wait(30);
    expect(state(bravo, 'drbd1')).toBe('Primary/Secondary Connected');
    world.hang(alpha);
    wait(14);
    expect(state(bravo, 'drbd1')).toBe('Primary/Unknown WFConnection');
    expect(world.truth().replicas['drbd1']?.['alpha']).toMatchObject({ role: 'Secondary', connection: 'Connected' });
  });

  it('passes through the states of the module, in its order', () => {
    const { world, alpha, bravo, wait, log } = createPair();
    world.powerCut(alpha);
    wait(20);
    expect(log(bravo).split('\n').filter((line) => line.startsWith('drbd1')).map((line) => line.replaceAll(/\[\d+\]/g, '[n]'))).toEqual([
      'drbd1: PingAck did not arrive in time.',
      'drbd1: drbd1_asender [n]: cstate Connected --> NetworkFailure',
      'drbd1: asender terminated',
      'drbd1: drbd1_receiver [n]: cstate NetworkFailure --> BrokenPipe',
      'drbd1: short read expecting header on sock: r=-512',
      'drbd1: worker terminated',
      'drbd1: drbd1_receiver [n]: cstate BrokenPipe --> Unconnected',
      'drbd1: Connection lost.',
      'drbd1: drbd1_receiver [n]: cstate Unconnected --> WFConnection',
    ]);
  });
});

describe('durations', () => {
  it('of the configuration count as they stand there, not divided once more', () => {
    const { world, alpha, bravo, wait, state } = createPair({ hurry: 10, sections: 'disk { on-io-error detach; } net { ping-int 1; timeout 6; connect-int 1; }' });
    world.powerCut(alpha);
    wait(0.25);
    expect(bravo.read('/proc/drbd')).toContain(' 1: cs:Connected');
    wait(1.2);
    expect(state(bravo, 'drbd1')).toBe('Primary/Unknown WFConnection');
  });

  it('of days pass without work', () => {
    const { world, wait } = createPair();
    wait(1);
    expect(world.schedule.next()).toBeNull();
  });
});

describe('a world', () => {
  it('is the same twice: logs, files, truth', () => {
    const play = (): string => {
      const { world, alpha, bravo, wait, write, log, run } = createPair({ seed: 42 });
      for (let count = 0; count < 40; count += 1) {
        write(bravo, 'drbd1');
        wait(1.5);
      }
      world.powerCut(bravo);
      wait(30);
      run(alpha, 'drbdadm primary drbd1');
      write(alpha, 'drbd1');
      world.powerOn(bravo);
      wait(60.4);
      return [log(alpha), log(bravo), alpha.read('/proc/drbd'), JSON.stringify(world.truth())].join('\n');
    };
    expect(play()).toBe(play());
  });
});
