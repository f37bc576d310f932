// Nodes that a peer hears again: the sign to try them now, and not when the next try is due.
import type { Cluster, NodeName } from '../model/cluster.ts';
import { isHeard, nodeSummaries } from '../model/nodes.ts';

/**
 * Silent nodes of `after` that some other node's manager says is there, and that none said so of in `before`. Times are
 * epoch ms. A node that waits for the operator (key, password) is not silent, and is never tried because of this.
 */
export function returned(before: { cluster: Cluster; at: number }, after: { cluster: Cluster; at: number }): NodeName[] {
  const silent = after.cluster.nodes.filter((node) => node.link.state === 'silent').map((node) => node.name);
  if (silent.length === 0) return [];
  const was = heard(before);
  const is = heard(after);
  return silent.filter((name) => is.has(name) && !was.has(name));
}

function heard({ cluster, at }: { cluster: Cluster; at: number }): Set<NodeName> {
  return new Set(nodeSummaries(cluster, at).filter((node) => Object.values(node.saidBy).some(isHeard)).map((node) => node.name));
}
