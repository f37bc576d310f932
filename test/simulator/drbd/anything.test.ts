// Whatever is done in whatever order: nothing throws, nothing hangs half-way, and the truth is the truth.
import { describe, expect, it } from 'vitest';
import { createRandom } from '../../../src/simulator/world/random.ts';
import { createPair } from './pair.ts';

const COMMANDS = [
  'drbdadm primary', 'drbdadm -- --do-what-I-say primary', 'drbdadm -- --human primary', 'drbdadm secondary', 'drbdadm disconnect', 'drbdadm connect', 'drbdadm down', 'drbdadm up',
  'drbdadm invalidate', 'drbdadm invalidate_remote', 'drbdadm detach', 'drbdadm attach', 'drbdadm adjust', 'drbdadm syncer', 'drbdadm resize',
];

describe('a cut of any length', () => {
  it('is over soon after the cable is mended, whoever noticed it', () => {
    const seen = new Set<string>();
    for (let seed = 1; seed <= 40; seed += 1) {
      const { world, alpha, bravo, wait, state } = createPair({ seed });
      wait(seed * 3.3);
      world.network.set('bond1', true);
      wait(2 + (seed % 12));
      seen.add([alpha, bravo].map((node) => (/ 1: cs:Connected/.test(node.read('/proc/drbd') ?? '') ? 'waits' : 'noticed')).join(' '));
      world.network.set('bond1', false);
      wait(25);
      expect([state(alpha, 'drbd1'), state(bravo, 'drbd1')], `seed ${seed}`).toEqual(['Secondary/Primary Connected', 'Primary/Secondary Connected']);
    }
    // All ways to meet it were met.
    expect([...seen].sort()).toEqual(['noticed noticed', 'noticed waits', 'waits noticed', 'waits waits']);
  });
});

describe('a life of chance', () => {
  it.each([1, 2, 3, 4, 5, 6, 7, 8])('number %i ends in states that last', (seed) => {
    const { world, alpha, bravo, wait, run, write, drbd } = createPair({ seed, syncer: ['rate 256M; group 1;', 'rate 256M; group 2;'] });
    const random = createRandom(seed);
    for (let step = 0; step < 150; step += 1) {
      const node = random.whole(0, 1) === 0 ? alpha : bravo;
      const resource = `drbd${random.whole(0, 1)}`;
      const what = random.whole(0, 19);
      if (what === 0) world.network.set('bond1', random.whole(0, 1) === 0);
      else if (what === 1 && node.machine === 'up') world.powerCut(node);
      else if (what === 2 && node.machine === 'up' && random.whole(0, 4) === 0) drbd.diskError(node, resource);
      else if (what <= 4 && node.machine !== 'up' && node.machine !== 'booting') {
        if (node.machine === 'hung') world.powerCut(node);
        world.powerOn(node);
      } else if (what < 13 && node.machine === 'up') run(node, `${COMMANDS[random.whole(0, COMMANDS.length - 1)] ?? ''} ${resource}`);
      else if (node.machine === 'up') write(node, resource);
      wait(random.next() * 9);
    }
    world.network.set('bond1', false);
    wait(900);
    for (const node of [alpha, bravo].filter((one) => one.machine === 'up')) {
      expect(node.read('/proc/drbd') ?? '').not.toMatch(/WFReportParams|WFBitMap|Unconnected|NetworkFailure|BrokenPipe|Sync|pe:[1-9]/);
    }
    const truth = world.truth();
    for (const resource of ['drbd0', 'drbd1']) {
      const [one, other] = drbd.copies(resource).map((copy) => [...copy.data].sort((a, b) => a - b).join(' '));
      // A disk that failed gives nothing any more: it is equal to nothing.
      const failed = [alpha, bravo].some((node) => node.disks.get(resource === 'drbd0' ? '/dev/md6' : '/dev/md7')?.failed === true);
      expect(truth.replicas[resource]?.['alpha']?.generation === truth.replicas[resource]?.['bravo']?.generation).toBe(one === other && !failed);
    }
    const kept = drbd.copies('drbd1').filter((copy) => copy.mayBecomePrimary);
    const missing = world.acknowledged.filter((ack) => ack.device === '/dev/drbd1' && !kept.some((copy) => copy.data.has(ack.serial))).map((ack) => ack.serial);
    expect(truth.lostWrites.filter((lost) => lost.resource === 'drbd1').map((lost) => lost.serial)).toEqual(missing);
  });

  it('with fifty thousand writes stays quick', () => {
    const { world, alpha, bravo, wait, write, state } = createPair();
    const began = performance.now();
    for (let count = 0; count < 20_000; count += 1) {
      write(bravo, 'drbd1');
      if (count % 50 === 0) wait(1);
    }
    world.network.set('bond1', true);
    wait(20);
    for (let count = 0; count < 30_000; count += 1) {
      write(bravo, 'drbd1');
      if (count % 50 === 0) wait(10);
    }
    world.network.set('bond1', false);
    wait(120);
    expect(state(alpha, 'drbd1')).toBe('Secondary/Primary Connected');
    expect(world.truth().lostWrites).toEqual([]);
    expect(alpha.disks.get('/dev/md7')?.data.size).toBe(50_000);
    expect(performance.now() - began).toBeLessThan(8000);
  });
});
