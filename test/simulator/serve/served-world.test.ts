// A world behind real SSH: what a person with plain ssh sees, in health, power cut, hang, shutdown and cut cables.
import { spawn } from 'node:child_process';
import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { loadInventory } from '../../../src/monitor/inventory-file.ts';
import { findSftpServer } from '../../../src/simulator/serve/find-program.ts';
import { startServedWorld } from '../../../src/simulator/serve/served-world.ts';
import type { ServedWorld } from '../../../src/simulator/serve/served-world.ts';
import { nodeProcesses } from '../../../src/simulator/sshd.ts';
import { findBinary } from '../../../src/transport/find-binary.ts';
import { openSshd, until } from '../../support/ssh-nodes.ts';
import { miniScene } from './mini-scene.ts';
import { rawClient } from './raw-client.ts';
import type { RawClient } from './raw-client.ts';

const START = Date.parse('2007-02-15T10:22:33Z');

interface Ran { code: number | null; stdout: string; stderr: string }

interface Session {
  child: ChildProcessWithoutNullStreams;
  ran: Ran;
  ended: Promise<Ran>;
  /** Resolves when stdout holds the text. */
  says(text: string): Promise<void>;
}

const sessions: Session[] = [];
const clients: RawClient[] = [];

function session(world: ServedWorld, words: readonly string[], program: 'ssh' | 'sftp' = 'ssh'): Session {
  const child = spawn(program, ['-F', world.sshConfigFile, ...words]);
  const ran: Ran = { code: null, stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => (ran.stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (ran.stderr += text));
  child.stdin.on('error', () => child.stdin.destroy());
  const ended = new Promise<Ran>((resolve) => child.once('close', (code) => resolve({ ...ran, code })));
  const made: Session = { child, ran, ended, says: (text) => until(`"${text}" in "${ran.stdout}" ${ran.stderr}`, () => ran.stdout.includes(text), 8000) };
  sessions.push(made);
  return made;
}

async function ssh(world: ServedWorld, node: string, command: string, input = ''): Promise<Ran> {
  const { child, ended } = session(world, [node, command]);
  child.stdin.end(input);
  return ended;
}

function raw(world: ServedWorld, node: string): RawClient {
  const client = rawClient(world.nodes.find((each) => each.name === node)?.port ?? 0);
  clients.push(client);
  return client;
}

afterEach(() => {
  for (const { child } of sessions.splice(0)) child.kill('SIGKILL');
  for (const { socket } of clients.splice(0)) socket.destroy();
});

const noSsh = findBinary('ssh') === null ? 'ssh is not installed' : null;

describe.each([
  { server: 'auto' as const, name: 'sshd', missing: noSsh ?? openSshd.missing },
  { server: 'ssh2' as const, name: 'ssh2', missing: noSsh },
])('served by $name', ({ server, name, missing }) => {
  const test = missing === null ? it : it.skip;
  const title = (text: string): string => (missing === null ? text : `${text} (skipped: ${missing})`);
  const guest = { answers: true, boot: 1 };
  let world: ServedWorld;
  beforeAll(async () => {
    world = await startServedWorld({ scene: miniScene(['alpha', 'bravo'], guest), now: START, server });
  });
  afterAll(async () => {
    await world.stop();
    expect(existsSync(world.directory)).toBe(false);
    for (const node of world.nodes) expect(nodeProcesses(node.directory)).toEqual([]);
  });

  test(title('is private, and its inventory is one'), async () => {
    expect(world.servedBy).toBe(name);
    expect(statSync(world.directory).mode & 0o777).toBe(0o700);
    const loaded = await loadInventory(world.inventoryFile, '/nonexistent');
    if (!loaded.ok) throw new Error(loaded.says);
    const [cluster] = loaded.inventory.clusters;
    expect([cluster?.config.name, cluster?.nodes.map((node) => node.name)]).toEqual(['mini', ['alpha', 'bravo']]);
    expect(readFileSync(world.inventoryFile, 'utf8')).toMatch(/delta: \{ tcp: "127\.0\.0\.1:\d+", domain: delta \}/);
  });

  test(title('pipes, loops, exit codes, stderr apart, quoting, a question'), async () => {
    expect(await ssh(world, 'alpha', 'cat "$r/proc/sys/kernel/hostname"; for i in 1 2 3; do probe say "$i" 2>/dev/null | head -n 1; done')).toEqual({ code: 0, stdout: 'alpha\n1\n2\n3\n', stderr: '' });
    expect(await ssh(world, 'bravo', 'probe say a b')).toEqual({ code: 7, stdout: 'a b\nno newline', stderr: 'a word on stderr\n' });
    expect((await ssh(world, 'alpha', `probe argv "it's" '$HOME' "two\nlines"`)).stdout).toBe(`${JSON.stringify(['probe', 'argv', "it's", '$HOME', 'two\nlines'])}\n`);
    expect(await ssh(world, 'alpha', 'probe ask', 'yes\n')).toMatchObject({ code: 0, stdout: 'Sure? got "yes"\n' });
    expect((await ssh(world, 'alpha', 'probe flood | wc -c')).stdout.trim()).toBe('200000');
    expect((await ssh(world, 'alpha', 'probe flood | head -n 1')).code).toBe(0);
    expect(await ssh(world, 'alpha', 'hostname; pwd; nonsense')).toMatchObject({ code: 127, stdout: `alpha\n${world.nodes[0]?.directory ?? ''}\n` });
  });

  const noSftp = missing ?? (findBinary('sftp') === null || findSftpServer() === null ? 'sftp is not installed' : null);
  // The ssh2 server runs programs and shells only.
  if (server === 'auto') (noSftp === null ? it : it.skip)(`sftp, which scp uses too, begins in the node's directory${noSftp === null ? '' : ` (skipped: ${noSftp})`}`, async () => {
    const { child, ended } = session(world, ['-b', '-', 'alpha'], 'sftp');
    child.stdin.end('pwd\nls var/log\n');
    const copy = await ended;
    expect([copy.code, copy.stderr]).toEqual([0, '']);
    expect(copy.stdout).toContain(`Remote working directory: ${world.nodes[0]?.directory ?? ''}\n`);
    expect(copy.stdout).toContain('var/log/ha-log');
  });

  test(title('a log is followed as it grows'), async () => {
    const tail = session(world, ['alpha', 'tail -n +1 -F "$r/var/log/ha-log"']);
    await tail.says('the log of alpha begins');
    world.world.node('alpha')?.files.append('/var/log/ha-log', 'and goes on\n');
    await tail.says('and goes on');
  });

  test(title('without a command there is a shell, with the node\'s programs'), async () => {
    const shell = session(world, ['-T', 'alpha']);
    shell.child.stdin.end('hostname\nprobe argv x\nexit 4\n');
    expect(await shell.ended).toMatchObject({ code: 4, stdout: 'alpha\n["probe","argv","x"]\n' });
  });

  test(title('a program goes on when its client is killed'), async () => {
    const client = session(world, ['alpha', 'probe wait 2 alone']);
    await client.says('waiting');
    client.child.kill('SIGKILL');
    await client.ended;
    expect(await world.command('wait 3')).toEqual({ ok: true });
    expect((await ssh(world, 'alpha', 'cat "$r/proc/probe"')).stdout).toBe('waited alone\n');
  });

  test(title('wait moves the clock and the uptime of the nodes at once'), async () => {
    const look = async (): Promise<number[]> => (await ssh(world, 'bravo', 'date +%s; cat "$r/proc/uptime"')).stdout.split(/\s+/).slice(0, 2).map(Number);
    const [date = 0, up = 0] = await look();
    expect(await world.command('wait 3600')).toEqual({ ok: true });
    const [later = 0, laterUp = 0] = await look();
    expect(later - date).toBeGreaterThanOrEqual(3600);
    expect(later - date).toBeLessThan(3620);
    expect(Math.abs(laterUp - up - (later - date))).toBeLessThan(3);
  });

  test(title('a word that is no command of the world is refused in one sentence'), async () => {
    expect(await world.command('explode alpha')).toMatchObject({ ok: false, says: expect.stringContaining('"explode"') as string });
  });

  test(title('power cut: nothing is said to anybody; power on: a reset, then service at the same port'), async () => {
    const open = raw(world, 'alpha');
    await open.until('the banner', () => open.heard.startsWith('SSH-2.0-'));
    const shell = session(world, ['-T', 'alpha']);
    shell.child.stdin.write('echo ready; setsid sleep 1000 & sleep 1000\n');
    await shell.says('ready');
    const bravo = raw(world, 'bravo');
    await bravo.until('the banner', () => bravo.heard.startsWith('SSH-2.0-'));
    const heard = open.heard;

    expect(await world.command('power-cut alpha')).toEqual({ ok: true });
    const node = world.nodes[0]?.directory ?? '';
    await until('nothing runs on it any more', () => nodeProcesses(node).length === 0);
    const late = raw(world, 'alpha');
    await late.until('the kernel took it', () => late.events.includes('connect'));
    late.socket.write('SSH-2.0-test\r\n');
    open.socket.write('SSH-2.0-test\r\n');
    await Promise.all([late.silence(1000), open.silence(1000)]);
    expect([open.heard, open.events, late.heard, late.events]).toEqual([heard, ['connect'], '', ['connect']]);
    expect([shell.child.exitCode, shell.child.signalCode, bravo.events]).toEqual([null, null, ['connect']]);
    const uptime = readFileSync(`${node}/proc/uptime`, 'utf8');

    expect(await world.command('power-on alpha')).toEqual({ ok: true });
    await world.command('wait 20');
    expect(readFileSync(`${node}/proc/uptime`, 'utf8')).toBe(uptime);
    expect(open.events).toEqual(['connect']);
    await world.command('wait 12');
    await open.until('a reset', () => open.events.includes('error ECONNRESET'));
    expect(open.events).not.toContain('end');
    expect((await shell.ended).code).toBe(255);
    expect((await ssh(world, 'alpha', 'cut -d. -f1 "$r/proc/uptime"')).stdout).toMatch(/^\d\d\n$/);
  });

  test(title('a hang is silent too'), async () => {
    const open = raw(world, 'bravo');
    await open.until('the banner', () => open.heard.startsWith('SSH-2.0-'));
    expect(await world.command('hang bravo')).toEqual({ ok: true });
    const late = raw(world, 'bravo');
    await late.until('the kernel took it', () => late.events.includes('connect'));
    await Promise.all([late.silence(400), open.silence(400)]);
    expect([open.events, late.events, late.heard]).toEqual([['connect'], ['connect'], '']);
    await world.command('power-cut bravo');
    await world.command('power-on bravo');
    await world.command('wait 40');
    expect((await ssh(world, 'bravo', 'hostname')).stdout).toBe('bravo\n');
  });

  test(title('reboot: the connections end in order'), async () => {
    const open = raw(world, 'alpha');
    await open.until('the banner', () => open.heard.startsWith('SSH-2.0-'));
    const before = (await ssh(world, 'alpha', 'cat "$r/proc/sys/kernel/random/boot_id"')).stdout;
    expect((await ssh(world, 'alpha', 'reboot')).code).toBe(0);
    await world.command('wait 2');
    await open.until('an end', () => open.events.includes('end'));
    await world.command('wait 40');
    const after = (await ssh(world, 'alpha', 'cat "$r/proc/sys/kernel/random/boot_id"')).stdout;
    expect(after).toMatch(/^[0-9a-f-]{36}\n$/);
    expect(after).not.toBe(before);
  });

  test(title('the way from the jump host cut and mended: the same session goes on'), async () => {
    const shell = session(world, ['-T', 'alpha']);
    shell.child.stdin.write('echo one\n');
    await shell.says('one\n');
    expect(await world.command('cut jump alpha')).toEqual({ ok: true });
    shell.child.stdin.write('echo two; exit 3\n');
    const late = raw(world, 'alpha');
    await late.until('the kernel took it', () => late.events.includes('connect'));
    await late.silence(400);
    expect([late.heard, shell.ran.stdout]).toEqual(['', 'one\n']);
    expect(await world.command('heal jump alpha')).toEqual({ ok: true });
    expect(await shell.ended).toMatchObject({ code: 3, stdout: 'one\ntwo\n' });
    await late.until('the banner', () => late.heard.startsWith('SSH-2.0-'));
  });

  test(title('a guest listens exactly while it answers'), async () => {
    const [, port = '0'] = /delta: \{ tcp: "127\.0\.0\.1:(\d+)"/.exec(readFileSync(world.inventoryFile, 'utf8')) ?? [];
    const dial = (): RawClient => {
      const client = rawClient(Number(port));
      clients.push(client);
      return client;
    };
    const user = dial();
    await user.until('its greeting', () => user.heard.includes('220 delta'));
    guest.answers = false;
    await world.command('mark');
    const refused = dial();
    await refused.until('a refusal', () => refused.events.includes('error ECONNREFUSED'));
    guest.answers = true;
    await world.command('mark');
    user.socket.write('still here\n');
    await user.until('the echo', () => user.heard.endsWith('still here\n'));
  });
});

const sshdMissing = noSsh ?? openSshd.missing;
it.skipIf(sshdMissing !== null)(`with a terminal a person gets a prompt with the node's name${sshdMissing === null ? '' : ` (skipped: ${sshdMissing})`}`, async () => {
  const world = await startServedWorld({ scene: miniScene(['alpha']), now: START });
  try {
    const shell = session(world, ['-tt', 'alpha']);
    await shell.says('alpha:# ');
    shell.child.stdin.write('cd etc/init.d && hostname\n');
    await shell.says('alpha:/etc/init.d# ');
    shell.child.stdin.write('exit\n');
    const { code, stdout } = await shell.ended;
    expect(code).toBe(0);
    expect(stdout).toMatch(/[\r\n]alpha\r\n/);
  } finally {
    await world.stop();
  }
});

it.skipIf(sshdMissing !== null)(`16 nodes at once${sshdMissing === null ? '' : ` (skipped: ${sshdMissing})`}`, async () => {
  const names = Array.from({ length: 16 }, (_, n) => `node${n + 1}`);
  const world = await startServedWorld({ scene: miniScene(names), now: START });
  try {
    const all = await Promise.all(names.map((name) => ssh(world, name, 'hostname; probe argv x')));
    expect(all).toEqual(names.map((name) => ({ code: 0, stdout: `${name}\n["probe","argv","x"]\n`, stderr: '' })));
  } finally {
    await world.stop();
  }
  expect(existsSync(world.directory)).toBe(false);
}, 60_000);
