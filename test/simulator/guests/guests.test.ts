import { describe, expect, test } from 'vitest';
import { createGuests } from '../../../src/simulator/world/guests/guests.ts';
import type { GuestDefinition, Guests } from '../../../src/simulator/world/guests/guests.ts';
import type { World } from '../../../src/simulator/world/shapes.ts';
import { miniWorld, mirror, nodeOf, pass } from './mini-world.ts';
import type { Mirror } from './mini-world.ts';

const WEB: GuestDefinition = { name: 'web', memoryMib: 256, vcpus: 1, bootMs: 40_000, runsOn: null };

function setup(options: { seed?: number; hurry?: number } = {}): { world: World; guests: Guests; disk: Mirror } {
  const disk = mirror('alpha', 'bravo');
  const box: { guests?: Guests } = {};
  const world = miniWorld((made) => {
    for (const node of made.nodes) node.devices.set('/dev/drbd0', disk.on(node));
    const guests = (box.guests = createGuests(made, [WEB]));
    return {
      systems: [{
        commands: {}, *boot() {}, *shutdown() {},
        died: (node) => guests.nodeDied(node),
        truth: () => ({ domains: { web: guests.truth('web', () => ({ node: null, state: 'off' })) } }),
      }],
    };
  }, options);
  if (!box.guests) throw new Error('no guests');
  return { world, guests: box.guests, disk };
}

describe('writes of a guest', () => {
  test('come every two to six seconds and are acknowledged in order', () => {
    const { world, guests, disk } = setup();
    guests.start(WEB, nodeOf(world, 'alpha'), '/dev/drbd0', { answersInMs: 0 });
    pass(world, 600);
    const times = world.acknowledged.map((write) => write.at);
    const pauses = times.slice(1).map((at, index) => at - (times[index] ?? 0));
    expect(Math.min(...pauses)).toBeGreaterThanOrEqual(2000);
    expect(Math.max(...pauses)).toBeLessThanOrEqual(6010);
    expect([...disk.data]).toEqual(world.acknowledged.map((write) => write.serial));
    expect(world.acknowledged[0]).toMatchObject({ domain: 'web', device: '/dev/drbd0', node: nodeOf(world, 'alpha') });
  });

  test('wait for one that is not answered, however often more are asked for', () => {
    const { world, guests, disk } = setup();
    guests.start(WEB, nodeOf(world, 'alpha'), '/dev/drbd0', { answersInMs: 0 });
    disk.answers = 'never';
    expect(guests.write('web')).toEqual({ ok: true });
    expect(guests.write('web')).toEqual({ ok: true });
    pass(world, 300);
    expect(world.acknowledged).toHaveLength(0);
    disk.answers = 'well';
    disk.answerAll();
    pass(world, 1);
    expect(world.acknowledged.map((write) => write.serial)).toEqual([1, 2]);
  });

  test('that fail crash it, and it answers no more', () => {
    const { world, guests, disk } = setup();
    const crashed: string[] = [];
    guests.onCrash((instance) => void crashed.push(instance.node.name));
    guests.start(WEB, nodeOf(world, 'alpha'), '/dev/drbd0', { answersInMs: 0 });
    disk.answers = 'badly';
    pass(world, 7);
    expect(crashed).toEqual(['alpha']);
    expect(guests.answers('web')).toBe(false);
    expect(world.truth().domains['web']).toMatchObject({ node: 'alpha', state: 'crashed', on: ['alpha'] });
    pass(world, 60);
    expect(world.acknowledged).toHaveLength(0);
  });

  test('in flight are not acknowledged to a guest that is gone', () => {
    const { world, guests } = setup();
    const instance = guests.start(WEB, nodeOf(world, 'alpha'), '/dev/drbd0', { answersInMs: 0 });
    guests.write('web');
    guests.end(instance);
    pass(world, 60);
    expect(world.acknowledged).toHaveLength(0);
  });

  test('are asked of each running instance; a name or a guest that is nowhere is told', () => {
    const { world, guests } = setup();
    expect(guests.write('web')).toEqual({ ok: false, says: 'web runs nowhere' });
    expect(guests.write('mail')).toEqual({ ok: false, says: 'there is no domain mail' });
    guests.start(WEB, nodeOf(world, 'bravo'), '/dev/drbd0', { answersInMs: 0 });
    guests.start(WEB, nodeOf(world, 'alpha'), '/dev/drbd0', { answersInMs: 0 });
    guests.write('web');
    pass(world, 1);
    expect(world.acknowledged.map((write) => write.node.name)).toEqual(['alpha', 'bravo']);
    expect(world.truth().domains['web']).toMatchObject({ node: 'alpha', state: 'running', on: ['alpha', 'bravo'] });
  });

  test('of an idle day stay few', () => {
    const { world, guests } = setup();
    guests.start(WEB, nodeOf(world, 'alpha'), '/dev/drbd0', { answersInMs: 0 });
    pass(world, 86_400);
    expect(world.acknowledged.length).toBeGreaterThan(19_000);
    expect(world.acknowledged.length).toBeLessThan(24_000);
  });

  test('are the same with the same seed, and others with another', () => {
    const writesOf = (seed: number): number[] => {
      const { world, guests } = setup({ seed });
      guests.start(WEB, nodeOf(world, 'alpha'), '/dev/drbd0', { answersInMs: 0 });
      pass(world, 120);
      return world.acknowledged.map((write) => write.at);
    };
    expect(writesOf(7)).toEqual(writesOf(7));
    expect(writesOf(7)).not.toEqual(writesOf(8));
  });
});

describe('what the users see', () => {
  test('a guest answers once it has booted; the downtime counts from the mark', () => {
    const { world, guests } = setup();
    const heard: string[] = [];
    guests.onChange((domain) => void heard.push(`${domain} ${guests.answers(domain)}`));
    const first = guests.start(WEB, nodeOf(world, 'alpha'), '/dev/drbd0', { answersInMs: 40_000 });
    pass(world, 30);
    world.mark();
    expect(guests.answers('web')).toBe(false);
    pass(world, 15);
    expect(guests.answers('web')).toBe(true);
    expect(world.truth().domains['web']?.downSeconds).toBe(10);
    pass(world, 100);
    guests.end(first);
    pass(world, 7.5);
    expect(world.truth().domains['web']).toEqual({ node: null, state: 'off', downSeconds: 17.5, on: [] });
    expect(heard).toEqual(['web true', 'web false']);
  });

  test('no more downtime is counted than has passed', () => {
    const { world } = setup();
    world.mark();
    pass(world, 2.57);
    expect(world.truth().domains['web']?.downSeconds).toBe(2.5);
  });

  test('a pause in the middle of a boot makes the boot longer', () => {
    const { world, guests } = setup();
    const one = guests.start(WEB, nodeOf(world, 'alpha'), '/dev/drbd0', { answersInMs: 40_000 });
    pass(world, 10);
    guests.put(one, 'paused');
    pass(world, 100);
    guests.put(one, 'running');
    pass(world, 29);
    expect(guests.answers('web')).toBe(false);
    pass(world, 2);
    expect(guests.answers('web')).toBe(true);
    expect(guests.ranMs(one)).toBe(41_000);
  });

  test('sessions live on over a suspend, not over a boot', () => {
    const { world, guests } = setup();
    const one = guests.start(WEB, nodeOf(world, 'alpha'), '/dev/drbd0', { answersInMs: 0 });
    const before = guests.bootOf('web');
    guests.end(one);
    expect(guests.bootOf('web')).toBeNull();
    const two = guests.start(WEB, nodeOf(world, 'bravo'), '/dev/drbd0', { answersInMs: 0, boot: one.boot });
    expect(guests.bootOf('web')).toBe(before);
    guests.end(two);
    guests.start(WEB, nodeOf(world, 'bravo'), '/dev/drbd0', { answersInMs: 0 });
    expect(guests.bootOf('web')).not.toBe(before);
  });

  test.each(['power', 'hang'] as const)('a node that dies (%s) takes its guests with it, silently', (how) => {
    const { world, guests } = setup();
    const heard: boolean[] = [];
    guests.start(WEB, nodeOf(world, 'alpha'), '/dev/drbd0', { answersInMs: 0 });
    guests.onChange(() => void heard.push(guests.answers('web')));
    pass(world, 20);
    const before = world.acknowledged.length;
    if (how === 'power') world.powerCut(nodeOf(world, 'alpha'));
    else world.hang(nodeOf(world, 'alpha'));
    expect(heard).toEqual([false]);
    pass(world, 60);
    expect(world.acknowledged).toHaveLength(before);
    expect(world.truth().domains['web']).toEqual({ node: null, state: 'off', downSeconds: 60, on: [] });
  });
});
