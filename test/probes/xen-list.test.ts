// Every list of Xen domains: old xm, xl, managed domains, broken and refused answers.
import { describe, expect, test } from 'vitest';
import { answerOf } from '../../src/probes/probe.ts';
import type { Answer } from '../../src/probes/probe.ts';
import { capturedXenList, parseXenList, xenList } from '../../src/probes/xen-list.ts';
import { sample, sampleText } from '../samples/sample.ts';
import { talk } from './talk.ts';

const MIB = 1_048_576;
const HEADER = 'Name                                        ID   Mem VCPUs      State   Time(s)';
const DOMAIN_0 = 'Domain-0                                     0  1023     1     r----- 154706.1';

/** [name, id, MiB, vcpus, state, letters, cpu seconds] */
type Row = [string, number | null, number, number, string, string, number];

function rows(answer: Answer): { rows: Row[]; unread: string[] } {
  const parsed = parseXenList(answer);
  if (!parsed.answered) throw new Error(parsed.why);
  return {
    rows: parsed.facts.domains.map((d) => [d.name, d.id, (d.memoryBytes ?? NaN) / MIB, d.vcpus ?? NaN, d.state, d.letters, d.cpuSeconds ?? NaN]),
    unread: parsed.unread,
  };
}

const DOM0 = (mib: number, vcpus: number, seconds: number): Row => ['Domain-0', 0, mib, vcpus, 'running', 'r-----', seconds];

describe('samples, read by hand', () => {
  test.each<[string, Row[]]>([
    ['3.0-xm-list.txt', [DOM0(1229, 2, 137356.4), ['Fedora-HVM', 4, 384, 1, 'running', '-b----', 2292.6], ['fc5', 5, 384, 1, 'running', '-b----', 15.4]]],
    ['3.1-xm-list-inactive-padded.txt', [['48_VM1', 3, 1024, 1, 'running', '-b----', 27356.4], DOM0(581, 2, 395481), ['centos54_x32_GOLD', null, 1024, 1, 'off', '', 86.3]]],
    ['4.0.1-xl-list-dom0-only.txt', [DOM0(1023, 1, 121152.6)]],
    ['4.0.1-xl-list-four.txt', [
      DOM0(1023, 1, 154706.1),
      ['server01.example.com', 1, 1024, 1, 'running', '-b----', 167643.2],
      ['web3106215069.example.com', 3, 4096, 1, 'running', '-b----', 466690.9],
      ['testinstance.example.com', 2, 2048, 2, 'running', 'r-----', 244443],
    ]],
    ['xen417/01-one-domu.xl-list.txt', [DOM0(640, 1, 69), ['web', 1, 96, 1, 'running', '-b----', 4.2]]],
    ['xen417/01-one-domu.xl-list-v.txt', [DOM0(640, 1, 69.2), ['web', 1, 96, 1, 'running', '-b----', 4.2]]],
    ['xen417/03-paused.xl-list.txt', [
      DOM0(640, 1, 98.5), ['web', 1, 96, 1, 'paused', '--p---', 4.6], ['mail', 2, 96, 1, 'running', '------', 52.4], ['db', 6, 96, 1, 'crashed', '---sc-', 4.7],
    ]],
    ['xen417/03-paused.xl-list-v.txt', [
      DOM0(640, 1, 98.8), ['web', 1, 96, 1, 'paused', '--p---', 4.6], ['mail', 2, 96, 1, 'running', '------', 52.6], ['db', 6, 96, 1, 'crashed', '---sc-', 4.7],
    ]],
  ])('%s', (name, expected) => {
    expect(rows(sample(`xen/${name}`))).toEqual({ rows: expected, unread: [] });
  });

  test('what another command printed before the list is unread, the list is read', () => {
    expect(rows(sample('xen/xen417/07-shutdown.xl-shutdown.txt'))).toEqual({
      rows: [DOM0(640, 1, 121.7), ['db', 6, 96, 1, 'crashed', '---sc-', 4.7], ['proxy', 7, 96, 2, 'running', '-b----', 5.2], ['ftp', 8, 96, 1, 'shutdown', '---s--', 3.6]],
      unread: ['Shutting down domain 1', 'Waiting for 1 domains', 'Domain 1 has been shut down, reason code 0', 'real\t0m2.964s', 'user\t0m0.209s', 'sys\t0m0.213s'],
    });
  });

  test('the header with TABs is the mark of xl', () => {
    expect(parseXenList(sample('xen/xen417/01-one-domu.xl-list.txt'))).toMatchObject({ facts: { tool: 'xl' } });
    expect(parseXenList(sample('xen/3.0-xm-list.txt'))).toMatchObject({ facts: { tool: null } });
    expect(parseXenList(sample('xen/3.0-xm-list.txt'), 'xm')).toMatchObject({ facts: { tool: 'xm' } });
  });

  test('crashcart parse gives the contract fields', () => {
    expect(capturedXenList.parse(sample('xen/4.0.1-xl-list-dom0-only.txt'))).toEqual({
      answered: true,
      tool: null,
      domains: [{ name: 'Domain-0', id: 0, memoryBytes: 1_072_693_248, vcpus: 1, state: 'running', letters: 'r-----', cpuSeconds: 121152.6 }],
      unread: [],
    });
  });
});

describe('the letters', () => {
  const stateOf = (letters: string): { state: string; unread: number } => {
    const row = `web                                          1   256     1     ${letters.padEnd(6)}    12.5`;
    const parsed = parseXenList(answerOf(`${HEADER}\n${DOMAIN_0}\n${row}\n`));
    if (!parsed.answered) throw new Error(parsed.why);
    return { state: parsed.facts.domains[1]?.state ?? 'gone', unread: parsed.unread.length };
  };

  test.each([
    ['------', 'running'], ['r-----', 'running'], ['-b----', 'running'], ['rb----', 'running'], ['--p---', 'paused'], ['-bp---', 'paused'],
    ['---s--', 'shutdown'], ['---sr-', 'shutdown'], ['---ss-', 'suspended'], ['---sc-', 'crashed'], ['---sw-', 'crashed'], ['----c-', 'crashed'],
    ['--psc-', 'crashed'], ['--pscd', 'shutdown'], ['-----d', 'shutdown'], ['--ps-d', 'shutdown'],
    ['-b--', 'running'], ['---s', 'shutdown'], ['--p--', 'paused'], ['----c', 'crashed'],
  ])('%s is %s', (letters, state) => {
    expect(stateOf(letters)).toEqual({ state, unread: 0 });
  });

  test.each(['-z----', 'b-----', '----s-', '---s?-', '-----r', '-------', 'rbpscdx'])('%s is not known, and unread', (letters) => {
    expect(stateOf(letters)).toEqual({ state: 'unknown', unread: 1 });
  });
});

describe('rows', () => {
  const read = (...lines: string[]): { rows: Row[]; unread: string[] } => rows(answerOf([HEADER, DOMAIN_0, ...lines, ''].join('\n')));

  test('a name longer than its column pushes the rest to the right', () => {
    const name = 'a-very-long-name-of-a-domain-that-does-not-fit-its-column.example.com';
    expect(read(`${name}    17  1024     2     -b----    123.4`).rows[1]).toEqual([name, 17, 1024, 2, 'running', '-b----', 123.4]);
  });

  test('a domain that is torn down has no name', () => {
    expect(read('(null)                                       6     0     1     --pscd       4.7').rows[1]).toEqual(['(null)', 6, 0, 1, 'shutdown', '--pscd', 4.7]);
  });

  test('a blank in a name is believed where the ID stands in its column', () => {
    expect(read('my domain 5                                 12   256     1     -b----      4.7').rows[1]?.[0]).toBe('my domain 5');
    const shifted = 'my domain 5   256     1     -b----      4.7';
    expect(read(shifted)).toEqual({ rows: [DOM0(1023, 1, 154706.1)], unread: [shifted] });
  });

  test('security numbers of xm 3.0 and lost indentation', () => {
    expect(read('fc5 5 384 1 -b---- 15.4 s:0001/p:0002').rows[1]).toEqual(['fc5', 5, 384, 1, 'running', '-b----', 15.4]);
  });

  test.each([
    ['the state is missing', 'web                                          1   256     1                12.5'],
    ['the ID is missing but the state is there', 'web                                              256     1     -b----     12.5'],
    ['the time breaks off', 'web                                          1   256     1     ---sc-    12'],
    ['text behind the time', 'web                                          1   256     1     -b----    12.5 what'],
    ['no row at all', 'Warning: something'],
  ])('%s: unread', (_why, line) => {
    expect(read(line)).toEqual({ rows: [DOM0(1023, 1, 154706.1)], unread: [line] });
  });
});

describe('what is no list', () => {
  test.each<[string, Answer, string]>([
    ['xend down', answerOf('', { stderr: sampleText('xen/xm-error-xend-down.txt'), exit: 1 }), 'down'],
    ['xend down, in one file', sample('xen/xm-error-xend-down.txt'), 'down'],
    ['not root', answerOf('', { stderr: 'Error: Most commands need root access. Please try again as root.\n', exit: 1 }), 'forbidden'],
    ['no hypervisor, under headings', sample('xen/4.17-xl-list-no-hypervisor.txt'), 'down'],
    ['no hypervisor', answerOf('', { stderr: 'xc: error: Could not obtain handle on privileged command interface (2 = No such file or directory): Internal error\nlibxl: error: libxl.c:87:libxl_ctx_alloc cannot open libxc handle: No such file or directory\ncannot init xl context\n', exit: 1 }), 'down'],
    ['xl not root', answerOf('', { stderr: 'xencall: error: Could not obtain handle on privileged command interface: Permission denied\ncannot init xl context\n', exit: 1 }), 'forbidden'],
    ['xm gone', sample('xen/xen417/09-xm.xm-list.txt'), 'absent'],
    ['exit 127', answerOf('', { exit: 127 }), 'absent'],
    ['absent', answerOf('', { status: 'absent', exit: null }), 'absent'],
    ['timeout', answerOf(`${HEADER}\n${DOMAIN_0}\n`, { status: 'timeout', exit: null }), 'no-answer'],
    ['cut', answerOf(`${HEADER}\n${DOMAIN_0}\n`, { status: 'cut', exit: null }), 'cut'],
    ['empty', answerOf(''), 'no-answer'],
    ['empty, failed', answerOf('', { exit: 1 }), 'no-answer'],
    ['header only', answerOf(`${HEADER}\n`), 'cut'],
    ['no row understood', answerOf(`${HEADER}\nDomain-0    0\n`), 'unreadable'],
    ['another table', sample('xen/xen417/03-paused.xl-vcpu-list.txt'), 'unreadable'],
    ['failed behind its list', answerOf(`${HEADER}\n${DOMAIN_0}\n`, { exit: 1, stderr: 'Error: out of patience\n' }), 'no-answer'],
  ])('%s', (_name, answer, kind) => {
    const parsed = parseXenList(answer);
    expect(parsed).toMatchObject({ answered: false, kind });
    if (!parsed.answered) expect(parsed.why.length).toBeLessThanOrEqual(200);
  });

  test('the sentence has the words of the tool, raw has them all', () => {
    expect(parseXenList(answerOf('', { stderr: sampleText('xen/xm-error-xend-down.txt'), exit: 1 }), 'xm')).toEqual({
      answered: false,
      kind: 'down',
      why: 'xm list: Error: Unable to connect to xend: No such file or directory. Is xend running?',
      raw: 'Error: Unable to connect to xend: No such file or directory. Is xend running?\n',
    });
  });
});

describe('which tool is asked', () => {
  const list = sample('xen/4.0.1-xl-list-dom0-only.txt');
  const absent = answerOf('', { status: 'absent', exit: null });
  const down = answerOf('', { stderr: sampleText('xen/xm-error-xend-down.txt'), exit: 1 });

  test.each<[string, Answer, Answer, string[], object]>([
    ['xm answers', list, absent, ['xm list'], { answered: true, facts: { tool: 'xm' } }],
    ['xm is gone', absent, list, ['xm list', 'xl list'], { answered: true, facts: { tool: 'xl' } }],
    ['xend is down, xl answers', down, list, ['xm list', 'xl list'], { answered: true, facts: { tool: 'xl' } }],
    ['xend is down, no xl: the words of xm', down, absent, ['xm list', 'xl list'], { answered: false, kind: 'down', why: 'xm list: Error: Unable to connect to xend: No such file or directory. Is xend running?' }],
    ['neither', absent, absent, ['xm list', 'xl list'], { answered: false, kind: 'absent', why: 'neither xm nor xl is there' }],
    ['xm hangs: xl is not tried', answerOf('', { status: 'timeout', exit: null }), list, ['xm list'], { answered: false, kind: 'no-answer' }],
  ])('%s', (_name, xm, xl, asked, expected) => {
    const { commands, result } = talk(xenList, (command) => (command === 'xm list' ? xm : xl));
    expect(commands).toEqual(asked);
    expect(result).toMatchObject(expected);
  });
});
