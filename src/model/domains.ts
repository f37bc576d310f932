// Domains: what each node's hypervisor says it runs, with the group and the replicas they stand on.
import { ageSeconds } from './cluster.ts';
import type { Cluster, NodeView } from './cluster.ts';
import type { DomainState } from './facts.ts';
import type { Domain, Replica } from './joined.ts';
import { haGroups } from './ha-groups.ts';
import type { HaGroup } from './ha-groups.ts';
import { isLive, lastWord } from './heard.ts';
import { LIST_FACTS, listings } from './listed.ts';
import type { Listed, Listing } from './listed.ts';
import { machineNames } from './machines.ts';
import { filesystemOf } from './members.ts';
import { ofResource, replicas } from './replicas.ts';

/** States in which a domain holds its disks. */
const ACTIVE: readonly DomainState[] = ['running', 'paused', 'stuck', 'unknown'];

/**
 * All domains, by node in the order of the inventory. The same name active on two nodes gives two entries. Not listed:
 * a domain's second name during a live migration (unless it is the only one), old words about a domain that another
 * node now runs, a managed domain that is off here and known elsewhere, and a machine that is only registered here (its
 * .vmx is not in reach, or it did not answer and another node knows what it does).
 */
export function domains(cluster: Cluster, now: number): Domain[] {
  const names = machineNames(cluster);
  const heard = cluster.nodes.flatMap((node) => domainsOn(node, names, now));
  const joined = joiner(cluster, now);
  return heard.filter((domain) => !isSuperseded(domain, heard)).map((domain) => ({ ...domain, ...joined(domain) }));
}

/** True when a domain holds its disks: it runs, is paused, or nobody can tell. */
export function isActive(domain: Pick<Domain, 'state'>): boolean {
  return ACTIVE.includes(domain.state);
}

/**
 * True when the node's own word proves that it holds its disks there. A machine of VMware is registered on the peer
 * too: one that did not answer is not proved to be there at all.
 */
export function isProvenActive(domain: Pick<Domain, 'state' | 'hypervisor'>): boolean {
  return isActive(domain) && !(domain.hypervisor === 'vmware-server' && domain.state === 'unknown');
}

/** True when both are the same domain: of VMware the same .vmx, else the same name. */
export function isSameDomain(one: Pick<Domain, 'name' | 'path'>, other: Pick<Domain, 'name' | 'path'>): boolean {
  return one.path !== null && other.path !== null ? one.path === other.path : one.name === other.name;
}

/** The name without what Xen adds to it while a domain migrates (xm: `migrating-X`; xl: `X--incoming`, `X--migratedaway`). */
export function settledName(name: string): string {
  return name.replace(/^migrating-(?=.)/, '').replace(/(?<=.)--(incoming|migratedaway)$/, '');
}

function domainsOn(node: NodeView, names: ReadonlyMap<string, string>, now: number): Domain[] {
  return listings(node).flatMap((listing) => listing.domains.map((one) => domain(node, listing, one, names, now)));
}

function domain(node: NodeView, listing: Listing, one: Listed, names: ReadonlyMap<string, string>, now: number): Domain {
  const fact = LIST_FACTS[listing.hypervisor];
  return {
    name: (one.path === null ? undefined : names.get(one.path)) ?? one.name,
    node: node.name, hypervisor: listing.hypervisor, path: one.path, state: one.state,
    stale: !isLive(node, fact, now),
    ageSeconds: ageSeconds(node.facts[fact], now),
    vcpus: one.vcpus, memoryBytes: one.memoryBytes, cpuSeconds: one.cpuSeconds,
    cpuPercent: cpuPercent(listing, one), replicas: [], group: null,
  };
}

/** Share of one CPU between the last two samples; a smaller counter or another id means that it was started anew. */
function cpuPercent({ before, heardAt }: Listing, one: Listed): number | null {
  if (!before || heardAt === null || one.cpuSeconds === null) return null;
  const then = before.domains.find((other) => other.name === one.name && other.id === one.id);
  const seconds = (heardAt - before.heardAt) / 1000;
  if (then?.cpuSeconds === undefined || then.cpuSeconds === null || seconds <= 0) return null;
  const used = one.cpuSeconds - then.cpuSeconds;
  return used < 0 ? null : (used / seconds) * 100;
}

function isSuperseded(domain: Domain, heard: readonly Domain[]): boolean {
  const settled = settledOf(domain);
  const others = heard.filter((other) => other !== domain && other.node !== domain.node && isSameDomain(other, { ...domain, name: settled }));
  if (settled !== domain.name) return heard.some((other) => other !== domain && other.name === settled);
  if (domain.name === '(null)') return false;
  if (domain.stale && others.some((other) => !other.stale && isActive(other))) return true;
  if (isActive(domain) && !isProvenActive(domain)) return others.some((other) => !other.stale && other.state !== 'unknown');
  return domain.state === 'off'
    && others.some((other) => other.state !== 'off' || heard.indexOf(other) < heard.indexOf(domain));
}

/** Only Xen renames what migrates. */
function settledOf(domain: Pick<Domain, 'name' | 'hypervisor'>): string {
  return domain.hypervisor === 'xen' ? settledName(domain.name) : domain.name;
}

function joiner(cluster: Cluster, now: number): (domain: Domain) => Pick<Domain, 'group' | 'replicas'> {
  const all = replicas(cluster, now);
  const groups = haGroups(cluster, now);
  return (domain) => {
    const group = groups.find((one) => holds(one, domain));
    const below = domain.path === null ? null : replicaBelow(domain.path, group, cluster.nodes.find((node) => node.name === domain.node), all);
    const resources = (group?.replicas ?? []).flatMap((resource) => ofResource(all, resource).map((one) => one.name));
    return { group: group?.name ?? null, replicas: below === null ? resources : [below.name] };
  };
}

function holds(group: HaGroup, domain: Domain): boolean {
  if (domain.path !== null) return group.machines.some((machine) => machine.path === domain.path);
  return group.domains.includes(settledOf(domain));
}

/** The replica whose file system holds the .vmx: as it is mounted there, else as the group would mount it. */
function replicaBelow(path: string, group: HaGroup | undefined, node: NodeView | undefined, all: readonly Replica[]): Replica | null {
  const mounted = node ? lastWord(node, 'mounts')?.mounts ?? [] : [];
  const written = (group?.members ?? []).flatMap((member) => filesystemOf(member) ?? []);
  for (const mounts of [mounted, written]) {
    const [deepest] = mounts.filter((mount) => path.startsWith(`${mount.path.replace(/\/+$/, '')}/`)).sort((a, b) => b.path.length - a.path.length);
    const replica = deepest && all.find((one) => one.sides.some((side) => side.node === node?.name && isDevice(side, deepest.device)));
    if (replica) return replica;
  }
  return null;
}

function isDevice(side: Replica['sides'][number], device: string): boolean {
  const minor = /^\/dev\/drbd(\d+)$/.exec(device)?.[1];
  return side.device === device || (minor !== undefined && side.minor === Number(minor));
}
