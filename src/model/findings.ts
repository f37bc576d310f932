// What crashcart believes: findings, each with fact, evidence, consequence.

export type Severity = 'critical' | 'unknown' | 'warning' | 'info';

/** Worst first: critical outranks unknown outranks warning; info never changes health. */
export const SEVERITIES: readonly Severity[] = ['critical', 'unknown', 'warning', 'info'];

export type Health = 'ok' | 'warning' | 'critical' | 'unknown';

export type FindingCode =
  | 'node.dead' | 'node.unclean' | 'node.silent' | 'node.stopped' | 'auth.stopped' | 'hostkey.changed'
  | 'replica.split-brain' | 'replica.inconsistent' | 'replica.dual-primary' | 'replica.syncing'
  | 'replica.degraded' | 'replica.diskless' | 'replica.stalled' | 'replica.out-of-sync' | 'replica.never-verified'
  | 'domain.twice' | 'domain.without-primary' | 'domain.crashed' | 'domain.stuck' | 'domain.unmanaged'
  | 'group.failed' | 'group.nowhere' | 'group.misplaced' | 'quorum.lost' | 'fs.full'
  | 'link.down' | 'link.last' | 'bond.degraded' | 'array.degraded' | 'multipath.degraded'
  | 'views.disagree' | 'fact.stale' | 'clock.skew' | 'config.differs' | 'config.advice' | 'ban.leftover'
  | 'maintenance.on' | 'probe.unanswered' | 'probe.unread' | 'fencing.none';

export interface Finding {
  code: FindingCode;
  severity: Severity;
  /** The node, replica, domain, group or cluster it is about. */
  subject: string;
  /** Fact with its age and figures, present tense, subject first, no advice: what row 2 shows. */
  fact: string;
  /** What follows from it if nothing is done. */
  consequence: string;
  /** What to do, one sentence. */
  todo: string;
  /** Who said what, one line each, as printed. */
  evidence: string[];
  /** Epoch ms on our clock: since when, as far as known; null: first seen now (the tracker fills it in). */
  since: number | null;
  /** Key (see `keyOf`) of the finding this one follows from; null: a cause of its own. */
  because: string | null;
}

/** A finding with its life: opened by the first look that saw it, gone when a look no longer does. */
export interface TrackedFinding extends Finding {
  /** Never null here: the finding's own `since`, else when it was first seen. */
  since: number;
  /** When it was first seen by this crashcart. */
  openedAt: number;
  /** Set when it is over; kept for ten seconds. */
  goneAt: number | null;
}

/** What makes two findings the same one over time. */
export function keyOf(finding: Pick<Finding, 'code' | 'subject'>): string {
  return `${finding.code} ${finding.subject}`;
}

/** The contract's `says`: fact, consequence, advice in at most two or three sentences. */
export function sentence(finding: Finding): string {
  return [finding.fact, finding.consequence, finding.todo].filter((part) => part !== '').join(' ');
}
