// Looks at a node: ticks its quick shell, gives its files to the probes, its logs to the view, and notices silence.
import type { FactName } from '../model/facts.ts';
import type { FileProbe, Probe } from '../probes/probe.ts';
import type { Session } from '../transport/session.ts';
import type { Clock } from './clock.ts';
import { FileTable, rawOf } from './file-table.ts';
import type { Frame } from './frames.ts';
import { LogFollow } from './log-follow.ts';
import { parsedOf } from './parsed-of.ts';
import type { NodeEvent } from './reduce.ts';
import { ShellChannel } from './shell-channel.ts';
import type { ShellEnd, ShellIdentity } from './shell-channel.ts';
import { QUICK } from './shell/quick.ts';
import { SILENT_MS, Vigil } from './vigil.ts';

export interface LookerOptions {
  nodeName: string;
  sudo: boolean;
  probes: readonly Probe[];
  logs: readonly string[];
  clock: Clock;
  emit(event: NodeEvent): void;
  /** The quick shell is there. */
  ready(): void;
  /** All files and logs were looked at; the first time and each time after. */
  looked(): void;
  heard(): void;
  /** The other shell should say something: this one is slow to answer. */
  poke(): void;
  silent(lastHeardAt: number): void;
  ended(end: ShellEnd): void;
}

type AnyFileProbe = { [N in FactName]: FileProbe<N> }[FactName];

/** Between two looks, unless something is being done to the node. */
export const PACE_MS = 1000;
/** The first look reads everything and 64 KB of every log. */
const FIRST_PATIENCE_MS = 2 * SILENT_MS;

export class Looker {
  readonly #options: LookerOptions;
  readonly #probes: readonly AnyFileProbe[];
  readonly #table = new FileTable();
  readonly #logs: LogFollow;
  readonly #vigil: Vigil;
  /** Per probe: when last asked, and the version of its files last parsed. */
  readonly #asked = new Map<FactName, number>();
  readonly #parsed = new Map<FactName, number>();
  #shell: ShellChannel | null = null;
  #ready = false;
  #guarded: ShellIdentity | null = null;
  #paceMs = PACE_MS;
  #seq = 0;
  #open: { seq: number; at: number; probes: AnyFileProbe[] } | null = null;
  #cancelTick: (() => void) | null = null;

  constructor(options: LookerOptions) {
    this.#options = options;
    this.#probes = options.probes.filter((probe) => probe.kind === 'files');
    for (const probe of this.#probes) for (const pattern of probe.files) this.#table.indexOf(pattern);
    this.#logs = new LogFollow(options.logs, options.emit);
    this.#vigil = new Vigil(options.clock, {
      poke: () => options.poke(),
      silent: (lastHeardAt) => options.silent(lastHeardAt),
      stuck: () => this.#stuck(),
    });
  }

  /** Opens the quick shell on a session and looks from then on. */
  open(session: Session): void {
    const { clock, nodeName, sudo } = this.#options;
    this.close();
    this.#shell = new ShellChannel(
      { session, clock, nodeName, sudo, script: QUICK },
      {
        hello: () => this.#hello(),
        frame: (frame) => this.#frame(frame),
        heard: () => this.#options.heard(),
        ended: (end) => {
          this.#rest();
          this.#options.ended(end);
        },
      },
    );
  }

  /** Ends the shell; the slow shell and what it runs end with it. */
  close(): void {
    this.#shell?.close();
    this.#rest();
  }

  /** True while the quick shell can be asked to kill. */
  get ready(): boolean {
    return this.#ready;
  }

  /** Something was heard of the node by another channel. */
  heard(): void {
    this.#vigil.heard();
  }

  /** Names the slow shell, which the quick shell kills when the connection ends. */
  guard(slow: ShellIdentity): void {
    this.#guarded = slow;
    if (this.#ready) this.#shell?.write(`w ${words(slow)}\n`);
  }

  /** Kills a slow shell and what it runs. */
  kill(slow: ShellIdentity): void {
    if (this.#guarded === slow) this.#guarded = null;
    if (this.#ready) this.#shell?.write(`k ${words(slow)}\n`);
  }

  /** Milliseconds between two looks, from now on. */
  setPace(everyMs: number): void {
    this.#paceMs = everyMs;
    this.#again(0);
  }

  /** Looks at everything now. */
  askAll(): void {
    this.#asked.clear();
    this.#again(0);
  }

  /** Follows one more log file from now on. */
  follow(file: string): void {
    const request = this.#logs.follow(file, this.#options.clock.now());
    if (request && this.#ready) this.#shell?.write(request);
  }

  #hello(): void {
    this.#ready = true;
    this.#vigil.heard();
    const files = this.#table.patterns().map((pattern, index) => `f ${index} ${pattern}\n`);
    const guard = this.#guarded ? `w ${words(this.#guarded)}\n` : '';
    this.#shell?.write(`${guard}${files.join('')}${this.#logs.requests()}`);
    // A new shell has sent nothing yet: everything is asked.
    this.#asked.clear();
    this.#options.ready();
    this.#tick(FIRST_PATIENCE_MS);
  }

  #tick(patienceMs: number): void {
    if (!this.#ready || this.#open) return;
    const at = this.#options.clock.now();
    const probes = this.#probes.filter((probe) => this.#due(probe, at));
    const indexes = new Set(probes.flatMap((probe) => probe.files.map((pattern) => this.#table.indexOf(pattern))));
    this.#seq += 1;
    this.#open = { seq: this.#seq, at, probes };
    for (const probe of probes) this.#asked.set(probe.name, at);
    if (probes.length > 0) this.#options.emit({ kind: 'asked', probes, at });
    this.#vigil.asked(patienceMs);
    this.#shell?.write(`t ${[this.#seq, ...indexes].join(' ')}\n`);
  }

  /** Files of every second go with every tick, whatever the pace; a timer a little early is not a second later. */
  #due(probe: AnyFileProbe, now: number): boolean {
    const asked = this.#asked.get(probe.name);
    return asked === undefined || probe.everySeconds <= 1 || now - asked >= probe.everySeconds * 1000 - PACE_MS / 4;
  }

  #frame(frame: Frame): void {
    const [word, first = '', second = '', status = ''] = frame.words;
    const now = this.#options.clock.now();
    if (word === 's') this.#table.set(Number(first), Number(second), frame.cut ? 'cut' : status, frame.words.slice(4).join(' '), frame.body);
    else if (word === 'g') this.#table.count(Number(first), Number(second));
    else if (word === 'L') this.#logs.lines(Number(first), frame.body, now);
    else if (word === 'm') this.#logs.state(Number(first), second, now);
    else if (word === 't' && this.#open?.seq === Number(first)) this.#done(this.#open, now);
  }

  #done(open: { at: number; probes: AnyFileProbe[] }, now: number): void {
    this.#open = null;
    this.#vigil.rest();
    this.#options.emit({ kind: 'heard', at: now });
    const same = open.probes.filter((probe) => !this.#parse(probe, now));
    if (same.length > 0) this.#options.emit({ kind: 'confirmed', probes: same, at: now });
    this.#options.looked();
    this.#again(open.at + this.#paceMs - now);
  }

  /** Parses a probe's files where they changed; false when they did not. */
  #parse(probe: AnyFileProbe, at: number): boolean {
    const version = this.#table.version(probe.files);
    if (this.#parsed.get(probe.name) === version) return false;
    this.#parsed.set(probe.name, version);
    const answers = this.#table.answers(probe.files);
    this.#options.emit({ kind: 'answered', probe, parsed: parsedOf<unknown>(() => probe.parse(answers)), raw: rawOf(answers), at });
    return true;
  }

  #again(delayMs: number): void {
    if (!this.#ready || this.#open) return;
    this.#cancelTick?.();
    this.#cancelTick = this.#options.clock.setTimer(() => this.#tick(SILENT_MS), Math.max(0, delayMs));
  }

  #stuck(): void {
    this.#shell?.abandon();
    this.#rest();
    this.#options.ended({ kind: 'ended', says: `${this.#options.nodeName}: a file could not be read to its end` });
  }

  #rest(): void {
    this.#shell = null;
    this.#ready = false;
    this.#open = null;
    this.#vigil.rest();
    this.#cancelTick?.();
    this.#cancelTick = null;
  }
}

function words(shell: ShellIdentity): string {
  return `${shell.pid} ${shell.pgid} ${shell.start}`;
}
