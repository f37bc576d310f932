// The life of findings: each look's findings folded into those known before.
import { keyOf, SEVERITIES } from './findings.ts';
import type { Finding, TrackedFinding } from './findings.ts';

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
    if (!current.has(key)) current.set(key, tracked(finding, known.get(key), now));
  }
  const gone = before
    .filter((finding) => !current.has(keyOf(finding)))
    .map((finding) => (finding.goneAt === null ? { ...finding, goneAt: now } : finding))
    .filter((finding) => now - (finding.goneAt ?? now) < GONE_KEPT_MS);
  return [...current.values(), ...gone].sort(worstFirst);
}

/** A finding seen now. One without a `since` of its own counts from when it was first seen. */
function tracked(finding: Finding, known: TrackedFinding | undefined, now: number): TrackedFinding {
  const openedAt = known?.openedAt ?? now;
  return { ...finding, openedAt, since: finding.since ?? openedAt, goneAt: null };
}

function worstFirst(a: TrackedFinding, b: TrackedFinding): number {
  return (
    Number(a.goneAt !== null) - Number(b.goneAt !== null) ||
    SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity) ||
    a.since - b.since ||
    (keyOf(a) < keyOf(b) ? -1 : 1)
  );
}
