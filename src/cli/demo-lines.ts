// The conversation of `demo --serve`: a line of JSON for each line of input, in their order.
import type { Readable } from 'node:stream';
import { aborted } from './io.ts';
import type { Io } from './io.ts';

/** No command of a world is longer. */
const MAX_LINE = 1000;

/** Answers until the input ends or a signal comes; a command that still waits then is given up. */
export async function answerLines(io: Pick<Io, 'stdin' | 'stdout' | 'signal'>, command: (line: string) => Promise<object>): Promise<void> {
  const stopped = aborted(io.signal);
  for await (const line of linesOf(io.stdin, stopped)) {
    if (line.trim() === '') continue;
    const answer = line.length > MAX_LINE ? { ok: false, says: `a command is at most ${MAX_LINE} characters long` } : await Promise.race([command(line), stopped]);
    if (answer === undefined || io.signal.aborted) break;
    io.stdout.write(`${JSON.stringify(answer)}\n`);
  }
}

/**
 * The lines of the input; of one that is too long as much as shows it. Only a newline ends a line: node:readline ends
 * it at a carriage return and at U+2028 too, and then one line would get two answers.
 */
async function* linesOf(input: Readable, stopped: Promise<void>): AsyncGenerator<string> {
  const chunks: AsyncIterator<string> = input.setEncoding('utf8')[Symbol.asyncIterator]();
  let rest = '';
  for (;;) {
    const next = await Promise.race([chunks.next(), stopped]);
    if (!next) return;
    if (next.done === true) break;
    const lines = (rest + next.value).split('\n');
    rest = (lines.pop() ?? '').slice(0, MAX_LINE + 1);
    yield* lines;
  }
  yield rest;
}
