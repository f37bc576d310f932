// What all parts of the kernel module do to a device: create it, log about it, change its state, write its metadata.
import type { Geometry, OnDisk } from './bitmap.ts';
import { clearAll, emptyBitmap, markAll } from './bitmap.ts';
import { atLeast } from './cstates.ts';
import type { Cstate } from './cstates.ts';
import { decodeMetadata, encodeMetadata } from './metadata.ts';
import type { Counters, MetadataBlock } from './metadata.ts';
import type { Kernel, Minor, Pending, Role } from './shapes.ts';
import { createSignal } from '../schedule.ts';
import type { Disk, SimNode } from '../shapes.ts';

/** What a mounted file system reads on average. */
const READ_KIB_PER_SECOND = 0.35;

const NO_COUNTERS: Counters = { human: 0, timeout: 0, connected: 0, arbitrary: 0 };

/** A device that is not configured. */
export function createMinor(kernel: Kernel, node: SimNode, number: number): Minor {
  return {
    kernel, node, number, random: kernel.random.branch(`${node.name} ${number} ${kernel.random.next()}`), device: `/dev/drbd${number}`,
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
