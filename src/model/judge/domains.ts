// Findings about domains: twice, crashed, stuck, on a replica that is not Primary there, under no manager.
import type { NodeView } from '../cluster.ts';
import type { LogKind } from '../facts.ts';
import { keyOf } from '../findings.ts';
import type { Finding } from '../findings.ts';
import { isActive, isProvenActive, isSameDomain, settledName } from '../domains.ts';
import { saysNow } from '../heard.ts';
import type { Domain, Replica } from '../joined.ts';
import { listingOf } from '../listed.ts';
import { age, list } from '../words.ts';
import { finding, viewOf } from './look.ts';
import type { Look } from './look.ts';

/** Log lines after which a list of domains that is a few seconds old may be out of date. */
const MOVING: readonly LogKind[] = ['releasing', 'resource-stop', 'shutdown-notice', 'shutdown-complete', 'standby'];

/** domain.twice, domain.crashed, domain.stuck, domain.without-primary, domain.unmanaged. */
export function judgeDomains(look: Look): Finding[] {
  const fresh = look.domains.filter((domain) => !domain.stale && domain.name !== '(null)');
  const names = [...new Set(fresh.map((domain) => domain.name))].sort();
  return names.flatMap((name) => {
    const places = fresh.filter((domain) => domain.name === name);
    return [
      ...twice(look, name, places), ...crashed(name, places), ...stuck(name, places), ...withoutPrimary(look, name, places),
      ...unmanaged(look, name, places),
    ];
  });
}

/** Runs on two nodes at the same time: lists that are seconds apart show a domain on both while it only moves. */
function twice(look: Look, name: string, places: readonly Domain[]): Finding[] {
  const active = places.filter((domain) => isProvenActive(domain) && (domain.hypervisor !== 'xen' || settledName(name) === name));
  const both = active.filter((one) => active.some((other) => other.node !== one.node && isSameDomain(one, other) && overlap(look, one, other)));
  if (both.length < 2 || isMigrating(look, name)) return [];
  const split = look.replicas.find((replica) => replica.state === 'split-brain' && active[0]?.replicas.includes(replica.name));
  return [finding('domain.twice', 'critical', name, {
    fact: `${name} runs on ${list(both.map((domain) => domain.node))}.`,
    consequence: split ? 'It writes two disks.' : 'Two instances write the same data.',
    todo: 'Stop the copy that no client reaches.',
    evidence: both.map(says),
    because: split ? keyOf({ code: 'replica.split-brain', subject: split.name }) : null,
  })];
}

function isMigrating(look: Look, name: string): boolean {
  return look.cluster.nodes.some((view) => (saysNow(view, 'xen-list', look.now)?.domains ?? [])
    .some((domain) => domain.name !== name && settledName(domain.name) === name));
}

/** A node that was not asked for so many intervals may have stopped a domain and started it again meanwhile. */
const UNBROKEN_INTERVALS = 3;

/** Each node's list proves the domain from the sample before (where it is in it, and is not long ago) to the last one. */
function overlap(look: Look, one: Domain, other: Domain): boolean {
  const a = provenOn(viewOf(look, one.node), one);
  const b = provenOn(viewOf(look, other.node), other);
  return a.from <= b.to && b.from <= a.to;
}

function provenOn(view: NodeView | undefined, one: Domain): { from: number; to: number } {
  const listing = view ? listingOf(view, one.hypervisor) : null;
  const to = listing?.heardAt ?? 0;
  const before = listing?.before;
  if (!before) return { from: Number.NEGATIVE_INFINITY, to };
  const isUnbroken = to - before.heardAt <= UNBROKEN_INTERVALS * listing.everySeconds * 1000;
  const ran = isUnbroken && before.domains.some((domain) => isSameDomain(domain, one) && isProvenActive({ ...domain, hypervisor: one.hypervisor }));
  return { from: ran ? before.heardAt : to, to };
}

function crashed(name: string, places: readonly Domain[]): Finding[] {
  const dead = places.filter((domain) => domain.state === 'crashed');
  if (dead.length === 0) return [];
  return [finding('domain.crashed', 'critical', name, {
    fact: `${name} has crashed on ${list(dead.map((domain) => domain.node))}.`,
    consequence: 'It answers nobody and still holds its memory.',
    todo: 'Save what its console shows, destroy it, start it again.',
    evidence: dead.map(says),
  })];
}

/** It asks something before it goes on, and VMware tells no more than that. Since when is not told either. */
function stuck(name: string, places: readonly Domain[]): Finding[] {
  const waiting = places.filter((domain) => domain.state === 'stuck');
  const [first] = waiting;
  if (!first) return [];
  const nodes = waiting.map((domain) => domain.node);
  return [finding('domain.stuck', 'warning', name, {
    fact: `${name} waits for an answer on ${list(nodes)}.`,
    consequence: 'It is dark until someone answers.',
    todo: `Read its question on ${first.node} with vmware-cmd FILE answer, in a terminal: it asks for the answer at once.`,
    evidence: waiting.map((domain) => `${says(domain)}${domain.path === null ? '' : `: ${domain.path}`}`),
  })];
}

function withoutPrimary(look: Look, name: string, places: readonly Domain[]): Finding[] {
  return places.filter(isProvenActive).flatMap((domain) => {
    const bad = look.replicas.filter((replica) => domain.replicas.includes(replica.name))
      .flatMap((replica) => notPrimary(replica, domain.node));
    const view = viewOf(look, domain.node);
    if (bad.length === 0 || !view || isMoving(look, view, domain)) return [];
    return [finding('domain.without-primary', 'critical', name, {
      fact: `${name} runs on ${domain.node}, but its replica ${bad.join(', ')} there.`,
      consequence: 'It writes past DRBD, or not at all; the other copy does not get it.',
      todo: 'Stop it, and look at which device its disk is.',
      evidence: [says(domain), ...bad.map((words) => `${domain.node}: ${words}`)],
    })];
  }).slice(0, 1);
}

function notPrimary(replica: Replica, node: string): string[] {
  const side = replica.sides.find((one) => one.node === node);
  if (!side || side.stale || side.role === 'Primary') return [];
  if (side.role === null && side.connection !== 'Unconfigured') return [];
  return [`${replica.name} is ${side.role ?? side.connection ?? 'not known'}`];
}

/** True while heartbeat gives up or takes resources there: lists of different age then do not fit together. */
function isMoving(look: Look, view: NodeView, domain: Domain): boolean {
  if (saysNow(view, 'cl-status', look.now)?.resources === 'transition') return true;
  const interval = listingOf(view, domain.hypervisor)?.everySeconds ?? 0;
  const last = view.log.findLast((line) => MOVING.includes(line.event.kind));
  return last !== undefined && look.now - (last.at ?? last.heardAt) <= 3 * interval * 1000;
}

/** Only where heartbeat manages other domains: elsewhere no domain is managed, on purpose. */
function unmanaged(look: Look, name: string, places: readonly Domain[]): Finding[] {
  const managing = look.groups.some((group) => group.domains.length > 0);
  const loose = places.filter((domain) => domain.group === null && isActive(domain));
  if (!managing || loose.length === 0) return [];
  return [finding('domain.unmanaged', 'info', name, {
    fact: `${name} runs on ${list(loose.map((domain) => domain.node))} outside every group.`,
    consequence: 'No takeover starts it elsewhere.',
    todo: 'Add it to haresources if it shall survive its node.',
    evidence: loose.map(says),
  })];
}

function says(domain: Domain): string {
  const when = domain.ageSeconds === null ? '' : ` (${age(domain.ageSeconds)})`;
  return `${domain.node}${when}: ${domain.name} ${domain.state}`;
}
