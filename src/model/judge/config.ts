// Findings about configuration: files that must be the same on all nodes, and fencing that is not there.
import type { NodeView } from '../cluster.ts';
import type { FactName } from '../facts.ts';
import type { Finding } from '../findings.ts';
import { answers, byName, changedAt, isAbsent, lastWord } from '../heard.ts';
import { count, list } from '../words.ts';
import { finding, forTime, hasNoFencing, verb } from './look.ts';
import type { Look } from './look.ts';

const FILES: readonly { fact: FactName; name: string }[] = [
  { fact: 'ha-cf', name: 'ha.cf' },
  { fact: 'haresources', name: 'haresources' },
  { fact: 'drbd-conf', name: 'drbd.conf' },
];

/** config.differs, fencing.none. */
export function judgeConfig(look: Look): Finding[] {
  return [...FILES.flatMap(({ fact, name }) => differs(look, fact, name)), ...noFencing(look)];
}

function differs(look: Look, fact: FactName, name: string): Finding[] {
  // With three nodes or more each pair has its own resources, and no need to know the others'.
  if (fact === 'drbd-conf' && look.cluster.nodes.length > 2) return [];
  const views = byName(look.cluster)
    .filter((view) => answers(view) && view.facts[fact]?.failure === null && lastWord(view, fact) !== null);
  const [first, ...others] = views;
  const without = byName(look.cluster).filter((view) => fact !== 'drbd-conf' && isAbsent(view, fact) && runsHeartbeat(view));
  if (!first) return [];
  if (without.length > 0) return [missing(name, without, views)];
  const other = others.find((view) => linesApart(first, view, fact) > 0);
  if (!other) return [];
  const since = latest([changedAt(first, fact), changedAt(other, fact)]);
  const lines = linesApart(first, other, fact);
  return [finding('config.differs', 'warning', name, {
    fact: `${name} differs between ${list([first.name, other.name])}${forTime(look, since)} (${count(lines, 'line')}).`,
    consequence: fact === 'drbd-conf' ? 'The next start of DRBD may not find its peer.' : 'The next takeover may start the wrong things.',
    todo: 'Compare the files and copy the right one.',
    evidence: [...only(first, other, fact), ...only(other, first, fact)].slice(0, 20),
    since,
  })];
}

function missing(name: string, without: readonly NodeView[], views: readonly NodeView[]): Finding {
  return finding('config.differs', 'warning', name, {
    fact: `${name} is missing on ${names(without)}; ${names(views)} ${verb(views, 'has', 'have')} it.`,
    consequence: 'The next takeover may start nothing.',
    todo: 'Copy the file.',
    evidence: without.map((view) => `${view.name}: ${name}: no such file`),
  });
}

function names(views: readonly NodeView[]): string {
  return list(views.map((view) => view.name));
}

function runsHeartbeat(view: NodeView): boolean {
  return lastWord(view, 'cl-status') !== null;
}

/** How many lines are on one node only: the larger of both counts, as a changed line is on each side once. */
function linesApart(a: NodeView, b: NodeView, fact: FactName): number {
  const apart = Math.max(only(a, b, fact).length, only(b, a, fact).length);
  if (apart > 0 || lines(a, fact).join('\n') === lines(b, fact).join('\n')) return apart;
  return 1; // The same lines in another order: haresources and ha.cf are read from top to bottom.
}

function only(a: NodeView, b: NodeView, fact: FactName): string[] {
  const there = new Set(lines(b, fact));
  return lines(a, fact).filter((line) => !there.has(line)).map((line) => `${a.name}: ${line}`);
}

/**
 * What counts of a file: no comments, no blank lines, single blanks. `ucast` lines of ha.cf name the peer's address
 * and rightly differ.
 */
function lines(view: NodeView, fact: FactName): string[] {
  return (view.facts[fact]?.raw ?? '').split('\n')
    .map((line) => line.replace(/#.*/, '').replace(/\s+/g, ' ').trim())
    .filter((line) => line !== '' && !(fact === 'ha-cf' && line.startsWith('ucast ')));
}

function noFencing(look: Look): Finding[] {
  if (!hasNoFencing(look)) return [];
  const { name } = look.cluster.config;
  return [finding('fencing.none', 'info', name, {
    fact: `${name} has no STONITH device.`,
    consequence: 'After a crash nobody proves that the other node is off: you must.',
    todo: '',
    evidence: look.cluster.nodes.flatMap((view) => (lastWord(view, 'ha-cf') ? [`${view.name}: ha.cf has no stonith line`] : [])),
  })];
}

function latest(times: readonly (number | null)[]): number | null {
  const known = times.filter((time) => time !== null);
  return known.length > 0 ? Math.max(...known) : null;
}
