// Talks to one shell of ours on a session, frame by frame.
import { systemClock } from '../../../src/monitor/clock.ts';
import type { Frame } from '../../../src/monitor/frames.ts';
import { ShellChannel } from '../../../src/monitor/shell-channel.ts';
import type { ShellEnd, ShellIdentity } from '../../../src/monitor/shell-channel.ts';
import type { Session } from '../../../src/transport/session.ts';
import { until } from './until.ts';

export class Talk {
  readonly frames: Frame[] = [];
  identity: ShellIdentity | null = null;
  end: ShellEnd | null = null;
  readonly shell: ShellChannel;
  #taken = 0;
  #seq = 0;

  constructor(session: Session, script: string, sudo = false) {
    this.shell = new ShellChannel(
      { session, clock: systemClock, nodeName: 'alpha', script, sudo },
      {
        hello: (identity) => {
          this.identity = identity;
        },
        frame: (frame) => this.frames.push(frame),
        heard: () => undefined,
        ended: (end) => {
          this.end = end;
        },
      },
    );
  }

  async hello(): Promise<ShellIdentity> {
    await until('hello or the end', () => this.identity ?? this.end);
    if (!this.identity) throw new Error(this.end?.says);
    return this.identity;
  }

  /** The frames up to and with the next one whose words begin with these, since the last call. */
  async upTo(...words: string[]): Promise<Frame[]> {
    const at = await until(`a frame ${words.join(' ')}`, () => {
      const index = this.frames.findIndex((frame, i) => i >= this.#taken && words.every((word, w) => frame.words[w] === word));
      return index >= 0 && index + 1;
    });
    const got = this.frames.slice(this.#taken, at);
    this.#taken = at;
    return got;
  }

  /** One tick of the quick shell over these file indexes: what it sent, without the tick itself, as `words|body`. */
  async tick(...indexes: number[]): Promise<string[]> {
    this.#seq += 1;
    this.shell.write(`t ${[this.#seq, ...indexes].join(' ')}\n`);
    const frames = await this.upTo('t', String(this.#seq));
    return frames.slice(0, -1).map((frame) => `${frame.words.join(' ')}|${frame.body}`);
  }

  /** One command of the slow shell. */
  async command(...argv: string[]): Promise<{ stdout: string; stderr: string; exit: string; absent: boolean; cut: boolean }> {
    this.#seq += 1;
    const id = String(this.#seq);
    this.shell.write(`c ${id} ${argv.length}\n${argv.map((argument) => `${argument}\n`).join('')}`);
    await until(`the end of command ${argv[0]}`, () => this.frames.some((frame) => /^[dn]$/.test(frame.words[0] ?? '') && frame.words[1] === id), 20_000);
    const find = (word: string): Frame | undefined => this.frames.find((frame) => frame.words[0] === word && frame.words[1] === id);
    return {
      stdout: find('b')?.body ?? '', stderr: find('e')?.body ?? '', exit: find('e')?.words[2] ?? '',
      absent: find('n') !== undefined, cut: find('b')?.cut ?? false,
    };
  }
}
