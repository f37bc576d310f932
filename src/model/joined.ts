// What an operator thinks of as one thing, joined from the views by the selectors. The shapes only; the
// selectors stand in replicas.ts, domains.ts, groups.ts, nodes.ts.
import type { DomainState, DrbdSync } from './facts.ts';
import type { NodeName } from './cluster.ts';
import type { Hypervisor } from './listed.ts';
import type { GroupMachine } from './machines.ts';

export type NodeState = 'online' | 'standby' | 'offline' | 'unclean' | 'dead' | 'unreachable' | 'unknown';

/** One heartbeat link as one node sees it. */
export interface HeartbeatLink {
  name: string;
  peer: NodeName;
  /** null: the node did not say. */
  up: boolean | null;
}

export interface NodeSummary {
  name: NodeName;
  reachable: boolean;
  state: NodeState;
  /** Age of the oldest fact the state rests on; null when nothing was ever heard. */
  ageSeconds: number | null;
  /** True when what is shown of this node is old. */
  stale: boolean;
  /** kind `none`: looked and found no manager; kind null: not known. */
  manager: { kind: string | null; version: string | null; running: boolean | null };
  hypervisor: { kind: string | null; version: string | null };
  uptimeSeconds: number | null;
  load: [number, number, number] | null;
  memoryBytes: { total: number; free: number } | null;
  /** Between the last two samples; null with fewer. */
  cpuPercent: number | null;
  kernel: string | null;
  clockSkewSeconds: number | null;
  links: HeartbeatLink[];
  /** What each other node's manager says of this one, as printed. */
  saidBy: Record<NodeName, string>;
}

/** One side of a replica: what the node says of itself, and what its peer says of it. */
export interface ReplicaSide {
  node: NodeName;
  /** null: not heard. */
  role: string | null;
  disk: string | null;
  connection: string | null;
  ageSeconds: number | null;
  stale: boolean;
  outOfSyncBytes: number | null;
  device: string | null;
  lowerDisk: string | null;
  peerSays: { role: string | null; disk: string | null; by: NodeName; ageSeconds: number | null } | null;
  /** The minor on this node; sides of a named resource may differ in it. */
  minor?: number | null;
  /** The flag field says that I/O stands still. */
  suspended?: boolean;
  /** DRBD's version there; its best disk word depends on it. */
  drbdVersion?: string | null;
}

export type ReplicaState =
  | 'ok' | 'syncing' | 'verifying' | 'paused' | 'degraded' | 'split-brain' | 'inconsistent' | 'diskless'
  | 'dual-primary' | 'down' | 'unknown';

/** The two sides (or more) of one DRBD device. */
export interface Replica {
  /** Resource name (`name/volume` from volume 1 on), `drbdN` where only the minor is known. */
  name: string;
  /** Of the first side; null where only configuration names it, between hosts that are no nodes here. */
  minor: number | null;
  protocol: string | null;
  state: ReplicaState;
  sides: ReplicaSide[];
  /** Nodes that say Primary of themselves. */
  primaries: NodeName[];
  sync: ({ from: NodeName | null; to: NodeName | null } & DrbdSync) | null;
  /** drbd.conf allows two Primaries. */
  allowTwoPrimaries: boolean;
  drbdVersion: string | null;
  /** Sides that must exist (named in drbd.conf, or the peer of the only one known) on no node of the inventory. */
  missingSides?: number;
}

/** A domain on one node. The same name running on two nodes gives two entries. */
export interface Domain {
  name: string;
  node: NodeName;
  hypervisor: Hypervisor;
  /** The .vmx of a VMware machine: two with one name are two machines where this differs. */
  path: string | null;
  state: DomainState;
  stale: boolean;
  ageSeconds: number | null;
  vcpus: number | null;
  memoryBytes: number | null;
  cpuSeconds: number | null;
  /** Share of one CPU between the last two samples; null with fewer. */
  cpuPercent: number | null;
  /** Names of the replicas it stands on, as far as configuration tells. */
  replicas: string[];
  group: string | null;
}

export type GroupState = 'started' | 'starting' | 'stopping' | 'stopped' | 'failed' | 'blocked' | 'unknown';

export interface Group {
  name: string;
  preferred: NodeName | null;
  /** Where it is; null: nowhere, not known (state tells which), or on more than one: see `owners`. */
  on: NodeName | null;
  owners: NodeName[];
  state: GroupState;
  members: string[];
  /** DRBD resource names among the members. */
  replicas: string[];
  /** Domain names among the members (haxendomains::NAME, vmmanager::FILE and the like). */
  domains: string[];
  /** Those of VMware among the domains. */
  machines: GroupMachine[];
}
