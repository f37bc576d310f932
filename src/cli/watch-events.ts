// What changed between two snapshots, as the events of `watch --json`. Pure.
import { domains } from '../model/domains.ts';
import { keyOf, sentence } from '../model/findings.ts';
import type { Severity, TrackedFinding } from '../model/findings.ts';
import { groups } from '../model/groups.ts';
import { nodeSummaries } from '../model/nodes.ts';
import { replicas } from '../model/replicas.ts';
import type { Snapshot } from '../monitor/store.ts';
import { isoTime } from './iso-time.ts';

export interface WatchEvent {
  schema: 'crashcart/event/1';
  at: string | null;
  cluster: string;
  kind: 'finding-opened' | 'finding-closed' | 'transition' | 'log';
  /** The node, replica, domain or group it is about. */
  subject: string;
  /** States before and after; null where the event is no transition. */
  from: string | null;
  to: string | null;
  says: string;
  severity: Severity | null;
  node: string | null;
}

/** Events from `before` to `after`, in order. Without `before`: the findings that are open, nothing else is news. */
export function eventsBetween(before: Snapshot | null, after: Snapshot): WatchEvent[] {
  const cluster = after.cluster.config.name;
  const events: WatchEvent[] = [...findingEvents(before, after)];
  if (before) events.push(...transitions(before, after), ...logEvents(before, after));
  return events.map((event) => ({ ...event, cluster }));
}

function findingEvents(before: Snapshot | null, after: Snapshot): WatchEvent[] {
  const open = (snapshot: Snapshot | null): Map<string, TrackedFinding> =>
    new Map((snapshot?.findings ?? []).filter((finding) => finding.goneAt === null).map((finding) => [keyOf(finding), finding]));
  const was = open(before);
  const is = open(after);
  const event = (kind: WatchEvent['kind'], finding: TrackedFinding, at: number): WatchEvent => ({
    ...blank(at), kind, subject: finding.subject, says: sentence(finding), severity: finding.severity,
    node: after.cluster.nodes.some((node) => node.name === finding.subject) ? finding.subject : null,
  });
  const gone = new Map(after.findings.filter((finding) => finding.goneAt !== null).map((finding) => [keyOf(finding), finding.goneAt]));
  return [
    ...[...is].filter(([key]) => !was.has(key)).map(([, finding]) => event('finding-opened', finding, finding.openedAt)),
    ...[...was].filter(([key]) => !is.has(key)).map(([key, finding]) => event('finding-closed', finding, gone.get(key) ?? after.at)),
  ];
}

/** What has one state: nodes, replicas, domains (with their place) and groups (with theirs). */
function states(snapshot: Snapshot): Map<string, { kind: string; subject: string; state: string; node: string | null }> {
  const { cluster, at } = snapshot;
  const found = new Map<string, { kind: string; subject: string; state: string; node: string | null }>();
  const add = (kind: string, subject: string, state: string, node: string | null): void => void found.set(`${kind} ${subject}`, { kind, subject, state, node });
  for (const node of nodeSummaries(cluster, at)) add('node', node.name, node.state, node.name);
  for (const replica of replicas(cluster, at)) add('replica', replica.name, replica.state, null);
  for (const [name, places] of Map.groupBy(domains(cluster, at), (domain) => domain.name)) {
    add('domain', name, places.map((place) => `${place.state} on ${place.node}`).sort().join(', '), places.length === 1 ? (places[0]?.node ?? null) : null);
  }
  for (const group of groups(cluster, at)) add('group', group.name, group.owners.length > 0 ? `${group.state} on ${group.owners.join(', ')}` : group.state, group.on);
  return found;
}

function transitions(before: Snapshot, after: Snapshot): WatchEvent[] {
  const was = states(before);
  const is = states(after);
  const events: WatchEvent[] = [];
  for (const [key, now] of is) {
    const from = was.get(key)?.state ?? null;
    if (from !== now.state) events.push(transition(after.at, now, from, now.state));
  }
  for (const [key, then] of was) if (!is.has(key)) events.push(transition(after.at, then, then.state, null));
  return events;
}

function transition(at: number, thing: { kind: string; subject: string; node: string | null }, from: string | null, to: string | null): WatchEvent {
  return { ...blank(at), kind: 'transition', subject: thing.subject, from, to, node: thing.node, says: `${thing.kind} ${thing.subject}: ${from ?? 'not there'} → ${to ?? 'not there'}` };
}

function logEvents(before: Snapshot, after: Snapshot): WatchEvent[] {
  const heard = new Map(before.cluster.nodes.map((node) => [node.name, node.log.at(-1)?.seq ?? -1]));
  return after.cluster.nodes.flatMap((node) =>
    node.log.filter((line) => line.seq > (heard.get(node.name) ?? -1)).map((line): WatchEvent => ({
      ...blank(line.at ?? line.heardAt), kind: 'log', subject: line.event.resource ?? line.event.node ?? node.name, says: line.raw, node: node.name,
    })),
  );
}

function blank(at: number): WatchEvent {
  return { schema: 'crashcart/event/1', at: isoTime(at), cluster: '', kind: 'log', subject: '', from: null, to: null, says: '', severity: null, node: null };
}
