// Findings about facts: no answer, old, not understood. One per node and kind, as they mostly have one cause.
import { ageSeconds } from '../cluster.ts';
import type { NodeView } from '../cluster.ts';
import type { FactName } from '../facts.ts';
import type { Finding } from '../findings.ts';
import { lastWord } from '../heard.ts';
import { FACT_NAMES, FACT_WORDS, factTrouble } from './fact-trouble.ts';
import type { FactTrouble } from './fact-trouble.ts';
import { age, count, list } from '../words.ts';
import { elapsed, ended, finding, forTime, verb } from './look.ts';
import type { Look } from './look.ts';

/** probe.unanswered, fact.stale, probe.unread. */
export function judgeProbes(look: Look): Finding[] {
  return look.cluster.nodes.flatMap((view) => {
    const having = (trouble: FactTrouble): FactName[] => FACT_NAMES.filter((fact) => factTrouble(look, view, fact) === trouble);
    const waiting = having('waiting');
    const failed = having('unanswered');
    return [
      ...(failed.length > 0 ? [unanswered(look, view, failed)] : waiting.length > 0 ? [notAskedYet(view, waiting)] : []),
      ...stale(look, view, having('stale')),
      ...unread(look, view, having('unread')),
    ];
  });
}

/** Until every essential fact was asked for once, nothing can be called well. */
function notAskedYet(view: NodeView, facts: readonly FactName[]): Finding {
  return finding('probe.unanswered', 'unknown', view.name, {
    fact: `${view.name} has not answered yet for ${words(facts)}.`,
    consequence: 'What they would tell is not known.',
    todo: 'Wait.',
    evidence: facts.map((fact) => `${view.name}: ${fact} asked${view.facts[fact]?.askedAt ? '' : ' not yet'}`),
  });
}

function unanswered(look: Look, view: NodeView, facts: readonly FactName[]): Finding {
  const failures = facts.map((fact) => ({ fact, failure: view.facts[fact]?.failure }));
  const since = oldest(failures.map(({ failure }) => failure?.since ?? null));
  const why = withoutName(ended(failures[0]?.failure?.why ?? 'not known'), words(facts));
  return finding('probe.unanswered', 'warning', view.name, {
    fact: `${view.name} gives no answer for ${words(facts)}${forTime(look, since)}: ${why}`,
    consequence: facts.some((fact) => lastWord(view, fact) !== null)
      ? 'What it said before is old and not judged.' : 'What it would tell is not known.',
    todo: 'Try the command on the node.',
    evidence: failures.map(({ fact, failure }) => `${view.name}: ${fact}: ${failure?.why ?? 'not known'}`),
    since,
  });
}

function stale(look: Look, view: NodeView, facts: readonly FactName[]): Finding[] {
  if (facts.length === 0) return [];
  const since = oldest(facts.map((fact) => view.facts[fact]?.heardAt ?? null));
  const rest = facts.length < FACT_NAMES.filter((fact) => view.facts[fact]).length ? '; the rest of it is fresh' : '';
  const old = since === null ? 'old' : `${elapsed(look, since)} old`;
  return [finding('fact.stale', 'warning', view.name, {
    fact: `${view.name}: ${words(facts)} ${verb(facts, 'is', 'are')} ${old}${rest}.`,
    consequence: 'What rests on it counts as unknown.',
    todo: 'Ask again; look whether the node is overloaded.',
    evidence: facts.map((fact) => `${view.name}: ${fact}: ${age(ageSeconds(view.facts[fact], look.now) ?? 0)} old`),
    since,
  })];
}

function unread(look: Look, view: NodeView, facts: readonly FactName[]): Finding[] {
  if (facts.length === 0) return [];
  const lines = facts.flatMap((fact) => (view.facts[fact]?.unread ?? []).map((line) => `${view.name}: ${fact}: ${line}`));
  const since = oldest(facts.map((fact) => view.facts[fact]?.unreadSince ?? null));
  return [finding('probe.unread', 'warning', view.name, {
    fact: `${view.name}: ${count(lines.length, 'line')} of ${words(facts)} ${verb(lines, 'was', 'were')} not understood${forTime(look, since)}.`,
    consequence: `What ${verb(lines, 'it says', 'they say')} is not judged.`,
    todo: 'Read them on the node; a newer crashcart may know them.',
    evidence: lines.slice(0, 20),
    since,
  })];
}

/** `xm list: Error ...` after `no answer for xm list` names it twice. */
function withoutName(why: string, name: string): string {
  return why.startsWith(`${name}: `) ? why.slice(name.length + 2) : why;
}

function words(facts: readonly FactName[]): string {
  return list(facts.map((fact) => FACT_WORDS[fact]));
}

function oldest(times: readonly (number | null)[]): number | null {
  const known = times.filter((time) => time !== null);
  return known.length > 0 ? Math.min(...known) : null;
}
