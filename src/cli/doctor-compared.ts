// The nodes' set-up side by side for `doctor`: which versions and configuration files differ between them. Pure.
import type { Cluster, NodeView } from '../model/cluster.ts';
import { filesCompared, versionsCompared } from '../model/setup-compared.ts';
import { count, list } from '../model/words.ts';

/** Names of what this node has in another version than a node that told; '' where nothing differs. */
export function versionsApart(cluster: Cluster, node: NodeView): string {
  const names = versionsCompared(cluster).filter(({ differs, versions }) => differs && node.name in versions).map(({ name }) => name);
  return names.length === 0 ? '' : `; not the same on all nodes: ${shortList(names)}`;
}

/** What a node's files say against those of the others: one sentence, or null where it told none or is the only one. */
export function filesApart(cluster: Cluster, node: NodeView): string | null {
  if (cluster.nodes.length < 2 || !node.facts.files?.value) return null;
  const all = filesCompared(cluster);
  const of = (is: (typeof all)[number]['is']): string[] => all.filter((each) => each.is === is).map(({ path }) => path);
  const same = of('same').length;
  const apart = [
    ...of('differs').map((path) => `${path} differs`),
    ...all.filter(({ is }) => is === 'only-on').map(({ path, nodes }) => `${path} is only on ${list(nodes)}`),
    ...all.filter(({ is }) => is === 'not-read').map(({ path, nodes }) => `${path} was not read on ${list(nodes)}`),
  ];
  return `${count(same, 'file')} the same on all nodes${apart.length === 0 ? '' : `; ${shortList(apart)}`}`;
}

const MOST = 6;

function shortList(words: readonly string[]): string {
  return words.length <= MOST ? list(words) : `${words.slice(0, MOST).join(', ')} and ${words.length - MOST} more`;
}
