// The whole monitor on real shells: what an operator would see of a node whose programs and files misbehave.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createMonitor } from '../../src/monitor/monitor.ts';
import { systemClock } from '../../src/monitor/clock.ts';
import type { CommandProbe, Probe } from '../../src/probes/probe.ts';
import { vitals } from '../../src/probes/vitals.ts';
import { CONFIG, inventoryNode, Live } from './support/live.ts';
import { NodeDirectory } from './support/node-directory.ts';
import { fileProbe, proc, xen } from './support/probes.ts';
import { processesOf } from './support/processes.ts';
import { SHELLS, transportWith } from './support/shells.ts';
import { until } from './support/until.ts';

/** `xm list`, given up after 0.3 s. */
const hasty: CommandProbe<'xen-list'> = {
  name: 'xen-list',
  kind: 'commands',
  everySeconds: 1,
  deadlineSeconds: 0.3,
  *ask() {
    const answer = yield ['xm', 'list'];
    if (answer.status !== 'ok') return { answered: false, kind: answer.status === 'timeout' ? 'no-answer' : 'cut', why: answer.status, raw: answer.stdout };
    return { answered: true, facts: xen(answer.stdout.trim()), unread: [] };
  },
};
const PROBES: readonly Probe[] = [fileProbe, hasty, vitals];

let node: NodeDirectory;
let live: Live | null = null;

function start(command: string, env = node.env): Live {
  live = new Live({ transportFor: () => transportWith(command, env), probes: PROBES });
  live.monitor.start();
  return live;
}

beforeEach(() => {
  node = new NodeDirectory();
  node.write('proc/drbd', '8.4.11\n');
  node.write('proc/sys/kernel/random/boot_id', '11111111-1111-1111-1111-111111111111\n');
  node.program('xm', 'echo xm');
});
afterEach(async () => {
  await live?.monitor.stop();
  live = null;
  await until('nothing is left', () => processesOf(node.path).length === 0, 2000);
  node.dispose();
});

for (const shell of SHELLS) {
  describe.skipIf(!shell.here)(`a node whose sh is ${shell.name}${shell.here ? '' : ' (not installed)'}`, () => {
    it('is seen whole at the first look, and each change within a second or so', async () => {
      node.write('var/log/ha-log', 'Nov 20 20:56:24 alpha heartbeat: [4163]: info: node bravo: is dead\n');
      const begun = Date.now();
      const seen = start(shell.command);
      await seen.monitor.firstLook;
      expect(Date.now() - begun).toBeLessThan(2000);
      expect(seen.view.link.state).toBe('up');
      expect(seen.fact('proc-drbd').value).toEqual(proc('8.4.11'));
      expect(seen.fact('xen-list').value).toEqual(xen('xm'));
      expect(seen.view.log.map((line) => line.event.kind)).toEqual(['node-dead']);
      expect(Math.abs(seen.view.clock?.offsetSeconds ?? 99)).toBeLessThan(1);
      node.write('proc/drbd', '9.9.9\n');
      await until('the change', () => (seen.fact('proc-drbd').value as { version: string }).version === '9.9.9', 3000);
      node.append('var/log/ha-log', 'Nov 20 20:56:30 alpha heartbeat: [4163]: info: Link bravo:eth1 dead.\n');
      await until('the line', () => seen.view.log.length === 2, 3000);
      expect(seen.view.log[1]?.event).toMatchObject({ kind: 'link-dead', node: 'bravo', resource: 'eth1' });
    });

    it('tells its kernel\'s words from kern.log, messages or dmesg, whichever it has', async () => {
      const role = 'drbd1: Secondary/Unknown --> Primary/Unknown';
      const stamped = `Nov 20 20:43:10 alpha kernel: ${role}\n`;
      const cases: [string, () => void, string][] = [
        ['a node with dmesg alone', () => node.program('dmesg', `echo "[ 12.5] ${role}"`), 'dmesg'],
        ['one with messages', () => node.write('var/log/messages', `Nov 20 20:43:09 alpha cron[7]: (root) CMD\n${stamped}`), '/var/log/messages'],
        ['one with kern.log', () => node.write('var/log/kern.log', stamped), '/var/log/kern.log'],
      ];
      for (const [what, prepare, file] of cases) {
        prepare();
        const seen = start(shell.command);
        const [first, ...others] = await until(what, () => seen.view.log.length > 0 && seen.view.log);
        expect(first).toMatchObject({ file, kernel: { kind: 'drbd-role', minor: 1, to: 'Primary/Unknown' } });
        expect(others).toEqual([]);
        expect(seen.view.logFailures.map((failure) => failure.file)).toEqual(['/var/log/ha-log']);
        await seen.monitor.stop();
      }
    });

    it('whose program hangs loses that fact only: the program is killed, a new shell asks on', async () => {
      node.program('xm', "trap '' TERM HUP; sleep 1000");
      const seen = start(shell.command);
      const states = new Set<string>();
      seen.monitor.subscribe(() => states.add(seen.view.link.state));
      const failure = await until('the deadline', () => seen.view.facts['xen-list']?.failure);
      expect(failure).toMatchObject({ kind: 'no-answer', why: 'timeout' });
      await until('only the two shells are left', () => processesOf(node.path).length === 2);
      await seen.monitor.firstLook;
      expect(seen.view.clock).not.toBeNull();
      node.write('proc/drbd', '9.9.9\n');
      await until('the change', () => (seen.fact('proc-drbd').value as { version: string }).version === '9.9.9', 3000);
      expect([...states].filter((state) => state !== 'connecting')).toEqual(['up']);
      node.program('xm', 'echo back');
      seen.monitor.askAll();
      await until('the program answers again', () => seen.view.facts['xen-list']?.failure === null, 8000);
    });
  });
}

describe('a node', () => {
  it('that stops is silent within three seconds, and up when it goes on', async () => {
    // No probe here times out meanwhile: a new shell of this machine would be a word of the node's.
    const seen = new Live({ transportFor: () => transportWith('/bin/sh', node.env), probes: [fileProbe, { ...hasty, deadlineSeconds: 30 }] });
    live = seen;
    seen.monitor.start();
    await seen.monitor.firstLook;
    const stopped = processesOf(node.path);
    for (const pid of stopped) process.kill(pid, 'SIGSTOP');
    const at = Date.now();
    const link = await until('silence', () => seen.view.link.state === 'silent' && seen.view.link, 4000);
    // Half a second for a busy machine.
    expect(Date.now() - at).toBeLessThan(3500);
    expect(link.since).toBeLessThanOrEqual(at + 50);
    expect(seen.fact('proc-drbd').value).toEqual(proc('8.4.11'));
    for (const pid of stopped) process.kill(pid, 'SIGCONT');
    await until('an answer', () => seen.view.link.state === 'up', 4000);
  });

  it('that reboots goes on: what was known is old until it is heard anew', async () => {
    const seen = start('/bin/sh');
    await seen.monitor.firstLook;
    expect(seen.fact('vitals').value).toMatchObject({ bootId: '11111111-1111-1111-1111-111111111111' });
    const heardAt = seen.fact('proc-drbd').heardAt ?? 0;
    node.write('proc/sys/kernel/random/boot_id', '22222222-2222-2222-2222-222222222222\n');
    for (const pid of processesOf(node.path)) process.kill(pid, 'SIGKILL');
    await until('the loss', () => seen.view.link.state === 'silent');
    expect(seen.fact('proc-drbd').value).toEqual(proc('8.4.11'));
    await until('the new boot', () => seen.view.link.state === 'up' && JSON.stringify(seen.fact('vitals').value).includes('22222222'), 5000);
    expect(seen.fact('proc-drbd').heardAt ?? 0).toBeGreaterThan(heardAt);
  });

  it('whose slow shell dies gets another', async () => {
    // The program's process group is the slow shell's, and that has the shell's number.
    node.program('xm', 'read -r pid name state parent group rest </proc/$$/stat; echo $group');
    const seen = start('/bin/sh');
    const states = new Set<string>();
    seen.monitor.subscribe(() => states.add(seen.view.link.state));
    await seen.monitor.firstLook;
    const before = (seen.fact('xen-list').value as { tool: string }).tool;
    process.kill(Number(before), 'SIGKILL');
    await until('it is asked by another shell', () => (seen.fact('xen-list').value as { tool: string }).tool !== before, 5000);
    expect(states).not.toContain('silent');
  });

  const dates = [
    ['a year ahead', 'exec /usr/bin/date -u -d "@$(($(/usr/bin/date +%s) + 31536000))" "$@"', { offset: 31_536_000, error: 0.2, zone: 0 }],
    ['that counts whole seconds', 'echo "$(/usr/bin/date +%s) %N +0100"', { offset: 0, error: 0.8, zone: 60 }],
  ] as const;
  for (const [what, script, expected] of dates) {
    it(`with a clock ${what} is measured`, async () => {
      node.program('date', script);
      const seen = start('/bin/sh');
      await seen.monitor.firstLook;
      expect(Math.abs((seen.view.clock?.offsetSeconds ?? 0) - expected.offset)).toBeLessThan(1);
      expect(seen.view.clock?.errorSeconds).toBeLessThan(expected.error);
      expect(seen.view.clock?.zoneMinutes).toBe(expected.zone);
    });
  }

  it('without date has no clock, and all other facts', async () => {
    const seen = start('/bin/sh', { ...node.env, PATH: `${node.path}/bin` });
    await seen.monitor.firstLook;
    expect(seen.view.clock).toBeNull();
    expect(seen.fact('xen-list').value).toEqual(xen('xm'));
  });

  it('with a program that prints 10 MB keeps 1 MB of it, and says so', async () => {
    node.program('xm', 'yes "a line of some output" | head -c 10000000');
    const slowly = { ...hasty, deadlineSeconds: 20 };
    live = new Live({ transportFor: () => transportWith('/bin/sh', node.env), probes: [fileProbe, slowly] });
    live.monitor.start();
    await live.monitor.firstLook;
    expect(live.fact('xen-list').failure).toMatchObject({ kind: 'cut' });
    expect(live.fact('xen-list').raw.length).toBeLessThanOrEqual(1024 * 1024);
    expect(live.view.link.state).toBe('up');
  });
});

describe('two nodes', () => {
  it('are whole within two seconds of the start, though one has no shell to give', async () => {
    const monitor = createMonitor({
      config: CONFIG, nodes: [inventoryNode('alpha'), inventoryNode('bravo')], logs: [], probes: PROBES, clock: systemClock, random: () => 0.5, judge: () => [],
      transportFor: (target) => transportWith(target.name === 'alpha' ? '/bin/sh' : '/bin/false', node.env),
    });
    const begun = Date.now();
    monitor.start();
    await monitor.firstLook;
    expect(Date.now() - begun).toBeLessThan(2000);
    const [alpha, bravo] = monitor.get().cluster.nodes;
    expect(alpha?.link.state).toBe('up');
    expect(bravo?.link).toMatchObject({ state: 'silent', says: expect.stringContaining('did not run /bin/sh (exit 1)') as string });
    expect(bravo?.facts).toEqual({});
    await monitor.stop();
  });
});
