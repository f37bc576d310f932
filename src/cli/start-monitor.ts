// The monitor of a cluster of the inventory, made of the real things: probes, transports, clock, judge.
import { judge } from '../model/judge.ts';
import { systemClock } from '../monitor/clock.ts';
import type { InventoryCluster } from '../monitor/inventory.ts';
import { createMonitor } from '../monitor/monitor.ts';
import type { Monitor } from '../monitor/store.ts';
import { probes } from '../probes/all.ts';
import type { Probe } from '../probes/probe.ts';
import type { SshTarget, Transport } from '../transport/session.ts';
import { transportFor } from '../transport/pick.ts';
import { aborted } from './io.ts';

/** The longest that one look may take; what has not answered by then is named. */
export const LOOK_MS = 10_000;

/** Every probe, with none that the first look does not wait for. */
export const WHOLE: readonly Probe[] = probes.map((probe) => (probe.kind === 'commands' ? { ...probe, afterFirstLook: false } : probe));

/**
 * A monitor that is not started yet. `transports`: another way to the nodes than the usual one. `asked`: WHOLE where the
 * first look is to hold everything.
 */
export function monitorOf(cluster: InventoryCluster, transports: (target: SshTarget) => Transport = transportFor, asked: readonly Probe[] = probes): Monitor {
  return createMonitor({
    config: cluster.config,
    nodes: cluster.nodes,
    logs: cluster.logs,
    probes: asked,
    transportFor: transports,
    clock: systemClock,
    random: Math.random,
    judge,
  });
}

/** How the first look at several clusters ended. `interrupted`: the operator did not want to wait. */
export type Looked = 'all' | 'late' | 'interrupted';

/** Waits until every monitor had its first look, the time is over, or the operator interrupts. */
export async function firstLook(monitors: readonly Monitor[], signal: AbortSignal, timeoutMs = LOOK_MS): Promise<Looked> {
  let cancel = (): void => undefined;
  const late = new Promise<Looked>((resolve) => {
    cancel = systemClock.setTimer(() => resolve('late'), timeoutMs);
  });
  const all = Promise.all(monitors.map((monitor) => monitor.firstLook)).then((): Looked => 'all');
  const stopped = aborted(signal).then((): Looked => 'interrupted');
  const looked = await Promise.race([all, late, stopped]);
  cancel();
  return looked;
}
