// One shell on a node: bootstraps it on a channel, hands on its frames, and tells in one sentence why there is none.
import { randomBytes } from 'node:crypto';
import type { Channel, ChannelEnd, Session } from '../transport/session.ts';
import type { Clock } from './clock.ts';
import { FrameSplitter } from './frames.ts';
import type { Frame } from './frames.ts';
import { BOOTSTRAP, bootText } from './shell/bootstrap.ts';

/** What a shell says of itself first. `pgid` and `start` (field 22 of /proc/PID/stat) are 0 where /proc did not tell. */
export interface ShellIdentity {
  pid: number;
  pgid: number;
  start: string;
}

/** Why a shell is no more. `shell-refused` and `no-sudo` wait for the operator. */
export interface ShellEnd {
  kind: 'shell-refused' | 'no-sudo' | 'no-hello' | 'ended';
  says: string;
}

export interface ShellEvents {
  hello(identity: ShellIdentity): void;
  frame(frame: Frame): void;
  /** Anything at all came after the hello. */
  heard(): void;
  /** Once, and nothing after it. Not after `close()`. */
  ended(end: ShellEnd): void;
}

export interface ShellOptions {
  session: Session;
  clock: Clock;
  nodeName: string;
  script: string;
  sudo: boolean;
}

/** A shell that has said nothing for this long after its bootstrap will not. */
const HELLO_MS = 8000;
/** Of stderr only so much is kept, for the sentence. */
const MAX_STDERR = 4096;
/** Frames that carry text. */
const WITH_BODY: ReadonlySet<string> = new Set(['s', 'L', 'b', 'e']);

/** Opens a shell; all that follows comes by `events`. */
export class ShellChannel {
  readonly #channel: Channel;
  readonly #events: ShellEvents;
  readonly #nodeName: string;
  readonly #splitter: FrameSplitter;
  readonly #cancelHello: () => void;
  #stderr = '';
  #ready = false;
  #askedSudo = false;
  #over = false;

  constructor(options: ShellOptions, events: ShellEvents) {
    const nonce = randomBytes(8).toString('hex');
    this.#events = events;
    this.#nodeName = options.nodeName;
    this.#splitter = new FrameSplitter(nonce, WITH_BODY);
    this.#channel = options.session.exec(BOOTSTRAP);
    this.#cancelHello = options.clock.setTimer(() => this.#noHello(), HELLO_MS);
    this.#channel.onStdout((text) => this.#stdout(text));
    this.#channel.onStderr((text) => {
      this.#stderr = (this.#stderr + text).slice(0, MAX_STDERR);
    });
    void this.#channel.ended.then((end) => this.#channelEnded(end));
    this.#channel.write(bootText(nonce, options.sudo, options.script));
  }

  /** Sends request lines. */
  write(text: string): void {
    this.#channel.write(text);
  }

  /** Ends it from here: its stdin ends, and with it the shell and what it started. */
  close(): void {
    this.#finish(null);
    this.#channel.endInput();
  }

  /** Gives the channel up, for a shell that hangs. */
  abandon(): void {
    this.#finish(null);
    this.#channel.cancel();
  }

  #stdout(text: string): void {
    if (this.#over) return;
    for (const frame of this.#splitter.push(text)) this.#frame(frame);
    if (this.#ready && !this.#over) this.#events.heard();
  }

  #frame(frame: Frame): void {
    if (this.#over) return;
    const [word, pid, pgid, start] = frame.words;
    if (word === 'u') this.#askedSudo = true;
    else if (word !== 'h') this.#events.frame(frame);
    else {
      this.#ready = true;
      this.#cancelHello();
      this.#events.hello({ pid: Number(pid), pgid: Number(pgid), start: start ?? '0' });
    }
  }

  #noHello(): void {
    this.#finish({ kind: 'no-hello', says: `${this.#nodeName}: its login shell said nothing for ${HELLO_MS / 1000} s${this.#quoted()}` });
    this.#channel.cancel();
  }

  #channelEnded(end: ChannelEnd): void {
    if (this.#over) return;
    this.#finish(this.#ready ? { kind: 'ended', says: `${this.#nodeName}: a shell of crashcart ended (${endWords(end)})` } : this.#whyNone(end));
  }

  /** The channel ended before a hello: whose doing was it? */
  #whyNone(end: ChannelEnd): ShellEnd {
    const name = this.#nodeName;
    const said = `${this.#stderr}\n${this.#splitter.noise}`;
    if (end.how === 'cancelled') return { kind: 'no-hello', says: `${name}: the connection went before its shell answered` };
    if (end.how === 'lost') return { kind: 'no-hello', says: `${name}: ${end.why}` };
    if (this.#askedSudo) {
      return { kind: 'no-sudo', says: `${name}: sudo refused${this.#quoted()}; allow it without a password and a terminal (NOPASSWD, !requiretty)` };
    }
    if (/restricted/i.test(said)) {
      return { kind: 'shell-refused', says: `${name}: its login shell is restricted and may not run /bin/sh; give the user a plain shell` };
    }
    return { kind: 'no-hello', says: `${name}: its login shell did not run /bin/sh (${endWords(end)})${this.#quoted()}; log in by hand to see why` };
  }

  /** The last line the node printed, for a sentence: short, and '' where there is none. */
  #quoted(): string {
    const line = lastLine(this.#stderr) ?? lastLine(this.#splitter.noise);
    return line === null ? '' : `: "${line.length > 50 ? `${line.slice(0, 49)}…` : line}"`;
  }

  #finish(end: ShellEnd | null): void {
    if (this.#over) return;
    this.#over = true;
    this.#cancelHello();
    if (end) this.#events.ended(end);
  }
}

function lastLine(text: string): string | null {
  return text.split('\n').map((line) => line.trim()).findLast((line) => line !== '') ?? null;
}

function endWords(end: ChannelEnd): string {
  switch (end.how) {
    case 'exited':
      return `exit ${end.code}`;
    case 'signalled':
      return `signal ${end.signal}`;
    case 'lost':
      return 'connection lost';
    case 'cancelled':
      return 'closed';
  }
}
