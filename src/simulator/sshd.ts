// OpenSSH's own sshd on loopback, as an ordinary child process, whose node is a directory.
// Everything it needs lies in one private directory; ~/.ssh and /etc/ssh are neither read nor written.
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { accessSync, constants, existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import ssh2 from 'ssh2';
import { knownHostsName, newKey } from './ssh-server.ts';

export interface SshdOptions {
  /** Where its configuration and keys go; made with mode 0700 when it is not there. */
  directory: string;
  /** The node: commands get r=DIR and PATH=DIR/bin:/usr/bin:/bin. */
  nodeDirectory: string;
  /** Lines of authorized_keys. */
  authorizedKeys: string[];
  /** Private host keys (OpenSSH's format); without any a new ed25519 key. */
  hostKeys?: string[];
  /** Default: a free one. */
  port?: number;
  /** Runs commands as SHELL -c COMMAND instead of with the user's own login shell. */
  loginShell?: string[];
  /** The text of a script that every session becomes instead; what was asked for is in SSH_ORIGINAL_COMMAND, unset for a login. */
  login?: string;
  /** Shown before the login. */
  banner?: string;
  /** Lets clients go on to other hosts through this one (`ssh -J`, `ssh -W`). */
  jump?: boolean;
  /** More lines of sshd_config, put first: sshd uses the first value it meets. */
  config?: string[];
}

/** A running sshd. */
export interface Sshd {
  host: string;
  port: number;
  /** The only user it lets in: the one who runs this. */
  user: string;
  /** Lines for a known_hosts file, one for each host key. */
  hostKeyLine: string;
  /** The listening sshd. */
  pid: number;
  /** The listening sshd and all its children, as a moment's list. */
  pids(): number[];
  /** What it has logged so far (LogLevel VERBOSE). */
  log(): string;
  /** Kills all its connections and everything that runs on the node; it goes on listening. */
  killAll(): void;
  /** Ends it with all its connections and commands. */
  stop(): Promise<void>;
}

export type SshdStarted = { ok: true; sshd: Sshd } | { ok: false; says: string };

/** The sshd of this machine, or null; null too where this account has no login shell, for then sshd lets nobody in. */
export function findSshd(): string | null {
  if (/\/(nologin|false)$/.test(userInfo().shell ?? '')) return null;
  return ['/usr/sbin/sshd', '/usr/local/sbin/sshd', '/sbin/sshd', '/usr/bin/sshd'].find((path) => isExecutable(path)) ?? null;
}

/** Starts one, and waits until it listens. A machine that cannot run it is a value, with the reason. */
export async function startSshd(options: SshdOptions): Promise<SshdStarted> {
  const binary = findSshd();
  if (binary === null) return { ok: false, says: 'cannot run sshd here: it is not installed, or this account has no login shell' };
  const wrong = [options.directory, options.nodeDirectory].find((path) => /["\\\s]/.test(path));
  if (wrong !== undefined) return { ok: false, says: `cannot run sshd here: its configuration cannot name the directory ${JSON.stringify(wrong)}` };
  let says = '';
  // A free port may be taken by somebody else before sshd gets it: then another one.
  for (let tries = 0; tries < 3; tries += 1) {
    const port = options.port ?? (await freePort());
    const hostKeyLine = writeFiles(options, port);
    const file = join(options.directory, 'sshd_config');
    let start = await launch([binary, '-D', '-e', '-f', file], options.nodeDirectory);
    const missing = /Missing privilege separation directory: (\S+)/.exec(start.log())?.[1];
    if (!start.isListening && missing !== undefined) {
      start = await launch([...withDirectory(missing), binary, '-D', '-e', '-f', file], options.nodeDirectory);
    }
    if (start.isListening) return { ok: true, sshd: { ...start, host: '127.0.0.1', port, user: userInfo().username, hostKeyLine } };
    await start.stop();
    says = `cannot run sshd here: ${lastLine(start.log())}`;
    if (options.port !== undefined || !/in use|Cannot bind/i.test(start.log())) break;
  }
  return { ok: false, says };
}

/** Process ids below one, that one first; empty when it is gone. Read from /proc. */
export function processTree(root: number): number[] {
  const children = new Map<number, number[]>();
  for (const pid of allProcesses()) {
    const parent = parentOf(pid);
    if (parent !== null) children.set(parent, [...(children.get(parent) ?? []), pid]);
  }
  const tree = allProcesses().includes(root) ? [root] : [];
  for (const pid of tree) tree.push(...(children.get(pid) ?? []));
  return tree;
}

/** The processes that run on a node: those with r=DIR in their environment. Read from /proc. */
export function nodeProcesses(nodeDirectory: string): number[] {
  return allProcesses().filter((pid) => (readProc(pid, 'environ') ?? '').split('\0').includes(`r=${nodeDirectory}`) && pid !== process.pid);
}

/** Empty where there is no /proc: then only sshd itself can be told about. */
function allProcesses(): number[] {
  if (!existsSync('/proc/self/stat')) return [];
  return readdirSync('/proc')
    .map(Number)
    .filter((pid) => pid > 0);
}

function parentOf(pid: number): number | null {
  // The command's name in brackets may hold blanks and brackets itself; the parent is the second word after the last one.
  const words = readProc(pid, 'stat')?.replace(/^.*\)/s, '').trim().split(' ');
  return words?.[1] === undefined || words[0] === 'Z' ? null : Number(words[1]);
}

/** A process may end while it is read: then null. */
function readProc(pid: number, name: string): string | null {
  try {
    return readFileSync(`/proc/${pid}/${name}`, 'utf8');
  } catch (error) {
    if (['ENOENT', 'ESRCH', 'EACCES'].includes((error as NodeJS.ErrnoException).code ?? '')) return null;
    throw error;
  }
}

/** Writes keys and configuration; gives the lines for known_hosts. */
function writeFiles(options: SshdOptions, port: number): string {
  const { directory } = options;
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const keys = options.hostKeys ?? [newKey().private];
  const at = (name: string): string => join(directory, name);
  keys.forEach((key, n) => writeFileSync(at(`host_key_${n}`), key, { mode: 0o600 }));
  writeFileSync(at('authorized_keys'), `${options.authorizedKeys.join('\n')}\n`, { mode: 0o600 });
  if (options.banner !== undefined) writeFileSync(at('banner'), options.banner);
  const login = options.login ?? (options.loginShell ? loginScript(options.loginShell) : null);
  if (login !== null) writeFileSync(at('login'), login, { mode: 0o700 });
  const node = options.nodeDirectory;
  const lines = [
    ...(options.config ?? []),
    `Port ${port}`,
    'ListenAddress 127.0.0.1',
    ...keys.map((_, n) => `HostKey ${at(`host_key_${n}`)}`),
    `AuthorizedKeysFile ${at('authorized_keys')}`,
    'PidFile none',
    'LogLevel VERBOSE',
    'UsePAM no',
    'StrictModes no',
    'PermitRootLogin prohibit-password',
    'PasswordAuthentication no',
    'KbdInteractiveAuthentication no',
    'X11Forwarding no',
    'AllowAgentForwarding no',
    `AllowTcpForwarding ${options.jump === true ? 'local' : 'no'}`,
    'PrintMotd no',
    'PrintLastLog no',
    `SetEnv r=${node} PATH=${node}/bin:/usr/bin:/bin HOME=${node} TZ=UTC0`,
    ...(options.banner === undefined ? [] : [`Banner ${at('banner')}`]),
    ...(login !== null ? [`ForceCommand exec ${at('login')}`] : []),
  ];
  writeFileSync(at('sshd_config'), `${lines.join('\n')}\n`);
  return keys.map((key) => `${knownHostsName('127.0.0.1', port)} ${publicPart(key)}`).join('\n');
}

/** Puts another shell in the place of the user's own: it gets the very text that was asked for. */
function loginScript(shell: string[]): string {
  const words = shell.map((word) => `'${word.replaceAll("'", "'\\''")}'`).join(' ');
  return `#!/bin/sh\nif [ "\${SSH_ORIGINAL_COMMAND+x}" ]; then exec ${words} -c "$SSH_ORIGINAL_COMMAND"; fi\nexec ${words}\n`;
}

function publicPart(privateKey: string): string {
  const key = ssh2.utils.parseKey(privateKey);
  if (key instanceof Error) throw new Error(`not an SSH key: ${key.message}`);
  return `${key.type} ${key.getPublicSSH().toString('base64')}`;
}

/**
 * As root sshd insists on its privilege separation directory (/run/sshd), which is not there while the system's sshd
 * does not run. Rather than making it on the machine, sshd gets a /run of its own in a mount namespace.
 */
function withDirectory(missing: string): string[] {
  const script = 'mount -t tmpfs -o mode=755 tmpfs "${1%/*}" && mkdir -m 755 "$1" && shift && exec "$@"';
  return ['unshare', '--mount', '--propagation', 'private', '/bin/sh', '-c', script, 'sh', missing];
}

type Launched = Pick<Sshd, 'pid' | 'pids' | 'log' | 'killAll' | 'stop'> & { isListening: boolean };

/** Runs it and waits for its word that it listens, or for its end. */
async function launch(argv: string[], nodeDirectory: string): Promise<Launched> {
  const [program = '', ...rest] = argv;
  const child = spawn(program, rest, { stdio: ['ignore', 'ignore', 'pipe'], env: { PATH: process.env['PATH'] ?? '/usr/bin:/bin:/usr/sbin:/sbin' } });
  let log = '';
  const ended = new Promise<void>((resolve) => {
    child.once('exit', () => resolve());
    child.once('error', (error) => {
      log += `${error.message}\n`;
      resolve();
    });
  });
  const listening = new Promise<boolean>((resolve) => {
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      log = (log + text).slice(-1_000_000);
      if (/^Server listening on /m.test(log)) resolve(true);
    });
    child.stderr.once('close', () => resolve(false));
  });
  const release = endWithUs(child, nodeDirectory);
  const isListening = await Promise.race([listening, ended.then(() => listening)]);
  const pid = child.pid ?? 0;
  const tree = (): number[] => (child.exitCode === null && child.signalCode === null ? processTree(pid) : []);
  return {
    isListening,
    pid,
    pids: tree,
    log: () => log,
    killAll() {
      // What is just being forked is seen the second time; the bound is for a node that forks without end.
      for (let round = 0; round < 20; round += 1) {
        const left = [...tree().slice(1), ...nodeProcesses(nodeDirectory)];
        if (left.length === 0) return;
        for (const each of left) killProcess(each);
      }
    },
    async stop() {
      for (const each of [...tree(), ...nodeProcesses(nodeDirectory)]) killProcess(each);
      await ended;
      release();
    },
  };
}

/** What has left its session (`sleep 99 &`) is known by the node's directory in its environment, as in nodeProcesses. */
const GUARD = `if read -r word; then exit 0; fi
kill "$1"
for file in /proc/[0-9]*/environ; do
if tr '\\0' '\\n' <"$file" | grep -qxF "r=$2"; then pid=\${file%/environ}; kill -9 "\${pid#/proc/}"; fi
done`;

/** A small shell that ends sshd, and what runs on the node, when we are gone, however that came: it sees its stdin end. */
function endWithUs(child: ChildProcess, nodeDirectory: string): () => void {
  if (child.pid === undefined) return () => undefined;
  const guard = spawn('/bin/sh', ['-c', GUARD, 'sh', String(child.pid), nodeDirectory], { stdio: ['pipe', 'ignore', 'ignore'], detached: true });
  guard.unref();
  guard.stdin?.on('error', () => guard.stdin?.destroy());
  return () => guard.stdin?.end('done\n');
}

/** Kills one process; one that is gone is killed already. */
export function killProcess(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch (error) {
    if (['ENOENT', 'EACCES', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) return false;
    throw error;
  }
}

function lastLine(text: string): string {
  return text.trim().split('\n').at(-1)?.slice(0, 120) ?? 'it ended without a word';
}
