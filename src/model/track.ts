// The life of findings: each look's findings folded into those known before.
import { keyOf, SEVERITIES } from './findings.ts';
import type { Finding, FindingCode, TrackedFinding } from './findings.ts';

/** How long a finding that is over stays in the list, so that an operator sees it go. */
export const GONE_KEPT_MS = 10_000;

/**
 * The tracked findings after one more look at `now` (epoch ms): known ones keep `openedAt`, those no longer
 * seen get `goneAt` and leave ten seconds later. Sorted: severity, then age (oldest first); gone ones last.
 */
export function track(before: readonly TrackedFinding[], seen: readonly Finding[], now: number): TrackedFinding[] {
  const known = new Map(before.filter((finding) => finding.goneAt === null).map((finding) => [keyOf(finding), finding]));
  const current = new Map<string, TrackedFinding>();
  for (const finding of seen) {
    const key = keyOf(finding);
    // The first of two with one key wins: a list on the screen needs each key once.
    if (!current.has(key)) current.set(key, tracked(finding, known, now));
  }
  const gone = before
    .filter((finding) => !current.has(keyOf(finding)))
    .map((finding) => (finding.goneAt === null ? { ...finding, goneAt: now } : finding))
    .filter((finding) => now - (finding.goneAt ?? now) < GONE_KEPT_MS);
  return [...current.values(), ...gone].sort(worstFirst);
}

/** A finding seen now. One without a `since` of its own counts from when it was first seen. */
function tracked(finding: Finding, known: ReadonlyMap<string, TrackedFinding>, now: number): TrackedFinding {
  const before = known.get(keyOf(finding));
  const wasInfo = before?.severity === 'info' && finding.severity !== 'info';
  const openedAt = before && !wasInfo ? before.openedAt : now;
  const since = Math.min(finding.since ?? openedAt, aloneSince(finding, known) ?? Infinity);
  return { ...finding, openedAt, since, goneAt: null };
}

/** States with one good copy: going from one to the other does not shorten how long that is so. */
const ALONE: readonly FindingCode[] = ['replica.degraded', 'replica.diskless', 'replica.syncing', 'replica.stalled'];

function aloneSince(finding: Finding, known: ReadonlyMap<string, TrackedFinding>): number | null {
  if (!ALONE.includes(finding.code) || finding.severity === 'info') return null;
  const times = ALONE.map((code) => known.get(keyOf({ code, subject: finding.subject })))
    .filter((before) => before !== undefined && before.severity !== 'info').map((before) => before?.since ?? Infinity);
  return times.length === 0 ? null : Math.min(...times);
}

function worstFirst(a: TrackedFinding, b: TrackedFinding): number {
  return (
    Number(a.goneAt !== null) - Number(b.goneAt !== null) ||
    SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity) ||
    a.since - b.since ||
    (keyOf(a) < keyOf(b) ? -1 : 1)
  );
}
