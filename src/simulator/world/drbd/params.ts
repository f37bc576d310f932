// The exchange of parameters: what a side says about itself, and what the other makes of it.
import { emptyBitmap, weightOf } from './bitmap.ts';
import { atLeast, isConnected } from './cstates.ts';
import { generationText, judgeHandshake } from './handshake.ts';
import { geometryOf, later, says, setBitmap, setCstate, writeMetadata } from './minor.ts';
import type { Minor, Params } from './shapes.ts';
import { alterGroup, resumeNextGroup, stopResync } from './resync.ts';
import { determineSize, newSizeKib, ownSizeKib } from './size.ts';
import { clearPending } from './transfer-log.ts';

/** How long a bitmap is under way. */
const BITMAP_MS = 400;

/** What this side says about itself now. */
export function paramsOf(minor: Minor, wants: Params['wants']): Params {
  const { role, consistent, primaryInd, connectedInd, counters, syncer, wantedKib } = minor;
  return { role, consistent, primaryInd, connectedInd, counters: { ...counters }, syncer: { ...syncer }, wantedKib, sizeKib: ownSizeKib(minor), protocol: minor.net?.protocol ?? 'C', wants };
}

/** Tells the peer, if there is one. */
export function sendParams(minor: Minor, wants: Params['wants']): void {
  minor.session?.send(minor, { kind: 'params', params: paramsOf(minor, wants) });
}

/** Takes the peer's parameters. False: the sides do not fit, this one is StandAlone and has to hang up. */
export function receiveParams(minor: Minor, peer: Params): boolean {
  const misfit = misfitOf(minor, peer);
  if (misfit !== null) return refuse(minor, misfit);
  minor.partnerKib = peer.sizeKib;
  if (newSizeKib(minor) < minor.sizeKib && minor.consistent) return refuse(minor, "The peer's disk size is too small!");
  const isFirst = minor.cstate === 'WFReportParams';
  let mayNeedSync = isFirst && minor.backing !== null && peer.sizeKib > 0;
  determineSize(minor);
  if (peer.wants === 'asks') {
    mayNeedSync = true;
    sendParams(minor, 'answers');
  }
  if (peer.wants === 'answers') mayNeedSync = true;
  adoptSyncer(minor, peer);
  if (peer.sizeKib === 0) {
    mayNeedSync = false;
    partnerIsDiskless(minor, peer);
  } else if (minor.partnerDiskless) {
    minor.partnerDiskless = false;
    says(minor, 'Partner no longer diskless');
  }
  minor.partnerConsistent = peer.consistent;
  if (isFirst) says(minor, 'Connection established.');
  if (mayNeedSync && minor.backing && !handshake(minor, peer)) return false;
  if (minor.cstate === 'WFReportParams') setCstate(minor, 'Connected', 'receiver');
  hearRole(minor, peer);
  if (!writeMetadata(minor) && minor.backing) minor.kernel.localError(minor);
  return true;
}

function misfitOf(minor: Minor, peer: Params): string | null {
  const protocol = minor.net?.protocol ?? 'C';
  if (peer.role === 'Primary' && minor.role === 'Primary') return 'incompatible states (both Primary!)';
  if (peer.protocol !== protocol) return `incompatible communication protocols: me ${protocol}, peer ${peer.protocol}`;
  if (peer.sizeKib === 0 && !minor.backing) return 'some backing storage is needed';
  return null;
}

function refuse(minor: Minor, why: string): false {
  says(minor, why);
  setCstate(minor, 'StandAlone', 'receiver');
  return false;
}

function adoptSyncer(minor: Minor, peer: Params): void {
  const { rateKib, skip, group } = minor.syncer;
  minor.syncer = { ...minor.syncer, rateKib: Math.max(rateKib, peer.syncer.rateKib), skip: skip || peer.syncer.skip };
  if (peer.syncer.group < group) alterGroup(minor, peer.syncer.group);
}

function partnerIsDiskless(minor: Minor, peer: Params): void {
  if (!minor.partnerDiskless) {
    minor.partnerDiskless = true;
    minor.partnerConsistent = false;
    minor.fullSync = true;
    writeMetadata(minor);
    says(minor, 'PARTNER DISKLESS');
  }
  if (isConnected(minor.cstate)) {
    if (minor.role === 'Primary') clearPending(minor);
    if (minor.role === 'Primary' || peer.role === 'Primary') minor.counters.connected += 1;
  }
  if (isConnected(minor.cstate) && minor.cstate !== 'Connected') {
    says(minor, 'Resync aborted.');
    stopResync(minor);
    setCstate(minor, 'Connected', 'receiver');
    resumeNextGroup(minor);
  }
}

/** Compares the generations and goes the way they say. False: hang up. */
function handshake(minor: Minor, peer: Params): boolean {
  const verdict = judgeHandshake({ ...minor, isPrimary: minor.role === 'Primary' }, peer);
  const isSplitBrain = verdict.sync === 'refused' && verdict.says.startsWith('Split-Brain');
  if (!isSplitBrain) {
    says(minor, `I am(${minor.role[0] ?? ''}): ${generationText(minor)}`);
    says(minor, `Peer(${peer.role[0] ?? ''}): ${generationText(peer)}`);
  }
  if (verdict.sync === 'refused') return refuse(minor, verdict.says);
  if (verdict.sync === 'none') withoutSync(minor);
  else if (minor.syncer.skip) setCstate(minor, verdict.sync === 'source' ? 'SkippedSyncS' : 'SkippedSyncT', 'receiver');
  else if (verdict.sync === 'source') sendBitmap(minor);
  else {
    minor.consistent = false;
    setCstate(minor, 'WFBitMapT', 'receiver');
  }
  if (verdict.sync === 'target') minor.counters = { ...peer.counters };
  return true;
}

function withoutSync(minor: Minor): void {
  setCstate(minor, 'Connected', 'receiver');
  if (!minor.backing || weightOf(minor.backing.onDisk.bitmap, geometryOf(minor)) === 0) return;
  if (!minor.consistent) return says(minor, 'I am inconsistent, but there is no sync? BOTH nodes inconsistent!');
  says(minor, 'No resync -> clearing bit map.');
  setBitmap(minor, 'none');
}

/** The source sends its bitmap first; it takes its time for a large device. */
function sendBitmap(minor: Minor): void {
  setCstate(minor, 'WFBitMapS', 'receiver');
  const { session } = minor;
  later(minor, minor.kernel.world.takes(BITMAP_MS), () => {
    if (session && minor.session === session && minor.cstate === 'WFBitMapS') session.send(minor, { kind: 'bitmap', bitmap: bitmapToSend(minor) });
  });
}

/** The bitmap as it goes over the wire; a wanted full sync is put into it now. */
export function bitmapToSend(minor: Minor): { from: number; extents: Set<number>; serials: Set<number> } {
  if (minor.fullSync) {
    setBitmap(minor, 'all');
    minor.fullSync = false;
    writeMetadata(minor);
  }
  const { from, extents, serials } = minor.backing?.onDisk.bitmap ?? emptyBitmap();
  return { from, extents: new Set(extents), serials: new Set(serials) };
}

function hearRole(minor: Minor, peer: Params): void {
  const before = minor.peerRole;
  minor.peerRole = peer.role;
  if (before === 'Secondary' && peer.role === 'Primary') minor.counters = { ...peer.counters };
  if (before !== peer.role) says(minor, `${minor.role}/${before} --> ${minor.role}/${peer.role}`);
}

/** True while parameters may be sent at all. */
export function maySpeak(minor: Minor): boolean {
  return minor.session !== null && atLeast(minor.cstate, 'WFReportParams');
}
