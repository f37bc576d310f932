// Clusters made by hand for the tests of what is printed: two nodes of heartbeat, DRBD and Xen.
import type { Cluster, Facts, NodeView, Observation } from '../../src/model/cluster.ts';
import type { TrackedFinding } from '../../src/model/findings.ts';
import type { DrbdMinor, FactName, FactTypes } from '../../src/model/facts.ts';
import type { Snapshot } from '../../src/monitor/store.ts';

/** 15 Feb 2007, 10:22:33 UTC. */
export const NOW = Date.UTC(2007, 1, 15, 10, 22, 33);

/** A fact heard half a second ago. */
export function heard<T>(value: T, over: Partial<Observation<T>> = {}): Observation<T> {
  return { everySeconds: 1, askedAt: NOW - 600, heardAt: NOW - 500, changedAt: NOW - 60_000, value, previous: null, raw: '', unread: [], unreadSince: null, failure: null, ...over };
}

/** A fact that was never heard. */
export function unheard(over: Partial<Observation<never>>): Observation<never> {
  return { everySeconds: 1, askedAt: NOW - 600, heardAt: null, changedAt: null, value: null, previous: null, raw: '', unread: [], unreadSince: null, failure: null, ...over };
}

/** Facts by name, each heard half a second ago. */
export function factsOf(values: Partial<{ [N in FactName]: FactTypes[N] }>): Facts {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, heard(value)])) as Facts;
}

export function minor(over: Partial<DrbdMinor>): DrbdMinor {
  return {
    minor: 0, connection: 'Connected', role: 'Primary', peerRole: 'Secondary', disk: 'Consistent', peerDisk: null, protocol: null, ioFlags: '', unconfigured: false,
    networkSentBytes: 0, networkReceivedBytes: 0, diskWrittenBytes: 0, diskReadBytes: 0, activityLogUpdates: 0, bitmapUpdates: 0, localPending: 0, pending: 0,
    unacknowledged: 0, applicationPending: 0, epochs: null, writeOrder: null, outOfSyncBytes: null, sync: null, ...over,
  };
}

const haresources = { groups: [{ preferred: 'skylla', members: ['drbddisk::domain1', 'haxendomains::domain1'] }] };
const drbdConf = {
  resources: [{
    name: 'domain1', protocol: 'C', allowTwoPrimaries: false,
    sides: ['skylla', 'charybda'].map((node, index) => ({ node, volume: 0, device: '/dev/drbd0', minor: 0, disk: '/dev/lvm/domain1', address: `10.0.1.${index + 1}:7788`, metaDisk: 'internal' })),
  }],
  includes: [],
};

export function nodeView(name: string, peer: string, over: Partial<NodeView> = {}): NodeView {
  const isPrimary = name === 'skylla';
  return {
    name,
    link: { state: 'up', since: NOW - 90_000 },
    heardAt: NOW - 500,
    facts: factsOf({
      vitals: { nodeName: name, kernel: '2.6.16-xen', bootId: 'b', uptimeSeconds: 1_036_800, load: [0.4, 0.3, 0.2], memoryTotalBytes: 1_073_741_824, memoryFreeBytes: 268_435_456, swapUsedBytes: 0, cpuTicks: null, cpus: 2 },
      'proc-drbd': { version: '0.7.17', api: '77', protocol: '74', build: null, resources: [minor(isPrimary ? {} : { role: 'Secondary', peerRole: 'Primary' })] },
      'drbd-conf': drbdConf,
      'xen-list': {
        tool: 'xm',
        domains: [
          { name: 'Domain-0', id: 0, memoryBytes: 268_435_456, vcpus: 2, state: 'running', letters: 'r-----', cpuSeconds: 12 },
          ...(isPrimary ? [{ name: 'domain1', id: 4, memoryBytes: 268_435_456, vcpus: 1, state: 'running' as const, letters: '-b----', cpuSeconds: 1234.5 }] : []),
        ],
      },
      'cl-status': { running: true, resources: isPrimary ? 'local' : 'none', peers: [{ name, status: 'active', links: [] }, { name: peer, status: 'active', links: [{ name: 'eth1', status: 'up' }] }] },
      haresources,
    }),
    clock: { offsetSeconds: 0.02, errorSeconds: 0.01, zoneMinutes: 0, at: NOW - 1000 },
    log: [],
    logFailures: [],
    via: 'ssh',
    ...over,
  };
}

export function clusterOf(...nodes: NodeView[]): Cluster {
  return { config: { name: 'homer', manager: 'auto', hypervisor: 'auto', readOnly: false }, nodes };
}

export function pairOf(first: Partial<NodeView> = {}, second: Partial<NodeView> = {}): Cluster {
  return clusterOf(nodeView('skylla', 'charybda', first), nodeView('charybda', 'skylla', second));
}

export function finding(over: Partial<TrackedFinding> = {}): TrackedFinding {
  return {
    code: 'link.down', severity: 'warning', subject: 'eth1', fact: 'eth1 is down.', consequence: 'One link is left.', todo: 'Check its cable.',
    evidence: ['skylla: hblinkstatus dead'], since: NOW - 24_000, because: null, openedAt: NOW - 20_000, goneAt: null, ...over,
  };
}

export function snapshotOf(cluster: Cluster, findings: TrackedFinding[] = [], at = NOW): Snapshot {
  return { cluster, findings, at };
}
