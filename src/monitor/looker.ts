// Looks at a node: ticks its quick shell, gives its files to the probes, its logs to the view, and notices silence.
import type { FactName } from '../model/facts.ts';
import type { FileProbe, Probe } from '../probes/probe.ts';
import type { Session } from '../transport/session.ts';
import { BlockedFiles } from './blocked-files.ts';
import type { Clock } from './clock.ts';
import { FileTable, rawOf } from './file-table.ts';
import type { Frame } from './frames.ts';
import { LogFollow } from './log-follow.ts';
import { LogWake } from './log-wake.ts';
import { parsedOf } from './parsed-of.ts';
import type { NodeEvent } from './reduce.ts';
import { ShellChannel } from './shell-channel.ts';
import type { ShellEnd, ShellIdentity } from './shell-channel.ts';
import { QUICK } from './shell/quick.ts';
import { SILENT_MS, STUCK_MS, Vigil } from './vigil.ts';

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
  /** Whether no file has the kernel's log, so that a program should be asked for it. */
  kernelNowhere(isNowhere: boolean): void;
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
/** Each shell that hangs for good takes one of the ten channels that sshd allows on a connection. */
const MAX_STUCK = 4;
/** Between two looks, logs that bring more lines than this are read no more before the next. */
const LINES_BETWEEN = 50;

/** The looking at one node, over as many sessions as it takes. */
export class Looker {
  readonly #options: LookerOptions;
  readonly #probes: readonly AnyFileProbe[];
  readonly #table = new FileTable();
  readonly #logs: LogFollow;
  readonly #vigil: Vigil;
  /** Per probe: when last asked, and the version of its files last parsed. */
  readonly #asked = new Map<FactName, number>();
  readonly #parsed = new Map<FactName, number>();
  readonly #blocked = new BlockedFiles();
  #session: Session | null = null;
  #shell: ShellChannel | null = null;
  #identity: ShellIdentity | null = null;
  /** A quick shell that a file held up, for the next one to kill. */
  #hung: ShellIdentity | null = null;
  /** How often that happened in this session. */
  #stuckTimes = 0;
  /** Files this shell has sent something of; all others it has not come to yet. */
  readonly #seen = new Set<number>();
  #ready = false;
  #guarded: ShellIdentity | null = null;
  #paceMs = PACE_MS;
  #seq = 0;
  /** What the shell was told to look at; `isWhole`: not the logs alone. */
  #open: { seq: number; at: number; probes: AnyFileProbe[]; indexes: number[]; isWhole: boolean } | null = null;
  readonly #wake: LogWake;
  /** A log was written to while the shell looked. */
  #isWoken = false;
  /** Lines of logs since the last whole look. */
  #linesSince = 0;
  /** When the next whole look is due. */
  #dueAt = 0;
  #cancelTick: (() => void) | null = null;

  constructor(options: LookerOptions) {
    this.#options = options;
    this.#probes = options.probes.filter((probe) => probe.kind === 'files');
    for (const probe of this.#probes) for (const pattern of probe.files) this.#table.indexOf(pattern);
    this.#logs = new LogFollow(options.logs, options.emit);
    this.#wake = new LogWake({ ...options, woken: () => this.#woken() });
    this.#vigil = new Vigil(options.clock, {
      poke: () => options.poke(),
      silent: (lastHeardAt) => options.silent(lastHeardAt),
      stuck: () => this.#stuck(),
    });
  }

  /** Opens the quick shell on a session and looks from then on. */
  open(session: Session): void {
    this.close();
    this.#session = session;
    this.#hung = null;
    this.#stuckTimes = 0;
    this.#openShell(session);
  }

  #openShell(session: Session): void {
    const { clock, nodeName, sudo } = this.#options;
    this.#shell = new ShellChannel(
      { session, clock, nodeName, sudo, script: QUICK },
      {
        hello: (identity) => this.#hello(identity),
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
    this.#session = null;
    this.#wake.close();
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

  #hello(identity: ShellIdentity): void {
    this.#ready = true;
    this.#identity = identity;
    this.#seen.clear();
    this.#vigil.heard();
    const files = this.#table.patterns().map((pattern, index) => `f ${index} ${pattern}\n`);
    const guard = this.#guarded ? `w ${words(this.#guarded)}\n` : '';
    const kill = this.#hung ? `k ${words(this.#hung)}\n` : '';
    this.#hung = null;
    this.#shell?.write(`${guard}${kill}${files.join('')}${this.#logs.requests()}`);
    // A new shell has sent nothing yet: everything is asked.
    this.#asked.clear();
    this.#options.ready();
    this.#tick(FIRST_PATIENCE_MS);
  }

  #tick(patienceMs: number): void {
    if (!this.#ready || this.#open) return;
    const at = this.#options.clock.now();
    const probes = this.#probes.filter((probe) => this.#due(probe, at));
    const all = probes.flatMap((probe) => probe.files.map((pattern) => this.#table.indexOf(pattern)));
    const indexes = [...new Set(all)].filter((index) => !this.#blocked.isBlocked(index, at));
    this.#seq += 1;
    this.#open = { seq: this.#seq, at, probes, indexes, isWhole: true };
    this.#linesSince = 0;
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
    if (word === 's' || word === 'g') this.#seen.add(Number(first));
    if (word === 's') this.#table.set(Number(first), Number(second), frame.cut ? 'cut' : status, frame.words.slice(4).join(' '), frame.body);
    else if (word === 'g') this.#table.count(Number(first), Number(second));
    else if (word === 'L') this.#logLines(Number(first), frame.body, now);
    else if (word === 'm') this.#logState(Number(first), second, now);
    else if (word === 't' && this.#open?.seq === Number(first)) this.#done(this.#open, now);
  }

  /** A log was written to: it is read now, unless there is more to come than a look may take. */
  #woken(): void {
    if (this.#open) this.#isWoken = true;
    else if (this.#ready && this.#linesSince < LINES_BETWEEN) this.#readLogs();
  }

  #readLogs(): void {
    this.#cancelTick?.();
    this.#seq += 1;
    this.#open = { seq: this.#seq, at: this.#options.clock.now(), probes: [], indexes: [], isWhole: false };
    this.#vigil.asked(SILENT_MS);
    this.#shell?.write(`t ${this.#seq}\n`);
  }

  #logLines(fd: number, body: string, now: number): void {
    this.#linesSince += body.split('\n').length - 1;
    this.#logs.lines(fd, body, now);
  }

  #logState(fd: number, status: string, now: number): void {
    const request = this.#logs.state(fd, status, now);
    if (request) this.#shell?.write(request);
    this.#options.kernelNowhere(this.#logs.isKernelNowhere);
  }

  #done(open: { at: number; probes: AnyFileProbe[]; isWhole: boolean }, now: number): void {
    this.#open = null;
    this.#vigil.rest();
    this.#options.emit({ kind: 'heard', at: now });
    if (open.isWhole) this.#wholeLook(open, now);
    this.#again(this.#dueAt - now);
    if (!this.#isWoken) return;
    this.#isWoken = false;
    this.#woken();
  }

  #wholeLook(open: { at: number; probes: AnyFileProbe[] }, now: number): void {
    this.#dueAt = this.#nextLook(open.at);
    const told = open.probes.filter((probe) => !this.#blockedFile(probe, now));
    const same = told.filter((probe) => !this.#parse(probe, now));
    if (same.length > 0) this.#options.emit({ kind: 'confirmed', probes: same, at: now });
    this.#options.looked();
    if (this.#session) this.#wake.watch(this.#session, this.#logs.openFiles);
  }

  /** On the beat that all nodes share, so that their answers come together and make one picture; at least half a pace away. */
  #nextLook(lastAt: number): number {
    return Math.ceil((lastAt + this.#paceMs / 2) / this.#paceMs) * this.#paceMs;
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

  /** True, and told, when a file of this probe blocks whoever reads it. */
  #blockedFile(probe: AnyFileProbe, at: number): boolean {
    const pattern = probe.files.find((file) => this.#blocked.isBlocked(this.#table.indexOf(file), at));
    if (pattern === undefined) return false;
    // Whatever it says when it can be read again counts as said then.
    this.#parsed.delete(probe.name);
    this.#options.emit({ kind: 'unanswered', probe, why: `reading ${pattern} takes longer than ${STUCK_MS / 1000} s`, at });
    return true;
  }

  /**
   * A file (on a dead NFS, say) holds the quick shell up. Another one is opened beside it; when that is held up in its
   * first tick, the file is the first it has sent nothing of, and it is left alone from then on for a while.
   */
  #stuck(): void {
    const { clock, nodeName } = this.#options;
    const session = this.#session;
    const blamed = this.#open?.indexes.find((index) => !this.#seen.has(index));
    if (blamed !== undefined) this.#blocked.blame(blamed, clock.now());
    this.#hung = this.#identity;
    this.#shell?.abandon();
    this.#rest();
    this.#stuckTimes += 1;
    if (session && this.#stuckTimes <= MAX_STUCK) this.#openShell(session);
    else this.#options.ended({ kind: 'ended', says: `${nodeName}: its files and logs cannot be read, something there blocks` });
  }

  #rest(): void {
    this.#shell = null;
    this.#ready = false;
    this.#open = null;
    this.#isWoken = false;
    this.#vigil.rest();
    this.#cancelTick?.();
    this.#cancelTick = null;
  }
}

function words(shell: ShellIdentity): string {
  return `${shell.pid} ${shell.pgid} ${shell.start}`;
}
