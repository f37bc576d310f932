// The scene perugia as a whole: the thesis' two tests give the thesis' lines, and what is safe stays safe.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { homer } from '../../../src/simulator/scenes/homer.ts';
import { perugia } from '../../../src/simulator/scenes/perugia.ts';
import type { Scene, SimNode, World } from '../../../src/simulator/world/shapes.ts';
import { createWorld } from '../../../src/simulator/world/world.ts';

const START = Date.UTC(2007, 1, 15, 10, 0, 0);
const samples = join(import.meta.dirname, '../../samples/heartbeat');

function worldOf(scene: Scene, seed: number, hurry = 1): World {
  return createWorld(scene, { startMs: START, seed, hurry });
}

function nodeOf(world: World, name: string): SimNode {
  const node = world.node(name);
  if (!node) throw new Error(name);
  return node;
}

const pass = (world: World, seconds: number): void => world.advanceTo(world.schedule.now() + seconds * 1000);
const run = (world: World, node: SimNode, ...argv: string[]): void => world.schedule.run(node.life, node.run(argv));
const log = (node: SimNode): string => node.files.read('/var/log/ha-log') ?? '';

/** Lines of a log without program and time: `info: text`. */
const words = (text: string): string[] => text.split('\n').filter((line) => line !== '').map((line) => line.replace(/^\S+\s+\d{4}\/\d\d\/\d\d_\d\d:\d\d:\d\d /, ''));

/** The thesis' lines; process ids and packet numbers are those of that day, so they are any. */
const thesis = (name: string): RegExp[] =>
  words(readFileSync(join(samples, `${name}.log`), 'utf8')).map((line) => {
    const open = line.replaceAll(/\(\d{4}\)|\[\d+:\d+\]|(?<=process (group )?)\d{4}/g, (number) => number.replaceAll(/\d+/g, '#'));
    return new RegExp(`^${open.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&').replaceAll('#', '\\d+')}$`);
  });

/** Checks that the wanted lines stand in that order among the others; neighbours that tell of links may be swapped. */
function expectInOrder(said: readonly string[], wanted: readonly RegExp[]): void {
  const isLink = (pattern: RegExp): boolean => /Link bravo/.test(pattern.source);
  let from = 0;
  wanted.forEach((pattern, index) => {
    let at = said.findIndex((line, place) => place >= from && pattern.test(line));
    if (at < 0 && isLink(pattern)) {
      // Within its block of link lines any order will do: look back to the last line that is none.
      const start = wanted.slice(0, index).findLastIndex((other) => !isLink(other));
      const before = start < 0 ? 0 : said.findLastIndex((line, place) => place < from && (wanted[start]?.test(line) ?? false));
      at = said.findIndex((line, place) => place >= before && pattern.test(line));
    }
    expect(at, `${pattern.source} after ${said[from - 1] ?? 'the beginning'} in\n${said.join('\n')}`).toBeGreaterThanOrEqual(0);
    from = Math.max(from, at + 1);
  });
}

describe.each([1, 2, 3, 7, 11])('the tests of the thesis, seed %i', (seed) => {
  it('graceful stop of heartbeat on bravo, and its restart', () => {
    const world = worldOf(perugia, seed);
    const [alpha, bravo] = [nodeOf(world, 'alpha'), nodeOf(world, 'bravo')];
    pass(world, 100 + seed);
    let begun = [log(alpha).length, log(bravo).length];
    run(world, bravo, '/etc/init.d/heartbeat', 'stop');
    pass(world, 120);
    expectInOrder(words(log(bravo).slice(begun[1])), thesis('thesis-1-graceful-stop.bravo'));
    expectInOrder(words(log(alpha).slice(begun[0])), thesis('thesis-1-graceful-stop.alpha'));
    expect(world.truth().domains).toMatchObject({ delta: { on: ['alpha'], state: 'running' }, foxtrot: { on: ['alpha'], state: 'running' } });
    // The thesis' own outage, by missing answers, was 25 to 40 s.
    const down = [world.truth().domains['delta']?.downSeconds ?? 0, world.truth().domains['foxtrot']?.downSeconds ?? 0];
    for (const seconds of down) expect(seconds).toBeGreaterThan(10);
    for (const seconds of down) expect(seconds).toBeLessThan(50);
    begun = [log(alpha).length, log(bravo).length];
    run(world, bravo, '/etc/init.d/heartbeat', 'start');
    pass(world, 180);
    expectInOrder(words(log(alpha).slice(begun[0])), thesis('thesis-1-failback.alpha'));
    expect(world.truth().domains).toMatchObject({ delta: { on: ['bravo'] }, foxtrot: { on: ['bravo'] }, charlie: { on: ['alpha'] }, echo: { on: ['alpha'] } });
    expect(world.truth().lostWrites).toEqual([]);
  });

  it("bravo's power cord pulled", () => {
    const world = worldOf(perugia, seed);
    const [alpha, bravo] = [nodeOf(world, 'alpha'), nodeOf(world, 'bravo')];
    pass(world, 60 + seed);
    const begun = log(alpha).length;
    world.powerCut(bravo);
    pass(world, 300);
    expectInOrder(words(log(alpha).slice(begun)), thesis('thesis-2-crash.alpha'));
    expect(log(alpha).slice(begun)).not.toContain('Received shutdown notice');
    expect(world.truth().groups).toEqual({ alpha: { on: 'alpha', state: 'started', holders: ['alpha'] }, bravo: { on: 'alpha', state: 'started', holders: ['alpha'] } });
    expect(world.truth().lostWrites).toEqual([]);
  });
});

it('a machine that was suspended is suspended, though its volume is mounted nowhere', () => {
  const world = worldOf(perugia, 3);
  const bravo = nodeOf(world, 'bravo');
  world.powerCut(nodeOf(world, 'alpha'));
  pass(world, 300);
  run(world, bravo, '/etc/init.d/heartbeat', 'stop');
  pass(world, 120);
  expect(bravo.mounts).toEqual([]);
  for (const name of ['charlie', 'echo', 'delta', 'foxtrot']) expect(world.truth().domains[name]).toMatchObject({ state: 'suspended', on: [], node: null });
});

describe.each([perugia, homer])('the world of $name', (scene) => {
  const [home = '', away = ''] = scene.nodes;

  /** A whole bad day. */
  function badDay(seed: number, startMs = START): World {
    const world = createWorld(scene, { startMs, seed });
    pass(world, 300);
    world.powerCut(nodeOf(world, away));
    pass(world, 400);
    world.powerOn(nodeOf(world, away));
    pass(world, 700);
    world.network.set('all', true);
    pass(world, 120);
    world.network.set('all', false);
    pass(world, 900);
    return world;
  }

  it('is the same again with the same seed, to the letter, and another one with another', () => {
    const [one, two, other] = [badDay(5), badDay(5), badDay(6)];
    expect(two.truth()).toEqual(one.truth());
    expect(two.nodes.map(log)).toEqual(one.nodes.map(log));
    expect(other.nodes.map(log)).not.toEqual(one.nodes.map(log));
  });

  it('is the same whenever it begins, but for the times in it', () => {
    const kernelLog = (node: SimNode): string => node.files.read('/var/log/kern.log') ?? '';
    const told = (world: World): unknown => {
      const { nodes, lostWrites, ...truth } = world.truth();
      return {
        ...truth, nodes: Object.values(nodes).map(({ power, machine, manager }) => [power, machine, manager]), lostWrites: lostWrites.map(({ serial }) => serial),
        logs: world.nodes.map((node) => log(node).replace(/\d{4}\/\d\d\/\d\d_[\d:]{8}/g, 'TIME')), kernel: world.nodes.map((node) => kernelLog(node).replace(/^.{15}/gm, 'TIME')),
      };
    };
    expect(told(badDay(5, START + 1))).toEqual(told(badDay(5)));
    expect(told(badDay(5, START + 86_400_123))).toEqual(told(badDay(5)));
  });

  it('stays healthy until it is told otherwise', () => {
    const world = worldOf(scene, 4);
    const before = world.truth();
    const logs = world.nodes.map(log);
    pass(world, 6 * 3600);
    const after = world.truth();
    expect(after.groups).toEqual(before.groups);
    for (const [name, domain] of Object.entries(after.domains)) expect([name, domain.on, domain.downSeconds]).toEqual([name, before.domains[name]?.on, 0]);
    for (const sides of Object.values(after.replicas)) {
      expect(Object.values(sides).map((side) => side.connection)).toEqual(['Connected', 'Connected']);
      expect(new Set(Object.values(sides).map((side) => side.generation)).size).toBe(1);
    }
    expect(world.acknowledged.length).toBeGreaterThan(1000);
    expect(after.lostWrites).toEqual([]);
    expect(world.nodes.map(log)).toEqual(logs);
  });

  it.each([1, 2, 3, 4, 5, 6])('loses nothing when a node dies and comes back, seed %i', (seed) => {
    const world = worldOf(scene, seed);
    pass(world, 30 + seed * 3);
    world.powerCut(nodeOf(world, seed % 2 === 0 ? home : away));
    pass(world, 400);
    world.powerOn(nodeOf(world, seed % 2 === 0 ? home : away));
    pass(world, 900);
    const truth = world.truth();
    expect(truth.lostWrites).toEqual([]);
    expect(Object.fromEntries(Object.entries(truth.groups).map(([name, group]) => [name, group.on]))).toEqual({ [home]: home, [away]: away });
    for (const domain of Object.values(truth.domains)) expect(domain.on).toHaveLength(1);
  });

  it('in a hurry writes what is true: takeovers take a tenth, and the files say so', () => {
    const world = worldOf(scene, 2, 10);
    expect(nodeOf(world, home).files.read('/etc/ha.d/ha.cf')).toMatch(/keepalive 200ms\ndeadtime 3\nwarntime 1\ninitdead 12\n/);
    pass(world, 10);
    world.powerCut(nodeOf(world, away));
    pass(world, 30);
    expect(world.truth().groups[away]).toEqual({ on: home, state: 'started', holders: [home] });
    expect(world.truth().lostWrites).toEqual([]);
  });
});
