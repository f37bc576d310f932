// What keeps a fact of an answering node from being judged: not asked yet, no answer, old, or not understood.
import { ageSeconds, FRESH_INTERVALS } from '../cluster.ts';
import type { NodeName, NodeView } from '../cluster.ts';
import type { FactName } from '../facts.ts';
import { answers, lastWord } from '../heard.ts';
import { nodeTrouble, UNHEARD, viewOf } from './look.ts';
import type { Look } from './look.ts';

export type FactTrouble = 'waiting' | 'unanswered' | 'stale' | 'unread';

/** Facts without which a node cannot be called well. */
const ESSENTIAL: readonly FactName[] = ['proc-drbd', 'cl-status', 'xen-list', 'vmware-cmd'];

/** All facts, by what the operator knows them as. */
export const FACT_WORDS: Record<FactName, string> = {
  vitals: 'load, memory and uptime',
  mounts: '/proc/mounts',
  mdstat: '/proc/mdstat',
  bonding: '/proc/net/bonding',
  lvm: 'vgs and lvs',
  'file-systems': 'df',
  watchdog: 'the watchdog',
  'proc-drbd': '/proc/drbd',
  'drbd-status': 'drbdsetup status',
  'drbd-conf': 'drbd.conf',
  drbdadm: 'drbdadm',
  'xen-list': 'xm list',
  xentop: 'xentop',
  'vmware-cmd': 'vmware-cmd',
  'cl-status': 'cl_status',
  'ha-cf': 'ha.cf',
  haresources: 'haresources',
  boot: 'what starts at boot',
  files: 'configuration checksums',
  versions: 'package versions',
};

/** The facts, in the order in which they are told. */
export const FACT_NAMES = Object.keys(FACT_WORDS) as FactName[];

/**
 * The trouble with one fact of one node. A node that does not answer has none: it is itself the trouble. A tool that
 * is not there is trouble only when the inventory says that it must be, or when it answered before.
 */
export function factTrouble(look: Look, view: NodeView, fact: FactName): FactTrouble | null {
  if (!answers(view)) return null;
  const observation = view.facts[fact];
  if (!observation || (observation.heardAt === null && observation.failure === null)) {
    return ESSENTIAL.includes(fact) && isWanted(look, view, fact) ? 'waiting' : null;
  }
  if (observation.failure?.kind === 'absent') {
    return observation.value !== null || isDemanded(look, fact) ? 'unanswered' : null;
  }
  if (observation.failure) return 'unanswered';
  const age = ageSeconds(observation, look.now);
  if (age !== null && age > FRESH_INTERVALS * observation.everySeconds) return 'stale';
  return observation.unread.length > 0 ? 'unread' : null;
}

/** True when a finding about one of the nodes, or about this fact of it, already says why something is not known. */
export function explained(look: Look, nodes: readonly NodeName[], ...facts: readonly FactName[]): boolean {
  return nodes.some((node) => {
    const view = viewOf(look, node);
    const trouble = nodeTrouble(look, node);
    if (trouble !== null && UNHEARD.includes(trouble)) return true;
    return view !== undefined && facts.some((fact) => factTrouble(look, view, fact) !== null);
  });
}

/** False where the inventory, or the node, says that there is another manager or hypervisor, so that nobody waits. */
function isWanted(look: Look, view: NodeView, fact: FactName): boolean {
  const { manager, hypervisor } = look.cluster.config;
  if (fact === 'cl-status') return manager === 'auto' || manager === 'heartbeat';
  if (fact === 'xen-list') return hypervisor === 'xen' || (hypervisor === 'auto' && lastWord(view, 'vmware-cmd') === null);
  if (fact === 'vmware-cmd') return hypervisor === 'vmware-server' || (hypervisor === 'auto' && lastWord(view, 'xen-list') === null);
  return true;
}

function isDemanded(look: Look, fact: FactName): boolean {
  const { manager, hypervisor } = look.cluster.config;
  if (fact === 'cl-status') return manager === 'heartbeat';
  if (fact === 'vmware-cmd') return hypervisor === 'vmware-server';
  return fact === 'xen-list' && hypervisor === 'xen';
}
