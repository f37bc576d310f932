// The conversation of `demo --serve`, without a world: one answer for one line, whatever stands in it.
import { PassThrough } from 'node:stream';
import { finished } from 'node:stream/promises';
import { describe, expect, it } from 'vitest';
import { answerLines } from '../../src/cli/demo-lines.ts';

/** What is answered to these pieces of input, by a command that answers with what it heard. */
async function conversation(...pieces: (string | Buffer)[]): Promise<unknown[]> {
  const stdin = new PassThrough();
  const stdout = new PassThrough();
  let text = '';
  stdout.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
  for (const piece of pieces) stdin.write(piece);
  stdin.end();
  await answerLines({ stdin, stdout, signal: new AbortController().signal }, (line) => Promise.resolve({ heard: line }));
  stdout.end();
  await finished(stdout);
  return text.split('\n').slice(0, -1).map((line): unknown => JSON.parse(line));
}

describe('the lines of a conversation', () => {
  it('end at a newline and nowhere else', async () => {
    expect(await conversation('one\rtwo\n', 'a\u2028b\u2029c\u0085d\n', 'three\r\n')).toEqual([{ heard: 'one\rtwo' }, { heard: 'a\u2028b\u2029c\u0085d' }, { heard: 'three\r' }]);
  });

  it('may come in pieces, and the last one without a newline; empty ones get no answer', async () => {
    const umlaut = Buffer.from('ü');
    expect(await conversation('tr', 'uth\nma', umlaut.subarray(0, 1), umlaut.subarray(1), 'rk\n\n  \n\r\nlast')).toEqual([{ heard: 'truth' }, { heard: 'maürk' }, { heard: 'last' }]);
  });

  it('get one answer however long they are', async () => {
    const tooLong = { ok: false, says: 'a command is at most 1000 characters long' };
    expect(await conversation('x'.repeat(1000), '\n', 'x'.repeat(700_000), 'x'.repeat(700_000), '\nmark\n', 'y'.repeat(1001))).toEqual([{ heard: 'x'.repeat(1000) }, tooLong, { heard: 'mark' }, tooLong]);
  });

  it('are answered no more after a signal, though a command is still waiting', async () => {
    const stop = new AbortController();
    const stdin = new PassThrough();
    const stdout = new PassThrough();
    stdin.write('wait 5\nmark\n');
    await answerLines({ stdin, stdout, signal: stop.signal }, () => {
      stop.abort();
      return new Promise(() => undefined);
    });
    expect(stdout.read()).toBeNull();
  });
});
