// What a node said of one thing: its word now, or its last word. Silence makes every word of a node old at once.
import { ageSeconds, isFresh } from './cluster.ts';
import type { Cluster, NodeView, Observation } from './cluster.ts';
import type { FactName, FactTypes } from './facts.ts';

/** What the node says of `name` now; null when it does not answer, the fact is old, or it was never said. */
export function saysNow<N extends FactName>(node: NodeView, name: N, now: number): FactTypes[N] | null {
  return isLive(node, name, now) ? lastWord(node, name) : null;
}

/** What the node last said of `name`, however long ago; null when it never did. */
export function lastWord<N extends FactName>(node: NodeView, name: N): FactTypes[N] | null {
  return observed(node, name)?.value ?? null;
}

/** True when the node answers and this fact of it is fresh. */
export function isLive(node: NodeView, name: FactName, now: number): boolean {
  return answers(node) && isFresh(node.facts[name], now);
}

/** True while the connection gives answers; nothing else is one. */
export function answers(node: NodeView): boolean {
  return node.link.state === 'up';
}

/** True when the node answers and says that the tool or file of `name` is not there. */
export function isAbsent(node: NodeView, name: FactName): boolean {
  return answers(node) && node.facts[name]?.failure?.kind === 'absent';
}

/** Age in seconds of the node's last word on `name`; null when it never said. */
export function ageOf(node: NodeView, name: FactName, now: number): number | null {
  return ageSeconds(node.facts[name], now);
}

/**
 * When the fact was last seen to change (epoch ms); null when it never was. What a node says for the first time is no
 * change: it may have been so for days, and one look is all that `status` has.
 */
export function changedAt(node: NodeView, name: FactName): number | null {
  const fact = node.facts[name];
  return !fact || fact.changedAt === fact.firstHeardAt ? null : fact.changedAt;
}

/** Since when at least (epoch ms) the fact is as it is; null when it was never heard. */
export function sameSince(node: NodeView, name: FactName): number | null {
  return node.facts[name]?.changedAt ?? null;
}

/** The nodes by name: where one of several equal words must be chosen, the inventory's order shall not matter. */
export function byName(cluster: Cluster): NodeView[] {
  return [...cluster.nodes].sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
}

/** The observation of `name`, typed. */
export function observed<N extends FactName>(node: NodeView, name: N): Observation<FactTypes[N]> | undefined {
  return node.facts[name];
}
