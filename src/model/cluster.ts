// Cluster: the views by node, never merged into one truth. Times are milliseconds of the epoch on the clock of
// the machine crashcart runs on, unless a name says otherwise.
import type { FactName, FactTypes, LogEvent } from './facts.ts';
import type { KernelEvent } from './kernel-facts.ts';

export type NodeName = string;

/** Why a probe has no answer. `absent`: the tool or file is not there, which may be quite right. */
export interface Failure {
  kind: 'no-answer' | 'absent' | 'forbidden' | 'down' | 'cut' | 'unreadable';
  /** One sentence for the operator. */
  why: string;
  /** When it began to fail without a good answer in between. */
  since: number;
}

/** The last words of one probe on one node, with their age. A silent node's values stay, with `heardAt`. */
export interface Observation<T> {
  /** How often this probe is asked. */
  everySeconds: number;
  /** When it was last asked; null: not yet. */
  askedAt: number | null;
  /** When the node last confirmed `value`; null: never answered. */
  heardAt: number | null;
  /** When `value` last changed, the first value being a change from none. */
  changedAt: number | null;
  /** When the first value was heard; that of `changedAt` too: the node may have said so long before we asked. */
  firstHeardAt?: number | null;
  value: T | null;
  /** The value before, and when it was last confirmed: what rates are made of. */
  previous: { value: T; heardAt: number } | null;
  /** The text of the last answer, cleaned, at most 1 MiB. */
  raw: string;
  /** Lines of the last answer that were not understood. */
  unread: readonly string[];
  /** When `unread` last became non-empty; null while everything is understood. */
  unreadSince: number | null;
  /** Set while the last asking failed; `value` is then of `heardAt`, not of now. */
  failure: Failure | null;
}

/** How the connection to a node stands. Only `up` is an answer; nothing here is ever proof that a node is off. */
export type Link =
  | { state: 'connecting'; since: number }
  | { state: 'up'; since: number }
  /** Connected or not, it has not answered since `since`; crashcart goes on trying. */
  | { state: 'silent'; since: number; says: string }
  /** These wait for the operator; nothing is tried again until he acts. */
  | { state: 'auth-stopped'; since: number; says: string }
  | { state: 'hostkey-unknown'; since: number; says: string; fingerprint: string | null }
  | { state: 'hostkey-changed'; since: number; says: string }
  | { state: 'shell-refused'; since: number; says: string }
  | { state: 'no-sudo'; since: number; says: string };

/** The node's clock against ours. */
export interface ClockOffset {
  /** Node minus here: positive when the node's clock is ahead. */
  offsetSeconds: number;
  /** Half the round trip, plus half a second where the node's date has whole seconds only. */
  errorSeconds: number;
  /** Zone of the node, minutes east of UTC; null when it did not say. */
  zoneMinutes: number | null;
  at: number;
}

/** A line of a node's log as the timeline wants it. */
export interface NodeLogLine {
  /** Grows by one per line heard from this node. */
  seq: number;
  file: string;
  heardAt: number;
  /** The node's own time in epoch ms, corrected to our clock; null when the line has no usable time. */
  at: number | null;
  event: LogEvent;
  /** What the kernel said by it; absent for lines of other programs. `event` then has its time and text, and kind `other`. */
  kernel?: KernelEvent;
  /** The line as printed, cleaned. */
  raw: string;
}

export type Facts = { readonly [P in FactName]?: Observation<FactTypes[P]> };

export interface NodeView {
  /** The inventory's name, which every screen uses. */
  name: NodeName;
  link: Link;
  /** When anything at all was last heard; null: never. */
  heardAt: number | null;
  facts: Facts;
  clock: ClockOffset | null;
  /** Bounded; oldest first. */
  log: readonly NodeLogLine[];
  /** Log files that could not be followed, with the reason. */
  logFailures: readonly { file: string; why: string; since: number }[];
  /** Transport and shell in use, for doctor and node detail: "ssh", "ssh2". */
  via: string | null;
}

/** What the operator wrote about the cluster (State of Record), as far as the model needs it. */
export interface ClusterConfig {
  name: string;
  manager: 'auto' | 'heartbeat' | 'pacemaker' | 'rgmanager' | 'ganeti' | 'none';
  hypervisor: 'auto' | 'xen' | 'vmware-server' | 'kvm' | 'none';
  readOnly: boolean;
}

export interface Cluster {
  config: ClusterConfig;
  /** In the order of the inventory. */
  nodes: readonly NodeView[];
}

/** A fact younger than this many of its intervals is fresh. */
export const FRESH_INTERVALS = 3;

/** Seconds since the node confirmed this fact; null when it never did. */
export function ageSeconds(observation: Observation<unknown> | undefined, now: number): number | null {
  if (!observation || observation.heardAt === null) return null;
  return Math.max(0, (now - observation.heardAt) / 1000);
}

/** True when the fact is there, its last asking did not fail, and it is at most three intervals old. */
export function isFresh(observation: Observation<unknown> | undefined, now: number): boolean {
  const age = ageSeconds(observation, now);
  return age !== null && observation?.failure === null && age <= FRESH_INTERVALS * observation.everySeconds;
}
