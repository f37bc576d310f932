// The logs of a node that cannot be followed and should be. Pure.
import type { Cluster, NodeView } from '../model/cluster.ts';
import { managerKind } from '../model/nodes.ts';
import { DEFAULT_LOG } from '../monitor/node-monitor.ts';

/** Where no cluster manager is, heartbeat's usual log is rightly not there; a file that somebody named always counts. */
export function logTrouble(cluster: Cluster, node: NodeView): NodeView['logFailures'] {
  const none = managerKind(cluster, node) === 'none';
  return node.logFailures.filter(({ file }) => !(none && file === DEFAULT_LOG));
}
