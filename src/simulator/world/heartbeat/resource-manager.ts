// Heartbeat's ResourceManager: takes a group left to right, gives it up right to left, one script after the other.
import type { Activity } from '../schedule.ts';
import type { SimNode } from '../shapes.ts';
import { HARESOURCES, readHaresources, scriptOf } from './config.ts';
import type { HaGroup } from './config.ts';
import type { Cluster, GroupState } from './daemon.ts';
import { haLog } from './log.ts';
import type { HaLevel } from './log.ts';

/** Starting a shell and a script on a machine of that age. */
const SCRIPT_MS = 120;
const STOP_RETRIES = 10;
const STOP_RETRY_MS = 1000;
/** After a group could not be started the node asks to go standby. */
const STANDBY_AFTER_MS = 30_000;

/** The node's groups as its file has them now: the scripts read it each time. */
export function groupsOf(node: SimNode): HaGroup[] {
  return readHaresources(node.read(HARESOURCES) ?? '');
}

/** What heartbeat calls a group by. */
export function keyOf(group: HaGroup): string {
  return group.resources[0] ?? '';
}

/** Takes the group with this key. A resource that says it runs is not started again. `goStandby` runs 30 s after a failure. */
export function* takeGroup(cluster: Cluster, node: SimNode, key: string, goStandby: () => void): Activity<void> {
  const group = groupsOf(node).find((one) => keyOf(one) === key);
  if (!group) return;
  const { world } = cluster;
  const log = logger(node);
  log('info', `Acquiring resource group: ${group.home} ${group.resources.join(' ')}`);
  const before = stateOf(cluster, node, key);
  if (before !== 'started') setState(cluster, node, key, 'starting');
  for (const resource of group.resources) {
    yield world.takes(SCRIPT_MS);
    if (yield* runs(node, resource)) continue;
    if ((yield* script(node, resource, 'start', log)) === 0) continue;
    log('CRIT', `Giving up resources due to failure of ${resource}`);
    yield* release(cluster, node, group, log);
    setState(cluster, node, key, 'failed');
    const forget = world.schedule.after(world.takes(STANDBY_AFTER_MS), () => {
      if (!node.life.ended) goStandby();
    });
    node.life.onEnd(forget);
    return;
  }
  // Somebody may have given it up in the meantime: heartbeat itself does not keep the two apart.
  if (stateOf(cluster, node, key) === 'starting') setState(cluster, node, key, 'started');
}

/** Gives the group with this key up, whether it is held or not. */
export function* giveGroup(cluster: Cluster, node: SimNode, key: string): Activity<void> {
  const group = groupsOf(node).find((one) => keyOf(one) === key);
  if (group) yield* release(cluster, node, group, logger(node));
}

/** True when the group's first resource says that it runs. */
export function* holdsKey(node: SimNode, key: string): Activity<boolean> {
  return yield* runs(node, key);
}

/** What the node's copy of a group does; undefined: it is not there. */
export function stateOf(cluster: Cluster, node: SimNode, key: string): GroupState | undefined {
  return cluster.groups.get(key)?.get(node.name);
}

/** Notes what the node's copy of a group does. */
export function setState(cluster: Cluster, node: SimNode, key: string, state: GroupState | undefined): void {
  const states = cluster.groups.get(key) ?? new Map<string, GroupState>();
  if (state === undefined) states.delete(node.name);
  else states.set(node.name, state);
  cluster.groups.set(key, states);
}

type Log = (level: HaLevel, text: string) => void;

function logger(node: SimNode): Log {
  const tag = `ResourceManager[${node.pid()}]`;
  return (level, text) => haLog(node, tag, level, text);
}

function* release(cluster: Cluster, node: SimNode, group: HaGroup, log: Log): Activity<void> {
  const key = keyOf(group);
  log('info', `Releasing resource group: ${group.home} ${group.resources.join(' ')}`);
  if (stateOf(cluster, node, key) !== undefined) setState(cluster, node, key, 'stopping');
  for (const resource of [...group.resources].reverse()) yield* stopOne(cluster, node, resource, log);
  setState(cluster, node, key, undefined);
}

/** Stops, again and again; what will not stop costs the machine. */
function* stopOne(cluster: Cluster, node: SimNode, resource: string, log: Log): Activity<void> {
  const { world } = cluster;
  yield world.takes(SCRIPT_MS);
  for (let retries = 0; ; retries += 1) {
    if ((yield* script(node, resource, 'stop', log)) === 0) return;
    if (retries >= STOP_RETRIES) break;
    yield world.takes(STOP_RETRY_MS);
    log('info', `Retrying failed stop operation [${resource}]`);
  }
  if (!(yield* runs(node, resource))) {
    log('ERROR', `Resource script for ${resource} probably not LSB-compliant.`);
    log('WARN', `it (${resource}) MUST succeed on a stop when already stopped`);
    log('WARN', 'Machine reboot narrowly avoided!');
    return;
  }
  log('CRIT', 'Resource STOP failure. Reboot required!');
  log('CRIT', 'Killing heartbeat ungracefully!');
  world.schedule.after(0, () => {
    if (node.machine !== 'up') return;
    world.powerCut(node);
    world.powerOn(node);
  });
  yield world.takes(STOP_RETRY_MS);
}

/** Asks the resource's script; only its words count: "running" or "OK", but not "not running". */
function* runs(node: SimNode, resource: string): Activity<boolean> {
  const { script: name, args } = scriptOf(resource);
  const path = pathOf(node, name);
  if (path === null) return false;
  const { stdout } = yield* node.run([path, ...args, 'status']);
  return !/not +running/i.test(stdout) && (/running/i.test(stdout) || stdout.includes('OK'));
}

function* script(node: SimNode, resource: string, what: 'start' | 'stop', log: Log): Activity<number> {
  const { script: name, args } = scriptOf(resource);
  const path = pathOf(node, name);
  if (path === null) {
    log('ERROR', `Cannot locate resource script ${name}`);
    return 1;
  }
  // Heartbeat puts the arguments between two blanks, even when there are none.
  log('info', `Running ${path} ${args.join(' ')} ${what}`);
  const { exit } = yield* node.run([path, ...args, what]);
  if (exit !== 0) log('ERROR', `Return code ${exit} from ${path}`);
  return exit;
}

function pathOf(node: SimNode, name: string): string | null {
  return ['/etc/ha.d/resource.d', '/etc/init.d'].map((folder) => `${folder}/${name}`).find((path) => node.commands.has(path)) ?? null;
}
