// The shapes of DRBD in a node's kernel: a device with all that is known of it, its disk, its peer, and what the sides say.
import type { Bitmap, Mark, OnDisk } from './bitmap.ts';
import type { Option } from './config.ts';
import type { Cstate } from './cstates.ts';
import type { Counters } from './metadata.ts';
import type { Random } from '../random.ts';
import type { Signal } from '../schedule.ts';
import type { Disk, SimNode, World } from '../shapes.ts';

export type Role = 'Primary' | 'Secondary';

/** What a side says about itself when parameters are exchanged. */
export interface Params {
  role: Role;
  /** Size of its disk, KiB; 0: it has none. */
  sizeKib: number;
  /** Size asked for by the administrator, KiB; 0: none. */
  wantedKib: number;
  protocol: string;
  consistent: boolean;
  primaryInd: boolean;
  connectedInd: boolean;
  counters: Counters;
  syncer: SyncerConf;
  /** asks: answer with your own and consider a sync; answers: consider a sync. */
  wants: 'nothing' | 'asks' | 'answers';
}

/** What the sides of a connection say to each other. */
export type Packet =
  | { kind: 'params'; params: Params }
  | { kind: 'bitmap'; bitmap: Bitmap }
  | { kind: 'becomeSyncSource' }
  | { kind: 'becomeSyncTarget' }
  | { kind: 'syncer'; syncer: SyncerConf }
  | { kind: 'data'; serial: number };

/** A TCP connection between two sides, as long as at least one of them believes in it. */
export interface Session {
  readonly sides: readonly [Minor, Minor];
  /** True when what is sent now arrives: the cable is whole, both kernels answer, and both sides still hold the connection. */
  carries(): boolean;
  /** Sends; what cannot arrive now waits for the cable, and is lost with the connection. */
  send(from: Minor, packet: Packet): void;
}

/** The lower device. */
export interface Backing {
  path: string;
  disk: Disk;
  metaPath: string;
  metaIndex: number;
  /** Byte offset of the metadata block on `metaPath`. */
  metaOffset: number;
  onDisk: OnDisk;
}

export interface SyncerConf {
  rateKib: number;
  group: number;
  alExtents: number;
  skip: boolean;
}

export interface NetConf {
  local: string;
  remote: string;
  protocol: string;
  options: readonly Option[];
  pingMs: number;
  timeoutMs: number;
  connectMs: number;
  onDisconnect: string;
}

/** A resync as one side counts it, in bits. */
export interface ResyncCount {
  total: number;
  left: number;
  startMs: number;
  markMs: number;
  markLeft: number;
  pausedMs: number;
}

/** What the target of a resync has still to copy. */
export interface Copy {
  /** The marks it began with, from low to high. */
  marks: readonly Mark[];
  /** Writes that differ in the marked blocks, from low to high: to be had from the source, or to be overwritten. */
  differing: readonly { position: number; serial: number; isAdded: boolean }[];
  next: number;
  lastMs: number;
}

/** A guest's write that waits for the peer. */
export interface Pending {
  serial: number;
  done: (ok: boolean) => void;
}

/** What all devices of a world share. */
export interface Kernel {
  readonly world: World;
  readonly random: Random;
  readonly salt: number;
  /** The module of a node while it is loaded. */
  readonly modules: Map<SimNode, Module>;
  /** What lies on the disks beside data and metadata block. */
  readonly onDisk: WeakMap<Disk, OnDisk>;
  readonly sessions: Set<Session>;
  /** To be called where a lower device did not take or give what it should: the side detaches, or whatever its on-io-error says. */
  localError: (minor: Minor) => void;
  /** The two lines at the top of /proc/drbd. */
  readonly versionLines: readonly [string, string];
}

export interface Module {
  readonly minors: Minor[];
  /** The kernel stopped itself. */
  panicked: boolean;
}

export interface Minor {
  readonly kernel: Kernel;
  readonly node: SimNode;
  readonly number: number;
  readonly random: Random;
  readonly device: string;
  cstate: Cstate;
  role: Role;
  peerRole: Role | 'Unknown';
  counters: Counters;
  consistent: boolean;
  fullSync: boolean;
  /** As the metadata had them at its last write. */
  primaryInd: boolean;
  connectedInd: boolean;
  /** Was Primary when its node died, and no resync mended that yet. */
  crashedPrimary: boolean;
  /** Was alone as a Primary when its node died. */
  waitsDegraded: boolean;
  onPrimaryHuman: boolean;
  onPrimaryTimeout: boolean;
  /** The next loss of the connection is wanted and does not count. */
  lossIsWanted: boolean;
  partnerConsistent: boolean;
  partnerDiskless: boolean;
  /** Null: diskless. */
  backing: Backing | null;
  /** What was agreed, KiB. */
  sizeKib: number;
  wantedKib: number;
  partnerKib: number;
  diskOptions: readonly Option[];
  onIoError: string;
  net: NetConf | null;
  syncer: SyncerConf;
  session: Session | null;
  pending: Pending[];
  resync: ResyncCount | null;
  copy: Copy | null;
  /** World time something came from the peer last. */
  heardMs: number;
  /** World time of the first try to connect. */
  firstTryMs: number;
  /** silent: it waits for an answer to its ping. going: it knows that the connection is over. */
  noticing: 'nothing' | 'silent' | 'going';
  stopNoticing: () => void;
  stopTrying: () => void;
  stopTicking: () => void;
  /** Counters of /proc/drbd, KiB and counts. */
  stat: { ns: number; nr: number; dw: number; dr: number; al: number; bm: number; primarySinceMs: number };
  threads: { receiver: number; asender: number; worker: number };
  /** Fires when the connection state or what is in flight changed. */
  changed: Signal;
}
