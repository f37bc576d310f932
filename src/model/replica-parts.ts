// Which minors of which nodes belong together: by resource name where drbdadm or drbd.conf tell it, else by minor.
import type { Cluster, NodeName, NodeView } from './cluster.ts';
import type { DrbdConfResource, DrbdConfSide } from './facts.ts';
import { byName, lastWord } from './heard.ts';
import { resolver, shortName } from './names.ts';
import type { Resolve } from './names.ts';

/** Where a node has its side. */
export interface Place {
  minor: number | null;
  device: string | null;
  lowerDisk: string | null;
}

/** One replicated device: its name and where its sides are. */
export interface ReplicaPart {
  name: string;
  places: Map<NodeName, Place>;
  /** Hosts that drbd.conf names, in their short form. */
  hosts: Set<string>;
  protocol: string | null;
  allowTwoPrimaries: boolean;
  /** False where only the minor is known. */
  named: boolean;
}

/**
 * All devices that are configured or in use, by name. drbdadm's word on its own node outranks drbd.conf, a node's own
 * drbd.conf outranks its peer's. Minors may differ between the nodes of a named resource.
 */
export function replicaParts(cluster: Cluster): ReplicaPart[] {
  const parts = new Map<string, ReplicaPart>();
  const resolve = resolver(cluster);
  for (const node of byName(cluster)) readConf(parts, node, resolve);
  for (const node of byName(cluster)) readAdm(parts, node);
  joinByMinor(cluster, parts);
  return [...parts.values()].sort(byFirstMinor);
}

function readConf(parts: Map<string, ReplicaPart>, owner: NodeView, resolve: Resolve): void {
  for (const resource of lastWord(owner, 'drbd-conf')?.resources ?? []) {
    for (const side of resource.sides) readSide(parts, resource, side, resolve(side.node), owner.name);
  }
}

function readSide(
  parts: Map<string, ReplicaPart>, resource: DrbdConfResource, side: DrbdConfSide, node: NodeName | null, owner: NodeName,
): void {
  const part = partOf(parts, label(resource.name, side.volume), true);
  part.hosts.add(shortName(side.node));
  part.protocol ??= resource.protocol;
  part.allowTwoPrimaries ||= resource.allowTwoPrimaries;
  if (node === null || (part.places.has(node) && node !== owner)) return;
  part.places.set(node, { minor: side.minor, device: side.device, lowerDisk: side.disk });
}

function readAdm(parts: Map<string, ReplicaPart>, node: NodeView): void {
  for (const resource of lastWord(node, 'drbdadm')?.resources ?? []) {
    const part = partOf(parts, label(resource.name, resource.volume), true);
    const known = part.places.get(node.name);
    part.places.set(node.name, {
      minor: resource.minor ?? known?.minor ?? null,
      device: resource.device,
      lowerDisk: resource.disk ?? known?.lowerDisk ?? null,
    });
  }
}

/** Minors in use that no name claims: to the named resource that lacks a side, else to each other. */
function joinByMinor(cluster: Cluster, parts: Map<string, ReplicaPart>): void {
  const free = new Map<number, NodeName[]>();
  for (const node of byName(cluster)) {
    for (const { minor, unconfigured } of lastWord(node, 'proc-drbd')?.resources ?? []) {
      if (unconfigured || claims(parts, node.name, minor)) continue;
      const users = free.get(minor) ?? [];
      if (!users.includes(node.name)) free.set(minor, [...users, node.name]);
    }
  }
  for (const part of [...parts.values()]) completeNamed(cluster, parts, part, free);
  for (const [minor, nodes] of free) joinFree(cluster, parts, minor, nodes);
}

/** A resource known from one node only, with nothing that names its peer: the one node that uses its minor unnamed. */
function completeNamed(
  cluster: Cluster, parts: Map<string, ReplicaPart>, part: ReplicaPart, free: Map<number, NodeName[]>,
): void {
  const [only] = part.places;
  if (part.places.size !== 1 || part.hosts.size > 1 || !only || only[1].minor === null) return;
  const [owner, { minor }] = only;
  const others = (free.get(minor) ?? []).filter((node) => node !== owner);
  const peer = others.length === 1 ? others[0] : others.length === 0 ? otherOfTwo(cluster, parts, owner, minor) : undefined;
  if (peer === undefined) return;
  part.places.set(peer, unnamedPlace(minor));
  const rest = (free.get(minor) ?? []).filter((node) => node !== peer);
  if (rest.length > 0) free.set(minor, rest);
  else free.delete(minor);
}

function joinFree(cluster: Cluster, parts: Map<string, ReplicaPart>, minor: number, nodes: NodeName[]): void {
  if (nodes.length > 2) {
    for (const node of nodes) partOf(parts, `drbd${minor} (${node})`, false).places.set(node, unnamedPlace(minor));
    return;
  }
  const name = parts.has(`drbd${minor}`) ? `drbd${minor} (${nodes.join(', ')})` : `drbd${minor}`;
  const part = partOf(parts, name, false);
  for (const node of nodes) part.places.set(node, unnamedPlace(minor));
  const [first] = nodes;
  const peer = nodes.length === 1 && first !== undefined ? otherOfTwo(cluster, parts, first, minor) : undefined;
  if (peer !== undefined) part.places.set(peer, unnamedPlace(minor));
}

/** In a cluster of two the peer is the other node, unless it uses that minor for something else. */
function otherOfTwo(
  cluster: Cluster, parts: Map<string, ReplicaPart>, owner: NodeName, minor: number,
): NodeName | undefined {
  if (cluster.nodes.length !== 2) return undefined;
  const other = cluster.nodes.find((node) => node.name !== owner)?.name;
  return other !== undefined && !claims(parts, other, minor) ? other : undefined;
}

function claims(parts: Map<string, ReplicaPart>, node: NodeName, minor: number): boolean {
  return [...parts.values()].some((part) => part.places.get(node)?.minor === minor);
}

function partOf(parts: Map<string, ReplicaPart>, name: string, named: boolean): ReplicaPart {
  const known = parts.get(name);
  if (known) return known;
  const part: ReplicaPart = { name, places: new Map(), hosts: new Set(), protocol: null, allowTwoPrimaries: false, named };
  parts.set(name, part);
  return part;
}

function label(resource: string, volume: number): string {
  return volume === 0 ? resource : `${resource}/${volume}`;
}

function unnamedPlace(minor: number): Place {
  return { minor, device: `/dev/drbd${minor}`, lowerDisk: null };
}

function byFirstMinor(a: ReplicaPart, b: ReplicaPart): number {
  return firstMinor(a) - firstMinor(b) || (a.name < b.name ? -1 : 1);
}

function firstMinor(part: ReplicaPart): number {
  const minors = [...part.places.values()].flatMap(({ minor }) => (minor === null ? [] : [minor]));
  return minors.length > 0 ? Math.min(...minors) : Number.MAX_SAFE_INTEGER;
}
