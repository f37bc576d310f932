// What cl_status says: the whole conversation, and single answers as captured.
import { describe, expect, test } from 'vitest';
import { answerOf } from '../../src/probes/probe.ts';
import type { Answer } from '../../src/probes/probe.ts';
import { capturedClStatus } from '../../src/probes/cl-status-captured.ts';
import { clStatus, isSafeName } from '../../src/probes/cl-status.ts';
import { sample } from '../samples/sample.ts';
import { talk } from './talk.ts';

const SIGNON = 'Nov 20 20:45:53 node1 cl_status: [4]: ERROR: Cannot signon with heartbeat\nNov 20 20:45:53 node1 cl_status: [4]: ERROR: REASON: hb_api_signon: Can\'t initiate connection to heartbeat\n';
const RUNNING = 'Heartbeat is running on this machine.\n';
const STOPPED = 'Heartbeat is stopped on this machine.\n';
const refusedSignon = answerOf('', { stderr: SIGNON, exit: 1 });
const timedOut = answerOf('', { status: 'timeout', exit: null });

/** A node by its answers to sub-commands; what is not listed ends as heartbeat does for what it does not know. */
function node(answers: Record<string, string | Answer>): (command: string) => Answer {
  return (command) => {
    const answer = answers[command.replace(/^cl_status /, '')];
    if (answer === undefined) return answerOf('', { stderr: 'Error. May be due to incorrect node name\n', exit: 11 });
    return typeof answer === 'string' ? answerOf(answer) : answer;
  };
}

const PAIR = {
  hbstatus: RUNNING,
  rscstatus: 'local\n',
  listnodes: 'bravo\nalpha\n',
  'nodestatus bravo': 'active\n',
  'listhblinks bravo': '\teth1\n\t/dev/ttyS0\n',
  'hblinkstatus bravo eth1': 'up\n',
  'hblinkstatus bravo /dev/ttyS0': answerOf('dead\n', { exit: 1 }),
  'nodestatus alpha': 'active\n',
  'listhblinks alpha': '\teth1\n',
  'hblinkstatus alpha eth1': 'up\n',
};

describe('the conversation', () => {
  test('asks one thing after the other, and keeps the order of listnodes', () => {
    const { commands, result } = talk(clStatus, node(PAIR));
    expect(commands).toEqual([
      'cl_status hbstatus', 'cl_status rscstatus', 'cl_status listnodes',
      'cl_status nodestatus bravo', 'cl_status listhblinks bravo', 'cl_status hblinkstatus bravo eth1', 'cl_status hblinkstatus bravo /dev/ttyS0',
      'cl_status nodestatus alpha', 'cl_status listhblinks alpha', 'cl_status hblinkstatus alpha eth1',
    ]);
    expect(result).toEqual({
      answered: true,
      facts: {
        running: true,
        resources: 'local',
        peers: [
          { name: 'bravo', status: 'active', links: [{ name: 'eth1', status: 'up' }, { name: '/dev/ttyS0', status: 'dead' }] },
          { name: 'alpha', status: 'active', links: [{ name: 'eth1', status: 'up' }] },
        ],
      },
      unread: [],
    });
  });

  test('replays the captures of alpha while the only link is cut', () => {
    const captured = (command: string): Answer => sample(`heartbeat/alpha/12-link-cut.${command.replace('cl_status ', 'cl_status-').replaceAll(' ', '-')}.txt`);
    const { result } = talk(clStatus, captured);
    expect(result).toEqual({
      answered: true,
      facts: {
        running: true,
        resources: 'all',
        peers: [
          { name: 'bravo', status: 'dead', links: [{ name: 'eth1', status: 'dead' }] },
          { name: 'alpha', status: 'active', links: [{ name: 'eth1', status: 'up' }] },
        ],
      },
      unread: [],
    });
  });

  test('a stopped heartbeat is an answer, and nothing else is asked', () => {
    expect(talk(clStatus, node({ hbstatus: answerOf(STOPPED, { exit: 1 }) }))).toEqual({
      commands: ['cl_status hbstatus'],
      result: { answered: true, facts: { running: false, resources: null, peers: [] }, unread: [] },
    });
  });

  test('a ping node has one link that bears its name', () => {
    const { result } = talk(clStatus, node({
      ...PAIR, listnodes: '10.0.0.254\n', 'nodestatus 10.0.0.254': 'ping\n', 'listhblinks 10.0.0.254': '\t10.0.0.254\n', 'hblinkstatus 10.0.0.254 10.0.0.254': 'up\n',
    }));
    expect(result).toMatchObject({ facts: { peers: [{ name: '10.0.0.254', status: 'ping', links: [{ name: '10.0.0.254', status: 'up' }] }] }, unread: [] });
  });

  test.each<[string, string | Answer]>([
    ['an old version without the sub-command', answerOf('', { stderr: 'cl_status: [4]: ERROR: rscstatus: invalid sub-command.\n', exit: 11 })],
    ['a cluster of Pacemaker', answerOf('', { stderr: 'ERROR: Cannot get cluster resource status of a pacemaker cluster; try crm_mon\n', exit: 1 })],
    ['the first seconds', refusedSignon],
  ])('rscstatus is null for %s', (_why, rscstatus) => {
    expect(talk(clStatus, node({ ...PAIR, rscstatus })).result).toMatchObject({ answered: true, facts: { resources: null, peers: [{ name: 'bravo' }, { name: 'alpha' }] }, unread: [] });
  });

  test('a word that is not known is kept and unread', () => {
    const { result } = talk(clStatus, node({ ...PAIR, rscstatus: 'everything\n', 'nodestatus bravo': 'wobbly\n', 'hblinkstatus alpha eth1': 'sideways\n' }));
    expect(result).toMatchObject({
      facts: { resources: 'everything', peers: [{ status: 'wobbly' }, { links: [{ status: 'sideways' }] }] },
      unread: ['everything', 'wobbly', 'sideways'],
    });
  });

  test('several lines where one word belongs are no word', () => {
    const { result } = talk(clStatus, node({ ...PAIR, 'nodestatus bravo': 'active\nor perhaps not\n', 'hblinkstatus alpha eth1': '\n' }));
    expect(result).toMatchObject({ facts: { peers: [{ status: null }, { links: [{ status: null }] }] }, unread: ['active', 'or perhaps not'] });
  });

  test('names that could be options or hold blanks are not asked about', () => {
    const { commands, result } = talk(clStatus, node({ ...PAIR, listnodes: '-rf\nal pha\nbr\u0007avo\nalpha\n', 'listhblinks alpha': '\t--help\n\teth1\n' }));
    expect(commands.slice(3)).toEqual(['cl_status nodestatus alpha', 'cl_status listhblinks alpha', 'cl_status hblinkstatus alpha eth1']);
    expect(result).toMatchObject({ unread: ['-rf', 'al pha', 'br\u0007avo', '\t--help'] });
  });

  test('at most 32 nodes and 16 links of each are asked about', () => {
    const names = (count: number, prefix: string): string => Array.from({ length: count }, (_, i) => `${prefix}${i}\n`).join('');
    const { commands, result } = talk(clStatus, (command) => {
      if (command.endsWith('hbstatus')) return answerOf(RUNNING);
      if (command.endsWith('listnodes')) return answerOf(names(40, 'n'));
      return answerOf(command.includes('listhblinks') ? names(20, '\teth') : 'up\n');
    });
    expect(commands).toHaveLength(3 + 32 * (2 + 16));
    expect(result).toMatchObject({ answered: true });
    if (result.answered) expect(result.unread).toHaveLength(8 + 32 * 4 + 1);
  });

  test.each<[string, Record<string, string | Answer>, string]>([
    ['absent', { hbstatus: answerOf('', { status: 'absent', exit: null }) }, 'absent'],
    ['exit 127', { hbstatus: answerOf('', { stderr: 'sh: 1: cl_status: not found\n', exit: 127 }) }, 'absent'],
    ['hangs', { hbstatus: timedOut }, 'no-answer'],
    ['rscstatus hangs', { ...PAIR, rscstatus: timedOut }, 'no-answer'],
    ['nodestatus hangs', { ...PAIR, 'nodestatus alpha': timedOut }, 'no-answer'],
    ['hblinkstatus hangs', { ...PAIR, 'hblinkstatus alpha eth1': timedOut }, 'no-answer'],
    ['refuses', { hbstatus: 'Heartbeat is apparently running on this machine, but refuses my connection\n' }, 'forbidden'],
    ['no sentence', { hbstatus: 'Heartbeat is on this machine.\n' }, 'unreadable'],
    ['nothing', { hbstatus: '' }, 'unreadable'],
    ['listnodes cannot sign on', { ...PAIR, listnodes: refusedSignon }, 'down'],
    ['listnodes names none', { ...PAIR, listnodes: '' }, 'unreadable'],
    ['listhblinks cannot sign on', { ...PAIR, 'listhblinks alpha': refusedSignon }, 'down'],
    ['listhblinks fails', { ...PAIR, 'listhblinks alpha': answerOf('', { stderr: 'Cannot start heartbeat link interface walk.\n', exit: 13 }) }, 'no-answer'],
  ])('%s: no facts', (_name, answers, kind) => {
    expect(talk(clStatus, node(answers)).result).toMatchObject({ answered: false, kind });
  });
});

test.each([
  ['eth0', true], ['/dev/ttyS0', true], ['10.0.0.1', true], ['fe80::1%eth0', true], ['alpha.example.org', true], ['$(reboot)', true], ['a'.repeat(128), true],
  ['a'.repeat(129), false], ['', false], ['-v', false], ['a b', false], ['a\tb', false], ['a\nb', false], ['\u001b[31m', false], ['n\u00e9', false],
])('isSafeName(%j) is %s (an argv has no shell behind it)', (name, safe) => {
  expect(isSafeName(name)).toBe(safe);
});

describe('single answers', () => {
  test.each<[string, string | null, string | string[]]>([
    ['alpha/03-running.cl_status-hbstatus', 'hbstatus', 'running'],
    ['alpha/02-initdead.cl_status-hbstatus', 'hbstatus', 'stopped'],
    ['alpha/02-starting.cl_status-hbstatus', 'hbstatus', 'stopped'],
    ['alpha/03-running.cl_status-rscstatus', 'rscstatus', 'local'],
    ['alpha/04-graceful-takeover-running.cl_status-rscstatus', 'rscstatus', 'transition'],
    ['bravo/02-starting.cl_status-rscstatus', 'rscstatus', 'transition'],
    ['alpha/05-after-graceful-takeover.cl_status-rscstatus', 'rscstatus', 'all'],
    ['alpha/07-after-hb_standby.cl_status-rscstatus', 'rscstatus', 'none'],
    ['bravo/12-link-cut.cl_status-rscstatus', 'rscstatus', 'all'],
    ['alpha/03-running.cl_status-rscstatus-m', 'rscstatus', 'local'],
    ['alpha/02-starting.cl_status-rscstatus-m', 'rscstatus', 'transition'],
    ['alpha/12-link-cut.cl_status-rscstatus-m', 'rscstatus', 'all'],
    ['alpha/07-after-hb_standby.cl_status-rscstatus-m', 'rscstatus', 'none'],
    ['alpha/03-running.cl_status-listnodes', 'listnodes', ['bravo', 'alpha']],
    ['bravo/12-link-cut.cl_status-listnodes', 'listnodes', ['bravo', 'alpha']],
    ['alpha/03-running.cl_status-nodestatus-alpha', 'nodestatus', 'active'],
    ['alpha/03-running.cl_status-nodestatus-bravo', 'nodestatus', 'active'],
    ['alpha/12-link-cut.cl_status-nodestatus-bravo', null, 'dead'],
    ['alpha/05-after-graceful-takeover.cl_status-hblinkstatus-bravo-eth1', null, 'dead'],
    ['bravo/12-link-cut.cl_status-hblinkstatus-alpha-eth1', null, 'dead'],
    ['alpha/03-running.cl_status-hblinkstatus-bravo-eth1', 'hblinkstatus', 'up'],
    ['bravo/02-starting.cl_status-hblinkstatus-alpha-eth1', 'hblinkstatus', 'up'],
    ['alpha/03-running.cl_status-listhblinks-bravo', 'listhblinks', ['eth1']],
    ['bravo/12-link-cut.cl_status-listhblinks-alpha', 'listhblinks', ['eth1']],
    ['alpha/03-running.cl_status-nodetype-bravo', 'nodetype', 'normal'],
  ])('%s', (name, answer, value) => {
    expect(capturedClStatus.parse(sample(`heartbeat/${name}.txt`))).toEqual({ answered: true, answer, value, unread: [] });
  });

  test.each<[string, string | null, string | string[]]>([
    ['init\n', 'nodestatus', 'init'],
    ['ping\n', 'nodestatus', 'ping'],
    ['foreign\n', 'rscstatus', 'foreign'],
    ['offline\n', 'clientstatus', 'offline'],
    ['6\n', 'hbparameter', '6'],
    ['30000ms\n', 'hbparameter', '30000ms'],
    ['\teth1\n\teth0\n', 'listhblinks', ['eth1', 'eth0']],
    ['\tup\n', 'listhblinks', ['up']],
    ['alpha.example.org\n', 'listnodes', ['alpha.example.org']],
    ['The cluster node bravo is dead\n', 'nodestatus', 'dead'],
    ["The node bravo's heartbeat link eth1 is dead\n", 'hblinkstatus', 'dead'],
    ["The node bravo's type: ping\n", 'nodetype', 'ping'],
    ["Heartbeat parameter deadtime's value: 6\n", 'hbparameter', '6'],
  ])('%j', (text, answer, value) => {
    expect(capturedClStatus.parse(answerOf(text))).toEqual({ answered: true, answer, value, unread: [] });
  });

  test.each<[string, Answer, string]>([
    ['heartbeat down, stderr apart', refusedSignon, 'down'],
    ['heartbeat down, in one file', sample('heartbeat/alpha/02-initdead.cl_status-listnodes.txt'), 'down'],
    ['heartbeat down, nodestatus', sample('heartbeat/alpha/02-initdead.cl_status-nodestatus-bravo.txt'), 'down'],
    ['heartbeat down, rscstatus -m', sample('heartbeat/alpha/02-initdead.cl_status-rscstatus-m.txt'), 'down'],
    ['heartbeat starting', sample('heartbeat/alpha/02-starting.cl_status-rscstatus.txt'), 'down'],
    ['heartbeat down, under headings', sample('heartbeat/3.0.6-cl_status-not-running.txt'), 'down'],
    ['no cl_status', answerOf('bash: line 1: cl_status: command not found\n'), 'absent'],
    ['a whole session', sample('heartbeat/3.0.6-cl_status-stable.txt'), 'unreadable'],
    ['a sentence that is none of its own', answerOf('Error. May be due to incorrect node name\n', { exit: 11 }), 'unreadable'],
    ['nodes and links mixed', answerOf('alpha\n\teth0\n'), 'unreadable'],
    ['nothing', answerOf(''), 'unreadable'],
    ["another tool's words", answerOf('UpToDate/Inconsistent\nUpToDate/UpToDate\n'), 'unreadable'],
    ['no names', answerOf('rc=0\n'), 'unreadable'],
  ])('%s', (_name, answer, kind) => {
    expect(capturedClStatus.parse(answer)).toMatchObject({ answered: false, kind });
  });

  test('a broken sentence is never a running heartbeat', () => {
    for (const text of ['Heartbeat is on this machine.', 'Heartbeat is running', 'is running on this machine.', 'Heartbeat is running down.', 'Heartbeat is running on this machine. Not.']) {
      expect(capturedClStatus.parse(answerOf(text))).toMatchObject({ answered: false });
    }
  });
});
