// The kernel's log, line by line: DRBD of three generations, and the machine under it. Expectations by hand.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { KernelEvent } from '../../src/model/kernel-facts.ts';
import { capturedKernelLog, isKernelLine, isWorthTelling, parseKernelLine, parseKernelLog } from '../../src/probes/kernel-log.ts';
import { answerOf } from '../../src/probes/probe.ts';
import { sample, sampleText, samplesIn } from '../samples/sample.ts';

const UNKNOWN = { year: null, zoneMinutes: null };

function events(name: string): KernelEvent[] {
  const parsed = parseKernelLog(sample(`kernel/${name}`), UNKNOWN);
  if (!parsed.answered) throw new Error(parsed.why);
  expect(parsed.unread).toEqual([]);
  return parsed.facts.events;
}

/** `kind minor resource from>to` of what belongs in a timeline. */
function story(name: string): string[] {
  return events(name).filter(isWorthTelling).map(({ kind, minor, resource, from, to }) => `${kind} ${minor ?? '-'} ${resource ?? '-'}${from === null ? '' : ` ${from}>${to}`}`);
}

describe('samples, read by hand', () => {
  const stories: Record<string, [number, string[]]> = {
    'alpha-34-peer-crashed.dmesg.txt': [14, [
      'drbd-connection - web-root Unconnected>WFConnection', 'other - mail-root', 'drbd-connection - mail-root Connected>NetworkFailure',
      'drbd-connection - mail-root NetworkFailure>Unconnected', 'drbd-connection - mail-root Unconnected>WFConnection',
    ]],
    'alpha-41-split-brain-detected.dmesg.txt': [24, [
      'drbd-connection - mail-root Unconnected>WFConnection', 'drbd-connection - mail-root WFConnection>WFReportParams', 'split-brain 1 -', 'other - mail-root',
      'drbd-connection - mail-root WFReportParams>NetworkFailure', 'drbd-connection - mail-root NetworkFailure>Disconnecting', 'other - mail-root',
      'drbd-connection - mail-root Disconnecting>StandAlone',
    ]],
    'bravo-41-split-brain-detected.dmesg.txt': [24, [
      'drbd-connection - mail-root Unconnected>WFConnection', 'drbd-role 1 - Secondary>Primary', 'drbd-connection - mail-root WFConnection>WFReportParams', 'split-brain 1 -',
      'drbd-connection - mail-root WFReportParams>Disconnecting', 'other - mail-root', 'drbd-connection - mail-root Disconnecting>StandAlone',
    ]],
    '0.7-rendered.kern.log': [28, [
      'drbd-connection 1 - StandAlone>Unconnected', 'drbd-connection 1 - Unconnected>WFConnection', 'drbd-connection 1 - WFConnection>WFReportParams', 'other 1 -',
      'drbd-connection 1 - WFReportParams>WFBitMapT', 'drbd-role 1 - Secondary/Unknown>Secondary/Primary', 'drbd-connection 1 - WFBitMapT>SyncTarget',
      'resync-started 1 -', 'resync-done 1 -', 'drbd-connection 1 - SyncTarget>Connected', 'drbd-connection 1 - Connected>NetworkFailure',
      'drbd-role 1 - Secondary/Unknown>Primary/Unknown', 'other - -', 'split-brain 1 -', 'drbd-connection 1 - WFReportParams>StandAlone',
      'io-error - -', 'detached 0 -', 'detached 0 -', 'detached 0 -', 'io-error - -',
    ]],
    '9-rendered.dmesg.txt': [18, [
      'drbd-disk 1000 web Diskless>Attaching', 'drbd-disk 1000 web Attaching>UpToDate', 'drbd-connection - web StandAlone>Unconnected',
      'drbd-connection - web Connecting>Connected', 'drbd-connection 1000 web Off>WFBitMapS', 'resync-started 1000 web', 'resync-done 1000 web',
      'drbd-connection 1000 web SyncSource>Established', 'drbd-role - web Secondary>Primary', 'drbd-connection - web Connected>BrokenPipe', 'other 1000 web',
      'other 1000 web', 'split-brain 1000 web', 'io-error 1000 web', 'drbd-disk 1000 web UpToDate>Failed', 'detached 1000 web', 'drbd-connection 7 6 WFBitMapS>SyncSource',
    ]],
  };
  test.each(samplesIn('kernel', '.dmesg.txt').concat(samplesIn('kernel', '.log')))('%s', (path) => {
    const name = path.replace('kernel/', '');
    const [count, told] = stories[name] ?? [];
    expect(events(name)).toHaveLength(count ?? -1);
    expect(story(name)).toEqual(told);
  });

  test('one event whole: all changes of the line, the time as printed', () => {
    expect(events('alpha-34-peer-crashed.dmesg.txt')[5]).toEqual({
      at: null, stamp: '[Fri Nov 20 20:43:13 2026]', sinceBootSeconds: null, kind: 'drbd-connection', about: 'drbd', minor: null, resource: 'mail-root', peer: null,
      from: 'Connected', to: 'NetworkFailure',
      changes: [{ of: 'peer', from: 'Secondary', to: 'Unknown' }, { of: 'conn', from: 'Connected', to: 'NetworkFailure' }, { of: 'pdsk', from: 'UpToDate', to: 'DUnknown' }],
      text: 'drbd mail-root: peer( Secondary -> Unknown ) conn( Connected -> NetworkFailure ) pdsk( UpToDate -> DUnknown )',
    });
  });

  test('DRBD 9 names the peer; a change that failed is none', () => {
    const nine = events('9-rendered.dmesg.txt');
    expect(nine[4]).toMatchObject({ peer: 'bravo', sinceBootSeconds: 14.100412, stamp: '[   14.100412]' });
    expect(nine[12]).toMatchObject({ kind: 'other', from: null, changes: [], peer: 'bravo' });
    expect(nine[11]).toMatchObject({ kind: 'other', from: null, changes: [{ of: 'quorum', from: 'yes', to: 'no' }] });
    expect(nine[17]).toMatchObject({ resource: '6', peer: '192.0.2.13:7781' });
  });
});

describe('forms of a line', () => {
  const said = 'drbd1: Secondary/Secondary --> Primary/Secondary';
  const role = { kind: 'drbd-role', minor: 1, from: 'Secondary/Secondary', to: 'Primary/Secondary', text: said };
  const zone = { year: 2026, zoneMinutes: 60 };
  test.each<[string, Partial<KernelEvent>]>([
    [said, { stamp: '', at: null, sinceBootSeconds: null }],
    [`<6>${said}`, { stamp: '' }],
    [`[ 1234.567890] ${said}`, { stamp: '[ 1234.567890]', sinceBootSeconds: 1234.56789, at: null }],
    [`<6>[    0.000000] ${said}`, { sinceBootSeconds: 0 }],
    [`kern  :info  : [ 1234.5] ${said}`, { sinceBootSeconds: 1234.5 }],
    [`[Fri Nov 20 20:43:10 2026] ${said}`, { stamp: '[Fri Nov 20 20:43:10 2026]', at: '2026-11-20T19:43:10.000Z' }],
    [`Nov 20 20:43:10 alpha kernel: ${said}`, { stamp: 'Nov 20 20:43:10', at: '2026-11-20T19:43:10.000Z' }],
    [`Nov  2 20:43:10 alpha kernel: [7705431.110245] ${said}`, { sinceBootSeconds: 7705431.110245, at: '2026-11-02T19:43:10.000Z' }],
    [`Nov 20 20:43:10.123456 alpha kernel: ${said}`, { at: '2026-11-20T19:43:10.000Z' }],
    [`Nov 20 20:43:10 alpha kernel: : [12.5] ${said}`, { sinceBootSeconds: 12.5 }],
    [`2026-11-20T20:43:10+0000 alpha kernel: ${said}`, { at: '2026-11-20T20:43:10.000Z' }],
    [`2026-11-20T20:43:10.123456+02:00 alpha kernel: [    5.1] ${said}`, { at: '2026-11-20T18:43:10.000Z', sinceBootSeconds: 5.1 }],
    [`[ 1234.567890] alpha kernel: ${said}`, { sinceBootSeconds: 1234.56789 }],
  ])('%s', (line, expected) => {
    expect(parseKernelLine(line, zone)).toMatchObject({ ...role, ...expected });
    expect(isKernelLine(line)).toBe(true);
  });

  test.each(['Nov 20 20:43:10 alpha mallory: drbd1: Split-Brain detected, dropping connection!', 'Nov 20 20:43:10 alpha last message repeated 3 times', '-- No entries --'])('of others: %s', (line) => {
    expect(parseKernelLine(line, zone)).toMatchObject({ kind: 'other', about: null, minor: null });
    expect(isKernelLine(line)).toBe(false);
  });
});

describe('messages', () => {
  test.each<[string, Partial<KernelEvent>]>([
    ['block drbd0: Split-Brain detected, dropping connection!', { kind: 'split-brain', minor: 0 }],
    ['block drbd0: Split-Brain detected, manually solved. Sync from this node', { kind: 'split-brain', minor: 0 }],
    ['block drbd0: Split-Brain detected, 1 primaries, automatically solved. Sync from peer node', { kind: 'split-brain' }],
    ['drbd r0: Split-Brain detected but unresolved, dropping connection!', { kind: 'split-brain', resource: 'r0', minor: null }],
    ['drbd r0 bravo: Split-Brain detected but unresolved, dropping connection!', { kind: 'split-brain', resource: 'r0', peer: 'bravo' }],
    ['d-con r0: conn( Disconnecting -> StandAlone )', { kind: 'drbd-connection', resource: 'r0', to: 'StandAlone' }],
    ['block drbd0: helper command: /sbin/drbdadm split-brain minor-0', { kind: 'other', minor: 0 }],
    ['block drbd1: conn( SyncTarget -> Connected ) disk( Inconsistent -> UpToDate ) ', { kind: 'drbd-connection', from: 'SyncTarget', to: 'Connected' }],
    ['block drbd1: role( Secondary -> Primary ) disk( Inconsistent -> UpToDate )', { kind: 'drbd-role', from: 'Secondary', to: 'Primary' }],
    ['block drbd1: peer( Secondary -> Primary )', { kind: 'drbd-role', from: 'Secondary', to: 'Primary' }],
    ['block drbd1: disk( Failed -> Diskless )', { kind: 'drbd-disk', from: 'Failed', to: 'Diskless' }],
    ['block drbd1: pdsk( UpToDate -> Outdated )', { kind: 'drbd-disk', from: 'UpToDate', to: 'Outdated' }],
    ['block drbd1: Began resync as SyncTarget (will sync 204800 KB [51200 bits set]).', { kind: 'resync-started', minor: 1 }],
    ['block drbd1: Resync done (total 5 sec; paused 0 sec; 40960 K/sec)', { kind: 'resync-done' }],
    ['block drbd1: local READ IO error sector 1024+8 on dm-3', { kind: 'io-error', minor: 1 }],
    ['drbd0: Ignoring local IO error!', { kind: 'io-error', minor: 0 }],
    ['drbd0: IO ERROR: neither local nor remote disk', { kind: 'io-error' }],
    ['drbd0: local read failed, retrying remotely', { kind: 'io-error' }],
    ['drbd0: meta data update failed!', { kind: 'io-error' }],
    ['drbd1: PARTNER DISKLESS', { kind: 'detached', minor: 1 }],
    ['drbd1: something that no version prints', { kind: 'other', about: 'drbd', minor: 1 }],
    ['drbd1: detected capacity change from 0 to 1968', { kind: 'other', minor: 1 }],
    ['md/raid1:md0: Disk failure on sdb1, disabling device.', { kind: 'io-error', about: 'md', minor: null }],
    ['md/raid1:md0: sdb1: rescheduling sector 29365296', { kind: 'io-error', about: 'md' }],
    ['md/raid:md0: read error not correctable (sector 881423360 on xvde).', { kind: 'io-error', about: 'md' }],
    ['md: recovery of RAID array md0', { kind: 'other', about: 'md' }],
    ['md: md0: recovery done.', { kind: 'other', about: 'md' }],
    ['bonding: bond0: link status definitely down for interface eth0, disabling it', { kind: 'other', about: 'bonding' }],
    ['bond0: now running without any active interface!', { kind: 'other', about: 'bonding' }],
    ['e1000: eth1: e1000_watchdog: NIC Link is Down', { kind: 'other', about: 'network' }],
    ['end_request: I/O error, dev sdb, sector 29367344', { kind: 'io-error', about: 'disk', minor: null }],
    ['I/O error: dev 08:61, sector 0', { kind: 'io-error', about: 'disk' }],
    ['Buffer I/O error on device drbd1, logical block 5', { kind: 'io-error', about: 'disk', minor: 1 }],
    ['blk_update_request: critical medium error, dev sda, sector 1', { kind: 'io-error', about: 'disk' }],
    ['sd 1:0:1:0: rejecting I/O to offline device', { kind: 'io-error', about: 'disk' }],
    ['EXT3-fs error (device drbd1): ext3_lookup: deleted inode referenced', { kind: 'other', about: 'disk', minor: 1 }],
    ['usb 1-1: new high-speed USB device number 2', { kind: 'other', about: null }],
  ])('%s', (line, expected) => {
    expect(parseKernelLine(line, UNKNOWN)).toMatchObject(expected);
  });
});

describe('what could not be asked', () => {
  test.each([
    ['dmesg: read kernel buffer failed: Operation not permitted', 'forbidden'],
    ['sh: 1: dmesg: not found', 'absent'],
    ['cat: /var/log/kern.log: Permission denied', 'forbidden'],
    ['Hint: You are currently not seeing messages from other users and the system.', 'forbidden'],
    ['No journal files were found.', 'absent'],
  ])('%s', (stderr, kind) => {
    expect(capturedKernelLog.parse(answerOf('', { stderr, exit: 1 }))).toMatchObject({ answered: false, kind, raw: stderr });
  });

  test('an empty log has no events; journalctl\'s own words are none', () => {
    expect(capturedKernelLog.parse(answerOf(''))).toEqual({ answered: true, events: [], unread: [] });
    expect(capturedKernelLog.parse(answerOf('-- No entries --\n'))).toEqual({ answered: true, events: [], unread: [] });
    expect(capturedKernelLog.parse(answerOf('', { exit: 1, stderr: 'dmesg: odd' }))).toMatchObject({ answered: false, why: 'the kernel\'s log: exit 1: dmesg: odd' });
  });
});

describe('damaged', () => {
  const lines = samplesIn('kernel', '.txt').concat(samplesIn('kernel', '.log')).flatMap((name) => sampleText(name).split('\n'));

  test('every line is one event or unread, and never more than was there', () => {
    const text = fc.array(fc.oneof(fc.constantFrom(...lines), fc.string({ unit: 'binary', maxLength: 60 })), { maxLength: 10 });
    fc.assert(fc.property(text, fc.nat(500), fc.nat(20), (all, at, cut) => {
      const whole = all.join('\n');
      const damaged = whole.slice(0, at) + whole.slice(at + cut);
      const parsed = parseKernelLog(answerOf(damaged), UNKNOWN);
      if (!parsed.answered) return;
      const printed = damaged.split('\n').filter((line) => line.trim() !== '' && !line.startsWith('-- '));
      expect(parsed.facts.events.length + parsed.unread.length).toBeGreaterThanOrEqual(printed.length);
      expect(parsed.facts.events.length + parsed.unread.length).toBeLessThanOrEqual(damaged.split('\n').length);
    }), { numRuns: 150 });
  });

  test('a cut line is never a change that did not happen', () => {
    fc.assert(fc.property(fc.constantFrom(...lines), fc.nat(200), (line, at) => {
      const before = parseKernelLine(line, UNKNOWN);
      const { kind, changes } = parseKernelLine(line.slice(0, at), UNKNOWN);
      if (kind.startsWith('drbd-')) expect(before.changes.map(({ of }) => of)).toEqual(expect.arrayContaining(changes.map(({ of }) => of)));
      if (kind === 'split-brain') expect(before.kind).toBe('split-brain');
    }));
  });

  test('a line of a megabyte is read at once', () => {
    const begun = performance.now();
    for (const piece of ['drbd1: ', 'conn( a -> ', 'md/raid1:md0: ', '( ', '[']) parseKernelLine(piece.repeat(1_000_000 / piece.length), UNKNOWN);
    expect(performance.now() - begun).toBeLessThan(500);
  });
});
