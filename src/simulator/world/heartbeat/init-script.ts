// /etc/init.d/heartbeat: start, stop, restart, reload, status, in the words of its age.
import type { Activity } from '../schedule.ts';
import type { Call, Command, SimNode } from '../shapes.ts';
import { HA_CF, readHaCf } from './config.ts';
import type { Cluster } from './daemon.ts';
import { configTrouble, startDaemon, stopDaemon } from './lifecycle.ts';
import { haLog } from './log.ts';
import { groupsOf, holdsKey, keyOf } from './resource-manager.ts';

/** `heartbeat -k` looks once a second whether the daemon is gone. */
const LOOK_MS = 1000;
const START_MS = 600;
/** "Allow resource takeover to complete (hopefully)". */
const TAKEOVER_MS = 10_000;

/** The script, for every node of a cluster. */
export function initScript(cluster: Cluster): Command {
  return function* (call) {
    const { node } = call;
    const what = call.argv[1] ?? '';
    if (node.read(HA_CF) === null) {
      call.out(`Heartbeat not configured: ${HA_CF} not found. Heartbeat failure [rc=1]. Failed.\n`);
      return 0;
    }
    if (what === 'status') return status(cluster, call);
    if (what === 'start') return yield* start(cluster, call);
    if (what === 'stop') return yield* stop(cluster, call);
    if (what === 'restart') return yield* restart(cluster, call);
    if (what === 'reload' || what === 'force-reload') return reload(cluster, call);
    call.out(`Usage: ${call.argv[0] ?? ''} {start|stop|status|restart|reload|force-reload}\n`);
    return 1;
  };
}

/** Ends the daemon and waits until it is gone. */
export function* stopAndWait(cluster: Cluster, node: SimNode): Activity<void> {
  const daemon = cluster.daemons.get(node.name);
  stopDaemon(cluster, node);
  while (daemon && cluster.daemons.get(node.name) === daemon) yield cluster.world.takes(LOOK_MS);
}

/** Looks whether everything is idle, and starts the daemon. Null: it runs; else why not. */
export function* verifyAndStart(cluster: Cluster, node: SimNode): Activity<string | null> {
  yield* verifyAllIdle(node);
  yield cluster.world.takes(START_MS);
  const trouble = configTrouble(node);
  if (trouble === null) startDaemon(cluster, node);
  else haLog(node, `heartbeat[${node.pid()}]`, 'ERROR', trouble);
  return trouble;
}

function* start(cluster: Cluster, call: Call): Activity<number> {
  call.out('Starting High-Availability services: ');
  const trouble = yield* verifyAndStart(cluster, call.node);
  if (trouble === null) {
    call.out('Done.\n\n');
    return 0;
  }
  call.out(` Heartbeat failure [rc=6]. Failed.\n\nheartbeat: ERROR: ${trouble}\nheartbeat: ERROR: Configuration error, heartbeat not started.\n\n`);
  return 6;
}

function* stop(cluster: Cluster, call: Call): Activity<number> {
  call.out('Stopping High-Availability services: ');
  yield* stopAndWait(cluster, call.node);
  call.out('Done.\n\n');
  return 0;
}

function* restart(cluster: Cluster, call: Call): Activity<number> {
  const { deadtimeMs } = readHaCf(call.node.read(HA_CF) ?? '');
  yield* stop(cluster, call);
  call.out('Waiting to allow resource takeover to complete:');
  yield deadtimeMs + cluster.world.takes(TAKEOVER_MS);
  call.out('Done.\n\n');
  return yield* start(cluster, call);
}

/** The daemon reads ha.cf again and keeps its groups; one that does not run is started. */
function reload(cluster: Cluster, call: Call): number {
  const { node } = call;
  const daemon = cluster.daemons.get(node.name);
  call.out('Reloading High-Availability services: ');
  const trouble = configTrouble(node);
  if (trouble !== null) {
    call.out(' Heartbeat failure [rc=1]. Failed.\n\n');
    return 1;
  }
  if (daemon) {
    haLog(node, `heartbeat[${node.pid()}]`, 'info', `Signalling heartbeat pid ${daemon.pid} to reread config files`);
    daemon.conf = { ...readHaCf(node.read(HA_CF) ?? ''), media: daemon.conf.media, nodes: daemon.conf.nodes };
  } else startDaemon(cluster, node);
  call.out('Done.\n\n');
  return 0;
}

function status(cluster: Cluster, call: Call): number {
  const { node } = call;
  const pid = cluster.daemons.get(node.name)?.pid;
  if (pid === undefined && !cluster.restarts.has(node.name)) {
    call.out('heartbeat is stopped. No process\n');
    return 3;
  }
  call.out(`heartbeat OK [pid ${pid ?? node.pid()} et al] is running on ${node.name} [${node.name}]...\n`);
  return 0;
}

/** A resource that runs before heartbeat does was started by somebody else: said, not prevented. */
function* verifyAllIdle(node: SimNode): Activity<void> {
  const tag = `ResourceManager[${node.pid()}]`;
  let active = 0;
  for (const group of groupsOf(node)) {
    if (!(yield* holdsKey(node, keyOf(group)))) continue;
    active += 1;
    haLog(node, tag, 'CRITICAL', `Resource ${keyOf(group)} is active, and should not be!`);
    haLog(node, tag, 'CRITICAL', 'Non-idle resources can affect data integrity!');
    haLog(node, tag, 'info', "If you don't know what this means, then get help!");
  }
  if (active === 0) return;
  haLog(node, tag, 'CRITICAL', 'Non-idle resources will affect resource takeback!');
  haLog(node, tag, 'CRITICAL', 'Non-idle resources may affect data integrity!');
}
