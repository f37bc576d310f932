// What every transport promises against every server: the cases, as data, for contract-pair.ts to run over all pairs.
import { spawn } from 'node:child_process';
import { createHash, createHmac } from 'node:crypto';
import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'vitest';
import { newKey } from '../../src/simulator/ssh-server.ts';
import { nodeProcesses } from '../../src/simulator/sshd.ts';
import type { Channel, ChannelEnd, ConnectFailure, Secrets, Session, SshTarget } from '../../src/transport/session.ts';
import { processesMarked, until } from '../support/ssh-nodes.ts';
import type { Lab, NodeOptions, NodeServer } from '../support/ssh-nodes.ts';

/** What a case gets: one client's transport, one kind of server. */
export interface World {
  lab: Lab;
  /** The server that all cases share; they leave it as it is. */
  server: NodeServer;
  /** Another one, for this case only. */
  start(options?: NodeOptions): Promise<NodeServer>;
  target(server: NodeServer, more?: Partial<SshTarget>): SshTarget;
  connect(target: SshTarget, options?: { signal?: AbortSignal; secrets?: Secrets }): Promise<Session>;
  fail(target: SshTarget, options?: { signal?: AbortSignal; secrets?: Secrets }): Promise<ConnectFailure>;
  /** Kills the process that holds the connection here (ssh's master), or cuts it at the server where there is none. */
  cut(target: SshTarget, server: NodeServer): Promise<void>;
}

export interface Case {
  name: string;
  run(world: World): Promise<void>;
}

/** The constant that starts a node shell: reads a script from stdin up to @GO, then runs it. */
const bootstrap =
  'exec /bin/sh -c \'nl=$(printf "\\n_"); nl=${nl%_}; s=; while IFS= read -r l; do if [ "$l" = @GO ]; then break; fi; s="$s$l$nl"; done; eval "$s"\'';

export const cases: Case[] = [
  {
    name: 'connects, and runs a command on the node',
    async run({ server, target, connect }) {
      const session = await connect(target(server));
      expect(await run(session, 'echo "$r" && exit 3')).toEqual({ out: `${server.node}\n`, err: '', end: { how: 'exited', code: 3 } });
      expect(session.target.name).toBe('alpha');
    },
  },
  {
    name: 'gives every exit code as it is, 255 too',
    async run({ server, target, connect }) {
      const session = await connect(target(server));
      for (const code of [0, 1, 127, 255]) {
        expect((await run(session, `exit ${code}`)).end).toEqual({ how: 'exited', code });
      }
    },
  },
  {
    name: 'tells a command that a signal ended from one that exited',
    async run({ server, target, connect }) {
      const { end } = await run(await connect(target(server)), 'kill -KILL $$');
      expect(end.how).toBe('signalled');
      // ssh hides the signal's name.
      expect(['KILL', 'unknown']).toContain(end.how === 'signalled' ? end.signal : '');
    },
  },
  {
    name: 'keeps stderr apart from stdout',
    async run({ server, target, connect }) {
      expect(await run(await connect(target(server)), 'echo out; echo err >&2')).toEqual({ out: 'out\n', err: 'err\n', end: { how: 'exited', code: 0 } });
    },
  },
  {
    name: 'runs two channels at once without mixing them',
    async run({ server, target, connect }) {
      const session = await connect(target(server));
      const both = ['one', 'two'].map((word) => converse(session.exec(`while read -r line; do echo ${word} $line; done`)));
      for (const line of ['1\n', '2\n']) both.forEach(({ channel }) => channel.write(line));
      both.forEach(({ channel }) => channel.endInput());
      expect(await Promise.all(both.map(({ done }) => done))).toEqual([
        { out: 'one 1\none 2\n', err: '', end: { how: 'exited', code: 0 } },
        { out: 'two 1\ntwo 2\n', err: '', end: { how: 'exited', code: 0 } },
      ]);
    },
  },
  {
    name: 'brings 10 MB of output intact',
    async run({ server, target, connect }) {
      const line = `${'0123456789abcdef'.repeat(8)}\n`;
      const text = line.repeat(Math.ceil(10_000_000 / line.length));
      writeFileSync(join(server.node, 'big'), text);
      const { out, end } = await run(await connect(target(server)), 'cat "$r/big"');
      expect(end).toEqual({ how: 'exited', code: 0 });
      expect(digest(out)).toBe(digest(text));
    },
  },
  {
    name: 'sends 10 MB of input intact',
    async run({ server, target, connect }) {
      const text = 'fedcba9876543210fedcba987654321\n'.repeat(312_500);
      const { channel, done } = converse((await connect(target(server))).exec('cat >"$r/got"'));
      channel.write(text);
      channel.endInput();
      expect((await done).end).toEqual({ how: 'exited', code: 0 });
      expect(digest(readFileSync(join(server.node, 'got'), 'utf8'))).toBe(digest(text));
    },
  },
  {
    name: 'cleans what a terminal would obey out of the output, and keeps what is cut in the middle of a character',
    async run({ server, target, connect }) {
      const words = String.raw`printf 'a\033]0;pwned\007b\033[31mc\302'; sleep 0.05; printf '\240\342\200\256d\303\251\377\r\n'`;
      expect((await run(await connect(target(server)), words)).out).toBe('abc\u00a0dé\ufffd\n');
    },
  },
  {
    name: 'is not delayed by a command that hangs, and can cancel it',
    async run({ server, target, connect }) {
      const session = await connect(target(server));
      const hanging = converse(session.exec('echo on; exec cat'));
      await until('the hanging command has started', () => hanging.text() === 'on\n');
      expect((await run(session, 'echo other')).out).toBe('other\n');
      hanging.channel.cancel();
      expect((await hanging.done).end).toEqual({ how: 'cancelled' });
      expect(hanging.channel.write('more\n')).toBe(false);
      expect((await run(session, 'echo still there')).out).toBe('still there\n');
    },
  },
  {
    name: 'lets the remote side see its stdin end when a channel is cancelled',
    async run({ server, target, connect }) {
      const session = await connect(target(server));
      const { channel, text } = converse(session.exec('echo on; cat >/dev/null; echo ended >"$r/ended"'));
      await until('the command has started', () => text() === 'on\n');
      channel.cancel();
      await until('the remote command has gone on after its stdin', () => existsSync(join(server.node, 'ended')));
    },
  },
  {
    name: 'says that its channels are lost when the session is closed here',
    async run({ server, target, connect }) {
      const session = await connect(target(server));
      const { done, text } = converse(session.exec('echo on; exec cat'));
      await until('the command has started', () => text() === 'on\n');
      session.close();
      expect((await session.closed).byUs).toBe(true);
      expect((await done).end.how).toBe('lost');
      expect((await run(session, 'echo after')).end.how).toBe('lost');
    },
  },
  {
    name: 'starts a node shell behind a csh login',
    async run({ start, target, connect }) {
      const session = await connect(target(await start({ loginShell: ['/bin/csh'] })));
      const { channel, done } = converse(session.exec(bootstrap));
      channel.write('echo "script $0"\nwhile read -r tick; do echo "tick $tick"; done\n@GO\n1\n2\n');
      channel.endInput();
      expect(await done).toEqual({ out: 'script /bin/sh\ntick 1\ntick 2\n', err: '', end: { how: 'exited', code: 0 } });
    },
  },
  {
    name: 'tells of a restricted login shell by its own words',
    async run({ start, target, connect }) {
      const session = await connect(target(await start({ loginShell: ['/bin/bash', '-r'] })));
      const { err, end } = await run(session, bootstrap);
      expect(err).toMatch(/restricted/);
      expect(end.how === 'exited' ? end.code : 0).not.toBe(0);
      expect((await run(session, 'echo plain commands work')).out).toBe('plain commands work\n');
    },
  },
  {
    name: 'shows the banner, cleaned, and apart from all output',
    async run({ start, target, connect }) {
      const session = await connect(target(await start({ banner: 'AUTHORISED \u001b[31mpersonnel\u001b[0m only\n' })));
      expect(session.banner).toContain('AUTHORISED');
      expect(session.banner).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/);
      expect(await run(session, 'echo x')).toEqual({ out: 'x\n', err: '', end: { how: 'exited', code: 0 } });
    },
  },
  {
    name: 'refused: nobody listens',
    async run({ server, target, fail }) {
      const failure = await fail(target(server, { port: await closedPort() }));
      expect(failure.kind).toBe('refused');
      expect(failure.says).toMatch(/^alpha: 127\.0\.0\.1 port \d+ refuses the connection; /);
    },
  },
  {
    name: 'dns: a host name that is not known',
    async run({ server, target, fail }) {
      expect((await fail(target(server, { host: 'no-such-host.invalid' }))).kind).toBe('dns');
    },
  },
  {
    name: 'local: a host name that would be an option, or more than a name, reaches no command line',
    async run({ lab, server, target, fail }) {
      const trap = join(lab.directory, 'trapped');
      for (const host of [`-oProxyCommand=touch ${trap}`, `-oProxyCommand=touch\t${trap}`, `x;touch$IFS${trap}`, '$(id)', '']) {
        const failure = await fail(target(server, { host }));
        expect(failure.kind).toBe('local');
        expect(failure.says).toMatch(/^alpha: .*is not a host name/);
      }
      expect((await fail(target(server, { jump: `-oProxyCommand=touch${trap}` }))).kind).toBe('local');
      expect(existsSync(trap)).toBe(false);
    },
  },
  {
    name: 'hostkey-unknown: says what to type, writes no known_hosts, and never logs in',
    async run({ lab, start, target, fail }) {
      const server = await start();
      const knownHostsFile = lab.file('empty', '# nobody\n');
      const failure = await fail(target(server, { knownHostsFile }));
      expect(failure.kind).toBe('hostkey-unknown');
      expect(failure.says).toMatch(/^alpha: its host key is not in known_hosts.*; type: ssh -F .* 127\.0\.0\.1$/);
      expect(readFileSync(knownHostsFile, 'utf8')).toBe('# nobody\n');
      expect(server.refused('publickey')).toBe(0);
    },
  },
  {
    name: 'hostkey-changed: another key on file',
    async run({ lab, server, target, fail }) {
      const text = `${known(server)} ${lab.stranger.public}\n`;
      const knownHostsFile = lab.file('changed', text);
      const failure = await fail(target(server, { knownHostsFile }));
      expect(failure.kind).toBe('hostkey-changed');
      expect(failure.fingerprint).toBe(fingerprint(server));
      expect(failure.says).toContain(fingerprint(server));
      expect(readFileSync(knownHostsFile, 'utf8')).toBe(text);
    },
  },
  {
    name: 'hostkey-changed: the right key, but revoked',
    async run({ lab, server, target, fail }) {
      const knownHostsFile = lab.file('revoked', `${server.hostKeyLine}\n@revoked * ${keyOf(server)}\n`);
      const failure = await fail(target(server, { knownHostsFile }));
      expect(failure.kind).toBe('hostkey-changed');
      expect(failure.says).toMatch(/revoked/);
    },
  },
  {
    name: 'accepts a hashed name in known_hosts, among others and beside a key of another type',
    async run({ lab, server, target, connect }) {
      const salt = Buffer.from('0123456789abcdefghij');
      const hashed = `|1|${salt.toString('base64')}|${createHmac('sha1', salt).update(known(server)).digest('base64')}`;
      const ecdsa = 'ecdsa-sha2-nistp256 AAAAE2VjZHNhLXNoYTItbmlzdHAyNTYAAAAIbmlzdHAyNTYAAABBBEmKSENjQEezOmxkZMy7opKgwFB9nkt5YRrYMjNuG5N87uRgg6CLrbo5wAdT/y6v0mKV0U2w0WZ2YB/++Tpockg=';
      const knownHostsFile = lab.file('hashed', `${known(server)} ${ecdsa}\nother ${lab.stranger.public}\n${hashed} ${keyOf(server)}\n`);
      expect((await run(await connect(target(server, { knownHostsFile })), 'echo in')).out).toBe('in\n');
    },
  },
  {
    name: 'auth: a key that is not accepted is offered once, on one connection',
    async run({ lab, start, target, fail }) {
      const server = await start();
      const failure = await fail(target(server, { identityFile: join(lab.directory, 'stranger') }));
      expect(failure.kind).toBe('auth');
      expect(failure.says).toMatch(/^alpha: it does not let us in/);
      expect(server.logins()).toBe(1);
      expect(server.refused('publickey')).toBe(1);
    },
  },
  {
    name: 'auth: a wrong password is sent once at most, and shown nowhere',
    async run({ lab, start, target, fail }) {
      const server = await start({ password: 'right' });
      const secrets = { password: { reveal: () => 'wrong-secret' } };
      const failure = await fail(target(server, { identityFile: join(lab.directory, 'stranger') }), { secrets });
      expect(failure.kind).toBe('auth');
      expect(server.refused('password')).toBeLessThanOrEqual(1);
      expect(server.logins()).toBe(1);
      expect(JSON.stringify(failure)).not.toContain('wrong-secret');
    },
  },
  {
    name: 'protocol: what listens is no SSH server',
    async run({ server, target, fail }) {
      const closePort = await listen((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n\u001b]0;pwned\u0007rubbish\r\n'));
      const failure = await fail(target(server, { port: closePort.port }));
      closePort.close();
      expect(failure.kind).toBe('protocol');
      expect(failure.says).toMatch(/^alpha: 127\.0\.0\.1 port \d+ does not speak SSH with us/);
      expect(failure.says + failure.detail).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/);
    },
  },
  {
    name: 'timeout: what listens says nothing',
    async run({ server, target, fail }) {
      const mute = await listen(() => undefined);
      const start = performance.now();
      const failure = await fail(target(server, { port: mute.port }));
      mute.close();
      expect(failure.kind).toBe('timeout');
      expect(performance.now() - start).toBeLessThan(8000);
    },
  },
  {
    name: 'cancelled: a connect that is given up',
    async run({ server, target, fail }) {
      const mute = await listen(() => undefined);
      const given = new AbortController();
      const failing = fail(target(server, { port: mute.port }), { signal: given.signal });
      await mute.accepted;
      given.abort();
      expect((await failing).kind).toBe('cancelled');
      expect((await fail(target(server), { signal: given.signal })).kind).toBe('cancelled');
      await mute.closed;
      mute.close();
    },
  },
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

interface Talk {
  channel: Channel;
  /** stdout so far. */
  text(): string;
  done: Promise<{ out: string; err: string; end: ChannelEnd }>;
}

function converse(channel: Channel): Talk {
  const out: string[] = [];
  const err: string[] = [];
  channel.onStdout((text) => void out.push(text));
  channel.onStderr((text) => void err.push(text));
  return { channel, text: () => out.join(''), done: channel.ended.then((end) => ({ out: out.join(''), err: err.join(''), end })) };
}

function run(session: Session, command: string): Talk['done'] {
  const { channel, done } = converse(session.exec(command));
  channel.endInput();
  return done;
}

function digest(text: string): string {
  return `${text.length} ${createHash('sha256').update(text).digest('hex')}`;
}

function known(server: NodeServer): string {
  return server.hostKeyLine.split(' ')[0] ?? '';
}

function keyOf(server: NodeServer): string {
  return server.hostKeyLine.split(' ').slice(1).join(' ');
}

function fingerprint(server: NodeServer): string {
  const key = Buffer.from(server.hostKeyLine.split(' ')[2] ?? '', 'base64');
  return `SHA256:${createHash('sha256').update(key).digest('base64').replace(/=+$/, '')}`;
}

function ownFiles(): string {
  const directory = join(homedir(), '.ssh');
  if (!existsSync(directory)) return 'not there';
  return readdirSync(directory)
    .map((name) => `${name} ${readFileSync(join(directory, name)).toString('base64')}`)
    .join('\n');
}

interface Listening {
  port: number;
  /** Somebody has come. */
  accepted: Promise<void>;
  /** The first that came has gone. */
  closed: Promise<void>;
  close(): void;
}

/** A TCP server on loopback that is no SSH server. */
async function listen(greet: (socket: Socket) => void): Promise<Listening> {
  const sockets = new Set<Socket>();
  const server = createServer();
  const accepted = new Promise<Socket>((resolve) => server.once('connection', resolve));
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('error', () => socket.destroy());
    socket.resume();
    greet(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    accepted: accepted.then(() => undefined),
    closed: accepted.then((socket) => new Promise<void>((resolve) => (socket.closed ? resolve() : socket.once('close', () => resolve())))),
    close() {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}

/** A port at which nobody listens. */
async function closedPort(): Promise<number> {
  const { port, close } = await listen(() => undefined);
  close();
  return port;
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
