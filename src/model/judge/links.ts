// Findings about heartbeat links: one down, the last one left.
import type { Finding } from '../findings.ts';
import { changedAt } from '../heard.ts';
import { linkName } from '../links.ts';
import type { ClusterLink, LinkEnd } from '../links.ts';
import { list } from '../words.ts';
import { causeAmong, finding, forTime, UNHEARD, viewOf } from './look.ts';
import type { Look } from './look.ts';

/** link.down, link.last. */
export function judgeLinks(look: Look): Finding[] {
  const pairs = Map.groupBy(look.links, (link) => pairOf(link));
  return [...pairs.values()].flatMap((links) => judgePair(look, links));
}

/** What a finding about a link is about: its name, with the pair where there are several. */
export function linkSubject(look: Look, link: ClusterLink): string {
  return look.cluster.nodes.length === 2 ? link.name : `${link.name} ${pairOf(link)}`;
}

/** A link as its fresh ends see it: up when one says up, down when all that say something say dead. */
export function linkState(link: ClusterLink): 'up' | 'down' | 'unknown' {
  const words = link.ends.filter((end) => !end.stale && end.up !== null);
  if (words.some((end) => end.up)) return 'up';
  return words.length > 0 ? 'down' : 'unknown';
}

function judgePair(look: Look, links: readonly ClusterLink[]): Finding[] {
  const up = links.filter((link) => linkState(link) === 'up');
  const lost = links.filter((link) => linkState(link) === 'down');
  const findings = lost.map((link) => down(look, link, up));
  const [last] = up;
  const explained = lost.every((link) => causeAmong(look, link.ends.map((end) => end.node), CAUSES) !== null);
  if (last && up.length === 1 && lost.length > 0 && !explained) findings.push(lastOne(look, last, lost));
  return findings;
}

const CAUSES = [...UNHEARD, 'node.stopped'] as const;

function down(look: Look, link: ClusterLink, up: readonly ClusterLink[]): Finding {
  const nodes = link.ends.map((end) => end.node);
  const because = causeAmong(look, nodes, CAUSES);
  const since = lostAt(look, link);
  const others = up.map((other) => other.name);
  const carry = others.length > 0 ? `; ${list(others)} ${others.length === 1 ? 'carries' : 'carry'} heartbeats` : '';
  const parted = others.length === 0 && because === null;
  return finding('link.down', 'warning', linkSubject(look, link), {
    fact: `${link.name} between ${list(nodes)} is down${forTime(look, since)}${carry}.`,
    consequence: parted ? 'No link carries heartbeats: each side takes everything over.' : others.length > 0 ? 'One path less.' : '',
    todo: because === null ? 'Check its cables.' : '',
    evidence: link.ends.map(endSays),
    since,
    because,
  });
}

function lastOne(look: Look, last: ClusterLink, lost: readonly ClusterLink[]): Finding {
  const since = latest(lost.map((link) => lostAt(look, link)));
  const nodes = list(last.ends.map((end) => end.node));
  return finding('link.last', 'warning', linkSubject(look, last), {
    fact: `${last.name} is the last heartbeat link between ${nodes}${since === null ? '' : `,${forTime(look, since)}`}.`,
    consequence: 'If it goes, both take over everything.',
    todo: `Repair ${lost.map((link) => link.name).join(' or ')} first.`,
    evidence: [last, ...lost].flatMap((link) => link.ends.map((end) => `${link.name}, ${endSays(end)}`)),
    since,
  });
}

/** When a log told that the link died, else since when the nodes' words are what they are. */
function lostAt(look: Look, link: ClusterLink): number | null {
  const ends = link.ends.filter((end) => !end.stale && end.up === false);
  const told = ends.map((end) => diedInLog(look, link, end));
  return latest(told) ?? latest(ends.map((end) => wordSince(look, end)));
}

function diedInLog(look: Look, link: ClusterLink, end: LinkEnd): number | null {
  const peer = link.ends.find((other) => other !== end)?.node;
  const line = viewOf(look, end.node)?.log.findLast(({ event }) =>
    (event.kind === 'link-dead' || event.kind === 'link-up') && event.resource !== null && linkName(event.resource) === link.name
    && event.node !== null && look.resolve(event.node) === peer);
  return line?.event.kind === 'link-dead' ? line.at : null;
}

function wordSince(look: Look, end: LinkEnd): number | null {
  const view = viewOf(look, end.node);
  return view ? changedAt(view, 'cl-status') : null;
}

function endSays(end: LinkEnd): string {
  const word = end.up === null ? 'not said' : end.up ? 'up' : 'dead';
  return `${end.node}: ${word}${end.stale ? ' (old)' : ''}`;
}

function pairOf(link: ClusterLink): string {
  return link.ends.map((end) => end.node).sort().join(' ');
}

function latest(times: readonly (number | null)[]): number | null {
  const known = times.filter((time) => time !== null);
  return known.length > 0 ? Math.max(...known) : null;
}
