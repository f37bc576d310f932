// One `ssh -M` per node: started, watched until its socket is there or it has failed, ended.
import { execa } from 'execa';
import { existsSync } from 'node:fs';
import { cleaner } from './clean.ts';
import type { ConnectFailure, SshTarget } from './session.ts';
import { masterArgv } from './ssh-argv.ts';
import type { Accepted, Asking } from './ssh-argv.ts';
import type { SshDirectory } from './ssh-directory.ts';
import { quietEnvironment } from './ssh-environment.ts';
import { says, sshFailure } from './ssh-failure.ts';

/** A login that works: channels are opened on its socket. */
export interface SshMaster {
  ssh: string;
  socket: string;
  directory: SshDirectory;
  banner: string;
  /** When the process has ended: what it said last. */
  readonly closed: Promise<{ says: string; byUs: boolean }>;
  isAlive(): boolean;
  close(): void;
}

export type MasterStarted = { ok: true; session: SshMaster } | { ok: false; failure: ConnectFailure };

export interface MasterOptions {
  ssh: string;
  directory: SshDirectory;
  asking: Asking;
  /** The way over a jump host. */
  proxy?: string;
  accepted?: Accepted;
  signal?: AbortSignal;
  /** Where ssh's words go while it asks on the terminal; afterwards they are kept back. */
  stderr?: NodeJS.WritableStream;
}

/** ssh's own limits cover the way there and the greeting, not a login that hangs. */
const loginTimeoutMs = 15_000;
const lookEveryMs = 15;
const keepLast = 4000;

/** Starts a master and waits until it can be used. */
export async function startMaster(target: SshTarget, options: MasterOptions): Promise<MasterStarted> {
  if (options.signal?.aborted === true) return cancelled(target);
  const { directory, ssh, asking } = options;
  const socket = directory.name('');
  const child = execa(ssh, masterArgv(target, socket, asking, options), {
    stdin: 'ignore',
    stdout: 'ignore',
    stderr: 'pipe',
    buffer: false,
    reject: false,
    cleanup: false,
    // A session of its own has no terminal to ask on: neither ssh nor the ssh of a user's ProxyJump can then write
    // into the cockpit. In the foreground it must be able to.
    detached: asking === 'strict',
    env: quietEnvironment(),
    extendEnv: false,
  });
  const said = listen(child.stderr, asking === 'ask' ? options.stderr : undefined);
  let isByUs = false;
  const running = child.nodeChildProcess;
  const ended = new Promise<void>((resolve) => {
    running.once('exit', () => resolve());
    // Not even started: there is no exit then, only the result.
    void child.then((result) => {
      if (child.pid === undefined) said.add(`${result.shortMessage ?? 'ssh cannot be started'}\n`);
      resolve();
    });
  });
  if (child.pid !== undefined) directory.watch(child.pid);
  const isAlive = (): boolean => child.pid !== undefined && running.exitCode === null && running.signalCode === null;
  void ended.then(() => {
    if (child.pid !== undefined) directory.unwatch(child.pid);
  });

  const outcome = await usable(socket, ended, asking === 'strict' ? loginTimeoutMs : null, options.signal);
  // With its group: a ProxyCommand that hangs does not see its ssh go.
  const terminate = (): void => {
    if (asking === 'ask' || child.pid === undefined || !isAlive()) child.kill('SIGTERM');
    else process.kill(-child.pid, 'SIGTERM');
  };
  if (outcome !== 'ready') {
    terminate();
    await ended;
    // Ctrl-C while ssh asks ends ssh itself.
    if (outcome === 'cancelled' || running.signalCode === 'SIGINT') return cancelled(target);
    const printed = outcome === 'slow' ? `${said.text()}\nConnection timed out during the login` : await said.whole();
    return { ok: false, failure: sshFailure(target, printed) };
  }
  const banner = said.text();
  said.onlyLast();
  const closed = ended.then(async () => ({ says: isByUs ? `${target.name}: closed` : lossSays(target, await said.whole()), byUs: isByUs }));
  return {
    ok: true,
    session: {
      ssh,
      socket,
      directory,
      banner,
      closed,
      isAlive,
      close() {
        if (!isAlive()) return;
        isByUs = true;
        terminate();
      },
    },
  };
}

function cancelled(target: SshTarget): MasterStarted {
  return { ok: false, failure: { kind: 'cancelled', says: says(target, 'cancelled', ''), detail: '' } };
}

type Outcome = 'ready' | 'failed' | 'slow' | 'cancelled';

/** ssh makes the socket when it has logged in, and never before. */
function usable(socket: string, ended: Promise<void>, timeoutMs: number | null, signal: AbortSignal | undefined): Promise<Outcome> {
  return new Promise((resolve) => {
    const settle = (outcome: Outcome): void => {
      clearInterval(look);
      clearTimeout(late);
      signal?.removeEventListener('abort', giveUp);
      resolve(outcome);
    };
    const giveUp = (): void => settle('cancelled');
    const look = setInterval(() => {
      if (existsSync(socket)) settle('ready');
    }, lookEveryMs);
    const late = timeoutMs === null ? undefined : setTimeout(() => settle('slow'), timeoutMs);
    signal?.addEventListener('abort', giveUp, { once: true });
    void ended.then(() => settle('failed'));
  });
}

interface Said {
  text(): string;
  /** All of it: what is still in the pipe when the process has ended comes at once, or somebody else holds the pipe. */
  whole(): Promise<string>;
  add(text: string): void;
  /** From now on only the last words are kept, and nothing is passed on. */
  onlyLast(): void;
}

function listen(stream: NodeJS.ReadableStream, copyTo: NodeJS.WritableStream | undefined): Said {
  const clean = cleaner();
  let text = '';
  let copy = copyTo;
  const closed = new Promise<void>((resolve) => void stream.once('close', () => resolve()));
  stream.on('data', (bytes: Buffer) => {
    copy?.write(bytes);
    text = (text + clean.push(bytes)).slice(-4 * keepLast);
  });
  return {
    text: () => text,
    async whole() {
      let timer: NodeJS.Timeout | undefined;
      await Promise.race([closed, new Promise((resolve) => (timer = setTimeout(resolve, 200)))]);
      clearTimeout(timer);
      return text;
    },
    add: (more) => void (text += more),
    onlyLast() {
      copy = undefined;
      text = '';
    },
  };
}

function lossSays(target: SshTarget, printed: string): string {
  if (/Timeout, server .+ not responding/.test(printed)) return `${target.name}: no answer for 3 s, connection given up`;
  if (/closed by remote host|Connection reset|Broken pipe/.test(printed)) return `${target.name}: the node closed the connection`;
  return `${target.name}: the connection was lost`;
}
