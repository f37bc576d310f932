// Which node of the inventory a host name means that a manager, a log or drbd.conf uses.
import type { Cluster, NodeName, NodeView } from './cluster.ts';
import { lastWord } from './heard.ts';

/** Resolves a host name to a node of the inventory; null when no node, or more than one, may be meant. */
export type Resolve = (host: string) => NodeName | null;

/**
 * A node is called by its inventory name, by what `uname -n` says there, and by the short form of either (up to the
 * first dot). Whole names are tried before short ones; case does not matter, as heartbeat writes names small.
 */
export function resolver(cluster: Cluster): Resolve {
  const whole = new Map<string, Set<NodeName>>();
  const short = new Map<string, Set<NodeName>>();
  for (const node of cluster.nodes) {
    for (const name of namesOf(node)) {
      add(whole, name.toLowerCase(), node.name);
      add(short, shortName(name), node.name);
    }
  }
  return (host) => {
    const exact = whole.get(host.toLowerCase());
    if (exact) return only(exact);
    return only(short.get(shortName(host)));
  };
}

/** The part before the first dot, in small letters; an IP address has no short form. */
export function shortName(host: string): string {
  const small = host.toLowerCase();
  if (/^[0-9.]+$/.test(small) || small.includes(':')) return small;
  return small.split('.', 1)[0] ?? small;
}

function namesOf(node: NodeView): string[] {
  const uname = lastWord(node, 'vitals')?.nodeName;
  return uname ? [node.name, uname] : [node.name];
}

function add(names: Map<string, Set<NodeName>>, name: string, node: NodeName): void {
  const known = names.get(name);
  if (known) known.add(node);
  else names.set(name, new Set([node]));
}

function only(nodes: Set<NodeName> | undefined): NodeName | null {
  if (nodes?.size !== 1) return null;
  const [one] = nodes;
  return one ?? null;
}
