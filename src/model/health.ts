// Health: what all findings together mean for a verdict, and their order.
import { SEVERITIES } from './findings.ts';
import type { Finding, Health, Severity } from './findings.ts';

/** Critical outranks unknown outranks warning; info never changes health. */
export function health(findings: readonly Pick<Finding, 'severity'>[]): Health {
  const severities = new Set<Severity>(findings.map((finding) => finding.severity));
  if (severities.has('critical')) return 'critical';
  if (severities.has('unknown')) return 'unknown';
  return severities.has('warning') ? 'warning' : 'ok';
}

/**
 * The finding that row 2 shows; null when there is none but notes (info). Of equally bad ones a cause, even when what
 * follows from it was dated earlier.
 */
export function worst<F extends Finding>(findings: readonly F[]): F | null {
  const [first, ...others] = sortFindings(findings).filter((finding) => finding.severity !== 'info');
  if (!first || first.because === null) return first ?? null;
  return others.find((finding) => finding.severity === first.severity && finding.because === null) ?? first;
}

/** A sorted copy: severity, then age (oldest first, unknown age last), then code and subject. */
export function sortFindings<F extends Finding>(findings: readonly F[]): F[] {
  return [...findings].sort(bySeverityThenAge);
}

/** The order of `sortFindings`. A cause comes before what follows from it when both are equally bad and old. */
export function bySeverityThenAge(a: Finding, b: Finding): number {
  return SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity)
    || compare(a.since ?? Number.MAX_SAFE_INTEGER, b.since ?? Number.MAX_SAFE_INTEGER)
    || Number(a.because !== null) - Number(b.because !== null)
    || compare(a.code, b.code) || compare(a.subject, b.subject);
}

function compare(a: string | number, b: string | number): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
