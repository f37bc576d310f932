// Frames cut out of a stream, however it arrives.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FrameSplitter, MAX_BODY } from '../../src/monitor/frames.ts';

const nonce = '0123456789abcdef';
const splitter = (): FrameSplitter => new FrameSplitter(nonce, new Set(['s', 'b']));
const stream = [
  'Welcome\nno end of line',
  `\n@${nonce} h 1 1 5\n`,
  `\n@${nonce} s 0 0 ok /proc/drbd\nversion: 8\n\n@0000000000000000 t 1\nlast line without end`,
  `\n@${nonce} s 1 0 absent /x\n`,
  `\n@${nonce} b 7\nends with a break\n`,
  `\n@${nonce} t 1\n`,
  'a late word of nobody',
  `\n@${nonce} t 2\n`,
].join('');
const frames = [
  { words: ['h', '1', '1', '5'], body: '', cut: false },
  { words: ['s', '0', '0', 'ok', '/proc/drbd'], body: 'version: 8\n\n@0000000000000000 t 1\nlast line without end', cut: false },
  { words: ['s', '1', '0', 'absent', '/x'], body: '', cut: false },
  { words: ['b', '7'], body: 'ends with a break\n', cut: false },
  { words: ['t', '1'], body: '', cut: false },
  { words: ['t', '2'], body: '', cut: false },
];

describe('the frame splitter', () => {
  it('cuts frames and keeps the noise before the first', () => {
    const one = splitter();
    expect(one.push(stream)).toEqual(frames);
    expect(one.noise).toBe('Welcome\nno end of line\n');
  });

  it('gives the same frames however the stream is cut', () => {
    fc.assert(fc.property(fc.array(fc.nat(stream.length), { maxLength: 30 }), (cuts) => {
      const one = splitter();
      const at = [0, ...cuts.sort((a, b) => a - b), stream.length];
      const got = at.slice(1).flatMap((end, i) => one.push(stream.slice(at[i], end)));
      expect(got).toEqual(frames);
    }));
  });

  it('keeps 1 MB of a body, with or without line breaks, and finds the next frame', () => {
    for (const filler of ['x'.repeat(99), `${'x'.repeat(98)}\n`]) {
      const one = splitter();
      one.push(`\n@${nonce} b 1\n`);
      for (let i = 0; i < 30_000; i += 1) expect(one.push(filler)).toEqual([]);
      const [body, tick] = one.push(`\n@${nonce} t 1\n`);
      expect(body).toMatchObject({ words: ['b', '1'], cut: true });
      expect(body?.body).toHaveLength(MAX_BODY);
      expect(tick?.words).toEqual(['t', '1']);
    }
  });

  it('takes no frame from the middle of a line', () => {
    const one = splitter();
    expect(one.push(`\n@${nonce} b 1\n${'x'.repeat(70_000)}`)).toEqual([]);
    expect(one.push(`@${nonce} t 1\n\n@${nonce} t 2\n`).map((frame) => frame.words)).toEqual([['b', '1'], ['t', '2']]);
  });

  it('keeps at most 4 KB of noise', () => {
    const one = splitter();
    for (let i = 0; i < 100; i += 1) one.push(`${'noise '.repeat(100)}\n`);
    expect(one.noise).toHaveLength(4096);
  });
});
