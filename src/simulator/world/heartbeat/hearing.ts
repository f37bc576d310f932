// What a daemon makes of a message that arrived, from itself or from the other node.
import { shutDownIfNeeded } from './children.ts';
import { isVersion2, say } from './daemon.ts';
import type { Daemon, Ear, NodeStatus, Sent } from './daemon.ts';
import { ipfailHearsNode, ipfailIsAsked } from './ipfail.ts';
import type { Membership } from './membership.ts';
import { heardAsk } from './standby.ts';
import { notifyStatus } from './takeover.ts';
import { heardResources, heardShutdone, heardStarting } from './transition.ts';

/** A partition is over: both restart, that much later. */
const RESTART_AFTER_MS = 2000;
/** Flow control holds the clients back until the returned node has answered. */
const CLIENTS_RESUME_MS = 400;

/** Takes a message in: the sender's restart or return, the links it came on, then what it says. */
export function hearing(daemon: Daemon, membership: Membership, commChanged: () => void): (sent: Sent, ears: readonly Ear[]) => void {
  return (sent, ears) => {
    if (sent.from === daemon.node.name) {
      if (daemon.isCommUp) understand(daemon, sent, true);
      return;
    }
    if (!isWelcome(daemon, sent)) return;
    membership.heardOn(ears, () => {
      daemon.peer.wasHeard = true;
      inOrder(daemon, sent);
      if (sent.message.type === 'status') heardStatus(daemon, sent.message.status);
      else if (daemon.isCommUp || sent.message.type === 'shutdone') understand(daemon, sent, false);
    });
    commChanged();
  };
}

/** Restart, return after a partition, or just a message. A node that is dead is only believed when it sends its status. */
function isWelcome(daemon: Daemon, { from, generation, message }: Sent): boolean {
  const { peer } = daemon;
  if (generation < peer.generation) return false;
  if (message.type !== 'status') return generation === peer.generation && peer.status !== 'dead';
  if (generation > peer.generation) {
    if (peer.generation > 0) say(daemon, 'info', `Heartbeat restart on node ${from}`);
    peer.generation = generation;
    peer.lastOrder = null;
    peer.isReturning = false;
    return true;
  }
  if (peer.status === 'dead') returned(daemon, from);
  return true;
}

function returned(daemon: Daemon, from: string): void {
  const { peer, world } = daemon;
  say(daemon, 'CRIT', `Cluster node ${from} returning after partition.`);
  say(daemon, 'info', 'For information on cluster partitions, See URL: http://linux-ha.org/SplitBrain');
  say(daemon, 'WARN', 'Deadtime value may be too small.');
  say(daemon, 'info', 'See FAQ for information on tuning deadtime.');
  say(daemon, 'info', 'URL: http://linux-ha.org/FAQ#heavy_load');
  peer.lastOrder = null;
  if (peer.isReturning) return;
  peer.isReturning = true;
  const forget = world.schedule.after(world.takes(RESTART_AFTER_MS), () => {
    forgetEnd();
    daemon.restartsAfterwards = true;
    daemon.giveUp();
  });
  const forgetEnd = daemon.life.onEnd(forget);
}

/** Messages that overtook others are noticed, as in life, by their numbers. */
function inOrder(daemon: Daemon, { from, order, seq, message }: Sent): void {
  const { peer } = daemon;
  const last = peer.lastOrder;
  if (last === null || message.type === 'status') {
    peer.lastOrder = Math.max(last ?? 0, order);
    return;
  }
  if (order > last + 1) say(daemon, 'WARN', `${order - last - 1} lost packet(s) for [${from}] [${seq - (order - last)}:${seq}]`);
  if (order < last) say(daemon, 'info', `No pkts missing from ${from}!`);
  peer.lastOrder = Math.max(last, order);
}

function heardStatus(daemon: Daemon, status: NodeStatus): void {
  const { peer, world } = daemon;
  if (peer.status === status) return;
  peer.status = status;
  say(daemon, 'info', isVersion2(daemon) ? `Status update for node ${peer.name}: status ${status}` : `Node ${peer.name}: status ${status}`);
  ipfailHearsNode(daemon, status);
  notifyStatus(daemon);
  if (status === 'up' && isVersion2(daemon) && daemon.isCommUp) {
    daemon.areClientsPaused = true;
    say(daemon, 'info', 'all clients are now paused');
  }
  if (status !== 'active' || !daemon.areClientsPaused) return;
  daemon.areClientsPaused = false;
  const forget = world.schedule.after(world.takes(CLIENTS_RESUME_MS), () => {
    forgetEnd();
    say(daemon, 'info', 'all clients are now resumed');
  });
  const forgetEnd = daemon.life.onEnd(forget);
}

function understand(daemon: Daemon, { message, from }: Sent, isMine: boolean): void {
  if (message.type === 'starting' && !isMine) heardStarting(daemon);
  else if (message.type === 'resources') heardResources(daemon, message, isMine);
  else if (message.type === 'ask') heardAsk(daemon, message, from);
  else if (message.type === 'shutdone' && !isMine) heardShutdone(daemon);
  else if (message.type === 'num_ping_nodes' && !isMine) ipfailIsAsked(daemon);
  shutDownIfNeeded(daemon);
}
