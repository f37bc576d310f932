// What holds for every cluster: nothing throws, nothing unknown is good, order does not matter.
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Cluster, NodeView } from '../../src/model/cluster.ts';
import type { DrbdMinor, FactName, FactTypes } from '../../src/model/facts.ts';
import { health } from '../../src/model/health.ts';
import { judge } from '../../src/model/judge.ts';
import { replicas } from '../../src/model/replicas.ts';
import { timeline } from '../../src/model/timeline.ts';
import { NOW, change, cluster, conf, failing, ha, haCf, haresources, heard, homer, logLine, minor, mounts, proc, tell, view, vitals, xen } from './build.ts';
import { LINES, vmware } from './perugia.ts';

const NAMES = ['alpha', 'bravo', 'charlie'] as const;

const connection = fc.constantFrom('Connected', 'StandAlone', 'WFConnection', 'SyncSource', 'SyncTarget', 'VerifyS', 'PausedSyncT', 'Unconfigured',
  'DiskLessClient', 'ServerForDLess', 'NetworkFailure', 'Wondrous', '');
const role = fc.constantFrom('Primary', 'Secondary', 'Unknown', 'Tertiary', '-');
const disk = fc.constantFrom('UpToDate', 'Consistent', 'Inconsistent', 'Outdated', 'Diskless', 'DUnknown', 'Negotiating', 'Shiny', '-');
const anyMinor: fc.Arbitrary<DrbdMinor> = fc.tuple(fc.nat(2), connection, role, role, disk, disk, fc.constantFrom(null, 0, 4096), fc.constantFrom(null, 'r-----', 's-----'))
  .map(([number, cs, own, peer, ds, peerDs, outOfSyncBytes, ioFlags]) => minor(number, `${cs} ${own}/${peer} ${ds}/${peerDs}`, { outOfSyncBytes, ioFlags }));

const anyName = fc.constantFrom('alpha', 'bravo', 'charlie', 'alpha.example.org', 'web', '__proto__', 'constructor', '(null)');
const anyXen = fc.array(fc.tuple(anyName, fc.constantFrom('running', 'crashed', 'off', 'unknown', 'shutdown')).map((words) => words.join(' ')), { maxLength: 3 })
  .map((domains) => xen(...domains));
const anyVmware = fc.array(fc.tuple(fc.constantFrom('charlie', 'delta'), fc.constantFrom('running', 'stuck', 'suspended', 'off', 'unknown')).map((words) => words.join(' ')), { maxLength: 2 })
  .map((machines) => vmware(...machines));
const anyHa = fc.tuple(fc.constantFrom('none', 'local', 'foreign', 'all', 'transition', 'odd', '-'), fc.boolean(),
  fc.array(fc.tuple(anyName, fc.constantFrom('active', 'dead', 'ping', 'init', '-', 'odd'), fc.constantFrom('eth0:up', 'eth0:dead', 'eth1:up', 'eth0:odd')).map((words) => words.join(' ')), { maxLength: 3 }))
  .map(([held, running, peers]) => ({ ...ha(held, ...peers), running }));
const anyGroups = fc.subarray(['alpha drbddisk::r0 xendomains::web', 'bravo drbddisk::r1 Filesystem::/dev/drbd1::/srv::ext3', 'alpha IPaddr::10.0.0.1', 'zulu Xen::/etc/xen/web.cfg', ...LINES])
  .map((lines) => haresources(...lines));
const anyConf = fc.subarray(['r0 alpha:0 bravo:0', 'r1 bravo:1 charlie:2', 'r2 alpha:2 zulu:2', 'r3 alpha:1 bravo:1 charlie:1']).map((lines) => conf(...lines));

function anyFact<N extends FactName>(name: N, value: fc.Arbitrary<FactTypes[N]>): fc.Arbitrary<NodeView['facts'][N]> {
  return fc.oneof(
    { weight: 6, arbitrary: fc.tuple(value, fc.constantFrom(0, 1, 40), fc.constantFrom(3, 600), fc.subarray(['0: cs:Odd', 'junk'])).map(([facts, ago, changedAgo, unread]) =>
      heard(name, facts, { ago, changedAgo, unread, unreadSince: unread.length > 0 ? NOW : null })) },
    { weight: 1, arbitrary: fc.constantFrom('absent', 'no-answer', 'down', 'forbidden').map((kind) => failing(name, kind, 'it is so')) },
    { weight: 1, arbitrary: fc.constant(undefined) },
  ) as fc.Arbitrary<NodeView['facts'][N]>;
}

const anyLink: fc.Arbitrary<NodeView['link']> = fc.constantFrom<NodeView['link']>(
  { state: 'up', since: 0 }, { state: 'up', since: 0 }, { state: 'silent', since: NOW - 9000, says: 'no route' }, { state: 'connecting', since: NOW - 500 },
  { state: 'auth-stopped', since: NOW, says: '' }, { state: 'hostkey-changed', since: NOW, says: 'changed' }, { state: 'no-sudo', since: NOW, says: 'no sudo' },
);

function anyView(name: string): fc.Arbitrary<NodeView> {
  return fc.record({
    link: anyLink,
    facts: fc.record({
      vitals: anyFact('vitals', fc.constantFrom(vitals(name), vitals(null), vitals('bravo'))),
      mounts: anyFact('mounts', fc.constantFrom(mounts('/'), mounts('/srv'))),
      'proc-drbd': anyFact('proc-drbd', fc.tuple(fc.constantFrom('0.7.23', '8.4.11', '9.1.0', null), fc.array(anyMinor, { maxLength: 3 })).map(([version, minors]) => proc(version, ...minors))),
      'drbd-conf': anyFact('drbd-conf', anyConf),
      drbdadm: anyFact('drbdadm', fc.constant({ resources: [{ name: 'r0', volume: 0, device: '/dev/drbd0', minor: 0, disk: null }] })),
      'xen-list': anyFact('xen-list', anyXen),
      'vmware-cmd': anyFact('vmware-cmd', anyVmware),
      'cl-status': anyFact('cl-status', anyHa),
      'ha-cf': anyFact('ha-cf', fc.boolean().map((crm) => haCf({ crm }))),
      haresources: anyFact('haresources', anyGroups),
    }),
    heardAt: fc.constantFrom(null, NOW - 500, NOW - 90_000),
    offset: fc.constantFrom(0, 3, -40),
    log: fc.array(fc.tuple(fc.constantFrom('node-dead', 'releasing', 'acquiring', 'returning-after-partition', 'link-dead', 'shutdown-notice', 'other'), fc.constantFrom(null, 5, 500, -900)), { maxLength: 4 }),
  }).map(({ link, facts, heardAt, offset, log }) => view(name, facts as NodeView['facts'], {
    link, heardAt, clock: { offsetSeconds: offset, errorSeconds: 0.1, zoneMinutes: 0, at: NOW },
    log: log.map(([kind, ago]) => logLine(kind as Parameters<typeof logLine>[0], ago, 'a line', { node: 'bravo', resource: 'eth0' })),
  }));
}

const anyCluster: fc.Arbitrary<Cluster> = fc.integer({ min: 0, max: 3 })
  .chain((count) => fc.tuple(...NAMES.slice(0, count).map((name) => anyView(name)))).map((nodes) => cluster(...nodes));

function keys(of: Cluster): string[] {
  return judge(of, NOW).map((finding) => `${finding.code} ${finding.severity} ${finding.subject}`);
}

describe('any cluster', () => {
  it('is judged without an exception, the same way twice, in whole sentences, causes among its findings', () => {
    fc.assert(fc.property(anyCluster, (some) => {
      const found = judge(some, NOW);
      expect(judge(some, NOW)).toEqual(found);
      const known = new Set(found.map((finding) => `${finding.code} ${finding.subject}`));
      expect(known.size).toBe(found.length);
      for (const finding of found) {
        expect(finding.fact).toMatch(/^\S.*[.?]$/s);
        expect(finding.fact).not.toMatch(/undefined|null\b(?!\))|NaN|\[object|!/);
        if (finding.because !== null) expect(known).toContain(finding.because);
      }
      expect(timeline(some, NOW).length).toBe(some.nodes.reduce((sum, node) => sum + node.log.length, 0));
    }), { numRuns: 300 });
  });

  it('is judged the same whatever the order of its nodes', () => {
    fc.assert(fc.property(anyCluster, (some) => {
      expect(keys({ ...some, nodes: some.nodes.toReversed() }).sort()).toEqual(keys(some).sort());
    }), { numRuns: 300 });
  });

  it('with a replica that is not ok is never well, but for a verify or two allowed Primaries', () => {
    fc.assert(fc.property(anyCluster, (some) => {
      const noted = ['ok', 'verifying'];
      const bad = replicas(some, NOW).filter((replica) => !noted.includes(replica.state));
      if (bad.length > 0) expect(health(judge(some, NOW))).not.toBe('ok');
    }), { numRuns: 300 });
  });

  it('with a node that does not answer is never well', () => {
    fc.assert(fc.property(anyCluster, (some) => {
      if (some.nodes.some((node) => node.link.state !== 'up')) expect(health(judge(some, NOW))).not.toBe('ok');
    }), { numRuns: 300 });
  });
});

const unknownWord = fc.stringMatching(/^[A-Z][a-z]{2,8}$/).filter((word) =>
  !['Connected', 'Primary', 'Secondary', 'Consistent'].includes(word));
const verified = fc.constantFrom('Connected', 'VerifyS', 'VerifyT');

describe('a replica', () => {
  it('with one unknown word is never ok or verifying, and the cluster never well', () => {
    fc.assert(fc.property(
      fc.constantFrom('0.7.23', '8.4.11'), fc.constantFrom('skylla', 'charybda'), fc.nat(4), unknownWord, verified,
      (version, node, place, word, cs) => {
        const good = version === '0.7.23' ? ['Connected', 'Secondary', 'Secondary', 'Consistent'] : [cs, 'Secondary', 'Secondary', 'UpToDate', 'UpToDate'];
        const words = good.map((one, i) => (i === place % good.length ? word : one));
        const broken = minor(0, `${words[0]} ${words[1]}/${words[2]} ${words.slice(3).join('/')}`);
        const pair = tell(homer(version as '0.7.23' | '8.4.11'), node, 'proc-drbd', proc(version, broken));
        const state = replicas(pair, NOW).find((replica) => replica.name === 'domain1')?.state;
        expect(['ok', 'verifying']).not.toContain(state);
        expect(health(judge(pair, NOW))).not.toBe('ok');
      },
    ), { numRuns: 300 });
  });

  it('with a word or a side missing is never ok, and the cluster never well', () => {
    const gaps: Partial<DrbdMinor>[] = [{ role: null }, { peerRole: null }, { disk: null }, { peerDisk: null }, { connection: '' }];
    for (const gap of gaps) {
      const good = minor(0, 'Connected Primary/Secondary UpToDate/UpToDate', gap);
      const pair = tell(homer('8.4.11'), 'skylla', 'proc-drbd', proc('8.4.11', good, minor(1, 'Connected Secondary/Primary UpToDate/UpToDate')));
      expect([gap, replicas(pair, NOW)[0]?.state]).not.toEqual([gap, 'ok']);
      expect(health(judge(pair, NOW))).not.toBe('ok');
    }
    const without = change(homer('8.4.11'), 'charybda', ({ facts: { 'proc-drbd': _gone, ...facts } }) => ({ facts }));
    expect(replicas(without, NOW).map((replica) => replica.state)).toEqual(['unknown', 'unknown']);
    expect(health(judge(without, NOW))).toBe('unknown');
  });
});
