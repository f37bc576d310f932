// The kernel's log of a node where no file has it: dmesg, else journalctl, asked again and again for what is new.
import { parseKernelLog } from '../probes/kernel-log.ts';
import type { Answer } from '../probes/probe.ts';
import { linesAfter, remembered } from './log-place.ts';
import type { Ran } from './slow-shell.ts';

export const KERNEL_EVERY_SECONDS = 10;
/** What the log is called where it cannot be read. */
export const KERNEL_LOG = 'kernel log';

/**
 * Absolute, and so under the seam. `-s` bounds what dmesg of 2.6 and busybox print, later ones take it and print their
 * whole buffer. journalctl reads nothing but this boot.
 */
const PROGRAMS = [
  { argv: ['/bin/dmesg', '-s', '65536'], deadlineMs: 5000 },
  { argv: ['/usr/bin/journalctl', '-k', '-b', '-q', '-n', '500', '--no-pager', '-o', 'short-iso'], deadlineMs: 10_000 },
] as const;

/** A line is kept up to here, and so many of one answer. */
const MAX_LINE = 4096;
const MAX_LINES = 2000;

/** `why`: null, or why an account that is allowed more would hear more. */
export type KernelTold = { how: 'answered'; program: string; lines: readonly string[]; why: string | null } | { how: 'timeout' | 'lost' };

/** The asking of one node, over as many sessions as it takes. */
export class KernelAsk {
  /** The last lines of what each program printed. */
  readonly #last = new Map<string, readonly string[]>();

  /** What is new since the last time; a program that is not there is no fault, one that may not read the log is told. */
  async ask(run: (argv: readonly string[], deadlineMs: number) => Promise<Ran>): Promise<KernelTold> {
    let why: string | null = null;
    for (const { argv, deadlineMs } of PROGRAMS) {
      const ran = await run(argv, deadlineMs);
      if (ran.how !== 'answered') return { how: ran.how };
      const refused = refusalOf(ran.answer);
      if (refused === null) return { how: 'answered', program: nameOf(argv), lines: this.#fresh(nameOf(argv), ran.answer.stdout), why: null };
      if (refused.kind !== 'absent') why = refused.why;
    }
    return { how: 'answered', program: KERNEL_LOG, lines: [], why };
  }

  #fresh(program: string, stdout: string): readonly string[] {
    const all = stdout.split('\n').map((line) => line.slice(0, MAX_LINE)).filter((line) => line.trim() !== '').slice(-MAX_LINES);
    const last = this.#last.get(program) ?? [];
    const lines = linesAfter(all, last);
    this.#last.set(program, remembered(last, lines));
    return lines;
  }
}

function refusalOf(answer: Answer): { kind: string; why: string } | null {
  // A complaint stands alone: the beginning tells.
  const parsed = parseKernelLog({ ...answer, stdout: answer.stdout.slice(0, MAX_LINE) }, { year: null, zoneMinutes: null });
  return parsed.answered ? null : parsed;
}

function nameOf(argv: readonly string[]): string {
  return argv[0]?.split('/').at(-1) ?? '';
}
