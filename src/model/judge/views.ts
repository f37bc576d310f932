// Findings about nodes that contradict each other for longer than their words are apart.
import type { NodeView } from '../cluster.ts';
import type { FactName } from '../facts.ts';
import { keyOf } from '../findings.ts';
import type { Finding } from '../findings.ts';
import { changedAt, isLive, observed, saysNow } from '../heard.ts';
import type { Replica } from '../joined.ts';
import type { ClusterLink } from '../links.ts';
import { minorOf } from '../replicas.ts';
import { isTalking } from '../drbd-words.ts';
import { linkState, linkSubject } from './links.ts';
import { finding, forTime, viewOf } from './look.ts';
import type { Look } from './look.ts';

/**
 * views.disagree: a node called dead that answers, a link with two words, a role that the peer tells otherwise, a group
 * that runs though heartbeat says that it holds none.
 */
export function judgeViews(look: Look): Finding[] {
  return [...aboutNodes(look), ...aboutLinks(look), ...aboutRoles(look), ...aboutGroups(look)];
}

/** A node whose heartbeat runs and whose peer calls it dead: the links between them are cut, or one of them hangs. */
function aboutNodes(look: Look): Finding[] {
  return look.nodes.filter((node) => node.state === 'online').flatMap((node) => {
    const peers = Object.keys(node.saidBy).filter((peer) => node.saidBy[peer] === 'dead');
    const views = [node.name, ...peers].flatMap((name) => viewOf(look, name) ?? []);
    if (peers.length === 0 || !isOld(look, views, 'cl-status')) return [];
    const since = lastChange(views);
    const cut = look.links.find((link) => linkState(link) === 'down' && joins(link, node.name, peers));
    return [finding('views.disagree', 'warning', node.name, {
      fact: `${node.name} answers and runs heartbeat, but ${peers.join(' and ')} calls it dead${forTime(look, since)}.`,
      consequence: 'Each side may take the other\'s groups.',
      todo: 'Look at the links between them.',
      evidence: [`here: ${node.name} answers`, ...peers.map((peer) => `${peer}: nodestatus ${node.name} dead`)],
      since,
      because: cut ? keyOf({ code: 'link.down', subject: linkSubject(look, cut) }) : null,
    })];
  });
}

/** A group that runs where the running heartbeat says `none`: a takeover would start it once more. */
function aboutGroups(look: Look): Finding[] {
  return look.groups.flatMap((group) => {
    const view = group.on !== null && group.state === 'started' && group.owners.length === 1 ? viewOf(look, group.on) : undefined;
    const status = view ? saysNow(view, 'cl-status', look.now) : null;
    if (!view || status?.running !== true || status.resources !== 'none' || !isOld(look, [view], 'cl-status')) return [];
    const since = lastChange([view]);
    return [finding('views.disagree', 'warning', group.name, {
      fact: `Group ${group.name} runs on ${view.name}, though heartbeat there says that it holds none${forTime(look, since)}.`,
      consequence: 'Nothing watches it, and a takeover may start it a second time.',
      todo: `Find out who started it; see cl_status rscstatus and ha-log on ${view.name}.`,
      evidence: [`${view.name}: cl_status rscstatus none`, `${view.name}: ${group.members.join(' ')} running`],
      since,
    })];
  });
}

function joins(link: ClusterLink, node: string, peers: readonly string[]): boolean {
  const names = link.ends.map((end) => end.node);
  return names.includes(node) && names.some((name) => peers.includes(name));
}

function aboutLinks(look: Look): Finding[] {
  return look.links.flatMap((link) => {
    const words = link.ends.filter((end) => !end.stale && end.up !== null);
    if (new Set(words.map((end) => end.up)).size < 2) return [];
    const views = words.flatMap((end) => viewOf(look, end.node) ?? []);
    if (!isOld(look, views, 'cl-status')) return [];
    const since = lastChange(views);
    const says = words.map((end) => `${end.node} says ${end.up ? 'up' : 'dead'}`);
    return [finding('views.disagree', 'warning', linkSubject(look, link), {
      fact: `${link.name}: ${says.join(', ')}${since === null ? '' : `,${forTime(look, since)}`}.`,
      consequence: 'Heartbeats may pass in one direction only.',
      todo: 'Check its cables and the firewall of both ends.',
      evidence: words.map((end) => `${end.node}: hblinkstatus ${link.name} ${end.up ? 'up' : 'dead'}`),
      since,
    })];
  });
}

/** A role that the connected peer tells otherwise, in the last two samples of both: a changing role shows once at most. */
function aboutRoles(look: Look): Finding[] {
  return look.replicas.flatMap((replica) => replica.sides.flatMap((side) => {
    const teller = side.peerSays?.by;
    const own = viewOf(look, side.node);
    const peer = teller === undefined ? undefined : viewOf(look, teller);
    if (!own || !peer || side.stale || !differ(replica, own, peer, look.now)) return [];
    return [finding('views.disagree', 'warning', replica.name, {
      fact: `${replica.name}: ${side.node} says ${side.role ?? 'nothing'} of itself, ${peer.name} says ${side.peerSays?.role ?? 'nothing'} of it.`,
      consequence: 'Which of them is right is not known.',
      todo: 'Read /proc/drbd on both.',
      evidence: [`${side.node}: ${side.role ?? ''}`, `${peer.name}: peer ${side.peerSays?.role ?? ''}`],
    })];
  }).slice(0, 1));
}

function differ(replica: Replica, own: NodeView, peer: NodeView, now: number): boolean {
  if (!isLive(own, 'proc-drbd', now) || !isLive(peer, 'proc-drbd', now)) return false;
  const minor = (view: NodeView): number | null => replica.sides.find((side) => side.node === view.name)?.minor ?? null;
  const here = [minorOf(own, minor(own)), before(own, minor(own))];
  const there = [minorOf(peer, minor(peer)), before(peer, minor(peer))];
  const roles = new Set(here.map((one) => one?.role));
  const told = new Set(there.map((one) => (one && isTalking(one.connection) ? one.peerRole : undefined)));
  const [role] = roles;
  const [word] = told;
  return roles.size === 1 && told.size === 1 && role !== undefined && word !== undefined
    && role !== null && word !== null && role !== word && word !== 'Unknown';
}

function before(view: NodeView, minor: number | null): ReturnType<typeof minorOf> {
  return observed(view, 'proc-drbd')?.previous?.value.resources.find((one) => one.minor === minor) ?? null;
}

/** Older than twice the slower probe's interval: before that, one node may only have been asked earlier. */
function isOld(look: Look, views: readonly NodeView[], fact: FactName): boolean {
  const slowest = Math.max(...views.map((view) => view.facts[fact]?.everySeconds ?? 0));
  const changed = lastChange(views);
  return changed === null || look.now - changed > 2 * slowest * 1000;
}

function lastChange(views: readonly NodeView[]): number | null {
  const times = views.map((view) => changedAt(view, 'cl-status')).filter((time) => time !== null);
  return times.length > 0 ? Math.max(...times) : null;
}
