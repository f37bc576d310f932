// What a daemon says of itself when it starts and when it ends.
import type { HaCf } from './config.ts';
import { isVersion2, say } from './daemon.ts';
import type { Daemon } from './daemon.ts';

/** The lines before the first beat, in the order of the program. */
export function firstWords(daemon: Daemon): void {
  const { conf, cluster, generation } = daemon;
  const lines = [
    '**************************', `Configuration validated. Starting heartbeat ${cluster.version}`, `heartbeat: version ${cluster.version}`, `Heartbeat generation: ${generation}`,
    ...conf.media.flatMap(({ kind, name }) => kind === 'serial'
      ? [`glib: Starting serial heartbeat on tty ${name} (${conf.parameters.get('baud') ?? '19200'} baud)`]
      : [`glib: UDP Broadcast heartbeat started on port ${port(conf)} (${port(conf)}) interface ${name}`, `glib: UDP Broadcast heartbeat closed on port ${port(conf)} interface ${name} - Status: 1`]),
    ...conf.pings.map(() => 'glib: ping heartbeat started.'),
  ];
  for (const line of isVersion2(daemon) ? lines : lines.filter((one) => !one.startsWith('glib: UDP') || one.includes('started'))) say(daemon, 'info', line);
  if (conf.watchdog !== null) say(daemon, 'notice', `Using watchdog device: ${conf.watchdog}`);
}

/** Ping nodes answer, and broadcasts come back to their sender. */
export function ownLinksUp(daemon: Daemon): void {
  for (const ping of daemon.conf.pings) {
    say(daemon, 'info', `Link ${ping}:${ping} up.`);
    say(daemon, 'info', isVersion2(daemon) ? `Status update for node ${ping}: status ping` : `Node ${ping}: status ping`);
  }
  for (const { kind, name } of daemon.conf.media) if (kind === 'bcast') say(daemon, 'info', `Link ${daemon.node.name}:${name} up.`);
  daemon.pingsUp = true;
}

/** The reading and writing processes end, one after the other. */
export function endProcesses(daemon: Daemon): void {
  const kinds = ['HBFIFO', ...daemon.conf.media.flatMap(() => ['HBWRITE', 'HBREAD'])];
  const pids = kinds.map((kind, index) => ({ kind, pid: daemon.pid + 3 + index }));
  for (const { kind, pid } of pids) say(daemon, 'info', `killing ${kind} process ${pid} with signal 15`);
  pids.forEach(({ pid }, index) => say(daemon, 'info', `Core process ${pid} exited. ${pids.length - index} remaining`));
}

function port(conf: HaCf): string {
  return conf.parameters.get('udpport') ?? '694';
}
