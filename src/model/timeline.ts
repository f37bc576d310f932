// The timeline: the logs of all nodes and our own events on one clock, ours.
import type { Cluster, NodeLogLine, NodeName, NodeView } from './cluster.ts';
import { withResourceName } from './kernel-resource.ts';
import { severityOfKernel, severityOfLog } from './log-weight.ts';
import type { LogWeight } from './log-weight.ts';
import { resolver } from './names.ts';
import type { Resolve } from './names.ts';

/** One line of the timeline. */
export interface TimelineEntry {
  /** Epoch ms on our clock. */
  at: number;
  /** True when the line itself has no usable time: `at` is then its neighbour's, or when it was heard. */
  approximate: boolean;
  /** A node, or `here`. */
  node: string;
  /** Name of the log file without its directory, `kernel` wherever its lines were read, or `crashcart`. */
  source: string;
  weight: LogWeight;
  text: string;
  /** The line as printed. */
  raw: string;
  /** The time as the node printed it. */
  stamp: string;
}

/** Something that crashcart did or saw itself. */
export interface OwnEvent {
  at: number;
  text: string;
  weight: LogWeight;
}

export interface TimelineOptions {
  faultsOnly?: boolean;
  /** Matched against "node source text". */
  match?: RegExp;
  own?: readonly OwnEvent[];
}

/** A time further ahead of us than this is a broken clock, not an event to come. */
const AHEAD_MS = 60_000;
/** A node called dead this soon after it announced its end was not lost. */
const ANNOUNCED_MS = 600_000;

/** All lines, oldest first. The order of a file is kept, also where times in it run backwards by a second. */
export function timeline(cluster: Cluster, now: number, options: TimelineOptions = {}): TimelineEntry[] {
  const resolve = resolver(cluster);
  const placed = [
    ...cluster.nodes.flatMap((node) => nodeEntries(node, resolve, now)),
    ...(options.own ?? []).map(ownEntry),
  ];
  const match = options.match && new RegExp(options.match.source, options.match.flags.replace(/[gy]/g, ''));
  return placed
    .filter(({ entry }) => !options.faultsOnly || entry.weight === 'fault')
    .filter(({ entry }) => !match || match.test(`${entry.node} ${entry.source} ${entry.text}`))
    .sort((a, b) => a.key - b.key)
    .map(({ entry }) => entry);
}

/** An entry with its place: within a file the place never goes back. */
interface Placed {
  entry: TimelineEntry;
  key: number;
}

function nodeEntries(node: NodeView, resolve: Resolve, now: number): Placed[] {
  const announced = announcedEnds(node, resolve);
  return [...byFile(node.log).values()].flatMap((lines) => {
    const times = timesOf(lines, now);
    let key = Number.NEGATIVE_INFINITY;
    return lines.map((line, i): Placed => {
      const at = times[i] ?? line.heardAt;
      key = Math.max(key, at);
      return { key, entry: logEntry(node, line, at, usableTime(line, now) === null, announced.has(line)) };
    });
  });
}

function logEntry(node: NodeView, line: NodeLogLine, at: number, approximate: boolean, announced: boolean): TimelineEntry {
  if (line.kernel) {
    const { stamp } = line.kernel;
    return { at, approximate, node: node.name, source: 'kernel', weight: severityOfKernel(line.kernel), text: withResourceName(node, line.kernel), raw: line.raw, stamp };
  }
  const text = line.event.text === '' ? line.raw : line.event.text;
  const told = announced && line.event.kind === 'node-dead';
  return {
    at, approximate, node: node.name,
    source: line.file.slice(line.file.lastIndexOf('/') + 1),
    weight: announced ? 'change' : severityOfLog(line.event),
    text: told ? `${text} (announced: shutdown notice)` : text,
    raw: line.raw, stamp: line.event.stamp,
  };
}

function ownEntry(event: OwnEvent): Placed {
  return {
    key: event.at,
    entry: { ...event, approximate: false, node: 'here', source: 'crashcart', raw: event.text, stamp: '' },
  };
}

function byFile(log: readonly NodeLogLine[]): Map<string, NodeLogLine[]> {
  const files = new Map<string, NodeLogLine[]>();
  for (const line of log) {
    const lines = files.get(line.file);
    if (lines) lines.push(line);
    else files.set(line.file, [line]);
  }
  for (const lines of files.values()) lines.sort((a, b) => a.seq - b.seq);
  return files;
}

function usableTime(line: NodeLogLine, now: number): number | null {
  return line.at !== null && Number.isFinite(line.at) && line.at <= now + AHEAD_MS ? line.at : null;
}

/** Each line's own time, else of the line above, else of the first below that has one, else when it was heard. */
function timesOf(lines: readonly NodeLogLine[], now: number): number[] {
  const own = lines.map((line) => usableTime(line, now));
  let last = own.find((at) => at !== null) ?? null;
  return lines.map((line, i) => {
    last = own[i] ?? last;
    return last ?? line.heardAt;
  });
}

/** Lines that call a node or its links dead after that node said that it is shutting down. */
function announcedEnds(node: NodeView, resolve: Resolve): Set<NodeLogLine> {
  const notices = new Map<NodeName, number>();
  const announced = new Set<NodeLogLine>();
  for (const line of node.log) {
    const { kind } = line.event;
    const about = line.event.node === null ? null : resolve(line.event.node) ?? line.event.node;
    if (about === null) continue;
    const at = line.at ?? line.heardAt;
    if (kind === 'shutdown-notice') notices.set(about, at);
    if (kind === 'node-up' || kind === 'returning-after-partition') notices.delete(about);
    const notice = notices.get(about);
    const ends = kind === 'node-dead' || kind === 'link-dead';
    if (ends && notice !== undefined && Math.abs(at - notice) <= ANNOUNCED_MS) announced.add(line);
  }
  return announced;
}
