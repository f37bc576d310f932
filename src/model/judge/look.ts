// One look at the cluster: everything that the families of findings share, selected once.
import type { Cluster, NodeName, NodeView } from '../cluster.ts';
import { domains } from '../domains.ts';
import { keyOf } from '../findings.ts';
import type { Finding, FindingCode } from '../findings.ts';
import { groups } from '../groups.ts';
import { answers } from '../heard.ts';
import type { Domain, Group, NodeSummary, Replica } from '../joined.ts';
import { links } from '../links.ts';
import type { ClusterLink } from '../links.ts';
import { resolver } from '../names.ts';
import type { Resolve } from '../names.ts';
import { nodeSummaries } from '../nodes.ts';
import { replicas } from '../replicas.ts';
import { age, duration } from '../words.ts';

/** The cluster with all joins made, at `now` (epoch ms). */
export interface Look {
  cluster: Cluster;
  now: number;
  resolve: Resolve;
  nodes: NodeSummary[];
  replicas: Replica[];
  domains: Domain[];
  groups: Group[];
  links: ClusterLink[];
}

/** Makes all joins once. */
export function lookAt(cluster: Cluster, now: number): Look {
  return {
    cluster, now, resolve: resolver(cluster),
    nodes: nodeSummaries(cluster, now), replicas: replicas(cluster, now), domains: domains(cluster, now),
    groups: groups(cluster, now), links: links(cluster, now),
  };
}

/** A finding without what most of them leave empty. */
export function finding(
  code: FindingCode, severity: Finding['severity'], subject: string,
  rest: Pick<Finding, 'fact'> & Partial<Finding>,
): Finding {
  return { code, severity, subject, consequence: '', todo: '', evidence: [], since: null, because: null, ...rest };
}

/** The view of a node that a join names. */
export function viewOf(look: Look, node: NodeName): NodeView | undefined {
  return look.cluster.nodes.find((view) => view.name === node);
}

/** What is wrong with a node itself, so that the facts about it follow from it; null when it answers and is served. */
export function nodeTrouble(look: Look, node: NodeName): FindingCode | null {
  const view = viewOf(look, node);
  const state = look.nodes.find((summary) => summary.name === node)?.state;
  if (!view) return null;
  if (state === 'dead') return 'node.dead';
  if (answers(view)) return state === 'offline' ? 'node.stopped' : null;
  if (view.link.state === 'hostkey-changed') return 'hostkey.changed';
  return view.link.state === 'silent' || view.link.state === 'connecting' ? 'node.silent' : 'auth.stopped';
}

/** Key of the finding that explains what is seen of these nodes; null when none of them has such trouble. */
export function causeAmong(look: Look, nodes: readonly NodeName[], codes: readonly FindingCode[]): string | null {
  for (const code of codes) {
    const node = nodes.find((name) => nodeTrouble(look, name) === code);
    if (node !== undefined) return keyOf({ code, subject: node });
  }
  return null;
}

/** Troubles in which a node gives no answer. */
export const UNHEARD: readonly FindingCode[] = ['node.dead', 'hostkey.changed', 'auth.stopped', 'node.silent'];

/** When the trouble of such a node began, as far as known. */
export function unheardSince(look: Look, nodes: readonly NodeName[]): number | null {
  for (const name of nodes) {
    const view = viewOf(look, name);
    if (view && !answers(view)) return view.link.since;
  }
  return null;
}

/** ` for 3:10`, or nothing when it is not known since when, or only just seen. */
export function forTime(look: Look, since: number | null): string {
  return since === null || look.now - since < 1000 ? '' : ` for ${duration((look.now - since) / 1000)}`;
}

/** The age of a fact: `7 s` below a minute, then `3:10`. */
export function elapsed(look: Look, since: number): string {
  return age((look.now - since) / 1000);
}

/** The domains that stand on a replica and hold their disks, by name. */
export function standOn(look: Look, replica: string): string[] {
  const names = look.domains.filter((domain) => domain.replicas.includes(replica)).map((domain) => domain.name);
  return [...new Set(names)].sort();
}

/** True when ha.cf is known, and no node's names a STONITH device. */
export function hasNoFencing(look: Look): boolean {
  const known = look.cluster.nodes.map((node) => node.facts['ha-cf']?.value).filter((conf) => conf !== null && conf !== undefined);
  return known.length > 0 && known.every((conf) => conf.stonith.length === 0 && !conf.crm);
}

/** `it stops` for one, `they stop` for more. */
export function verb(names: readonly unknown[], one: string, more: string): string {
  return names.length === 1 ? one : more;
}

/** A node's or tool's words as a whole sentence. */
export function ended(text: string): string {
  return /[.?]$/.test(text) ? text : `${text}.`;
}
