// Scenes made by hand, as the screens' pictures have them: healthy, copying, a dead node, two writers, a silent node.
import type { TrackedFinding } from '../../src/model/findings.ts';
import { charybda, finding, MIB, minor, NO_FENCING, NOW, peer, skylla, snapshot, xenDomain } from './build.ts';

export const HEALTHY = snapshot([skylla(), charybda()], [NO_FENCING]);

const SYNC = {
  kind: 'resync' as const, donePercent: 42, remainingBytes: 297 * MIB, totalBytes: 512 * MIB, finishSeconds: 25,
  speedBytesPerSecond: 12 * MIB, averageBytesPerSecond: 12 * MIB, wantBytesPerSecond: null, stalled: false,
};

/** domain2 is copied from charybda to skylla. */
export const COPYING = snapshot([
  skylla({ minors: [minor(0, 'Primary'), minor(1, 'Secondary', { connection: 'SyncTarget', disk: 'Inconsistent', sync: SYNC })] }),
  charybda({ minors: [minor(0, 'Secondary'), minor(1, 'Primary', { connection: 'SyncSource', sync: SYNC })], domainCpu: { domain2: 22 } }),
], [
  finding('replica.syncing', 'warning', 'domain2', 'domain2 is copying from charybda to skylla for 0:42: 42 %, 0:25 left.', 42),
  NO_FENCING,
]);

const follows = (code: TrackedFinding['code'], subject: string, fact: string, seconds: number): TrackedFinding =>
  finding(code, 'warning', subject, fact, seconds, { because: 'node.dead charybda' });

/** charybda lost its power 3:11 ago; skylla runs its group. */
export const DEAD = snapshot([
  skylla({
    holds: 'all', peers: [peer('charybda', 'dead', ['eth0', 'ttyS0'], 'dead')],
    minors: [0, 1].map((number) => minor(number, 'Primary', { connection: 'WFConnection', peerRole: 'Unknown' })),
    domains: [xenDomain('domain1', 3, 256), xenDomain('domain2', 4, 256)], domainCpu: { domain1: 4, domain2: 19 },
  }),
  charybda({ agoSeconds: 191, link: { state: 'silent', since: NOW - 191_000, says: 'charybda has not answered since 11:19:22.' } }),
], [
  finding('node.dead', 'critical', 'charybda', 'charybda is dead since 11:19:23, on all 3 paths.', 190, {
    consequence: 'Its group runs on skylla.', todo: 'Make sure it is off before you power it on again.',
    evidence: ['ssh (here): no answer since 11:19:22', 'skylla: nodestatus dead, eth0 dead, ttyS0 dead'],
  }),
  follows('replica.degraded', 'domain1', 'domain1 has one good copy, on skylla, for 3:10.', 190),
  follows('replica.degraded', 'domain2', 'domain2 has one good copy, on skylla, for 3:10.', 190),
  follows('group.misplaced', 'charybda', 'Group charybda runs on skylla for 2:38.', 158),
  NO_FENCING,
]);

/** Both sides of domain2 are Primary and StandAlone; the domain runs twice. */
export const SPLIT = snapshot([
  skylla({
    holds: 'all', minors: [minor(0, 'Primary'), minor(1, 'Primary', { connection: 'StandAlone', peerRole: 'Unknown' })],
    domains: [xenDomain('domain1', 3, 256), xenDomain('domain2', 4, 256)], domainCpu: { domain1: 3, domain2: 9 },
  }),
  charybda({ minors: [minor(0, 'Secondary'), minor(1, 'Primary', { connection: 'StandAlone', peerRole: 'Unknown' })], domainCpu: { domain2: 17 } }),
], [
  finding('replica.split-brain', 'critical', 'domain2', 'domain2 has split: skylla wrote alone since 11:21:34, charybda since 11:22:12.', 56),
  finding('domain.twice', 'critical', 'domain2', 'domain2 runs on skylla and on charybda for 0:30.', 30),
]);

const before = charybda({
  agoSeconds: 7, peers: [{ name: 'skylla', status: 'active', links: [{ name: 'eth0', status: 'up' }, { name: 'ttyS0', status: 'dead' }] }],
});

/** charybda has not answered for 7 s; its last words on ttyS0 differ from what skylla says. */
export const SILENT = snapshot([
  skylla(),
  { ...before, link: { state: 'silent', since: NOW - 7000, says: 'charybda has not answered for 7 s.' } },
], [
  finding('node.silent', 'unknown', 'charybda', 'charybda has not answered for 7 s.', 7, { consequence: 'What you see of it is old. skylla still hears it.' }),
  finding('views.disagree', 'warning', 'ttyS0', 'skylla and charybda disagree about ttyS0 for 7 s.', 7, { evidence: ['skylla: up (1 s)', 'charybda: dead (7 s)'] }),
]);

/** charybda waits for its password. */
export const REFUSED = snapshot([
  skylla(),
  { ...charybda(), heardAt: null, facts: {}, link: { state: 'auth-stopped', since: NOW - 9000, says: 'charybda refused the login of root; type: ssh charybda' } },
], [finding('auth.stopped', 'unknown', 'charybda', 'charybda refused the login of root for 9 s.', 9)]);

/** Nothing was heard yet. */
export const ASKING = snapshot(['skylla', 'charybda'].map((name) => ({
  ...skylla(), name, heardAt: null, facts: {}, log: [], link: { state: 'connecting' as const, since: NOW - 500 },
})), []);

export const SCENES = { HEALTHY, COPYING, DEAD, SPLIT, SILENT, REFUSED, ASKING };
