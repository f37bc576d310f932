// xentop's last sample: every sample of it by hand, its letters, what it prints when it cannot look, and damage.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { XentopDomain } from '../../src/model/xen-facts.ts';
import { answerOf } from '../../src/probes/probe.ts';
import type { Answer } from '../../src/probes/probe.ts';
import { capturedXentop, parseXentop, xentop } from '../../src/probes/xentop.ts';
import { sample, sampleText } from '../samples/sample.ts';
import { talk } from './talk.ts';

const KIB = 1024;
type Row = [name: string, state: string, seconds: number, percent: number | null, kib: number, mostKib: number | null, vcpus: number, sentKib: number, receivedKib: number, reads: number, writes: number];

function rows(answer: Answer): { rows: Row[]; unread: string[] } {
  const parsed = parseXentop(answer);
  if (!parsed.answered) throw new Error(parsed.why);
  const kib = (bytes: number | null): number => (bytes ?? -KIB) / KIB;
  return {
    rows: parsed.facts.domains.map((each): Row => [
      each.name, each.state, each.cpuSeconds ?? -1, each.cpuPercent, kib(each.memoryBytes), each.maxMemoryBytes === null ? null : kib(each.maxMemoryBytes),
      each.vcpus ?? -1, kib(each.networkSentBytes), kib(each.networkReceivedBytes), each.diskReads ?? -1, each.diskWrites ?? -1]),
    unread: parsed.unread,
  };
}

describe('samples', () => {
  test('Xen 3.3: one sample, in which no CPU(%) is measured yet, and a maximum of two words', () => {
    expect(rows(sample('xen/3.3-xentop-batch.txt'))).toEqual({
      rows: [
        ['Domain-0', 'running', 560, null, 1000448, null, 2, 0, 0, 0, 0],
        ['jvm', 'running', 236, null, 524288, 524288, 1, 7551, 1447, 6142, 43020],
        ['utm', 'running', 179, null, 524288, 524288, 1, 17630, 10866, 6180, 17994],
      ],
      unread: [],
    });
  });

  test('Xen 4: names longer than their column, block sectors', () => {
    expect(rows(sample('xen/4.x-xentop-batch-long-names.txt'))).toEqual({
      rows: [
        ['Domain-0', 'running', 172345, 13.2, 771328, 771328, 8, 0, 0, 0, 0],
        ['linux-64bit-dev-sms', 'running', 10139, 8.4, 1048548, 1061888, 2, 0, 0, 0, 0],
        ['linux-64bit-dev-wpm', 'running', 13525, 2.7, 1048548, 1061888, 2, 0, 0, 0, 0],
      ],
      unread: [],
    });
  });

  test('Xen 4.17: of two samples the last', () => {
    expect(rows(sample('xen/xen417/01-one-domu.xentop-b-i2-d1.txt'))).toEqual({
      rows: [['Domain-0', 'running', 69, 6.1, 655360, 655360, 1, 0, 0, 0, 0], ['web', 'running', 4, 0.5, 98304, 99328, 1, 0, 0, 0, 0]],
      unread: [],
    });
  });

  test('Xen 4.17: one crashed, one on the run queue, one paused', () => {
    expect(rows(sample('xen/xen417/03-paused.xentop-b-i2-d1.txt'))).toEqual({
      rows: [
        ['db', 'crashed', 4, 0, 98304, 99328, 1, 0, 0, 0, 0],
        ['Domain-0', 'running', 99, 7.9, 655360, 655360, 1, 0, 0, 0, 0],
        ['mail', 'running', 54, 92, 98304, 99328, 1, 0, 0, 0, 0],
        ['web', 'paused', 4, 0, 98304, 99328, 1, 0, 0, 0, 0],
      ],
      unread: [],
    });
  });

  test('the fields of the contract', () => {
    expect(capturedXentop.parse(sample('xen/3.3-xentop-batch.txt'))).toMatchObject({
      answered: true, unread: [],
      domains: [{}, {
        name: 'jvm', state: 'running', letters: '--b---', cpuSeconds: 236, cpuPercent: null, memoryBytes: 536_870_912, maxMemoryBytes: 536_870_912, vcpus: 1,
        networkSentBytes: 7_732_224, networkReceivedBytes: 1_481_728, diskReads: 6142, diskWrites: 43_020,
      }, {}],
    });
  });
});

const PAUSED = sampleText('xen/xen417/03-paused.xentop-b-i2-d1.txt');
const HEADER = PAUSED.split('\n')[0] ?? '';
const DOMAIN_0 = PAUSED.split('\n')[2] ?? '';
const row = (letters: string): string => `       web ${letters}          4    0.5      98304    6.3      99328       6.3     1    0        0        0    0        0        0        0          0          0    0`;

test.each([
  ['------', 'running'], ['-----r', 'running'], ['--b---', 'running'], ['--b-p-', 'paused'], ['----p-', 'paused'], ['---c--', 'crashed'], ['-s-c--', 'crashed'],
  ['-s----', 'shutdown'], ['d-----', 'shutdown'], ['d--c--', 'shutdown'], ['r-----', 'unknown'], ['-b----', 'unknown'], ['----c-', 'unknown'], ['--b--?', 'unknown'],
])('%s is %s', (letters, state) => {
  const read = rows(answerOf(`${HEADER}\n${DOMAIN_0}\n${row(letters)}\n`));
  expect(read.rows[1]?.[1]).toBe(state);
  expect(read.unread).toEqual(state === 'unknown' ? [row(letters)] : []);
});

test.each<[string, Answer, string]>([
  ['absent', answerOf('', { status: 'absent', exit: null }), 'absent'],
  ['not found, in one file', answerOf('sh: xentop: command not found\n'), 'absent'],
  ['no hypervisor', answerOf('', { stderr: 'xc: error: Could not obtain handle on privileged command interface (2 = No such file or directory): Internal error\nFailed to initialize xenstat library\n', exit: 1 }), 'down'],
  ['not root', answerOf('', { stderr: 'xencall: error: Could not obtain handle on privileged command interface: Permission denied\nFailed to initialize xenstat library\n', exit: 1 }), 'forbidden'],
  ['timeout', answerOf(`${HEADER}\n${DOMAIN_0}\n`, { status: 'timeout', exit: null }), 'no-answer'],
  ['cut', answerOf(`${HEADER}\n${DOMAIN_0}\n`, { status: 'cut', exit: null }), 'cut'],
  ['nothing', answerOf(''), 'no-answer'],
  ['header only', answerOf(`${HEADER}\n`), 'cut'],
  ['the second sample is its header only', answerOf(`${HEADER}\n${DOMAIN_0}\n${HEADER}\n`), 'cut'],
  ['failed behind its list', answerOf(`${HEADER}\n${DOMAIN_0}\n`, { exit: 1, stderr: 'Failed to retrieve statistics from libxenstat\n' }), 'no-answer'],
  ['no row', answerOf(`${HEADER}\nDomain-0 what\n`), 'unreadable'],
  ['another table', sample('xen/3.0-xm-list.txt'), 'unreadable'],
])('%s is no answer', (_why, answer, kind) => {
  const parsed = parseXentop(answer);
  expect(parsed).toMatchObject({ answered: false, kind });
  if (!parsed.answered) expect(parsed.why).toMatch(/^[^\n]{1,200}$/);
});

describe('the conversation', () => {
  const good = sample('xen/xen417/01-one-domu.xentop-b-i2-d1.txt');

  test('one command, names whole', () => {
    const { commands, result } = talk(xentop, () => good);
    expect(commands).toEqual(['xentop -b -f -i 1']);
    expect(result).toMatchObject({ answered: true, facts: { domains: [{ name: 'Domain-0' }, { name: 'web' }] } });
  });

  test('an old one that does not know -f is asked without', () => {
    const usage = answerOf('', { stderr: "xentop: invalid option -- 'f'\nUsage: xentop [OPTION]\n", exit: 1 });
    const { commands, result } = talk(xentop, (command) => (command.includes('-f') ? usage : good));
    expect(commands).toEqual(['xentop -b -f -i 1', 'xentop -b -i 1']);
    expect(result).toMatchObject({ answered: true });
  });

  test('without a hypervisor there is nothing to look at: no fault of its own', () => {
    const down = answerOf('', { stderr: 'Failed to initialize xenstat library\n', exit: 1 });
    expect(talk(xentop, () => down)).toMatchObject({ commands: ['xentop -b -f -i 1'], result: { answered: false, kind: 'absent' } });
  });

  test('what hangs is not asked again', () => {
    expect(talk(xentop, () => answerOf('', { status: 'timeout', exit: null })).commands).toHaveLength(1);
  });
});

describe('damage', () => {
  const texts = ['3.3-xentop-batch.txt', '4.x-xentop-batch-long-names.txt', 'xen417/03-paused.xentop-b-i2-d1.txt'].map((name) => [name, sampleText(`xen/${name}`)] as const);
  const domainsOf = (text: string): XentopDomain[] => {
    const parsed = parseXentop(answerOf(text));
    return parsed.answered ? parsed.facts.domains : [];
  };

  test.each(texts)('%s: a token deleted: what is told was told before, or the line is unread', (_name, text) => {
    const before = domainsOf(text);
    for (const token of text.matchAll(/\S+/g)) {
      const parsed = parseXentop(answerOf(text.slice(0, token.index) + text.slice(token.index + token[0].length)));
      if (!parsed.answered) continue;
      expect(before.length - parsed.facts.domains.length, `${token[0]} at ${token.index}`).toBeLessThanOrEqual(parsed.unread.length);
      for (const { name, state } of parsed.facts.domains) expect(before.find((each) => each.name === name)?.state).toBe(state);
    }
  });

  test.each(texts)('%s: cut at any byte: each domain is true, or its line unread', (_name, text) => {
    const states = new Map(domainsOf(text).map(({ name, state }) => [name, state]));
    for (let length = 0; length < text.length; length += 1) {
      const parsed = parseXentop(answerOf(text.slice(0, length)));
      if (!parsed.answered) continue;
      for (const { name, state } of parsed.facts.domains) expect(states.get(name), `${length} bytes`).toBe(state);
    }
  });

  test.each(texts)('%s: a line inserted in the last sample is unread', (_name, text) => {
    const lines = text.trimEnd().split('\n');
    fc.assert(fc.property(fc.string({ minLength: 1, maxLength: 120, unit: 'grapheme-ascii' }).filter((line) => line.trim() !== '' && !/NAME|\s\S{6}\s/.test(line)), (line) => {
      const parsed = parseXentop(answerOf([...lines, line, ''].join('\n')));
      expect(parsed).toMatchObject({ answered: true, unread: [line] });
      if (parsed.answered) expect(parsed.facts.domains).toEqual(domainsOf(text));
    }), { numRuns: 200 });
  });

  test('anything at all is read without an exception, and a megabyte of it at once', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 600 }), fc.constantFrom(...texts), fc.nat(), (noise, [, text], at) => {
      const cut = at % (text.length + 1);
      for (const garbled of [noise, text.slice(0, cut) + noise + text.slice(cut)]) {
        const parsed = parseXentop(answerOf(garbled));
        if (!parsed.answered) expect(parsed.why.length).toBeLessThanOrEqual(200);
      }
    }), { numRuns: 300 });
    const hostile = [`${'a '.repeat(2000)}`, `a${' '.repeat(4000)}b`, `x ------ 1 ${'1 '.repeat(2000)}x`, `${'------ '.repeat(570)}`];
    const started = performance.now();
    parseXentop(answerOf(`${HEADER}\n${Array.from({ length: 256 }, (_, at) => hostile[at % hostile.length]).join('\n')}\n`));
    expect(performance.now() - started).toBeLessThan(2000);
  });
});
