// What every transport promises of connections: over jump hosts, many at once, lost, cut, stopped, killed.
import { spawn } from 'node:child_process';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { createServer } from 'node:net';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'vitest';
import { newKey } from '../../src/simulator/ssh-server.ts';
import { nodeProcesses } from '../../src/simulator/sshd.ts';
import { processesMarked, until } from '../support/ssh-nodes.ts';
import { closedPort, converse, run } from './contract-kit.ts';
import type { Case } from './contract-kit.ts';

/** The cases. */
export const connectionCases: Case[] = [
  {
    name: 'goes over a jump host, with one login there for all nodes behind it',
    async run({ start, server, target, connect }) {
      const jump = await start({ jump: true });
      const behind = target({ ...server, hostKeyLine: `${server.hostKeyLine}\n${jump.hostKeyLine}` }, { jump: `${jump.user}@127.0.0.1:${jump.port}` });
      const sessions = await Promise.all(['alpha', 'bravo', 'gamma'].map((name) => connect({ ...behind, name })));
      for (const session of sessions) expect((await run(session, 'echo "$r"')).out).toBe(`${server.node}\n`);
      expect(jump.logins()).toBe(1);
      await jump.drop();
      await Promise.all(sessions.map(async (session) => expect((await session.closed).byUs).toBe(false)));
    },
  },
  {
    name: 'jump: the jump host is down, and is the one that is named',
    async run({ server, target, fail }) {
      const failure = await fail(target(server, { jump: `127.0.0.1:${await closedPort()}` }));
      expect(failure.kind).toBe('jump');
      expect(failure.says).toMatch(/^alpha: its jump host 127\.0\.0\.1:\d+: .* refuses the connection/);
    },
  },
  {
    name: 'hostkey-unknown: of the jump host, as strict as everywhere',
    async run({ start, server, target, fail }) {
      const jump = await start({ jump: true });
      const failure = await fail(target(server, { jump: `${jump.user}@127.0.0.1:${jump.port}` }));
      expect(failure.kind).toBe('hostkey-unknown');
      expect(failure.says).toMatch(/its jump host /);
      expect(jump.refused('publickey')).toBe(0);
    },
  },
  {
    name: 'auth: a jump host that refuses us is not asked again for the next node',
    async run({ lab, start, server, target, fail }) {
      const jump = await start({ jump: true, authorized: [newKey().public] });
      const behind = target({ ...server, hostKeyLine: `${server.hostKeyLine}\n${jump.hostKeyLine}` }, { jump: `${jump.user}@127.0.0.1:${jump.port}`, identityFile: join(lab.directory, 'stranger') });
      const first = await Promise.all([fail(behind), fail({ ...behind, name: 'bravo' })]);
      const later = await fail({ ...behind, name: 'gamma' });
      expect([...first, later].map(({ kind }) => kind)).toEqual(['auth', 'auth', 'auth']);
      expect(later.says).toMatch(/^gamma: its jump host /);
      expect(jump.logins()).toBe(1);
    },
  },
  {
    name: 'local: a jump host that would be reached over itself',
    needsSshConfig: true,
    async run({ lab, server, target, fail }) {
      const configFile = lab.file('loop', 'Host 127.0.0.1 two\n  ProxyJump one\nHost one\n  ProxyJump two\n');
      const failure = await fail(target(server, { configFile }));
      expect(failure.kind).toBe('local');
      expect(failure.says).toMatch(/one is to be reached over itself; write ProxyJump none for it in ssh_config/);
    },
  },
  {
    name: 'unreachable: the node behind a jump host is down',
    async run({ start, server, target, fail }) {
      const jump = await start({ jump: true });
      const behind = target({ ...server, hostKeyLine: jump.hostKeyLine }, { jump: `${jump.user}@127.0.0.1:${jump.port}`, port: await closedPort() });
      const failure = await fail(behind);
      expect(failure.kind).toBe('unreachable');
      expect(failure.says).toMatch(/could not open the way to 127\.0\.0\.1 port/);
    },
  },
  {
    name: 'gets 40 logins through at the default MaxStartups',
    async run({ start, target, connect }) {
      const to = target(await start());
      const sessions = await Promise.all(Array.from({ length: 40 }, () => connect(to)));
      expect(sessions).toHaveLength(40);
    },
  },
  {
    name: 'asks an old server for old algorithms only where the inventory says so, and still gets into a new one',
    async run({ server, target, connect }) {
      expect((await run(await connect(target(server, { legacyAlgorithms: true })), 'echo in')).out).toBe('in\n');
    },
  },
  {
    name: 'drop: the server is killed; the channels are lost, and a new connect works when it is back',
    async run({ start, target, connect, fail }) {
      const server = await start({ port: await quietPort() });
      const to = target(server);
      const session = await connect(to);
      const { done, text } = converse(session.exec('echo on; exec cat'));
      await until('the command has started', () => text() === 'on\n');
      server.signal('SIGKILL');
      expect((await done).end.how).toBe('lost');
      expect((await session.closed).byUs).toBe(false);
      expect((await fail(to)).kind).toBe('refused');
      const again = await start({ port: server.port });
      const back = { ...to, knownHostsFile: target(again).knownHostsFile ?? '' };
      expect((await run(await connect(back), 'echo back')).out).toBe('back\n');
    },
  },
  {
    name: 'notices within 3 s that a whole server stands still',
    async run({ start, target, connect }) {
      const server = await start();
      const session = await connect(target(server));
      const { done, text } = converse(session.exec('echo on; exec cat'));
      await until('the command has started', () => text() === 'on\n');
      const stopped = performance.now();
      server.signal('SIGSTOP');
      const { says, byUs } = await session.closed;
      expect(performance.now() - stopped).toBeLessThan(3500);
      expect({ says, byUs }).toEqual({ says: 'alpha: no answer for 3 s, connection given up', byUs: false });
      expect((await done).end.how).toBe('lost');
      server.signal('SIGCONT');
    },
  },
  {
    name: 'connection cut here: everything on it is lost, and nothing connects anew by itself',
    async run({ start, target, connect, cut }) {
      const server = await start();
      const to = target(server);
      const session = await connect(to);
      const { done, text } = converse(session.exec('echo on; exec cat'));
      await until('the command has started', () => text() === 'on\n');
      await cut(to, server);
      expect((await session.closed).byUs).toBe(false);
      expect((await done).end.how).toBe('lost');
      expect((await run(session, 'echo never')).end.how).toBe('lost');
      expect(server.logins()).toBe(1);
    },
  },
  {
    name: 'kill -9 of the program leaves no process, on the node or here',
    async run({ start, target }) {
      const server = await start();
      const mark = `crashcart_test=${newKey().public.slice(30, 60)}`;
      const [name = '', value = ''] = mark.split('=');
      const script = fileURLToPath(new URL('./fixtures/client.ts', import.meta.url));
      const child = spawn(process.execPath, [script, JSON.stringify(target(server))], { stdio: ['ignore', 'pipe', 'inherit'], env: { ...process.env, [name]: value } });
      await new Promise<void>((resolve, reject) => {
        child.stdout.once('data', () => resolve());
        child.once('exit', () => reject(new Error('the client ended by itself')));
      });
      expect(nodeProcesses(server.node)).not.toHaveLength(0);
      child.removeAllListeners('exit').kill('SIGKILL');
      await until('no process is left here', () => processesMarked(mark).length === 0);
      await until('no process is left on the node', () => nodeProcesses(server.node).length === 0);
    },
  },
  {
    name: 'leaves ~/.ssh as it is',
    async run({ server, target, connect }) {
      const before = ownFiles();
      await connect(target(server));
      expect(ownFiles()).toBe(before);
    },
  },
];

function ownFiles(): string {
  const directory = join(homedir(), '.ssh');
  if (!existsSync(directory)) return 'not there';
  return readdirSync(directory)
    .map((name) => `${name} ${readFileSync(join(directory, name)).toString('base64')}`)
    .join('\n');
}

/** A free port outside the range that the system gives to connections, so that nobody takes it between two servers. */
async function quietPort(): Promise<number> {
  for (let port = 20_000 + (process.pid % 5000); ; port += 1) {
    const server = createServer();
    const isFree = await new Promise<boolean>((resolve) => {
      server.once('error', () => resolve(false));
      server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
    });
    if (isFree) return port;
  }
}
