// The life of a daemon: start, communication up, giving all up, the end, and the restart by itself.
import { createLife } from '../schedule.ts';
import type { Activity } from '../schedule.ts';
import type { SimNode } from '../shapes.ts';
import { fork } from './children.ts';
import { HA_CF, readHaCf } from './config.ts';
import type { HaCf } from './config.ts';
import { LOCAL, NONE, isVersion2, say } from './daemon.ts';
import type { Cluster, Daemon } from './daemon.ts';
import { hearing } from './hearing.ts';
import { isStable, sendHeld } from './holdings.ts';
import { ipfailHearsLink, ipfailHearsNode } from './ipfail.ts';
import { haLog } from './log.ts';
import { createMembership } from './membership.ts';
import type { Membership } from './membership.ts';
import { endProcesses, firstWords, ownLinksUp } from './own-lines.ts';
import { giveGroup, groupsOf, keyOf } from './resource-manager.ts';
import { recoverFromDead } from './takeover.ts';
import { startResources } from './transition.ts';
import { cast } from './wire.ts';

/** From the start to the first beat, and to the moment the API answers. */
const FIRST_BEAT_MS = 1000;
const API_MS = 3000;
/** From the first word of the other side to agreement on who is in the cluster. */
const COMM_UP_MS = 300;
/** From "all given up" to the end of clients and I/O processes. */
const CLIENTS_END_MS = 2000;
const PROCESSES_END_MS = 3000;

const MEMBERSHIPS = new WeakMap<Daemon, Membership>();

/** Cables, machines or daemons changed: every daemon looks again whom it hears. */
export function refreshAll(cluster: Cluster): void {
  for (const daemon of [...cluster.daemons.values()]) MEMBERSHIPS.get(daemon)?.refresh();
}

/** Why heartbeat will not start with this ha.cf; null: it will. */
export function configTrouble(node: SimNode): string | null {
  const conf = readHaCf(node.read(HA_CF) ?? '');
  if (!conf.nodes.includes(node.name.toLowerCase())) return `Current node [${node.name}] not in configuration!`;
  if (conf.media.length === 0) return 'No heartbeat media defined';
  return null;
}

/** Starts the daemon, as `heartbeat` does. */
export function startDaemon(cluster: Cluster, node: SimNode): void {
  if (cluster.daemons.has(node.name)) return;
  cluster.restarts.get(node.name)?.();
  const daemon = born(cluster, node);
  const { world, conf } = daemon;
  cluster.daemons.set(node.name, daemon);
  const membership = connected(daemon);
  world.schedule.run(daemon.life, (function* (): Activity<void> {
    firstWords(daemon);
    yield world.takes(FIRST_BEAT_MS);
    daemon.firstBeatAt = world.schedule.now();
    cast(daemon, { type: 'status', status: 'init' });
    refreshAll(cluster);
    yield world.takes(200);
    daemon.status = 'up';
    say(daemon, 'info', "Local status now set to: 'up'");
    cast(daemon, { type: 'status', status: 'up' });
    yield world.takes(100);
    ownLinksUp(daemon);
    commMayBeUp(daemon);
    yield conf.initdeadMs;
    if (!daemon.isCommUp) peerDied(daemon);
  })());
  membership.refresh();
}

/** A daemon that has been running since days and holds its own group; nothing is logged. */
export function runningDaemon(cluster: Cluster, node: SimNode, ageMs: number): void {
  const daemon = born(cluster, node);
  const now = cluster.world.schedule.now();
  daemon.startedAt = now - ageMs;
  daemon.answersAt = daemon.startedAt;
  daemon.firstBeatAt = now - ageMs + cluster.world.random.branch(`beat ${node.name}`).whole(0, daemon.conf.keepaliveMs - 1);
  Object.assign(daemon, { status: 'active', isCommUp: true, pingsUp: true, holds: LOCAL, otherHolds: LOCAL, isOtherStable: true, phase: 'stable', localWorkDone: true, foreignWorkDone: true, isAnnounced: true });
  Object.assign(daemon.peer, { status: 'active', generation: 1, wasHeard: true });
  for (const ear of daemon.peer.ears) Object.assign(ear, { status: 'up', lastHeardAt: now });
  if (daemon.conf.ipfail) daemon.ipfailPid = node.pid();
  cluster.daemons.set(node.name, daemon);
  connected(daemon);
}

/** Asks the node's daemon to end; it gives everything up first. One that waits for its restart ends at once. */
export function stopDaemon(cluster: Cluster, node: SimNode): void {
  cluster.restarts.get(node.name)?.();
  const daemon = cluster.daemons.get(node.name);
  if (!daemon) return;
  daemon.restartsAfterwards = false;
  daemon.giveUp();
}

function born(cluster: Cluster, node: SimNode): Daemon {
  const { world } = cluster;
  const conf = readHaCf(node.read(HA_CF) ?? '');
  const generation = (cluster.generations.get(node.name) ?? 0) + 1;
  cluster.generations.set(node.name, generation);
  const now = world.schedule.now();
  return {
    world, node, cluster, life: createLife(node.life), pid: node.pid(), generation, conf,
    startedAt: now, answersAt: now + world.takes(API_MS), firstBeatAt: null, status: 'init', isCommUp: false,
    peer: { name: peerOf(conf, node), status: 'unknown', generation: 0, wasHeard: false, lastOrder: null, isReturning: false, ears: conf.media.map(({ name, link }) => ({ name, link, status: 'dead', isHearing: false, lastHeardAt: null })) },
    pingsUp: false, sent: 0, unsent: [], holds: NONE, otherHolds: NONE, isOtherStable: false, phase: 'init',
    standby: { stage: 'not', what: NONE, forget: null }, isTakingOver: false, needsFailback: false, localWorkDone: false, foreignWorkDone: false, isAnnounced: false,
    children: 0, queue: [], ipfailPid: null, areClientsPaused: false, isShuttingDown: false, needsShutdown: false, restartsAfterwards: false,
    hear: () => undefined, giveUp: () => undefined,
  };
}

function peerOf(conf: HaCf, node: SimNode): string {
  return conf.nodes.find((name) => name !== node.name.toLowerCase()) ?? '';
}

function connected(daemon: Daemon): Membership {
  const membership = createMembership(daemon, { peerDied: () => peerDied(daemon), linkChanged: (ear) => ipfailHearsLink(daemon, ear) });
  daemon.hear = hearing(daemon, membership, () => commMayBeUp(daemon));
  daemon.giveUp = () => giveUp(daemon);
  MEMBERSHIPS.set(daemon, membership);
  return membership;
}

/** When everybody was heard, or is known to be dead, the node becomes active. */
function commMayBeUp(daemon: Daemon): void {
  const { peer, world } = daemon;
  if (daemon.isCommUp || !daemon.pingsUp || !peer.wasHeard) return;
  const forget = world.schedule.after(world.takes(COMM_UP_MS), () => {
    forgetEnd();
    if (daemon.isCommUp) return;
    commUp(daemon);
    startResources(daemon);
  });
  const forgetEnd = daemon.life.onEnd(forget);
}

function commUp(daemon: Daemon): void {
  daemon.isCommUp = true;
  daemon.status = 'active';
  if (isVersion2(daemon)) say(daemon, 'info', 'Comm_now_up(): updating status to active');
  say(daemon, 'info', "Local status now set to: 'active'");
  cast(daemon, { type: 'status', status: 'active' });
  if (!daemon.conf.ipfail) return;
  daemon.ipfailPid = daemon.node.pid();
  say(daemon, 'info', 'Starting child client "/usr/lib/heartbeat/ipfail" (65534,65534)');
  haLog(daemon.node, `heartbeat[${daemon.ipfailPid}]`, 'info', `Starting "/usr/lib/heartbeat/ipfail" as uid 65534  gid 65534 (pid ${daemon.ipfailPid})`);
}

/** Nothing came from the other node for deadtime, or not once in initdead. */
function peerDied(daemon: Daemon): void {
  const { peer, cluster } = daemon;
  say(daemon, 'WARN', `node ${peer.name}: is dead`);
  peer.status = 'dead';
  ipfailHearsNode(daemon, 'dead');
  cluster.daemons.get(peer.name)?.unsent.splice(0);
  if (!daemon.isCommUp) {
    commUp(daemon);
    startResources(daemon);
  }
  recoverFromDead(daemon);
  peer.wasHeard = false;
  peer.lastOrder = null;
}

/** Ends as soon as nothing is under way: groups first, then the clients, then itself. */
function giveUp(daemon: Daemon): void {
  if (daemon.isShuttingDown) return;
  const wasDelayed = daemon.needsShutdown;
  daemon.needsShutdown = true;
  if (!isStable(daemon)) {
    if (!wasDelayed) say(daemon, 'WARN', 'Shutdown delayed until current resource activity finishes.');
    return;
  }
  daemon.needsShutdown = false;
  daemon.isShuttingDown = true;
  daemon.holds = NONE;
  daemon.phase = 'shutdown';
  sendHeld(daemon, false, 'shutdown');
  say(daemon, 'info', `Heartbeat shutdown in progress. (${daemon.pid})`);
  fork(daemon, relinquish(daemon), () => end(daemon));
}

function* relinquish(daemon: Daemon): Activity<void> {
  const { world, node, cluster } = daemon;
  const tag = `heartbeat[${node.pid()}]`;
  yield world.takes(60);
  haLog(node, tag, 'info', 'Giving up all HA resources.');
  for (const group of groupsOf(node)) {
    yield world.takes(60);
    yield* giveGroup(cluster, node, keyOf(group));
  }
  haLog(node, tag, 'info', 'All HA resources relinquished.');
  cast(daemon, { type: 'shutdone' });
}

function end(daemon: Daemon): void {
  const { world, node } = daemon;
  world.schedule.run(daemon.life, (function* (): Activity<void> {
    yield world.takes(CLIENTS_END_MS);
    if (daemon.ipfailPid !== null) say(daemon, 'info', `killing /usr/lib/heartbeat/ipfail process group ${daemon.ipfailPid} with signal 15`);
    yield world.takes(PROCESSES_END_MS);
    endProcesses(daemon);
    say(daemon, 'info', `${node.name} Heartbeat shutdown complete.`);
    if (!daemon.restartsAfterwards) {
      gone(daemon);
      return;
    }
    say(daemon, 'info', 'Heartbeat restart triggered.');
    say(daemon, 'info', 'Restarting heartbeat.');
    say(daemon, 'info', 'Performing heartbeat restart exec.');
    startAgain(daemon);
    gone(daemon);
  })());
}

/** "Make sure they notice we're dead": the new program waits out deadtime before it starts. */
function startAgain({ world, cluster, node, conf }: Daemon): void {
  const forgetTimer = world.schedule.after(conf.deadtimeMs + world.takes(1000), () => startDaemon(cluster, node));
  const forgetEnd = node.life.onEnd(() => cancel());
  const cancel = (): void => {
    forgetTimer();
    forgetEnd();
    cluster.restarts.delete(node.name);
  };
  cluster.restarts.set(node.name, cancel);
}

function gone(daemon: Daemon): void {
  const { cluster, node } = daemon;
  cluster.daemons.delete(node.name);
  daemon.life.end();
  refreshAll(cluster);
}

