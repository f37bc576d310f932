// The cluster manager of a world: heartbeat 1.2.4 or 2.0.8 with haresources, on two nodes.
import type { Activity } from '../schedule.ts';
import type { Command, SimNode, System, World } from '../shapes.ts';
import type { GroupTruth } from '../truth.ts';
import { clStatus } from './cl-status.ts';
import { HA_CF } from './config.ts';
import type { HaGroup } from './config.ts';
import type { Cluster, GroupState } from './daemon.ts';
import { initScript, stopAndWait, verifyAndStart } from './init-script.ts';
import { configTrouble, refreshAll, runningDaemon } from './lifecycle.ts';
import { groupsOf, keyOf, setState } from './resource-manager.ts';
import { standbyCommands } from './standby-commands.ts';

export type HeartbeatSystem = System;

/** How long the daemons of a new world have been running. */
const RUNNING_SINCE_MS = 11 * 24 * 3_600_000;

/** Runs on every node since days; each holds its own groups of haresources, which the scene has put in place. */
export function createHeartbeat(world: World, { version }: { version: '1.2.4' | '2.0.8' }): HeartbeatSystem {
  const cluster: Cluster = { world, version, daemons: new Map(), groups: new Map(), generations: new Map(), restarts: new Map() };
  const nodes = world.nodes.filter((node) => node.read(HA_CF) !== null && configTrouble(node) === null);
  for (const node of nodes) {
    runningDaemon(cluster, node, RUNNING_SINCE_MS);
    for (const group of groupsOf(node)) if (group.home === node.name.toLowerCase()) setState(cluster, node, keyOf(group), 'started');
  }
  refreshAll(cluster);
  world.network.onChange(() => refreshAll(cluster));
  const status = clStatus(cluster);
  const commands: Record<string, Command> = { cl_status: status, '/usr/bin/cl_status': status, '/etc/init.d/heartbeat': initScript(cluster), ...standbyCommands(cluster) };
  return {
    commands,
    *boot(node): Activity<void> {
      if (node.read(HA_CF) !== null) yield* verifyAndStart(cluster, node);
    },
    *shutdown(node): Activity<void> {
      yield* stopAndWait(cluster, node);
    },
    died(node) {
      cluster.daemons.delete(node.name);
      cluster.restarts.delete(node.name);
      for (const states of cluster.groups.values()) states.delete(node.name);
    },
    truth: () => ({ groups: groupTruths(cluster), manager: Object.fromEntries(world.nodes.map((node) => [node.name, manager(cluster, node)])) }),
  };
}

/** Groups by the node they prefer; a second one of the same home has its first resource in its name. */
function groupTruths(cluster: Cluster): Record<string, GroupTruth> {
  const truths: Record<string, GroupTruth> = {};
  const file = cluster.world.nodes.map(groupsOf).find((groups) => groups.length > 0) ?? [];
  for (const group of file) truths[group.home in truths ? `${group.home}/${keyOf(group)}` : group.home] = groupTruth(cluster, group);
  return truths;
}

function groupTruth(cluster: Cluster, group: HaGroup): GroupTruth {
  const states = cluster.groups.get(keyOf(group)) ?? new Map<string, GroupState>();
  const holders = cluster.world.nodes.map((node) => node.name).filter((name) => ['started', 'stopping'].includes(states.get(name) ?? ''));
  const order: readonly GroupState[] = ['starting', 'stopping', 'started', 'failed'];
  const state = order.find((one) => [...states.values()].includes(one)) ?? 'stopped';
  return { on: holders.length === 1 ? (holders[0] ?? null) : null, state, holders };
}

/** up: it answers and takes part; starting, stopping, down. */
function manager(cluster: Cluster, node: SimNode): string {
  const daemon = cluster.daemons.get(node.name);
  if (!daemon) return cluster.restarts.has(node.name) ? 'starting' : 'down';
  if (daemon.isShuttingDown || daemon.needsShutdown) return 'stopping';
  return daemon.isCommUp && cluster.world.schedule.now() >= daemon.answersAt ? 'up' : 'starting';
}
