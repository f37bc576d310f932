// Groups as haresources writes them: names, preferred nodes, members. Where they run stands in groups.ts.
import type { Cluster, NodeName, NodeView } from './cluster.ts';
import type { HaResources } from './facts.ts';
import { byName, isLive, lastWord, observed } from './heard.ts';
import { machineNames, machineOf } from './machines.ts';
import type { GroupMachine } from './machines.ts';
import { domainOf, drbdResourceOf, machineFileOf } from './members.ts';
import { resolver } from './names.ts';

/** One line of haresources. */
export interface HaGroup {
  name: string;
  /** The node the line names; null when it is no node of the inventory. */
  preferred: NodeName | null;
  members: string[];
  /** DRBD resources among the members. */
  replicas: string[];
  /** Domains among the members. */
  domains: string[];
  /** Those of VMware among the domains. */
  machines: GroupMachine[];
}

/**
 * The groups of the freshest haresources (of several that are fresh: of the node whose name comes first). A group is
 * called after its preferred node; further lines of the same node are NODE-2, NODE-3. None when ha.cf says that
 * haresources is not used (crm).
 */
export function haGroups(cluster: Cluster, now: number): HaGroup[] {
  if (cluster.nodes.some((node) => lastWord(node, 'ha-cf')?.crm === true)) return [];
  const resolve = resolver(cluster);
  const names = machineNames(cluster);
  const lines = new Map<string, number>();
  return (haresources(cluster, now)?.groups ?? []).map(({ preferred, members }) => {
    const node = resolve(preferred);
    const count = (lines.get(node ?? preferred) ?? 0) + 1;
    lines.set(node ?? preferred, count);
    const machines = unique(members.map(machineFileOf)).map((file) => machineOf(file, names));
    return {
      name: count === 1 ? node ?? preferred : `${node ?? preferred}-${count}`,
      preferred: node,
      members: [...members],
      replicas: unique(members.map(drbdResourceOf)),
      domains: unique([...members.map(domainOf), ...machines.map(({ name }) => name)]),
      machines,
    };
  });
}

function haresources(cluster: Cluster, now: number): HaResources | null {
  const nodes = byName(cluster).filter((node) => lastWord(node, 'haresources') !== null);
  const fresh = nodes.find((node) => isLive(node, 'haresources', now));
  const latest = [...nodes].sort((a, b) => heardAt(b) - heardAt(a))[0];
  const chosen = fresh ?? latest;
  return chosen ? lastWord(chosen, 'haresources') : null;
}

function heardAt(node: NodeView): number {
  return observed(node, 'haresources')?.heardAt ?? 0;
}

function unique(names: readonly (string | null)[]): string[] {
  return [...new Set(names.filter((name) => name !== null))];
}
