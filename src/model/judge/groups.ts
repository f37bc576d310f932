// Findings about groups: failed, nowhere, away from home, owned twice.
import { keyOf } from '../findings.ts';
import type { Finding, FindingCode } from '../findings.ts';
import { memberWords } from '../groups.ts';
import { changedAt, lastWord, observed, sameSince, saysNow } from '../heard.ts';
import type { Group } from '../joined.ts';
import { list } from '../words.ts';
import { explained } from './fact-trouble.ts';
import { linkState, linkSubject } from './links.ts';
import { causeAmong, finding, forTime, nodeTrouble, verb, viewOf } from './look.ts';
import type { Look } from './look.ts';

/** A group that has been on its way for longer than this is stuck. */
const STUCK_MS = 300_000;

const GONE: readonly FindingCode[] = ['node.dead', 'node.stopped', 'node.silent', 'auth.stopped', 'hostkey.changed'];

/** group.failed, group.nowhere, group.misplaced. */
export function judgeGroups(look: Look): Finding[] {
  return look.groups.flatMap((group) => {
    if (group.owners.length > 1) return ownedTwice(look, group);
    switch (group.state) {
      case 'started':
        return misplaced(look, group);
      case 'failed':
      case 'blocked':
        return [failed(look, group)];
      case 'stopped':
        return nowhere(look, group);
      case 'starting':
      case 'stopping':
        return stuck(look, group);
      case 'unknown':
        return notKnown(look, group);
    }
  });
}

/** Two nodes are entitled to it. Their words are seconds apart: believed when both are older than two intervals. */
function ownedTwice(look: Look, group: Group): Finding[] {
  const since = latestChange(look, group.owners);
  if (!isSteady(look, group.owners)) return [];
  return [finding('group.failed', 'critical', group.name, {
    fact: `Group ${group.name} is owned by ${list(group.owners)}${forTime(look, since)}.`,
    consequence: 'Each runs of it what it can: two writers, and one address twice.',
    todo: 'Stop heartbeat on the side that no client reaches, then mend the links.',
    evidence: evidence(look, group),
    since,
    because: splitAmong(look, group) ?? cutBetween(look, group),
  })];
}

function misplaced(look: Look, group: Group): Finding[] {
  const { preferred: home, on } = group;
  if (home === null || on === null || on === home) return [];
  const trouble = nodeTrouble(look, home);
  const held = wordOf(look, home);
  const unaware = trouble === null && (held === 'local' || held === 'all');
  const since = latestChange(look, [on]);
  const why = trouble !== null ? `, because ${because(home, trouble)}`
    : unaware ? `, though heartbeat on ${home} holds it for its own` : `; its home is ${home}`;
  return [finding('group.misplaced', 'warning', group.name, {
    fact: `Group ${group.name} runs on ${on}${forTime(look, since)}${why}.`,
    consequence: unaware
      ? 'heartbeat does not know where it runs: a takeover may start it twice.' : wayHome(look, home, trouble !== null),
    todo: trouble === null ? 'Hand it back when its home is well.'
      : trouble === 'node.stopped' ? `Start heartbeat on ${home} when the service is done.` : `Bring ${home} back.`,
    evidence: evidence(look, group),
    since,
    because: causeAmong(look, [home], GONE),
  })];
}

function because(home: string, trouble: FindingCode): string {
  if (trouble === 'node.dead') return `${home} is dead`;
  return trouble === 'node.stopped' ? `heartbeat on ${home} is stopped` : `${home} does not answer`;
}

function wayHome(look: Look, home: string, away: boolean): string {
  const auto = failback(look);
  if (auto === false) return 'It stays there until it is handed back (auto_failback off).';
  return auto === true && away ? `It goes home by itself when ${home} returns (auto_failback on).` : '';
}

/** What the node last said of the resources it holds. */
function wordOf(look: Look, node: string): string | null {
  const view = viewOf(look, node);
  return view ? lastWord(view, 'cl-status')?.resources ?? null : null;
}

function failed(look: Look, group: Group): Finding {
  const view = group.on === null ? undefined : viewOf(look, group.on);
  const missing = view ? memberWords(group, view, look.replicas, look.now).filter((word) => word.runs === false) : [];
  const dark = group.domains.filter((name) => missing.some((word) => word.says.startsWith(`${name} `)));
  return finding('group.failed', 'critical', group.name, {
    fact: `Group ${group.name} has failed on ${group.on ?? 'every node'}: ${list(missing.map((word) => word.says))}.`,
    consequence: dark.length > 0 ? `heartbeat holds it for started, but ${list(dark)} ${verb(dark, 'does', 'do')} not run.`
      : 'heartbeat holds it for started.',
    todo: 'Look in ha-log which member did not start, and why.',
    evidence: evidence(look, group),
    because: replicaTrouble(look, group),
  });
}

function nowhere(look: Look, group: Group): Finding[] {
  const nodes = look.cluster.nodes.map((view) => view.name);
  if (!isSteady(look, nodes)) return [];
  const since = latestChange(look, nodes);
  return [finding('group.nowhere', 'critical', group.name, {
    fact: `Group ${group.name} runs nowhere${forTime(look, since)}.`,
    consequence: group.domains.length > 0
      ? `${list(group.domains)} ${verb(group.domains, 'is', 'are')} dark.` : 'What it serves is dark.',
    todo: 'Start heartbeat on the node that shall run it.',
    evidence: evidence(look, group),
    since,
    because: group.preferred === null ? null : causeAmong(look, [group.preferred], GONE),
  })];
}

/** A transition that does not end. Where only the log says that it moves, the group is judged when the log is silent. */
function stuck(look: Look, group: Group): Finding[] {
  const moving = look.cluster.nodes.filter((view) => saysNow(view, 'cl-status', look.now)?.resources === 'transition');
  const since = latest(moving.map((view) => sameSince(view, 'cl-status')));
  if (since === null || look.now - since < STUCK_MS) return [];
  return [finding('group.failed', 'critical', group.name, {
    fact: `Group ${group.name} is ${group.state}${forTime(look, since)}.`,
    consequence: 'heartbeat speaks of a transition that does not end.',
    todo: 'Look in ha-log which member it waits for.',
    evidence: evidence(look, group),
    since,
    because: replicaTrouble(look, group),
  })];
}

/** Where it runs is not known, and no node's trouble says why. */
function notKnown(look: Look, group: Group): Finding[] {
  if (explained(look, look.cluster.nodes.map((view) => view.name), 'cl-status')) return [];
  return [finding('group.nowhere', 'unknown', group.name, {
    fact: `Group ${group.name}: where it runs is not known.`,
    consequence: 'No node says that it holds it, and not all say that they do not.',
    todo: 'Look at the domains and mounts of both nodes.',
    evidence: evidence(look, group),
  })];
}

function evidence(look: Look, group: Group): string[] {
  return look.cluster.nodes.map((view) => {
    const status = lastWord(view, 'cl-status');
    const held = status?.running === false ? 'heartbeat stopped' : `rscstatus ${status?.resources ?? 'not known'}`;
    const members = memberWords(group, view, look.replicas, look.now).filter((word) => word.runs !== null);
    return `${view.name}: ${[held, ...members.map((word) => word.says)].join(', ')}`;
  });
}

/** True when nobody's words on resources changed for twice the interval at which they are asked. */
function isSteady(look: Look, nodes: readonly string[]): boolean {
  return look.cluster.nodes.filter((view) => nodes.includes(view.name)).every((view) => {
    const changed = changedAt(view, 'cl-status');
    return changed === null || look.now - changed > 2 * (observed(view, 'cl-status')?.everySeconds ?? 0) * 1000;
  });
}

function latestChange(look: Look, nodes: readonly string[]): number | null {
  return latest(look.cluster.nodes.filter((view) => nodes.includes(view.name)).map((view) => changedAt(view, 'cl-status')));
}

function latest(times: readonly (number | null)[]): number | null {
  const known = times.filter((time) => time !== null);
  return known.length > 0 ? Math.max(...known) : null;
}

/** auto_failback as the nodes' ha.cf say; null when not said, or not the same everywhere. */
function failback(look: Look): boolean | null {
  const confs = look.cluster.nodes.map((view) => lastWord(view, 'ha-cf')).filter((conf) => conf !== null);
  const words = new Set(confs.map((conf) => conf.autoFailback?.toLowerCase() ?? null));
  const [word] = words;
  if (words.size !== 1 || word === null || word === undefined) return null;
  if (['on', 'true', 'yes', 'y', '1'].includes(word)) return true;
  return ['off', 'false', 'no', 'n', '0'].includes(word) ? false : null;
}

function splitAmong(look: Look, group: Group): string | null {
  const split = look.replicas.find((replica) => replica.state === 'split-brain' && isOf(group, replica.name));
  return split ? keyOf({ code: 'replica.split-brain', subject: split.name }) : null;
}

/** The heartbeat link that is down between its owners, when none is left. */
function cutBetween(look: Look, group: Group): string | null {
  const between = look.links.filter((link) => link.ends.every((end) => group.owners.includes(end.node)));
  const [first] = between;
  return first && between.every((link) => linkState(link) === 'down')
    ? keyOf({ code: 'link.down', subject: linkSubject(look, first) }) : null;
}

function replicaTrouble(look: Look, group: Group): string | null {
  const bad = look.replicas.find((replica) => isOf(group, replica.name) && BAD[replica.state] !== undefined);
  const code = bad ? BAD[bad.state] : undefined;
  return bad && code ? keyOf({ code, subject: bad.name }) : null;
}

const BAD: Partial<Record<string, FindingCode>> = {
  'split-brain': 'replica.split-brain', inconsistent: 'replica.inconsistent', diskless: 'replica.diskless', down: 'replica.degraded',
};

function isOf(group: Group, replica: string): boolean {
  return group.replicas.some((resource) => replica === resource || replica.startsWith(`${resource}/`));
}
