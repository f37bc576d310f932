// Asks a node's commands: one at a time, those due first, through a slow shell that is opened anew when a program hangs.
import type { CommandProbe, Probe } from '../probes/probe.ts';
import type { FactName } from '../model/facts.ts';
import type { ClockOffset } from '../model/cluster.ts';
import type { Session } from '../transport/session.ts';
import { askAgainDelayMs, reconnectDelayMs } from './backoff.ts';
import type { Clock } from './clock.ts';
import { bestOf, DATE_ARGV, sampleOf, withSample } from './clock-offset.ts';
import { converse } from './converse.ts';
import { KERNEL_EVERY_SECONDS, KERNEL_LOG, KernelAsk } from './kernel-ask.ts';
import type { NodeEvent } from './reduce.ts';
import type { ShellIdentity } from './shell-channel.ts';
import { SlowShell } from './slow-shell.ts';

export interface AskerOptions {
  nodeName: string;
  sudo: boolean;
  probes: readonly Probe[];
  clock: Clock;
  random: () => number;
  emit(event: NodeEvent): void;
  /** A slow shell is there; nothing is asked before `guarded()`. */
  ready(identity: ShellIdentity): void;
  heard(): void;
  /** A program hangs: this shell and what it runs should be killed. */
  kill(identity: ShellIdentity): void;
  /** Everything was asked once, or its deadline passed. */
  askedOnce(): void;
}

type AnyCommandProbe = { [N in FactName]: CommandProbe<N> }[FactName];

type How = 'answered' | 'timeout' | 'lost';

/** Something to ask again and again: a probe, the node's clock, or the kernel's log where no file has it. */
interface Job {
  probe: AnyCommandProbe | null;
  ask(shell: SlowShell): Promise<How>;
  everySeconds: number;
  /** False while nobody wants it. */
  isWanted: boolean;
  /** Never asked yet: -Infinity. */
  dueAt: number;
  timeouts: number;
  asked: boolean;
}

/** Of a job that the first look does not wait for: wanted when that is done. */
const LATER = { isWanted: false, asked: true };
const CLOCK_EVERY_SECONDS = 30;
const DATE_DEADLINE_MS = 5000;
/** After the first look, so that whoever wanted no more is gone. */
const LATER_MS = 1000;

/** The asking of one node, over as many sessions as it takes. */
export class Asker {
  readonly #options: AskerOptions;
  /** In the order of the probes' list, which is that of importance; the clock and the kernel's log last. */
  readonly #jobs: readonly Job[];
  readonly #kernelJob: Job;
  readonly #kernelAsk = new KernelAsk();
  #samples: readonly ClockOffset[] = [];
  #session: Session | null = null;
  #shell: SlowShell | null = null;
  #guarded = false;
  /** What is being asked now. */
  #running: Job | null = null;
  #deaths = 0;
  #cancelWait: (() => void) | null = null;

  constructor(options: AskerOptions) {
    this.#options = options;
    const probes = options.probes.filter((probe) => probe.kind === 'commands');
    this.#kernelJob = { ...job(null, KERNEL_EVERY_SECONDS, (shell) => this.#askKernel(shell)), isWanted: false, asked: true };
    this.#jobs = [
      ...probes.map((probe) => ({ ...job(probe, probe.everySeconds, (shell) => this.#askProbe(probe, shell)), ...(probe.afterFirstLook ? LATER : {}) })),
      job(null, CLOCK_EVERY_SECONDS, (shell) => this.#askClock(shell)),
      this.#kernelJob,
    ];
  }

  /** Opens a slow shell on a session; what is due is asked as soon as it is guarded. */
  open(session: Session): void {
    this.close();
    this.#session = session;
    // What is known is of before: all is asked anew, but not what hung.
    for (const one of this.#jobs) if (one.timeouts === 0) one.dueAt = -Infinity;
    this.#openShell(session);
  }

  /** Ends it. What was being asked is not answered, and asked first next time. */
  close(): void {
    this.#session = null;
    this.#drop()?.close();
  }

  /** The quick shell will kill this slow shell when the connection ends: now it may start programs. */
  guarded(): void {
    this.#guarded = true;
    this.#go();
  }

  /** The identity of the slow shell that is there, if any. */
  get identity(): ShellIdentity | null {
    return this.#shell?.identity ?? null;
  }

  /** Whether the kernel's log is to be asked of a program; not part of the first look. */
  askKernel(isWanted: boolean): void {
    if (this.#kernelJob.isWanted === isWanted) return;
    this.#kernelJob.isWanted = isWanted;
    if (!isWanted) this.#options.emit({ kind: 'log-file', file: KERNEL_LOG, why: null, at: this.#options.clock.now() });
    this.#go();
  }

  /** Asks everything now. */
  askAll(): void {
    const now = this.#options.clock.now();
    for (const one of this.#jobs) one.dueAt = Math.min(one.dueAt, now);
    this.#go();
  }

  /** Makes the node say something, where no program runs. */
  poke(): void {
    this.#shell?.poke();
  }

  #openShell(session: Session): void {
    const { nodeName, sudo, clock, random } = this.#options;
    const shell: SlowShell = new SlowShell(
      { session, clock, nodeName, sudo },
      {
        ready: (identity) => this.#options.ready(identity),
        heard: () => this.#options.heard(),
        ended: ({ says }) => {
          if (this.#shell !== shell) return;
          const running = this.#running;
          this.#drop();
          this.#deaths += 1;
          this.#cancelWait = clock.setTimer(() => {
            if (this.#session !== session) return;
            this.#unanswered(running, says);
            this.#openShell(session);
          }, reconnectDelayMs(this.#deaths - 1, random));
        },
      },
    );
    this.#shell = shell;
  }

  /**
   * The shell went and the connection did not: what it ran, or else all that was to be asked, has no answer. Asked
   * again later than the others, for it may be what ends the shell.
   */
  #unanswered(running: Job | null, why: string): void {
    const at = this.#options.clock.now();
    for (const one of running ? [running] : this.#jobs.filter((each) => each.isWanted && each.dueAt <= at)) {
      one.asked = true;
      if (one.probe) this.#options.emit({ kind: 'unanswered', probe: one.probe, why, at });
      if (!running) continue;
      one.timeouts += 1;
      one.dueAt = at + Math.max(one.everySeconds * 1000, askAgainDelayMs(one.timeouts));
    }
    this.#maybeAskedOnce();
  }

  #maybeAskedOnce(): void {
    if (!this.#jobs.every((each) => each.asked)) return;
    const dueAt = this.#options.clock.now() + LATER_MS;
    for (const one of this.#jobs) if (one.probe?.afterFirstLook && !one.isWanted) Object.assign(one, { isWanted: true, dueAt });
    this.#options.askedOnce();
  }

  /** Forgets the shell; returns it for whoever ends it. */
  #drop(): SlowShell | null {
    const shell = this.#shell;
    this.#shell = null;
    this.#guarded = false;
    this.#running = null;
    this.#cancelWait?.();
    this.#cancelWait = null;
    return shell;
  }

  /** Starts the next job that is due, or waits for it. */
  #go(): void {
    const shell = this.#shell;
    if (!shell || !this.#guarded || this.#running) return;
    this.#cancelWait?.();
    this.#cancelWait = null;
    const next = this.#jobs.filter((one) => one.isWanted).reduce((first, one) => (one.dueAt < first.dueAt ? one : first));
    const waitMs = next.dueAt - this.#options.clock.now();
    if (waitMs > 0) {
      this.#cancelWait = this.#options.clock.setTimer(() => this.#go(), waitMs);
      return;
    }
    this.#running = next;
    void this.#do(next, shell).then(() => {
      if (this.#shell !== shell) return;
      this.#running = null;
      this.#go();
    });
  }

  async #do(one: Job, shell: SlowShell): Promise<void> {
    const startedAt = this.#options.clock.now();
    const how = await one.ask(shell);
    if (how === 'lost') return;
    one.timeouts = how === 'timeout' ? one.timeouts + 1 : 0;
    const everyMs = one.everySeconds * 1000;
    one.dueAt = how === 'timeout' ? this.#options.clock.now() + Math.max(everyMs, askAgainDelayMs(one.timeouts)) : startedAt + everyMs;
    if (how === 'answered') this.#deaths = 0;
    one.asked = true;
    this.#maybeAskedOnce();
    if (how === 'timeout') this.#replace(shell);
  }

  /** A program hangs in this shell: killed by number through the quick shell, and another is opened at once. */
  #replace(shell: SlowShell): void {
    if (this.#shell !== shell) return;
    if (shell.identity) this.#options.kill(shell.identity);
    this.#drop();
    shell.abandon();
    if (this.#session) this.#openShell(this.#session);
  }

  async #askProbe(probe: AnyCommandProbe, shell: SlowShell): Promise<How> {
    const { clock, emit } = this.#options;
    emit({ kind: 'asked', probes: [probe], at: clock.now() });
    const told = await converse<unknown>(() => probe.ask(), (argv) => shell.run(argv, probe.deadlineSeconds * 1000));
    const at = clock.now();
    if (told.how === 'answered') emit({ kind: 'answered', probe, parsed: told.parsed, raw: told.raw, at });
    else if (told.how === 'timeout') {
      const why = `${told.program} did not answer within ${probe.deadlineSeconds} s`;
      if (told.parsed) emit({ kind: 'answered', probe, parsed: told.parsed, raw: told.raw, at });
      else emit({ kind: 'unanswered', probe, why, at });
    }
    return told.how;
  }

  async #askClock(shell: SlowShell): Promise<How> {
    const ran = await shell.run(DATE_ARGV, DATE_DEADLINE_MS);
    if (ran.how !== 'answered') return ran.how;
    const sample = ran.answer.status === 'ok' ? sampleOf(ran.answer.stdout, ran.startedAt, ran.endedAt) : null;
    if (!sample) return 'answered';
    this.#samples = withSample(this.#samples, sample);
    const clock = bestOf(this.#samples);
    if (clock) this.#options.emit({ kind: 'clock', clock });
    return 'answered';
  }

  async #askKernel(shell: SlowShell): Promise<How> {
    const told = await this.#kernelAsk.ask((argv, deadlineMs) => shell.run(argv, deadlineMs));
    if (told.how !== 'answered') return told.how;
    const at = this.#options.clock.now();
    this.#options.emit({ kind: 'log-file', file: KERNEL_LOG, why: told.why, at });
    if (told.lines.length > 0) this.#options.emit({ kind: 'log', file: told.program, lines: told.lines, at, isForKernel: true });
    return 'answered';
  }
}

function job(probe: AnyCommandProbe | null, everySeconds: number, ask: Job['ask']): Job {
  return { probe, ask, everySeconds, isWanted: true, dueAt: -Infinity, timeouts: 0, asked: false };
}
