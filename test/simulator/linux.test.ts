// What a person types on a node that has nothing to do with the cluster: it speaks of the node, not of the machine that runs the world.
import { expect, it } from 'vitest';
import type { Ran, World } from '../../src/simulator/world/shapes.ts';
import { createWorld } from '../../src/simulator/world/world.ts';
import { miniScene } from './serve/mini-scene.ts';

const START = Date.UTC(2007, 1, 15, 10, 22, 33);

function ran(world: World, ...argv: string[]): Ran {
  const node = world.node('alpha');
  if (!node) throw new Error('alpha');
  const got: Ran[] = [];
  world.schedule.run(node.life, node.run(argv), (result) => got.push(result));
  const [result] = got;
  if (!result) throw new Error(`${argv.join(' ')} did not end`);
  return result;
}

it('uptime tells the node\'s clock, the time since its own power-on and its own load', () => {
  const world = createWorld(miniScene(['alpha']), { startMs: START });
  const node = world.node('alpha');
  if (!node) throw new Error('alpha');
  node.bootedAt = world.schedule.now() - (4 * 86_400 + 3 * 3600 + 7 * 60) * 1000;
  expect(ran(world, 'uptime').stdout).toMatch(/^ 10:22:33 up 4 days, {2}3:07, {2}1 user, {2}load average: \d\.\d\d, \d\.\d\d, 0\.10\n$/);
  node.bootedAt = world.schedule.now() - 25 * 60_000;
  expect(ran(world, 'uptime').stdout).toMatch(/^ 10:22:33 up 25 min, {2}1 user, /);
});

it.each(['systemctl', 'journalctl', 'service', 'loginctl'])('%s is a program the node has not, whatever the machine that runs the world has', (name) => {
  expect(ran(createWorld(miniScene(['alpha']), { startMs: START }), name, 'reboot')).toEqual({ stdout: '', stderr: `${name}: command not found\n`, exit: 127 });
});

it.each(['killall', 'pkill'])('%s kills nothing on the machine that runs the world', (name) => {
  const { stdout, stderr, exit } = ran(createWorld(miniScene(['alpha']), { startMs: START }), name, '-9', 'heartbeat');
  expect([stdout, exit]).toEqual(['', 1]);
  expect(stderr).toMatch(/no process of this simulated node can be killed/);
});
