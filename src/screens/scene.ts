// The scene: one snapshot with everything the screens draw from it, joined once.
import { domains } from '../model/domains.ts';
import { groups } from '../model/groups.ts';
import { health } from '../model/health.ts';
import { links } from '../model/links.ts';
import { nodeSummaries } from '../model/nodes.ts';
import { replicas } from '../model/replicas.ts';
import { timeline } from '../model/timeline.ts';
import type { TimelineEntry } from '../model/timeline.ts';
import type { ClusterLink } from '../model/links.ts';
import type { Cluster, NodeView } from '../model/cluster.ts';
import type { Health, TrackedFinding } from '../model/findings.ts';
import type { Domain, Group, NodeSummary, Replica } from '../model/joined.ts';
import type { About, CockpitSnapshot, Drill, Drills } from './props.ts';

/** A line of the timeline with an identity that survives new lines. */
export interface Entry extends TimelineEntry {
  id: string;
}

export interface Scene {
  cluster: Cluster;
  now: number;
  nodes: readonly NodeSummary[];
  replicas: readonly Replica[];
  domains: readonly Domain[];
  groups: readonly Group[];
  links: readonly ClusterLink[];
  /** As the tracker sorted them, with those that are gone at the end. */
  findings: readonly TrackedFinding[];
  /** Without those that are gone. */
  active: readonly TrackedFinding[];
  health: Health;
  /** Oldest first. */
  entries: readonly Entry[];
  notices: readonly string[];
  about: About;
  /** Keys of what changed less than two seconds ago: `role:RESOURCE/NODE`, `disk:...`, ids of domains and nodes. */
  changed: ReadonlySet<string>;
  /** The drills of the demo; null elsewhere. */
  drills: DrillsNow | null;
}

/** The drills there are and what is going on now. */
export interface DrillsNow {
  list: readonly Drill[];
  current: string | null;
}

/** Joins a snapshot for drawing. `now` is epoch ms on our clock. */
export function sceneOf(snapshot: CockpitSnapshot, now: number, about: About): Scene {
  const { cluster, findings } = snapshot;
  const active = findings.filter((finding) => finding.goneAt === null);
  return {
    cluster,
    now,
    nodes: nodeSummaries(cluster, now),
    replicas: replicas(cluster, now),
    domains: domains(cluster, now),
    groups: groups(cluster, now),
    links: links(cluster, now),
    findings,
    active,
    health: health(active),
    entries: entriesOf(cluster, now),
    notices: about.notices(),
    about,
    changed: NOTHING,
    drills: null,
  };
}

/** The drills as they stand now; null where none were handed in. */
export function drillsNow(drills: Drills | undefined): DrillsNow | null {
  return drills ? { list: drills.list, current: drills.current() } : null;
}

const NOTHING: ReadonlySet<string> = new Set();

/** The view of one node. */
export function viewOf(scene: Scene, node: string): NodeView | undefined {
  return scene.cluster.nodes.find((view) => view.name === node);
}

/** True when nothing was heard from any node and nothing was refused either: we are just asking. */
export function isAsking(scene: Scene): boolean {
  return scene.cluster.nodes.every((view) => view.heardAt === null && (view.link.state === 'connecting' || view.link.state === 'up'));
}

/** The worst finding about a thing, among codes that begin with `family.`. */
export function findingAbout(scene: Scene, family: string, subject: string): TrackedFinding | undefined {
  return scene.active.find((finding) => finding.subject === subject && finding.code.startsWith(`${family}.`));
}

interface Merged {
  nodes: readonly NodeView[];
  entries: Entry[];
}

/** The last merge: thousands of lines are put in order once per new line, not once per key or second. */
let merged: Merged | null = null;

function entriesOf(cluster: Cluster, now: number): Entry[] {
  if (merged && sameLogs(merged.nodes, cluster.nodes)) return merged.entries;
  const seen = new Map<string, number>();
  const entries = timeline(cluster, now).map((entry) => {
    const key = `${entry.node} ${entry.source} ${entry.at} ${entry.raw}`;
    const times = (seen.get(key) ?? 0) + 1;
    seen.set(key, times);
    return { ...entry, id: `${key} ${times}` };
  });
  merged = { nodes: cluster.nodes, entries };
  return entries;
}

/** Views are never changed in place: the same log is the same array. */
function sameLogs(before: readonly NodeView[], after: readonly NodeView[]): boolean {
  return before.length === after.length && before.every((view, at) => view.name === after[at]?.name && view.log === after[at].log
    && view.facts.vitals?.value?.nodeName === after[at].facts.vitals?.value?.nodeName);
}

/** Names of nodes and sources in the timeline, each once: they decide its columns. */
export function entryFields(scene: Scene): { nodes: string[]; sources: string[] } {
  const kept = fields.get(scene.entries);
  if (kept) return kept;
  const made = {
    nodes: [...new Set([...scene.nodes.map((node) => node.name), ...scene.entries.map((entry) => entry.node)])],
    sources: [...new Set(scene.entries.map((entry) => entry.source))],
  };
  fields.set(scene.entries, made);
  return made;
}

const fields = new WeakMap<readonly Entry[], { nodes: string[]; sources: string[] }>();
