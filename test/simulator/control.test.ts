// The commands of a world, on a world of two plain machines: what is done, and what is refused in which words.
import { beforeEach, describe, expect, it } from 'vitest';
import { runCommand } from '../../src/simulator/control.ts';
import type { Reply } from '../../src/simulator/control.ts';
import { createWorld } from '../../src/simulator/world/world.ts';
import type { Scene, World } from '../../src/simulator/world/shapes.ts';

const START = Date.UTC(2007, 1, 15, 10, 22, 33);
const asked: string[] = [];

const scene: Scene = {
  name: 'plain', says: 'two machines', nodes: ['alpha', 'bravo'],
  links: [{ name: 'bond0', kind: 'net', nodes: ['alpha', 'bravo'] }, { name: 'ttyS0', kind: 'serial', nodes: ['alpha', 'bravo'] }],
  build: () => ({
    systems: [], domains: ['delta'],
    diskError: (node, resource) => (asked.push(`disk ${node.name} ${resource}`), { ok: true }),
    stuck: (domain) => (asked.push(`stuck ${domain}`), { ok: false, says: 'it asks nothing' }),
    write: (domain) => (asked.push(`write ${domain}`), { ok: true }),
    answers: () => true,
  }),
};

let world: World;
let waited: number[];
let jumps: string[];

const say = (line: string): Promise<Reply> =>
  runCommand(world, line, {
    async wait(seconds) {
      waited.push(seconds);
      world.advanceTo(world.schedule.now() + seconds * 1000);
    },
    jump: (node, cut) => void jumps.push(`${node.name} ${String(cut)}`),
  });

beforeEach(() => {
  world = createWorld(scene, { startMs: START });
  waited = [];
  jumps = [];
  asked.length = 0;
});

describe('power', () => {
  it('is cut and comes back after a boot', async () => {
    expect(await say('power-cut bravo')).toEqual({ ok: true });
    expect(world.truth().nodes['bravo']).toMatchObject({ power: 'off', machine: 'off' });
    expect(await say('power-cut bravo')).toEqual({ ok: false, says: 'bravo has no power already' });
    expect(await say('power-on bravo')).toEqual({ ok: true });
    expect(world.truth().nodes['bravo']).toMatchObject({ power: 'on', machine: 'booting' });
    expect(await say('power-on bravo')).toEqual({ ok: false, says: 'bravo has power already' });
    await say('wait 60');
    expect(world.truth().nodes['bravo']).toMatchObject({ power: 'on', machine: 'up' });
  });

  it('stays on in a hang, which only a cut ends', async () => {
    expect(await say('hang alpha')).toEqual({ ok: true });
    expect(world.truth().nodes['alpha']).toMatchObject({ power: 'on', machine: 'hung' });
    expect(await say('power-on alpha')).toEqual({ ok: false, says: 'alpha has power but hangs; power-cut it first' });
    expect(await say('power-cut alpha')).toEqual({ ok: true });
    expect(await say('hang alpha')).toMatchObject({ ok: false });
  });

  it('names the nodes there are', async () => {
    expect(await say('power-cut charlie')).toEqual({ ok: false, says: 'no node is called "charlie"; there are alpha, bravo' });
    expect(await say('power-cut')).toMatchObject({ ok: false });
    expect(await say('power-cut alpha bravo')).toMatchObject({ ok: false });
  });
});

describe('links', () => {
  const carries = (name: string): boolean => world.network.carries(name, 'alpha', 'bravo');

  it('are cut and mended one by one or all', async () => {
    expect(await say('cut bond0')).toEqual({ ok: true });
    expect([carries('bond0'), carries('ttyS0')]).toEqual([false, true]);
    expect(await say('cut all')).toEqual({ ok: true });
    expect([carries('bond0'), carries('ttyS0')]).toEqual([false, false]);
    expect(await say('heal ttyS0')).toEqual({ ok: true });
    expect([carries('bond0'), carries('ttyS0')]).toEqual([false, true]);
    expect(await say('heal all')).toEqual({ ok: true });
    expect([carries('bond0'), carries('ttyS0')]).toEqual([true, true]);
    expect(jumps).toEqual([]);
  });

  it('towards the operator are another thing', async () => {
    expect(await say('cut jump bravo')).toEqual({ ok: true });
    expect(await say('heal jump bravo')).toEqual({ ok: true });
    expect(jumps).toEqual(['bravo true', 'bravo false']);
    expect(carries('bond0')).toBe(true);
    expect(await say('cut jump')).toEqual({ ok: false, says: 'after "jump" comes a node: alpha, bravo' });
  });

  it('must exist', async () => {
    expect(await say('cut eth7')).toEqual({ ok: false, says: 'no link is called "eth7"; there are bond0, ttyS0, all, and jump NODE' });
  });
});

describe('the rest', () => {
  it('goes to the systems of the scene', async () => {
    expect(await say('disk-error bravo drbd1')).toEqual({ ok: true });
    expect(await say('write delta')).toEqual({ ok: true });
    expect(await say('stuck delta')).toEqual({ ok: false, says: 'it asks nothing' });
    expect(asked).toEqual(['disk bravo drbd1', 'write delta', 'stuck delta']);
    expect(await say('write echo')).toEqual({ ok: false, says: 'no domain is called "echo"; there are delta' });
  });

  it('waits for what it is told, and for nothing else', async () => {
    expect(await say('wait 12.5')).toEqual({ ok: true });
    expect(await say('wait 0.30000000000000004')).toEqual({ ok: true });
    expect(waited).toEqual([12.5, 0.30000000000000004]);
    for (const line of ['wait', 'wait -1', 'wait 1e9', 'wait soon', 'wait 9999999']) expect(await say(line), line).toMatchObject({ ok: false });
  });

  it('tells the truth with the clock of each node', async () => {
    await say('wait 7');
    expect(await say('truth')).toMatchObject({ ok: true, lostWrites: [], nodes: { alpha: { clockSeconds: START / 1000 + 7 } } });
    expect(await say('truth please')).toMatchObject({ ok: false });
    expect(await say('mark')).toEqual({ ok: true });
    expect(world.markedAt()).toBe(START + 7000);
  });

  it('does not know what nobody taught it', async () => {
    for (const line of ['rm -rf /', '__proto__ x', 'constructor', '']) expect(await say(line), line).toMatchObject({ ok: false });
  });
});
