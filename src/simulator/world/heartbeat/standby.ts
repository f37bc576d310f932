// Going standby: one node asks, the other agrees, groups are given up, then taken.
import type { Activity } from '../schedule.ts';
import { fork, shutDownIfNeeded } from './children.ts';
import { ALL, FOREIGN, LOCAL, NONE, holdsName, otherDaemon, say } from './daemon.ts';
import type { Daemon, Holds, Message } from './daemon.ts';
import { announce, both, sendHeld, without } from './holdings.ts';
import { HA_LOG, haLog, haTime } from './log.ts';
import { giveGroup, groupsOf, keyOf, takeGroup } from './resource-manager.ts';
import { cast } from './wire.ts';

/** For the first answer, and for the work on the groups; they are heartbeat's own, no file sets them. */
const ANSWER_MS = 10_000;
const WORK_MS = 3_600_000;
const FORK_MS = 60;
const AGREE_MS = 800;

/** What hb_standby does: writes its line, and asks in the name of its node. */
export function askStandby(daemon: Daemon, what: Holds): void {
  const { node } = daemon;
  node.files.append(HA_LOG, `hb_standby[${node.pid()}]:\t${haTime(node.clock())} Going standby [${holdsName(what)}].\n`);
  if (daemon.conf.autoFailback === 'legacy') {
    say(daemon, 'info', 'Standby mode only implemented when nice_failback on');
    return;
  }
  cast(daemon, { type: 'ask', info: 'me', what });
}

/** What hb_takeover does: has the other node ask. Without another node nobody hears it. */
export function askTakeover(daemon: Daemon, what: Holds): void {
  const other = otherDaemon(daemon);
  if (!other || daemon.peer.status !== 'active') return;
  const theirs = what === LOCAL ? FOREIGN : what === FOREIGN ? LOCAL : ALL;
  cast(other, { type: 'ask', info: 'me', what: theirs });
}

/** One message of the three steps, from either side. */
export function heardAsk(daemon: Daemon, message: Extract<Message, { type: 'ask' }>, from: string): void {
  if (daemon.phase === 'shutdown') return;
  const isMine = from === daemon.node.name;
  const { standby } = daemon;
  if (standby.forget !== null && message.info === 'me') {
    say(daemon, 'WARN', `Standby in progress- new request from ${from} ignored`);
    return;
  }
  const isUnderstood =
    standby.stage === 'not' ? asked(daemon, message, from, isMine)
    : standby.stage === 'me' ? giving(daemon, message, from, isMine)
    : standby.stage === 'other' ? taking(daemon, message, from, isMine)
    : finished(daemon, message, isMine);
  if (!isUnderstood) say(daemon, 'ERROR', `Ignored standby message '${message.info}' from ${from} in state ${['not', 'me', 'other', 'done'].indexOf(standby.stage)}`);
  shutDownIfNeeded(daemon);
}

function asked(daemon: Daemon, { info, what }: Extract<Message, { type: 'ask' }>, from: string, isMine: boolean): boolean {
  if (!daemon.isOtherStable) {
    say(daemon, 'WARN', `standby message [${info}] from ${from} ignored.  Other side is in flux.`);
    return true;
  }
  if (daemon.phase !== 'stable') {
    say(daemon, 'WARN', `standby message [${info}] from ${from} ignored.  local resources in flux.`);
    return true;
  }
  if (info !== 'me') return false;
  daemon.isOtherStable = false;
  say(daemon, 'info', `${from} wants to go standby [${holdsName(what)}]`);
  stage(daemon, isMine ? 'me' : 'other', what, isMine ? ANSWER_MS : WORK_MS);
  if (!isMine) agreeSoon(daemon, what);
  return true;
}

/** The other side answers within a second or so. */
function agreeSoon(daemon: Daemon, what: Holds): void {
  const { world } = daemon;
  const forget = world.schedule.after(world.takes(AGREE_MS), () => {
    forgetEnd();
    if (daemon.standby.stage === 'other') cast(daemon, { type: 'ask', info: 'other', what });
  });
  const forgetEnd = daemon.life.onEnd(forget);
}

function giving(daemon: Daemon, { info, what }: Extract<Message, { type: 'ask' }>, from: string, isMine: boolean): boolean {
  if (!isMine && info === 'other') {
    stage(daemon, 'me', what, WORK_MS);
    say(daemon, 'info', `standby: ${from} can take our ${holdsName(what)} resources`);
    daemon.isOtherStable = false;
    daemon.holds = without(daemon.holds, what);
    sendHeld(daemon, false, 'standby');
    fork(daemon, goStandby(daemon, 'give up', what, what));
    return true;
  }
  if (!isMine || info !== 'done') return false;
  say(daemon, 'info', `Local standby process completed [${holdsName(what)}].`);
  daemon.holds = without(daemon.holds, what);
  stage(daemon, 'done', what, WORK_MS);
  return true;
}

function taking(daemon: Daemon, { info, what }: Extract<Message, { type: 'ask' }>, from: string, isMine: boolean): boolean {
  if (isMine) return info === 'other';
  if (info !== 'done') return false;
  say(daemon, 'info', `standby: acquire [${holdsName(what)}] resources from ${from}`);
  stage(daemon, 'done', what, WORK_MS);
  fork(daemon, goStandby(daemon, 'acquire', what, mirrored(what)));
  return true;
}

function finished(daemon: Daemon, { info, what }: Extract<Message, { type: 'ask' }>, isMine: boolean): boolean {
  if (info !== 'done') return false;
  daemon.standby.forget?.();
  daemon.standby = { stage: 'not', what: NONE, forget: null };
  if (isMine) {
    say(daemon, 'info', `Standby resource acquisition done [${holdsName(what)}].`);
    if (daemon.conf.autoFailback !== 'off') {
      daemon.localWorkDone = true;
      announce(daemon, 'auto_failback');
    }
    daemon.holds = both(daemon.holds, mirrored(what));
  } else say(daemon, 'info', `Other node completed standby takeover of ${holdsName(what)} resources.`);
  sendHeld(daemon, true);
  return true;
}

/** The child that gives up or takes; `what` in the words of the node that gives, `mine` in the own. */
function* goStandby(daemon: Daemon, action: 'give up' | 'acquire', what: Holds, mine: Holds): Activity<void> {
  const { world, node, cluster } = daemon;
  const tag = `heartbeat[${node.pid()}]`;
  yield world.takes(FORK_MS);
  haLog(node, tag, 'info', `${action} ${holdsName(mine)} HA resources (standby).`);
  for (const group of groupsOf(node)) {
    const which = group.home === node.name.toLowerCase() ? LOCAL : FOREIGN;
    if ((mine & which) === 0) continue;
    yield world.takes(FORK_MS);
    if (action === 'acquire') {
      yield* takeGroup(cluster, node, keyOf(group), () => {
        const running = cluster.daemons.get(node.name);
        if (running) askStandby(running, FOREIGN);
      });
    } else yield* giveGroup(cluster, node, keyOf(group));
  }
  haLog(node, tag, 'info', `${holdsName(mine)} HA resource ${action === 'acquire' ? 'acquisition' : 'release'} completed (standby).`);
  cast(daemon, { type: 'ask', info: 'done', what });
}

function stage(daemon: Daemon, name: 'me' | 'other' | 'done', what: Holds, ms: number): void {
  daemon.standby.forget?.();
  const { schedule } = daemon.world;
  const forget = schedule.after(daemon.world.takes(ms), () => {
    forgetEnd();
    daemon.standby = { stage: 'not', what: NONE, forget: null };
    daemon.isOtherStable = true;
    say(daemon, 'WARN', 'No reply to standby request.  Standby request cancelled.');
    shutDownIfNeeded(daemon);
  });
  const forgetEnd = daemon.life.onEnd(forget);
  daemon.standby = { stage: name, what, forget: () => (forget(), forgetEnd()) };
}

/** The giver's foreign groups are the taker's own. */
function mirrored(what: Holds): Holds {
  return what === LOCAL ? FOREIGN : what === FOREIGN ? LOCAL : what;
}
