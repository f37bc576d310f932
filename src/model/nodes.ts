// Nodes: what each is, as far as its own words and its peers' words tell. Silence alone is never "dead".
import { ageSeconds } from './cluster.ts';
import type { Cluster, NodeName, NodeView } from './cluster.ts';
import type { HeartbeatLink, NodeState, NodeSummary } from './joined.ts';
import { haGroups } from './ha-groups.ts';
import { answers, isAbsent, isLive, lastWord, observed, saysNow } from './heard.ts';
import { linksSeenBy } from './links.ts';
import { resolver } from './names.ts';
import type { Resolve } from './names.ts';

/** The facts that a node's state rests on. */
const STATE_FACTS = ['vitals', 'cl-status'] as const;

/** Words of `nodestatus` for a node that its peer hears. */
const HEARD = ['active', 'up', 'init'];

/** All nodes in the order of the inventory. */
export function nodeSummaries(cluster: Cluster, now: number): NodeSummary[] {
  const resolve = resolver(cluster);
  return cluster.nodes.map((node) => summary(cluster, node, resolve, now));
}

/** What each other node's heartbeat says now of `node`, as printed. */
export function saidBy(cluster: Cluster, node: NodeView, resolve: Resolve, now: number): Record<NodeName, string> {
  const words = cluster.nodes.filter((other) => other !== node).flatMap((other): [NodeName, string][] => {
    const status = saysNow(other, 'cl-status', now);
    const word = status?.running ? status.peers.find((peer) => resolve(peer.name) === node.name)?.status : null;
    return word ? [[other.name, word]] : [];
  });
  return Object.fromEntries(words);
}

/** True for a word of `nodestatus` that says the node is heard. */
export function isHeard(word: string): boolean {
  return HEARD.includes(word);
}

/** Which cluster manager stands on the node: its kind, `none` when looked for and absent, null when not known. */
export function managerKind(cluster: Cluster, node: NodeView): string | null {
  if (cluster.config.manager !== 'auto') return cluster.config.manager;
  const facts = ['cl-status', 'ha-cf', 'haresources'] as const;
  if (facts.some((fact) => lastWord(node, fact) !== null)) return 'heartbeat';
  return isAbsent(node, 'cl-status') && isAbsent(node, 'ha-cf') ? 'none' : null;
}

function summary(cluster: Cluster, node: NodeView, resolve: Resolve, now: number): NodeSummary {
  const vitals = lastWord(node, 'vitals');
  const said = saidBy(cluster, node, resolve, now);
  const kind = managerKind(cluster, node);
  const total = vitals?.memoryTotalBytes ?? null;
  const free = vitals?.memoryFreeBytes ?? null;
  return {
    name: node.name,
    reachable: answers(node),
    state: stateOf(cluster, node, kind, said, now),
    ageSeconds: oldestAge(node, now),
    stale: !answers(node) || STATE_FACTS.some((fact) => lastWord(node, fact) !== null && !isLive(node, fact, now)),
    manager: { kind, version: heartbeatVersion(node), running: saysNow(node, 'cl-status', now)?.running ?? null },
    hypervisor: hypervisorOf(cluster, node),
    uptimeSeconds: vitals?.uptimeSeconds ?? null,
    load: vitals?.load ?? null,
    memoryBytes: total !== null && free !== null ? { total, free } : null,
    cpuPercent: cpuPercent(node),
    kernel: vitals?.kernel ?? null,
    clockSkewSeconds: node.clock?.offsetSeconds ?? null,
    links: heartbeatLinks(cluster, node, resolve),
    saidBy: said,
  };
}

/**
 * online: it answers and its manager runs, or none is known there (with heartbeat 1 a node that holds no group is
 * online too). offline: it answers, its manager is stopped. dead: it does not answer, and a peer that does says dead,
 * or holds its groups without hearing it. unreachable: it does not answer, nobody says dead. unknown: not heard yet,
 * or stopped at the door (key, password, shell), or its manager cannot be asked.
 */
function stateOf(
  cluster: Cluster, node: NodeView, kind: string | null, said: Record<NodeName, string>, now: number,
): NodeState {
  const words = Object.values(said);
  switch (node.link.state) {
    case 'up':
      return stateUp(node, kind, words, now);
    case 'silent':
    case 'connecting':
      if (words.includes('dead') || isTakenOver(cluster, node, said, now)) return 'dead';
      return node.link.state === 'silent' || node.heardAt !== null ? 'unreachable' : 'unknown';
    case 'auth-stopped':
    case 'hostkey-unknown':
    case 'hostkey-changed':
    case 'shell-refused':
    case 'no-sudo':
      return 'unknown';
  }
}

function stateUp(node: NodeView, kind: string | null, words: readonly string[], now: number): NodeState {
  const status = saysNow(node, 'cl-status', now);
  if (status) return status.running ? 'online' : 'offline';
  if (kind === 'heartbeat' && !isAbsent(node, 'cl-status')) return words.some(isHeard) ? 'online' : 'unknown';
  return lastWord(node, 'vitals') !== null || kind === 'none' ? 'online' : 'unknown';
}

/** True when a peer that does not hear the node holds all groups, and some of them are the node's. */
function isTakenOver(cluster: Cluster, node: NodeView, said: Record<NodeName, string>, now: number): boolean {
  if (!haGroups(cluster, now).some((group) => group.preferred === node.name)) return false;
  return cluster.nodes.some((peer) => {
    if (peer === node || isHeard(said[peer.name] ?? '')) return false;
    const held = saysNow(peer, 'cl-status', now)?.resources;
    return held === 'all' || held === 'foreign';
  });
}

function oldestAge(node: NodeView, now: number): number | null {
  const ages = STATE_FACTS.map((fact) => ageSeconds(node.facts[fact], now)).filter((age) => age !== null);
  if (ages.length > 0) return Math.max(...ages);
  return node.heardAt === null ? null : Math.max(0, (now - node.heardAt) / 1000);
}

/** Its log tells the version at each start; the last one counts. */
function heartbeatVersion(node: NodeView): string | null {
  for (const line of node.log.toReversed()) {
    const version = /(?:Starting heartbeat|heartbeat: version)\s+(\d[\w.-]*)/.exec(line.event.text)?.[1];
    if (version !== undefined) return version;
  }
  return null;
}

/** Xen tells no version in its list of domains; VMware Server's is asked beside the list. */
function hypervisorOf(cluster: Cluster, node: NodeView): NodeSummary['hypervisor'] {
  const kind = hypervisorKind(cluster, node);
  return { kind, version: kind === 'vmware-server' ? lastWord(node, 'vmware-cmd')?.version ?? null : null };
}

function hypervisorKind(cluster: Cluster, node: NodeView): string | null {
  if (cluster.config.hypervisor !== 'auto') return cluster.config.hypervisor;
  if (lastWord(node, 'xen-list') !== null) return 'xen';
  if (lastWord(node, 'vmware-cmd') !== null) return 'vmware-server';
  return isAbsent(node, 'xen-list') && isAbsent(node, 'vmware-cmd') ? 'none' : null;
}

function cpuPercent(node: NodeView): number | null {
  const observation = observed(node, 'vitals');
  const after = observation?.value?.cpuTicks;
  const before = observation?.previous?.value.cpuTicks;
  if (!after || !before || after.total <= before.total || after.busy < before.busy) return null;
  return Math.min(100, ((after.busy - before.busy) / (after.total - before.total)) * 100);
}

function heartbeatLinks(cluster: Cluster, node: NodeView, resolve: Resolve): HeartbeatLink[] {
  return cluster.nodes.filter((peer) => peer !== node)
    .flatMap((peer) => linksSeenBy(node, peer.name, resolve).map((link) => ({ ...link, peer: peer.name })));
}
