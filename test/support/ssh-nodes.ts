// Nodes for tests: a directory served by OpenSSH's sshd or by the small ssh2 server (in a process of its own, so that
// it can be killed and stopped), with keys and known_hosts in a temporary directory. ~/.ssh is never used.
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { newKey } from '../../src/simulator/ssh-server.ts';
import type { KeyPair, LoginAttempt } from '../../src/simulator/ssh-server.ts';
import { findSshd, startSshd } from '../../src/simulator/sshd.ts';
import type { SshTarget } from '../../src/transport/session.ts';

/** How a test's server differs from the usual one. */
export interface NodeOptions {
  loginShell?: string[];
  banner?: string;
  jump?: boolean;
  hostKey?: KeyPair;
  /** Public lines let in; default: the lab's own key. */
  authorized?: string[];
  password?: string;
  port?: number;
}

/** A server, whichever it is. */
export interface NodeServer {
  host: string;
  port: number;
  user: string;
  hostKeyLine: string;
  /** The node's directory. */
  node: string;
  /** Sends a signal to the server and all that belongs to it. */
  signal(name: NodeJS.Signals): void;
  /** Cuts the connections; the server goes on listening. */
  drop(): Promise<void>;
  /** Connections that came as far as the login. */
  logins(): number;
  /** Refused attempts by method. */
  refused(method: 'publickey' | 'password'): number;
  stop(): Promise<void>;
}

/** A temporary directory with a key, an empty ssh_config and the servers started in it. */
export interface Lab {
  directory: string;
  key: KeyPair;
  /** A key that no server accepts. */
  stranger: KeyPair;
  file(name: string, text: string): string;
  /** Makes a node's directory. */
  newNode(): string;
  /** A target for a server, strict and away from the user's own configuration. */
  target(server: { host: string; port: number; user: string; hostKeyLine: string }, more?: Partial<SshTarget>): SshTarget;
  remove(): void;
}

/** Makes a lab. */
export function newLab(): Lab {
  const directory = mkdtempSync(join(tmpdir(), 'cc-lab-'));
  const key = newKey('lab');
  const stranger = newKey('stranger');
  let count = 0;
  const file = (name: string, text: string): string => {
    const path = join(directory, name);
    writeFileSync(path, text, { mode: 0o600 });
    return path;
  };
  file('id', key.private);
  file('stranger', stranger.private);
  file('ssh_config', '');
  return {
    directory,
    key,
    stranger,
    file,
    newNode() {
      count += 1;
      const node = join(directory, `node${count}`);
      mkdirSync(join(node, 'bin'), { recursive: true });
      return node;
    },
    target(server, more = {}) {
      count += 1;
      return {
        name: 'alpha',
        host: server.host,
        port: server.port,
        user: server.user,
        identityFile: join(directory, 'id'),
        knownHostsFile: file(`known_hosts${count}`, `${server.hostKeyLine}\n`),
        configFile: join(directory, 'ssh_config'),
        transport: 'auto',
        ...more,
      };
    },
    remove: () => rmSync(directory, { recursive: true, force: true }),
  };
}

/** One kind of server; `missing` says why it cannot run here. */
export interface ServerKind {
  name: string;
  missing: string | null;
  start(lab: Lab, options?: NodeOptions): Promise<NodeServer>;
}

export const openSshd: ServerKind = {
  name: "OpenSSH's sshd",
  missing: findSshd() === null ? 'sshd is not installed' : null,
  async start(lab, options = {}) {
    const node = lab.newNode();
    const started = await startSshd({
      directory: `${node}.sshd`,
      nodeDirectory: node,
      authorizedKeys: options.authorized ?? [lab.key.public],
      ...(options.hostKey ? { hostKeys: [options.hostKey.private] } : {}),
      ...pick(options, ['loginShell', 'banner', 'jump', 'port']),
    });
    if (!started.ok) throw new Error(started.says);
    const { sshd } = started;
    const count = (pattern: RegExp): number => sshd.log().match(pattern)?.length ?? 0;
    return {
      ...sshd,
      node,
      signal: (name) => sendAll(sshd.pids(), name),
      async drop() {
        sendAll(sshd.pids().slice(1), 'SIGKILL');
        await until('sshd has no connection', () => sshd.pids().length === 1);
      },
      logins: () => count(/^Connection from /gm),
      refused: (method) => count(new RegExp(`^Failed ${method} for `, 'gm')),
    };
  },
};

export const ssh2Server: ServerKind = {
  name: 'the ssh2 server',
  missing: null,
  async start(lab, options = {}) {
    const node = lab.newNode();
    const all = {
      authorizedKeys: options.authorized ?? [lab.key.public],
      node: { directory: node },
      ...(options.hostKey ? { hostKeys: [options.hostKey.private] } : {}),
      ...pick(options, ['loginShell', 'banner', 'jump', 'port', 'password']),
    };
    const script = fileURLToPath(new URL('../transport/fixtures/serve.ts', import.meta.url));
    const child = spawn(process.execPath, [script, JSON.stringify(all)], { stdio: ['pipe', 'pipe', 'inherit'] });
    const attempts: LoginAttempt[] = [];
    let answer: (line: string) => void = () => undefined;
    const firstLine = new Promise<string>((resolve, reject) => {
      child.once('exit', () => reject(new Error('the ssh2 server did not start')));
      answer = resolve;
    });
    let dropped = (): void => undefined;
    createInterface({ input: child.stdout }).on('line', (line) => {
      const said = JSON.parse(line) as { listening?: string; attempt?: LoginAttempt; dropped?: boolean };
      if (said.attempt) attempts.push(said.attempt);
      else if (said.dropped === true) dropped();
      else answer(line);
    });
    const { listening } = JSON.parse(await firstLine) as { listening: { host: string; port: number; hostKeyLine: string } };
    const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
    return {
      ...listening,
      user: userInfo().username,
      node,
      signal: (name) => void child.kill(name),
      drop() {
        const done = new Promise<void>((resolve) => (dropped = resolve));
        child.stdin.write('drop\n');
        return done;
      },
      logins: () => attempts.filter((one) => one.method === 'none').length,
      refused: (method) => attempts.filter((one) => one.method === method && !one.accepted).length,
      async stop() {
        child.stdin.end();
        child.kill('SIGCONT');
        await ended;
      },
    };
  },
};

/** Waits until something is so; looks every 10 ms and fails after `timeoutMs`. */
export async function until(what: string, isSo: () => boolean, timeoutMs = 5000): Promise<void> {
  const end = performance.now() + timeoutMs;
  while (!isSo()) {
    if (performance.now() > end) throw new Error(`not within ${timeoutMs} ms: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

/** Processes that have this word in their environment, as `ps eww` would show. */
export function processesMarked(word: string): number[] {
  return readdirSync('/proc')
    .map(Number)
    .filter((pid) => pid > 0 && pid !== process.pid && environmentOf(pid).includes(word));
}

function environmentOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'utf8');
  } catch (error) {
    if (['ENOENT', 'ESRCH', 'EACCES'].includes((error as NodeJS.ErrnoException).code ?? '')) return '';
    throw error;
  }
}

function sendAll(pids: number[], name: NodeJS.Signals): void {
  for (const pid of pids) {
    try {
      process.kill(pid, name);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
    }
  }
}

function pick<T extends object, K extends keyof T>(from: T, names: K[]): Partial<Pick<T, K>> {
  return Object.fromEntries(names.flatMap((name) => (from[name] === undefined ? [] : [[name, from[name]]]))) as Partial<Pick<T, K>>;
}
