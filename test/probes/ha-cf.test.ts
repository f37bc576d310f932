// ha.cf as heartbeat reads it.
import { describe, expect, test } from 'vitest';
import type { HaCf } from '../../src/model/facts.ts';
import { answerOf } from '../../src/probes/probe.ts';
import { capturedHaCf, haCf, parseHaCf } from '../../src/probes/ha-cf.ts';
import { sample, sampleText } from '../samples/sample.ts';

const NOTHING: HaCf = {
  nodes: [], keepaliveSeconds: null, deadtimeSeconds: null, warntimeSeconds: null, initdeadSeconds: null,
  autoFailback: null, links: [], ping: [], stonith: [], logfile: null, debugfile: null, watchdog: null, crm: false,
};

function read(text: string): { facts: HaCf; unread: string[] } {
  const parsed = parseHaCf(answerOf(text));
  if (!parsed.answered) throw new Error(parsed.why);
  return { facts: parsed.facts, unread: parsed.unread };
}

/** The configuration of the thesis of 2007. */
const PERUGIA = `# heartbeat 2.0.8
debugfile /var/log/ha-debug
logfile	/var/log/ha-log
logfacility	local0
keepalive 2
deadtime 30
warntime 10	# seconds
initdead 120
udpport 694
baud 19200
serial /dev/ttyS0
bcast bond0 bond1
auto_failback on
watchdog /dev/watchdog
node alpha
node	bravo
respawn hacluster /usr/lib/heartbeat/ipfail
apiauth ipfail gid=haclient uid=hacluster
ping 141.250.199.62
`;

describe('files', () => {
  test('the sample of heartbeat 3.0.6: nearly all comments', () => {
    expect(read(sampleText('heartbeat/3.0.6-sample-ha.cf'))).toEqual({ facts: { ...NOTHING, autoFailback: 'on' }, unread: [] });
  });

  test('the same with its examples switched on', () => {
    const text = sampleText('heartbeat/3.0.6-sample-ha.cf').replace(/^#((?:debugfile|logfile|keepalive|deadtime|warntime|initdead|baud|serial|bcast|mcast|ucast|stonith|stonith_host|watchdog|node|ping|ping_group|hbaping|respawn|apiauth|hopfudge|deadping|hbgenmethod|realtime|debug|conn_logd_time|compression|compression_threshold)\s+\S.*)$/gm, '$1');
    expect(read(text)).toEqual({
      facts: {
        nodes: ['ken3', 'kathy'],
        keepaliveSeconds: 2, deadtimeSeconds: 30, warntimeSeconds: 10, initdeadSeconds: 120,
        autoFailback: 'on',
        links: [
          { kind: 'serial', name: '/dev/ttyS0' }, { kind: 'serial', name: '/dev/cuaa0' }, { kind: 'serial', name: '/dev/cuad0' }, { kind: 'serial', name: '/dev/cua/a' },
          { kind: 'bcast', name: 'eth0' }, { kind: 'bcast', name: 'eth1' }, { kind: 'bcast', name: 'eth2' }, { kind: 'bcast', name: 'le0' }, { kind: 'bcast', name: 'le1' }, { kind: 'bcast', name: 'le2' },
          { kind: 'mcast', name: 'eth0' }, { kind: 'ucast', name: 'eth0' },
        ],
        ping: ['10.10.10.254', 'group1', 'fc-card-name'],
        stonith: [
          'stonith baytech /etc/ha.d/conf/stonith.baytech', 'stonith_host *     baytech 10.0.0.3 mylogin mysecretpassword',
          'stonith_host ken3  rps10 /dev/ttyS1 kathy 0', 'stonith_host kathy rps10 /dev/ttyS1 ken3 0',
        ],
        logfile: '/var/log/ha-log', debugfile: '/var/log/ha-debug', watchdog: '/dev/watchdog', crm: false,
      },
      unread: [],
    });
  });

  test('the cluster of the thesis', () => {
    expect(read(PERUGIA)).toEqual({
      facts: {
        nodes: ['alpha', 'bravo'], keepaliveSeconds: 2, deadtimeSeconds: 30, warntimeSeconds: 10, initdeadSeconds: 120, autoFailback: 'on',
        links: [{ kind: 'serial', name: '/dev/ttyS0' }, { kind: 'bcast', name: 'bond0' }, { kind: 'bcast', name: 'bond1' }],
        ping: ['141.250.199.62'], stonith: [], logfile: '/var/log/ha-log', debugfile: '/var/log/ha-debug', watchdog: '/dev/watchdog', crm: false,
      },
      unread: [],
    });
  });

  test('the probe reads /etc/ha.d/ha.cf, crashcart parse gives the same', () => {
    expect(haCf.files).toEqual(['/etc/ha.d/ha.cf']);
    expect(haCf.parse(new Map([['/etc/ha.d/ha.cf', answerOf(PERUGIA, { exit: null })]]))).toMatchObject({ answered: true, facts: { nodes: ['alpha', 'bravo'] } });
    expect(capturedHaCf.parse(answerOf(PERUGIA))).toMatchObject({ answered: true, nodes: ['alpha', 'bravo'], deadtimeSeconds: 30, unread: [] });
  });
});

describe('lines', () => {
  test.each<[string, Partial<HaCf>]>([
    ['keepalive 1500ms', { keepaliveSeconds: 1.5 }],
    ['deadtime 0.5', { deadtimeSeconds: 0.5 }],
    ['warntime 250msec', { warntimeSeconds: 0.25 }],
    ['initdead 60s', { initdeadSeconds: 60 }],
    ['deadtime 30\ndeadtime 10', { deadtimeSeconds: 10 }],
    ['node alpha, bravo', { nodes: ['alpha', 'bravo'] }],
    ['node alpha bravo\nnode alpha charlie', { nodes: ['alpha', 'bravo', 'charlie'] }],
    ['  node   alpha#bravo', { nodes: ['alpha'] }],
    ['auto_failback legacy', { autoFailback: 'legacy' }],
    ['nice_failback on', { autoFailback: 'off' }],
    ['udp eth0', { links: [{ kind: 'bcast', name: 'eth0' }] }],
    ['crm yes', { crm: true }], ['crm respawn', { crm: true }], ['pacemaker on', { crm: true }], ['crm off', { crm: false }],
    ['ping 10.0.0.1 10.0.0.2', { ping: ['10.0.0.1', '10.0.0.2'] }],
    ['ucast eth0 10.0.0.2\nucast eth0 10.0.0.3', { links: [{ kind: 'ucast', name: 'eth0' }, { kind: 'ucast', name: 'eth0' }] }],
  ])('%j', (text, facts) => {
    expect(read(`logfacility local0\n${text}\n`)).toEqual({ facts: { ...NOTHING, ...facts }, unread: [] });
  });

  test.each<[string, Partial<HaCf>]>([
    ['keepalive soon', {}],
    ['deadtime 30 40', {}],
    ['deadtime 30 minutes', {}],
    ['node', {}],
    ['node alpha \\', {}],
    ['auto_failback sometimes', { autoFailback: 'sometimes' }],
    ['crm perhaps', { crm: true }],
    ['ucast eth0', {}],
    ['keep_alive 2', {}],
    ['rds ib0 10.0.0.2', {}],
  ])('%j is unread', (line, facts) => {
    expect(read(`logfacility local0\n${line}\n`)).toEqual({ facts: { ...NOTHING, ...facts }, unread: [line] });
  });
});

test.each([
  ['absent', answerOf('', { status: 'absent', exit: null }), 'absent'],
  ['forbidden', answerOf('', { status: 'forbidden', exit: null }), 'forbidden'],
  ['cut', answerOf('node alpha\n', { status: 'cut', exit: null }), 'cut'],
  ['empty', answerOf('\n'), 'cut'],
  ['the words of cat', answerOf('cat: /etc/ha.d/ha.cf: No such file or directory\n'), 'absent'],
  ['the words of cat, not root', answerOf('', { stderr: 'cat: /etc/ha.d/ha.cf: Permission denied\n', exit: 1 }), 'forbidden'],
])('%s: no facts', (_name, answer, kind) => {
  expect(parseHaCf(answer)).toMatchObject({ answered: false, kind });
});

test('a file that was not among the answers is absent', () => {
  expect(haCf.parse(new Map())).toMatchObject({ answered: false, kind: 'absent' });
  expect(parseHaCf(sample('heartbeat/3.0.6-sample-ha.cf'))).toMatchObject({ answered: true });
});
