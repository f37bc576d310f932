// The kernel's log where no file has it: only what is new, from the program that may be asked.
import { describe, expect, it } from 'vitest';
import { KernelAsk } from '../../src/monitor/kernel-ask.ts';
import type { Ran } from '../../src/monitor/slow-shell.ts';
import { answerOf } from '../../src/probes/probe.ts';
import type { Answer } from '../../src/probes/probe.ts';

const absent: Answer = { status: 'absent', stdout: '', stderr: '', exit: null };
const forbidden = answerOf('', { exit: 1, stderr: 'dmesg: read kernel buffer failed: Operation not permitted\n' });

/** A node whose programs answer so. */
function node(programs: Record<string, Answer>): { asked: string[]; run(argv: readonly string[]): Promise<Ran> } {
  const asked: string[] = [];
  return {
    asked,
    run(argv) {
      asked.push(argv.join(' '));
      return Promise.resolve({ how: 'answered', answer: programs[argv[0] ?? ''] ?? absent, startedAt: 1, endedAt: 2 });
    },
  };
}

describe('asking', () => {
  it('takes dmesg first, by its path, and of each answer what is new', async () => {
    const ask = new KernelAsk();
    const alpha = node({ '/bin/dmesg': answerOf('[1.0] one\n[2.0] two\n') });
    expect(await ask.ask(alpha.run)).toEqual({ how: 'answered', program: 'dmesg', lines: ['[1.0] one', '[2.0] two'], why: null });
    expect(await ask.ask(alpha.run)).toMatchObject({ lines: [] });
    const later = node({ '/bin/dmesg': answerOf('[2.0] two\n[3.0] three\n') });
    expect(await ask.ask(later.run)).toMatchObject({ lines: ['[2.0] two', '[3.0] three'] });
    expect(alpha.asked).toEqual(['/bin/dmesg -s 65536', '/bin/dmesg -s 65536']);
  });

  it('knows its place by eight lines, as the buffer of the kernel goes round', async () => {
    const ask = new KernelAsk();
    const lines = (from: number, to: number): string => Array.from({ length: to - from }, (_, i) => `[${from + i}.0] line\n`).join('');
    await ask.ask(node({ '/bin/dmesg': answerOf(lines(0, 50)) }).run);
    expect(await ask.ask(node({ '/bin/dmesg': answerOf(lines(30, 52)) }).run)).toMatchObject({ lines: ['[50.0] line', '[51.0] line'] });
  });

  it('turns to the journal where dmesg is forbidden, and tells so where that gives nothing either', async () => {
    const journal = answerOf('2026-11-20T20:43:10+0000 alpha kernel: drbd: initialised.\n');
    expect(await new KernelAsk().ask(node({ '/bin/dmesg': forbidden, '/usr/bin/journalctl': journal }).run)).toMatchObject({ program: 'journalctl', why: null, lines: [expect.any(String)] });
    expect(await new KernelAsk().ask(node({ '/bin/dmesg': forbidden }).run)).toMatchObject({ lines: [], why: expect.stringContaining('Operation not permitted') as string });
  });

  it('has nothing to say of a node that has neither', async () => {
    expect(await new KernelAsk().ask(node({}).run)).toEqual({ how: 'answered', program: 'kernel log', lines: [], why: null });
  });

  it('tells of a program that hangs', async () => {
    expect(await new KernelAsk().ask(() => Promise.resolve({ how: 'timeout' }))).toEqual({ how: 'timeout' });
  });
});
