// The connection states of DRBD 0.7, in the order in which its kernel module compares them.

const ORDER = [
  'Unconfigured', 'StandAlone', 'Unconnected', 'Timeout', 'BrokenPipe', 'NetworkFailure', 'WFConnection', 'WFReportParams',
  'Connected', 'SkippedSyncS', 'SkippedSyncT', 'WFBitMapS', 'WFBitMapT', 'SyncSource', 'SyncTarget', 'PausedSyncS', 'PausedSyncT',
] as const;

/** A connection state, in the module's own word. */
export type Cstate = (typeof ORDER)[number];

/** True when a state comes at or after another in the module's order; `Connected` and all after it are connected. */
export function atLeast(state: Cstate, than: Cstate): boolean {
  return ORDER.indexOf(state) >= ORDER.indexOf(than);
}

/** True when the peer is there and parameters were exchanged. */
export function isConnected(state: Cstate): boolean {
  return atLeast(state, 'Connected');
}

/** True while a resync runs, not paused. */
export function isSyncing(state: Cstate): boolean {
  return state === 'SyncSource' || state === 'SyncTarget';
}

/** True while a resync waits for another group. */
export function isPaused(state: Cstate): boolean {
  return state === 'PausedSyncS' || state === 'PausedSyncT';
}

/** True while bitmaps are exchanged, when writes have to wait. */
export function waitsForBitmap(state: Cstate): boolean {
  return state === 'WFBitMapS' || state === 'WFBitMapT';
}
