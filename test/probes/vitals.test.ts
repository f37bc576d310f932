// The vital signs of a node, from captured and rendered files of /proc.
import { describe, expect, test } from 'vitest';
import type { Vitals } from '../../src/model/facts.ts';
import { answerOf } from '../../src/probes/probe.ts';
import type { Answer } from '../../src/probes/probe.ts';
import { capturedLoadavg, capturedMeminfo, vitals } from '../../src/probes/vitals.ts';
import { sample, sampleText } from '../samples/sample.ts';

const PATHS: Record<string, string> = {
  loadavg: '/proc/loadavg', meminfo: '/proc/meminfo', uptime: '/proc/uptime', stat: '/proc/stat',
  hostname: '/proc/sys/kernel/hostname', osrelease: '/proc/sys/kernel/osrelease', boot_id: '/proc/sys/kernel/random/boot_id',
};

/** Texts by short name; a file that is not given is absent. */
function read(files: Record<string, string | Answer>): { facts: Vitals; unread: string[] } {
  const answers = new Map(Object.entries(PATHS).map(([name, path]) => [path, answered(files[name])]));
  const parsed = vitals.parse(answers);
  if (!parsed.answered) throw new Error(parsed.why);
  return { facts: parsed.facts, unread: parsed.unread };
}

function answered(file: string | Answer | undefined): Answer {
  if (file === undefined) return answerOf('', { status: 'absent', exit: null });
  return typeof file === 'string' ? answerOf(file, { exit: null }) : file;
}

const folder = (version: string, names: string[]): Record<string, string> => Object.fromEntries(names.map((name) => [name, sampleText(`linux/${version}/${name}`)]));
const NOTHING: Vitals = { nodeName: null, kernel: null, bootId: null, uptimeSeconds: null, load: null, memoryTotalBytes: null, memoryFreeBytes: null, swapUsedBytes: null, cpuTicks: null, cpus: null };

describe('machines', () => {
  test('kernel 2.6.15: no MemAvailable', () => {
    expect(read(folder('2.6.15', Object.keys(PATHS)))).toEqual({
      facts: {
        nodeName: 'alpha', kernel: '2.6.15-27-server', bootId: 'f4b5f7a1-3f0e-4d4b-9a5c-0d5b0b8e5a11',
        uptimeSeconds: 1036800.52, load: [0.31, 0.28, 0.22],
        memoryTotalBytes: 1_060_089_856, memoryFreeBytes: (93428 + 70412 + 425536) * 1024, swapUsedBytes: 2048 * 1024,
        cpuTicks: { busy: 184302 + 1210 + 90211 + 4100 + 9020, total: 184302 + 1210 + 90211 + 103120554 + 88120 + 4100 + 9020 }, cpus: 2,
      },
      unread: [],
    });
  });

  test('kernel 6.18: some sixty lines that are not ours are understood', () => {
    expect(read(folder('6.18', ['loadavg', 'meminfo', 'uptime', 'stat']))).toEqual({
      facts: {
        ...NOTHING, uptimeSeconds: 2473.97, load: [0.79, 0.46, 0.22],
        memoryTotalBytes: 24684096 * 1024, memoryFreeBytes: 24238856 * 1024, swapUsedBytes: 0,
        cpuTicks: { busy: 21759 + 6413 + 356 + 18, total: 21759 + 6413 + 462518 + 2876 + 356 + 18 }, cpus: 2,
      },
      unread: [],
    });
  });

  test('kernel 2.4: four numbers a CPU, a table above the lines of meminfo', () => {
    const meminfo = '        total:    used:    free:  shared: buffers:  cached:\nMem:  1050705920 1034027008 16678912        0 112033792 680734720\nSwap: 2146787328  5607424 2141179904\nMemTotal:      1026080 kB\nMemFree:         16288 kB\nMemShared:           0 kB\nBuffers:        109408 kB\nCached:         663172 kB\n';
    expect(read({ meminfo, stat: 'cpu  10 20 30 40\ncpu0 10 20 30 40\npage 1 2\nswap 1 0\ndisk_io: (3,0):(1,2,3,4,5)\n' })).toEqual({
      facts: { ...NOTHING, memoryTotalBytes: 1026080 * 1024, memoryFreeBytes: (16288 + 109408 + 663172) * 1024, cpuTicks: { busy: 60, total: 100 }, cpus: 1 },
      unread: [],
    });
  });
});

describe('files that are missing, cut or broken', () => {
  test('one file alone gives its fields, the others are null', () => {
    expect(read({ loadavg: sampleText('linux/proc-loadavg.txt') })).toEqual({ facts: { ...NOTHING, load: [0.21, 0.37, 0.39] }, unread: [] });
    expect(read({ hostname: 'skylla\n' })).toEqual({ facts: { ...NOTHING, nodeName: 'skylla' }, unread: [] });
  });

  test('without Buffers the free memory is not known', () => {
    expect(read({ meminfo: 'MemTotal: 1000 kB\nMemFree: 10 kB\nCached: 5 kB\n' }).facts).toMatchObject({ memoryTotalBytes: 1_024_000, memoryFreeBytes: null, swapUsedBytes: null });
  });

  test('a number that breaks off is no number', () => {
    expect(read({ meminfo: 'MemTotal: 1000 kB\nMemFree: 10 kB\nMemAvailable: 99' }).facts).toMatchObject({ memoryTotalBytes: 1_024_000, memoryFreeBytes: null });
  });

  test('/proc/stat cut within its CPUs: how many there are is not known', () => {
    const cut = { status: 'cut', exit: null } as const;
    expect(read({ stat: answerOf('cpu  10 20 30 40 5 6 7 8 9 9\ncpu0 5 10 15 20 5 6 7 8 9 9\ncpu1 5 10 1', cut) })).toEqual({ facts: { ...NOTHING, cpuTicks: { busy: 81, total: 126 } }, unread: [] });
    expect(read({ stat: answerOf('cpu  10 20 30 40\ncpu0 10 20 30 40\nintr 5 6 7\nsofti', cut) }).facts).toMatchObject({ cpus: 1 });
    expect(read({ stat: answerOf('cpu  10 20 3', cut), hostname: 'alpha\n' }).facts).toMatchObject({ cpuTicks: null, cpus: null });
  });

  test.each<[string, string]>([
    ['loadavg', '0.21 0.37 1/719 19737\n'],
    ['loadavg', '0.21 0.37 0.39 1/719\n'],
    ['uptime', 'a while\n'],
    ['meminfo', 'MemTotal 1000 kB\n'],
    ['meminfo', 'MemTotal: lots kB\n'],
    ['stat', 'cpu  1 2 3\n'],
    ['stat', 'cpu0 1 2 three 4\n'],
    ['hostname', 'two words\n'],
    ['boot_id', 'none of your business\n'],
  ])('%s %j is unread, its fields are null', (name, text) => {
    expect(read({ [name]: text })).toEqual({ facts: NOTHING, unread: [text.trimEnd()] });
  });

  test.each<[string, Map<string, Answer>, string]>([
    ['nothing asked', new Map(), 'absent'],
    ['all absent', new Map(Object.values(PATHS).map((path) => [path, answered(undefined)])), 'absent'],
    ['all forbidden', new Map(Object.values(PATHS).map((path) => [path, answerOf('', { status: 'forbidden', exit: null })])), 'forbidden'],
  ])('%s: no facts', (_name, answers, kind) => {
    expect(vitals.parse(answers)).toMatchObject({ answered: false, kind });
  });
});

test('single files for crashcart parse', () => {
  expect(capturedLoadavg.parse(sample('linux/proc-loadavg.txt'))).toEqual({ answered: true, load: [0.21, 0.37, 0.39], unread: [] });
  expect(capturedMeminfo.parse(sample('linux/2.6.15/meminfo'))).toEqual({ answered: true, memoryTotalBytes: 1_060_089_856, memoryFreeBytes: 603_521_024, swapUsedBytes: 2_097_152, unread: [] });
  expect(capturedLoadavg.parse(answerOf('cat: /proc/loadavg: No such file or directory\n'))).toMatchObject({ answered: false, kind: 'absent' });
  expect(capturedLoadavg.parse(answerOf('perfectly good soup\n'))).toMatchObject({ answered: false, kind: 'unreadable', why: '/proc/loadavg: not understood: perfectly good soup', raw: 'perfectly good soup\n' });
  expect(capturedMeminfo.parse(sample('linux/proc-loadavg.txt'))).toMatchObject({ answered: false, kind: 'unreadable' });
  expect(capturedMeminfo.parse(answerOf('\n'))).toMatchObject({ answered: false, kind: 'unreadable' });
  expect(capturedLoadavg.parse(answerOf(''))).toMatchObject({ answered: false, kind: 'cut', why: 'the files of /proc are empty' });
});
