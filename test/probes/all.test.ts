// The registry: every probe is in it once, has samples, and can be tried on captured output (or says why not).
import { describe, expect, test } from 'vitest';
import type { FactName } from '../../src/model/facts.ts';
import { capturedParsers, probes } from '../../src/probes/all.ts';
import { answerOf } from '../../src/probes/probe.ts';
import { samplesIn } from '../samples/sample.ts';

/** Samples by probe, and the parser that reads them, or the reason why none does. */
const EVIDENCE: Record<FactName, { samples: string[]; parsers: string[] } | { samples: string[]; reason: string }> = {
  vitals: { samples: samplesIn('linux', 'stat'), parsers: ['loadavg', 'meminfo'] },
  mounts: { samples: samplesIn('linux', 'mounts'), parsers: ['mounts'] },
  mdstat: { samples: samplesIn('linux', '').filter((name) => name.includes('mdstat')), parsers: ['mdstat'] },
  bonding: { samples: samplesIn('linux', '.txt').filter((name) => name.includes('bonding')), parsers: ['bonding'] },
  lvm: { samples: samplesIn('lvm', '.txt'), parsers: ['vgs', 'lvs'] },
  'file-systems': { samples: samplesIn('linux', '.txt').filter((name) => name.includes('df-')), parsers: ['df'] },
  watchdog: { samples: samplesIn('linux/watchdog', ''), reason: 'several files of one word each' },
  'proc-drbd': { samples: samplesIn('drbd', '.txt'), parsers: ['proc-drbd'] },
  'drbd-status': { samples: samplesIn('drbd/status', '.txt'), parsers: ['drbd-status'] },
  'drbd-conf': { samples: samplesIn('drbd', 'drbdadm-dump.txt'), parsers: ['drbd-conf'] },
  drbdadm: { samples: samplesIn('drbd', '.txt'), reason: 'a conversation of several commands, whose single answers are bare names' },
  'xen-list': { samples: samplesIn('xen', '.txt'), parsers: ['xen-list'] },
  xentop: { samples: samplesIn('xen', '.txt').filter((name) => name.includes('xentop')), parsers: ['xentop'] },
  'vmware-cmd': { samples: samplesIn('vmware', '.txt'), parsers: ['vmware-cmd'] },
  'cl-status': { samples: samplesIn('heartbeat', '.txt'), parsers: ['cl-status'] },
  'ha-cf': { samples: samplesIn('heartbeat', 'ha.cf'), parsers: ['ha-cf'] },
  haresources: { samples: samplesIn('heartbeat', 'haresources'), parsers: ['haresources'] },
  boot: { samples: samplesIn('setup', 'list-unit-files.txt'), reason: 'names of files, which a shell of ours prints' },
  files: { samples: samplesIn('heartbeat', 'ha.cf'), reason: 'checksums, which a shell of ours has printed' },
  versions: { samples: samplesIn('setup', '.txt'), reason: 'a conversation of several commands, whose single answers are bare names' },
};

test('every kind of fact has exactly one probe', () => {
  expect(probes.map(({ name }) => name).sort()).toEqual(Object.keys(EVIDENCE).sort());
});

test('the parsers of the contract that these probes feed are there, each once', () => {
  const names = capturedParsers.map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
  expect(names).toEqual(expect.arrayContaining(['proc-drbd', 'xen-list', 'ha-log', 'kernel-log', 'cl-status', 'vmware-cmd']));
});

describe.each(probes.map((probe) => [probe.name, probe] as const))('%s', (name, probe) => {
  test('has samples, and a parser or a reason', () => {
    const evidence = EVIDENCE[name];
    expect(evidence.samples.length).toBeGreaterThan(0);
    if ('parsers' in evidence) expect(capturedParsers.map((parser) => parser.name)).toEqual(expect.arrayContaining(evidence.parsers));
    else expect(evidence.reason).not.toBe('');
  });

  test('asks for absolute paths, or for argv without a shell', () => {
    expect(probe.everySeconds).toBeGreaterThanOrEqual(1);
    if (probe.kind === 'files') {
      for (const file of probe.files) expect(file).toMatch(/^\/(?:[\w.-]+\/)*[\w.*-]+$/);
    } else {
      expect(probe.deadlineSeconds).toBeGreaterThan(0);
      const first = probe.ask().next();
      expect(first.done).toBe(false);
      if (first.done !== true) expect(first.value[0]).toMatch(/^(?:\/bin\/)?[a-z][a-z_-]+$/);
    }
  });

  test('nothing there is never an answer', () => {
    const absent = answerOf('', { status: 'absent', exit: null });
    if (probe.kind === 'files') {
      expect(probe.parse(new Map(probe.files.map((file) => [file, absent])))).toMatchObject({ answered: false, kind: 'absent' });
      return;
    }
    const conversation = probe.ask();
    let step = conversation.next();
    for (let asked = 0; step.done !== true && asked < 10; asked += 1) step = conversation.next(absent);
    expect(step).toMatchObject({ done: true, value: { answered: false, kind: 'absent' } });
  });
});

describe.each(capturedParsers.map((parser) => [parser.name, parser] as const))('crashcart parse %s', (name, parser) => {
  test('says what it reads', () => {
    expect(name).toMatch(/^[a-z-]+$/);
    expect(parser.reads.length).toBeGreaterThan(5);
  });

  test('a refusal is one sentence, with what was printed', () => {
    const refused = parser.parse(answerOf('', { stderr: 'sh: line 1: the-tool: command not found\n', exit: 127 }));
    expect(refused).toMatchObject({ answered: false, raw: expect.stringContaining('command not found') as string });
    if (!refused.answered) expect(refused.why).toMatch(/^[^\n]{1,200}$/);
  });
});
