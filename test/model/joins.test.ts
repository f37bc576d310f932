// The selectors one by one: names, nodes, replicas, domains, groups, links, timeline.
import { describe, expect, it } from 'vitest';
import type { Cluster } from '../../src/model/cluster.ts';
import { domains } from '../../src/model/domains.ts';
import { groups } from '../../src/model/groups.ts';
import { health, sortFindings, worst } from '../../src/model/health.ts';
import { finding } from '../../src/model/judge/look.ts';
import { judge } from '../../src/model/judge.ts';
import { links, pingNodes } from '../../src/model/links.ts';
import { domainOf, drbdResourceOf, filesystemOf } from '../../src/model/members.ts';
import { resolver } from '../../src/model/names.ts';
import { nodeSummaries } from '../../src/model/nodes.ts';
import { replicas } from '../../src/model/replicas.ts';
import { timeline } from '../../src/model/timeline.ts';
import {
  NOW, change, cluster, conf, failing, ha, haCf, haresources, heard, homer, logLine, minor, proc, resync, silence, tell, view, vitals, xen,
} from './build.ts';

describe('names', () => {
  const named = cluster(
    view('web1', { vitals: heard('vitals', vitals('skylla.example.org')) }),
    view('web2.lab', { vitals: heard('vitals', vitals('charybda')) }),
    view('10.0.1.9', {}),
  );
  it.each([
    ['web1', 'web1'], ['skylla.example.org', 'web1'], ['skylla', 'web1'], ['SKYLLA', 'web1'], ['web2', 'web2.lab'],
    ['charybda.example.org', 'web2.lab'], ['10.0.1.9', '10.0.1.9'], ['10', null], ['nobody', null], ['', null],
  ])('%s is %s', (host, node) => {
    expect(resolver(named)(host)).toBe(node);
  });

  it('an ambiguous name is nobody, a whole name outranks a short one', () => {
    const twins = cluster(view('db.north', {}), view('db.south', {}), view('db', {}));
    expect(['db', 'db.north', 'db.west'].map(resolver(twins))).toEqual(['db', 'db.north', null]);
    const crossed = cluster(view('alpha', { vitals: heard('vitals', vitals('bravo')) }), view('bravo', { vitals: heard('vitals', vitals('alpha')) }));
    expect(resolver(crossed)('alpha')).toBeNull();
  });
});

describe('nodes', () => {
  it('tells version, rates, links and what the peer says', () => {
    const before = { value: vitals('skylla', { cpuTicks: { busy: 100, total: 1000 } }), heardAt: NOW - 2000 };
    const logged = change(tell(homer(), 'skylla', 'vitals', vitals('skylla', { cpuTicks: { busy: 225, total: 2000 } }), { previous: before }), 'skylla',
      () => ({ log: [logLine('other', 900, 'Configuration validated. Starting heartbeat 3.0.6'), logLine('other', 800, 'heartbeat: version 3.0.7')] }));
    const [skylla] = nodeSummaries(logged, NOW);
    expect(skylla).toMatchObject({
      name: 'skylla', state: 'online', reachable: true, stale: false, ageSeconds: 1, cpuPercent: 12.5, clockSkewSeconds: 0.02,
      manager: { kind: 'heartbeat', version: '3.0.7', running: true }, hypervisor: { kind: 'xen', version: null },
      memoryBytes: { total: 2 ** 30, free: 2 ** 28 }, saidBy: { charybda: 'active' },
      links: [{ name: 'eth0', peer: 'charybda', up: true }, { name: 'eth1', peer: 'charybda', up: true }],
    });
  });

  it('does not know what it has not heard', () => {
    const [only] = nodeSummaries(cluster(view('skylla', {})), NOW);
    expect(only).toMatchObject({
      state: 'unknown', ageSeconds: 0.5, manager: { kind: null, version: null, running: null }, hypervisor: { kind: null },
      load: null, memoryBytes: null, cpuPercent: null, saidBy: {},
    });
  });

  it('looked for a manager and a hypervisor and found none', () => {
    const bare = cluster(view('skylla', {
      vitals: heard('vitals', vitals('skylla')), 'cl-status': failing('cl-status', 'absent', 'no cl_status'),
      'ha-cf': failing('ha-cf', 'absent', 'no ha.cf'), 'xen-list': failing('xen-list', 'absent', 'no xm'),
      'vmware-cmd': failing('vmware-cmd', 'absent', 'no vmware-cmd'),
    }));
    expect(nodeSummaries(bare, NOW)[0]).toMatchObject({ state: 'online', manager: { kind: 'none' }, hypervisor: { kind: 'none' } });
  });

  it('a silent node is dead only by a peer\'s fresh word', () => {
    const said = tell(silence(homer(), 'charybda', 40), 'skylla', 'cl-status', ha('local', 'charybda dead'));
    expect(nodeSummaries(said, NOW)[1]?.state).toBe('dead');
    const old = tell(silence(homer(), 'charybda', 40), 'skylla', 'cl-status', ha('local', 'charybda dead'), { ago: 16 });
    expect(nodeSummaries(old, NOW)[1]).toMatchObject({ state: 'unreachable', saidBy: {}, stale: true, ageSeconds: 40 });
    const answering = tell(homer(), 'skylla', 'cl-status', ha('local', 'charybda dead'));
    expect(nodeSummaries(answering, NOW)[1]?.state).toBe('online');
  });
});

describe('replicas', () => {
  it('joins both sides with what the peer says, and finds the direction of a sync', () => {
    const C = 'UpToDate/UpToDate';
    const busy = tell(tell(homer('8.4.11'), 'skylla', 'proc-drbd', proc('8.4.11', minor(0, `Connected Primary/Secondary ${C}`),
      minor(1, 'SyncTarget Secondary/Primary Inconsistent/UpToDate', { sync: resync(42.5, 25) }))), 'charybda', 'proc-drbd',
    proc('8.4.11', minor(0, `Connected Secondary/Primary ${C}`), minor(1, 'SyncSource Primary/Secondary UpToDate/Inconsistent', { sync: resync(41, 26) })));
    const [first, second] = replicas(busy, NOW);
    expect(first).toMatchObject({ name: 'domain1', minor: 0, protocol: 'C', primaries: ['skylla'], sync: null, drbdVersion: '8.4.11' });
    expect(second?.sync).toMatchObject({ from: 'charybda', to: 'skylla', donePercent: 42.5, finishSeconds: 25 });
    expect(second?.sides[0]).toMatchObject({
      node: 'skylla', role: 'Secondary', disk: 'Inconsistent', connection: 'SyncTarget', ageSeconds: 1, stale: false,
      device: '/dev/drbd1', lowerDisk: '/dev/lvm/domain2', peerSays: { role: 'Secondary', disk: 'Inconsistent', by: 'charybda', ageSeconds: 1 },
    });
  });

  it('falls back to the minor where no name is known, and to the other node of a pair', () => {
    const nameless = ['skylla', 'charybda'].reduce((now, name) => change(now, name, ({ facts: { 'drbd-conf': _conf, ...facts } }) => ({ facts })), homer());
    expect(replicas(nameless, NOW).map((one) => `${one.name} ${one.state} ${one.sides.length}`)).toEqual(['drbd0 ok 2', 'drbd1 ok 2']);
    const lost = change(nameless, 'charybda', () => ({ facts: {}, heardAt: null, link: { state: 'silent', since: NOW, says: '' } }));
    expect(replicas(lost, NOW).map((one) => [one.state, one.sides.map((side) => side.role)])).toEqual([
      ['unknown', ['Primary', null]], ['unknown', ['Secondary', null]]]);
    const brought = tell(nameless, 'charybda', 'proc-drbd', proc('0.7.23', minor(0, 'Unconfigured'), minor(1, 'Unconfigured')));
    expect(replicas(brought, NOW).map((one) => `${one.state} ${one.sides[1]?.connection}`)).toEqual(['degraded Unconfigured', 'degraded Unconfigured']);
  });

  it('takes drbdadm\'s word on its own node before drbd.conf, and names further volumes', () => {
    const named = change(homer('8.4.11'), 'skylla', (node) => ({
      facts: { ...node.facts, drbdadm: heard('drbdadm', { resources: [
        { name: 'domain1', volume: 0, device: '/dev/drbd0', minor: 0, disk: '/dev/vg/one' },
        { name: 'domain1', volume: 1, device: '/dev/drbd7', minor: 7, disk: '/dev/vg/two' }] }) },
    }));
    const found = replicas(named, NOW);
    expect(found.map((one) => one.name)).toEqual(['domain1', 'domain2', 'domain1/1']);
    expect(found[0]?.sides[0]?.lowerDisk).toBe('/dev/vg/one');
  });

  it('leaves out minors that nobody uses, and knows a silent Primary by its connected peer', () => {
    const spare = tell(homer(), 'skylla', 'proc-drbd', proc('0.7.23', minor(0, 'Connected Primary/Secondary Consistent'),
      minor(1, 'Connected Secondary/Primary Consistent'), minor(2, 'Unconfigured')));
    expect(replicas(spare, NOW)).toHaveLength(2);
    expect(replicas(silence(spare, 'charybda', 7), NOW)[1]?.primaries).toEqual(['charybda']);
  });

  it('pairs three nodes by drbd.conf', () => {
    const three = triangle();
    expect(replicas(three, NOW).map((one) => `${one.name} ${one.sides.map((side) => side.node).join('-')} ${one.state}`)).toEqual([
      'web nodo1-nodo2 ok', 'mail nodo2-nodo3 ok', 'svn nodo1-nodo3 ok']);
    expect(judge(three, NOW)).toEqual([]);
    const split = tell(three, 'nodo3', 'proc-drbd', proc('8.3.11', minor(2, 'WFConnection Secondary/Unknown UpToDate/DUnknown'), minor(3, 'Connected Secondary/Primary UpToDate/UpToDate')));
    expect(judge(split, NOW).map((one) => `${one.code} ${one.subject}`)).toEqual(['replica.degraded mail']);
  });

  it('three nodes with one minor and no drbd.conf are not paired by guess', () => {
    const C = 'Connected Primary/Secondary UpToDate/UpToDate';
    const loose = cluster(...['a', 'b', 'c'].map((name) => view(name, { 'proc-drbd': heard('proc-drbd', proc('8.4.11', minor(0, C))) })));
    expect(replicas(loose, NOW).map((one) => `${one.name} ${one.state}`)).toEqual(['drbd0 (a) unknown', 'drbd0 (b) unknown', 'drbd0 (c) unknown']);
  });
});

/** nodo1, nodo2, nodo3 without a manager: web on 1 and 2, mail on 2 and 3, svn on 1 and 3. */
function triangle(): Cluster {
  const written = conf('web nodo1:1 nodo2:1', 'mail nodo2:2 nodo3:2', 'svn nodo1:3 nodo3:3');
  const P = 'Connected Primary/Secondary UpToDate/UpToDate';
  const S = 'Connected Secondary/Primary UpToDate/UpToDate';
  const minors: Record<string, [number, string][]> = { nodo1: [[1, P], [3, P]], nodo2: [[1, S], [2, P]], nodo3: [[2, S], [3, S]] };
  return cluster(...Object.entries(minors).map(([name, own]) => view(name, {
    vitals: heard('vitals', vitals(name)), 'drbd-conf': heard('drbd-conf', written),
    'proc-drbd': heard('proc-drbd', proc('8.3.11', ...own.map(([number, words]) => minor(number, words)))),
    'xen-list': heard('xen-list', xen()), 'cl-status': failing('cl-status', 'absent', 'no cl_status'),
    'ha-cf': failing('ha-cf', 'absent', 'no ha.cf'), haresources: failing('haresources', 'absent', 'no haresources'),
  })));
}

describe('domains', () => {
  it('stand on the replicas of their group', () => {
    expect(domains(homer(), NOW).map((one) => [one.name, one.node, one.group, one.replicas])).toEqual([
      ['domain1', 'skylla', 'skylla', ['domain1']], ['domain2', 'charybda', 'charybda', ['domain2']]]);
  });

  it('use a share of one CPU between two samples; a restarted one has none', () => {
    const sampled = (id: number): Cluster => {
      const list = xen('domain1');
      const before = xen('domain1');
      for (const one of list.domains) if (one.name === 'domain1') Object.assign(one, { cpuSeconds: 100.5 });
      for (const one of before.domains) if (one.name === 'domain1') Object.assign(one, { id });
      return tell(homer(), 'skylla', 'xen-list', list, { previous: { value: before, heardAt: NOW - 6000 } });
    };
    expect(domains(sampled(1), NOW)[0]?.cpuPercent).toBe(10);
    expect(domains(sampled(9), NOW)[0]?.cpuPercent).toBeNull();
  });

  it('show a migration once, a torn down one as it is, and no old words about what runs elsewhere', () => {
    const moving = tell(tell(homer(), 'skylla', 'xen-list', xen('domain1', 'migrating-domain2', '(null) shutdown')), 'charybda', 'xen-list', xen('domain2'));
    expect(domains(moving, NOW).map((one) => `${one.node} ${one.name}`)).toEqual(['skylla domain1', 'skylla (null)', 'charybda domain2']);
    const taken = tell(silence(homer(), 'charybda', 60), 'skylla', 'xen-list', xen('domain1', 'domain2'));
    expect(domains(taken, NOW).map((one) => `${one.node} ${one.name} ${one.stale}`)).toEqual(['skylla domain1 false', 'skylla domain2 false']);
    const kept = silence(homer(), 'charybda', 60);
    expect(domains(kept, NOW).map((one) => `${one.node} ${one.name} ${one.stale}`)).toEqual(['skylla domain1 false', 'charybda domain2 true']);
    const managed = tell(homer(), 'charybda', 'xen-list', xen('domain2', 'domain1 off'));
    expect(domains(managed, NOW)).toHaveLength(2);
  });

  it('that move are not twice: lists of different age', () => {
    const gone = { value: xen('domain1'), heardAt: NOW - 6000 };
    const arrived = tell(tell(homer(), 'skylla', 'xen-list', xen('domain1', 'domain2'), { ago: 1, previous: gone }), 'charybda', 'xen-list',
      xen('domain2'), { ago: 4, previous: { value: xen('domain2'), heardAt: NOW - 9000 } });
    expect(judge(arrived, NOW).map((one) => one.code)).not.toContain('domain.twice');
    const stays = tell(arrived, 'charybda', 'xen-list', xen('domain2'), { ago: 0, previous: { value: xen('domain2'), heardAt: NOW - 4000 } });
    expect(judge(stays, NOW).map((one) => one.code)).toContain('domain.twice');
  });
});

describe('members', () => {
  it.each([
    ['drbddisk::r0', 'r0', null], ['haxendomains::domain1', null, 'domain1'], ['xendomains::web', null, 'web'], ['Xen::/etc/xen/ha/web.cfg', null, 'web'],
    ['IPaddr::10.0.0.1', null, null], ['10.0.0.1', null, null], ['/etc/ha.d/resource.d/drbddisk::r1', 'r1', null], ['drbddisk', null, null],
  ])('%s', (member, resource, domain) => {
    expect([drbdResourceOf(member), domainOf(member)]).toEqual([resource, domain]);
  });
  it('Filesystem', () => {
    expect(filesystemOf('Filesystem::/dev/drbd0::/srv::ext3')).toEqual({ device: '/dev/drbd0', path: '/srv' });
  });
});

describe('groups', () => {
  it('of one node are numbered', () => {
    const lines = tell(homer(), 'charybda', 'haresources', haresources('skylla IPaddr::10.0.0.1'));
    const two = tell(lines, 'charybda', 'haresources', haresources('skylla drbddisk::domain1', 'skylla drbddisk::domain2'));
    expect(groups(two, NOW).map((one) => `${one.name} ${one.preferred}`)).toEqual(['skylla skylla', 'skylla-2 skylla']);
  });

  it('are none where a CRM rules', () => {
    expect(groups(tell(homer(), 'skylla', 'ha-cf', haCf({ crm: true })), NOW)).toEqual([]);
  });
});

describe('links', () => {
  it('have the words of both ends; ping nodes stand apart', () => {
    const pinged = tell(homer(), 'skylla', 'cl-status', ha('local', 'charybda active eth0:up eth1:dead', '10.0.1.254 ping 10.0.1.254:up'));
    expect(links(silence(pinged, 'charybda', 9), NOW)).toEqual([
      { name: 'eth0', ends: [{ node: 'skylla', up: true, stale: false }, { node: 'charybda', up: true, stale: true }] },
      { name: 'eth1', ends: [{ node: 'skylla', up: false, stale: false }, { node: 'charybda', up: true, stale: true }] },
    ]);
    expect(pingNodes(pinged, NOW)).toEqual([{ name: '10.0.1.254', node: 'skylla', up: true, stale: false }]);
  });
});

describe('timeline', () => {
  const told = change(change(homer(), 'skylla', () => ({ log: [
    logLine('shutdown-notice', 60, "Received shutdown notice from 'charybda'.", { node: 'charybda' }),
    logLine('other', null, 'a raw line'),
    logLine('acquiring', 58, 'Resources being acquired from charybda.'),
    logLine('resource-start', 59, 'Running drbddisk domain2 start'),
    logLine('node-dead', 50, 'node charybda: is dead', { node: 'charybda', level: 'WARN' }),
  ] })), 'charybda', () => ({ log: [
    logLine('node-dead', 59.5, 'node skylla: is dead', { node: 'skylla', level: 'WARN' }),
    logLine('other', -900, 'from a clock that is wrong'),
  ] }));

  it('merges on one clock, keeps the order of a file, places lines without a time', () => {
    const entries = timeline(told, NOW, { own: [{ at: NOW - 55_000, text: 'homer opened', weight: 'plain' }] });
    expect(entries.map((entry) => `${entry.node} ${entry.approximate ? '~' : ''}${(NOW - entry.at) / 1000} ${entry.text}`)).toEqual([
      "skylla 60 Received shutdown notice from 'charybda'.", 'skylla ~60 a raw line', 'charybda 59.5 node skylla: is dead',
      'charybda ~59.5 from a clock that is wrong', 'skylla 58 Resources being acquired from charybda.', 'skylla 59 Running drbddisk domain2 start',
      'here 55 homer opened', 'skylla 50 node charybda: is dead (announced: shutdown notice)',
    ]);
    expect(entries.at(-1)).toMatchObject({ weight: 'change', source: 'ha-log' });
  });

  it('shows faults only, and what matches', () => {
    expect(timeline(told, NOW, { faultsOnly: true }).map((entry) => entry.text)).toEqual(['node skylla: is dead']);
    const matching = /is dead|raw/g;
    expect(timeline(told, NOW, { match: matching }).map((entry) => entry.node)).toEqual(['skylla', 'charybda', 'skylla']);
    expect(timeline(told, NOW, { match: matching })).toHaveLength(3);
  });
});

describe('health', () => {
  it('is the worst severity, and info none', () => {
    expect([[], ['info'], ['info', 'warning'], ['warning', 'unknown'], ['unknown', 'critical']].map((severities) =>
      health(severities.map((severity) => ({ severity: severity as 'info' }))))).toEqual(['ok', 'ok', 'warning', 'unknown', 'critical']);
  });

  it('sorts by severity, then oldest first, unknown age last', () => {
    const made = [
      finding('node.silent', 'unknown', 'b', { fact: '' }), finding('node.silent', 'unknown', 'a', { fact: '', since: 20 }),
      finding('node.dead', 'critical', 'c', { fact: '', since: 30 }), finding('node.silent', 'unknown', 'd', { fact: '', since: 10 }),
    ];
    expect(sortFindings(made).map((one) => one.subject)).toEqual(['c', 'd', 'a', 'b']);
    expect(worst(made)?.subject).toBe('c');
    const follows = finding('group.failed', 'critical', 'e', { fact: '', since: 5, because: 'node.dead c' });
    expect(worst([...made, follows])?.subject).toBe('c');
    expect(worst([follows])?.subject).toBe('e');
    expect(worst([finding('fencing.none', 'info', 'x', { fact: '' })])).toBeNull();
  });
});

describe('renamed', () => {
  it('every node, resource and domain: the same findings, under the new names', () => {
    const names: Record<string, string> = { skylla: 'nord', charybda: 'sued', domain1: 'mail', domain2: 'wiki', eth0: 'bond0', eth1: 'ttyS0' };
    const renamed = (text: string): string => Object.entries(names).reduce((now, [from, to]) => now.replaceAll(from, to), text);
    const dead = tell(silence(homer(), 'charybda', 190), 'skylla', 'cl-status', ha('all', 'charybda dead eth0:dead eth1:dead'));
    const anew = JSON.parse(renamed(JSON.stringify(dead))) as Cluster;
    const said = (of: Cluster): string[] => judge(of, NOW).map((one) => `${one.code} ${one.severity} ${one.subject} ${one.fact}`).sort();
    expect(said(anew)).toEqual(said(dead).map(renamed).sort());
    expect(replicas(anew, NOW).map((one) => one.name)).toEqual(['mail', 'wiki']);
  });
});
