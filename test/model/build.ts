// Builds views by hand for the model's tests: facts as objects, no parser involved. Two homers: DRBD 0.7 and 8.4.
import type { Cluster, Facts, NodeLogLine, NodeView, Observation } from '../../src/model/cluster.ts';
import type {
  DrbdConf, DrbdMinor, DrbdSync, FactName, FactTypes, HaCf, HaResources, HeartbeatStatus, LogKind, Mounts, ProcDrbd, Vitals, XenList,
} from '../../src/model/facts.ts';

/** 15 Feb 2007, 10:22:33 UTC. */
export const NOW = Date.UTC(2007, 1, 15, 10, 22, 33);

const EVERY: Record<FactName, number> = {
  vitals: 1, mounts: 10, 'proc-drbd': 1, 'drbd-conf': 30, drbdadm: 60, 'xen-list': 5, 'vmware-cmd': 10, 'cl-status': 5, 'ha-cf': 30, haresources: 30, 'drbd-status': 5, xentop: 10,
  mdstat: 5, bonding: 5, lvm: 60, 'file-systems': 30, watchdog: 60, boot: 300, files: 60, versions: 300,
};

export type Over<T> = Partial<Observation<T>> & { ago?: number; changedAgo?: number };

/** An observation heard `ago` seconds before NOW (1) that has not changed for `changedAgo` seconds (an hour). */
export function heard<N extends FactName>(name: N, value: FactTypes[N], over: Over<FactTypes[N]> = {}): Observation<FactTypes[N]> {
  const { ago = 1, changedAgo = 3600, ...rest } = over;
  const heardAt = NOW - ago * 1000;
  return {
    everySeconds: EVERY[name], askedAt: heardAt, heardAt, changedAt: NOW - changedAgo * 1000, value, previous: null,
    raw: '', unread: [], unreadSince: null, failure: null, ...rest,
  };
}

/** An observation whose last asking failed; `value` is what was said before, if anything. */
export function failing<N extends FactName>(
  name: N, kind: 'absent' | 'no-answer' | 'down' | 'forbidden', why: string, value: FactTypes[N] | null = null,
): Observation<FactTypes[N]> {
  return {
    everySeconds: EVERY[name], askedAt: NOW - 1000, heardAt: value ? NOW - 60_000 : null, changedAt: value ? NOW - 3600_000 : null,
    value, previous: null, raw: '', unread: [], unreadSince: null, failure: { kind, why, since: NOW - 42_000 },
  };
}

export function view(name: string, facts: Facts, over: Partial<NodeView> = {}): NodeView {
  return {
    name, link: { state: 'up', since: NOW - 86_400_000 }, heardAt: NOW - 500, facts,
    clock: { offsetSeconds: 0.02, errorSeconds: 0.01, zoneMinutes: 60, at: NOW - 5000 },
    log: [], logFailures: [], via: 'ssh', ...over,
  };
}

export function cluster(...nodes: NodeView[]): Cluster {
  return { config: { name: 'homer', manager: 'auto', hypervisor: 'auto', readOnly: false }, nodes };
}

/** `minor(0, 'Connected Primary/Secondary UpToDate/UpToDate')`; one disk word is the 0.7 form; `-` is null. */
export function minor(number: number, words: string, over: Partial<DrbdMinor> = {}): DrbdMinor {
  const [connection = '', roles = '-', disks = '-'] = words.split(' ');
  const [role, peerRole] = pair(roles);
  const [disk, peerDisk] = pair(disks);
  return {
    minor: number, connection, role, peerRole, disk, peerDisk, protocol: 'C', ioFlags: null,
    unconfigured: connection === 'Unconfigured', networkSentBytes: 0, networkReceivedBytes: 0, diskWrittenBytes: 0,
    diskReadBytes: 0, activityLogUpdates: 0, bitmapUpdates: 0, localPending: 0, pending: 0, unacknowledged: 0,
    applicationPending: 0, epochs: null, writeOrder: null, outOfSyncBytes: null, sync: null, ...over,
  };
}

function pair(words: string): [string | null, string | null] {
  const [own = '-', peer = '-'] = words.split('/');
  return [own === '-' ? null : own, peer === '-' ? null : peer];
}

export function resync(donePercent: number | null, finishSeconds: number | null, over: Partial<DrbdSync> = {}): DrbdSync {
  return {
    kind: 'resync', donePercent, remainingBytes: 297 * 2 ** 20, totalBytes: 512 * 2 ** 20, finishSeconds,
    speedBytesPerSecond: 12 * 2 ** 20, averageBytesPerSecond: null, wantBytesPerSecond: null, stalled: false, ...over,
  };
}

export function proc(version: string | null, ...resources: DrbdMinor[]): ProcDrbd {
  return { version, api: null, protocol: null, build: null, resources };
}

export function vitals(nodeName: string | null, over: Partial<Vitals> = {}): Vitals {
  return {
    nodeName, kernel: '2.6.16-xen', bootId: 'b', uptimeSeconds: 1_036_800, load: [0.4, 0.3, 0.2],
    memoryTotalBytes: 2 ** 30, memoryFreeBytes: 2 ** 28, swapUsedBytes: 0, cpuTicks: { busy: 100, total: 1000 }, cpus: 1, ...over,
  };
}

/** `xen('domain1 running', ...)`, with Domain-0 before them. */
export function xen(...domains: string[]): XenList {
  const host = { name: 'Domain-0', id: 0, memoryBytes: 2 ** 27, vcpus: 1, state: 'running' as const, letters: 'r-----', cpuSeconds: 500 };
  return {
    tool: 'xm',
    domains: [host, ...domains.map((words, i) => {
      const [name = '', state = 'running'] = words.split(' ');
      return {
        name, id: state === 'off' ? null : i + 1, memoryBytes: 2 ** 28, vcpus: 1, state: state as XenList['domains'][number]['state'],
        letters: '-b----', cpuSeconds: 100,
      };
    })],
  };
}

/** `ha('local', 'charybda active eth0:up eth1:up', ...)`; `-` as resources is null. */
export function ha(resources: string, ...peers: string[]): HeartbeatStatus {
  return {
    running: true, resources: resources === '-' ? null : resources,
    peers: peers.map((words) => {
      const [name = '', status = '-', ...links] = words.split(' ');
      return {
        name, status: status === '-' ? null : status,
        links: links.map((link) => {
          const [linkName = '', word = '-'] = link.split(':');
          return { name: linkName, status: word === '-' ? null : word };
        }),
      };
    }),
  };
}

export const STOPPED: HeartbeatStatus = { running: false, resources: null, peers: [] };

export function haCf(over: Partial<HaCf> = {}): HaCf {
  return {
    nodes: ['skylla', 'charybda'], keepaliveSeconds: 2, deadtimeSeconds: 30, warntimeSeconds: 10, initdeadSeconds: 120,
    autoFailback: 'on', links: [{ kind: 'bcast', name: 'eth0' }, { kind: 'bcast', name: 'eth1' }], ping: [], stonith: [],
    logfile: null, debugfile: null, watchdog: null, crm: false, ...over,
  };
}

/** One line each: `haresources('skylla drbddisk::domain1 haxendomains::domain1')`. */
export function haresources(...lines: string[]): HaResources {
  return {
    groups: lines.map((line) => {
      const [preferred = '', ...members] = line.split(' ');
      return { preferred, members };
    }),
  };
}

/** One resource each: `conf('domain1 skylla:0 charybda:0')`; a host with its minor. */
export function conf(...lines: string[]): DrbdConf {
  return {
    includes: [],
    resources: lines.map((line) => {
      const [name = '', ...sides] = line.split(' ');
      return {
        name, protocol: 'C', allowTwoPrimaries: false,
        sides: sides.map((side) => {
          const [node = '', number = ''] = side.split(':');
          return {
            node, volume: 0, device: `/dev/drbd${number}`, minor: Number(number), disk: `/dev/lvm/${name}`, address: null, metaDisk: null,
          };
        }),
      };
    }),
  };
}

export function mounts(...paths: string[]): Mounts {
  return { mounts: paths.map((path) => ({ device: '/dev/drbd0', path, type: 'ext3', options: 'rw' })) };
}

let seq = 0;

/** A line of ha-log, `ago` seconds before NOW; null: without a time, heard ten seconds ago. */
export function logLine(kind: LogKind, ago: number | null, text: string, over: Partial<NodeLogLine['event']> = {}): NodeLogLine {
  const at = ago === null ? null : NOW - ago * 1000;
  seq += 1;
  return {
    seq, file: '/var/log/ha-log', heardAt: at ?? NOW - 10_000, at, raw: `heartbeat[8]: ${text}`,
    event: { at: null, stamp: '', level: 'info', daemon: 'heartbeat', pid: 8, kind, node: null, resource: null, text, ...over },
  };
}

export type Version = '0.7.23' | '8.4.11';

/** The healthy pair: skylla runs domain1 on minor 0, charybda domain2 on minor 1. */
export function homer(version: Version = '0.7.23'): Cluster {
  const disks = version === '0.7.23' ? 'Consistent' : 'UpToDate/UpToDate';
  const lines = ['skylla drbddisk::domain1 haxendomains::domain1', 'charybda drbddisk::domain2 haxendomains::domain2'];
  const node = (name: string, peer: string, roles: [string, string], domain: string): NodeView => view(name, {
    vitals: heard('vitals', vitals(name)),
    mounts: heard('mounts', mounts('/')),
    'proc-drbd': heard('proc-drbd', proc(version, minor(0, `Connected ${roles[0]} ${disks}`), minor(1, `Connected ${roles[1]} ${disks}`))),
    'drbd-conf': heard('drbd-conf', conf('domain1 skylla:0 charybda:0', 'domain2 skylla:1 charybda:1')),
    drbdadm: failing('drbdadm', 'absent', 'drbdadm is not installed'),
    'xen-list': heard('xen-list', xen(`${domain} running`)),
    'cl-status': heard('cl-status', ha('local', `${peer} active eth0:up eth1:up`, `${name} active eth0:up eth1:up`)),
    'ha-cf': heard('ha-cf', haCf(), { raw: 'keepalive 2\nnode skylla charybda\n' }),
    haresources: heard('haresources', haresources(...lines), { raw: `${lines.join('\n')}\n` }),
  });
  return cluster(
    node('skylla', 'charybda', ['Primary/Secondary', 'Secondary/Primary'], 'domain1'),
    node('charybda', 'skylla', ['Secondary/Primary', 'Primary/Secondary'], 'domain2'),
  );
}

/** The cluster with one node changed. */
export function change(before: Cluster, name: string, edit: (node: NodeView) => Partial<NodeView>): Cluster {
  return { ...before, nodes: before.nodes.map((node) => (node.name === name ? { ...node, ...edit(node) } : node)) };
}

/** The cluster with one fact of one node replaced. */
export function tell<N extends FactName>(
  before: Cluster, name: string, fact: N, value: FactTypes[N], over: Over<FactTypes[N]> = {},
): Cluster {
  return change(before, name, (node) => ({ facts: { ...node.facts, [fact]: heard(fact, value, over) } }));
}

/** The cluster with one node silent for so long; its last words stay. */
export function silence(before: Cluster, name: string, seconds: number): Cluster {
  const at = NOW - seconds * 1000;
  return change(before, name, (node) => ({
    link: { state: 'silent', since: at, says: `${name} does not answer` }, heardAt: at,
    facts: Object.fromEntries(Object.entries(node.facts).map(([fact, seen]) =>
      [fact, seen.heardAt === null ? seen : { ...seen, heardAt: at, askedAt: at }])),
  }));
}
