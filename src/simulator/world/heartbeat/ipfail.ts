// ipfail, the client that compares how many ping nodes each side sees. Here each side sees all of them.
import { otherDaemon } from './daemon.ts';
import type { Daemon, Ear } from './daemon.ts';
import { haLog } from './log.ts';
import { cast } from './wire.ts';

/** Until a message of the daemon reaches its client. */
const CLIENT_MS = 30;

/** A link of the other node came or went. */
export function ipfailHearsLink(daemon: Daemon, ear: Ear): void {
  const { status } = ear;
  const { name } = daemon.peer;
  later(daemon, (log) => {
    log(`Link Status update: Link ${name}/${ear.name} now has status ${status}`);
    if (status === 'up') return;
    if (!daemon.pingsUp) {
      log('We are dead. :<');
      ask(daemon, log);
      return;
    }
    ask(daemon, log);
    log('Checking remote count of ping nodes.');
  });
}

/** The other node's status changed. */
export function ipfailHearsNode(daemon: Daemon, status: string): void {
  const { name } = daemon.peer;
  later(daemon, (log) => {
    log(`Status update: Node ${name} now has status ${status}`);
    if (status === 'dead') log(daemon.pingsUp ? 'NS: We are still alive!' : 'NS: We are dead. :<');
  });
}

/** The other side's ipfail asked how many ping nodes are seen here. */
export function ipfailIsAsked(daemon: Daemon): void {
  later(daemon, (log) => log('Ping node count is balanced.'));
}

function ask(daemon: Daemon, log: (text: string) => void): void {
  log('Asking other side for ping node count.');
  if (otherDaemon(daemon)) cast(daemon, { type: 'num_ping_nodes' });
}

function later(daemon: Daemon, act: (log: (text: string) => void) => void): void {
  const pid = daemon.ipfailPid;
  if (pid === null) return;
  const forget = daemon.world.schedule.after(daemon.world.takes(CLIENT_MS), () => {
    forgetEnd();
    act((text) => haLog(daemon.node, `ipfail[${pid}]`, 'info', text));
  });
  const forgetEnd = daemon.life.onEnd(forget);
}
