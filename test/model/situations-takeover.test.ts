// A takeover and a return as they go on: what an operator is told while the log shows progress, and what he is not told.
import { describe, expect, it } from 'vitest';
import type { Cluster, NodeLogLine } from '../../src/model/cluster.ts';
import { groups } from '../../src/model/groups.ts';
import { judge } from '../../src/model/judge.ts';
import { links } from '../../src/model/links.ts';
import { nodeSummaries } from '../../src/model/nodes.ts';
import { NOW, change, ha, logLine, silence, tell } from './build.ts';
import { HOME, mounted, perugia, runs, vmware } from './perugia.ts';

const found = (of: Cluster): string[] => judge(of, NOW).filter(({ code }) => code !== 'fencing.none').map(({ code, subject }) => `${code} ${subject}`);
const fact = (of: Cluster, code: string): string | undefined => judge(of, NOW).find((one) => one.code === code)?.fact;
const placed = (of: Cluster): string[] => groups(of, NOW).map((one) => `${one.name} ${one.state} ${one.on ?? 'null'}`);
const told = (of: Cluster, name: string, ...log: NodeLogLine[]): Cluster => change(of, name, () => ({ log }));

const DELTA = 'vmmanager BRAVO/DeltaKUBUNTU/DeltaKUBUNTU.vmx';
const FOXTROT = 'vmmanager BRAVO/Foxtrot2000AS/Foxtrot2000AS.vmx';
const starts = (resource: string, ago: number): NodeLogLine =>
  logLine('resource-start', ago, `Running /etc/ha.d/resource.d/${resource} start`, { resource });

/** bravo's power cord was pulled 250 s ago; alpha has been starting its machines for so long that cl_status is old news. */
function takingOver(...machines: string[]): Cluster {
  const taken = runs(silence(perugia(), 'bravo', 250), 'alpha', ['Primary/Unknown', 'Primary/Unknown'], mounted('ALPHA', 'BRAVO'),
    vmware('charlie running', 'echo running', ...machines));
  return tell(taken, 'alpha', 'cl-status', ha('all', 'bravo dead bond0:dead bond1:dead'), { changedAgo: 218 });
}

describe('a takeover', () => {
  it('is starting while vmmanager waits for a guest to boot, though nothing was logged for 90 s', () => {
    const booting = told(takingOver('delta running', 'foxtrot off'), 'alpha', starts(DELTA, 90));
    expect(placed(booting)).toEqual(['alpha started alpha', 'bravo starting alpha']);
    expect(found(booting)).not.toContain('group.failed bravo');
    expect(fact(booting, 'node.dead')).toBe('bravo is dead for 4:10. alpha is taking over its group, unfenced.');
  });

  it('has failed when the last member was started 90 s ago and does not run', () => {
    const over = told(takingOver('delta running', 'foxtrot off'), 'alpha', starts(DELTA, 160), starts(FOXTROT, 90));
    expect(placed(over)).toEqual(['alpha started alpha', 'bravo failed alpha']);
    expect(found(over)).toContain('group.failed bravo');
  });

  it('has failed when a member takes more than five minutes', () => {
    expect(placed(told(takingOver('delta off', 'foxtrot off'), 'alpha', starts(DELTA, 301)))).toEqual(['alpha started alpha', 'bravo failed alpha']);
  });

  it('that is over is told as over', () => {
    expect(fact(takingOver('delta running', 'foxtrot running'), 'node.dead')).toBe('bravo is dead for 4:10. alpha took over its group, unfenced.');
  });
});

describe('a return', () => {
  const holdsAll = runs(perugia(), 'alpha', ['Primary/Secondary', 'Primary/Secondary'], mounted('ALPHA', 'BRAVO'),
    vmware('charlie running', 'echo running', 'delta running', 'foxtrot running'));
  const away = runs(holdsAll, 'bravo', ['Secondary/Primary', 'Secondary/Primary'], mounted(), vmware());
  const words = (of: Cluster, word: string): Cluster =>
    tell(tell(of, 'alpha', 'cl-status', ha(word, 'bravo active bond0:up bond1:up'), { changedAgo: 3 }), 'bravo', 'cl-status', ha('none', 'alpha active bond0:up bond1:up'), { changedAgo: 3 });

  it('gives up the foreign group, not the one that stays', () => {
    const line = logLine('releasing', 2, 'give up foreign HA resources (standby).');
    expect(placed(told(words(away, 'transition'), 'alpha', line))).toEqual(['alpha started alpha', 'bravo stopping alpha']);
  });

  it('gives up both where the line says all', () => {
    const line = logLine('releasing', 2, 'Giving up all HA resources.');
    expect(placed(told(words(away, 'transition'), 'alpha', line))).toEqual(['alpha stopping alpha', 'bravo stopping alpha']);
  });

  it('does not stop what heartbeat gave up before it started itself anew', () => {
    const anew = logLine('restart', 8, 'Performing heartbeat restart exec.');
    const of = told(words(runs(away, 'alpha', ['Secondary/Secondary', 'Secondary/Secondary'], mounted(), vmware()), 'transition'), 'alpha',
      logLine('resource-stop', 10, 'Running /etc/ha.d/resource.d/drbddisk drbd1 stop', { resource: 'drbddisk drbd1' }), anew);
    expect(groups(of, NOW).map((one) => `${one.name} ${one.state}`)).toEqual(['alpha starting', 'bravo starting']);
  });

  it('is not delta running twice: what bravo said before it lost power proves nothing of the time between', () => {
    const left = tell(words(away, 'transition'), 'alpha', 'vmware-cmd', vmware('charlie running', 'echo running', 'delta running'),
      { ago: 8, previous: { value: vmware('charlie running', 'echo running', 'delta running'), heardAt: NOW - 18_000 } });
    const home = runs(left, 'bravo', HOME.bravo.drbd, HOME.bravo.mounts, HOME.bravo.machines);
    const back = tell(home, 'bravo', 'vmware-cmd', vmware('delta running'),
      { ago: 1, previous: { value: vmware('delta running', 'foxtrot running'), heardAt: NOW - 75_000 } });
    expect(found(back)).not.toContain('domain.twice delta');
    const both = tell(back, 'bravo', 'vmware-cmd', vmware('delta running'), { ago: 1, previous: { value: vmware('delta running'), heardAt: NOW - 11_000 } });
    expect(found(both)).toContain('domain.twice delta');
  });
});

describe('a split brain', () => {
  const dead = (ago: number): NodeLogLine => logLine('node-dead', ago, 'node bravo: is dead', { node: 'bravo' });
  const split = (...log: NodeLogLine[]): Cluster => (['alpha', 'bravo'] as const).reduce(
    (now, name) => runs(now, name, ['Primary/Unknown', 'Primary/Unknown'], mounted('ALPHA', 'BRAVO'), vmware('delta running')), told(perugia(), 'alpha', ...log));
  const since = (of: Cluster): number | null | undefined => {
    const at = judge(of, NOW).find(({ code }) => code === 'replica.split-brain')?.since;
    return typeof at === 'number' ? (NOW - at) / 1000 : at;
  };

  it('is as old as the first loss since the peer was last started, not as an earlier crash', () => {
    const restart = logLine('restart', 400, 'Heartbeat restart on node bravo', { node: 'bravo' });
    expect(since(split(dead(430), restart, dead(34)))).toBe(34);
    expect(since(split(dead(430), restart, dead(90), dead(34)))).toBe(90);
  });

  it('does not get younger when heartbeat starts itself anew after the partition', () => {
    const returning = logLine('returning-after-partition', 60, 'Cluster node bravo returning after partition.', { node: 'bravo' });
    expect(since(split(dead(90), returning, logLine('restart', 50, 'Heartbeat restart on node bravo', { node: 'bravo' })))).toBe(90);
  });
});

describe('heartbeat links', () => {
  const linked = (of: Cluster, alpha: string, bravo = alpha): Cluster =>
    tell(tell(of, 'alpha', 'cl-status', ha('local', `bravo active ${alpha}`)), 'bravo', 'cl-status', ha('local', `alpha active ${bravo}`));

  it('are named without /dev/ and stand by name, whatever order heartbeat tells', () => {
    const three = linked(perugia(), 'bond1:up bond0:up /dev/ttyS0:up', '/dev/ttyS0:up bond0:up bond1:up');
    expect(links(three, NOW).map((link) => link.name)).toEqual(['bond0', 'bond1', 'ttyS0']);
    expect(nodeSummaries(three, NOW).map((node) => node.links.map((link) => link.name))).toEqual([['bond0', 'bond1', 'ttyS0'], ['bond0', 'bond1', 'ttyS0']]);
    expect(links(linked(perugia(), 'eth10:up eth2:up'), NOW).map((link) => link.name)).toEqual(['eth2', 'eth10']);
  });

  it('a serial one that died is found in the log under its device', () => {
    const dead = linked(perugia(), 'bond0:up bond1:up /dev/ttyS0:dead');
    const line = logLine('link-dead', 42, 'Link bravo:/dev/ttyS0 dead.', { node: 'bravo', resource: '/dev/ttyS0' });
    expect(fact(told(dead, 'alpha', line), 'link.down')).toBe('ttyS0 between alpha and bravo is down for 0:42; bond0 and bond1 carry heartbeats.');
  });
});

