// Who holds which groups, as the daemons tell each other; and whether anything is still in flux.
import { ALL, FOREIGN, LOCAL, NONE, holdsName, say } from './daemon.ts';
import type { Daemon, Holds } from './daemon.ts';
import { cast } from './wire.ts';

/** True when nothing is under way on either side, as far as this daemon knows. */
export function isStable(daemon: Daemon): boolean {
  if (daemon.needsShutdown && daemon.phase === 'init') return true;
  return daemon.isOtherStable && !daemon.isTakingOver && daemon.standby.stage === 'not' && daemon.standby.forget === null
    && daemon.children === 0 && ['stable', 'shutdown', 'init'].includes(daemon.phase);
}

/** The words of `cl_status rscstatus`. */
export function resourceState(daemon: Daemon): string {
  return isStable(daemon) ? holdsName(daemon.holds) : 'transition';
}

/** Tells the other side what this one holds. */
export function sendHeld(daemon: Daemon, stable: boolean, comment?: 'shutdown' | 'standby'): void {
  cast(daemon, { type: 'resources', holds: daemon.holds, full: true, stable, ...(comment ? { comment } : {}) });
}

/** Says once that this start has got what it should. */
export function announce(daemon: Daemon, reason: string): void {
  if (daemon.isAnnounced || !daemon.localWorkDone || !daemon.foreignWorkDone) return;
  say(daemon, 'info', `Initial resource acquisition complete (${reason})`);
  daemon.isAnnounced = true;
}

/** What is held after a message: all that it says, or that and what was held before. */
export function updated(current: Holds, said: Holds, full: boolean): Holds {
  return full || said === NONE ? said : both(current, said);
}

/** What either has. */
export function both(one: Holds, other: Holds): Holds {
  return (one | other) as Holds;
}

/** What one has and the other has not. */
export function without(one: Holds, other: Holds): Holds {
  return (one & ~other) as Holds;
}

/** Complains about groups that two hold, or nobody. */
export function audit(daemon: Daemon): void {
  const has = (holds: Holds, which: Holds): boolean => (holds & which) !== 0;
  const { holds, otherHolds } = daemon;
  if (has(holds, LOCAL) && has(otherHolds, FOREIGN)) say(daemon, 'ERROR', 'Both machines own our resources!');
  if (has(otherHolds, LOCAL) && has(holds, FOREIGN)) say(daemon, 'ERROR', 'Both machines own foreign resources!');
  if (!isStable(daemon) || daemon.isShuttingDown || daemon.phase === 'shutdown' || holds === ALL) return;
  if (!has(holds, LOCAL) && !has(otherHolds, FOREIGN)) say(daemon, 'ERROR', 'No one owns our local resources!');
  if (!has(otherHolds, LOCAL) && !has(holds, FOREIGN)) say(daemon, 'ERROR', 'No one owns foreign resources!');
}
