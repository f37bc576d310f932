// The conversation of `demo --serve`: a line of JSON for each line of input, in their order.
import { createInterface } from 'node:readline';
import { aborted } from './io.ts';
import type { Io } from './io.ts';

/** No command of a world is longer. */
const MAX_LINE = 1000;

/** Answers until the input ends or a signal comes; a command that still waits then is given up. */
export async function answerLines(io: Pick<Io, 'stdin' | 'stdout' | 'signal'>, command: (line: string) => Promise<object>): Promise<void> {
  const stopped = aborted(io.signal);
  const lines = createInterface({ input: io.stdin, signal: io.signal });
  for await (const line of lines) {
    if (line.trim() === '') continue;
    const answer = line.length > MAX_LINE ? { ok: false, says: `a command is at most ${MAX_LINE} characters long` } : await Promise.race([command(line), stopped]);
    if (answer === undefined || io.signal.aborted) break;
    io.stdout.write(`${JSON.stringify(answer)}\n`);
  }
}
