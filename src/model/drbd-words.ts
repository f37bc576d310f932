// DRBD's own words, sorted into what they mean for a replica. A word that is not here is never good.

/**
 * connected: at rest; syncing, verifying, paused: the copies are being compared or copied; behind: connected, but the
 * peer's copy is let fall behind; diskless: connected, one side without a disk; alone: StandAlone, does not try;
 * apart: no peer, or still shaking hands; down: not configured; unknown: no word, or none that we know.
 */
export type ConnectionKind =
  | 'connected' | 'syncing' | 'verifying' | 'paused' | 'behind' | 'diskless' | 'alone' | 'apart' | 'down' | 'unknown';

const CONNECTIONS: Record<Exclude<ConnectionKind, 'unknown'>, string> = {
  connected: 'Connected',
  syncing: 'SyncSource SyncTarget WFBitMapS WFBitMapT WFSyncUUID StartingSyncS StartingSyncT',
  verifying: 'VerifyS VerifyT',
  paused: 'PausedSyncS PausedSyncT',
  behind: 'Ahead Behind SkippedSyncS SkippedSyncT',
  diskless: 'DiskLessClient ServerForDLess',
  alone: 'StandAlone',
  apart: 'Unconnected Timeout BrokenPipe NetworkFailure WFConnection WFReportParams Disconnecting ProtocolError TearDown',
  down: 'Unconfigured',
};

const KINDS = new Map<string, ConnectionKind>(
  Object.entries(CONNECTIONS).flatMap(([kind, words]) =>
    words.split(' ').map((word): [string, ConnectionKind] => [word, kind as ConnectionKind])),
);

/** What a `cs:` word means. */
export function connectionKind(word: string | null): ConnectionKind {
  return (word === null ? undefined : KINDS.get(word)) ?? 'unknown';
}

/** True when this word says that the two sides hear each other. */
export function isTalking(word: string | null): boolean {
  const kind = connectionKind(word);
  return ['connected', 'syncing', 'verifying', 'paused', 'behind', 'diskless'].includes(kind);
}

/** Which end of a copy or verify the side is that says this word. */
export function endOf(word: string | null): 'source' | 'target' | null {
  if (word === null) return null;
  if (SOURCES.has(word)) return 'source';
  return TARGETS.has(word) ? 'target' : null;
}

const SOURCES = new Set(['SyncSource', 'PausedSyncS', 'WFBitMapS', 'StartingSyncS', 'VerifyS']);
const TARGETS = new Set(['SyncTarget', 'PausedSyncT', 'WFBitMapT', 'StartingSyncT', 'VerifyT', 'WFSyncUUID']);

/** Whether a copy with this disk word can be used as it is. DUnknown and words not known tell nothing. */
export function copyOf(disk: string | null): 'good' | 'bad' | 'unknown' {
  if (disk === 'UpToDate' || disk === 'Consistent') return 'good';
  if (disk !== null && BAD_DISKS.has(disk)) return 'bad';
  return 'unknown';
}

const BAD_DISKS = new Set(['Inconsistent', 'Outdated', 'Diskless', 'Failed', 'Detaching', 'Attaching', 'Negotiating']);

/** True for a word that says the side has no disk. */
export function isDiskless(disk: string | null): boolean {
  return disk === 'Diskless' || disk === 'Failed' || disk === 'Detaching';
}

/** True for Primary and Secondary, the roles that a connected side and its peer must have. */
export function isRole(word: string | null): boolean {
  return word === 'Primary' || word === 'Secondary';
}

/** True when the flag field says that I/O stands still: `F` in 0.7, `s` in the first place from 8.0 on. */
export function isSuspended(ioFlags: string | null): boolean {
  return ioFlags === 'F' || (ioFlags !== null && ioFlags.length > 1 && ioFlags.startsWith('s'));
}

/** The best disk word of a version: 0.7 knows no UpToDate. */
export function bestDisk(version: string | null): string {
  return isOld(version) ? 'Consistent' : 'UpToDate';
}

/** True for 0.7, which says nothing of the peer's disk; false also when the version is not known. */
export function isOld(version: string | null): boolean {
  return version !== null && version.startsWith('0.');
}
