// Which clusters the words on the command line mean.
import type { Inventory, InventoryCluster } from '../monitor/inventory.ts';
import { NAME } from '../monitor/inventory-schema.ts';
import { choice, near } from '../monitor/near.ts';
import { EXIT, refuse } from './exit-codes.ts';
import type { Refusal } from './exit-codes.ts';

export type Chosen = { ok: true; clusters: InventoryCluster[] } | Refusal;

/**
 * With an inventory a word is a cluster, else a node, whose cluster is meant; no word means all of them. An unknown
 * word is refused with the choices: it is never taken for a host, so that a slip of the pen reaches no other machine.
 */
export function chooseClusters(inventory: Inventory, words: readonly string[]): Chosen {
  if (words.length === 0) return { ok: true, clusters: inventory.clusters };
  const chosen = new Set<InventoryCluster>();
  for (const word of words) {
    const named = inventory.clusters.filter((cluster) => cluster.config.name === word);
    const found = named.length > 0 ? named : inventory.clusters.filter((cluster) => cluster.nodes.some((node) => node.name === word));
    if (found.length === 0) return refuse(EXIT.usage, unknownWord(inventory, word));
    for (const cluster of found) chosen.add(cluster);
  }
  return { ok: true, clusters: inventory.clusters.filter((cluster) => chosen.has(cluster)) };
}

/** Without an inventory the words are SSH hosts, `user@host` too: one cluster named after them. */
export function clusterOfHosts(words: readonly string[]): { ok: true; inventory: Inventory } | Refusal {
  const nodes: InventoryCluster['nodes'] = [];
  for (const word of words) {
    const split = word.lastIndexOf('@');
    const host = word.slice(split + 1);
    const user = split > 0 ? word.slice(0, split) : undefined;
    if (!NAME.test(host) || split === 0 || (user !== undefined && !NAME.test(user))) {
      return refuse(EXIT.usage, `"${word.slice(0, 40)}" cannot be an SSH host; name hosts as in: crashcart alpha bravo`);
    }
    if (nodes.some((node) => node.name === host)) return refuse(EXIT.usage, `host ${host} is named twice; name each host once`);
    nodes.push({ name: host, target: { name: host, host, transport: 'auto', ...(user === undefined ? {} : { user }) }, sudo: false, power: { status: null, off: null, on: null } });
  }
  const joined = nodes.map((node) => node.name).join('+');
  const config = { name: joined.length <= 24 ? joined : 'hosts', manager: 'auto', hypervisor: 'auto', readOnly: false } as const;
  return { ok: true, inventory: { file: null, clusters: [{ config, nodes, logs: [], services: [], notify: [] }] } };
}

/** The one cluster the cockpit can show; several are refused with their names. */
export function onlyCluster(clusters: readonly InventoryCluster[]): { ok: true; cluster: InventoryCluster } | Refusal {
  const [first, ...others] = clusters;
  if (first && others.length === 0) return { ok: true, cluster: first };
  const names = clusters.map((cluster) => cluster.config.name);
  return refuse(EXIT.usage, `there are ${names.length} clusters and the cockpit shows one; name it: crashcart ${choice(names.slice(0, 8), names.length)}`);
}

function unknownWord(inventory: Inventory, word: string): string {
  const clusters = inventory.clusters.map((cluster) => cluster.config.name);
  const nodes = [...new Set(inventory.clusters.flatMap((cluster) => cluster.nodes.map((node) => node.name)))];
  const all = [...new Set([...clusters, ...nodes])];
  const offered = near(word, all);
  return `no cluster or node is named "${word.slice(0, 40)}" in ${(inventory.file ?? 'the inventory').slice(-50)}; there ${offered.length === 1 ? 'is' : 'are'} ${choice(offered, offered.length < all.length && offered.length > 3 ? all.length : offered.length)}`;
}
