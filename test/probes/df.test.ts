// How full the file systems are, from df.
import { describe, expect, test } from 'vitest';
import { capturedDf, df, parseDf } from '../../src/probes/df.ts';
import { answerOf } from '../../src/probes/probe.ts';
import type { Answer } from '../../src/probes/probe.ts';
import { sample, sampleText } from '../samples/sample.ts';
import { talk } from './talk.ts';

const LOCAL = '/bin/df -P -k -l';
const ALL = '/bin/df -P -k';

describe('samples', () => {
  test('coreutils, df -P -k', () => {
    expect(capturedDf.parse(sample('linux/df-P-k-coreutils.txt'))).toEqual({
      answered: true,
      mounts: [
        { device: '/dev/vda', path: '/', sizeBytes: 270_553_174_016, usedBytes: 24_168_378_368, freeBytes: 84_775_915_520, usedPercent: 23 },
        { device: 'tmpfs', path: '/dev/shm', sizeBytes: 25_276_514_304, usedBytes: 0, freeBytes: 25_276_514_304, usedPercent: 0 },
      ],
      failures: [],
      unread: [],
    });
  });

  test('RHEL 5, without -P', () => {
    expect(capturedDf.parse(sample('linux/df-gfs-rhel5.txt'))).toEqual({
      answered: true,
      mounts: [
        { device: '/dev/md2', path: '/', sizeBytes: 54_365_188_096, usedBytes: 2_602_360_832, freeBytes: 48_956_686_336, usedPercent: 6 },
        { device: '/dev/md0', path: '/boot', sizeBytes: 101_411_840, usedBytes: 19_927_040, freeBytes: 76_249_088, usedPercent: 21 },
        { device: 'tmpfs', path: '/dev/shm', sizeBytes: 8_337_657_856, usedBytes: 0, freeBytes: 8_337_657_856, usedPercent: 0 },
        { device: '/dev/emcpowera', path: '/mnt/gfs', sizeBytes: 71_334_297_600, usedBytes: 49_152, freeBytes: 71_334_248_448, usedPercent: 1 },
      ],
      failures: [],
      unread: [],
    });
  });

  test('df -h: rounded sizes are not known, percentages are', () => {
    const unknown = { sizeBytes: null, usedBytes: null, freeBytes: null };
    const read = capturedDf.parse(sample('linux/alpha-20-mounted.df.txt'));
    expect(read).toMatchObject({ answered: true, failures: [], unread: [] });
    expect(read).toHaveProperty('mounts', [
      { device: 'd', path: '/dev', ...unknown, usedPercent: 0 },
      { device: '/dev/vda', path: '/', ...unknown, usedPercent: 15 },
      { device: 'tmpfs', path: '/dev/shm', ...unknown, usedPercent: 0 },
      { device: 'tmpfs', path: '/run', ...unknown, usedPercent: 1 },
      { device: 'tmpfs', path: '/run/lock', ...unknown, usedPercent: 0 },
      { device: '/dev/drbd0', path: '/mnt/web', ...unknown, usedPercent: 1 },
    ]);
  });

  test('what df could not look at is told beside the rest', () => {
    const answer = sample('linux/df-not-there.txt', { stderr: sampleText('linux/df-not-there.stderr.txt'), exit: 1 });
    expect(capturedDf.parse(answer)).toMatchObject({
      answered: true, mounts: [{ path: '/', usedPercent: 23 }], failures: [{ path: '/nowhere', why: 'No such file or directory' }], unread: [],
    });
  });
});

describe('the conversation', () => {
  const play = (answers: Record<string, Answer>) => talk(df, (command) => answers[command] ?? answerOf('', { status: 'absent', exit: null }));
  const full = answerOf(sampleText('linux/df-P-k-coreutils.txt'));

  test('local file systems only, in one question', () => {
    const { commands, result } = play({ [LOCAL]: full });
    expect(commands).toEqual([LOCAL]);
    expect(result).toMatchObject({ answered: true, facts: { mounts: [{ path: '/' }, { path: '/dev/shm' }] } });
  });

  test.each(['/bin/df: invalid option -- l\nBusyBox v1.1.3 multi-call binary\n', "df: invalid option -- 'l'\n", 'df: unrecognized option: l\n'])('a df without -l (%j) is asked without', (stderr) => {
    const { commands, result } = play({ [LOCAL]: answerOf('', { stderr, exit: 1 }), [ALL]: full });
    expect(commands).toEqual([LOCAL, ALL]);
    expect(result).toMatchObject({ answered: true, facts: { mounts: [{ path: '/' }, { path: '/dev/shm' }] }, unread: [] });
  });

  test('one that hangs is not asked another way', () => {
    const { commands, result } = play({ [LOCAL]: answerOf('', { status: 'timeout', exit: null }) });
    expect(commands).toEqual([LOCAL]);
    expect(result).toMatchObject({ answered: false, kind: 'no-answer' });
  });

  test('absent: one question', () => {
    const { commands, result } = play({});
    expect(commands).toEqual([LOCAL]);
    expect(result).toMatchObject({ answered: false, kind: 'absent' });
  });
});

describe('forms', () => {
  const HEAD = 'Filesystem           1024-blocks    Used Available Capacity Mounted on\n';
  const read = (text: string, rest: Partial<Answer> = {}) => parseDf(answerOf(text, rest));

  test.each<[string, object]>([
    ['//nas/Old files   1024 512 512 50% /mnt/my files', { device: '//nas/Old files', path: '/mnt/my files', sizeBytes: 1_048_576, usedPercent: 50 }],
    ['/dev/mapper/a-name-that-is-much-longer-than-its-column\n                      1024       512       512  50% /srv', { device: '/dev/mapper/a-name-that-is-much-longer-than-its-column', path: '/srv', usedBytes: 524_288 }],
    ['/dev/md0 1024 1020 -4 101% /srv', { freeBytes: 0, usedPercent: 100 }],
    ['none - - - - /proc/fs', { sizeBytes: null, usedBytes: null, freeBytes: null, usedPercent: null }],
    ['/dev/drbd0 1024 1024 0 100% /srv', { freeBytes: 0, usedPercent: 100 }],
  ])('%j', (row, mount) => {
    expect(read(`${HEAD}${row}\n`)).toMatchObject({ answered: true, facts: { mounts: [mount] }, unread: [] });
  });

  test('blocks of 512 bytes, and blocks that are rounded', () => {
    const row = '/dev/sda1 2000 1000 1000 50% /\n';
    expect(read(`Filesystem 512-blocks Used Available Capacity Mounted on\n${row}`)).toMatchObject({ facts: { mounts: [{ sizeBytes: 1_024_000 }] } });
    expect(read(`Filesystem 1048576-blocks Used Available Capacity Mounted on\n${row}`)).toMatchObject({ facts: { mounts: [{ sizeBytes: null, usedPercent: 50 }] } });
  });

  test.each<[string, string, string]>([
    ["df: `/mnt/nfs': Stale NFS file handle", '/mnt/nfs', 'Stale NFS file handle'],
    ['df: \u2018/mnt/nfs\u2019: Stale file handle', '/mnt/nfs', 'Stale file handle'],
    ['df: /run/user/1000/doc: Operation not permitted', '/run/user/1000/doc', 'Operation not permitted'],
  ])('%s', (line, path, why) => {
    const row = '/dev/sda1 2000 1000 1000 50% /\n';
    const expected = { answered: true, facts: { mounts: [{ path: '/' }], failures: [{ path, why }] }, unread: [] };
    expect(read(`${HEAD}${row}`, { stderr: `${line}\n`, exit: 1 })).toMatchObject(expected);
    expect(read(`${line}\n${HEAD}${row}`, { exit: 1 })).toMatchObject(expected);
  });

  test.each(['/dev/sdb1 1 2 3 4% srv', '/dev/sdb1 1 2 3%  /srv', '1 2 3 4% /srv', '/dev/sdb1 1 2 x 4% /srv', 'and so on'])('%j is unread', (line) => {
    expect(read(`${HEAD}/dev/sda1 2000 1000 1000 50% /\n${line}\n`)).toMatchObject({ answered: true, facts: { mounts: [{ path: '/' }] }, unread: [line] });
  });

  test.each<[string, Answer, string]>([
    ['nothing', answerOf('', { exit: 1 }), 'no-answer'],
    ['its header only', answerOf(HEAD), 'cut'],
    ['an error', answerOf('', { stderr: 'df: cannot read table of mounted file systems\n', exit: 1 }), 'no-answer'],
    ['not found', answerOf('bash: df: command not found\n'), 'absent'],
    ['cut', answerOf(`${HEAD}/dev/sda1 2000 1000 1000 50% /\n`, { status: 'cut' }), 'cut'],
    ['something else', answerOf('perfectly good soup\n'), 'unreadable'],
  ])('%s: no facts', (_name, answer, kind) => {
    expect(parseDf(answer)).toMatchObject({ answered: false, kind });
  });

  test('a token deleted: every mount is there, or its line is unread', () => {
    const text = sampleText('linux/df-gfs-rhel5.txt');
    for (const token of text.matchAll(/\S+/g)) {
      const parsed = parseDf(answerOf(text.slice(0, token.index) + text.slice(token.index + token[0].length)));
      if (parsed.answered) expect(parsed.facts.mounts.length + parsed.unread.length, `without ${token[0]}`).toBe(4);
    }
  });

  test('a megabyte of hostile lines is read at once', () => {
    const hostile = [`a${' '.repeat(4000)}b`, `${'1 '.repeat(2000)}x`, `${'- '.repeat(2000)}`, `df: ${'/'.repeat(4000)}`, `x 1 1 1 1%${' '.repeat(4000)}y`];
    const text = HEAD + Array.from({ length: 256 }, (_, i) => hostile[i % hostile.length] ?? '').join('\n');
    const started = performance.now();
    parseDf(answerOf(text));
    expect(performance.now() - started).toBeLessThan(2000);
  });
});
