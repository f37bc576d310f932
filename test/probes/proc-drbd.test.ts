// /proc/drbd of every version, against what a person reads in the samples.
import { describe, expect, it } from 'vitest';
import type { DrbdMinor, DrbdSync } from '../../src/model/facts.ts';
import { answerOf } from '../../src/probes/probe.ts';
import { capturedProcDrbd, parseProcDrbd, procDrbd } from '../../src/probes/proc-drbd.ts';
import { inOneLine, parsed, procSamples, sample } from './drbd-samples.ts';

const KIB = 1024;
const MIB = 1024 * 1024;

/** Header (version api protocol), then one line per device. */
const SAMPLES: Record<string, [string, ...string[]]> = {
  '0.7.23-initial-inconsistent.txt': ['0.7.23 79 74',
    '0 Connected Secondary/Secondary Inconsistent/- - - oos=-', '1 Connected Secondary/Secondary Inconsistent/- - - oos=-'],
  '0.7.23-sync-source.txt': ['0.7.23 79 74',
    '0 SyncSource Primary/Secondary Consistent/- - - oos=-', '1 Connected Secondary/Secondary Inconsistent/- - - oos=-'],
  '8.0.12-blank-line-and-unconfigured.txt': ['8.0.12 86 86',
    '0 Connected Primary/Secondary UpToDate/UpToDate C r--- oos=-', '1 Unconfigured', '2 Unconfigured', '5 Unconfigured', '6 Unconfigured'],
  '8.3-service-status-table.txt': ['8.3.0 88 86-89', '0 Connected Primary/Secondary UpToDate/UpToDate B - oos=-'],
  '8.3.1-nul-bytes-in-flags.txt': ['8.3.1 88 86-89',
    '0 Connected Primary/Secondary UpToDate/UpToDate C r---- oos=0', '1 Connected Secondary/Primary UpToDate/UpToDate C r--- oos=0',
    '2 Unconfigured', '4 WFConnection Primary/Unknown UpToDate/DUnknown C r---- oos=0',
    '5 Connected Primary/Secondary UpToDate/Diskless C r---- oos=0', '6 Connected Secondary/Primary Diskless/UpToDate C r--- oos=0',
    '7 WFConnection Secondary/Unknown UpToDate/DUnknown C r--- oos=0', '8 StandAlone Secondary/Unknown UpToDate/DUnknown - r--- oos=0'],
  '8.3.1-sync.txt': ['8.3.1 88 86-89',
    '0 Connected Primary/Secondary UpToDate/UpToDate C r---- oos=0', '1 Connected Secondary/Primary UpToDate/UpToDate C r--- oos=0',
    '2 Unconfigured', '3 SyncTarget Primary/Secondary Inconsistent/UpToDate C r---- oos=354418688',
    '4 WFConnection Primary/Unknown UpToDate/DUnknown C r---- oos=0'],
  '8.3.6-slow-sync.txt': ['8.3.6 88 86-90', '1 SyncSource Primary/Secondary UpToDate/Inconsistent C r---- oos=10305536'],
  '8.3.7-split-brain-wfconnection.txt': ['8.3.7 88 86-91', '0 WFConnection Primary/Unknown UpToDate/DUnknown C r---- oos=245399552'],
  '8.3.8-sync-delay-probe.txt': ['8.3.8 88 86-94', '0 SyncSource Primary/Secondary UpToDate/Inconsistent C r---- oos=308971507712'],
  '8.3.11-sync-target-want.txt': ['8.3.11 88 86-96',
    '0 SyncTarget Secondary/Primary Inconsistent/UpToDate C r----- oos=602537984', '1 Unconfigured', '2 Unconfigured', '3 Unconfigured'],
  '8.4-paused-behind-suspended.txt': ['8.4.11 1 86-101',
    '0 PausedSyncT Secondary/Primary Inconsistent/UpToDate C r-a--- oos=2147483648',
    '1 Behind Secondary/Primary Inconsistent/UpToDate A r----- oos=536870912',
    '10 WFConnection Primary/Unknown UpToDate/Outdated C s----- oos=0'],
  '8.4.0-three-minors-short-flags.txt': ['8.4.0 1 86-100',
    '0 Connected Secondary/Secondary UpToDate/UpToDate C r- oos=0', '1 Connected Primary/Secondary UpToDate/UpToDate C r--- oos=0',
    '2 Connected Secondary/Primary UpToDate/UpToDate C r--- oos=0'],
  '8.4.1-initial-inconsistent.txt': ['8.4.1 1 86-100', '0 Connected Secondary/Secondary Inconsistent/Inconsistent C r----- oos=536817664'],
  '8.4.2-first-minor-absent.txt': ['8.4.2 1 86-101',
    '1 Connected Secondary/Primary UpToDate/UpToDate C r----- oos=0', '2 Unconfigured',
    '4 WFConnection Primary/Unknown UpToDate/DUnknown C r----- oos=1073479680',
    '6 Connected Secondary/Primary Diskless/UpToDate C r----- oos=0',
    '8 StandAlone Secondary/Unknown UpToDate/DUnknown - r----- oos=1073479680'],
  '8.4.2-holes.txt': ['8.4.2 1 86-101',
    '0 Connected Primary/Secondary UpToDate/UpToDate C r----- oos=0', '1 Connected Secondary/Primary UpToDate/UpToDate C r----- oos=0',
    '2 Unconfigured', '4 WFConnection Primary/Unknown UpToDate/DUnknown C r----- oos=1073479680',
    '6 Connected Secondary/Primary Diskless/UpToDate C r----- oos=0',
    '8 StandAlone Secondary/Unknown UpToDate/DUnknown - r----- oos=1073479680'],
  '8.4.3-dual-primary-with-load.txt': ['8.4.3 1 86-101', '1 Connected Primary/Primary UpToDate/UpToDate C r----- oos=12645376'],
  '9-proc-version-only.txt': ['9.x.y 2 118-124'],
  '9.3-proc-no-legacy.txt': ['9.3.3 2 118-124'],
};
const OK = (minor: number, roles: string): string => `${minor} Connected ${roles} UpToDate/UpToDate C r----- oos=0`;
const ALONE = (minor: number, role: string, oosKib: number): string =>
  `${minor} WFConnection ${role}/Unknown UpToDate/DUnknown C r----- oos=${oosKib * KIB}`;
const SPLIT = (minor: number, role: string, oosKib: number): string =>
  `${minor} StandAlone ${role}/Unknown UpToDate/DUnknown - r----- oos=${oosKib * KIB}`;
const SOURCE = (minor: number, oosKib: number): string => `${minor} SyncSource Primary/Secondary UpToDate/Inconsistent C r----- oos=${oosKib * KIB}`;
const TARGET = (minor: number, oosKib: number): string => `${minor} SyncTarget Secondary/Primary Inconsistent/UpToDate C r----- oos=${oosKib * KIB}`;
const BLANK = (minor: number, oosKib: number): string =>
  `${minor} Connected Secondary/Secondary Inconsistent/Inconsistent C r----- oos=${oosKib * KIB}`;
const P_S = 'Primary/Secondary';
const S_P = 'Secondary/Primary';
const S_S = 'Secondary/Secondary';

const CAPTURES: Record<string, string[]> = {
  'alpha/00-unconfigured': [],
  'bravo/00-unconfigured': [],
  'bravo/35-crashed-node-back-unconfigured': [],
  'alpha/03-alone-wfconnection': [
    `0 WFConnection Secondary/Unknown Inconsistent/DUnknown C r----s oos=${204756 * KIB}`,
    `1 WFConnection Secondary/Unknown Inconsistent/DUnknown C r----s oos=${65496 * KIB}`],
  'alpha/04-both-secondary-inconsistent': [BLANK(0, 204756), BLANK(1, 65496)],
  'bravo/04-both-secondary-inconsistent': [BLANK(0, 204756), BLANK(1, 65496)],
  'alpha/07-sync-start': [SOURCE(0, 200220), BLANK(1, 65496)],
  'bravo/07-sync-start': [TARGET(0, 200404), BLANK(1, 65496)],
  'alpha/09-sync-two-resources': [OK(0, P_S), SOURCE(1, 38304)],
  'bravo/09-sync-two-resources': [OK(0, S_P), TARGET(1, 38304)],
  'alpha/10-both-synced': [OK(0, P_S), OK(1, P_S)],
  'bravo/10-both-synced': [OK(0, S_P), OK(1, S_P)],
  'alpha/12-resync-first-percent': [SOURCE(0, 200220), OK(1, P_S)],
  'bravo/12-resync-first-percent': [TARGET(0, 202964), OK(1, S_P)],
  'alpha/13-resync-later': [SOURCE(0, 159852), OK(1, P_S)],
  'bravo/13-resync-later': [TARGET(0, 160596), OK(1, S_P)],
  'alpha/23-disconnected': [ALONE(0, 'Primary', 64), OK(1, P_S)],
  'bravo/23-disconnected': [SPLIT(0, 'Secondary', 64), OK(1, S_P)],
  'alpha/25-bravo-diskless': [OK(0, P_S), '1 Connected Primary/Secondary UpToDate/Diskless C r----- oos=0'],
  'bravo/25-bravo-diskless': [OK(0, S_P), '1 Connected Secondary/Primary Diskless/UpToDate C r----- oos=0'],
  'alpha/30-link-cut-noticed': [ALONE(0, 'Primary', 0), OK(1, S_S)],
  'bravo/30-link-cut-noticed': [ALONE(0, 'Secondary', 0), OK(1, S_S)],
  'alpha/34-peer-crashed': [ALONE(0, 'Primary', 1296), OK(1, S_S)],
  'alpha/40-both-primary-disconnected': [ALONE(0, 'Primary', 0), ALONE(1, 'Primary', 384)],
  'bravo/40-both-primary-disconnected': [ALONE(0, 'Secondary', 0), ALONE(1, 'Primary', 256)],
  'alpha/41-split-brain-detected': [OK(0, P_S), SPLIT(1, 'Primary', 384)],
  'bravo/41-split-brain-detected': [OK(0, S_P), SPLIT(1, 'Primary', 256)],
  'alpha/42-split-victim-waiting': [OK(0, P_S), SPLIT(1, 'Primary', 384)],
  'bravo/42-split-victim-waiting': [OK(0, S_P), ALONE(1, 'Secondary', 256)],
  'alpha/heartbeat-02-starting': [OK(0, S_S), OK(1, S_S)],
  'bravo/heartbeat-02-starting': [OK(0, S_S), OK(1, S_S)],
  'alpha/heartbeat-09-crash-before-deadtime': [OK(0, P_S), ALONE(1, 'Secondary', 0)],
  'alpha/heartbeat-12-link-cut': [ALONE(0, 'Primary', 0), ALONE(1, 'Primary', 4)],
  'bravo/heartbeat-12-link-cut': [ALONE(0, 'Primary', 4), ALONE(1, 'Primary', 0)],
};

describe('samples of every version', () => {
  it('has an expectation for every sample there is', () => {
    const expected = [...Object.keys(SAMPLES), ...Object.keys(CAPTURES).map((name) => `captures/${name}.proc-drbd.txt`)];
    expect(procSamples()).toEqual(expected.sort());
  });

  it.each(Object.entries(SAMPLES))('%s', (name, [header, ...devices]) => {
    const { facts, unread } = parsed(sample(name));
    expect(`${facts.version} ${facts.api} ${facts.protocol}`).toBe(header);
    expect(facts.resources.map(inOneLine)).toEqual(devices);
    expect(unread).toEqual([]);
  });

  it.each(Object.entries(CAPTURES))('DRBD 8.4.11 %s', (name, devices) => {
    const { facts, unread } = parsed(sample(`captures/${name}.proc-drbd.txt`));
    expect(facts).toMatchObject({ version: '8.4.11', api: '1', protocol: '86-101', build: 'srcversion: F73C670A7EC572DB9CF3E5B' });
    expect(facts.resources.map(inOneLine)).toEqual(devices);
    expect(unread).toEqual([]);
  });
});

describe('a device, field by field', () => {
  it('reads all counters, KiB as bytes', () => {
    const expected: DrbdMinor = {
      minor: 1, connection: 'Connected', role: 'Primary', peerRole: 'Primary', disk: 'UpToDate', peerDisk: 'UpToDate',
      protocol: 'C', ioFlags: 'r-----', unconfigured: false,
      networkSentBytes: 17324442 * KIB, networkReceivedBytes: 10961011 * KIB, diskWrittenBytes: 28263521 * KIB,
      diskReadBytes: 118696670 * KIB, activityLogUpdates: 1100, bitmapUpdates: 221, localPending: 12345, pending: 12346,
      unacknowledged: 12347, applicationPending: 12348, epochs: 1, writeOrder: 'd', outOfSyncBytes: 12349 * KIB, sync: null,
    };
    expect(parsed(sample('8.4.3-dual-primary-with-load.txt')).facts.resources).toEqual([expected]);
  });

  it('leaves null what 0.7 does not print', () => {
    const [first] = parsed(sample('0.7.23-sync-source.txt')).facts.resources;
    expect(first).toMatchObject({
      networkSentBytes: 36 * KIB, networkReceivedBytes: 0, diskReadBytes: 38 * KIB, applicationPending: 0, peerDisk: null,
      protocol: null, ioFlags: null, epochs: null, writeOrder: null, outOfSyncBytes: null,
    });
  });

  it('gives an unconfigured minor nothing but its number', () => {
    const device = parsed(sample('8.0.12-blank-line-and-unconfigured.txt')).facts.resources[1];
    const { minor, connection, unconfigured, ...rest } = device ?? { minor: -1, connection: '', unconfigured: false };
    expect({ minor, connection, unconfigured }).toEqual({ minor: 1, connection: 'Unconfigured', unconfigured: true });
    expect(new Set(Object.values(rest))).toEqual(new Set([null]));
  });

  it('takes the counters that stand on the minor line', () => {
    const [first] = parsed(sample('8.4.0-three-minors-short-flags.txt')).facts.resources;
    expect(first).toMatchObject({ ioFlags: 'r-', diskReadBytes: 656 * KIB, writeOrder: 'b', outOfSyncBytes: 0 });
  });
});

const sync = (fields: Partial<DrbdSync>): DrbdSync => ({
  kind: 'resync', donePercent: null, remainingBytes: null, totalBytes: null, finishSeconds: null, speedBytesPerSecond: null,
  averageBytesPerSecond: null, wantBytesPerSecond: null, stalled: false, ...fields,
});

describe('progress', () => {
  it.each<[string, number, DrbdSync]>([
    ['0.7.23-sync-source.txt', 0, sync({ donePercent: 13.7, remainingBytes: 8127 * MIB, totalBytes: 9402 * MIB, finishSeconds: 195,
      speedBytesPerSecond: 42580 * KIB, averageBytesPerSecond: 38416 * KIB })],
    ['8.3.1-sync.txt', 3, sync({ donePercent: 34.9, remainingBytes: 346112 * MIB, totalBytes: 524288 * MIB, finishSeconds: 5,
      speedBytesPerSecond: 59392 * KIB, averageBytesPerSecond: 59392 * KIB })],
    ['8.3.6-slow-sync.txt', 0, sync({ donePercent: 33.4, remainingBytes: 10064 * KIB, totalBytes: 12248 * KIB, finishSeconds: 37,
      speedBytesPerSecond: 240 * KIB, averageBytesPerSecond: 240 * KIB })],
    ['8.3.8-sync-delay-probe.txt', 0, sync({ donePercent: 42.4, remainingBytes: 294656 * MIB, totalBytes: 510908 * MIB,
      finishSeconds: 5008, speedBytesPerSecond: 60172 * KIB, averageBytesPerSecond: 51448 * KIB })],
    ['8.3.11-sync-target-want.txt', 0, sync({ donePercent: 44.4, remainingBytes: 588416 * KIB, totalBytes: 1048576 * KIB,
      finishSeconds: 8, speedBytesPerSecond: 65736 * KIB, averageBytesPerSecond: 65736 * KIB, wantBytesPerSecond: 61440 * KIB })],
    ['captures/alpha/07-sync-start.proc-drbd.txt', 0, sync({ donePercent: 4, remainingBytes: 200220 * KIB, totalBytes: 204756 * KIB,
      finishSeconds: 41, speedBytesPerSecond: 4536 * KIB, averageBytesPerSecond: 4536 * KIB })],
    ['captures/bravo/12-resync-first-percent.proc-drbd.txt', 0, sync({ donePercent: 2, remainingBytes: 202964 * KIB,
      totalBytes: 204756 * KIB, finishSeconds: 101, speedBytesPerSecond: 1792 * KIB, averageBytesPerSecond: 1792 * KIB,
      wantBytesPerSecond: 4096 * KIB })],
  ])('%s', (name, index, expected) => {
    expect(parsed(sample(name)).facts.resources[index]?.sync).toEqual(expected);
  });

  const during = (connection: string, ...lines: string[]): DrbdSync | null | undefined => {
    const text = ['version: 8.4.11 (api:1/proto:86-101)', 'srcversion: F73C670A7EC572DB9CF3E5B ',
      ` 0: cs:${connection} ro:Primary/Secondary ds:UpToDate/UpToDate C r-----`,
      '    ns:0 nr:0 dw:0 dr:0 al:0 bm:0 lo:0 pe:0 ua:0 ap:0 ep:1 wo:f oos:64', ...lines, ''].join('\n');
    const { facts, unread } = parsed(text);
    expect(unread).toEqual([]);
    return facts.resources[0]?.sync;
  };

  it('tells a verify from a resync', () => {
    expect(during('VerifyS', "\t[===>................] verified: 21.5% (160768/204756)K", '\tfinish: 0:00:09 speed: 16,384 (16,384) want: 40,960 K/sec'))
      .toEqual(sync({ kind: 'verify', donePercent: 21.5, remainingBytes: 160768 * KIB, totalBytes: 204756 * KIB, finishSeconds: 9,
        speedBytesPerSecond: 16384 * KIB, averageBytesPerSecond: 16384 * KIB, wantBytesPerSecond: 40960 * KIB }));
  });

  it('knows every form of stalled', () => {
    expect(during('SyncTarget', "\t[>....................] sync'ed:  0.1% (10/10)M", '\tstalled')).toEqual(
      sync({ donePercent: 0.1, remainingBytes: 10 * MIB, totalBytes: 10 * MIB, stalled: true }));
    expect(during('SyncTarget', "\t[>....................] sync'ed:  0.1% (10/10)M", '\tfinish: 1:00:00 speed: 0 (12) want: 4,096 K/sec (stalled)'))
      .toMatchObject({ stalled: true, finishSeconds: 3600, speedBytesPerSecond: 0, averageBytesPerSecond: 12 * KIB, wantBytesPerSecond: 4096 * KIB });
  });

  it('reads a finish glued to the amount, delays before and behind it, and more than a gibibyte a second', () => {
    expect(during('SyncSource', "\t[>....................] sync'ed:  3.1% (9000/9402)Mfinish: 0:03:15 speed: 1,042,580 (38,416) K/sec"))
      .toMatchObject({ remainingBytes: 9000 * MIB, finishSeconds: 195, speedBytesPerSecond: 1042580 * KIB });
    expect(during('SyncSource', "\t[>....................] sync'ed:  3.1% (9000/9402)M queue_delay: 1.2 ms", '\tfinish: 0:03:15 speed: 580 (416) K/sec'))
      .toMatchObject({ donePercent: 3.1, averageBytesPerSecond: 416 * KIB });
  });

  it('reads the 8.4 form of DRBD 9.3: no finish, negative speed, three speeds, sector position', () => {
    expect(during('SyncTarget', "\t[>....................] sync'ed:  0.4% (204000/204756)K", '\tfinish: ∞ speed: -1,024 (-12 -- 340) want: 4,096 K/sec',
      '\t  3% sector pos: 12345/409512 stop sector: 99999')).toEqual(
      sync({ donePercent: 0.4, remainingBytes: 204000 * KIB, totalBytes: 204756 * KIB, speedBytesPerSecond: -1024 * KIB,
        averageBytesPerSecond: 340 * KIB, wantBytesPerSecond: 4096 * KIB }));
  });

  it('has none for a paused sync', () => {
    expect(during('PausedSyncS')).toBeNull();
  });
});

describe('what surrounds the devices', () => {
  const LINES = [' 0: cs:Connected ro:Primary/Secondary ds:UpToDate/UpToDate C r-----',
    '    ns:0 nr:0 dw:0 dr:0 al:0 bm:0 lo:0 pe:0 ua:0 ap:0 ep:1 wo:f oos:0'];
  const VERSION = 'version: 8.4.11 (api:1/proto:86-101)';
  const BUILD = 'srcversion: F73C670A7EC572DB9CF3E5B ';

  it('reads devices without a header', () => {
    const { facts, unread } = parsed(`${LINES.join('\n')}\n`);
    expect(facts).toMatchObject({ version: null, api: null, protocol: null, build: null });
    expect(facts.resources.map(inOneLine)).toEqual(['0 Connected Primary/Secondary UpToDate/UpToDate C r----- oos=0']);
    expect(unread).toEqual([]);
  });

  it('reads a header printed twice, and one that contradicts itself is not understood', () => {
    expect(parsed([VERSION, BUILD, BUILD, VERSION, ...LINES, ''].join('\n')).unread).toEqual([]);
    const other = 'version: 8.4.10 (api:1/proto:86-101)';
    expect(parsed([VERSION, BUILD, other, ...LINES, ''].join('\n')).unread).toEqual([other]);
  });

  it('reads the header of 9.3 with the 8.4 form', () => {
    const { facts, unread } = parsed(`version: 9.3.3 (api:2/proto:118-124) (compat 8.4)\n${BUILD}\n\n${LINES.join('\n')}\n`);
    expect(facts).toMatchObject({ version: '9.3.3', api: '2', protocol: '118-124' });
    expect(facts.resources).toHaveLength(1);
    expect(unread).toEqual([]);
  });

  it('keeps the build line as printed', () => {
    expect(parsed(sample('0.7.23-sync-source.txt')).facts.build).toBe('SVN Revision: 2686 build by root@alpha, 2007-01-15 13:08:27');
    expect(parsed(sample('9-proc-version-only.txt')).facts.build).toBe('GIT-hash: XXX');
  });

  it('reads pasted text: non-breaking blanks, CRLF, lost indentation, a blank behind a colon', () => {
    const text = `${VERSION}\r\n\u00a00:\u00a0cs:Connected ro:Primary/Secondary ds:UpToDate/UpToDate C r-----\r\n` +
      'ns:0 nr:0 dw:0 dr:0 al:0 bm: 1 lo:0 pe:0 ua:0 ap:0 ep:1 wo:f oos:0\r\n';
    const { facts, unread } = parsed(text);
    expect(unread).toEqual([]);
    expect(facts.resources[0]).toMatchObject({ minor: 0, bitmapUpdates: 1 });
  });

  it('reads 0.7 with I/O frozen and a side without a disk', () => {
    const counters = '    ns:0 nr:0 dw:0 dr:0 al:0 bm:0 lo:0 pe:0 ua:0 ap:0';
    const text = ['version: 0.7.23 (api:79/proto:74)', ' 0: cs:WFConnection st:Primary/Unknown ld:Consistent F', counters,
      ' 1: cs:ServerForDLess st:Primary/Secondary ld:Consistent  ', counters, ' 2: cs:Unconfigured', ''].join('\n');
    const { facts, unread } = parsed(text);
    expect(facts.resources.map(inOneLine)).toEqual(['0 WFConnection Primary/Unknown Consistent/- - F oos=-',
      '1 ServerForDLess Primary/Secondary Consistent/- - - oos=-', '2 Unconfigured']);
    expect(unread).toEqual([]);
  });

  it('reads 8.2, which prints oos without epochs', () => {
    const text = 'version: 8.2.6 (api:88/proto:86-88)\n 0: cs:Connected st:Secondary/Secondary ds:Inconsistent/Inconsistent C r---\n' +
      '    ns:0 nr:0 dw:0 dr:0 al:0 bm:0 lo:0 pe:0 ua:0 ap:0 oos:1048472\n';
    expect(parsed(text).facts.resources[0]).toMatchObject({ epochs: null, outOfSyncBytes: 1048472 * KIB });
    expect(parsed(text).unread).toEqual([]);
  });

  it('reads the flags of a paused sync and of a congested link', () => {
    const one = (flags: string): string => `${VERSION}\n 0: cs:PausedSyncS ro:Primary/Secondary ds:UpToDate/Inconsistent C ${flags}\n${LINES[1]}\n`;
    for (const flags of ['r--u--', 'r-p---', 'r-pu--', 'ra----', 'r---n-', 'r---bs']) {
      expect(parsed(one(flags)).facts.resources[0]?.ioFlags).toBe(flags);
      expect(parsed(one(flags)).unread).toEqual([]);
    }
  });

  it('reads the init script\'s text and table, with progress rows before or behind their device', () => {
    const head = ['drbd driver loaded OK; device status:', VERSION, BUILD, 'm:res  cs          ro                 ds                     p  mounted  fstype'];
    const busy = '0:r0   SyncSource  Primary/Secondary  UpToDate/Inconsistent  C  /srv     ext3';
    const alone = '1:r1   StandAlone  Secondary/Unknown  UpToDate/DUnknown      r-----';
    const row = "...    sync'ed:    27.1%              (3062620/4193116)K";
    for (const rows of [[row, busy, alone], [busy, row, alone]]) {
      const { facts, unread } = parsed([...head, ...rows, ''].join('\n'));
      expect(unread).toEqual([]);
      expect(facts.resources.map(inOneLine)).toEqual(['0 SyncSource Primary/Secondary UpToDate/Inconsistent C - oos=-',
        '1 StandAlone Secondary/Unknown UpToDate/DUnknown - r----- oos=-']);
      expect(facts.resources[0]?.sync).toEqual(sync({ donePercent: 27.1, remainingBytes: 3062620 * KIB, totalBytes: 4193116 * KIB }));
    }
    const two = parsed([...head, row, busy, busy.replace('0:r0', '2:r2'), ''].join('\n'));
    expect(two.unread).toEqual([row]);
    expect(two.facts.resources.map((device) => device.sync)).toEqual([null, null]);
  });
});

describe('what is not understood', () => {
  const text = (line: string, counters = 'ns:0 nr:0 dw:0 dr:0 al:0 bm:0 lo:0 pe:0 ua:0 ap:0 ep:1 wo:f oos:0'): string =>
    `version: 8.4.11 (api:1/proto:86-101)\n${line}\n    ${counters}\n`;

  it.each([
    [' 0: cs:Dreaming ro:Primary/Secondary ds:UpToDate/UpToDate C r-----', { connection: 'Dreaming' }],
    [' 0: cs:Connected ro:Tertiary/Secondary ds:UpToDate/UpToDate C r-----', { role: 'Tertiary', peerRole: 'Secondary' }],
    [' 0: cs:Connected ro:Primary/Secondary ds:UpToDate/Melted C r-----', { disk: 'UpToDate', peerDisk: 'Melted' }],
    [' 0: cs:Connected ro:Primary/Secondary ds:UpToDate/UpToDate C q-----', { ioFlags: 'q-----' }],
    [' 0: cs:Connected ro:Primary/Secondary ds:UpToDate/UpToDate Z r-----', { protocol: 'Z' }],
    [' 0: cs:Connected ro:Primary/Secondary ds:UpToDate/UpToDate C r----- xx:1', { ioFlags: 'r-----' }],
    [' 0: cs:Connected ro:Primary/Secondary C r-----', { disk: null, peerDisk: null }],
    [' 0: cs:Connected ro:Primary/Secondary ds:UpToDate C r-----', { disk: null, peerDisk: null }],
    [' 0: cs:Connected ds:UpToDate/UpToDate C r-----', { role: null, peerRole: null }],
    [' 0: cs:Connected ro:Primary/Secondary ds:UpToDate/UpToDate C', { ioFlags: null }],
  ])('keeps the words of "%s" and names the line', (line, fields) => {
    const { facts, unread } = parsed(text(line));
    expect(unread).toEqual([line]);
    expect(facts.resources[0]).toMatchObject({ ...fields, outOfSyncBytes: 0 });
  });

  it.each([
    ['ns:1 nr:0 dw:0 dr:0 al:0 bm:0 lo:0 pe:0 ua:0 ap:0 ep:1 wo:f', { networkSentBytes: 1024, outOfSyncBytes: null }],
    ['ns:1 nr:0 dw:0 dr:0 al:0 bm:0 lo:0 pe:0 ua:0 ap:0', { networkSentBytes: 1024, epochs: null, outOfSyncBytes: null }],
    ['ns:1 nr:x dw:0 dr:0 al:0 bm:0 lo:0 pe:0 ua:0 ap:0 ep:1 wo:f oos:0', { networkReceivedBytes: null, outOfSyncBytes: 0 }],
    ['ns:1 nr:0 dw:0 dr:0 al:0 bm:0 lo:0 pe:0 ua:0 ap:0 ep:1 wo:q oos:0', { writeOrder: 'q' }],
    ['ns:99999999999999999999 nr:0 dw:0 dr:0 al:0 bm:0 lo:0 pe:0 ua:0 ap:0 ep:1 wo:f oos:0', { networkSentBytes: null }],
  ])('says which counters of "%s" it has', (counters, fields) => {
    const { facts, unread } = parsed(text(' 0: cs:Connected ro:Primary/Secondary ds:UpToDate/UpToDate C r-----', counters));
    expect(unread).toEqual([`    ${counters}`]);
    expect(facts.resources[0]).toMatchObject(fields);
  });

  it('never gives the lines of an unreadable device to the one before it', () => {
    const source = sample('captures/alpha/07-sync-start.proc-drbd.txt');
    const broken = source.replace(' 1: cs:Connected', ' 1: Connected');
    const { facts, unread } = parsed(broken);
    expect(facts.resources.map(inOneLine)).toEqual([SOURCE(0, 200220)]);
    expect(unread).toEqual([' 1: Connected ro:Secondary/Secondary ds:Inconsistent/Inconsistent C r-----',
      '    ns:0 nr:0 dw:0 dr:0 al:8 bm:0 lo:0 pe:0 ua:0 ap:0 ep:1 wo:f oos:65496']);
  });

  it('never gives the progress of an unreadable device to the one before it', () => {
    const source = sample('captures/bravo/09-sync-two-resources.proc-drbd.txt').replace(' 1: cs:', ' cs:');
    const { facts, unread } = parsed(source);
    expect(facts.resources.map((device) => [device.minor, device.sync])).toEqual([[0, null]]);
    expect(unread).toHaveLength(4);
  });

  it('names a second device of the same minor, and a device whose counters never came', () => {
    const line = ' 0: cs:Connected ro:Primary/Secondary ds:UpToDate/UpToDate C r-----';
    const again = ' 0: cs:StandAlone ro:Primary/Unknown ds:UpToDate/DUnknown   r-----';
    expect(parsed(text(line) + again + '\n')).toMatchObject({ facts: { resources: [{ connection: 'Connected' }] }, unread: [again] });
    expect(parsed(`${line}\n`).unread).toEqual([line]);
  });
});

describe('not answered', () => {
  it.each([
    ['cat: /proc/drbd: No such file or directory\n', 'absent'],
    ['drbd not loaded\n', 'absent'],
    ['cat: /proc/drbd: Permission denied\n', 'forbidden'],
    ['', 'no-answer'],
    ['\n \n', 'no-answer'],
    ['hello\n', 'unreadable'],
    ['\0\0\u0001\ufffd', 'unreadable'],
    ['vers', 'cut'],
    ['version: 8.4.11 (api:1/pro', 'cut'],
    ['version: 8.4.11 (api:1/proto:86-101)\nsrcversion: F73C', 'cut'],
    ['version: 8.4.11 (api:1/proto:86-101)\n 0: cs:Conn', 'cut'],
    ['version: 8.4.11 (api:1/proto:86-101)\n 0: cs:Connected ro:Primary/Secondary ds:UpToDate/UpToDate C r--', 'cut'],
    [' 0: cs:Unconfigured\n 1: cs:Unconf', 'cut'],
    ['m:res cs ro ds p mounted fstype\n0:data  Connected  Primary/Secondary  UpToDate/Up', 'cut'],
  ])('%j is %s', (text, kind) => {
    const result = parseProcDrbd(answerOf(text));
    expect(result).toMatchObject({ answered: false, kind, raw: text });
    expect(result.answered ? '' : result.why).toMatch(/^.{10,200}$/);
  });

  it('no text of the DRBD 9 tools is taken for /proc/drbd', () => {
    expect(parseProcDrbd(answerOf(sample('9-status-three-peers.txt')))).toMatchObject({ answered: false, kind: 'unreadable' });
  });

  it('says what the transport knows', () => {
    const of = (status: 'absent' | 'forbidden' | 'timeout' | 'cut'): unknown => {
      const result = parseProcDrbd(answerOf('version: 8.4.11 (api:1/proto:86-101)\n', { status }));
      return result.answered ? null : result.kind;
    };
    expect([of('absent'), of('forbidden'), of('timeout'), of('cut')]).toEqual(['absent', 'forbidden', 'no-answer', 'cut']);
    expect(parseProcDrbd(answerOf('', { exit: 3, stderr: 'drbd not loaded' }))).toMatchObject({ kind: 'absent', raw: 'drbd not loaded' });
    expect(parseProcDrbd(answerOf('', { exit: 1, stderr: 'cat: /proc/drbd: Input/output error' }))).toMatchObject({ kind: 'no-answer' });
  });

  it('a figure at the very end of a text without line end is believed only when it is 0', () => {
    const text = ' 0: cs:Connected ro:Primary/Secondary ds:UpToDate/UpToDate C r-----\n    ns:5 nr:0 dw:0 dr:0 al:0 bm:0 lo:0 pe:0 ua:0 ap:0 ep:1 wo:f oos:';
    expect(parsed(`${text}0`)).toMatchObject({ facts: { resources: [{ networkSentBytes: 5120, outOfSyncBytes: 0 }] }, unread: [] });
    const { facts, unread } = parsed(`${text}10`);
    expect(facts.resources[0]).toMatchObject({ networkSentBytes: 5120, outOfSyncBytes: null });
    expect(unread).toEqual(['    ns:5 nr:0 dw:0 dr:0 al:0 bm:0 lo:0 pe:0 ua:0 ap:0 ep:1 wo:f oos:10']);
  });
});

describe('the probe and the captured parser', () => {
  it('asks for the one file every second', () => {
    expect(procDrbd).toMatchObject({ name: 'proc-drbd', kind: 'files', everySeconds: 1, files: ['/proc/drbd'] });
    const answers = new Map([['/proc/drbd', answerOf(sample('8.4.2-holes.txt'), { exit: null })]]);
    expect(procDrbd.parse(answers)).toMatchObject({ answered: true, facts: { version: '8.4.2' }, unread: [] });
    expect(procDrbd.parse(new Map())).toMatchObject({ answered: false, kind: 'no-answer' });
  });

  it('prints the contract\'s fields', () => {
    const object = capturedProcDrbd.parse(answerOf(sample('8.3.6-slow-sync.txt')));
    expect(Object.keys(object).sort()).toEqual(['answered', 'api', 'build', 'protocol', 'resources', 'unread', 'version']);
    expect(object).toMatchObject({ answered: true, version: '8.3.6', api: '88', protocol: '86-90', unread: [] });
    const refused = capturedProcDrbd.parse(answerOf('cat: /proc/drbd: No such file or directory\n'));
    expect(refused).toMatchObject({ answered: false, why: expect.stringContaining('not loaded') as string, raw: 'cat: /proc/drbd: No such file or directory\n' });
  });
});
