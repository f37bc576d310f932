// One log line taken apart: its form, its time, its kind.
import { describe, expect, test } from 'vitest';
import type { LogEvent } from '../../src/model/facts.ts';
import { parseHaLogLine } from '../../src/probes/ha-log.ts';

const UNKNOWN = { year: null, zoneMinutes: null };
const read = (line: string): LogEvent => parseHaLogLine(line, UNKNOWN);

describe('forms', () => {
  test.each<[string, Pick<LogEvent, 'stamp' | 'level' | 'daemon' | 'pid' | 'text'>]>([
    ['heartbeat[8]: 2026/11/20_20:52:32 info: text of it', { stamp: '2026/11/20_20:52:32', level: 'info', daemon: 'heartbeat', pid: 8, text: 'text of it' }],
    ['heartbeat: 2004/11/20_20:52:32 ERROR: text', { stamp: '2004/11/20_20:52:32', level: 'ERROR', daemon: 'heartbeat', pid: null, text: 'text' }],
    ['ResourceManager[110]:\t2009/06/30_13:46:12 info: text', { stamp: '2009/06/30_13:46:12', level: 'info', daemon: 'ResourceManager', pid: 110, text: 'text' }],
    ['harc[14349][14355]:\t2009/06/30_13:46:12 info: text', { stamp: '2009/06/30_13:46:12', level: 'info', daemon: 'harc', pid: 14349, text: 'text' }],
    ['IPaddr(IPaddr_172.16.1.164)[14675]:  2016/07/05_08:23:17 INFO: text', { stamp: '2016/07/05_08:23:17', level: 'INFO', daemon: 'IPaddr', pid: 14675, text: 'text' }],
    ['/usr/lib/ocf/resource.d//heartbeat/IPaddr2(IPaddr2_10.9.9.11)[9036]:\t2016/07/05_08:23:17 INFO:  text', { stamp: '2016/07/05_08:23:17', level: 'INFO', daemon: '/usr/lib/ocf/resource.d//heartbeat/IPaddr2', pid: 9036, text: 'text' }],
    ['ip-request-resp[29696]:\t2009/06/30_13:46:13 received ip-request-resp x OK yes', { stamp: '2009/06/30_13:46:13', level: null, daemon: 'ip-request-resp', pid: 29696, text: 'received ip-request-resp x OK yes' }],
    ['2026/11/20_20:49:09  ResourceManager(default)[110]:    info: text', { stamp: '2026/11/20_20:49:09', level: 'info', daemon: 'ResourceManager', pid: 110, text: 'text' }],
    ['2026/11/20_21:02:22  IPaddr2(IPaddr2_10.9.9.11)[9160]:    INFO: ', { stamp: '2026/11/20_21:02:22', level: 'INFO', daemon: 'IPaddr2', pid: 9160, text: '' }],
    ['2026/11/20_20:49:40  hb_standby(default)[2940]:    Going standby [foreign].', { stamp: '2026/11/20_20:49:40', level: null, daemon: 'hb_standby', pid: 2940, text: 'Going standby [foreign].' }],
    ['Nov 20 20:52:32 alpha heartbeat: [8]: WARN: text', { stamp: 'Nov 20 20:52:32', level: 'WARN', daemon: 'heartbeat', pid: 8, text: 'text' }],
    ['Nov  2 20:52:32 alpha heartbeat[8]: info: text', { stamp: 'Nov  2 20:52:32', level: 'info', daemon: 'heartbeat', pid: 8, text: 'text' }],
    ['Feb 19 13:50:45 slave IPaddr[29279]: INFO:  Success', { stamp: 'Feb 19 13:50:45', level: 'INFO', daemon: 'IPaddr', pid: 29279, text: 'Success' }],
    ['Nov 20 20:49:40 Going standby [all].', { stamp: 'Nov 20 20:49:40', level: null, daemon: null, pid: null, text: 'Going standby [all].' }],
    ['Nov 20 20:49:40 last message repeated 2 times', { stamp: 'Nov 20 20:49:40', level: null, daemon: null, pid: null, text: 'last message repeated 2 times' }],
    ['2026-11-20T20:52:32.123+01:00 alpha heartbeat: [8]: info: text', { stamp: '2026-11-20T20:52:32.123+01:00', level: 'info', daemon: 'heartbeat', pid: 8, text: 'text' }],
    ['info: text', { stamp: '', level: 'info', daemon: null, pid: null, text: 'text' }],
    ['WARN: node bravo: is dead', { stamp: '', level: 'WARN', daemon: null, pid: null, text: 'node bravo: is dead' }],
    ['Starting auto Xen domains: hejsan(skip) *   [done] ', { stamp: '', level: null, daemon: null, pid: null, text: 'Starting auto Xen domains: hejsan(skip) *   [done]' }],
    ['', { stamp: '', level: null, daemon: null, pid: null, text: '' }],
  ])('%j', (line, parts) => {
    expect(read(line)).toMatchObject(parts);
  });

  test('a line is looked at up to 4096 characters', () => {
    expect(read(`info: ${'x'.repeat(10_000)}`).text).toBe('x'.repeat(4096 - 6));
  });
});

describe('time', () => {
  const at = (line: string, context: Parameters<typeof parseHaLogLine>[1]): string | null => parseHaLogLine(line, context).at;
  const FULL = 'heartbeat[8]: 2026/11/20_20:52:32 info: text';
  const SYSLOG = 'Nov 20 20:52:32 alpha heartbeat: [8]: info: text';

  test('needs a year and a zone', () => {
    expect(at(FULL, UNKNOWN)).toBeNull();
    expect(at(FULL, { year: null, zoneMinutes: 0 })).toBe('2026-11-20T20:52:32.000Z');
    expect(at(FULL, { year: 2020, zoneMinutes: 60 })).toBe('2026-11-20T19:52:32.000Z');
    expect(at(FULL, { year: null, zoneMinutes: -330 })).toBe('2026-11-21T02:22:32.000Z');
    expect(at(SYSLOG, { year: null, zoneMinutes: 0 })).toBeNull();
    expect(at(SYSLOG, { year: 2026, zoneMinutes: null })).toBeNull();
    expect(at(SYSLOG, { year: 2026, zoneMinutes: 120 })).toBe('2026-11-20T18:52:32.000Z');
    expect(at('2026-11-20T20:52:32.5+01:00 alpha heartbeat: [8]: info: text', UNKNOWN)).toBe('2026-11-20T19:52:32.000Z');
    expect(at('info: text', { year: 2026, zoneMinutes: 0 })).toBeNull();
  });

  test.each([
    ['Dec 31 23:59:58', '2027-01-01T00:10:00Z', 2027, '2026-12-31T23:59:58.000Z'],
    ['Jan  1 00:00:03', '2027-01-01T00:10:00Z', 2027, '2027-01-01T00:00:03.000Z'],
    ['Jan  1 00:00:03', '2026-12-31T23:59:00Z', 2026, '2027-01-01T00:00:03.000Z'],
    ['Jun  1 12:00:00', '2026-06-01T00:00:00Z', 2026, '2026-06-01T12:00:00.000Z'],
    ['Jun  3 12:00:00', '2026-06-01T00:00:00Z', 2026, '2025-06-03T12:00:00.000Z'],
    ['Feb 29 12:00:00', '2027-03-01T00:00:00Z', 2027, '2024-02-29T12:00:00.000Z'],
  ])('%s read at %s', (stamp, now, year, expected) => {
    expect(at(`${stamp} alpha heartbeat: [8]: info: text`, { year, zoneMinutes: 0, now: Date.parse(now) })).toBe(expected);
  });

  test.each(['2026/13/20_20:52:32', '2026/02/30_20:52:32', '2026/11/20_24:00:00', '2026/11/20_20:60:00', '0000/00/00_00:00:00'])('%s is no time', (stamp) => {
    expect(at(`heartbeat[8]: ${stamp} info: text`, { year: 2026, zoneMinutes: 0 })).toBeNull();
  });
});

describe('kinds', () => {
  test.each<[string, LogEvent['kind'], string | null, string | null]>([
    ['node bravo: is dead', 'node-dead', 'bravo', null],
    ['Status update for node bravo: status dead', 'node-dead', 'bravo', null],
    ['Status update: Node bravo now has status dead', 'node-dead', 'bravo', null],
    ['Status update for node bravo: status active', 'node-up', 'bravo', null],
    ['Status update for node 192.168.3.254: status ping', 'node-up', '192.168.3.254', null],
    ['Status update for node bravo: status init', 'other', 'bravo', null],
    ['Node bravo: status active', 'node-up', 'bravo', null],
    ["Local status now set to: 'active'", 'node-up', null, null],
    ['Link bravo:eth1 dead.', 'link-dead', 'bravo', 'eth1'],
    ['Link bravo:/dev/ttyS0 up.', 'link-up', 'bravo', '/dev/ttyS0'],
    ['Link 192.168.3.254:192.168.3.254 up.', 'link-up', '192.168.3.254', '192.168.3.254'],
    ['Link fe80::1:fe80::1 dead.', 'link-dead', 'fe80::1', 'fe80::1'],
    ['Link Status update: Link bravo/eth0 now has status dead', 'link-dead', 'bravo', 'eth0'],
    ['Link Status update: Link bravo//dev/ttyS0 now has status up', 'link-up', 'bravo', '/dev/ttyS0'],
    ["Received shutdown notice from 'bravo'.", 'shutdown-notice', 'bravo', null],
    ['bravo Heartbeat shutdown complete.', 'shutdown-complete', 'bravo', null],
    ['Heartbeat shutdown complete.', 'shutdown-complete', null, null],
    ['Heartbeat shutdown in progress. (2217)', 'other', null, null],
    ['Heartbeat restart on node bravo', 'restart', 'bravo', null],
    ['Heartbeat restart triggered.', 'restart', null, null],
    ['Restarting heartbeat.', 'restart', null, null],
    ['No local heartbeat. Forcing restart.', 'restart', null, null],
    ['No local heartbeat. Forcing shutdown.', 'other', null, null],
    ['Core heartbeat process died! Restarting.', 'restart', null, null],
    ['Resources being acquired from ha1.vbm.se.', 'acquiring', 'ha1.vbm.se', null],
    ['Acquiring resource group: bravo drbddisk::drbd1 vmmanager::delta', 'acquiring', 'bravo', 'drbddisk::drbd1 vmmanager::delta'],
    ['Taking over resource group drbddisk::drbd1', 'acquiring', null, 'drbddisk::drbd1'],
    ['acquire all HA resources (standby).', 'acquiring', null, null],
    ['Releasing resource group: bravo drbddisk::drbd1', 'releasing', 'bravo', 'drbddisk::drbd1'],
    ['give up foreign HA resources (standby).', 'releasing', null, null],
    ['Giving up all HA resources.', 'releasing', null, null],
    ['Giving up resources due to failure of drbddisk::drbd1', 'releasing', null, 'drbddisk::drbd1'],
    ['Running /etc/ha.d//resource.d/drbddisk drbd0 start', 'resource-start', null, 'drbddisk drbd0'],
    ['Running /etc/ha.d/resource.d/vmmanager BRAVO/Delta/Delta.vmx stop', 'resource-stop', null, 'vmmanager BRAVO/Delta/Delta.vmx'],
    ['Running /etc/init.d/mysqld  start', 'resource-start', null, 'mysqld'],
    ['Running /etc/ha.d/rc.d/status status', 'other', null, null],
    ['Running /etc/ha.d//rc.d/ip-request-resp ip-request-resp', 'other', null, null],
    ['Running start for /dev/drbd1 on /mnt/mail', 'other', null, null],
    ['Resource is stopped', 'other', null, null],
    ['Running OK', 'other', null, null],
    ['mach_down takeover complete.', 'takeover-complete', null, null],
    ['mach_down takeover complete for node ha1.vbm.se.', 'takeover-complete', 'ha1.vbm.se', null],
    ['alpha wants to go standby [foreign]', 'standby', 'alpha', null],
    ['standby: bravo can take our foreign resources', 'standby', 'bravo', null],
    ['standby: acquire [all] resources from alpha', 'standby', 'alpha', null],
    ['Going standby [all].', 'standby', null, null],
    ['Local standby process completed [foreign].', 'standby', null, null],
    ['Standby resource acquisition done [all].', 'standby', null, null],
    ['Other node completed standby takeover of foreign resources.', 'standby', null, null],
    ['foreign HA resource release completed (standby).', 'standby', null, null],
    ['No reply to standby request.  Standby request cancelled.', 'standby', null, null],
    ['Cluster node bravo returning after partition.', 'returning-after-partition', 'bravo', null],
    ['Both machines own our resources!', 'both-own-resources', null, null],
    ['Both machines own foreign resources!', 'both-own-resources', null, null],
    ['No STONITH device configured.', 'no-stonith', null, null],
    ['Late heartbeat: Node 192.168.0.2: interval 5510 ms', 'late-heartbeat', '192.168.0.2', null],
    ['Late heartbeat: Node bravo: interval 31000 ms (> deadtime)', 'late-heartbeat', 'bravo', null],
    ['Dead node bravo gave up resources.', 'other', 'bravo', null],
    ['1 lost packet(s) for [bravo] [13:15]', 'other', 'bravo', null],
    ['No pkts missing from bravo!', 'other', 'bravo', null],
    ['Resetting node bravo with [apcmaster]', 'other', 'bravo', null],
    ['the node bravo: is dead, they say', 'other', null, null],
    ['anything else', 'other', null, null],
  ])('%s', (text, kind, node, resource) => {
    expect(read(`heartbeat[8]: 2026/11/20_20:52:32 info: ${text}`)).toMatchObject({ kind, node, resource, text });
  });
});
