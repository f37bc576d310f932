// A line of the screen: stretches of text at columns, with their meaning; and how it becomes terminal text.
import { cells, clean, fit } from './text.ts';
import type { Look } from './symbols.ts';
import { dress } from './theme.ts';
import type { ColorLevel, Token } from './theme.ts';

export interface Span {
  text: string;
  token: Token | null;
  inverse: boolean;
}

/** Left to right without gaps; never wider than the screen it was made for. */
export type Line = readonly Span[];

/** A stretch of text at a column. */
export interface Part {
  at: number;
  text: string;
  token?: Token | null;
  /** What it belongs to: the selection acts on this. */
  id?: string;
  inverse?: boolean;
}

/** A line together with the things it shows, in reading order. */
export interface Row {
  line: Line;
  ids: readonly string[];
  /** How bad what it shows is, see mark.ts. */
  rank: number;
}

/** A line and nothing to select. */
export function plainRow(line: Line, rank = 0): Row {
  return { line, ids: [], rank };
}

/**
 * Puts parts on a line. A part that would run into the next one, or off the screen, is cut; so columns hold
 * whatever a node calls its things.
 */
export function compose(parts: readonly Part[], columns: number, look: Look, selected: string | null = null): Line {
  const ordered = withCursor(parts.filter((part) => part.text !== '' && part.at < columns), selected);
  const spans: Span[] = [];
  let column = 0;
  ordered.forEach((part, index) => {
    const end = Math.min(columns, ordered[index + 1]?.at ?? columns);
    const start = Math.max(part.at, column);
    if (start >= end) return;
    if (start > column) spans.push({ text: ' '.repeat(start - column), token: null, inverse: false });
    const whole = clean(part.text, look);
    const text = whole.length <= end - start ? whole : fit(whole, end < columns ? end - start - 1 : end - start, look);
    spans.push({ text, token: part.token ?? null, inverse: part.inverse === true || (part.id !== undefined && part.id === selected) });
    column = start + cells(text);
  });
  return spans;
}

/** A row: the composed line and the things in it. */
export function row(parts: readonly Part[], columns: number, look: Look, selected: string | null, rank = 0): Row {
  const ids = new Set<string>();
  for (const part of parts) if (part.id !== undefined) ids.add(part.id);
  return { line: compose(parts, columns, look, selected), ids: [...ids], rank };
}

/** `─ title ───────── right ─`; the right part goes first when there is no room for both. */
export function ruleLine(title: string, right: string, columns: number, look: Look, strong = false): Line {
  const sign = look.signs.rule;
  const room = Math.max(0, columns - 4);
  const tail = clean(right, look);
  const keepsRight = tail !== '' && cells(clean(title, look)) + cells(tail) + 4 <= room;
  const head = fit(title, keepsRight ? room - cells(tail) - 4 : room, look);
  const end = keepsRight ? ` ${tail} ${sign}` : sign;
  const middle = Math.max(0, columns - 3 - cells(head) - cells(end));
  const muted = { token: 'muted' as const, inverse: false };
  const spans: Span[] = [
    { text: `${sign} `, ...muted },
    { text: head, token: strong ? 'strong' : null, inverse: false },
    { text: ` ${sign.repeat(middle)}`, ...muted },
  ];
  if (keepsRight) spans.push({ text: ' ', ...muted }, { text: tail, token: null, inverse: false }, { text: ` ${sign}`, ...muted });
  else spans.push({ text: end, ...muted });
  return columns < 8 ? compose([{ at: 0, text: title }], columns, look) : spans;
}

/** The line's text without any attribute. */
export function textOf(line: Line): string {
  return line.map((span) => span.text).join('').trimEnd();
}

/** The line as the terminal gets it. */
export function paint(line: Line, level: ColorLevel): string {
  return line.map((span) => dress(span.text, span.token, span.inverse, level)).join('');
}

/** `>` in the first column, or before the thing where it stands further right. */
function withCursor(parts: readonly Part[], selected: string | null): Part[] {
  const ordered = [...parts].sort((a, b) => a.at - b.at);
  const first = selected === null ? undefined : ordered.find((part) => part.id === selected);
  if (!first) return ordered;
  const cursor: Part = { at: first.at <= 5 ? 0 : first.at - 1, text: '>', inverse: true };
  return [...ordered.filter((part) => part.at !== cursor.at), cursor].sort((a, b) => a.at - b.at);
}
