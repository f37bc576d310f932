// A resync: it starts, waits for other groups, copies block by block, and ends.
import { bitsToKib, clearBelow, isMarked, marksOf, positionOf, weightOf } from './bitmap.ts';
import { isPaused, isSyncing } from './cstates.ts';
import { geometryOf, later, panic, peerOf, says, setBitmap, setCstate, writeMetadata } from './minor.ts';
import type { Copy, Minor, ResyncCount } from './shapes.ts';

/** How fast the disks and the network go, KiB/s: measured on such nodes were 38 to 57 MB/s. */
const SPEED_KIB = 45_000;
const WAVE = 0.12;
const TICK_MS = 500;
/** After so long the speed is measured anew. */
const MARK_MS = 10_000;

/** Begins a resync on one side; the bitmap says of what. */
export function startResync(minor: Minor, side: 'SyncSource' | 'SyncTarget'): void {
  if (side === 'SyncTarget') minor.consistent = false;
  else minor.partnerConsistent = false;
  if (!writeMetadata(minor) && minor.backing) return minor.kernel.localError(minor);
  setCstate(minor, side, 'receiver');
  const total = minor.backing ? weightOf(minor.backing.onDisk.bitmap, geometryOf(minor)) : 0;
  const now = minor.kernel.world.schedule.now();
  minor.resync = { total, left: total, startMs: now, markMs: now, markLeft: total, pausedMs: 0 };
  says(minor, `Resync started as ${side} (need to sync ${bitsToKib(total)} KB [${total} bits set]).`);
  if (total === 0) return finish(minor);
  pauseHigherGroups(minor);
  if (lowerGroupRuns(minor)) pause(minor);
  if (side === 'SyncTarget') tickLater(minor);
}

/** Ends a resync where it stands, without a word; what is not copied stays marked. */
export function stopResync(minor: Minor): void {
  minor.stopTicking();
  minor.resync = null;
  minor.copy = null;
}

/** After a resync came to its end in whatever way: the next group goes on. */
export function resumeNextGroup(minor: Minor): void {
  const others = siblings(minor);
  if (others.some((other) => other.syncer.group <= minor.syncer.group && isSyncing(other.cstate))) return;
  const waiting = others.filter((other) => isPaused(other.cstate) && other.syncer.group > minor.syncer.group);
  const next = Math.min(...waiting.map((other) => other.syncer.group));
  for (const other of waiting) if (other.syncer.group === next) resume(other);
}

/** Puts a device into another group. */
export function alterGroup(minor: Minor, group: number): void {
  const change = group - minor.syncer.group;
  minor.syncer = { ...minor.syncer, group };
  if (change < 0 && isPaused(minor.cstate)) {
    if (pauseHigherGroups(minor) || !lowerGroupRuns(minor)) resume(minor);
  } else if (change > 0 && isSyncing(minor.cstate)) {
    const waiting = siblings(minor).filter((other) => other.syncer.group < group && isPaused(other.cstate));
    for (const other of waiting) resume(other);
    if (waiting.length > 0 || lowerGroupRuns(minor)) pause(minor);
  }
}

function siblings(minor: Minor): Minor[] {
  return (minor.kernel.modules.get(minor.node)?.minors ?? []).filter((other) => other !== minor);
}

function lowerGroupRuns(minor: Minor): boolean {
  return siblings(minor).some((other) => other.syncer.group < minor.syncer.group && isSyncing(other.cstate));
}

function pauseHigherGroups(minor: Minor): boolean {
  const higher = siblings(minor).filter((other) => other.syncer.group > minor.syncer.group && isSyncing(other.cstate));
  for (const other of higher) pause(other);
  return higher.length > 0;
}

function pause(minor: Minor): void {
  if (minor.resync) minor.resync.markMs = minor.kernel.world.schedule.now();
  setCstate(minor, minor.cstate === 'SyncSource' ? 'PausedSyncS' : 'PausedSyncT', 'worker');
  says(minor, 'Syncer waits for sync group.');
}

function resume(minor: Minor): void {
  says(minor, 'Syncer continues.');
  if (minor.resync) minor.resync.pausedMs += minor.kernel.world.schedule.now() - minor.resync.markMs;
  setCstate(minor, minor.cstate === 'PausedSyncS' ? 'SyncSource' : 'SyncTarget', 'worker');
  if (minor.copy) minor.copy.lastMs = minor.kernel.world.schedule.now();
}

function tickLater(minor: Minor): void {
  minor.stopTicking();
  minor.stopTicking = later(minor, minor.kernel.world.takes(TICK_MS), () => tick(minor));
}

/** The target asks for blocks; what arrived is on its disk, and off both bitmaps. */
function tick(target: Minor): void {
  const source = peerOf(target);
  const count = target.resync;
  if (!count || !source?.resync) return;
  target.copy ??= startCopy(target, source);
  const now = target.kernel.world.schedule.now();
  const seconds = (now - target.copy.lastMs) / 1000;
  target.copy.lastMs = now;
  if (target.cstate === 'SyncTarget' && target.session?.carries()) {
    if (source.backing?.disk.failed) {
      panic(target, 'Got NegRSDReply. WE ARE LOST. We lost our up-to-date disk.');
      return source.kernel.localError(source);
    }
    if (target.backing?.disk.failed) return target.kernel.localError(target);
    advance(target, source, count, Math.max(1, Math.round((speedKib(target) * seconds) / 4)));
    if (count.left === 0) return finishBoth(target, source);
  }
  tickLater(target);
}

function advance(target: Minor, source: Minor, count: ResyncCount, bits: number): void {
  const done = Math.min(bits, count.left);
  count.left -= done;
  copyBelow(target, source, count.left === 0 ? Number.POSITIVE_INFINITY : boundary(target, count.total - count.left));
  const kib = bitsToKib(done);
  target.stat.nr += kib;
  target.stat.dw += kib;
  source.stat.ns += kib;
  source.stat.dr += kib;
  if (source.resync) source.resync.left = count.left;
  for (const side of [target, source]) measure(side);
}

/** The module measures the speed since a mark that it moves on every ten seconds. */
function measure({ resync, kernel: { world } }: Minor): void {
  const now = world.schedule.now();
  if (!resync || now - resync.markMs <= world.takes(MARK_MS)) return;
  resync.markMs = now;
  resync.markLeft = resync.left;
}

function speedKib(target: Minor): number {
  const { kernel } = target;
  const link = [...kernel.sessions].filter((session) => session.sides.some((side) => side.session === session && side.cstate === 'SyncTarget')).length;
  const wave = 1 + WAVE * Math.sin(((kernel.world.schedule.now() - (target.resync?.startMs ?? 0)) * kernel.world.hurry) / 8000 + target.number * 2 + kernel.salt);
  return Math.min(target.syncer.rateKib, (SPEED_KIB * wave) / Math.max(1, link)) * kernel.world.hurry;
}

function startCopy(target: Minor, source: Minor): Copy {
  const geometry = geometryOf(target);
  const bitmap = target.backing?.onDisk.bitmap;
  const theirs = source.backing?.disk.data ?? new Set<number>();
  const own = target.backing?.disk.data ?? new Set<number>();
  const differing: { position: number; serial: number; isAdded: boolean }[] = [];
  const note = (serial: number, isAdded: boolean): void => {
    if (bitmap && isMarked(bitmap, geometry, serial)) differing.push({ position: positionOf(geometry, serial), serial, isAdded });
  };
  for (const serial of theirs) if (!own.has(serial)) note(serial, true);
  for (const serial of own) if (!theirs.has(serial)) note(serial, false);
  differing.sort((one, other) => one.position - other.position || one.serial - other.serial);
  const marks = bitmap ? marksOf(bitmap, geometry) : [];
  return { marks, differing, next: 0, lastMs: target.resync?.startMs ?? 0 };
}

/** How far up the device so many bits reach. */
function boundary(target: Minor, doneBits: number): number {
  let left = doneBits;
  for (const mark of target.copy?.marks ?? []) {
    if (left < mark.bits) return mark.position + bitsToKib(left) / geometryOf(target).sizeKib;
    left -= mark.bits;
  }
  return Number.POSITIVE_INFINITY;
}

function copyBelow(target: Minor, source: Minor, position: number): void {
  const { copy } = target;
  const data = target.backing?.disk.data;
  if (!copy || !data) return;
  for (let one = copy.differing[copy.next]; one && one.position < position; one = copy.differing[copy.next]) {
    if (one.isAdded) data.add(one.serial);
    else data.delete(one.serial);
    copy.next += 1;
  }
  for (const side of [target, source]) if (side.backing) clearBelow(side.backing.onDisk.bitmap, geometryOf(side), position);
}

function finishBoth(target: Minor, source: Minor): void {
  finish(target);
  finish(source);
}

function finish(minor: Minor): void {
  const { resync } = minor;
  if (resync) {
    const seconds = Math.max(1, Math.floor((minor.kernel.world.schedule.now() - resync.startMs - resync.pausedMs) / 1000));
    const paused = Math.floor(resync.pausedMs / 1000);
    says(minor, `Resync done (total ${seconds + paused} sec; paused ${paused} sec; ${bitsToKib(Math.floor(resync.total / seconds))} K/sec)`);
  }
  setBitmap(minor, 'none');
  if (minor.cstate === 'SyncTarget' || minor.cstate === 'PausedSyncT') {
    minor.consistent = true;
    minor.fullSync = false;
    writeMetadata(minor);
  } else minor.partnerConsistent = true;
  stopResync(minor);
  setCstate(minor, 'Connected', 'worker');
  resumeNextGroup(minor);
}

