// Lists longer than the room for them: a window with the selection inside, and what is left out told by its worst mark.
import type { Line, Row } from './line.ts';
import { compose } from './line.ts';
import { markOfRank, signOf, tokenOf, TROUBLE } from './mark.ts';
import type { Look } from './symbols.ts';

/** First index of a window of `height` over `length` rows, with `at` in its middle where that is possible. */
export function windowStart(length: number, height: number, at: number): number {
  return Math.max(0, Math.min(length - height, at - Math.floor(height / 2)));
}

/** Rows that exist beyond those handed over. */
export interface Beyond {
  before: number;
  after: number;
}

/** At most `height` rows around the selected one; the rows left out are counted above and below, with the worst of them. */
export function windowed(rows: readonly Row[], height: number, selected: string | null, columns: number, look: Look, beyond: Beyond = { before: 0, after: 0 }): Row[] {
  if (rows.length <= height) return [...rows];
  const at = selected === null ? 0 : Math.max(0, rows.findIndex((row) => row.ids.includes(selected)));
  if (height < 3) return rows.slice(at, at + height);
  const start = windowStart(rows.length, height, at);
  const end = start + height;
  const above = rows.slice(0, start === 0 ? 0 : start + 1);
  const below = rows.slice(end === rows.length ? end : end - 1);
  const shown = rows.slice(above.length, rows.length - below.length);
  const more = (hidden: readonly Row[], others: number): Row[] => (hidden.length === 0 ? [] : [moreRow(hidden, others, columns, look)]);
  return [...more(above, beyond.before), ...shown, ...more(below, beyond.after)];
}

/**
 * At most `height` rows, all in trouble and the selected one among them while those fit; of the others the first ones,
 * and a count of what is left out.
 */
export function condensed(rows: readonly Row[], height: number, selected: string | null, columns: number, look: Look): Row[] {
  if (rows.length <= height) return [...rows];
  const must = (row: Row): boolean => row.rank >= TROUBLE || (selected !== null && row.ids.includes(selected));
  const spare = height - 1 - rows.filter(must).length;
  if (spare < 0) return windowed(rows, height, selected, columns, look);
  let calm = 0;
  const kept = rows.filter((row) => must(row) || (calm += 1) <= spare);
  return [...kept, moreRow(rows.filter((row) => !kept.includes(row)), 0, columns, look)];
}

function moreRow(hidden: readonly Row[], others: number, columns: number, look: Look): Row {
  const rank = Math.max(...hidden.map((row) => row.rank));
  const mark = markOfRank(rank);
  const filled = hidden.filter((row) => row.line.length > 0).length + others;
  const line: Line = compose([
    { at: 1, text: rank > 0 ? signOf(mark, look.signs) : '', token: tokenOf(mark) },
    { at: 3, text: `${filled} more`, token: 'muted' },
  ], columns, look);
  return { line, ids: [], rank };
}
