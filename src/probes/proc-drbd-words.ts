// The words that /proc/drbd of 0.7 to 9 is known to print, and the text cleaning its lines need.

/** `cs:` of 0.7, 8.x and the 8.4 form of 9 (drbd_strings.c, drbd_proc.c). */
export const CONNECTIONS: ReadonlySet<string> = new Set([
  'Unconfigured', 'StandAlone', 'Disconnecting', 'Unconnected', 'Timeout', 'BrokenPipe', 'NetworkFailure',
  'ProtocolError', 'TearDown', 'WFConnection', 'WFReportParams', 'Connected', 'SkippedSyncS', 'SkippedSyncT',
  'StartingSyncS', 'StartingSyncT', 'WFBitMapS', 'WFBitMapT', 'WFSyncUUID', 'SyncSource', 'SyncTarget',
  'PausedSyncS', 'PausedSyncT', 'VerifyS', 'VerifyT', 'Ahead', 'Behind', 'DiskLessClient', 'ServerForDLess',
]);

/** Connection words during which the kernel prints a progress line. */
export const WITH_PROGRESS: ReadonlySet<string> = new Set(['SyncSource', 'SyncTarget', 'VerifyS', 'VerifyT']);

/** `st:` and `ro:`. */
export const ROLES: ReadonlySet<string> = new Set(['Primary', 'Secondary', 'Unknown']);

/** `ds:` of 8.x and 9. */
export const DISKS: ReadonlySet<string> = new Set([
  'Diskless', 'Attaching', 'Detaching', 'Failed', 'Negotiating', 'Inconsistent', 'Outdated', 'DUnknown', 'Consistent',
  'UpToDate',
]);

/** `ld:` of 0.7. */
export const LOCAL_DATA: ReadonlySet<string> = new Set(['Consistent', 'Inconsistent']);

/** Protocol letters. */
export const PROTOCOLS: ReadonlySet<string> = new Set(['A', 'B', 'C']);

/**
 * Flag field of 8.x, up to six characters: running or suspended, after dependency, peer paused, user paused,
 * congestion (b, n, a), activity log suspended. Transcripts lose characters, so a letter's place is not looked at.
 */
export const FLAGS = /^[rs][apubns-]{0,5}$/;

/** A line as the grammar wants it: no NUL bytes (8.3.1 prints them), U+00A0 as a blank, no blanks around. */
export function plain(line: string): string {
  return line.replaceAll('\0', '').replaceAll('\u00a0', ' ').trim();
}

/** A whole number as printed, thousands commas allowed; null where it does not fit a number exactly. */
export function wholeNumber(digits: string): number | null {
  const value = Number(digits.replaceAll(',', ''));
  return Number.isSafeInteger(value) ? value : null;
}

/** KiB, as printed, in bytes. */
export function kibibytes(digits: string): number | null {
  const value = wholeNumber(digits);
  return value === null || !Number.isSafeInteger(value * 1024) ? null : value * 1024;
}
