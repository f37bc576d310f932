// Windows over long lists: the selection inside, trouble never silently out of sight.
import { describe, expect, test } from 'vitest';
import { compose, textOf } from '../../src/screens/line.ts';
import type { Row } from '../../src/screens/line.ts';
import { lookOf } from '../../src/screens/symbols.ts';
import { condensed, windowed, windowStart } from '../../src/screens/window.ts';

const look = lookOf(false);
const rows = (count: number, ranks: Record<number, number> = {}): Row[] => Array.from({ length: count }, (_, at) => ({
  line: compose([{ at: 1, text: `row ${at}` }], 40, look), ids: [`row ${at}`], rank: ranks[at] ?? 0,
}));
const texts = (shown: readonly Row[]): string[] => shown.map((row) => textOf(row.line).trim());

describe('windowed', () => {
  test('what fits is shown whole', () => {
    expect(texts(windowed(rows(3), 3, null, 40, look))).toEqual(['row 0', 'row 1', 'row 2']);
  });

  test('the selected row stands in the middle, the rest is counted on both sides', () => {
    expect(texts(windowed(rows(9), 5, 'row 4', 40, look))).toEqual(['3 more', 'row 3', 'row 4', 'row 5', '3 more']);
  });

  test('the count carries the worst mark of what it hides', () => {
    expect(texts(windowed(rows(9, { 8: 4, 0: 2 }), 5, 'row 4', 40, look))).toEqual(['▲ 3 more', 'row 3', 'row 4', 'row 5', '✘ 3 more']);
  });

  test('at both ends nothing is lost', () => {
    expect(windowStart(9, 5, 0)).toBe(0);
    expect(windowStart(9, 5, 8)).toBe(4);
    expect(texts(windowed(rows(9), 5, 'row 8', 40, look)).at(-1)).toBe('row 8');
  });
});

describe('condensed', () => {
  test('rows in trouble and the selected one stay, calm ones give way', () => {
    expect(texts(condensed(rows(9, { 6: 2, 8: 4 }), 5, 'row 7', 40, look))).toEqual(['row 0', 'row 6', 'row 7', 'row 8', '5 more']);
  });

  test('more trouble than room is a window again, with its worst mark', () => {
    const all = rows(9, Object.fromEntries(Array.from({ length: 9 }, (_, at) => [at, at === 8 ? 4 : 2])));
    expect(texts(condensed(all, 4, 'row 0', 40, look))).toEqual(['row 0', 'row 1', 'row 2', '✘ 6 more']);
  });
});
