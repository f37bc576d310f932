// Folds what was heard of a node into its view: pure, (view, event) -> view.
import type { ClockOffset, Facts, Failure, Link, NodeName, NodeView, Observation } from '../model/cluster.ts';
import type { FactName } from '../model/facts.ts';
import type { Parsed } from '../probes/probe.ts';
import { appendLog, dateByBoot, redate } from './log-lines.ts';

/** Probes as the view needs them. */
export interface AskedProbe {
  name: FactName;
  everySeconds: number;
}

/** What can happen to a node's view. Times are epoch ms on our clock. */
export type NodeEvent =
  | { kind: 'link'; link: Link }
  /** The transport in use: "ssh", "ssh2". */
  | { kind: 'via'; via: string }
  /** The node said something, whatever it was. */
  | { kind: 'heard'; at: number }
  | { kind: 'asked'; probes: readonly AskedProbe[]; at: number }
  /** A probe's answer, read; `raw` is the text it was read from. */
  | { kind: 'answered'; probe: AskedProbe; parsed: Parsed<unknown>; raw: string; at: number }
  /** Looked again: nothing these probes read has changed. */
  | { kind: 'confirmed'; probes: readonly AskedProbe[]; at: number }
  /** The node did not answer this probe in time. */
  | { kind: 'unanswered'; probe: AskedProbe; why: string; at: number }
  | { kind: 'clock'; clock: ClockOffset }
  /** `isForKernel`: read for the kernel's lines alone, the others do not count. */
  | { kind: 'log'; file: string; lines: readonly string[]; at: number; isForKernel?: boolean }
  /** Whether a log can be followed: null when it is, else why not. */
  | { kind: 'log-file'; file: string; why: string | null; at: number };

/** At most this much of an answer is kept for the operator to read. */
const RAW_CHARS = 1024 * 1024;

/** A node of which nothing is known yet. */
export function newNodeView(name: NodeName, now: number): NodeView {
  return { name, link: { state: 'connecting', since: now }, heardAt: null, facts: {}, clock: null, log: [], logFailures: [], via: null };
}

/** The view after the event. */
export function reduce(view: NodeView, event: NodeEvent): NodeView {
  switch (event.kind) {
    case 'link':
      return { ...view, link: event.link };
    case 'via':
      return { ...view, via: event.via };
    case 'heard':
      return { ...view, heardAt: event.at };
    case 'asked':
      return { ...view, facts: eachFact(view.facts, event.probes, (before) => ({ ...before, askedAt: event.at })) };
    case 'answered': {
      const { parsed, raw, at } = event;
      const after = { ...view, facts: eachFact(view.facts, [event.probe], (before) => answered(before, parsed, raw, at)) };
      return event.probe.name === 'vitals' ? { ...after, log: dateByBoot(after.log, bootedAt(after)) } : after;
    }
    case 'confirmed':
      return { ...view, facts: eachFact(view.facts, event.probes, (before) => confirmed(before, event.at)) };
    case 'unanswered': {
      const { why, at } = event;
      return { ...view, facts: eachFact(view.facts, [event.probe], (before) => failed(before, 'no-answer', why, at)) };
    }
    case 'clock':
      return { ...view, clock: event.clock, log: redate(view.log, view.clock, event.clock) };
    case 'log':
      return { ...view, log: appendLog(view.log, event, view.clock, bootedAt(view)) };
    case 'log-file':
      return { ...view, logFailures: logFailures(view.logFailures, event) };
  }
}

function eachFact(facts: Facts, probes: readonly AskedProbe[], change: (before: Observation<unknown>) => Observation<unknown>): Facts {
  const changed: Partial<Record<FactName, Observation<unknown>>> = {};
  for (const { name, everySeconds } of probes) {
    changed[name] = change({ ...(facts[name] ?? newObservation()), everySeconds });
  }
  // A probe's name and the type of what it parses belong together by the type Probe; past that point the compiler cannot follow.
  return { ...facts, ...changed } as Facts;
}

function newObservation(): Observation<unknown> {
  return {
    everySeconds: 0, askedAt: null, heardAt: null, changedAt: null, value: null, previous: null,
    raw: '', unread: [], unreadSince: null, failure: null,
  };
}

/** An answer: good ones give the value, others keep the value of before and say why. */
function answered(before: Observation<unknown>, parsed: Parsed<unknown>, raw: string, at: number): Observation<unknown> {
  const text = raw.slice(0, RAW_CHARS);
  if (!parsed.answered) return { ...failed(before, parsed.kind, parsed.why, at), raw: text === '' ? parsed.raw.slice(0, RAW_CHARS) : text };
  const same = before.heardAt !== null && JSON.stringify(before.value) === JSON.stringify(parsed.facts);
  return {
    ...before,
    heardAt: at,
    changedAt: same ? before.changedAt : at,
    firstHeardAt: before.firstHeardAt ?? at,
    value: parsed.facts,
    previous: sampleBefore(before, at),
    raw: text,
    unread: parsed.unread,
    unreadSince: parsed.unread.length === 0 ? null : (before.unreadSince ?? at),
    failure: null,
  };
}

/** The same text again. Where the last answer was a failure, that is what is confirmed, not the value before it. */
function confirmed(before: Observation<unknown>, at: number): Observation<unknown> {
  if (before.failure !== null || before.heardAt === null) return before;
  return { ...before, heardAt: at, previous: sampleBefore(before, at) };
}

/** The sample that rates are made of: the one heard before this one, never one of the same moment. */
function sampleBefore(before: Observation<unknown>, at: number): Observation<unknown>['previous'] {
  if (before.heardAt === null || before.heardAt >= at) return before.previous;
  return { value: before.value, heardAt: before.heardAt };
}

/** The asking failed: `since` stays that of the first failure without a good answer in between. */
function failed(before: Observation<unknown>, kind: Failure['kind'], why: string, at: number): Observation<unknown> {
  return { ...before, failure: { kind, why, since: before.failure?.since ?? at } };
}

/** When the node was booted, on our clock; null while it has not told for how long it is up. */
function bootedAt(view: NodeView): number | null {
  const vitals = view.facts.vitals;
  const uptimeSeconds = vitals?.value?.uptimeSeconds ?? null;
  return uptimeSeconds === null || !vitals || vitals.heardAt === null ? null : vitals.heardAt - uptimeSeconds * 1000;
}

function logFailures(before: NodeView['logFailures'], event: { file: string; why: string | null; at: number }): NodeView['logFailures'] {
  const others = before.filter((failure) => failure.file !== event.file);
  if (event.why === null) return others;
  const since = before.find((failure) => failure.file === event.file)?.since ?? event.at;
  return [...others, { file: event.file, why: event.why, since }];
}
