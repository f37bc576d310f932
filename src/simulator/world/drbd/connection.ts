// The receiver of a device: it looks for its peer, shakes hands, hears what the peer says, and notices when the peer is gone.
import { atLeast, isConnected } from './cstates.ts';
import { cleanUp, later, panic, says, setCstate, writeMetadata } from './minor.ts';
import type { Kernel, Minor } from './shapes.ts';
import { linkOf } from './link.ts';
import { paramsOf, receiveParams } from './params.ts';
import { receivePacket } from './receive.ts';
import { resumeNextGroup, stopResync } from './resync.ts';
import { openSession } from './session.ts';
import type { OpenSession } from './session.ts';
import { clearPending } from './transfer-log.ts';

/** Why a connection ended, as the side that notices it sees it. */
type Loss = keyof typeof LOSSES;

const LOSSES = {
  noAnswer: { heard: 'PingAck did not arrive in time.', read: -512 },
  shutDown: { heard: 'sock was shut down by peer', read: 0 },
  reset: { heard: 'sock was reset by peer', read: -104 },
  nonsense: { heard: '', read: -512 },
} as const;

/** The packets, as the module names them in an error. */
const PACKETS = { params: 'ReportParams', bitmap: 'ReportBitMap', becomeSyncSource: 'BecomeSyncSource', becomeSyncTarget: 'BecomeSyncTarget', syncer: 'SyncParam', data: 'Data' } as const;

/** From the connect to the exchange of parameters. */
const HANDSHAKE_MS = 150;
/** How long the passing states last. */
const PASSING_MS = 40;

/** The device looks for its peer. */
export function startReceiver(minor: Minor): void {
  const { net, random, kernel: { world } } = minor;
  if (!net) return;
  setCstate(minor, 'WFConnection', 'receiver');
  // The module waits a moment of its own first, so that two nodes do not miss each other for ever.
  minor.firstTryMs = world.schedule.now() + 1 + Math.floor((random.next() * net.connectMs) / 4);
  seek(minor);
}

/** Ends the receiver by a command: the peer hears of it. */
export function stopReceiver(minor: Minor): void {
  const session = minor.session as OpenSession | null;
  if (!session) says(minor, 'Discarding network configuration.');
  disconnected(minor, 'exiting');
  says(minor, 'receiver terminated');
  hangUp(minor, session);
}

/** True while a receiver thread runs. */
export function hasReceiver(minor: Minor): boolean {
  return atLeast(minor.cstate, 'Unconnected');
}

/** Something about cables or machines changed. */
export function networkChanged(kernel: Kernel): void {
  for (const session of [...kernel.sessions] as OpenSession[]) lookAfter(kernel, session);
  for (const module of kernel.modules.values()) for (const minor of module.minors) seek(minor);
}

function lookAfter(kernel: Kernel, session: OpenSession): void {
  const holding = session.sides.filter((side) => side.session === session);
  if (holding.length === 0) return void kernel.sessions.delete(session);
  const carries = session.carries();
  for (const side of holding.filter((one) => one.noticing !== 'going')) {
    if (carries) quiet(side);
    // A machine that knows nothing of the connection answers with a reset.
    else if (session.reaches()) notices(side, 'reset', kernel.world.takes(PASSING_MS));
    else if (side.noticing === 'nothing') notices(side, 'noAnswer', noticeInMs(side));
  }
  session.flush();
}

function quiet(minor: Minor): void {
  minor.stopNoticing();
  minor.noticing = 'nothing';
}

function notices(minor: Minor, how: Loss, inMs: number): void {
  minor.stopNoticing();
  minor.noticing = how === 'noAnswer' ? 'silent' : 'going';
  minor.stopNoticing = later(minor, inMs, () => lost(minor, how));
}

/** The asender asks after `ping-int` of silence and waits half the `timeout` for an answer. */
function noticeInMs({ net, heardMs, kernel: { world } }: Minor): number {
  if (!net) return 0;
  const now = world.schedule.now();
  const lastHeard = heardMs + Math.floor((now - heardMs) / net.pingMs) * net.pingMs;
  return lastHeard + net.pingMs + net.timeoutMs / 2 - now;
}

function lost(minor: Minor, how: Loss): void {
  const session = minor.session as OpenSession | null;
  if (!session) return;
  minor.noticing = 'going';
  const { heard, read } = LOSSES[how];
  if (heard !== '') says(minor, heard);
  if (how === 'noAnswer' && isConnected(minor.cstate)) setCstate(minor, 'NetworkFailure', 'asender');
  says(minor, 'asender terminated');
  minor.stopNoticing = later(minor, minor.kernel.world.takes(PASSING_MS), () => {
    setCstate(minor, 'BrokenPipe', 'receiver');
    says(minor, `short read expecting header on sock: r=${read}`);
    const next = minor.net?.onDisconnect === 'stand_alone' ? 'exiting' : 'again';
    disconnected(minor, next);
    hangUp(minor, session);
    restart(minor);
  });
}

function restart(minor: Minor): void {
  if (minor.cstate === 'Unconnected') later(minor, minor.kernel.world.takes(PASSING_MS), () => minor.cstate === 'Unconnected' && startReceiver(minor));
}

/** This side does not hold the connection any more; the peer hears it if it can. */
function hangUp(minor: Minor, session: OpenSession | null): void {
  const { kernel } = minor;
  const peer = session?.sides.find((side) => side !== minor);
  if (!session || !peer || peer.session !== session) return;
  if (!session.reaches()) lookAfter(kernel, session);
  else if (peer.noticing !== 'going') notices(peer, 'shutDown', kernel.world.takes(PASSING_MS));
}

/** Cleans up after a connection, or after the search for one. */
function disconnected(minor: Minor, then: 'again' | 'exiting'): void {
  quiet(minor);
  minor.stopTrying();
  minor.session = null;
  minor.peerRole = 'Unknown';
  stopResync(minor);
  says(minor, 'worker terminated');
  minor.partnerConsistent = false;
  minor.partnerDiskless = false;
  if (minor.role === 'Primary' && (!minor.backing || !minor.consistent)) {
    minor.pending = [];
    return panic(minor, 'Sorry, I have no access to good data anymore.');
  }
  if (then === 'again') setCstate(minor, 'Unconnected', 'receiver');
  else if (minor.backing) setCstate(minor, 'StandAlone', 'receiver');
  else cleanUp(minor);
  clearPending(minor);
  if (minor.role === 'Primary') {
    if (!minor.lossIsWanted) minor.counters.connected += 1;
    if (!writeMetadata(minor) && minor.backing) minor.kernel.localError(minor);
  }
  minor.lossIsWanted = false;
  says(minor, 'Connection lost.');
  resumeNextGroup(minor);
}

/** Arranges the next try to connect with the peer, when both look for each other and could hear each other. */
function seek(minor: Minor): void {
  if (minor.cstate !== 'WFConnection' || minor.node.life.ended) return;
  const peer = counterpart(minor);
  if (!peer) return minor.stopTrying();
  const from = Math.max(minor.kernel.world.schedule.now(), minor.firstTryMs, peer.firstTryMs);
  const at = Math.min(nextTry(minor, from), nextTry(peer, from));
  for (const side of [minor, peer]) side.stopTrying();
  const { schedule } = minor.kernel.world;
  const cancel = schedule.at(at, () => {
    if (minor.cstate === 'WFConnection' && peer.cstate === 'WFConnection' && counterpart(minor) === peer) connect(minor, peer);
  });
  for (const side of [minor, peer]) side.stopTrying = cancel;
}

/** The first try of a side at or after a time. */
function nextTry({ net, firstTryMs }: Minor, fromMs: number): number {
  const every = net?.connectMs ?? 10_000;
  return firstTryMs + Math.max(0, Math.ceil((fromMs - firstTryMs) / every)) * every;
}

/** The device that looks for this one, if there is one within reach. */
function counterpart(minor: Minor): Minor | null {
  const { net, node, kernel } = minor;
  const link = net && linkOf(node, net.local);
  if (!net || !link) return null;
  for (const [other, module] of kernel.modules) {
    if (other === node || !kernel.world.network.carries(link, node.name, other.name)) continue;
    const found = module.minors.find((peer) => peer.cstate === 'WFConnection' && peer.net?.local === net.remote && peer.net.remote === net.local && linkOf(other, net.remote) === link);
    if (found) return found;
  }
  return null;
}

function connect(minor: Minor, peer: Minor): void {
  const { kernel } = minor;
  const session = open(minor, peer);
  for (const side of session.sides) {
    setCstate(side, 'WFReportParams', 'receiver');
    says(side, `Handshake successful: DRBD Network Protocol version ${/proto:(\d+)/.exec(kernel.versionLines[0])?.[1] ?? '74'}`);
    side.onPrimaryHuman = false;
    side.onPrimaryTimeout = false;
    side.waitsDegraded = false;
  }
  kernel.world.schedule.after(kernel.world.takes(HANDSHAKE_MS), () => exchange(session));
}

function open(minor: Minor, peer: Minor): OpenSession {
  const { kernel } = minor;
  const session = openSession(linkOf(minor.node, minor.net?.local ?? '') ?? '', [minor, peer], deliver);
  kernel.sessions.add(session);
  for (const side of session.sides) {
    side.session = session;
    // Each side asks in a rhythm of its own.
    side.heardMs = kernel.world.schedule.now() - Math.floor(side.random.next() * (side.net?.pingMs ?? 0));
  }
  return session;
}

/** Two sides that have been connected for days. */
export function connectAtOnce([minor, peer]: readonly Minor[]): void {
  if (!minor || !peer) return;
  open(minor, peer);
  for (const [side, other] of [[minor, peer], [peer, minor]] as const) {
    side.cstate = 'Connected';
    side.peerRole = other.role;
    side.partnerKib = other.sizeKib;
    side.partnerConsistent = true;
  }
}

/** Both say who they are at the same time, before either has heard the other. */
function exchange(session: OpenSession): void {
  const [one, other] = session.sides;
  const said = [paramsOf(one, 'nothing'), paramsOf(other, 'nothing')] as const;
  if (!session.carries()) {
    session.send(one, { kind: 'params', params: said[0] });
    session.send(other, { kind: 'params', params: said[1] });
    return;
  }
  // What is in the other's buffer is read even when this one hangs up.
  const fits = [receiveParams(one, said[1]), receiveParams(other, said[0])];
  for (const [index, side] of session.sides.entries()) if (!fits[index]) giveUp(side);
}

/** Parameters that do not fit: StandAlone, and the network configuration counts no more. */
function giveUp(minor: Minor): void {
  says(minor, 'error receiving ReportParams, l: 72!');
  stopReceiver(minor);
}

function deliver(to: Minor, from: Minor, packet: Parameters<OpenSession['send']>[1]): void {
  if (packet.kind === 'params') {
    if (!receiveParams(to, packet.params)) giveUp(to);
    return;
  }
  if (receivePacket(to, from, packet)) return;
  says(to, `error receiving ${PACKETS[packet.kind]}, l: 0!`);
  lost(to, 'nonsense');
}
