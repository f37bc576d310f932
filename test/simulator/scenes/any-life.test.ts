// Lives of chance of a whole scene, with nobody's hand in DRBD: what the world says of itself stays true, and can be read.
import { describe, expect, it } from 'vitest';
import { capturedParsers } from '../../../src/probes/all.ts';
import { answerOf } from '../../../src/probes/probe.ts';
import { runCommand } from '../../../src/simulator/control.ts';
import { homer } from '../../../src/simulator/scenes/homer.ts';
import { perugia } from '../../../src/simulator/scenes/perugia.ts';
import { createRandom } from '../../../src/simulator/world/random.ts';
import type { Scene, SimNode, World } from '../../../src/simulator/world/shapes.ts';
import { createWorld } from '../../../src/simulator/world/world.ts';

/** A standby whose other half does not live to answer is forgotten after an hour. */
const STANDBY_FORGOTTEN_SECONDS = 3700;
const STANDBY = ['all', 'local', 'foreign'].map((what) => ['/usr/lib/heartbeat/hb_standby', what]);

interface Life {
  world: World;
  /** Every link was cut at some time. */
  wasSplit: boolean;
}

/** Some steps of chance, then everything is made whole and has time to settle. `look` sees the world after each step. */
async function live(scene: Scene, seed: number, look: (life: Life) => void): Promise<Life> {
  const world = createWorld(scene, { startMs: Date.UTC(2007, 1, 15, 10), seed });
  const life: Life = { world, wasSplit: false };
  const random = createRandom(seed * 7919);
  const pick = <T>(list: readonly [T, ...T[]]): T => list[random.whole(0, list.length - 1)] ?? list[0];
  const pass = (seconds: number): void => world.advanceTo(world.schedule.now() + seconds * 1000);
  const say = (line: string): Promise<unknown> => runCommand(world, line, { wait: () => Promise.resolve(), jump: () => undefined });
  const nodes = world.nodes as [SimNode, ...SimNode[]];
  const links = ['all', ...scene.links.map((link) => link.name)] as [string, ...string[]];
  const mend = async (node: SimNode): Promise<void> => {
    if (node.machine === 'hung') await say(`power-cut ${node.name}`);
    if (node.machine === 'off') await say(`power-on ${node.name}`);
  };
  for (let step = 0; step < 20; step += 1) {
    const node = pick(nodes);
    const what = random.whole(0, 9);
    if (what === 0) await say(`power-cut ${node.name}`);
    else if (what === 1) await say(`hang ${node.name}`);
    else if (what === 2) await say(`cut ${pick(links)}`);
    else if (what <= 4) await say(`heal ${pick(links)}`);
    else if (what <= 6) await mend(node);
    else if (what === 7) await say(`write ${pick(world.built.domains as [string, ...string[]])}`);
    else if (node.machine === 'up') world.schedule.run(node.life, node.run(what === 8 ? ['reboot'] : pick(STANDBY as [string[], ...string[][]])));
    if (world.network.links.every((link) => link.cut)) life.wasSplit = true;
    pass(pick([1, 10, 40, 120, 400]) * random.next());
    look(life);
  }
  await say('heal all');
  for (const again of [700, 700, STANDBY_FORGOTTEN_SECONDS]) {
    for (const node of nodes) await mend(node);
    pass(again);
    look(life);
  }
  return life;
}

/** Everything that can be asked of the world after any step. */
function expectTrue({ world, wasSplit }: Life): void {
  const truth = world.truth();
  const sinceMark = (world.schedule.now() - world.markedAt()) / 1000;
  for (const [name, domain] of Object.entries(truth.domains)) {
    expect(domain.downSeconds, name).toBeLessThanOrEqual(sinceMark + 0.001);
    if (!wasSplit) expect(domain.on.length, name).toBeLessThanOrEqual(1);
    for (const on of domain.on) expect(truth.nodes[on]?.machine, `${name} on ${on}`).toBe('up');
  }
  if (!wasSplit) expect(Object.values(truth.replicas).filter((sides) => Object.values(sides).filter((side) => side.role === 'Primary' && side.connection === 'Connected').length > 1)).toEqual([]);
  for (const node of world.nodes.filter((one) => one.machine === 'up')) {
    for (const [parser, path] of [['proc-drbd', '/proc/drbd'], ['mounts', '/proc/mounts'], ['ha-log', '/var/log/ha-log']] as const) {
      const text = node.read(path);
      if (text === null) continue;
      const read = capturedParsers.find((one) => one.name === parser)?.parse(answerOf(text));
      expect(read, `${path} on ${node.name}:\n${text.slice(-800)}`).toMatchObject({ answered: true, unread: [] });
    }
  }
}

describe.each([perugia, homer])('$name', (scene) => {
  it.each([1, 2, 3, 4, 5, 6, 7, 8])('whatever happens, life %i', async (seed) => {
    const { world } = await live(scene, seed, expectTrue);
    const truth = world.truth();
    const isSplit = Object.values(truth.replicas).some((sides) => Object.values(sides).some((side) => side.connection === 'StandAlone'));
    // A split brain is for people to mend; without one everything is well again, each group on one node with all it needs.
    if (isSplit) return;
    for (const [name, group] of Object.entries(truth.groups)) {
      expect([name, group.state, group.holders.length]).toEqual([name, 'started', 1]);
      const replica = Object.values(truth.replicas)[scene.nodes.indexOf(name)];
      expect(Object.entries(replica ?? {}).filter(([, side]) => side.role === 'Primary').map(([node]) => node)).toEqual([group.on]);
      expect(new Set(Object.values(replica ?? {}).map((side) => `${side.connection} ${side.disk} ${side.generation}`)).size).toBe(1);
    }
    for (const domain of Object.values(truth.domains)) expect([domain.state, domain.on.length]).toEqual(['running', 1]);
  });

  it('is the same life again with the same seed', async () => {
    const told = (world: World): unknown => [world.truth(), world.nodes.map((node) => [node.read('/var/log/ha-log'), node.read('/var/log/kern.log')])];
    const [one, again] = [await live(scene, 5, () => undefined), await live(scene, 5, () => undefined)];
    expect(told(again.world)).toEqual(told(one.world));
  });
});
