// Replicas: the sides of each DRBD device joined, with what each says of itself and of its peer.
import type { Cluster, NodeName, NodeView } from './cluster.ts';
import type { DrbdMinor, DrbdSync } from './facts.ts';
import type { Replica, ReplicaSide } from './joined.ts';
import { connectionKind, endOf, isSuspended, isTalking } from './drbd-words.ts';
import { ageOf, answers, isAbsent, isLive, lastWord, observed } from './heard.ts';
import { replicaParts } from './replica-parts.ts';
import type { ReplicaPart } from './replica-parts.ts';
import { stateOf } from './replica-state.ts';
import type { HeardSide } from './replica-state.ts';

/** How long a "returning after partition" in a log makes a StandAlone suspect. */
const PARTITION_SECONDS = 86_400;

/** All DRBD devices that are in use or configured, in the order of their minors; sides in the order of the inventory. */
export function replicas(cluster: Cluster, now: number): Replica[] {
  const afterPartition = cluster.nodes.some((node) => returnedAfterPartition(node, now));
  return replicaParts(cluster).map((part) => replica(cluster, part, afterPartition, now));
}

function replica(cluster: Cluster, part: ReplicaPart, afterPartition: boolean, now: number): Replica {
  const views = cluster.nodes.filter((node) => part.places.has(node.name));
  const heard = views.map((view) => heardSide(view, part.places.get(view.name)?.minor ?? null, now));
  const missing = missingSides(cluster, part);
  const state = stateOf(heard, { allowTwoPrimaries: part.allowTwoPrimaries, afterPartition, sideMissing: missing > 0 });
  const first = heard.find((side) => side.live && side.minor) ?? heard.find((side) => side.minor);
  return {
    name: part.name,
    minor: firstMinor(part, views),
    protocol: first?.minor?.protocol ?? part.protocol,
    state,
    sides: views.map((view, at) => replicaSide(views, view, part, heard, at, now)),
    primaries: primariesOf(heard),
    sync: syncOf(heard),
    allowTwoPrimaries: part.allowTwoPrimaries,
    drbdVersion: heard.find((side) => side.version !== null)?.version ?? null,
    missingSides: missing,
  };
}

function heardSide(view: NodeView, minor: number | null, now: number): HeardSide {
  const observation = observed(view, 'proc-drbd');
  const proc = observation?.value ?? null;
  const live = isLive(view, 'proc-drbd', now);
  const entry = proc?.resources.find((resource) => resource.minor === minor) ?? null;
  const unread = (observation?.unread ?? []).some((line) => concerns(line, minor));
  const saysNothing = proc !== null && proc.resources.length === 0 && (proc.version ?? '').startsWith('9');
  const notThere = live && !saysNothing && !unread && (entry === null || entry.unconfigured);
  const notLoaded = answers(view) && isAbsent(view, 'proc-drbd');
  return {
    node: view.name,
    live: live || notLoaded,
    down: notThere || notLoaded,
    minor: entry?.unconfigured || notLoaded ? null : entry,
    version: proc?.version ?? null,
    unread,
  };
}

/** A line that was not understood concerns each minor, unless it is plainly another minor's. */
function concerns(line: string, minor: number | null): boolean {
  const number = /^\s*(\d+):/.exec(line)?.[1];
  return number === undefined || minor === null || Number(number) === minor;
}

function replicaSide(
  views: readonly NodeView[], view: NodeView, part: ReplicaPart, heard: readonly HeardSide[], at: number, now: number,
): ReplicaSide {
  const side = heard[at];
  const place = part.places.get(view.name);
  const minor = side?.minor ?? null;
  const loaded = side !== undefined && side.live && !isAbsent(view, 'proc-drbd');
  return {
    node: view.name,
    role: minor?.role ?? null,
    disk: minor?.disk ?? null,
    connection: minor?.connection ?? (side?.down && loaded ? 'Unconfigured' : null),
    ageSeconds: ageOf(view, 'proc-drbd', now),
    stale: !(side?.live ?? false),
    outOfSyncBytes: minor?.outOfSyncBytes ?? null,
    device: place?.device ?? (place?.minor === null || place?.minor === undefined ? null : `/dev/drbd${place.minor}`),
    lowerDisk: place?.lowerDisk ?? null,
    peerSays: peerSays(views, heard, at, now),
    minor: place?.minor ?? null,
    suspended: isSuspended(minor?.ioFlags ?? null),
    drbdVersion: side?.version ?? null,
  };
}

/** /proc/drbd speaks of one peer, without its name: with more than two sides it cannot be told whom it means. */
function peerSays(
  views: readonly NodeView[], heard: readonly HeardSide[], at: number, now: number,
): ReplicaSide['peerSays'] {
  const by = heard.length === 2 ? heard[1 - at] : undefined;
  const teller = views[1 - at];
  if (!by?.minor || !teller) return null;
  return { role: by.minor.peerRole, disk: by.minor.peerDisk, by: by.node, ageSeconds: ageOf(teller, 'proc-drbd', now) };
}

function missingSides(cluster: Cluster, part: ReplicaPart): number {
  const expected = Math.max(2, part.hosts.size);
  return cluster.nodes.length === 0 ? 0 : Math.max(0, expected - part.places.size);
}

function firstMinor(part: ReplicaPart, views: readonly NodeView[]): number | null {
  for (const view of views) {
    const minor = part.places.get(view.name)?.minor;
    if (minor !== null && minor !== undefined) return minor;
  }
  return null;
}

/**
 * Nodes that say Primary of themselves now; a side that does not answer counts when its connected peer says it is
 * Primary. Where nobody answers, the last words.
 */
function primariesOf(heard: readonly HeardSide[]): NodeName[] {
  const live = heard.filter((side) => side.live);
  if (live.length === 0) return heard.filter(isPrimary).map((side) => side.node);
  return heard.filter((side, at) => (side.live ? isPrimary(side) : peerCallsPrimary(heard, at))).map((side) => side.node);
}

function isPrimary(side: HeardSide): boolean {
  return side.minor?.role === 'Primary';
}

function peerCallsPrimary(heard: readonly HeardSide[], at: number): boolean {
  const peer = heard.length === 2 ? heard[1 - at] : undefined;
  return peer?.live === true && peer.minor !== null && isTalking(peer.minor.connection) && peer.minor.peerRole === 'Primary';
}

/** The copy or verify that is going on, in the target's figures where it prints some. */
function syncOf(heard: readonly HeardSide[]): Replica['sync'] {
  const busy = heard.filter((side) => side.live && side.minor !== null && isBusy(side.minor));
  const target = busy.find((side) => endOf(side.minor?.connection ?? null) === 'target');
  const source = busy.find((side) => endOf(side.minor?.connection ?? null) === 'source');
  const figures = [target, source, ...busy].find((side) => side?.minor?.sync)?.minor?.sync ?? null;
  if (busy.length === 0) return null;
  const other = (side: HeardSide | undefined): NodeName | null =>
    (side && heard.length === 2 ? heard.find((one) => one !== side)?.node : undefined) ?? null;
  return {
    ...(figures ?? noFigures(busy)),
    from: source?.node ?? other(target),
    to: target?.node ?? other(source),
  };
}

function isBusy(minor: DrbdMinor): boolean {
  return minor.sync !== null || ['syncing', 'verifying', 'paused'].includes(connectionKind(minor.connection));
}

/** A paused sync prints no progress line. */
function noFigures(busy: readonly HeardSide[]): DrbdSync {
  const verify = busy.some((side) => connectionKind(side.minor?.connection ?? null) === 'verifying');
  const left = busy.map((side) => side.minor?.outOfSyncBytes ?? null).find((bytes) => bytes !== null) ?? null;
  return {
    kind: verify ? 'verify' : 'resync', donePercent: null, remainingBytes: left, totalBytes: null, finishSeconds: null,
    speedBytesPerSecond: null, averageBytesPerSecond: null, wantBytesPerSecond: null, stalled: false,
  };
}

function returnedAfterPartition(node: NodeView, now: number): boolean {
  return node.log.some((line) =>
    line.event.kind === 'returning-after-partition' && now - (line.at ?? line.heardAt) <= PARTITION_SECONDS * 1000);
}

/** The replicas of a DRBD resource as managers name it: `r0` means `r0` and its further volumes `r0/1`, `r0/2`. */
export function ofResource(all: readonly Replica[], resource: string): Replica[] {
  return all.filter((one) => one.name === resource || one.name.startsWith(`${resource}/`));
}

/** Last words of a node on one minor, for evidence. */
export function minorOf(view: NodeView, minor: number | null): DrbdMinor | null {
  return lastWord(view, 'proc-drbd')?.resources.find((resource) => resource.minor === minor) ?? null;
}
