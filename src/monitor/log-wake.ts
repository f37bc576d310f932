// Lets a node say when one of its logs was written to, where its tail can: then nobody waits for the next look.
import type { Session } from '../transport/session.ts';
import type { Clock } from './clock.ts';
import { ShellChannel } from './shell-channel.ts';
import { WAKE } from './shell/wake.ts';

export interface LogWakeOptions {
  nodeName: string;
  sudo: boolean;
  clock: Clock;
  /** A log was written to. */
  woken(): void;
  heard(): void;
}

/** The third shell on a connection. Without it logs are read with each look, as often as files are. */
export class LogWake {
  readonly #options: LogWakeOptions;
  #shell: ShellChannel | null = null;
  #files = '';
  /** This session gives no such shell, or its tail cannot. */
  #hasGivenUp = false;

  constructor(options: LogWakeOptions) {
    this.#options = options;
  }

  /** Watches these files, absolute paths, from now on. */
  watch(session: Session, files: readonly string[]): void {
    const wanted = files.join('\n');
    if (this.#hasGivenUp || wanted === this.#files) return;
    this.#shell?.close();
    this.#files = wanted;
    this.#shell = files.length === 0 ? null : this.#open(session, files);
  }

  /** Ends it; the next session is tried anew. */
  close(): void {
    this.#shell?.close();
    this.#shell = null;
    this.#files = '';
    this.#hasGivenUp = false;
  }

  #open(session: Session, files: readonly string[]): ShellChannel {
    const { clock, nodeName, sudo, woken, heard } = this.#options;
    const shell: ShellChannel = new ShellChannel({ session, clock, nodeName, sudo, script: WAKE }, {
      hello: () => {
        shell.write(`${files.map((file) => `f ${file}\n`).join('')}g\n`);
        // What was written before tail began.
        woken();
      },
      frame: ({ words: [word] }) => {
        if (this.#shell !== shell) return;
        if (word === 'w') woken();
        else if (word === 'x') this.#giveUp();
      },
      heard,
      ended: () => {
        if (this.#shell === shell) this.#giveUp();
      },
    });
    return shell;
  }

  /** No fault: the logs are read with each look. */
  #giveUp(): void {
    this.#shell?.close();
    this.#shell = null;
    this.#hasGivenUp = true;
  }
}
