// The symbol a log line gets in the timeline.
import { expect, test } from 'vitest';
import type { LogEvent } from '../../src/model/facts.ts';
import { severityOfKernel, severityOfLog } from '../../src/model/log-weight.ts';
import { parseKernelLine } from '../../src/probes/kernel-log.ts';
import type { LogWeight } from '../../src/model/log-weight.ts';

const LINE: LogEvent = { at: null, stamp: '', level: 'info', daemon: 'heartbeat', pid: 8, kind: 'other', node: null, resource: null, text: 'text' };

test.each<[Partial<LogEvent>, LogWeight]>([
  [{ kind: 'node-dead', level: 'WARN' }, 'fault'],
  [{ kind: 'link-dead' }, 'fault'],
  [{ kind: 'no-stonith', level: 'WARN' }, 'fault'],
  [{ kind: 'both-own-resources', level: 'ERROR' }, 'fault'],
  [{ kind: 'returning-after-partition', level: 'CRIT' }, 'fault'],
  [{ kind: 'late-heartbeat', level: 'WARN' }, 'fault'],
  [{ kind: 'takeover-complete' }, 'ok'],
  [{ kind: 'restart' }, 'change'],
  [{ kind: 'node-up' }, 'change'],
  [{ kind: 'shutdown-complete' }, 'change'],
  [{ kind: 'shutdown-notice' }, 'plain'],
  [{ kind: 'link-up' }, 'plain'],
  [{ kind: 'resource-start' }, 'plain'],
  [{ kind: 'standby', text: 'alpha wants to go standby [all]' }, 'plain'],
  [{ kind: 'standby', level: 'WARN', text: 'No reply to standby request.  Standby request cancelled.' }, 'fault'],
  [{ kind: 'releasing', level: 'CRIT', text: 'Giving up resources due to failure of drbddisk::drbd1' }, 'fault'],
  [{ kind: 'resource-start', level: 'ERROR' }, 'fault'],
  [{}, 'plain'],
  [{ level: null }, 'plain'],
  [{ level: 'debug' }, 'plain'],
  [{ level: 'WARN', text: '1 lost packet(s) for [bravo] [13:15]' }, 'change'],
  [{ level: 'ERROR', text: 'Return code 1 from /etc/ha.d/resource.d/drbddisk' }, 'fault'],
  [{ level: 'CRIT', text: 'Deadtime value may be too small.' }, 'fault'],
  [{ level: 'WARN', text: 'Shared disks are not protected.' }, 'fault'],
  [{ level: 'info', text: 'We are dead. :<' }, 'fault'],
  [{ level: 'info', text: 'Resource is stopped' }, 'plain'],
])('%j weighs %s', (part, weight) => {
  expect(severityOfLog({ ...LINE, ...part })).toBe(weight);
});

test.each<[string, LogWeight]>([
  ['block drbd1: Split-Brain detected but unresolved, dropping connection!', 'fault'],
  ['block drbd1: Split-Brain detected, manually solved. Sync from this node', 'change'],
  ['drbd1: drbd1_asender [3]: cstate Connected --> NetworkFailure', 'fault'],
  ['drbd r0: conn( Disconnecting -> StandAlone )', 'fault'],
  ['drbd r0: conn( Connected -> TearDown )', 'change'],
  ['drbd r0: conn( Unconnected -> WFConnection )', 'plain'],
  ['drbd1: drbd1_worker [3]: cstate SyncTarget --> Connected', 'ok'],
  ['drbd1: Secondary/Unknown --> Primary/Unknown', 'change'],
  ['drbd1: Secondary/Secondary --> Secondary/Primary', 'plain'],
  ['drbd1: Primary/Secondary --> Secondary/Secondary', 'plain'],
  ['block drbd1: role( Secondary -> Primary )', 'change'],
  ['block drbd1: peer( Secondary -> Primary )', 'plain'],
  ['block drbd1: disk( UpToDate -> Failed )', 'fault'],
  ['block drbd1: disk( Inconsistent -> UpToDate )', 'ok'],
  ['drbd1: Local IO failed. Detaching...', 'fault'],
  ['end_request: I/O error, dev sdb, sector 1', 'fault'],
  ['drbd1: Resync started as SyncTarget (need to sync 4 KB [1 bits set]).', 'change'],
  ['drbd1: Resync done (total 1 sec; paused 0 sec; 4 K/sec)', 'ok'],
  ['bonding: bond1: link status definitely down for interface eth0, disabling it', 'fault'],
  ['bonding: bond1: link status definitely up for interface eth0.', 'ok'],
  ['md: data-check of RAID array md6', 'plain'],
])('the kernel\'s %s weighs %s', (line, weight) => {
  expect(severityOfKernel(parseKernelLine(line, { year: null, zoneMinutes: null }))).toBe(weight);
});
