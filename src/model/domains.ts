// Domains: what each node's hypervisor says it runs, with the group and the replicas they stand on.
import { ageSeconds } from './cluster.ts';
import type { Cluster, NodeView } from './cluster.ts';
import type { DomainState, XenDomain } from './facts.ts';
import type { Domain, Group } from './joined.ts';
import { haGroups } from './ha-groups.ts';
import { isLive, lastWord, observed } from './heard.ts';
import { ofResource, replicas } from './replicas.ts';

/** Domain-0 is the host, not a domain of ours. */
const HOST = 'Domain-0';

/** States in which a domain holds its disks. */
const ACTIVE: readonly DomainState[] = ['running', 'paused', 'stuck', 'unknown'];

/**
 * All domains, by node in the order of the inventory. The same name active on two nodes gives two entries. Not listed:
 * a domain's second name during a live migration (unless it is the only one), old words about a domain that another
 * node now runs, and a managed domain that is off here and known elsewhere.
 */
export function domains(cluster: Cluster, now: number): Domain[] {
  const heard = cluster.nodes.flatMap((node) => domainsOn(node, now));
  const known = joinNames(cluster, now);
  return heard.filter((domain) => !isSuperseded(domain, heard)).map((domain) => ({ ...domain, ...known(domain.name) }));
}

/** True when a domain holds its disks: it runs, is paused, or nobody can tell. */
export function isActive(domain: Pick<Domain, 'state'>): boolean {
  return ACTIVE.includes(domain.state);
}

/** The name without what Xen adds to it while a domain migrates (xm: `migrating-X`; xl: `X--incoming`, `X--migratedaway`). */
export function settledName(name: string): string {
  return name.replace(/^migrating-(?=.)/, '').replace(/(?<=.)--(incoming|migratedaway)$/, '');
}

function domainsOn(node: NodeView, now: number): Domain[] {
  const list = lastWord(node, 'xen-list')?.domains ?? [];
  return list.filter((one) => one.id !== 0 && one.name !== HOST).map((one) => domain(node, one, now));
}

function domain(node: NodeView, one: XenDomain, now: number): Domain {
  return {
    name: one.name, node: node.name, state: one.state,
    stale: !isLive(node, 'xen-list', now),
    ageSeconds: ageSeconds(node.facts['xen-list'], now),
    vcpus: one.vcpus, memoryBytes: one.memoryBytes, cpuSeconds: one.cpuSeconds,
    cpuPercent: cpuPercent(node, one), replicas: [], group: null,
  };
}

/** Share of one CPU between the last two samples; a smaller counter or another id means that it was started anew. */
function cpuPercent(node: NodeView, one: XenDomain): number | null {
  const observation = observed(node, 'xen-list');
  if (!observation?.previous || observation.heardAt === null || one.cpuSeconds === null) return null;
  const before = observation.previous.value.domains.find((other) => other.name === one.name && other.id === one.id);
  const seconds = (observation.heardAt - observation.previous.heardAt) / 1000;
  if (before?.cpuSeconds === undefined || before.cpuSeconds === null || seconds <= 0) return null;
  const used = one.cpuSeconds - before.cpuSeconds;
  return used < 0 ? null : (used / seconds) * 100;
}

function isSuperseded(domain: Domain, heard: readonly Domain[]): boolean {
  const settled = settledName(domain.name);
  const others = heard.filter((other) => other !== domain && other.node !== domain.node && other.name === settled);
  if (settled !== domain.name) return heard.some((other) => other !== domain && other.name === settled);
  if (domain.name === '(null)') return false;
  if (domain.stale && others.some((other) => !other.stale && isActive(other))) return true;
  return domain.state === 'off'
    && others.some((other) => other.state !== 'off' || heard.indexOf(other) < heard.indexOf(domain));
}

function joinNames(cluster: Cluster, now: number): (name: string) => { group: string | null; replicas: string[] } {
  const all = replicas(cluster, now);
  const groups: Pick<Group, 'name' | 'domains' | 'replicas'>[] = haGroups(cluster, now);
  return (name) => {
    const settled = settledName(name);
    const group = groups.find((one) => one.domains.includes(settled));
    const names = (group?.replicas ?? []).flatMap((resource) => ofResource(all, resource).map((one) => one.name));
    return { group: group?.name ?? null, replicas: names };
  };
}
