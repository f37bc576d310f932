// Snapshots made by hand for the screens: facts as a node would have said them, without any parser.
import type { ClockOffset, Cluster, Link, NodeLogLine, NodeView, Observation } from '../../src/model/cluster.ts';
import type { DrbdMinor, FactName, FactTypes, HeartbeatPeer, LogKind, XenDomain } from '../../src/model/facts.ts';
import type { Finding, TrackedFinding } from '../../src/model/findings.ts';
import type { About, CockpitSnapshot } from '../../src/screens/props.ts';

/** Thu 15 Feb 2007 11:22:33 UTC: the clock of the pictures. */
export const NOW = Date.UTC(2007, 1, 15, 11, 22, 33);
export const MIB = 1024 * 1024;

export const ABOUT: About = { version: '1.0', inventory: '/etc/crashcart/crashcart.yaml', notices: () => [] };

/** A fact heard `agoSeconds` ago. */
export function seen<T>(value: T, agoSeconds = 1, rest: Partial<Observation<T>> = {}): Observation<T> {
  const heardAt = NOW - agoSeconds * 1000;
  return {
    everySeconds: 5, askedAt: heardAt, heardAt, changedAt: heardAt, value, previous: null, raw: '', unread: [], unreadSince: null,
    failure: null, ...rest,
  };
}

/** A minor of DRBD 0.7: its own disk in a word, nothing about the peer's. */
export function minor(number: number, role: string, rest: Partial<DrbdMinor> = {}): DrbdMinor {
  return {
    minor: number, connection: 'Connected', role, peerRole: role === 'Primary' ? 'Secondary' : 'Primary', disk: 'Consistent', peerDisk: null,
    protocol: 'C', ioFlags: null, unconfigured: false, networkSentBytes: 0, networkReceivedBytes: 0, diskWrittenBytes: 0, diskReadBytes: 0,
    activityLogUpdates: 0, bitmapUpdates: 0, localPending: 0, pending: 0, unacknowledged: 0, applicationPending: null, epochs: null,
    writeOrder: null, outOfSyncBytes: null, sync: null, ...rest,
  };
}

export function xenDomain(name: string, id: number, megabytes: number, rest: Partial<XenDomain> = {}): XenDomain {
  return { name, id, memoryBytes: megabytes * MIB, vcpus: 1, state: 'running', letters: '-b----', cpuSeconds: 100, ...rest };
}

export interface NodeOptions {
  minors?: DrbdMinor[];
  domains?: XenDomain[];
  /** CPU of each domain between the last two samples, in percent. */
  domainCpu?: Record<string, number>;
  cpu?: number;
  usedMegabytes?: number;
  holds?: string;
  peers?: HeartbeatPeer[];
  link?: Link;
  /** All facts are this old. */
  agoSeconds?: number;
  uptimeSeconds?: number;
  log?: NodeLogLine[];
  clock?: ClockOffset | null;
  facts?: Partial<{ [P in FactName]: Observation<FactTypes[P]> }>;
}

/** A node of the pictures: DRBD 0.7.23, Xen 3, heartbeat 1. */
export function node(name: string, options: NodeOptions = {}): NodeView {
  const ago = options.agoSeconds ?? 1;
  const heard = NOW - ago * 1000;
  const domains = options.domains ?? [];
  const before = domains.map((domain) => ({ ...domain, cpuSeconds: (domain.cpuSeconds ?? 0) - ((options.domainCpu?.[domain.name] ?? 0) / 100) * 5 }));
  const vitals = {
    nodeName: name, kernel: '2.6.16.29-xen', bootId: 'b', uptimeSeconds: options.uptimeSeconds ?? 12 * 86_400, load: [0.4, 0.3, 0.2] as [number, number, number],
    memoryTotalBytes: 1024 * MIB, memoryFreeBytes: (1024 - (options.usedMegabytes ?? 576)) * MIB, swapUsedBytes: 0, cpus: 2,
  };
  return {
    name,
    link: options.link ?? { state: 'up', since: NOW - 600_000 },
    heardAt: heard,
    facts: {
      vitals: seen({ ...vitals, cpuTicks: { busy: 1000 + (options.cpu ?? 14), total: 10_100 } }, ago, {
        everySeconds: 1, previous: { value: { ...vitals, cpuTicks: { busy: 1000, total: 10_000 } }, heardAt: heard - 1000 },
      }),
      'proc-drbd': seen({ version: '0.7.23', api: '79', protocol: '74', build: null, resources: options.minors ?? [] }, ago, { everySeconds: 1 }),
      'xen-list': seen({ tool: 'xm', domains: [xenDomain('Domain-0', 0, 256), ...domains] }, ago, {
        previous: { value: { tool: 'xm', domains: before }, heardAt: heard - 5000 },
      }),
      'cl-status': seen({ running: true, resources: options.holds ?? 'local', peers: options.peers ?? [] }, ago),
      ...options.facts,
    },
    clock: options.clock ?? null,
    log: options.log ?? [],
    logFailures: [],
    via: 'ssh',
  };
}

/** A peer that hears this one on all its links. */
export function peer(name: string, status = 'active', links = ['eth0', 'ttyS0'], up = 'up'): HeartbeatPeer {
  return { name, status, links: links.map((link) => ({ name: link, status: up })) };
}

let lines = 0;

/** A line of ha-log at a time of that day. */
export function logLine(time: string, text: string, kind: LogKind = 'other', day = '2007-02-15'): NodeLogLine {
  const at = Date.parse(`${day}T${time}Z`);
  lines += 1;
  return {
    seq: lines, file: '/var/log/ha-log', heardAt: NOW - 1000, at, raw: `heartbeat: ${day}_${time} info: ${text}`,
    event: { at: new Date(at).toISOString(), stamp: `${day}_${time}`, level: 'info', daemon: 'heartbeat', pid: null, kind, node: null, resource: null, text },
  };
}

const RESOURCES = ['domain1', 'domain2'] as const;

/** drbd.conf and haresources of homer, the same on both nodes. */
export function homerFiles(agoSeconds = 1): NonNullable<NodeOptions['facts']> {
  return {
    'drbd-conf': seen({
      resources: RESOURCES.map((name, at) => ({
        name, protocol: 'C', allowTwoPrimaries: false,
        sides: ['skylla', 'charybda'].map((host) => ({
          node: host, volume: 0, device: `/dev/drbd${at}`, minor: at, disk: `/dev/lvm/${name}`, address: `10.0.1.1:${7788 + at}`, metaDisk: 'internal',
        })),
      })),
      includes: [],
    }, agoSeconds, { everySeconds: 60 }),
    haresources: seen({
      groups: [
        { preferred: 'skylla', members: ['drbddisk::domain1', 'haxendomains::domain1'] },
        { preferred: 'charybda', members: ['drbddisk::domain2', 'haxendomains::domain2'] },
      ],
    }, agoSeconds, { everySeconds: 60 }),
  };
}

export const HOMER_LOG = [
  logLine('10:57:01', 'Version 2 support: no'), logLine('10:58:04', 'Link charybda:eth0 up.', 'link-up'),
  logLine('11:02:11', 'Resources acquired from skylla complete.', 'takeover-complete'),
];

/** skylla of homer, healthy. */
export function skylla(options: NodeOptions = {}): NodeView {
  return node('skylla', {
    minors: [minor(0, 'Primary'), minor(1, 'Secondary')], domains: [xenDomain('domain1', 3, 256)], domainCpu: { domain1: 3 },
    cpu: 14, usedMegabytes: 576, peers: [peer('charybda')], log: HOMER_LOG, ...options,
    facts: { ...homerFiles(options.agoSeconds), ...options.facts },
  });
}

/** charybda of homer, healthy. */
export function charybda(options: NodeOptions = {}): NodeView {
  return node('charybda', {
    minors: [minor(0, 'Secondary'), minor(1, 'Primary')], domains: [xenDomain('domain2', 2, 256)], domainCpu: { domain2: 11 },
    cpu: 5, usedMegabytes: 640, peers: [peer('skylla')], ...options,
    facts: { ...homerFiles(options.agoSeconds), ...options.facts },
  });
}

export function cluster(name: string, nodes: readonly NodeView[]): Cluster {
  return { config: { name, manager: 'auto', hypervisor: 'auto', readOnly: false }, nodes };
}

/** A finding since `agoSeconds`, seen by us all that time. */
export function finding(code: Finding['code'], severity: Finding['severity'], subject: string, fact: string, agoSeconds: number, rest: Partial<TrackedFinding> = {}): TrackedFinding {
  const since = NOW - agoSeconds * 1000;
  return { code, severity, subject, fact, consequence: '', todo: '', evidence: [], because: null, since, openedAt: since, goneAt: null, ...rest };
}

export const NO_FENCING = finding('fencing.none', 'info', 'homer', 'homer has no STONITH device.', 12 * 86_400);

export function snapshot(nodes: readonly NodeView[], findings: readonly TrackedFinding[] = [], name = 'homer'): CockpitSnapshot {
  return { cluster: cluster(name, nodes), findings, at: NOW };
}
