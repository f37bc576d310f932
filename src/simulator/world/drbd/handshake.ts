// Who becomes the source of a resync: DRBD 0.7 compares the generation counters one after the other, and the first difference wins.
import type { Counters } from './metadata.ts';

/** What is compared. */
export interface Generation {
  consistent: boolean;
  counters: Counters;
  primaryInd: boolean;
}

/** 1: this side has the good data; -1: the peer has; 0: both are equal. */
export function compareGenerations(me: Generation, peer: Generation): -1 | 0 | 1 {
  const mine = inOrder(me);
  const theirs = inOrder(peer);
  for (const [index, value] of mine.entries()) {
    const other = theirs[index] ?? 0;
    if (value > other) return 1;
    if (value < other) return -1;
  }
  return 0;
}

/** What a side makes of the comparison. `says` is the module's own sentence. */
export type Verdict =
  | { sync: 'none' | 'source' | 'target' }
  | { sync: 'refused'; says: string };

/** Decides, before anything is changed. `isPrimary`: this side's role. */
export function judgeHandshake(me: Generation & { isPrimary: boolean }, peer: Generation): Verdict {
  const better = compareGenerations(me, peer);
  if (better === 0) return me.primaryInd ? { sync: 'refused', says: 'Split-Brain detected, dropping connection!' } : { sync: 'none' };
  if (better > 0) return me.consistent ? { sync: 'source' } : { sync: 'refused', says: 'I shall become SyncSource, but I am inconsistent!' };
  if (!peer.consistent) return { sync: 'refused', says: 'I shall become SyncTarget, but Peer is inconsistent!' };
  if (me.isPrimary && me.consistent) return { sync: 'refused', says: 'Current Primary shall become sync TARGET! Aborting to prevent data corruption.' };
  return { sync: 'target' };
}

/** `1:00000002:00000001:0000000a:00000003:10`, as the module writes a generation into the log. */
export function generationText(generation: Generation & { connectedInd: boolean }): string {
  const { human, timeout, connected, arbitrary } = generation.counters;
  const hex = [human, timeout, connected, arbitrary].map((count) => count.toString(16).padStart(8, '0')).join(':');
  return `${generation.consistent ? 1 : 0}:${hex}:${generation.primaryInd ? 1 : 0}${generation.connectedInd ? 1 : 0}`;
}

function inOrder({ consistent, counters, primaryInd }: Generation): number[] {
  return [consistent ? 1 : 0, counters.human, counters.timeout, counters.connected, counters.arbitrary, primaryInd ? 1 : 0];
}
