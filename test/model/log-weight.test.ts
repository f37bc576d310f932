// The symbol a log line gets in the timeline.
import { expect, test } from 'vitest';
import type { LogEvent } from '../../src/model/facts.ts';
import { severityOfLog } from '../../src/model/log-weight.ts';
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
