// The state of a replica from what its sides say, worst first. Good only when every word is known, fresh and good.
import type { DrbdMinor } from './facts.ts';
import type { NodeName } from './cluster.ts';
import type { ReplicaState } from './joined.ts';
import { bestDisk, connectionKind, copyOf, endOf, isDiskless, isOld, isRole, isSuspended, isTalking } from './drbd-words.ts';

/** One side with its node's last words. */
export interface HeardSide {
  node: NodeName;
  /** True when the node answers and /proc/drbd of it is fresh. */
  live: boolean;
  /** The node says, now, that this side is not configured or that DRBD is not loaded. */
  down: boolean;
  /** The last words; null when there are none. */
  minor: DrbdMinor | null;
  version: string | null;
  /** True when something in that node's /proc/drbd that may concern this minor was not understood. */
  unread: boolean;
}

/** What else the state depends on. */
export interface ReplicaContext {
  allowTwoPrimaries: boolean;
  /** A log told within a day that a node came back after a partition. */
  afterPartition: boolean;
  /** A side is known to exist, or must exist, on no node of the inventory. */
  sideMissing: boolean;
}

/** The worst state that the words allow. */
export function stateOf(sides: readonly HeardSide[], context: ReplicaContext): ReplicaState {
  const live = sides.filter((side) => side.live);
  if (live.length > 0 && sides.every((side) => side.down)) return 'down';
  if (hasSplit(live, context)) return 'split-brain';
  const twoPrimaries = hasTwoPrimaries(live);
  if (twoPrimaries && !context.allowTwoPrimaries) return 'dual-primary';
  if (noGoodCopy(sides)) return 'inconsistent';
  const rest = restOf(sides, live, context);
  return twoPrimaries && rest === 'ok' ? 'dual-primary' : rest;
}

function restOf(sides: readonly HeardSide[], live: readonly HeardSide[], context: ReplicaContext): ReplicaState {
  const kinds = live.map((side) => connectionKind(side.minor?.connection ?? null));
  if (live.some(seesDiskless)) return 'diskless';
  if (kinds.includes('syncing')) return 'syncing';
  if (kinds.includes('paused')) return 'paused';
  if (live.some((side) => side.down || hasBadWord(side))) return 'degraded';
  if (sides.length < 2 || context.sideMissing) return 'unknown';
  if (!sides.every((side) => side.live && isGood(side))) return 'unknown';
  return kinds.includes('verifying') ? 'verifying' : 'ok';
}

/** Two writers that do not hear each other, or two sides that refuse each other. */
function hasSplit(live: readonly HeardSide[], context: ReplicaContext): boolean {
  const apart = live.filter((side) => side.minor !== null && !isTalking(side.minor.connection));
  if (apart.filter((side) => side.minor?.role === 'Primary').length > 1) return true;
  const alone = live.filter((side) => side.minor?.connection === 'StandAlone').length;
  return alone > 1 || (alone === 1 && context.afterPartition);
}

function hasTwoPrimaries(live: readonly HeardSide[]): boolean {
  if (live.filter((side) => side.minor?.role === 'Primary').length > 1) return true;
  return live.some(({ minor }) => minor?.role === 'Primary' && minor.peerRole === 'Primary' && isTalking(minor.connection));
}

/** True when every copy in reach is known, and known as not usable. */
function noGoodCopy(sides: readonly HeardSide[]): boolean {
  const copies = sides.map((_, at) => copyInReach(sides, at)).filter((copy) => copy !== null);
  return copies.length > 0 && copies.every((copy) => copy === 'bad');
}

/**
 * The copy of one side, by its own fresh word or else by the fresh word of a peer that is connected to it; null when
 * it is out of reach. 0.7 says nothing of the peer's disk but which end of a copy it is.
 */
function copyInReach(sides: readonly HeardSide[], at: number): 'good' | 'bad' | 'unknown' | null {
  const side = sides[at];
  if (!side || side.down) return null;
  if (side.live && side.minor) {
    return side.minor.connection === 'DiskLessClient' ? 'bad' : copyOf(side.minor.disk);
  }
  const peers = sides.filter((other, i) => i !== at && other.live && other.minor && isTalking(other.minor.connection));
  const [peer] = peers;
  if (!peer?.minor || sides.length !== 2) return peers.length > 0 ? 'unknown' : null;
  return peerCopy(peer.minor);
}

function peerCopy(minor: DrbdMinor): 'good' | 'bad' | 'unknown' {
  if (minor.connection === 'ServerForDLess') return 'bad';
  if (minor.peerDisk !== null) return copyOf(minor.peerDisk);
  const end = endOf(minor.connection);
  if (end === null || connectionKind(minor.connection) === 'verifying') return 'unknown';
  return end === 'target' ? 'good' : 'bad';
}

function seesDiskless({ minor }: HeardSide): boolean {
  if (!minor) return false;
  if (connectionKind(minor.connection) === 'diskless' || isDiskless(minor.disk)) return true;
  return isTalking(minor.connection) && isDiskless(minor.peerDisk);
}

/** A word that is there and is not good: also every word that we do not know. While a verify goes on, oos is its count. */
function hasBadWord({ minor, version }: HeardSide): boolean {
  if (!minor) return false;
  const { role, peerRole, disk, peerDisk } = minor;
  const verifying = connectionKind(minor.connection) === 'verifying';
  return (minor.connection !== 'Connected' && !verifying) || isSuspended(minor.ioFlags)
    || (!verifying && (minor.outOfSyncBytes ?? 0) > 0)
    || (role !== null && !isRole(role)) || (peerRole !== null && !isRole(peerRole))
    || (disk !== null && disk !== bestDisk(version)) || (peerDisk !== null && peerDisk !== 'UpToDate');
}

/** Every word is there and good. 0.7 (and only 0.7) says nothing of the peer's disk. */
function isGood(side: HeardSide): boolean {
  const { minor, version } = side;
  if (!minor || side.unread || hasBadWord(side)) return false;
  const disks = minor.disk === bestDisk(version) && (isOld(version) ? minor.peerDisk === null : minor.peerDisk === 'UpToDate');
  return disks && isRole(minor.role) && isRole(minor.peerRole);
}
