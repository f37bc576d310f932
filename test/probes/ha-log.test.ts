// Whole logs, event by event: what an operator must see in them.
import { describe, expect, test } from 'vitest';
import type { LogEvent } from '../../src/model/facts.ts';
import { answerOf } from '../../src/probes/probe.ts';
import { capturedHaLog, parseHaLog } from '../../src/probes/ha-log.ts';
import { sample, sampleText, samplesIn } from '../samples/sample.ts';

const UNKNOWN = { year: null, zoneMinutes: null };

function events(name: string): LogEvent[] {
  const parsed = parseHaLog(sample(`heartbeat/${name}`), UNKNOWN);
  if (!parsed.answered) throw new Error(parsed.why);
  expect(parsed.unread).toEqual([]);
  return parsed.facts.events;
}

/** `kind node resource` of the events that are not `other`; a resource is cut to its first word. */
function story(name: string): string[] {
  return events(name)
    .filter((event) => event.kind !== 'other')
    .map(({ kind, node, resource }) => `${kind} ${node ?? '-'} ${resource?.split(' ')[0] ?? '-'}`);
}

const ACQUIRE_BRAVO = [
  'acquiring bravo drbddisk::drbd1', 'resource-start - drbddisk', 'resource-start - Filesystem', 'resource-start - vmmanager', 'resource-start - vmmanager',
];
const RELEASE_BRAVO = [
  'releasing bravo drbddisk::drbd1', 'resource-stop - vmmanager', 'resource-stop - vmmanager', 'resource-stop - Filesystem', 'resource-stop - drbddisk',
];
const RELEASE_ALPHA = ['releasing alpha drbddisk::drbd0', 'resource-stop - vmmanager', 'resource-stop - Filesystem', 'resource-stop - drbddisk'];

describe('samples, read by hand', () => {
  test.each<[string, number, string[]]>([
    ['2.0-late-heartbeat-and-dead-node-lines.log', 4, ['late-heartbeat 192.168.0.2 -', 'standby ossim02.maqueta.cgp -']],
    ['2.0-ping-node-and-dead-peer-at-start.log', 18, [
      'link-up 192.168.3.254 192.168.3.254', 'node-up 192.168.3.254 -', 'link-up master.org eth0', 'node-dead slave.org -', 'node-up - -', 'no-stonith - -',
      'acquiring slave.org -', 'takeover-complete slave.org -', 'takeover-complete - -', 'acquiring master.org IPaddr::192.168.3.103', 'resource-start - mysqld',
    ]],
    ['2.0-syslog-ipfail-giveup.log', 17, [
      'node-up - -', 'node-up 192.168.3.254 -', 'node-up - -', 'standby slave.org -', 'standby master.org -', 'releasing - -',
      'releasing master.org IPaddr::192.168.3.103', 'standby - -', 'standby - -', 'standby - -',
    ]],
    ['2.1-xen-peer-shutdown.log', 23, [
      'shutdown-notice ha1.vbm.se -', 'acquiring ha1.vbm.se -', 'acquiring - -', 'acquiring ha2.vbm.se xendomainsHA2', 'resource-start - xendomainsHA2',
      'standby - -', 'standby - -', 'acquiring - xendomainsHA1', 'acquiring ha1.vbm.se xendomainsHA1', 'resource-start - xendomainsHA1',
      'takeover-complete ha1.vbm.se -', 'takeover-complete - -', 'node-dead ha1.vbm.se -', 'link-dead ha1.vbm.se eth0',
    ]],
    ['3.0.6-own-shutdown.log', 25, ['releasing - -', ...RELEASE_ALPHA, ...RELEASE_BRAVO, 'shutdown-complete alpha -']],
    ['3.0.6-peer-crash-no-stonith.log', 17, [
      'node-dead bravo -', 'no-stonith - -', 'acquiring bravo -', 'link-dead bravo eth0', 'link-dead bravo eth1', 'acquiring - drbddisk::drbd1', ...ACQUIRE_BRAVO,
      'takeover-complete bravo -', 'takeover-complete - -',
    ]],
    ['3.0.6-peer-graceful-stop.log', 13, [
      'shutdown-notice bravo -', 'acquiring bravo -', 'acquiring - drbddisk::drbd1', 'acquiring bravo drbddisk::drbd1', 'takeover-complete bravo -', 'takeover-complete - -',
      'node-dead bravo -', 'link-dead bravo eth0', 'link-dead bravo eth1',
    ]],
    ['3.0.6-peer-returns-auto-failback.log', 24, [
      'restart bravo -', 'link-up bravo eth0', 'link-up bravo eth1', 'node-up bravo -', 'node-up bravo -', 'standby alpha -', 'standby bravo -', 'releasing - -',
      ...RELEASE_BRAVO, 'standby - -', 'standby - -', 'standby - -',
    ]],
    ['3.0.6-standby-all-seen-by-giver.log', 18, [
      'standby alpha -', 'standby bravo -', 'releasing - -', ...RELEASE_ALPHA, ...RELEASE_BRAVO, 'standby - -', 'standby - -', 'standby - -',
    ]],
    ['3.0.6-standby-all-seen-by-taker.log', 11, [
      'standby alpha -', 'standby alpha -', 'acquiring - -', 'acquiring alpha drbddisk::drbd0', 'resource-start - drbddisk', 'resource-start - Filesystem', 'resource-start - vmmanager',
      'acquiring bravo drbddisk::drbd1', 'standby - -', 'standby - -',
    ]],
    ['3.0.6-start-and-acquire-syslogfmt.log', 44, [
      'node-up - -', 'link-up bravo eth0', 'link-up bravo eth1', 'node-up bravo -', 'link-up alpha eth0', 'link-up alpha eth1', 'node-up - -', 'node-up bravo -',
      'acquiring alpha drbddisk::drbd0', 'resource-start - drbddisk', 'resource-start - Filesystem', 'resource-start - vmmanager',
    ]],
    ['thesis-1-graceful-stop.alpha.log', 18, [
      'shutdown-notice bravo -', 'acquiring bravo -', 'acquiring - drbddisk::drbd1', ...ACQUIRE_BRAVO, 'takeover-complete bravo -', 'takeover-complete - -',
      'node-dead bravo -', 'link-dead bravo bond0', 'link-dead bravo bond1', 'link-dead bravo /dev/ttyS0',
    ]],
    ['thesis-1-graceful-stop.bravo.log', 15, ['releasing - -', ...RELEASE_BRAVO, 'shutdown-complete bravo -']],
    ['thesis-1-failback.alpha.log', 28, [
      'restart bravo -', 'link-up bravo /dev/ttyS0', 'link-up bravo bond0', 'link-up bravo bond1', 'node-up bravo -', 'node-up bravo -', 'standby alpha -', 'standby bravo -',
      'releasing - -', ...RELEASE_BRAVO, 'standby - -', 'standby - -', 'standby - -',
    ]],
    ['thesis-2-crash.alpha.log', 19, [
      'node-dead bravo -', 'no-stonith - -', 'acquiring bravo -', 'link-dead bravo /dev/ttyS0', 'link-dead bravo bond0', 'link-dead bravo bond1', 'acquiring - drbddisk::drbd1',
      ...ACQUIRE_BRAVO, 'takeover-complete bravo -', 'takeover-complete - -',
    ]],
    ['alpha/12-link-cut.ha-log.txt', 25, [
      'node-dead bravo -', 'no-stonith - -', 'acquiring bravo -', 'link-dead bravo eth1', 'acquiring - drbddisk::mail-root', 'acquiring bravo drbddisk::mail-root',
      'resource-start - drbddisk', 'resource-start - Filesystem', 'resource-start - IPaddr2', 'resource-start - vmmanager', 'takeover-complete bravo -', 'takeover-complete - -',
    ]],
    ['alpha/15-nofailback-crash.ha-log.txt', 25, [
      'node-dead bravo -', 'no-stonith - -', 'acquiring bravo -', 'link-dead bravo eth1', 'acquiring - drbddisk::mail-root', 'acquiring bravo drbddisk::mail-root',
      'resource-start - drbddisk', 'resource-start - Filesystem', 'resource-start - IPaddr2', 'resource-start - vmmanager', 'takeover-complete - -', 'takeover-complete bravo -',
    ]],
  ])('%s', (name, count, expected) => {
    expect(story(name)).toEqual(expected);
    expect(events(name)).toHaveLength(count);
  });

  test('every line of the captures has a time, a program and a pid', () => {
    const names = samplesIn('heartbeat', '.ha-log.txt');
    expect(names).toHaveLength(8);
    for (const name of names) {
      const bare = events(name.slice('heartbeat/'.length)).filter(({ stamp, daemon, pid }) => stamp === '' || daemon === null || pid === null);
      expect(bare, name).toEqual([]);
    }
  });

  test('one line as crashcart parse gives it', () => {
    expect(capturedHaLog.parse(answerOf('heartbeat[8]: 2026/11/20_20:52:32 WARN: node bravo: is dead\n'))).toEqual({
      answered: true,
      events: [{ at: null, stamp: '2026/11/20_20:52:32', level: 'WARN', daemon: 'heartbeat', pid: 8, kind: 'node-dead', node: 'bravo', resource: null, text: 'node bravo: is dead' }],
      unread: [],
    });
  });

  test('what hb_standby prints itself', () => {
    expect(capturedHaLog.parse(sample('heartbeat/3.0.6-hb_standby-output.txt'))).toMatchObject({ answered: true, events: [{ stamp: 'Nov 20 20:49:40', kind: 'standby', daemon: null, text: 'Going standby [all].' }] });
  });
});

describe('whatever else is in the file', () => {
  test('an empty log has no events', () => {
    expect(parseHaLog(answerOf('\n\n'), UNKNOWN)).toEqual({ answered: true, facts: { events: [] }, unread: [] });
  });

  test('of a cut log the lines that came are true', () => {
    expect(parseHaLog(answerOf('info: text\n', { status: 'cut' }), UNKNOWN)).toMatchObject({ answered: true, facts: { events: [{ text: 'text' }] } });
  });

  test('bytes that are no text are unread, a name in Latin-1 is text', () => {
    const parsed = parseHaLog(answerOf('info: \ufffd\ufffd\ufffd\ufffd\ufffd\nab\0cd\ninfo: caf\ufffd is down\n'), UNKNOWN);
    expect(parsed).toMatchObject({ facts: { events: [{ text: 'caf\ufffd is down' }] }, unread: ['info: \ufffd\ufffd\ufffd\ufffd\ufffd', 'ab\0cd'] });
  });

  test.each([
    [answerOf('', { status: 'absent', exit: null }), 'absent'],
    [answerOf('tail: cannot open /var/log/ha-log: Permission denied\n'), 'forbidden'],
    [answerOf('', { stderr: 'cat: /var/log/ha-log: No such file or directory\n', exit: 1 }), 'absent'],
  ])('no log: %j', (answer, kind) => {
    expect(parseHaLog(answer, UNKNOWN)).toMatchObject({ answered: false, kind });
  });

  test('no line of any sample is lost', () => {
    for (const name of [...samplesIn('heartbeat', '.log'), ...samplesIn('heartbeat', '.ha-log.txt')]) {
      const lines = sampleText(name).split('\n').filter((line) => line.trim() !== '');
      expect(events(name.slice('heartbeat/'.length)), name).toHaveLength(lines.length);
    }
  });
});
