// The daemon's children that work on resources: what runs at once, and what waits its turn.
import type { Activity } from '../schedule.ts';
import type { Daemon } from './daemon.ts';

/** Runs a child; `ended` hears its end before anything that waited is started. */
export function fork(daemon: Daemon, work: Activity<void>, ended?: () => void): void {
  daemon.children += 1;
  daemon.world.schedule.run(daemon.life, work, () => {
    daemon.children -= 1;
    ended?.();
    startNext(daemon);
    shutDownIfNeeded(daemon);
  });
}

/** A request that runs when no child is at work. */
export function enqueue(daemon: Daemon, work: () => Activity<void>): void {
  daemon.queue.push(work);
  startNext(daemon);
}

/** A delayed shutdown goes on when it can. */
export function shutDownIfNeeded(daemon: Daemon): void {
  if (daemon.needsShutdown) daemon.giveUp();
}

function startNext(daemon: Daemon): void {
  if (daemon.children > 0) return;
  const work = daemon.queue.shift();
  if (work) fork(daemon, work());
}
