// Findings about clocks: nodes apart from each other, and all of them from ours.
import type { ClockOffset, NodeView } from '../cluster.ts';
import type { Finding } from '../findings.ts';
import { answers } from '../heard.ts';
import { duration, list } from '../words.ts';
import { finding } from './look.ts';
import type { Look } from './look.ts';

/** Clocks closer than this are good enough to read logs side by side. */
const LIMIT_SECONDS = 2;

interface Clock {
  view: NodeView;
  clock: ClockOffset;
}

/**
 * clock.skew. Between nodes a warning, about each node that is off against the one nearest to our clock; against the
 * machine crashcart runs on a note, about the cluster. Only what is more than both measuring errors counts.
 */
export function judgeClocks(look: Look): Finding[] {
  const clocks = look.cluster.nodes.flatMap((view): Clock[] => (answers(view) && view.clock ? [{ view, clock: view.clock }] : []))
    .sort(nearestFirst);
  const [nearest, ...others] = clocks;
  if (!nearest) return [];
  const apart = others.filter((other) => isOver(other.clock.offsetSeconds - nearest.clock.offsetSeconds, other.clock, nearest.clock));
  const fromHere = clocks.filter((one) => !apart.includes(one) && isOver(one.clock.offsetSeconds, one.clock));
  return [...apart.map((one) => betweenNodes(one, nearest)), ...againstHere(look, fromHere)];
}

function nearestFirst(a: Clock, b: Clock): number {
  return Math.abs(a.clock.offsetSeconds) - Math.abs(b.clock.offsetSeconds) || (a.view.name < b.view.name ? -1 : 1);
}

function isOver(seconds: number, ...measured: readonly ClockOffset[]): boolean {
  return Math.abs(seconds) - measured.reduce((sum, clock) => sum + clock.errorSeconds, 0) > LIMIT_SECONDS;
}

function betweenNodes(off: Clock, nearest: Clock): Finding {
  const by = off.clock.offsetSeconds - nearest.clock.offsetSeconds;
  return finding('clock.skew', 'warning', off.view.name, {
    fact: `${off.view.name}'s clock is ${far(by)} ${nearest.view.name}'s.`,
    consequence: 'Times here are corrected; logs on the node are not.',
    todo: 'Check its ntpd.',
    evidence: [off, nearest].map(measuredText),
  });
}

function againstHere(look: Look, clocks: readonly Clock[]): Finding[] {
  const [first] = clocks;
  if (!first) return [];
  const names = clocks.map((one) => one.view.name).sort();
  return [finding('clock.skew', 'info', look.cluster.config.name, {
    fact: `${list(names)}: clock ${far(first.clock.offsetSeconds)} that of this machine.`,
    consequence: 'Times here are corrected.',
    todo: '',
    evidence: clocks.map(measuredText),
  })];
}

function far(seconds: number): string {
  const size = Math.abs(seconds);
  const text = size < 60 ? `${size.toFixed(1)} s` : duration(size);
  return `${text} ${seconds < 0 ? 'behind' : 'ahead of'}`;
}

function measuredText({ view, clock }: Clock): string {
  const by = clock.offsetSeconds;
  return `${view.name}: ${Math.abs(by) < 60 ? `${by.toFixed(2)} s` : `${by < 0 ? '-' : '+'}${duration(Math.abs(by))}`} against here, error ${clock.errorSeconds.toFixed(2)} s`;
}
