// Mirror disks and other md arrays, from /proc/mdstat.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { MdArray } from '../../src/model/linux-facts.ts';
import { capturedMdstat, mdstat, parseMdstat } from '../../src/probes/mdstat.ts';
import { answerOf } from '../../src/probes/probe.ts';
import { sample, sampleText } from '../samples/sample.ts';

const END = '\nunused devices: <none>\n';

function read(text: string): { arrays: MdArray[]; unread: string[] } {
  const parsed = parseMdstat(answerOf(text, { exit: null }));
  if (!parsed.answered) throw new Error(parsed.why);
  return { arrays: parsed.facts.arrays, unread: parsed.unread };
}

/** One array from its lines. */
function one(...lines: string[]): { array: MdArray | undefined; unread: string[] } {
  const { arrays, unread } = read(`${lines.join('\n')}\n${END}`);
  return { array: arrays[0], unread };
}

describe('samples', () => {
  test('one array rebuilds, the other waits for it', () => {
    expect(capturedMdstat.parse(sample('linux/mdstat-delayed-and-recovery.txt'))).toEqual({
      answered: true,
      arrays: [
        {
          name: 'md0', level: 'raid1', active: true, readOnly: false, disksTotal: 2, disksUp: 1, degraded: true, failed: 0,
          disks: [{ name: 'sda3', mark: '' }, { name: 'sdb3', mark: '' }],
          sync: { kind: 'recovery', waits: null, donePercent: 7.8, finishSeconds: 3708 },
        },
        {
          name: 'md1', level: 'raid1', active: true, readOnly: false, disksTotal: 2, disksUp: 1, degraded: true, failed: 0,
          disks: [{ name: 'sda1', mark: '' }, { name: 'sdb1', mark: '' }],
          sync: { kind: 'resync', waits: 'DELAYED', donePercent: null, finishSeconds: null },
        },
      ],
      unread: [],
    });
  });

  test('kernel 2.6.15: one mirror whole, one with a failed disk', () => {
    const parsed = mdstat.parse(new Map([['/proc/mdstat', answerOf(sampleText('linux/2.6.15/mdstat'), { exit: null })]]));
    expect(parsed).toEqual({
      answered: true,
      facts: {
        arrays: [
          {
            name: 'md7', level: 'raid1', active: true, readOnly: false, disksTotal: 2, disksUp: 2, degraded: false, failed: 0,
            disks: [{ name: 'hdc9', mark: '' }, { name: 'hda9', mark: '' }], sync: null,
          },
          {
            name: 'md6', level: 'raid1', active: true, readOnly: false, disksTotal: 2, disksUp: 1, degraded: true, failed: 1,
            disks: [{ name: 'hdc8', mark: 'F' }, { name: 'hda8', mark: '' }], sync: null,
          },
        ],
      },
      unread: [],
    });
  });
});

describe('forms of md.c', () => {
  test('a check is no fault, and knows when it ends', () => {
    const { array, unread } = one(
      'md127 : active raid1 vda2[0] vdb2[1]', '      1100871680 blocks super 1.2 [2/2] [UU]',
      '      [=>...................]  check =  7.1% (78346880/1100871680) finish=4.9min speed=3406386K/sec', '      bitmap: 0/9 pages [0KB], 65536KB chunk',
    );
    expect(array).toMatchObject({ name: 'md127', degraded: false, disksUp: 2, sync: { kind: 'check', donePercent: 7.1, finishSeconds: 294, waits: null } });
    expect(unread).toEqual([]);
  });

  test('an array that waits for its first write', () => {
    const { array, unread } = one('md126 : active (auto-read-only) raid1 vdb1[1] vda1[0]', '      471726080 blocks super 1.2 [2/2] [UU]', '      \tresync=PENDING');
    expect(array).toMatchObject({ level: 'raid1', active: true, readOnly: true, degraded: false, sync: { kind: 'resync', waits: 'PENDING', donePercent: null } });
    expect(unread).toEqual([]);
  });

  test.each<[string, string[], Partial<MdArray>]>([
    ['raid5 grows', ['md0 : active raid5 sdd1[3] sdc1[2] sdb1[1] sda1[0]', '      2093056 blocks super 0.91 level 5, 64k chunk, algorithm 2 [4/4] [UUUU]', '      [>....................]  reshape =  0.0% (256/1046528) finish=72.6min speed=239K/sec'],
      { level: 'raid5', disksTotal: 4, disksUp: 4, degraded: false, sync: { kind: 'reshape', waits: null, donePercent: 0, finishSeconds: 4356 } }],
    ['raid10 without two', ['md2 : active raid10 sdd3[5] sda3[4]', '      3875222528 blocks super 1.1 512K chunks 2 near-copies [4/2] [U_U_]', '      bitmap: 2/29 pages [8KB], 65536KB chunk'],
      { level: 'raid10', disksTotal: 4, disksUp: 2, degraded: true, sync: null }],
    ['raid0 has no map', ['md0 : active raid0 sdc[1] sdb[0]', '      2093056 blocks super 1.2 512k chunks'], { level: 'raid0', active: true, disksTotal: 2, disksUp: 2, degraded: false }],
    ['raid0 that lost a disk', ['md0 : broken raid0 sdc[1](F) sdb[0]', '      2093056 blocks super 1.2 512k chunks'], { level: 'raid0', active: false, disksUp: 1, failed: 1, degraded: true }],
    ['linear', ['md_d0 : active linear sdc[1] sdb[0]', '      2093056 blocks 64k rounding'], { name: 'md_d0', level: 'linear', degraded: false }],
    ['not assembled', ['md127 : inactive sdb[1](S) cciss/c0d0p1[0](S)', '      5288 blocks super external:imsm'],
      { level: null, active: false, disksTotal: null, disksUp: null, degraded: null, failed: 0, disks: [{ name: 'sdb', mark: 'S' }, { name: 'cciss/c0d0p1', mark: 'S' }] }],
    ['write-mostly and failed', ['md3 : active raid1 sda[0](W)(F) sdb[1]', '      8 blocks [2/1] [_U]'], { failed: 1, disks: [{ name: 'sda', mark: 'WF' }, { name: 'sdb', mark: '' }] }],
  ])('%s', (_name, lines, facts) => {
    const { array, unread } = one(...lines);
    expect(array).toMatchObject(facts);
    expect(unread).toEqual([]);
  });

  test('the module is loaded and there is no array', () => {
    expect(read('Personalities : \nunused devices: <none>\n')).toEqual({ arrays: [], unread: [] });
    expect(read('Personalities : [raid1] [raid6]\nread_ahead not set\nunused devices: sda1 \n')).toEqual({ arrays: [], unread: [] });
  });
});

describe('what is not understood is unread, and never whole', () => {
  test.each<[string, string[], Partial<MdArray>]>([
    ['      8 blocks [2/2] [U_]', ['md0 : active raid1 a[0] b[1]', '      8 blocks [2/2] [U_]'], { disksUp: null, degraded: true }],
    ['      8 blocks [3/2] [UU]', ['md0 : active raid1 a[0] b[1]', '      8 blocks [3/2] [UU]'], { disksUp: null, degraded: true }],
    ['      8 blocks super 1.2 [2/2] [UX]', ['md0 : active raid1 a[0] b[1]', '      8 blocks super 1.2 [2/2] [UX]'], { disksUp: null, degraded: null }],
    ['md0 : active raid1 a b[1]', ['md0 : active raid1 a b[1]', '      8 blocks [2/2] [UU]'], { disks: [{ name: 'b', mark: '' }] }],
    ['      dancing = 5', ['md0 : active raid1 a[0] b[1]', '      8 blocks [2/2] [UU]', '      dancing = 5'], { sync: null, degraded: false }],
  ])('%j', (line, lines, facts) => {
    const { array, unread } = one(...lines);
    expect(array).toMatchObject(facts);
    expect(unread).toContain(line);
  });

  test('an array without its second line is not known to be whole', () => {
    expect(one('md0 : active raid1 a[0] b[1]')).toMatchObject({ array: { degraded: null, disksUp: null }, unread: ['md0 : active raid1 a[0] b[1]'] });
  });

  test('an array told twice: the first counts', () => {
    const { arrays, unread } = read(`md0 : active raid1 a[0] b[1]\n      8 blocks [2/1] [U_]\nmd0 : active raid1 a[0] b[1]\n      8 blocks [2/2] [UU]\n${END}`);
    expect(arrays).toHaveLength(1);
    expect(arrays[0]).toMatchObject({ degraded: true });
    expect(unread).toEqual(['md0 : active raid1 a[0] b[1]', '      8 blocks [2/2] [UU]']);
  });

  test('any cut is noticed', () => {
    const text = sampleText('linux/mdstat-delayed-and-recovery.txt');
    const end = text.indexOf('unused devices:') + 'unused devices:'.length;
    for (let length = 0; length < end; length += 1) expect(parseMdstat(answerOf(text.slice(0, length)))).toMatchObject({ answered: false });
  });

  test('a token deleted never makes a degraded array whole, and none vanishes in silence', () => {
    for (const name of ['linux/mdstat-delayed-and-recovery.txt', 'linux/2.6.15/mdstat']) {
      const text = sampleText(name);
      const before = read(text).arrays;
      for (const token of text.matchAll(/\S+/g)) {
        const parsed = parseMdstat(answerOf(text.slice(0, token.index) + text.slice(token.index + token[0].length)));
        if (!parsed.answered) continue;
        for (const was of before) {
          const is = parsed.facts.arrays.find((array) => array.name === was.name);
          if (!is) expect(parsed.unread.length, `${was.name} without ${token[0]}`).toBeGreaterThan(0);
          else if (was.degraded) expect(is.degraded, `${was.name} without ${token[0]}`).not.toBe(false);
        }
      }
    }
  });

  test('a line put in anywhere is unread or changes nothing', () => {
    const lines = sampleText('linux/mdstat-delayed-and-recovery.txt').split('\n');
    const before = read(lines.join('\n')).arrays;
    fc.assert(fc.property(fc.string({ minLength: 1, maxLength: 80, unit: 'grapheme-ascii' }).filter((line) => line.trim() !== '' && !/^(?:Personalities|unused|\s+bitmap|read_ahead|Event)/.test(line)), fc.nat(lines.length - 1), (line, at) => {
      const parsed = parseMdstat(answerOf(lines.toSpliced(at, 0, line).join('\n')));
      if (!parsed.answered) return;
      expect(parsed.unread).toContain(line);
      expect(parsed.facts.arrays).toEqual(before);
    }));
  });

  test('a megabyte of hostile lines is read at once', () => {
    const hostile = [`md0 : active${' '.repeat(4000)}x[`, `      1 blocks ${' '.repeat(4000)}[`, `      [${'='.repeat(4000)}`, `md0 : active raid1 ${'a[0] '.repeat(800)}?`];
    const text = Array.from({ length: 256 }, (_, i) => hostile[i % hostile.length] ?? '').join('\n') + END;
    const started = performance.now();
    parseMdstat(answerOf(text));
    expect(performance.now() - started).toBeLessThan(2000);
  });
});

test.each([
  ['no md in this kernel', answerOf('', { status: 'absent', exit: null }), 'absent'],
  ['the words of cat', answerOf('cat: /proc/mdstat: No such file or directory\n', { exit: 1 }), 'absent'],
  ['cut', answerOf('Personalities : [raid1]\n', { status: 'cut', exit: null }), 'cut'],
  ['broken off', answerOf('Personalities : [raid1]\nmd0 : active raid1 a[0] b[1]\n'), 'cut'],
  ['nothing', answerOf(''), 'unreadable'],
  ['something else', answerOf('perfectly good soup\n'), 'unreadable'],
])('%s: no facts', (_name, answer, kind) => {
  expect(parseMdstat(answer)).toMatchObject({ answered: false, kind });
});
