// What each hypervisor lists on a node, in one shape: the domains that are there, and those of the sample before.
import type { NodeView, Observation } from './cluster.ts';
import type { DomainState, VmwareList, XenList } from './facts.ts';
import { observed } from './heard.ts';

/** The facts that list domains, by hypervisor. */
export const LIST_FACTS = { xen: 'xen-list', 'vmware-server': 'vmware-cmd' } as const;

export type Hypervisor = keyof typeof LIST_FACTS;

/** A domain as its hypervisor lists it; null where that does not tell. */
export interface Listed {
  name: string;
  /** Xen's number: another one is another life. */
  id: number | null;
  /** The .vmx of a VMware machine: what tells it from others. */
  path: string | null;
  state: DomainState;
  vcpus: number | null;
  memoryBytes: number | null;
  cpuSeconds: number | null;
}

/** What one hypervisor last said on a node. */
export interface Listing {
  hypervisor: Hypervisor;
  heardAt: number | null;
  everySeconds: number;
  domains: Listed[];
  before: { heardAt: number; domains: Listed[] } | null;
}

/** Domain-0 is the host, not a domain of ours. */
const HOST = 'Domain-0';

/** The last words of every hypervisor that ever answered on the node, however old. */
export function listings(node: NodeView): Listing[] {
  const found = [
    listing('xen', observed(node, LIST_FACTS.xen), xenDomains),
    listing('vmware-server', observed(node, LIST_FACTS['vmware-server']), vmwareDomains),
  ];
  return found.filter((one) => one !== null);
}

/** The last words of one hypervisor on the node; null: it never answered. */
export function listingOf(node: NodeView, hypervisor: Hypervisor): Listing | null {
  return listings(node).find((one) => one.hypervisor === hypervisor) ?? null;
}

function listing<T>(hypervisor: Hypervisor, fact: Observation<T> | undefined, domains: (list: T) => Listed[]): Listing | null {
  if (!fact || fact.value === null) return null;
  const { heardAt, everySeconds, previous } = fact;
  return {
    hypervisor, heardAt, everySeconds, domains: domains(fact.value),
    before: previous && { heardAt: previous.heardAt, domains: domains(previous.value) },
  };
}

function xenDomains(list: XenList): Listed[] {
  return list.domains.filter((one) => one.id !== 0 && one.name !== HOST)
    .map(({ name, id, state, vcpus, memoryBytes, cpuSeconds }) => ({ name, id, path: null, state, vcpus, memoryBytes, cpuSeconds }));
}

/** Without the machines that are not here. VMware tells no use of the processor. */
function vmwareDomains(list: VmwareList): Listed[] {
  return list.machines.flatMap(({ name, path, state, memoryBytes }) =>
    state === null ? [] : [{ name, id: null, path, state, vcpus: null, memoryBytes, cpuSeconds: null }]);
}
