// Marks: the sign and colour that judge a thing, and which of several is the worst.
import type { Severity } from '../model/findings.ts';
import type { Signs } from './symbols.ts';
import type { Token } from './theme.ts';

export type Mark = 'ok' | 'passive' | 'going' | 'note' | 'warn' | 'unknown' | 'bad';

/** Higher is worse; `note` and above is trouble that no fold may hide. */
const RANKS: Readonly<Record<Mark, number>> = { ok: 0, passive: 0, note: 1, going: 1, warn: 2, unknown: 3, bad: 4 };
const TOKENS: Readonly<Record<Mark, Token>> = {
  ok: 'ok', passive: 'ok', going: 'warn', note: 'mark', warn: 'warn', unknown: 'stale', bad: 'alert',
};
const OF_SEVERITY: Readonly<Record<Severity, Mark>> = { critical: 'bad', unknown: 'unknown', warning: 'warn', info: 'note' };

/** Rank of a warning: from here on a row is never dropped. */
export const TROUBLE = RANKS.warn;

/** How bad a mark is: 0 is well, higher is worse. */
export function rankOf(mark: Mark): number {
  return RANKS[mark];
}

/** The colour role of a mark. */
export function tokenOf(mark: Mark): Token {
  return TOKENS[mark];
}

/** The sign of a mark, in the letters the terminal has. */
export function signOf(mark: Mark, signs: Signs): string {
  return signs[mark];
}

/** The mark for what a finding of this severity is about. */
export function markOfSeverity(severity: Severity): Mark {
  return OF_SEVERITY[severity];
}

/** The worse of the two; the first where they are equally bad. */
export function worse(a: Mark, b: Mark): Mark {
  return RANKS[b] > RANKS[a] ? b : a;
}

/** The mark that a folded row shows for a rank beneath it. */
export function markOfRank(rank: number): Mark {
  if (rank >= RANKS.bad) return 'bad';
  if (rank >= RANKS.unknown) return 'unknown';
  if (rank >= RANKS.warn) return 'warn';
  return rank >= RANKS.note ? 'note' : 'ok';
}
