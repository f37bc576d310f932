// One DRBD device on one node, as the node's kernel module holds it in memory, and what all parts of the module do to it.
import type { Bitmap, Geometry, Mark, OnDisk } from './bitmap.ts';
import { clearAll, emptyBitmap, markAll } from './bitmap.ts';
import { atLeast } from './cstates.ts';
import type { Cstate } from './cstates.ts';
import type { Option } from './config.ts';
import { decodeMetadata, encodeMetadata } from './metadata.ts';
import type { Counters, MetadataBlock } from './metadata.ts';
import type { Random } from '../random.ts';
import { createSignal } from '../schedule.ts';
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
  | { kind: 'bitmap'; bitmap: Bitmap; answers: boolean }
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
  /** It is on the own disk already. */
  isLocal: boolean;
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

/** What a mounted file system reads on average. */
const READ_KIB_PER_SECOND = 0.35;

const NO_COUNTERS: Counters = { human: 0, timeout: 0, connected: 0, arbitrary: 0 };

/** A device that is not configured. */
export function createMinor(kernel: Kernel, node: SimNode, number: number): Minor {
  return {
    kernel, node, number, random: kernel.random.branch(`${node.name} ${number} ${kernel.world.schedule.now()}`), device: `/dev/drbd${number}`,
    ...unconfigured(),
    heardMs: 0, firstTryMs: 0, noticing: 'nothing', stopNoticing: nothing, stopTrying: nothing, stopTicking: nothing,
    changed: createSignal(),
  };
}

/** Back to what it was before it was configured. */
export function cleanUp(minor: Minor): void {
  for (const stop of [minor.stopNoticing, minor.stopTrying, minor.stopTicking]) stop();
  Object.assign(minor, unconfigured());
  minor.changed.fire();
}

/** A line of the kernel's log about this device. */
export function says(minor: Minor, text: string): void {
  minor.node.kernelSays(`drbd${minor.number}: ${text}`);
}

/** The thread that changes something, as it names itself in the log. */
export type Thread = 'receiver' | 'asender' | 'worker' | 'drbdsetup';

/** Changes the connection state, and says so as the module does. */
export function setCstate(minor: Minor, next: Cstate, by: Thread): void {
  const who = by === 'drbdsetup' ? `drbdsetup [${minor.node.pid()}]` : `drbd${minor.number}_${by} [${minor.threads[by]}]`;
  says(minor, `${who}: cstate ${minor.cstate} --> ${next}`);
  minor.cstate = next;
  minor.changed.fire();
}

/** Does something later, if the node still lives its present life then. Returns how to forget it. */
export function later(minor: Minor, ms: number, act: () => void): () => void {
  const life = minor.node.life;
  return minor.kernel.world.schedule.after(ms, () => {
    if (!life.ended) act();
  });
}

/** The side at the other end of the connection, if it still holds it. */
export function peerOf(minor: Minor): Minor | null {
  const other = minor.session?.sides.find((side) => side !== minor);
  return other && other.session === minor.session ? other : null;
}

/** Where the writes of a device fall. */
export function geometryOf(minor: Minor): Geometry {
  return { sizeKib: Math.max(1, minor.sizeKib), salt: minor.kernel.salt + minor.number };
}

/** True when this side has data to read: its own, or a good peer's. */
export function hasGoodData(minor: Minor): boolean {
  return (minor.backing !== null && minor.consistent) || (atLeast(minor.cstate, 'Connected') && !minor.partnerDiskless && minor.partnerConsistent);
}

/** Writes the metadata block, with the indicators as they are now. False: the disk did not take it. */
export function writeMetadata(minor: Minor): boolean {
  minor.primaryInd = minor.role === 'Primary' || minor.crashedPrimary;
  minor.connectedInd = atLeast(minor.cstate, 'WFReportParams');
  if (!minor.backing || minor.backing.disk.failed) return false;
  minor.node.files.writeAt(minor.backing.metaPath, minor.backing.metaOffset, encodeMetadata({ ...minor, alExtents: minor.syncer.alExtents }));
  return true;
}

/** The metadata block of a lower device; null when there is none. */
export function readMetadata(node: SimNode, path: string, offset: number): MetadataBlock | null {
  const bytes = node.files.readAt(path, offset, 512);
  return bytes ? decodeMetadata(bytes) : null;
}

/** What lies on a disk beside data and metadata block. */
export function onDiskOf(kernel: Kernel, disk: Disk): OnDisk {
  const known = kernel.onDisk.get(disk) ?? { bitmap: emptyBitmap(), activityLog: new Set<number>() };
  kernel.onDisk.set(disk, known);
  return known;
}

/** Marks all blocks in the bitmap on the disk, or none. */
export function setBitmap(minor: Minor, marks: 'all' | 'none'): void {
  if (!minor.backing) return;
  if (marks === 'all') markAll(minor.backing.onDisk.bitmap);
  else clearAll(minor.backing.onDisk.bitmap);
  minor.stat.bm += 1;
}

/** What was read from a Primary since it became one, KiB. */
export function readKib({ role, stat, kernel: { world } }: Minor): number {
  return role === 'Primary' ? Math.floor(((world.schedule.now() - stat.primarySinceMs) / 1000) * READ_KIB_PER_SECOND) : 0;
}

/** The kernel stops itself: nothing goes on on this node any more. */
export function panic(minor: Minor, text: string): void {
  const module = minor.kernel.modules.get(minor.node);
  if (!module || module.panicked) return;
  module.panicked = true;
  says(minor, text);
  later(minor, 0, () => minor.kernel.world.hang(minor.node));
}

function nothing(): void {
  // Nothing to forget yet.
}

function unconfigured() {
  return {
    cstate: 'Unconfigured' as Cstate, role: 'Secondary' as Role, peerRole: 'Unknown' as const,
    counters: { ...NO_COUNTERS }, consistent: false, fullSync: false, primaryInd: false, connectedInd: false,
    crashedPrimary: false, waitsDegraded: false, onPrimaryHuman: false, onPrimaryTimeout: false, lossIsWanted: false,
    partnerConsistent: false, partnerDiskless: false,
    backing: null, sizeKib: 0, wantedKib: 0, partnerKib: 0, diskOptions: [], onIoError: 'pass_on',
    net: null, syncer: { rateKib: 250, group: 0, alExtents: 127, skip: false },
    session: null, pending: [] as Pending[], resync: null, copy: null,
    stat: { ns: 0, nr: 0, dw: 0, dr: 0, al: 0, bm: 0, primarySinceMs: 0 },
    threads: { receiver: 0, asender: 0, worker: 0 },
  };
}
