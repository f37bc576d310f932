// Heartbeat links: one per pair of nodes and link name, with what each end says of it. Ping nodes are listed apart.
import type { Cluster, NodeName, NodeView } from './cluster.ts';
import { isLive, lastWord } from './heard.ts';
import { resolver } from './names.ts';
import type { Resolve } from './names.ts';

/** What one end says; `up` null: it did not say. */
export interface LinkEnd {
  node: NodeName;
  up: boolean | null;
  stale: boolean;
}

/** A heartbeat link with its two ends, in the order of the inventory. */
export interface ClusterLink {
  name: string;
  ends: [LinkEnd, LinkEnd];
}

/** What one node says of a ping node (an address outside the cluster that tells whether the network is there). */
export interface PingWord {
  name: string;
  node: NodeName;
  up: boolean | null;
  stale: boolean;
}

/** The links between nodes of the inventory, pair by pair. */
export function links(cluster: Cluster, now: number): ClusterLink[] {
  const resolve = resolver(cluster);
  return cluster.nodes.flatMap((first, at) =>
    cluster.nodes.slice(at + 1).flatMap((second) => pairLinks(first, second, resolve, now)));
}

/** What each node says of each ping node. */
export function pingNodes(cluster: Cluster, now: number): PingWord[] {
  return cluster.nodes.flatMap((node) => (lastWord(node, 'cl-status')?.peers ?? [])
    .filter((peer) => peer.status === 'ping' || isPingOf(node, peer.name))
    .map((peer) => ({
      name: peer.name, node: node.name, up: isUp(peer.links[0]?.status), stale: !isLive(node, 'cl-status', now),
    })));
}

/** What `node` says of its links to `peer`, by name (heartbeat tells them in no order); empty when it says nothing. */
export function linksSeenBy(node: NodeView, peer: NodeName, resolve: Resolve): { name: string; up: boolean | null }[] {
  const word = lastWord(node, 'cl-status')?.peers.find((one) => resolve(one.name) === peer);
  return (word?.links ?? []).map((link) => ({ name: linkName(link.name), up: isUp(link.status) })).sort(byLinkName);
}

/** The name of a link as an operator says it: heartbeat calls a serial one by its device, `/dev/ttyS0`. */
export function linkName(printed: string): string {
  return printed.replace(/^\/dev\/(?=.)/, '');
}

function pairLinks(first: NodeView, second: NodeView, resolve: Resolve, now: number): ClusterLink[] {
  const here = linksSeenBy(first, second.name, resolve);
  const there = linksSeenBy(second, first.name, resolve);
  const names = [...new Set([...here, ...there].sort(byLinkName).map((link) => link.name))];
  const end = (node: NodeView, seen: typeof here, name: string): LinkEnd => ({
    node: node.name, up: seen.find((link) => link.name === name)?.up ?? null, stale: !isLive(node, 'cl-status', now),
  });
  return names.map((name) => ({ name, ends: [end(first, here, name), end(second, there, name)] }));
}

/** Names in the order of their letters, numbers in them by size: eth2 before eth10. */
function byLinkName(one: { name: string }, other: { name: string }): number {
  return ORDER.compare(one.name, other.name);
}

const ORDER = new Intl.Collator('en', { numeric: true });

function isUp(status: string | null | undefined): boolean | null {
  return status === 'up' ? true : status === 'dead' ? false : null;
}

function isPingOf(node: NodeView, name: string): boolean {
  return lastWord(node, 'ha-cf')?.ping.includes(name) ?? false;
}
