// The client's end of a slow shell: one command at a time, with the deadline that the shell itself does not have.
import type { Answer } from '../probes/probe.ts';
import type { Clock } from './clock.ts';
import type { Frame } from './frames.ts';
import { ShellChannel } from './shell-channel.ts';
import type { ShellEnd, ShellIdentity, ShellOptions } from './shell-channel.ts';
import { SLOW } from './shell/slow.ts';

export interface SlowShellEvents {
  ready(identity: ShellIdentity): void;
  heard(): void;
  ended(end: ShellEnd): void;
}

/** How a command went: `lost` where the shell ended before it was known. */
export type Ran = { how: 'answered'; answer: Answer; startedAt: number; endedAt: number } | { how: 'timeout' } | { how: 'lost' };

interface Running {
  id: number;
  startedAt: number;
  stdout: string;
  stderr: string;
  exit: number | null;
  cut: boolean;
  settle(ran: Ran): void;
}

/** Signals are told by a shell as 128 + number; up to 64 there are. */
const SIGNALLED = { above: 128, upTo: 192 };

/** One slow shell on a session; it is replaced when a program hangs in it. */
export class SlowShell {
  /** Set once the shell said who it is. */
  identity: ShellIdentity | null = null;
  readonly #shell: ShellChannel;
  readonly #clock: Clock;
  #running: Running | null = null;
  #lastId = 0;

  constructor(options: Omit<ShellOptions, 'script'>, events: SlowShellEvents) {
    this.#clock = options.clock;
    this.#shell = new ShellChannel(
      { ...options, script: SLOW },
      {
        hello: (identity) => {
          this.identity = identity;
          events.ready(identity);
        },
        heard: () => events.heard(),
        frame: (frame) => this.#frame(frame),
        ended: (end) => {
          this.#running?.settle({ how: 'lost' });
          events.ended(end);
        },
      },
    );
  }

  /** Runs one command. After `timeout` this shell is of no use any more: kill it and open another. */
  run(argv: readonly string[], deadlineMs: number): Promise<Ran> {
    const startedAt = this.#clock.now();
    const refused = whyRefused(argv);
    if (refused) {
      const answer: Answer = { status: 'forbidden', stdout: '', stderr: refused, exit: null };
      return Promise.resolve({ how: 'answered', answer, startedAt, endedAt: startedAt });
    }
    return new Promise((resolve) => {
      this.#lastId += 1;
      const cancel = this.#clock.setTimer(() => this.#running?.settle({ how: 'timeout' }), deadlineMs);
      const settle = (ran: Ran): void => {
        cancel();
        this.#running = null;
        resolve(ran);
      };
      this.#running = { id: this.#lastId, startedAt, stdout: '', stderr: '', exit: null, cut: false, settle };
      this.#shell.write(`c ${this.#lastId} ${argv.length}\n${argv.map((argument) => `${argument}\n`).join('')}`);
    });
  }

  /** Asks for a word of life; not heard while a command runs. */
  poke(): void {
    if (!this.#running) this.#shell.write('p\n');
  }

  /** Ends it: its stdin ends. A command that runs is settled as lost. */
  close(): void {
    this.#running?.settle({ how: 'lost' });
    this.#shell.close();
  }

  /** Gives it up after a timeout. */
  abandon(): void {
    this.#running?.settle({ how: 'lost' });
    this.#shell.abandon();
  }

  #frame(frame: Frame): void {
    const [word, id, exit] = frame.words;
    const running = this.#running;
    if (!running || Number(id) !== running.id) return;
    if (word === 'b') {
      running.stdout = frame.body;
      running.cut = frame.cut;
    } else if (word === 'e') {
      running.stderr = frame.body;
      running.exit = exitOf(exit ?? '');
    } else if (word === 'd') this.#answer(running, running.cut ? 'cut' : 'ok');
    else if (word === 'n') this.#answer(running, 'absent');
  }

  #answer(running: Running, status: Answer['status']): void {
    const { stdout, stderr, exit, startedAt } = running;
    running.settle({ how: 'answered', answer: { status, stdout, stderr, exit }, startedAt, endedAt: this.#clock.now() });
  }
}

/** Arguments go line by line: one with a line break would become two. Options are ours, so a program never begins with one. */
function whyRefused(argv: readonly string[]): string | null {
  if (argv.length === 0 || argv[0] === '' || argv[0]?.startsWith('-')) return 'refused by crashcart: no program named';
  if (argv.some((argument) => /[\n\r\0]/.test(argument))) return 'refused by crashcart: a line break in an argument';
  return null;
}

function exitOf(text: string): number | null {
  if (!/^\d{1,3}$/.test(text)) return null;
  const exit = Number(text);
  return exit > SIGNALLED.above && exit <= SIGNALLED.upTo ? null : exit;
}
