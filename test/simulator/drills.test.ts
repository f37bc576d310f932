// Drills: what each asks of the world, and that one is over before another begins.
import { describe, expect, it } from 'vitest';
import { createDrillRunner, drillsOf } from '../../src/simulator/drills.ts';
import { createWorld } from '../../src/simulator/world/world.ts';
import type { Scene, World } from '../../src/simulator/world/shapes.ts';

const scene: Scene = {
  name: 'plain', says: 'two machines', nodes: ['alpha', 'bravo'], links: [{ name: 'bond1', kind: 'net', nodes: ['alpha', 'bravo'] }],
  build: () => ({ systems: [], domains: [], diskError: () => ({ ok: true }), stuck: () => ({ ok: true }), write: () => ({ ok: true }), answers: () => true }),
};

function runner(hurry = 1, refuse?: string) {
  const world: World = createWorld(scene, { startMs: 0, hurry });
  const lines: string[] = [];
  const drills = createDrillRunner(world, drillsOf({ node: 'bravo', peer: 'alpha', link: 'bond1', resource: 'drbd1', domain: 'delta' }), async (line) => {
    lines.push(line);
    return line === refuse ? { ok: false, says: 'no' } : { ok: true };
  });
  return { world, lines, drills };
}

describe('drills', () => {
  it('are the six of the documentation, and the way back', () => {
    expect(runner().drills.list.map((drill) => drill.name)).toEqual(['power-cut', 'link-cut', 'split-brain', 'disk-error', 'hang', 'stuck-vm', 'mend']);
    expect(drillsOf({ node: 'a', peer: 'b', link: 'l', resource: 'r', domain: null }).map((drill) => drill.name)).not.toContain('stuck-vm');
  });

  it.each([
    ['power-cut', 'power-cut bravo'], ['link-cut', 'cut bond1'], ['disk-error', 'disk-error bravo drbd1'], ['hang', 'hang bravo'], ['stuck-vm', 'stuck delta'],
  ])('%s does its one thing at once', async (name, line) => {
    const { drills, lines } = runner();
    expect(await drills.start(name)).toMatchObject({ ok: true });
    expect(lines).toEqual([line]);
    expect(drills.current()).toBeNull();
  });

  it('split-brain mends the links after five minutes of life, and blocks the others until then', async () => {
    const { drills, lines, world } = runner(10);
    await drills.start('split-brain');
    expect(lines).toEqual(['cut all']);
    expect(await drills.start('hang')).toEqual({ ok: false, says: 'split-brain is still going on' });
    expect(drills.current()).toContain('split-brain');
    world.advanceTo(29_999);
    expect(lines).toEqual(['cut all']);
    world.advanceTo(30_000);
    expect(lines).toEqual(['cut all', 'heal all']);
    expect(drills.current()).toBeNull();
  });

  it('mend ends what goes on and brings back what is gone', async () => {
    const { drills, lines, world } = runner();
    await drills.start('split-brain');
    const bravo = world.node('bravo');
    if (bravo) world.hang(bravo);
    lines.length = 0;
    await drills.start('mend');
    expect(lines).toEqual(['power-cut bravo', 'heal all', 'heal jump alpha', 'heal jump bravo', 'power-on bravo']);
    world.advanceTo(600_000);
    expect(lines).toHaveLength(5);
  });

  it('says why one cannot begin', async () => {
    const { drills } = runner(1, 'power-cut bravo');
    expect(await drills.start('power-cut')).toEqual({ ok: false, says: 'no' });
    expect(await drills.start('earthquake')).toMatchObject({ ok: false });
  });
});
