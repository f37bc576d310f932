// `demo` of the real program: its scenes, its drills, the conversation of --serve, and what is left afterwards.
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { findSshd, nodeProcesses } from '../../src/simulator/sshd.ts';
import type { Truth } from '../../src/simulator/world/truth.ts';
import { serveDemo } from '../support/served-demo.ts';
import type { ServedDemo } from '../support/served-demo.ts';
import { until } from '../support/ssh-nodes.ts';
import { run } from './program.ts';

const demos: ServedDemo[] = [];
async function serve(...args: string[]): Promise<ServedDemo> {
  const demo = await serveDemo(...args);
  demos.push(demo);
  return demo;
}
afterEach(async () => {
  for (const demo of demos.splice(0)) {
    demo.running.child.kill('SIGKILL');
    await demo.running.ended;
    rmSync(demo.directory, { recursive: true, force: true });
  }
});

const onNodes = (demo: ServedDemo): number[] => {
  const nodes = join(demo.directory, 'nodes');
  return existsSync(nodes) ? readdirSync(nodes).flatMap((name) => nodeProcesses(join(nodes, name))) : [];
};

describe('without a terminal', () => {
  it('names its scenes', async () => {
    expect(JSON.parse((await run(['demo', '--list', '--json'])).stdout)).toMatchObject({ schema: 'crashcart/scenes/1', scenes: [{ name: 'homer' }, { name: 'perugia' }] });
    expect((await run(['demo', '--list'])).stdout).toMatch(/^homer {2}.*\nperugia {2}.*\n$/);
  });

  it.each<[string[], RegExp]>([
    [['demo', 'atlantis'], /^crashcart: no scene is named "atlantis" in this version; there are homer or perugia\n$/],
    [['demo', 'homer', 'perugia'], /^crashcart: no scene is named "homer perugia"/],
    [['demo', '--hurry', '0'], /^crashcart: --hurry 0 is not taken; write a whole number from 1 to 100\n$/],
    [['demo', '--hurry', '1.5'], /^crashcart: --hurry 1\.5 is not taken/],
    [['demo', '--seed', 'luck'], /^crashcart: --seed luck is not taken; write a whole number from 0 to 4294967295\n$/],
    [['demo', 'perugia', '--serve', '--drill', 'flood'], /^crashcart: perugia has no drill "flood"; there are power-cut, link-cut, split-brain/],
    [['demo', 'homer', '--serve', '--drill', 'stuck-vm'], /^crashcart: homer has no drill "stuck-vm"/],
    [['demo', 'homer'], /^crashcart: the cockpit needs a terminal/],
  ])('%j is refused with 64 and one sentence', async (args, says) => {
    const ran = await run(args);
    expect([ran.code, ran.stdout]).toEqual([64, '']);
    expect(ran.stderr).toMatch(says);
  });
});

describe('--serve', () => {
  it('answers each line with a line of JSON, in order, however long one waits', async () => {
    const demo = await serve('homer', '--seed', '3');
    expect(demo.inventoryFile).toMatch(/inventory\.yaml$/);
    demo.running.child.stdin.write('\n   \n');
    const all = await Promise.all([demo.say('wait 30'), demo.say('cut eth1'), demo.say('cut eth9'), demo.say('explode'), demo.say(`wait ${'9'.repeat(2000)}`), demo.say('truth')]);
    expect(all.map((answer) => answer.ok)).toEqual([true, true, false, false, false, true]);
    expect(all[2]?.says).toContain('eth1, eth2');
    expect(all[4]?.says).toBe('a command is at most 1000 characters long');
    expect(all[5]?.nodes).toMatchObject({ skylla: { power: 'on' }, charybda: { power: 'on' } });
  });

  it('ends with its input: exit 0, nothing left', async () => {
    const demo = await serve('homer');
    expect(await demo.stop()).toBe(0);
    expect([existsSync(demo.directory), (await demo.running.ended).stderr]).toEqual([false, '']);
  });

  it.each(['SIGTERM', 'SIGINT', 'SIGHUP'] as const)('ends with %s, in the middle of a wait too: exit 0, nothing left', async (signal) => {
    const demo = await serve('homer');
    await demo.done('mark');
    demo.running.child.stdin.write('wait 600000\n');
    demo.running.child.kill(signal);
    expect(await demo.running.ended).toMatchObject({ code: 0, stderr: '' });
    expect(existsSync(demo.directory)).toBe(false);
  });

  it('killed with no chance to clean up it leaves its directory, but no process', async () => {
    const demo = await serve('perugia');
    const watch = run(['status', '--json', '--inventory', demo.inventoryFile]);
    expect((await watch).stderr).toBe('');
    demo.running.child.kill('SIGKILL');
    await demo.running.ended;
    expect(existsSync(demo.inventoryFile)).toBe(true);
    await until('nothing runs on its nodes', () => onNodes(demo).length === 0);
  });

  it.skipIf(findSshd() === null)('killed like that it takes along what somebody left running on a node', async () => {
    const demo = await serve('homer');
    execFileSync('ssh', ['-F', join(demo.directory, 'ssh_config'), 'skylla', 'sleep 1000 >/dev/null 2>&1 </dev/null &']);
    expect(onNodes(demo)).toHaveLength(1);
    demo.running.child.kill('SIGKILL');
    await demo.running.ended;
    await until('nothing runs on its nodes', () => onNodes(demo).length === 0);
  });

  it('says in one sentence what the machine lacks for it', async () => {
    const ran = await run(['demo', 'perugia', '--serve'], { env: { TMPDIR: '/nonexistent/here' } });
    expect(ran).toMatchObject({ code: 70, stdout: '', stderr: expect.stringMatching(/^crashcart: cannot serve the simulated cluster on this machine: .*\/nonexistent\/here.*\n$/) as string });
  });

  it('--hurry divides what the nodes read in their own files', async () => {
    const demo = await serve('perugia', '--hurry', '10');
    expect(readFileSync(join(demo.directory, 'nodes/alpha/etc/ha.d/ha.cf'), 'utf8')).toMatch(/^deadtime 3$/m);
  });

  it('--drill begins before the first line is answered', async () => {
    const demo = await serve('perugia', '--drill', 'power-cut');
    const truth: Truth = await demo.truth();
    expect(Object.values(truth.nodes).filter((node) => node.power === 'off')).toHaveLength(1);
  });
});
