// Findings about nodes: dead, silent, not let in, heartbeat stopped.
import type { Link, NodeLogLine, NodeView } from '../cluster.ts';
import type { Finding } from '../findings.ts';
import { changedAt, observed } from '../heard.ts';
import type { NodeSummary } from '../joined.ts';
import { linksSeenBy } from '../links.ts';
import { isHeard } from '../nodes.ts';
import { list } from '../words.ts';
import { elapsed, ended, finding, forTime, hasNoFencing, nodeTrouble, verb, viewOf } from './look.ts';
import type { Look } from './look.ts';

type Stopped = Exclude<Link, { state: 'connecting' | 'up' | 'silent' }>;

/** node.dead, node.silent, auth.stopped, hostkey.changed, node.stopped. */
export function judgeNodes(look: Look): Finding[] {
  return look.nodes.flatMap((node) => {
    const view = viewOf(look, node.name);
    if (!view) return [];
    if (node.state === 'dead') return [dead(look, node, view)];
    switch (view.link.state) {
      case 'up':
        return nodeTrouble(look, node.name) === 'node.stopped' ? [stopped(look, node, view)] : [];
      case 'connecting':
      case 'silent':
        return [silent(look, node, view)];
      case 'auth-stopped':
      case 'hostkey-unknown':
      case 'hostkey-changed':
      case 'shell-refused':
      case 'no-sudo':
        return [notLetIn(node, view.link, view)];
    }
  });
}

function dead(look: Look, node: NodeSummary, view: NodeView): Finding {
  const since = deadSince(look, view);
  const left = look.nodes.filter((other) => other.reachable).map((other) => other.name);
  const last = left.length === 1 ? `If ${list(left)} fails too, everything stops.` : '';
  return finding('node.dead', 'critical', node.name, {
    fact: `${node.name} is dead${forTime(look, since)}. ${takeover(look, node)}`,
    consequence: [savedDomains(look, node), last, `Unproven: nobody has switched ${node.name} off.`]
      .filter((part) => part !== '').join(' '),
    todo: 'Make sure it is off before you power it on again.',
    evidence: [hereSays(look, view), ...peersSay(look, node), ...logSays(look, node.name)],
    since,
  });
}

/** Its last word; of a node that was never heard, what another node's log told within a day. */
function deadSince(look: Look, view: NodeView): number | null {
  if (view.heardAt !== null) return view.link.since;
  const told = deathLines(look, view.name).map(({ line }) => line.at).filter((at) => at !== null);
  const young = told.filter((at) => look.now - at <= DAY_MS);
  return young.length > 0 ? Math.max(...young) : null;
}

const DAY_MS = 86_400_000;

/** `delta and foxtrot run on alpha.`: the domains of its groups that other nodes show now. */
function savedDomains(look: Look, node: NodeSummary): string {
  const own = look.groups.filter((group) => group.preferred === node.name).map((group) => group.name);
  const saved = look.domains.filter((domain) => domain.group !== null && own.includes(domain.group) && !domain.stale);
  const names = saved.map((domain) => domain.name);
  if (names.length === 0) return '';
  return `${list(names)} ${verb(names, 'runs', 'run')} on ${list([...new Set(saved.map((domain) => domain.node))])}.`;
}

/** What became of the groups whose home the node is. */
function takeover(look: Look, node: NodeSummary): string {
  const own = look.groups.filter((group) => group.preferred === node.name);
  const its = own.length === 1 ? 'its group' : 'its groups';
  const homes = [...new Set(own.map((group) => group.on))];
  const unfenced = hasNoFencing(look) ? ', unfenced' : '';
  const [home] = homes;
  const takes = own.some((group) => group.state === 'starting') ? 'is taking over' : 'took over';
  if (own.length > 0 && homes.length === 1 && home && home !== node.name) return `${home} ${takes} ${its}${unfenced}.`;
  if (own.some((group) => group.state === 'stopped')) return own.length === 1 ? 'Its group runs nowhere.' : 'Not all of its groups run elsewhere.';
  const says = Object.keys(node.saidBy).filter((peer) => node.saidBy[peer] === 'dead');
  return says.length > 0 ? `${list(says)} ${verb(says, 'calls', 'call')} it dead.` : 'Its peer holds all groups.';
}

function silent(look: Look, node: NodeSummary, view: NodeView): Finding {
  const hearers = hearersOf(look, node);
  return finding('node.silent', 'unknown', node.name, {
    fact: silentFact(look, view, hearers),
    consequence: view.heardAt === null ? `Nothing of ${node.name} is known.` : 'Nothing of it counts as good.',
    todo: view.link.state === 'connecting' ? 'Wait.' : `${whySilent(view)}Wait, or look at its console.`,
    evidence: [hereSays(look, view), ...peersSay(look, node)],
    since: view.heardAt === null && view.link.state === 'connecting' ? null : view.heardAt ?? view.link.since,
  });
}

/** What the way there says, as a sentence of its own: who waits wants to know for what. */
function whySilent(view: NodeView): string {
  if (view.link.state !== 'silent') return '';
  const reason = view.link.says.replace(`${view.name}: `, '').trim();
  return reason === '' || reason.startsWith(`${view.name} is connected`) ? '' : `Here: ${ended(reason)} `;
}

function silentFact(look: Look, view: NodeView, hearers: readonly string[]): string {
  const heard = hearers.length === 0 ? '' : ` ${hearers.join('; ')}.`;
  if (view.heardAt !== null) {
    const rest = heard === '' ? '; what you see of it is old.' : `.${heard}`;
    return `${view.name} has not answered for ${elapsed(look, view.heardAt)}${rest}`;
  }
  if (view.link.state === 'connecting') return `${view.name} has not answered yet.${heard}`;
  const asked = look.now - view.link.since < 1000 ? ' does not answer' : ` has never answered, asked${forTime(look, view.link.since)}`;
  return `${view.name}${asked}.${heard}`;
}

/** `alpha still hears it on bond0 and bond1`, for each peer that answers and hears the node. */
function hearersOf(look: Look, node: NodeSummary): string[] {
  return Object.entries(node.saidBy).filter(([, word]) => isHeard(word)).map(([peer]) => {
    const view = viewOf(look, peer);
    const up = view ? linksSeenBy(view, node.name, look.resolve).filter((link) => link.up === true) : [];
    return `${peer} still hears it${up.length > 0 ? ` on ${list(up.map((link) => link.name))}` : ''}`;
  });
}

const TODO: Record<Stopped['state'], string> = {
  'auth-stopped': 'Give it a key or a password that it takes, then ask again.',
  'hostkey-unknown': 'Compare the key with the one on its console, accept it, then ask again.',
  'hostkey-changed': 'Compare the key with the one on its console before you change known_hosts.',
  'shell-refused': 'Give the account a POSIX shell, then ask again.',
  'no-sudo': 'Allow sudo without a password there, or log in as root, then ask again.',
};

function notLetIn(node: NodeSummary, link: Stopped, view: NodeView): Finding {
  const changed = link.state === 'hostkey-changed';
  const says = link.says === '' ? `${link.state}; it waits for you` : link.says;
  return finding(changed ? 'hostkey.changed' : 'auth.stopped', changed ? 'critical' : 'unknown', node.name, {
    fact: ended(says.startsWith(node.name) ? says : `${node.name}: ${says}`),
    consequence: changed
      ? 'Another machine may answer in its place; nothing is sent to it.'
      : view.heardAt === null ? `Nothing of ${node.name} is known until you act.` : 'What you see of it is old until you act.',
    todo: TODO[link.state],
    evidence: [`here: ${says}`],
    since: link.since,
  });
}

function stopped(look: Look, node: NodeSummary, view: NodeView): Finding {
  const since = changedAt(view, 'cl-status');
  const still = look.groups.filter((group) => group.on === node.name).map((group) => group.name);
  const held = still.length > 0 ? ` Group ${list(still)} still runs there, unwatched.` : '';
  return finding('node.stopped', 'warning', node.name, {
    fact: `heartbeat on ${node.name} is stopped${forTime(look, since)}.${held}`,
    consequence: whoServes(look),
    todo: 'Start it when the service is done.',
    evidence: [`${node.name}: heartbeat is stopped (cl_status, ${ageText(look, view)})`, ...peersSay(look, node)],
    since,
  });
}

/** Who is left to run the groups: `Groups a and b are on alpha. Nothing takes over if alpha fails.` */
function whoServes(look: Look): string {
  const running = look.nodes.filter((node) => node.manager.running === true).map((node) => node.name);
  if (running.length === 0) return 'No node that answers runs heartbeat: nothing is taken over.';
  const groups = look.groups.filter((group) => group.on !== null && running.includes(group.on)).map((group) => group.name);
  const serves = groups.length > 0 ? `${verb(groups, 'Group', 'Groups')} ${list(groups)} ${verb(groups, 'is', 'are')} on ${list(running)}. ` : '';
  return `${serves}Nothing takes over if ${list(running)} ${verb(running, 'fails', 'fail')}.`;
}

function hereSays(look: Look, view: NodeView): string {
  const heard = view.heardAt === null ? 'never heard' : `last heard ${elapsed(look, view.heardAt)} ago`;
  const says = 'says' in view.link ? view.link.says : '';
  return says === '' ? `here: ${heard}` : `here: ${ended(says)} ${heard.replace(/^./, (letter) => letter.toUpperCase())}`;
}

function peersSay(look: Look, node: NodeSummary): string[] {
  return Object.entries(node.saidBy).map(([peer, word]) => {
    const view = viewOf(look, peer);
    return `${peer}: nodestatus ${node.name} ${word}${view ? ` (${ageText(look, view)})` : ''}`;
  });
}

function ageText(look: Look, view: NodeView): string {
  const heardAt = observed(view, 'cl-status')?.heardAt ?? null;
  return heardAt === null ? 'not heard' : elapsed(look, heardAt);
}

/** The last line of each other node's log that calls the node dead. */
function logSays(look: Look, name: string): string[] {
  return deathLines(look, name).map(({ node, line }) => `${node}: ${line.raw}`);
}

function deathLines(look: Look, name: string): { node: string; line: NodeLogLine }[] {
  return look.cluster.nodes.filter((view) => view.name !== name).flatMap((view) => {
    const line = view.log.findLast(({ event }) =>
      event.kind === 'node-dead' && event.node !== null && look.resolve(event.node) === name);
    return line ? [{ node: view.name, line }] : [];
  });
}
