// The JSON contract as zod schemas: every name, type and word list. Fields beyond it are allowed.
import { z } from 'zod';

const time = z.string().regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/);
const count = z.int().min(0);
const seconds = z.number().min(0);
const percent = z.number().min(0).max(100);
const severity = z.enum(['critical', 'unknown', 'warning', 'info']);

export const FINDING_CODES = [
  'node.dead', 'node.unclean', 'replica.split-brain', 'replica.inconsistent', 'replica.dual-primary', 'domain.twice', 'domain.without-primary',
  'domain.crashed', 'group.failed', 'group.nowhere', 'quorum.lost', 'hostkey.changed', 'fs.full', 'node.silent', 'auth.stopped', 'link.down', 'link.last',
  'bond.degraded', 'array.degraded', 'multipath.degraded', 'replica.syncing', 'replica.degraded', 'replica.diskless', 'replica.stalled',
  'replica.out-of-sync', 'domain.stuck', 'group.misplaced', 'node.stopped', 'views.disagree', 'fact.stale', 'clock.skew', 'config.differs',
  'ban.leftover', 'maintenance.on', 'probe.unanswered', 'probe.unread', 'config.advice', 'fencing.none', 'domain.unmanaged', 'replica.never-verified',
] as const;

const node = z.looseObject({
  name: z.string().min(1),
  reachable: z.boolean(),
  state: z.enum(['online', 'standby', 'offline', 'unclean', 'dead', 'unreachable', 'unknown']),
  ageSeconds: seconds.nullable(),
  stale: z.boolean(),
  manager: z.looseObject({ kind: z.enum(['heartbeat', 'pacemaker', 'rgmanager', 'ganeti', 'none']).nullable(), version: z.string().nullable() }),
  hypervisor: z.looseObject({ kind: z.enum(['xen', 'vmware-server', 'kvm', 'none']).nullable(), version: z.string().nullable() }),
  uptimeSeconds: seconds.nullable(),
  load: z.tuple([z.number(), z.number(), z.number()]).nullable(),
  memoryBytes: z.looseObject({ total: count, free: count }).nullable(),
  clockSkewSeconds: z.number().nullable(),
  links: z.array(z.looseObject({ name: z.string(), peer: z.string(), up: z.boolean().nullable() })),
  saidBy: z.record(z.string(), z.string()),
});

const replica = z.looseObject({
  name: z.string().min(1),
  minor: count.nullable(),
  protocol: z.enum(['A', 'B', 'C']).nullable(),
  state: z.enum(['ok', 'syncing', 'verifying', 'paused', 'degraded', 'split-brain', 'inconsistent', 'diskless', 'dual-primary', 'down', 'unknown']),
  sides: z.array(z.looseObject({
    node: z.string(), role: z.string().nullable(), disk: z.string().nullable(), connection: z.string().nullable(), ageSeconds: seconds.nullable(),
    peerSays: z.looseObject({ role: z.string().nullable(), disk: z.string().nullable(), by: z.string(), ageSeconds: seconds.nullable() }).nullable(),
  })),
  sync: z.looseObject({ from: z.string().nullable(), to: z.string().nullable(), donePercent: percent.nullable(), finishSeconds: seconds.nullable() }).nullable(),
});

const domainState = z.enum(['running', 'paused', 'suspended', 'crashed', 'shutdown', 'off', 'stuck', 'unknown']);
const domain = z.looseObject({
  name: z.string(), node: z.string(), state: domainState, vcpus: count.nullable(), memoryBytes: count.nullable(), cpuSeconds: seconds.nullable(),
  cpuPercent: z.number().min(0).nullable(), replicas: z.array(z.string()), group: z.string().nullable(),
});

const group = z.looseObject({
  name: z.string(), preferred: z.string().nullable(), on: z.string().nullable(),
  state: z.enum(['started', 'starting', 'stopping', 'stopped', 'failed', 'blocked', 'unknown']), members: z.array(z.string()),
});

/** `status --json`, one document. */
export const statusSchema = z.looseObject({
  schema: z.literal('crashcart/status/1'),
  cluster: z.string(),
  at: time,
  health: z.enum(['ok', 'warning', 'critical', 'unknown']),
  nodes: z.array(node),
  replicas: z.array(replica),
  domains: z.array(domain),
  groups: z.array(group),
  services: z.array(z.looseObject({ name: z.string(), up: z.boolean().nullable(), sinceSeconds: seconds.nullable() })),
  findings: z.array(z.looseObject({ code: z.enum(FINDING_CODES), severity, subject: z.string().min(1), says: z.string().min(1), evidence: z.array(z.string()), since: time.nullable() })),
  errors: z.array(z.looseObject({ node: z.string(), probe: z.string(), why: z.string().min(1).max(400) })),
});

/** `watch --json`, one line. */
export const eventSchema = z.looseObject({
  schema: z.literal('crashcart/event/1'), at: time.nullable(), cluster: z.string(), kind: z.enum(['finding-opened', 'finding-closed', 'transition', 'log']),
  subject: z.string(), from: z.string().nullable(), to: z.string().nullable(), says: z.string(), severity: severity.nullable(), node: z.string().nullable(),
});

/** `doctor --json`, one document. */
export const doctorSchema = z.looseObject({
  schema: z.literal('crashcart/doctor/1'), cluster: z.string(), at: time, ok: z.boolean(),
  checks: z.array(z.looseObject({ node: z.string().nullable(), check: z.string(), state: z.enum(['ok', 'note', 'bad']), says: z.string().min(1), mend: z.string().nullable() })),
});

const sync = z.looseObject({
  kind: z.enum(['resync', 'verify']), donePercent: percent.nullable(), remainingBytes: count.nullable(), totalBytes: count.nullable(), finishSeconds: seconds.nullable(),
  speedBytesPerSecond: count.nullable(), averageBytesPerSecond: count.nullable(), wantBytesPerSecond: count.nullable(), stalled: z.boolean(),
});
const word = z.string().nullable();
const counter = count.nullable();
const read = { schema: z.literal('crashcart/parse/1'), answered: z.literal(true), unread: z.array(z.string()) };

/** What each probe of the contract gives where it was answered. */
export const PARSED = {
  'proc-drbd': z.looseObject({
    ...read, version: word, api: word, protocol: word, build: word,
    resources: z.array(z.looseObject({
      minor: count, connection: z.string(), role: word, peerRole: word, disk: word, peerDisk: word, protocol: word, ioFlags: word, unconfigured: z.boolean(),
      networkSentBytes: counter, networkReceivedBytes: counter, diskWrittenBytes: counter, diskReadBytes: counter, activityLogUpdates: counter,
      bitmapUpdates: counter, localPending: counter, pending: counter, unacknowledged: counter, applicationPending: counter, epochs: counter,
      writeOrder: word, outOfSyncBytes: counter, sync: sync.nullable(),
    })),
  }),
  'xen-list': z.looseObject({
    ...read, domains: z.array(z.looseObject({ name: z.string(), id: counter, memoryBytes: counter, vcpus: counter, state: domainState, cpuSeconds: seconds.nullable() })),
  }),
  'ha-log': z.looseObject({
    ...read,
    events: z.array(z.looseObject({
      at: time.nullable(), level: word, daemon: word, pid: counter, node: word, resource: word, text: z.string(),
      kind: z.enum(['node-dead', 'node-up', 'link-dead', 'link-up', 'shutdown-notice', 'shutdown-complete', 'restart', 'acquiring', 'releasing', 'resource-start',
        'resource-stop', 'takeover-complete', 'standby', 'returning-after-partition', 'both-own-resources', 'no-stonith', 'late-heartbeat', 'other']),
    })),
  }),
  'kernel-log': z.looseObject({
    ...read,
    events: z.array(z.looseObject({
      at: time.nullable(), minor: counter, resource: word, from: word, to: word, text: z.string(),
      kind: z.enum(['drbd-role', 'drbd-connection', 'drbd-disk', 'split-brain', 'resync-started', 'resync-done', 'io-error', 'detached', 'other']),
    })),
  }),
  xentop: z.looseObject({
    ...read,
    domains: z.array(z.looseObject({
      name: z.string(), state: domainState, cpuSeconds: seconds.nullable(), cpuPercent: z.number().min(0).nullable(), memoryBytes: counter, maxMemoryBytes: counter,
      vcpus: counter, networkSentBytes: counter, networkReceivedBytes: counter, diskReads: counter, diskWrites: counter,
    })),
  }),
  'drbd-status': z.looseObject({
    ...read,
    resources: z.array(z.looseObject({
      name: z.string(), role: word, volumes: z.array(z.looseObject({ volume: count, minor: counter, disk: word })),
      peers: z.array(z.looseObject({
        name: z.string(), connection: z.string(), role: word,
        volumes: z.array(z.looseObject({ volume: count, replication: word, disk: word, outOfSyncBytes: counter, donePercent: percent.nullable() })),
      })),
    })),
  }),
  'drbd-events': z.looseObject({
    ...read,
    events: z.array(z.looseObject({ at: time.nullable(), event: z.string(), object: z.string(), name: word, fields: z.record(z.string(), z.string()) })),
  }),
  'vmware-cmd': z.looseObject({ ...read, answer: z.string(), argument: word, value: z.union([z.string(), z.number(), z.array(z.string())]).nullable() }),
  mdstat: z.looseObject({
    ...read,
    arrays: z.array(z.looseObject({
      name: z.string(), level: word, active: z.boolean(), disksTotal: counter, disksUp: counter, degraded: z.boolean().nullable(), failed: count,
      sync: z.looseObject({ kind: z.string(), donePercent: percent.nullable(), finishSeconds: seconds.nullable() }).nullable(),
    })),
  }),
  bonding: z.looseObject({
    ...read, mode: word, up: z.boolean().nullable(), active: word, redundant: z.boolean(),
    members: z.array(z.looseObject({ name: z.string(), up: z.boolean().nullable(), failures: counter })),
  }),
  vgs: z.looseObject({
    ...read,
    groups: z.array(z.looseObject({ name: z.string(), sizeBytes: counter, freeBytes: counter, clustered: z.boolean().nullable(), partial: z.boolean().nullable() })),
  }),
  lvs: z.looseObject({
    ...read,
    volumes: z.array(z.looseObject({
      name: z.string(), group: word, sizeBytes: counter, active: z.boolean().nullable(), open: z.boolean().nullable(), partial: z.boolean().nullable(),
    })),
  }),
  'cl-status': z.looseObject({ ...read, answer: word, value: z.union([z.string(), z.array(z.string())]) }),
};

/** Where the output says that the tool could not be asked: never a list. */
export const refusedSchema = z.strictObject({
  schema: z.literal('crashcart/parse/1'), probe: z.string(), answered: z.literal(false), why: z.string().min(1).max(200), raw: z.string(), kind: z.string().optional(),
});
