// A session on this machine: each command gets a shell of its own, as sshd would give it one.
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { makeChannel } from '../../src/transport/channel.ts';
import type { Channel, Session, SshTarget, Transport } from '../../src/transport/session.ts';

export interface LocalOptions {
  /** The login shell, to which `-c COMMAND` is added. */
  shell?: readonly string[];
  /** The whole environment of the commands; without it, ours. */
  env?: Readonly<Record<string, string>>;
}

/** What is still running so long after the session was closed is killed: sshd's children would be on their own now. */
const LINGER_MS = 2000;

/** Makes a transport whose every node is this machine. */
export function localTransport(options: LocalOptions = {}): Transport {
  return {
    kind: 'local',
    connect: (target, given) =>
      Promise.resolve(
        given?.signal?.aborted
          ? { ok: false, failure: { kind: 'cancelled', says: `${target.name}: cancelled`, detail: '' } }
          : { ok: true, session: new LocalSession(target, options) },
      ),
  };
}

class LocalSession implements Session {
  readonly kind = 'local';
  readonly banner = '';
  readonly target: SshTarget;
  readonly closed: Promise<{ says: string; byUs: boolean }>;
  readonly #options: LocalOptions;
  readonly #running = new Map<ChildProcess, Channel>();
  #closing = false;
  #settle: (how: { says: string; byUs: boolean }) => void = () => undefined;

  constructor(target: SshTarget, options: LocalOptions) {
    this.target = target;
    this.#options = options;
    this.closed = new Promise((resolve) => {
      this.#settle = resolve;
    });
  }

  exec(command: string): Channel {
    const [program = '/bin/sh', ...args] = this.#options.shell ?? ['/bin/sh'];
    // Its own session and process group, as under sshd: it can be killed with all it starts, and we with none of it.
    const child = spawn(program, [...args, '-c', command], { detached: true, stdio: 'pipe', env: { ...(this.#options.env ?? process.env) } });
    const feed = makeChannel(child.stdin, () => hangUp(child));
    child.stdout.on('data', (bytes: Uint8Array) => feed.stdout(bytes));
    child.stderr.on('data', (bytes: Uint8Array) => feed.stderr(bytes));
    child.on('error', (error) => feed.end({ how: 'lost', why: `${program}: ${error.message}` }));
    child.on('close', (code, signal) => feed.end(signal ? { how: 'signalled', signal } : { how: 'exited', code: code ?? 255 }));
    child.on('exit', () => this.#gone(child));
    child.on('error', () => this.#gone(child));
    this.#running.set(child, feed.channel);
    if (this.#closing) feed.channel.cancel();
    return feed.channel;
  }

  close(): void {
    if (this.#closing) return;
    this.#closing = true;
    for (const channel of this.#running.values()) channel.cancel();
    if (this.#running.size === 0) this.#settle({ says: 'closed', byUs: true });
    else setTimeout(() => this.#killAll(), LINGER_MS).unref();
  }

  #gone(child: ChildProcess): void {
    this.#running.delete(child);
    if (this.#closing && this.#running.size === 0) this.#settle({ says: 'closed', byUs: true });
  }

  #killAll(): void {
    for (const child of this.#running.keys()) {
      if (child.pid !== undefined && child.exitCode === null && child.signalCode === null) process.kill(-child.pid, 'SIGKILL');
    }
  }
}

/** As when a connection goes: input ends, and nobody reads any more. */
function hangUp(child: ChildProcess): void {
  child.stdin?.destroy();
  child.stdout?.destroy();
  child.stderr?.destroy();
}
