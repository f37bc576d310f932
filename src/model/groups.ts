// Groups: who is entitled to each line of haresources, and whether what it stands for really runs there.
import type { Cluster, NodeLogLine, NodeName, NodeView } from './cluster.ts';
import type { LogKind } from './facts.ts';
import { isActive, settledName } from './domains.ts';
import { haGroups } from './ha-groups.ts';
import type { HaGroup } from './ha-groups.ts';
import { answers, byName, changedAt, saysNow } from './heard.ts';
import type { Group, GroupState, Replica } from './joined.ts';
import type { GroupMachine } from './machines.ts';
import { filesystemOf } from './members.ts';
import { isHeard, saidBy } from './nodes.ts';
import { resolver } from './names.ts';
import { ofResource, replicas } from './replicas.ts';

/** What a node is entitled to may run ahead of what runs there, or lag behind it, this long. */
const SETTLE_MS = 60_000;
/** While heartbeat itself speaks of a transition, or is not through with a group's members, a line this young still tells which way it goes. */
const TRANSITION_MS = 300_000;

/** Lines of a log that tell that groups are moving, and which way. */
const STARTING: readonly LogKind[] = ['acquiring', 'resource-start'];
const STOPPING: readonly LogKind[] = ['releasing', 'resource-stop'];

/** What a node's own facts say of a group's members: all run there, some, none, or no fact tells. */
export type Evidence = 'all' | 'some' | 'none' | 'unknown';

/** One member as a node shows it; `runs` null: not known. */
export interface MemberWord {
  /** `drbd1 Secondary`, `/srv not mounted`, `delta not running`. */
  says: string;
  runs: boolean | null;
}

/** What every group of one look is judged on. */
interface Look {
  cluster: Cluster;
  replicas: Replica[];
  now: number;
}

/**
 * The groups in the order of haresources. `owners` are the nodes that heartbeat entitles (`rscstatus`), or where no
 * entitled node shows the members running, the node that does; a group with two owners is `started` and both are
 * named: that is trouble for the judge, not a state of its own. `started` needs every member that can be seen (DRBD
 * Primary, file system mounted, domain there) on the node it is on; entitled without it is `starting` for a minute
 * after the last change, then `failed`.
 */
export function groups(cluster: Cluster, now: number): Group[] {
  const look: Look = { cluster, replicas: replicas(cluster, now), now };
  return haGroups(cluster, now).map((group) => {
    const { owners, on, state } = place(group, look);
    return { ...group, on, owners, state };
  });
}

/** What the node's facts say of each member that can be seen from outside heartbeat. */
export function memberWords(
  group: Pick<HaGroup, 'members' | 'replicas' | 'domains' | 'machines'>, node: NodeView, all: readonly Replica[], now: number,
): MemberWord[] {
  return [
    ...group.replicas.flatMap((resource) => ofResource(all, resource)).flatMap((replica) => drbdWord(replica, node)),
    ...group.members.flatMap((member) => mountWord(member, node, now)),
    ...group.domains.flatMap((name) => domainWords(name, group.machines, node, now)),
  ];
}

function place(group: HaGroup, look: Look): Pick<Group, 'owners' | 'on' | 'state'> {
  const { cluster, now } = look;
  const evidence = new Map(cluster.nodes.map((node) => [node.name, evidenceOn(group, node, look)]));
  const nodes = byName(cluster);
  const holders = nodes.filter((node) => evidence.get(node.name) === 'all');
  const entitled = nodes.filter((node) => entitles(group, node, now) === true);
  const [only] = entitled;
  const [holder] = holders;
  if (entitled.length > 1) return ownedByAll(entitled, entitled.filter((node) => holders.includes(node)));
  if (only) {
    const there = evidence.get(only.name) ?? 'unknown';
    if (there === 'all' || there === 'unknown') return ownedBy(only, 'started');
    if (holder) return ownedByAll(holders, holders);
    return ownedBy(only, movement(only, group, now) ?? (isSettled(only, now) ? 'failed' : 'starting'));
  }
  if (holders.length > 1) return ownedByAll(holders, holders);
  if (holder) return ownedBy(holder, movement(holder, group, now) === 'stopping' ? 'stopping' : 'started');
  return placeUnclaimed(group, look, evidence);
}

/** Nobody that answers is entitled to it, and nobody shows it running. */
function placeUnclaimed(
  group: HaGroup, look: Look, evidence: ReadonlyMap<NodeName, Evidence>,
): Pick<Group, 'owners' | 'on' | 'state'> {
  const { cluster, now } = look;
  const changing = byName(cluster).filter((node) => saysNow(node, 'cl-status', now)?.resources === 'transition');
  if (changing.length > 0) {
    const holder = changing.find((node) => evidence.get(node.name) === 'some');
    const state = changing.some((node) => movement(node, group, now) === 'stopping') ? 'stopping' : 'starting';
    return { owners: [], on: holder?.name ?? null, state };
  }
  const away = byName(cluster).find((node) => !answers(node) && runsUnseen(group, node, look));
  if (away) return ownedBy(away, 'started');
  const denied = cluster.nodes.every((node) => entitles(group, node, now) === false || isCalledDead(node, look));
  return { owners: [], on: null, state: denied ? 'stopped' : 'unknown' };
}

function ownedBy(node: NodeView, state: GroupState): Pick<Group, 'owners' | 'on' | 'state'> {
  return { owners: [node.name], on: node.name, state };
}

/** It is on the one of them that shows it running; where several do, or none, nobody can say on which. */
function ownedByAll(owners: readonly NodeView[], showing: readonly NodeView[]): Pick<Group, 'owners' | 'on' | 'state'> {
  const [one, other] = showing;
  return { owners: owners.map((node) => node.name), on: one && !other ? one.name : null, state: 'started' };
}

/** What `rscstatus` entitles the node to now; false also when its heartbeat is stopped; null when it cannot be told. */
function entitles(group: HaGroup, node: NodeView, now: number): boolean | null {
  const status = saysNow(node, 'cl-status', now);
  if (!status) return null;
  if (!status.running || status.resources === 'none') return false;
  if (status.resources === 'all') return true;
  if (group.preferred === null) return null;
  if (status.resources === 'local') return group.preferred === node.name;
  return status.resources === 'foreign' ? group.preferred !== node.name : null;
}

function evidenceOn(group: HaGroup, node: NodeView, look: Look): Evidence {
  const words = memberWords(group, node, look.replicas, look.now).map((word) => word.runs).filter((runs) => runs !== null);
  if (words.length === 0) return 'unknown';
  if (words.every((runs) => runs)) return 'all';
  return words.some((runs) => runs) ? 'some' : 'none';
}

function drbdWord(replica: Replica, node: NodeView): MemberWord[] {
  const side = replica.sides.find((one) => one.node === node.name);
  if (!side) return [];
  const known = !side.stale && (side.role !== null || side.connection === 'Unconfigured');
  return [{
    says: `${replica.name} ${side.role ?? side.connection ?? 'not known'}`,
    runs: known ? side.role === 'Primary' : null,
  }];
}

function mountWord(member: string, node: NodeView, now: number): MemberWord[] {
  const filesystem = filesystemOf(member);
  if (!filesystem) return [];
  const mounts = saysNow(node, 'mounts', now)?.mounts;
  const there = mounts?.some((mount) => trimmed(mount.path) === trimmed(filesystem.path)) ?? null;
  return [{ says: `${filesystem.path} ${there ? 'mounted' : 'not mounted'}`, runs: there }];
}

function trimmed(path: string): string {
  return path.length > 1 ? path.replace(/\/+$/, '') : path;
}

/** A name is a machine's of VMware where a member says so, else a domain's of Xen. */
function domainWords(name: string, machines: readonly GroupMachine[], node: NodeView, now: number): MemberWord[] {
  const mine = machines.filter((machine) => machine.name === name);
  return mine.length > 0 ? mine.map((machine) => machineWord(machine, node, now)) : [domainWord(name, node, now)];
}

function domainWord(name: string, node: NodeView, now: number): MemberWord {
  const list = saysNow(node, 'xen-list', now)?.domains;
  const runs = list?.some((domain) => settledName(domain.name) === name && isActive(domain)) ?? null;
  return { says: `${name} ${runs ? 'running' : 'not running'}`, runs };
}

/** A machine that is registered but did not answer may run or not. Its own word tells more than `not running`. */
function machineWord({ name, path }: GroupMachine, node: NodeView, now: number): MemberWord {
  const list = saysNow(node, 'vmware-cmd', now)?.machines;
  const state = list?.find((machine) => machine.path === path)?.state ?? null;
  if (!list || state === 'unknown') return { says: `${name} not known`, runs: null };
  return { says: `${name} ${state ?? 'not running'}`, runs: state !== null && isActive({ state }) };
}

/**
 * A node that does not answer us still runs its own group when a peer's heartbeat hears it, and that peer's DRBD is
 * connected to it and calls it Primary.
 */
function runsUnseen(group: HaGroup, node: NodeView, look: Look): boolean {
  const said = Object.values(saidBy(look.cluster, node, resolver(look.cluster), look.now));
  if (!said.some(isHeard)) return false;
  const parts = group.replicas.flatMap((resource) => ofResource(look.replicas, resource));
  return parts.length > 0 && parts.every((replica) => replica.primaries.includes(node.name)
    && replica.sides.some((side) => side.node !== node.name && !side.stale));
}

function isSettled(node: NodeView, now: number): boolean {
  const changed = changedAt(node, 'cl-status');
  return changed === null || now - changed > SETTLE_MS;
}

/**
 * Which way a group goes on a node stands only in the node's log: the last line that tells of it, when young.
 * `rscstatus` of a node that gives its groups up is often the old word until all is done.
 */
function movement(node: NodeView, group: HaGroup, now: number): 'starting' | 'stopping' | null {
  const changing = saysNow(node, 'cl-status', now)?.resources === 'transition';
  const last = node.log.findLast(({ event }) =>
    (STARTING.includes(event.kind) || STOPPING.includes(event.kind) || isEnd(event))
    && (event.resource === null ? isMeant(group, node, event.text) : concerns(group, event.resource)));
  if (!last || (last.at ?? last.heardAt) < now - (changing || isMidway(last, group) ? TRANSITION_MS : SETTLE_MS)) return null;
  if (STOPPING.includes(last.event.kind)) return 'stopping';
  return STARTING.includes(last.event.kind) ? 'starting' : null;
}

/** A node that does not answer us and that a peer's heartbeat calls dead holds nothing. */
function isCalledDead(node: NodeView, look: Look): boolean {
  if (answers(node)) return false;
  return Object.values(saidBy(look.cluster, node, resolver(look.cluster), look.now)).includes('dead');
}

/** Nothing moves any more: a takeover is through, or the node's own heartbeat is gone or begins anew (no peer is named). */
function isEnd(event: NodeLogLine['event']): boolean {
  return event.kind === 'takeover-complete' || event.kind === 'shutdown-complete' || (event.kind === 'restart' && event.node === null);
}

/** A script that is not the group's last runs until the next one is run: vmmanager waits for a guest to boot. */
function isMidway({ event }: NodeLogLine, group: HaGroup): boolean {
  if (event.kind !== 'resource-start' || event.resource === null) return false;
  const resource = event.resource;
  return group.members.slice(0, -1).some((member) => isOf(member, resource));
}

/** `give up foreign HA resources (standby).`: a line that names no resource may still tell whose groups it means. */
function isMeant(group: HaGroup, node: NodeView, text: string): boolean {
  const whose = /\b(local|foreign)\b/.exec(text)?.[1];
  if (whose === undefined || group.preferred === null) return true;
  return (whose === 'local') === (group.preferred === node.name);
}

/** Logs write `drbddisk::domain1` in a group, `drbddisk domain1` in what is run. */
function concerns(group: HaGroup, resource: string): boolean {
  return group.members.some((member) => isOf(member, resource));
}

function isOf(member: string, resource: string): boolean {
  const plain = (text: string): string => ` ${text.replaceAll('::', ' ').replace(/\s+/g, ' ').trim()} `;
  return plain(resource).includes(plain(member));
}
