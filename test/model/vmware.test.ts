// VMware Server's machines as domains: where they are, on what they stand, and what an operator is told of them.
import { describe, expect, it } from 'vitest';
import type { Cluster } from '../../src/model/cluster.ts';
import { domains } from '../../src/model/domains.ts';
import { groups, memberWords } from '../../src/model/groups.ts';
import { haGroups } from '../../src/model/ha-groups.ts';
import { health } from '../../src/model/health.ts';
import { judge } from '../../src/model/judge.ts';
import { machineOf } from '../../src/model/machines.ts';
import { nodeSummaries } from '../../src/model/nodes.ts';
import { replicas } from '../../src/model/replicas.ts';
import { NOW, change, failing, ha, haresources, homer, silence, tell } from './build.ts';
import { HOME, LINES, PATHS, mounted, perugia, runs, vmware } from './perugia.ts';

const found = (of: Cluster): string[] => judge(of, NOW).filter(({ code }) => code !== 'fencing.none').map(({ code, severity, subject }) => `${code} ${severity} ${subject}`);
const where = (of: Cluster): string[] => domains(of, NOW).map((one) => `${one.name} ${one.state} ${one.node}${one.stale ? ' old' : ''}`);
const placed = (of: Cluster): string[] => groups(of, NOW).map((one) => `${one.name} ${one.state} ${one.on ?? 'null'}`);
const fact = (of: Cluster, code: string): string | undefined => judge(of, NOW).find((one) => one.code === code)?.fact;

const AT_HOME = ['charlie running alpha', 'echo running alpha', 'delta running bravo', 'foxtrot running bravo'];
const bravoRuns = (...machines: string[]): Cluster => tell(perugia(), 'bravo', 'vmware-cmd', vmware(...machines));

/** bravo's power cord was pulled; alpha has taken over all. */
function afterTakeover(): Cluster {
  const taken = runs(silence(perugia(), 'bravo', 190), 'alpha', ['Primary/Unknown', 'Primary/Unknown'], mounted('ALPHA', 'BRAVO'),
    vmware('charlie running', 'echo running', 'delta running', 'foxtrot running'));
  return tell(taken, 'alpha', 'cl-status', ha('all', 'bravo dead bond0:dead bond1:dead'), { changedAgo: 158 });
}

/** The links were cut, and both took everything over. */
function splitBrain(): Cluster {
  return (['alpha', 'bravo'] as const).reduce((now, name) => {
    const peer = name === 'alpha' ? 'bravo' : 'alpha';
    const all = runs(now, name, ['Primary/Unknown', 'Primary/Unknown'], mounted('ALPHA', 'BRAVO'), vmware('charlie running', 'echo running', 'delta running', 'foxtrot running'));
    return tell(all, name, 'cl-status', ha('all', `${peer} dead bond0:dead bond1:dead`), { changedAgo: 120 });
  }, perugia());
}

describe('at home', () => {
  it('every machine is a domain where its .vmx is in reach, though both nodes list all four', () => {
    expect(domains(perugia(), NOW)).toEqual([
      { name: 'charlie', memoryBytes: 64 * 2 ** 20, group: 'alpha', replicas: ['drbd0'], node: 'alpha' },
      { name: 'echo', memoryBytes: 256 * 2 ** 20, group: 'alpha', replicas: ['drbd0'], node: 'alpha' },
      { name: 'delta', memoryBytes: 256 * 2 ** 20, group: 'bravo', replicas: ['drbd1'], node: 'bravo' },
      { name: 'foxtrot', memoryBytes: 128 * 2 ** 20, group: 'bravo', replicas: ['drbd1'], node: 'bravo' },
    ].map((one) => ({
      ...one, hypervisor: 'vmware-server', path: PATHS[one.name as keyof typeof PATHS], state: 'running', stale: false, ageSeconds: 1,
      vcpus: null, cpuSeconds: null, cpuPercent: null,
    })));
  });

  it('all is well, and the groups name their machines', () => {
    expect(found(perugia())).toEqual([]);
    expect(health(judge(perugia(), NOW))).toBe('ok');
    expect(placed(perugia())).toEqual(['alpha started alpha', 'bravo started bravo']);
    expect(haGroups(perugia(), NOW).map((group) => group.domains)).toEqual([['charlie', 'echo'], ['delta', 'foxtrot']]);
  });

  it('the hypervisor has its version', () => {
    expect(nodeSummaries(perugia(), NOW).map((node) => node.hypervisor)).toEqual([{ kind: 'vmware-server', version: '1.0.1' }, { kind: 'vmware-server', version: '1.0.1' }]);
    const unsaid = tell(perugia(), 'alpha', 'vmware-cmd', { ...HOME.alpha.machines, version: null });
    expect(nodeSummaries(unsaid, NOW)[0]?.hypervisor).toEqual({ kind: 'vmware-server', version: null });
  });
});

describe('a machine that does not run', () => {
  it('suspended: the group has failed there', () => {
    const suspended = bravoRuns('delta suspended', 'foxtrot running');
    expect(where(suspended)).toContain('delta suspended bravo');
    expect(found(suspended)).toEqual(['group.failed critical bravo']);
    expect(fact(suspended, 'group.failed')).toBe('Group bravo has failed on bravo: delta suspended.');
    expect(judge(suspended, NOW)[0]?.consequence).toBe('heartbeat holds it for started, but delta does not run.');
  });

  it('off: likewise', () => {
    expect(fact(bravoRuns('delta off', 'foxtrot off'), 'group.failed')).toBe('Group bravo has failed on bravo: delta off and foxtrot off.');
  });

  it('while heartbeat has just begun, the group is starting', () => {
    const young = tell(bravoRuns('delta suspended', 'foxtrot suspended'), 'bravo', 'cl-status', ha('local', 'alpha active bond0:up bond1:up'), { changedAgo: 20 });
    expect(placed(young)[1]).toBe('bravo starting bravo');
  });

  it('stuck: it holds its disks, its group is started, and it waits for an answer', () => {
    const stuck = bravoRuns('delta running', 'foxtrot stuck');
    expect(where(stuck)).toContain('foxtrot stuck bravo');
    expect(found(stuck)).toEqual(['domain.stuck warning foxtrot']);
    expect(judge(stuck, NOW)[0]).toMatchObject({
      fact: 'foxtrot waits for an answer on bravo.', consequence: 'It is dark until someone answers.', evidence: [`bravo (1 s): foxtrot stuck: ${PATHS.foxtrot}`],
    });
    expect(placed(stuck)[1]).toBe('bravo started bravo');
  });

  it('not told, as a command hung: the group is not judged by it, and nobody believes it twice', () => {
    const mute = bravoRuns('delta unknown', 'foxtrot running');
    expect(where(mute)).toContain('DeltaKUBUNTU unknown bravo');
    expect(placed(mute)[1]).toBe('bravo started bravo');
    const [group] = groups(mute, NOW).slice(1);
    const words = mute.nodes.flatMap((node) => (group ? memberWords(group, node, replicas(mute, NOW), NOW) : [])).filter(({ says }) => says.startsWith('Delta'));
    expect(words).toEqual([{ says: 'DeltaKUBUNTU not running', runs: false }, { says: 'DeltaKUBUNTU not known', runs: null }]);
    const both = tell(mute, 'alpha', 'vmware-cmd', vmware('charlie running', 'echo running', 'delta unknown', 'foxtrot unknown'));
    expect(found(both)).toEqual([]);
    expect(where(both)).toEqual(['charlie running alpha', 'echo running alpha', 'DeltaKUBUNTU unknown alpha', 'DeltaKUBUNTU unknown bravo', 'foxtrot running bravo']);
  });
});

describe('after a takeover', () => {
  it('the machines are where they run now; old words of the dead node are no second copy', () => {
    expect(where(afterTakeover())).toEqual(['charlie running alpha', 'echo running alpha', 'delta running alpha', 'foxtrot running alpha']);
    expect(domains(afterTakeover(), NOW).map((one) => `${one.group} ${one.replicas.join()}`)).toEqual(['alpha drbd0', 'alpha drbd0', 'bravo drbd1', 'bravo drbd1']);
    expect(placed(afterTakeover())).toEqual(['alpha started alpha', 'bravo started alpha']);
    expect(found(afterTakeover())).toContain('node.dead critical bravo');
    expect(found(afterTakeover()).filter((one) => one.startsWith('domain.') || one.startsWith('group.failed'))).toEqual([]);
  });

  it('before it, the last words of the dead node stay, old', () => {
    const before = silence(perugia(), 'bravo', 12);
    expect(where(before)).toEqual(['charlie running alpha', 'echo running alpha', 'delta running bravo old', 'foxtrot running bravo old']);
  });

  it('a machine that did not start there makes it fail', () => {
    const one = tell(afterTakeover(), 'alpha', 'vmware-cmd', vmware('charlie running', 'echo running', 'delta running', 'foxtrot off'));
    expect(fact(one, 'group.failed')).toBe('Group bravo has failed on alpha: foxtrot off.');
  });
});

describe('in reach of nobody', () => {
  it('they are no domains, their group runs nowhere, and they keep their names as long as one node remembers', () => {
    const nowhere = (['alpha', 'bravo'] as const).reduce((now, name) => tell(
      runs(now, name, name === 'alpha' ? ['Primary/Secondary', 'Secondary/Secondary'] : ['Secondary/Primary', 'Secondary/Secondary'],
        name === 'alpha' ? mounted('ALPHA') : mounted(), name === 'alpha' ? HOME.alpha.machines : vmware()),
      name, 'cl-status', ha(name === 'alpha' ? 'local' : 'none', `${name === 'alpha' ? 'bravo' : 'alpha'} active bond0:up bond1:up`), { changedAgo: 60 }), perugia());
    expect(where(nowhere)).toEqual(['charlie running alpha', 'echo running alpha']);
    expect(found(nowhere)).toContain('group.nowhere critical bravo');
    expect(placed(nowhere)[1]).toBe('bravo stopped null');
    expect(haGroups(nowhere, NOW)[1]?.domains).toEqual(['DeltaKUBUNTU', 'Foxtrot2000AS']);
    const remembered = tell(silence(perugia(), 'bravo', 5), 'alpha', 'vmware-cmd', HOME.alpha.machines);
    expect(haGroups(remembered, NOW)[1]?.domains).toEqual(['delta', 'foxtrot']);
  });
});

describe('twice', () => {
  it('after a split brain delta runs on both', () => {
    expect(where(splitBrain()).filter((one) => one.startsWith('delta'))).toEqual(['delta running alpha', 'delta running bravo']);
    expect(found(splitBrain())).toEqual(expect.arrayContaining(['domain.twice critical charlie', 'domain.twice critical delta', 'domain.twice critical echo', 'domain.twice critical foxtrot']));
    expect(fact(splitBrain(), 'domain.twice')).toBe('charlie runs on alpha and bravo.');
  });

  it('is one that is stuck and one that runs, too; suspended here and running there is not', () => {
    const waits = tell(splitBrain(), 'alpha', 'vmware-cmd', vmware('delta stuck'));
    expect(found(waits)).toContain('domain.twice critical delta');
    const suspended = tell(splitBrain(), 'alpha', 'vmware-cmd', vmware('delta suspended'));
    expect(found(suspended)).not.toContain('domain.twice critical delta');
  });

  it('is not said of two machines of one name', () => {
    const renamed = { version: '1.0.1', machines: [{ path: '/vm/other/other.vmx', name: 'delta', state: 'running' as const, uptimeSeconds: 5, memoryBytes: null, heartbeat: null, question: null, uuidAction: null }] };
    const two = tell(perugia(), 'alpha', 'vmware-cmd', { ...renamed, machines: [...HOME.alpha.machines.machines, ...renamed.machines] });
    expect(where(two).filter((one) => one.startsWith('delta'))).toEqual(['delta running alpha', 'delta running bravo']);
    expect(found(two)).toEqual(['domain.unmanaged info delta']);
  });

  it('is not said of lists of different age while it moves', () => {
    const gone = { value: vmware('charlie running', 'echo running'), heardAt: NOW - 11_000 };
    const arrived = tell(tell(splitBrain(), 'alpha', 'vmware-cmd', vmware('delta running'), { ago: 1, previous: gone }), 'bravo', 'vmware-cmd',
      vmware('delta running'), { ago: 8, previous: { value: vmware('delta running'), heardAt: NOW - 18_000 } });
    expect(found(arrived)).not.toContain('domain.twice critical delta');
    const stays = tell(arrived, 'bravo', 'vmware-cmd', vmware('delta running'), { ago: 0, previous: { value: vmware('delta running'), heardAt: NOW - 8000 } });
    expect(found(stays)).toContain('domain.twice critical delta');
  });
});

describe('what a machine stands on', () => {
  it('runs where its replica is Secondary: critical', () => {
    const wrong = tell(perugia(), 'bravo', 'vmware-cmd', vmware('delta running', 'foxtrot running', 'charlie running'));
    const moved = tell(wrong, 'alpha', 'vmware-cmd', vmware('echo running'));
    expect(found(moved)).toContain('domain.without-primary critical charlie');
    expect(fact(moved, 'domain.without-primary')).toBe('charlie runs on bravo, but its replica drbd0 is Secondary there.');
  });

  it('the mount that is deepest decides, not the line of the group', () => {
    const crossed = tell(perugia(), 'bravo', 'mounts', { mounts: [
      { device: '/dev/drbd1', path: '/var/lib/vmware', type: 'ext3', options: 'rw' }, { device: '/dev/drbd0', path: '/var/lib/vmware/VirtualMachinesBRAVO', type: 'ext3', options: 'rw' },
      { device: '/dev/drbd1', path: '/var/lib/vmware/VirtualMachinesBRAVO/Delta', type: 'ext3', options: 'rw' }] });
    expect(domains(crossed, NOW).find((one) => one.name === 'delta')?.replicas).toEqual(['drbd0']);
  });

  it('in no group and on no DRBD: on nothing', () => {
    const loose = tell(tell(perugia(), 'alpha', 'haresources', haresources('alpha drbddisk::drbd0')), 'bravo', 'haresources', haresources('alpha drbddisk::drbd0'));
    const unmounted = tell(loose, 'bravo', 'mounts', mounted());
    expect(domains(unmounted, NOW).find((one) => one.name === 'delta')).toMatchObject({ group: null, replicas: [] });
  });
});

describe('the member of a group', () => {
  const names = new Map([...Object.entries(PATHS).map(([name, path]) => [path, name] as const), ['/vm/web.vmx', 'web'], ['/vm/old-web.vmx', 'old']]);
  it.each<[string, string, string | null]>([
    ['BRAVO/DeltaKUBUNTU/DeltaKUBUNTU.vmx', 'delta', PATHS.delta],
    ['DeltaKUBUNTU/DeltaKUBUNTU.vmx', 'delta', PATHS.delta],
    [PATHS.delta, 'delta', PATHS.delta],
    ['web.vmx', 'web', '/vm/web.vmx'],
    ['eb.vmx', 'eb', null],
    ['KUBUNTU.vmx', 'KUBUNTU', null],
    ['ALPHA/DeltaKUBUNTU/DeltaKUBUNTU.vmx', 'DeltaKUBUNTU', null],
    ['vmx', 'vmx', null],
  ])('%s is %s', (file, name, path) => {
    expect(machineOf(file, names)).toEqual({ name, path });
  });

  it('glued to another directory than the usual one is found where it is the only one', () => {
    const glued = ['/vm/HomeBRAVO/d/d.vmx', '/vm/SpareBRAVO/d/d.vmx'];
    expect(machineOf('BRAVO/d/d.vmx', new Map([[glued[0] ?? '', 'd']]))).toEqual({ name: 'd', path: glued[0] });
    expect(machineOf('BRAVO/d/d.vmx', new Map(glued.map((path) => [path, 'd'])))).toEqual({ name: 'd', path: null });
  });

  it('that nobody lists is not running where the list is known', () => {
    const extra = [LINES[0] ?? '', `${LINES[1] ?? ''} vmmanager::BRAVO/Golf/Golf.vmx`];
    const listed = (['alpha', 'bravo'] as const).reduce((now, name) => tell(now, name, 'haresources', haresources(...extra), { raw: extra.join('\n') }), perugia());
    expect(fact(listed, 'group.failed')).toBe('Group bravo has failed on bravo: Golf not running.');
    const unknown = change(listed, 'bravo', (node) => ({ facts: { ...node.facts, 'vmware-cmd': failing('vmware-cmd', 'down', 'no vmware-serverd', HOME.bravo.machines) } }));
    expect(placed(unknown)[1]).toBe('bravo started bravo');
    expect(found(unknown)).toContain('probe.unanswered warning bravo');
  });
});

describe('a probe that is not answered', () => {
  it('is waited for where nothing else lists domains', () => {
    const asking = change(perugia(), 'alpha', (node) => ({ facts: { ...node.facts, 'vmware-cmd': undefined } }));
    expect(found(asking)).toContain('probe.unanswered unknown alpha');
    expect(nodeSummaries(asking, NOW)[0]?.hypervisor).toEqual({ kind: null, version: null });
    expect(found(homer())).toEqual([]);
    const none = change(perugia(), 'alpha', (node) => ({ facts: { ...node.facts, 'vmware-cmd': failing('vmware-cmd', 'absent', 'vmware-cmd is not there') } }));
    expect(nodeSummaries(none, NOW)[0]?.hypervisor).toEqual({ kind: 'none', version: null });
    const demanded: Cluster = { ...none, config: { ...none.config, hypervisor: 'vmware-server' } };
    expect(found(demanded)).toContain('probe.unanswered warning alpha');
  });

  it('leaves the last words, old', () => {
    const hung = change(perugia(), 'bravo', (node) => ({ facts: { ...node.facts, 'vmware-cmd': failing('vmware-cmd', 'no-answer', 'vmware-cmd did not answer within 8 s', HOME.bravo.machines) } }));
    expect(where(hung)).toEqual([...AT_HOME.slice(0, 2), 'delta running bravo old', 'foxtrot running bravo old']);
    expect(found(hung)).toEqual(['probe.unanswered warning bravo']);
  });
});
