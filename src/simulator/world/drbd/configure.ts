// What drbdsetup does to a device: gives it a disk, a peer, a syncer; takes them away; declares a side worthless.
import { isConnected } from './cstates.ts';
import type { Errno } from './errno.ts';
import { hasReceiver, startReceiver, stopReceiver } from './connection.ts';
import { letGo } from './local-error.ts';
import { cleanUp, geometryOf, onDiskOf, readMetadata, says, setBitmap, setCstate, writeMetadata } from './minor.ts';
import type { Backing, Minor, NetConf, SyncerConf } from './shapes.ts';
import { bitsToKib, clearAll, weightOf } from './bitmap.ts';
import { internalOffset, RESERVED_KIB } from './metadata.ts';
import { sendParams } from './params.ts';
import { alterGroup, startResync } from './resync.ts';
import { determineSize, newSizeKib } from './size.ts';
import type { Option } from './config.ts';
import { optionOf } from './config.ts';
import { hold } from '../linux.ts';

/** Why an attach or a net configuration was refused: an errno, with EINVAL the module's own sentence. */
export type Refusal = { errno: Errno; says?: string } | null;

/** `drbdsetup DEVICE disk LOWER META INDEX`: reads the metadata, or makes it without a word where there is none. */
export function attach(minor: Minor, path: string, metaDisk: string, metaIndex: number, options: readonly Option[]): Refusal {
  if (minor.backing || minor.cstate !== 'Unconfigured') return { errno: 'EBUSY' };
  const disk = minor.node.disks.get(path);
  const metaPath = metaDisk === 'internal' ? path : metaDisk;
  const metaOn = minor.node.disks.get(metaPath);
  if (!disk || !metaOn) return { errno: 'ENOENT' };
  if ((minor.node.holders.get(path)?.size ?? 0) > 0) return { errno: 'EINVAL', says: 'Lower device is already mounted.' };
  if ((metaPath === path) !== metaIndex < 0) return { errno: 'EINVAL', says: 'Lower device / meta device / index combination invalid.' };
  const metaOffset = metaIndex < 0 ? internalOffset(disk.sizeBytes) : metaIndex * RESERVED_KIB * 1024;
  if (metaOffset < 0 || metaOffset + RESERVED_KIB * 1024 > metaOn.sizeBytes) return { errno: 'EINVAL', says: 'Meta device too small.' };
  if (disk.failed || metaOn.failed) return { errno: 'EINVAL', says: 'IO error on meta device' };
  if (!minor.node.files.readAt(metaPath, metaOffset, 512)) minor.node.files.disk(metaPath, metaOn.sizeBytes);
  return takeDisk(minor, { path, disk, metaPath, metaIndex, metaOffset, onDisk: onDiskOf(minor.kernel, disk) }, options);
}

function takeDisk(minor: Minor, backing: Backing, options: readonly Option[]): Refusal {
  const block = readMetadata(minor.node, backing.metaPath, backing.metaOffset);
  minor.backing = backing;
  minor.diskOptions = options;
  minor.onIoError = optionOf(options, 'on-io-error') ?? 'pass_on';
  minor.wantedKib = kib(optionOf(options, 'size'));
  if (!block) {
    says(minor, 'Creating state block');
    minor.counters = { human: 1, timeout: 1, connected: 1, arbitrary: 1 };
    minor.fullSync = true;
    writeMetadata(minor);
  } else {
    const { counters, consistent, fullSync, primaryInd, connectedInd, sizeKib, alExtents } = block;
    Object.assign(minor, { counters: { ...counters }, consistent, fullSync, primaryInd, connectedInd, sizeKib });
    minor.syncer = { ...minor.syncer, alExtents };
  }
  if (minor.consistent && newSizeKib(minor) < minor.sizeKib) {
    minor.backing = null;
    cleanUp(minor);
    return { errno: 'EINVAL', says: 'Low.dev. smaller than requested DRBD-dev. size.' };
  }
  minor.waitsDegraded = minor.primaryInd && !minor.connectedInd;
  minor.crashedPrimary = minor.primaryInd;
  hold(minor.node, backing.path, `drbd${minor.number}`);
  determineSize(minor);
  recallBitmap(minor);
  setCstate(minor, 'StandAlone', 'drbdsetup');
  return null;
}

/** The bitmap as it lies on the disk; after a crash as Primary with all that the activity log names. */
function recallBitmap(minor: Minor): void {
  if (!minor.backing) return;
  const { bitmap, activityLog } = minor.backing.onDisk;
  if (minor.fullSync) {
    says(minor, 'Assuming that all blocks are out of sync (aka FullSync)');
    setBitmap(minor, 'all');
    minor.fullSync = false;
    writeMetadata(minor);
  } else if (minor.crashedPrimary) {
    const before = weightOf(bitmap, geometryOf(minor));
    for (const extent of activityLog) bitmap.extents.add(extent);
    says(minor, `Marked additional ${bitsToKib(weightOf(bitmap, geometryOf(minor)) - before)} KB as out-of-sync based on AL.`);
  }
  activityLog.clear();
}

/** `drbdsetup DEVICE detach`. */
export function detach(minor: Minor): Errno | null {
  if (minor.cstate === 'Unconfigured') return null;
  if (isConnected(minor.cstate) && minor.cstate !== 'Connected') return 'EBUSY';
  const isLastGood = isConnected(minor.cstate) ? minor.partnerDiskless || !minor.partnerConsistent : minor.role === 'Primary';
  if (isLastGood) return 'ENETRESET';
  if (!minor.backing || minor.partnerDiskless) return 'ENXIO';
  letGo(minor);
  if (minor.cstate === 'Connected') sendParams(minor, 'nothing');
  if (minor.cstate === 'StandAlone') {
    setCstate(minor, 'Unconfigured', 'drbdsetup');
    cleanUp(minor);
  }
  return null;
}

/** `drbdsetup DEVICE net LOCAL REMOTE PROTOCOL`: an existing connection is cut first, and that counts as a loss. */
export function configureNet(minor: Minor, net: NetConf): Refusal {
  const others = (minor.kernel.modules.get(minor.node)?.minors ?? []).filter((other) => other !== minor && other.cstate !== 'Unconfigured');
  if (others.some((other) => other.net?.local === net.local)) return { errno: 'EINVAL', says: 'Local address(port) already in use.' };
  if (others.some((other) => other.net?.remote === net.remote)) return { errno: 'EINVAL', says: 'Remote address(port) already in use.' };
  if (hasReceiver(minor)) stopReceiver(minor);
  minor.net = net;
  Object.assign(minor.stat, { ns: 0, nr: 0 });
  minor.threads = { receiver: minor.node.pid(), asender: minor.node.pid(), worker: minor.node.pid() };
  setCstate(minor, 'Unconnected', 'drbdsetup');
  startReceiver(minor);
  return null;
}

/** A net configuration from addresses and options, with the module's defaults. */
export function netConf(local: string, remote: string, protocol: string, options: readonly Option[]): NetConf {
  const seconds = (name: string): number => Number(optionOf(options, name) ?? 10);
  return {
    local, remote, options, protocol: protocol.toUpperCase(), onDisconnect: optionOf(options, 'on-disconnect') ?? 'reconnect',
    pingMs: seconds('ping-int') * 1000, connectMs: seconds('connect-int') * 1000, timeoutMs: Number(optionOf(options, 'timeout') ?? 60) * 100,
  };
}

/** `drbdsetup DEVICE disconnect`. */
export function disconnect(minor: Minor): Errno | null {
  if (minor.cstate === 'Unconfigured') return null;
  if ((minor.role === 'Primary' && !minor.backing) || (minor.peerRole === 'Primary' && !minor.partnerConsistent)) return 'ENODATA';
  minor.lossIsWanted = true;
  const isUp = hasReceiver(minor);
  setCstate(minor, 'Unconnected', 'drbdsetup');
  if (isUp) stopReceiver(minor);
  if (minor.backing && minor.cstate !== 'StandAlone') setCstate(minor, 'StandAlone', 'drbdsetup');
  else if (!minor.backing) cleanUp(minor);
  return null;
}

/** `drbdsetup DEVICE syncer`. */
export function configureSyncer(minor: Minor, syncer: SyncerConf): Errno | null {
  if (minor.cstate === 'Unconfigured') return 'ENXIO';
  minor.syncer = { ...syncer, group: minor.syncer.group };
  writeMetadata(minor);
  minor.session?.send(minor, { kind: 'syncer', syncer });
  alterGroup(minor, syncer.group);
  return null;
}

/** `drbdsetup DEVICE resize`. */
export function resize(minor: Minor, wantedKib: number): Errno | null {
  if (minor.cstate === 'Unconfigured') return 'ENXIO';
  if (isConnected(minor.cstate) && minor.cstate !== 'Connected') return 'EBUSY';
  if (minor.role === 'Secondary' && minor.peerRole === 'Secondary') return 'EINPROGRESS';
  minor.wantedKib = wantedKib;
  if (minor.backing && minor.backing.metaIndex < 0 && internalOffset(minor.backing.disk.sizeBytes) !== minor.backing.metaOffset) {
    says(minor, 'Moving meta-data.');
    minor.backing.metaOffset = internalOffset(minor.backing.disk.sizeBytes);
  }
  determineSize(minor);
  writeMetadata(minor);
  if (minor.cstate === 'Connected') sendParams(minor, 'asks');
  return null;
}

/** `drbdsetup DEVICE invalidate`: the own data are worth nothing. */
export function invalidate(minor: Minor): Errno | null {
  if (minor.cstate === 'Unconfigured') return 'ENXIO';
  const isPossible = minor.role === 'Secondary' && (minor.cstate === 'Connected' || minor.cstate === 'StandAlone') && minor.backing && !minor.partnerDiskless;
  if (!isPossible) return 'EINPROGRESS';
  minor.consistent = false;
  setBitmap(minor, 'all');
  writeMetadata(minor);
  if (minor.cstate !== 'Connected') return null;
  setCstate(minor, 'WFBitMapT', 'drbdsetup');
  minor.session?.send(minor, { kind: 'becomeSyncSource' });
  startResync(minor, 'SyncTarget');
  return null;
}

/** `drbdsetup DEVICE invalidate_remote`: the peer's data are worth nothing. */
export function invalidateRemote(minor: Minor): Errno | null {
  if (minor.cstate === 'Unconfigured') return 'ENXIO';
  if (minor.peerRole === 'Primary' || minor.cstate !== 'Connected' || !minor.backing || minor.partnerDiskless) return 'EINPROGRESS';
  if (!minor.consistent) return 'EINVAL';
  setCstate(minor, 'WFBitMapS', 'drbdsetup');
  setBitmap(minor, 'all');
  writeMetadata(minor);
  minor.session?.send(minor, { kind: 'becomeSyncTarget' });
  startResync(minor, 'SyncSource');
  return null;
}

/** A number of KiB as the tools take it: `10G`, `500M`, `20K`, or plain KiB; 0 when it is none. */
export function kib(text: string | null): number {
  const [, digits, unit = 'K'] = /^(\d+(?:\.\d+)?)([KkMmGg]?)$/.exec(text ?? '') ?? [];
  return digits === undefined ? 0 : Number(digits) * { k: 1, m: 1024, g: 1024 * 1024 }[(unit || 'K').toLowerCase() as 'k' | 'm' | 'g'];
}

/** Forgets a bitmap, for a device that begins its life in step with its peer. */
export function inStep(minor: Minor): void {
  if (minor.backing) clearAll(minor.backing.onDisk.bitmap);
}
