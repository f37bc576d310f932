// A node in this process that speaks the two shells' language, and fails when told to: for tests of pure scheduling.
import type { Channel, ChannelEnd, Connected, ConnectFailure, Session, SshTarget, Transport } from '../../../src/transport/session.ts';

export interface FakeAnswer {
  stdout?: string;
  stderr?: string;
  exit?: number;
  absent?: boolean;
}

/** What a program does: answers, hangs, or takes its shell with it. */
export type FakeProgram = (argv: readonly string[]) => FakeAnswer | 'hang' | 'ends its shell';

export class FakeNode {
  files = new Map<string, string>();
  programs = new Map<string, FakeProgram>();
  /** Lines to come per log file; the first look takes what is there, as history. */
  logs = new Map<string, string[]>();
  /** The next connects fail like this; empty: they succeed. */
  failures: ConnectFailure[] = [];
  /** Sessions that the node gives on one connection (MaxSessions). */
  maxSessions = 10;
  /** Nothing is answered, the connection stays. */
  mute = false;
  /** Reading this file blocks the quick shell for good. */
  blockingFile: string | null = null;
  attempts: { at: number; aborted: () => boolean }[] = [];
  /** Every request line of either shell, `quick: t 1 0`. */
  requests: string[] = [];
  /** Argv of each command asked, joined. */
  commands: string[] = [];
  sessions: FakeSession[] = [];
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  transport(): Transport {
    return {
      kind: 'ssh',
      connect: (target, options): Promise<Connected> => {
        this.attempts.push({ at: this.#now(), aborted: () => options?.signal?.aborted ?? false });
        const failure = this.failures.shift();
        if (failure) return Promise.resolve({ ok: false, failure });
        const session = new FakeSession(this, target);
        this.sessions.push(session);
        return Promise.resolve({ ok: true, session });
      },
    };
  }

  get session(): FakeSession {
    const session = this.sessions.at(-1);
    if (!session) throw new Error('nobody connected yet');
    return session;
  }
}

class FakeSession implements Session {
  readonly kind = 'ssh';
  readonly banner = '';
  readonly target: SshTarget;
  readonly closed: Promise<{ says: string; byUs: boolean }>;
  readonly channels: FakeChannel[] = [];
  readonly #node: FakeNode;
  #settle: (how: { says: string; byUs: boolean }) => void = () => undefined;

  constructor(node: FakeNode, target: SshTarget) {
    this.#node = node;
    this.target = target;
    this.closed = new Promise((resolve) => {
      this.#settle = resolve;
    });
  }

  exec(): Channel {
    const channel = new FakeChannel(this.#node);
    this.channels.push(channel);
    if (this.channels.length > this.#node.maxSessions) channel.lose('the node gives no more sessions');
    return channel;
  }

  close(): void {
    this.#end({ says: 'closed', byUs: true });
  }

  /** The network's doing. */
  drop(says: string): void {
    this.#end({ says, byUs: false });
  }

  #end(how: { says: string; byUs: boolean }): void {
    this.#settle(how);
    for (const channel of this.channels) channel.lose();
  }
}

class FakeChannel implements Channel {
  readonly ended: Promise<ChannelEnd>;
  kind: 'quick' | 'slow' = 'quick';
  readonly #node: FakeNode;
  #settle: (end: ChannelEnd) => void = () => undefined;
  #listener: (text: string) => void = () => undefined;
  #nonce = '';
  #begun = false;
  #hangs = false;
  #lines: string[] = [];
  #patterns = new Map<string, string>();
  #followed = new Map<string, string>();
  #sent = new Map<string, string>();

  constructor(node: FakeNode) {
    this.#node = node;
    this.ended = new Promise((resolve) => {
      this.#settle = resolve;
    });
  }

  onStdout(listener: (text: string) => void): void {
    this.#listener = listener;
  }

  onStderr(): void {}

  endInput(): void {
    this.#settle({ how: 'exited', code: 0 });
  }

  cancel(): void {
    this.#settle({ how: 'cancelled' });
  }

  lose(why = 'dropped'): void {
    this.#settle({ how: 'lost', why });
  }

  write(text: string): boolean {
    if (!this.#begun) {
      this.#begun = true;
      this.#nonce = /^n=([0-9a-f]{16})$/m.exec(text)?.[1] ?? '';
      this.kind = text.includes('# ru ID') ? 'slow' : 'quick';
      queueMicrotask(() => this.#say('h 100 100 5'));
      return true;
    }
    this.#lines.push(...text.split('\n').slice(0, -1));
    queueMicrotask(() => this.#serve());
    return true;
  }

  #say(words: string, body = ''): void {
    if (!this.#node.mute) this.#listener(`\n@${this.#nonce} ${words}\n${body}`);
  }

  #serve(): void {
    for (let line = this.#lines.shift(); line !== undefined; line = this.#lines.shift()) {
      const [word = '', first = '', ...rest] = line.split(' ');
      if (word === 'c') this.#command(first, this.#lines.splice(0, Number(rest[0])));
      else {
        this.#node.requests.push(`${this.kind}: ${line}`);
        if (word === 'p') this.#say('p');
        else if (word === 'f') this.#patterns.set(first, rest.join(' '));
        else if (word === 'l') this.#followed.set(first, rest.join(' '));
        else if (word === 'k') this.#say(`k ${first} killed`);
        else if (word === 't' && !this.#hangs) this.#tick(first, rest);
      }
    }
  }

  #tick(seq: string, indexes: readonly string[]): void {
    for (const index of indexes) {
      const path = this.#patterns.get(index) ?? '';
      this.#hangs ||= path === this.#node.blockingFile;
      if (this.#hangs) return;
      const text = this.#node.files.get(path);
      const now = text === undefined ? 'absent' : `ok ${text}`;
      if (this.#sent.get(index) !== now) this.#say(`s ${index} 0 ${text === undefined ? 'absent' : 'ok'} ${path}`, text ?? '');
      this.#sent.set(index, now);
    }
    for (const [fd, path] of this.#followed) {
      const lines = this.#node.logs.get(path);
      if (lines && lines.length > 0) this.#say(`L ${fd}`, `${lines.splice(0).join('\n')}\n`);
    }
    this.#say(`t ${seq}`);
  }

  #command(id: string, argv: readonly string[]): void {
    this.#node.commands.push(argv.join(' '));
    const answer = this.#node.programs.get(argv[0] ?? '')?.(argv) ?? { absent: true };
    if (answer === 'hang') return;
    if (answer === 'ends its shell') return this.lose('killed');
    if (answer.absent) return this.#say(`n ${id}`);
    this.#say(`b ${id}`, answer.stdout ?? '');
    this.#say(`e ${id} ${answer.exit ?? 0}`, answer.stderr ?? '');
    this.#say(`d ${id}`);
  }
}
