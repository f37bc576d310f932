// What the daemons' talk about resources leads to: who starts, who is stable, who takes, who gives back.
import { shutDownIfNeeded } from './children.ts';
import { FOREIGN, LOCAL, NONE, say } from './daemon.ts';
import type { Daemon, Message } from './daemon.ts';
import { announce, audit, both, sendHeld, updated } from './holdings.ts';
import { takeOver, takeOwn } from './takeover.ts';
import { cast } from './wire.ts';

/** When both start, each waits that long for the other before it takes its own groups. */
const OWN_AFTER_MS = 10_000;
const FAILBACK_AGAIN_MS = 1000;

/** The communication works: says so to the other side, which answers with what it holds. */
export function startResources(daemon: Daemon): void {
  if (daemon.peer.status !== 'dead') daemon.foreignWorkDone = true;
  cast(daemon, { type: 'starting' });
  daemon.phase = 'starting';
}

/** The other node starts. */
export function heardStarting(daemon: Daemon): void {
  if (daemon.phase === 'init') return;
  if (daemon.phase === 'starting') {
    daemon.phase = 'both-starting';
    daemon.foreignWorkDone = true;
    announce(daemon, 'HB_R_BOTHSTARTING');
  }
  daemon.isOtherStable = false;
  if (daemon.isTakingOver) say(daemon, 'WARN', 'T_STARTING received during takeover.');
  sendHeld(daemon, daemon.phase === 'stable');
  settled(daemon);
}

/** Either node says what it holds. */
export function heardResources(daemon: Daemon, message: Extract<Message, { type: 'resources' }>, isMine: boolean): void {
  if (daemon.phase === 'init') return;
  const isFirst = daemon.phase === 'starting' || daemon.phase === 'both-starting';
  if (isFirst && daemon.conf.autoFailback === 'off') {
    daemon.foreignWorkDone = true;
    announce(daemon, 'T_RESOURCES');
  }
  if (isMine) mine(daemon, message);
  else theirs(daemon, message);
  if (isFirst && (daemon.phase === 'starting' || daemon.phase === 'both-starting')) {
    daemon.phase = 'resources-received';
    ownAfterAWhile(daemon);
  }
  settled(daemon);
}

/** The other node gave up all and ends. */
export function heardShutdone(daemon: Daemon): void {
  daemon.otherHolds = NONE;
  daemon.isOtherStable = true;
  say(daemon, 'info', `Received shutdown notice from '${daemon.peer.name}'.`);
  if (daemon.phase !== 'init') takeOver(daemon);
  shutDownIfNeeded(daemon);
}

function mine(daemon: Daemon, { holds, full, comment }: Extract<Message, { type: 'resources' }>): void {
  daemon.holds = updated(daemon.holds, holds, full);
  if ((daemon.holds & LOCAL) !== 0) {
    daemon.localWorkDone = true;
    announce(daemon, 'T_RESOURCES(us)');
  }
  if (comment === 'shutdown') daemon.phase = 'shutdown';
  if (comment !== 'mach_down') return;
  say(daemon, 'info', 'mach_down takeover complete.');
  daemon.isTakingOver = false;
  daemon.holds = both(daemon.holds, FOREIGN);
  daemon.needsFailback = true;
  daemon.isOtherStable = true;
  daemon.foreignWorkDone = true;
  announce(daemon, 'mach_down');
}

function theirs(daemon: Daemon, { holds, full, stable }: Extract<Message, { type: 'resources' }>): void {
  daemon.otherHolds = updated(daemon.otherHolds, holds, full);
  if (stable === true && !daemon.isOtherStable) {
    say(daemon, 'info', 'remote resource transition completed.');
    daemon.isOtherStable = true;
    sendHeld(daemon, daemon.phase === 'stable');
    failBack(daemon);
  } else if (stable === false) daemon.isOtherStable = false;
  if (daemon.phase === 'stable' || daemon.phase === 'shutdown' || !daemon.isOtherStable) return;
  say(daemon, 'info', 'remote resource transition completed.');
  takeOwn(daemon, false);
  daemon.phase = 'stable';
  sendHeld(daemon, true);
  failBack(daemon);
  daemon.foreignWorkDone = true;
  if (daemon.conf.autoFailback === 'off' && (daemon.otherHolds & FOREIGN) !== 0) daemon.localWorkDone = true;
  announce(daemon, 'T_RESOURCES(them)');
}

/** With auto_failback the groups of a node that is back go home. */
function failBack(daemon: Daemon): void {
  const { world, conf } = daemon;
  if (daemon.isShuttingDown || (daemon.holds & FOREIGN) === 0 || !daemon.needsFailback || conf.autoFailback === 'off') {
    daemon.needsFailback = false;
    shutDownIfNeeded(daemon);
    return;
  }
  if (daemon.standby.stage !== 'not' || !daemon.isOtherStable || daemon.phase !== 'stable' || daemon.isTakingOver) {
    const forget = world.schedule.after(world.takes(FAILBACK_AGAIN_MS), () => {
      forgetEnd();
      failBack(daemon);
    });
    const forgetEnd = daemon.life.onEnd(forget);
    return;
  }
  daemon.needsFailback = false;
  cast(daemon, { type: 'ask', info: 'me', what: FOREIGN });
}

function ownAfterAWhile(daemon: Daemon): void {
  const { world } = daemon;
  const forget = world.schedule.after(world.takes(OWN_AFTER_MS), () => {
    forgetEnd();
    if (daemon.phase !== 'resources-received') return;
    daemon.phase = 'stable';
    takeOwn(daemon, false);
    say(daemon, 'info', 'local resource transition completed.');
    sendHeld(daemon, true);
    audit(daemon);
  });
  const forgetEnd = daemon.life.onEnd(forget);
}

function settled(daemon: Daemon): void {
  audit(daemon);
  shutDownIfNeeded(daemon);
}
