// What a node does when it takes groups: its own, and those of a node that is gone.
import type { Activity } from '../schedule.ts';
import { enqueue, fork } from './children.ts';
import { ALL, FOREIGN, LOCAL, NONE, say } from './daemon.ts';
import type { Daemon } from './daemon.ts';
import { announce, both } from './holdings.ts';
import { HA_LOG, haLog, haTime } from './log.ts';
import { groupsOf, holdsKey, keyOf, takeGroup } from './resource-manager.ts';
import { askStandby } from './standby.ts';
import { cast } from './wire.ts';

/** Until a shell script that was started prints its first line. */
const SHELL_MS = 80;
const MACH_DOWN = '/usr/lib/heartbeat/mach_down';

/** The other node is dead: its groups are taken, unless it gave them up before. */
export function recoverFromDead(daemon: Daemon): void {
  const { peer, standby } = daemon;
  if (standby.stage !== 'not') {
    say(daemon, 'info', 'Cancelling pending standby operation');
    standby.forget?.();
    daemon.standby = { stage: 'not', what: NONE, forget: null };
    if (daemon.holds === ALL) daemon.isOtherStable = true;
  }
  if (daemon.isShuttingDown) return;
  daemon.needsFailback = true;
  if (peer.wasHeard && daemon.otherHolds === NONE) {
    say(daemon, 'info', `Dead node ${peer.name} gave up resources.`);
    if (daemon.holds === ALL) daemon.isOtherStable = true;
    else takeOver(daemon);
    return;
  }
  say(daemon, 'WARN', 'No STONITH device configured.');
  say(daemon, 'WARN', 'Shared disks are not protected.');
  takeOver(daemon);
}

/** Takes all the other node's groups, and the own ones where they are missing. */
export function takeOver(daemon: Daemon): void {
  if (daemon.isShuttingDown) {
    say(daemon, 'info', 'Resource takeover cancelled - shutdown in progress.');
    return;
  }
  say(daemon, 'info', `Resources being acquired from ${daemon.peer.name}.`);
  enqueue(daemon, () => notified(daemon, true));
  daemon.holds = both(daemon.holds, FOREIGN);
  daemon.otherHolds = NONE;
  daemon.isOtherStable = true;
  daemon.isTakingOver = true;
  takeOwn(daemon, true);
}

/** Takes the node's own groups, unless somebody has them; `anyway` asks each of them first. */
export function takeOwn(daemon: Daemon, anyway: boolean): void {
  if (daemon.isShuttingDown) return;
  const isTaken = (daemon.otherHolds & FOREIGN) !== 0 || (daemon.holds & LOCAL) !== 0;
  if (isTaken && !anyway && daemon.standby.stage === 'not') {
    say(daemon, 'info', 'Local Resource acquisition completed. (none)');
    return;
  }
  daemon.holds = both(daemon.holds, LOCAL);
  fork(daemon, requestOwn(daemon), () => {
    daemon.localWorkDone = true;
    announce(daemon, 'req_our_resources');
  });
}

/** Runs /etc/ha.d/rc.d/status after a change of the other node's status. */
export function notifyStatus(daemon: Daemon): void {
  enqueue(daemon, () => notified(daemon, false));
}

/** The child that wants the own groups: what does not run already is asked for, and granted by itself. */
function* requestOwn(daemon: Daemon): Activity<void> {
  const { world, node } = daemon;
  const tag = `heartbeat[${node.pid()}]`;
  const own = groupsOf(node).filter((group) => group.home === node.name.toLowerCase());
  yield world.takes(2 * SHELL_MS);
  for (const group of own) {
    yield world.takes(2 * SHELL_MS);
    if (yield* holdsKey(node, keyOf(group))) continue;
    enqueue(daemon, () => granted(daemon, keyOf(group)));
  }
  if (own.length === 0) haLog(node, tag, 'info', `No local resources [/usr/lib/heartbeat/ResourceManager listkeys ${node.name}] to acquire.`);
  else haLog(node, tag, 'info', 'Local Resource acquisition completed.');
  cast(daemon, { type: 'resources', holds: daemon.holds, full: true, stable: true });
}

function* granted(daemon: Daemon, key: string): Activity<void> {
  const { world, node } = daemon;
  yield world.takes(SHELL_MS);
  const pid = node.pid();
  haLog(node, `harc[${pid}]`, 'info', 'Running /etc/ha.d/rc.d/ip-request-resp ip-request-resp');
  node.files.append(HA_LOG, `ip-request-resp[${pid}]:\t${haTime(node.clock())} received ip-request-resp ${key} OK yes\n`);
  yield world.takes(SHELL_MS);
  yield* takeGroup(daemon.cluster, node, key, () => standbyAfterFailure(daemon));
}

function* notified(daemon: Daemon, isDead: boolean): Activity<void> {
  const { world, node } = daemon;
  yield world.takes(SHELL_MS);
  haLog(node, `harc[${node.pid()}]`, 'info', 'Running /etc/ha.d/rc.d/status status');
  if (isDead) yield* machDown(daemon);
}

/** The script that takes every group of the dead node; it does not ask whether that worked. */
function* machDown(daemon: Daemon): Activity<void> {
  const { world, node, peer } = daemon;
  const tag = `mach_down[${node.pid()}]`;
  yield world.takes(SHELL_MS);
  for (const group of groupsOf(node).filter((one) => one.home === peer.name)) {
    haLog(node, tag, 'info', `Taking over resource group ${keyOf(group)}`);
    yield world.takes(SHELL_MS);
    yield* takeGroup(daemon.cluster, node, keyOf(group), () => standbyAfterFailure(daemon));
  }
  yield world.takes(SHELL_MS);
  haLog(node, tag, 'info', `${MACH_DOWN}: nice_failback: foreign resources acquired`);
  haLog(node, tag, 'info', `mach_down takeover complete for node ${peer.name}.`);
  cast(daemon, { type: 'resources', holds: FOREIGN, full: false, stable: null, comment: 'mach_down' });
}

/** ResourceManager's answer to a group that would not start: the node asks to give up what is not its own. */
function standbyAfterFailure(daemon: Daemon): void {
  const running = daemon.cluster.daemons.get(daemon.node.name);
  if (running) askStandby(running, FOREIGN);
}
