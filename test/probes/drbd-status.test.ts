// DRBD 9's status: every sample by hand, what is left out as normal, when it is asked, refusals, damage.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { DrbdStatusResource } from '../../src/model/drbd-status-facts.ts';
import { capturedDrbdStatus, drbdStatus, parseDrbdStatus } from '../../src/probes/drbd-status.ts';
import { answerOf } from '../../src/probes/probe.ts';
import type { Answer } from '../../src/probes/probe.ts';
import { sample, sampleText, samplesIn } from '../samples/sample.ts';
import { talk } from './talk.ts';

/** `home Secondary 0:UpToDate | nina Connected Secondary 0:Established/UpToDate`; out of sync bytes and percent where told. */
function inShort({ name, role, volumes, peers }: DrbdStatusResource): string {
  const own = volumes.map(({ volume, minor, disk }) => `${volume}${minor === null ? '' : `=drbd${minor}`}:${disk}`);
  const others = peers.map((peer) => [
    ' |', peer.name, peer.connection, peer.role ?? '-',
    ...peer.volumes.map((each) => `${each.volume}:${each.replication ?? '-'}/${each.disk ?? '-'}${each.outOfSyncBytes === null ? '' : ` oos=${each.outOfSyncBytes}`}${each.donePercent === null ? '' : ` ${each.donePercent}%`}`),
  ].join(' '));
  return `${name} ${role} ${own.join(' ')}${others.join('')}`;
}

function read(answer: Answer): { resources: string[]; unread: string[] } {
  const parsed = parseDrbdStatus(answer);
  if (!parsed.answered) throw new Error(parsed.why);
  return { resources: parsed.facts.resources.map(inShort), unread: parsed.unread };
}

const NODE1 = 'SLE15-sp1-gm-drbd1145296-node1';

test.each<[string, string[]]>([
  ['9-status-three-peers.txt', ['home Secondary 0:UpToDate | nina Connected Secondary 0:Established/UpToDate | nino Connected Secondary 0:Established/UpToDate | nono Connecting -']],
  ['status/9-status-peer-standalone.txt', ['r0 Primary 0:UpToDate | node2 StandAlone -']],
  ['status/9-status-unnamed-peer-sync.txt', ['r0 Secondary 0:Inconsistent | peer Connected Primary 0:SyncTarget/UpToDate 6.45%']],
  ['status/9-status-verbose-statistics-wrapped.txt', ['home Secondary 0=drbd0:UpToDate | nina Connected Secondary 0:Established/UpToDate oos=0 | nino Connected Secondary 0:Established/UpToDate oos=0 | nono Connecting -']],
  ['status/9-status-json.json', [
    `1-single-0 Secondary 0=drbd2:UpToDate | ${NODE1} Connected Primary 0:Established/UpToDate oos=0`,
    `1-single-1 Secondary 0=drbd3:UpToDate | ${NODE1} Connected Primary 0:Established/UpToDate oos=0`]],
  ['status/8.4-module-07-sync-start.drbdadm-status.txt', [
    'mail-root Secondary 0:Inconsistent | peer Connected Secondary 0:Established/Inconsistent', 'web-root Primary 0:UpToDate | peer Connected Secondary 0:SyncSource/Inconsistent 3.25%']],
  ['status/8.4-module-07-sync-start.drbdsetup-status-verbose-statistics.txt', [
    'mail-root Secondary 0=drbd1:Inconsistent | peer Connected Secondary 0:Established/Inconsistent oos=67067904',
    'web-root Primary 0=drbd0:UpToDate | peer Connected Secondary 0:SyncSource/Inconsistent oos=201150464 4.06%']],
  ['status/8.4-module-25-bravo-diskless.drbdsetup-status-verbose-statistics.txt', [
    'mail-root Primary 0=drbd1:UpToDate | peer Connected Secondary 0:Established/Diskless oos=0', 'web-root Primary 0=drbd0:UpToDate | peer Connected Secondary 0:Established/UpToDate oos=0']],
  ['status/8.4-module-40-both-primary-disconnected.drbdadm-status.txt', ['mail-root Primary 0:UpToDate | peer Connecting -', 'web-root Primary 0:UpToDate | peer Connecting -']],
  ['status/8.4-module-42-split-victim-waiting.drbdadm-status.txt', ['mail-root Primary 0:UpToDate', 'web-root Primary 0:UpToDate | peer Connected Secondary 0:Established/UpToDate']],
])('%s', (name, resources) => {
  expect(read(sample(`drbd/${name}`))).toEqual({ resources, unread: [] });
});

test('the fields of the contract; quorum as DRBD says it', () => {
  expect(capturedDrbdStatus.parse(sample('drbd/status/9-status-json.json'))).toMatchObject({
    answered: true, unread: [],
    resources: [{}, {
      name: '1-single-1', role: 'Secondary', suspended: 'no', volumes: [{ volume: 0, minor: 3, disk: 'UpToDate', quorum: false }],
      peers: [{ name: NODE1, connection: 'Connected', role: 'Primary', volumes: [{ volume: 0, replication: 'Established', disk: 'UpToDate', outOfSyncBytes: 0, donePercent: null }] }],
    }],
  });
});

test('nothing configured is an answer', () => {
  for (const text of ['# No currently configured DRBD found.\n', '[\n]\n']) expect(capturedDrbdStatus.parse(answerOf(text))).toEqual({ answered: true, resources: [], unread: [] });
});

describe('JSON', () => {
  const json = (peerDevice: object): Answer => answerOf(JSON.stringify([{
    name: 'r0', role: 'Primary', devices: [{ volume: 0, minor: 1, 'disk-state': 'UpToDate' }],
    connections: [{ name: 'bravo', 'connection-state': 'Connected', 'peer-role': 'Secondary', peer_devices: [{ volume: 0, 'peer-disk-state': 'Inconsistent', ...peerDevice }] }],
  }]));

  test.each<[string, object, string]>([
    ['a resync', { 'replication-state': 'SyncSource', 'out-of-sync': 2048, 'has-sync-details': true, 'percent-in-sync': 40.5, 'estimated-seconds-to-finish': 987654321 }, 'SyncSource/Inconsistent oos=2097152 40.5%'],
    ['a newer one', { 'replication-state': 'SyncSource', 'out-of-sync': 0, 'percent-in-sync': 99.9, 'percent-resync-done': 12.5 }, 'SyncSource/Inconsistent oos=0 12.5%'],
    ['paused', { 'replication-state': 'PausedSyncS', 'percent-in-sync': 7 }, 'PausedSyncS/Inconsistent 7%'],
    ['a verify tells no percentage of itself', { 'replication-state': 'VerifyS', 'percent-in-sync': 100 }, 'VerifyS/Inconsistent'],
    ['sizes that are none', { 'replication-state': 'SyncTarget', 'out-of-sync': -1, 'percent-in-sync': 101 }, 'SyncTarget/Inconsistent'],
  ])('%s', (_why, device, says) => {
    expect(read(json(device))).toEqual({ resources: [`r0 Primary 0=drbd1:UpToDate | bravo Connected Secondary 0:${says}`], unread: [] });
  });

  test('a word that is not known is kept, and unread; what has no name is unread', () => {
    expect(read(json({ 'replication-state': 'Wobbly' })).unread).toEqual(['r0: replication Wobbly']);
    expect(read(answerOf('[{"name":"r0","role":"Primary","devices":[],"connections":[{"name":"bravo"}]},{"role":"Primary"}]'))).toEqual({
      resources: ['r0 Primary  | bravo unknown -'],
      unread: ['r0 bravo: no connection-state', 'r0 bravo: peer device: no list', 'resource: {"role":"Primary"}', 'r0: connection unknown'],
    });
  });
});

describe('text', () => {
  test('several volumes, an address, a lost quorum, a verify whose `done` is not its own', () => {
    const text = 'r0 role:Primary\n  volume:0 disk:UpToDate\n  volume:1 disk:Failed quorum:no\n  bravo role:Secondary\n    volume:0 replication:VerifyS peer-disk:UpToDate done:100.00\n    volume:1 peer-disk:Outdated\n';
    expect(read(answerOf(text))).toEqual({ resources: ['r0 Primary 0:UpToDate 1:Failed | bravo Connected Secondary 0:VerifyS/UpToDate 1:Established/Outdated'], unread: [] });
    expect(capturedDrbdStatus.parse(answerOf(text))).toMatchObject({ resources: [{ volumes: [{ quorum: null }, { quorum: false }] }] });
  });

  test.each([
    ['r0 role:Primary\n  disk:UpToDate\n  bravo\n', 'r0: nothing is said of bravo'],
    ['r0 role:Primary\n  disk:UpToDate\n  bravo role:Secondary what\n', '  bravo role:Secondary what'],
    ['r0 role:Primary\n  disk:UpToDate\n  bravo connection:Wobbly\n', 'r0: connection Wobbly'],
    ['r0 role:Primary\n  disk:Inconsistent\n    disk:UpToDate\n', '    disk:UpToDate'],
    ['r0 role:Primary\n  disk:UpToDate\nWarning: something\n', 'Warning: something'],
  ])('%j is not all understood', (text, unread) => {
    expect(read(answerOf(text)).unread).toContain(unread);
  });

  test('resources that are not up, beside one that is', () => {
    expect(read(answerOf('r0 role:Primary\n  disk:UpToDate\n', { stderr: 'r1: No such resource\n', exit: 10 }))).toEqual({ resources: ['r0 Primary 0:UpToDate'], unread: ['r1: No such resource'] });
  });
});

test.each<[string, Answer, string]>([
  ['no module', sample('drbd/status/9.22-utils-status-module-absent.txt'), 'absent'],
  ['no module, as it is printed', answerOf('', { stderr: "modprobe: FATAL: Module drbd not found in directory /lib/modules/6.1.0-37-amd64\nFailed to modprobe drbd (No such file or directory)\nCommand 'drbdsetup status' terminated with exit code 20\n", exit: 20 }), 'absent'],
  ['not up', sample('drbd/status/8.4-module-00-unconfigured.drbdadm-status.txt'), 'down'],
  ['an option that is not known', sample('drbd/status/8.4-module-00-unconfigured.drbdsetup-status-json.txt'), 'no-answer'],
  ['absent', answerOf('', { status: 'absent', exit: null }), 'absent'],
  ['timeout', answerOf('', { status: 'timeout', exit: null }), 'no-answer'],
  ['cut', answerOf('[', { status: 'cut', exit: null }), 'cut'],
  ['JSON that breaks off', answerOf(sampleText('drbd/status/9-status-json.json').slice(0, 700)), 'cut'],
  ['nothing', answerOf('', { exit: 1 }), 'no-answer'],
  ['another text', sample('drbd/8.4.2-holes.txt'), 'unreadable'],
])('%s is no answer', (_why, answer, kind) => {
  const parsed = parseDrbdStatus(answer);
  expect(parsed).toMatchObject({ answered: false, kind });
  if (!parsed.answered) expect(parsed.why).toMatch(/^[^\n]{1,200}$/);
});

describe('when it is asked', () => {
  const json = sample('drbd/status/9-status-json.json');
  const node = (proc: string, status: Answer) => (command: string): Answer => (command.startsWith('sh -c ') ? answerOf(proc) : command.endsWith('--json') ? status : sample('drbd/9-status-three-peers.txt'));

  test.each([['version 9', sampleText('drbd/9-proc-version-only.txt').replace(/9\.[^ ]*/, '9.1.4')], ['9.3', sampleText('drbd/9.3-proc-no-legacy.txt')], ['a module without the file', 'version: 9\n']])('%s', (_why, proc) => {
    const { commands, result } = talk(drbdStatus, node(proc, json));
    expect(commands.slice(1)).toEqual(['drbdsetup status --json']);
    expect(result).toMatchObject({ answered: true, facts: { resources: [{ name: '1-single-0' }, { name: '1-single-1' }] } });
  });

  test.each([['no module', ''], ['0.7', sampleText('drbd/0.7.23-sync-source.txt')], ['8.4', sampleText('drbd/8.4.2-holes.txt')]])('never with %s, where drbdsetup could load a module', (_why, proc) => {
    const { commands, result } = talk(drbdStatus, node(proc, json));
    expect(commands).toHaveLength(1);
    expect(result).toMatchObject({ answered: false, kind: 'absent' });
  });

  test('tools that know no JSON are asked for text', () => {
    const { commands, result } = talk(drbdStatus, node('version: 9.0.1 (api:2/proto:86-112)\n', sample('drbd/status/8.4-module-00-unconfigured.drbdsetup-status-json.txt')));
    expect(commands.slice(1)).toEqual(['drbdsetup status --json', 'drbdsetup status --verbose --statistics']);
    expect(result).toMatchObject({ answered: true, facts: { resources: [{ name: 'home' }] } });
  });
});

describe('damage', () => {
  const texts = [...samplesIn('drbd/status', '.txt').filter((name) => !/00-unconf|absent/.test(name)), 'drbd/9-status-three-peers.txt'].map((name) => [name, sampleText(name)] as const);

  test.each(texts)('%s: a token or a line deleted makes nothing better than it was, or something is unread', (_name, text) => {
    const before = read(answerOf(text)).resources.join('\n');
    const lines = text.split('\n');
    const damaged = [
      ...[...text.matchAll(/\S+/g)].map((token) => text.slice(0, token.index) + text.slice(token.index + token[0].length)),
      ...lines.map((_line, at) => lines.toSpliced(at, 1).join('\n')),
    ];
    for (const each of damaged) {
      const parsed = parseDrbdStatus(answerOf(each));
      if (!parsed.answered || parsed.unread.length > 0) continue;
      for (const resource of parsed.facts.resources) {
        for (const { disk } of resource.volumes) if (disk !== null) expect(before).toContain(`:${disk}`);
        for (const peer of resource.peers) expect(before, each).toContain(`| ${peer.name} ${peer.connection}`);
      }
    }
  });

  test.each(texts)('%s: cut at any byte, no peer is connected that was not', (_name, text) => {
    const before = read(answerOf(text)).resources.join('\n');
    for (let length = 0; length < text.length; length += 1) {
      const parsed = parseDrbdStatus(answerOf(text.slice(0, length)));
      if (!parsed.answered || parsed.unread.length > 0) continue;
      for (const resource of parsed.facts.resources) for (const peer of resource.peers) expect(before, `${length} bytes`).toContain(`| ${peer.name} ${peer.connection}`);
    }
  });

  test('anything at all is read without an exception, and a megabyte of it at once', () => {
    const all = [...texts.map(([, text]) => text), sampleText('drbd/status/9-status-json.json')];
    fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 600 }), fc.constantFrom(...all), fc.nat(), (noise, text, at) => {
      const cut = at % (text.length + 1);
      for (const garbled of [noise, text.slice(0, cut) + noise + text.slice(cut), `[${noise}`]) {
        const parsed = parseDrbdStatus(answerOf(garbled));
        if (!parsed.answered) expect(parsed.why.length).toBeLessThanOrEqual(200);
      }
    }), { numRuns: 80 });
    fc.assert(fc.property(fc.json(), (text) => {
      for (const garbled of [text, `[${text}]`, `[{"name":"r0","devices":${text},"connections":[{"name":"x","peer_devices":${text}},${text}]}]`]) parseDrbdStatus(answerOf(garbled));
    }), { numRuns: 80 });
    const started = performance.now();
    for (const text of ['r0 role:Primary\n'.repeat(60_000), `r0 role:Primary ${'a:b '.repeat(250_000)}`, '['.repeat(1_000_000), `[${'{"name":"x"},'.repeat(70_000)}0]`, ' '.repeat(1_000_000), `r0 role:Primary\n${'  a role:b\n'.repeat(80_000)}`]) parseDrbdStatus(answerOf(text));
    expect(performance.now() - started).toBeLessThan(5000);
  });
});
