// Text in cells: what a node prints takes the room it is given and no more.
import { describe, expect, test } from 'vitest';
import stringWidth from 'string-width';
import { ruleLine, compose, textOf, paint } from '../../src/screens/line.ts';
import { ASCII, asciiWanted, lookOf, UNICODE } from '../../src/screens/symbols.ts';
import { bar, cells, clean, fit, fitName, joinFitting, wrap } from '../../src/screens/text.ts';
import { colorLevel, dress } from '../../src/screens/theme.ts';
import { clockOffset } from '../../src/screens/times.ts';

const look = lookOf(false);
const ascii = lookOf(true);

test.each([
  ['\u001b[31mred', '?[31mred'], ['a\tb\nc', 'a b c'], ['漢字', '??'], ['cafe\u0301', 'café'], ['\u202Ex', '?x'], ['שלום', '????'], ['a\u0301\u0301', 'á'], ['👍🏽', '??'], ['→ …', '→ …'],
])('clean %j', (text, shown) => {
  expect(clean(text, look)).toBe(shown);
});

test('with the ASCII look signs are spelled', () => {
  expect(clean('Connected → NetworkFailure … ±3 café', ascii)).toBe('Connected -> NetworkFailure .. +-3 caf?');
});

test('a sentence loses its end, a name its middle', () => {
  expect(fit('one good copy', 8, look)).toBe('one goo…');
  expect(fitName('webserver-01', 8, look)).toBe('webs…-01');
  expect(fitName('webserver-01', 8, ascii)).toBe('web..-01');
  expect(fit('abc', 1, ascii)).toBe('a');
  expect(fit('abc', 0, look)).toBe('');
});

test('wrap breaks at blanks, and words that are too long', () => {
  expect(wrap('one two three', 7, look)).toEqual(['one two', 'three']);
  expect(wrap('abcdefgh ij', 4, look)).toEqual(['abcd', 'efgh', 'ij']);
  expect(wrap('', 4, look)).toEqual([]);
});

test.each([[0, '░░░░░░░░'], [0.05, '█░░░░░░░'], [0.14, '█░░░░░░░'], [0.26, '██░░░░░░'], [0.5625, '████░░░░'], [1, '████████'], [7, '████████']])('bar %d', (share, shown) => {
  expect(bar(share, 8, look)).toBe(shown);
});

test('pieces that do not fit are left out, the first stays', () => {
  expect(joinFitting(['cpu 14 %', 'load 0.4', 'swap 0'], 20)).toBe('cpu 14 %   load 0.4');
  expect(joinFitting(['much too long', 'x'], 5)).toBe('much too long');
});

test.each([
  [0.02, 0.01, '+0.02 s ±0.01'], [-0.31, 0.01, '-0.31 s ±0.01'], [-0.001, 0, '+0.00 s ±0.00'], [75, 0.5, '+1:15'], [-31_622_400, 0.5, '-366 d'],
])('a clock that is off by %d', (offset, error, shown) => {
  expect(clockOffset(offset, error, '±')).toBe(shown);
});

describe('lines', () => {
  test('a part that runs into the next is cut before it', () => {
    expect(textOf(compose([{ at: 1, text: 'abcdefgh' }, { at: 6, text: 'next' }], 20, look))).toBe(' abc… next');
    expect(textOf(compose([{ at: 1, text: 'abcdefgh' }], 5, look))).toBe(' abc…');
  });

  test('rules fill the line; the right part goes first', () => {
    expect(textOf(ruleLine('Map', 'enter open', 30, look))).toBe('─ Map ─────────── enter open ─');
    expect(textOf(ruleLine('Map', 'a very long hint indeed', 20, look))).toBe('─ Map ──────────────');
    expect(cells(textOf(ruleLine('x'.repeat(99), '', 20, look)))).toBe(20);
  });

  test('the selection is inverse, with `>` before it', () => {
    const line = compose([{ at: 1, text: '●', id: 'a', token: 'ok' }, { at: 3, text: 'alpha', id: 'a' }, { at: 20, text: 'other' }], 40, look, 'a');
    expect(textOf(line)).toBe('>● alpha            other');
    expect(paint(line, 'none')).toContain('\u001b[7malpha\u001b[0m');
    expect(paint(line, 'none')).toContain(' other');
  });
});

describe('themes', () => {
  test('without colour only attributes are left, and nothing where there is none', () => {
    expect(dress('x', 'ok', false, 'none')).toBe('x');
    expect(dress('x', 'warn', false, 'none')).toBe('\u001b[1mx\u001b[0m');
    expect(dress('x', 'stale', true, 'none')).toBe('\u001b[2;7mx\u001b[0m');
    expect(dress('x', 'alert', false, 'eight')).toBe('\u001b[1;31mx\u001b[0m');
  });

  test.each<['auto' | 'always' | 'never', Record<string, string>, string]>([
    ['auto', { TERM: 'xterm-256color', NO_COLOR: '1' }, 'none'], ['always', { TERM: 'xterm-256color', NO_COLOR: '1' }, 'sixteen'], ['never', { TERM: 'xterm' }, 'none'],
    ['auto', { TERM: 'linux' }, 'eight'], ['auto', { TERM: 'dumb' }, 'none'], ['auto', { TERM: 'screen' }, 'sixteen'], ['always', {}, 'eight'],
  ])('%s %j is %s', (choice, env, level) => {
    expect(colorLevel(choice, env)).toBe(level);
  });
});

describe('signs', () => {
  test('all Unicode ones take one cell, all ASCII ones are ASCII', () => {
    for (const sign of Object.values(UNICODE)) expect([sign, stringWidth(sign)]).toEqual([sign, 1]);
    for (const sign of Object.values(ASCII)) expect(sign).toMatch(/^[\x21-\x7e]{1,2}$/);
  });

  test.each<[boolean, Record<string, string>, boolean]>([
    [false, { TERM: 'xterm', LANG: 'en_US.UTF-8' }, false], [true, { TERM: 'xterm', LANG: 'en_US.UTF-8' }, true], [false, { TERM: 'linux', LANG: 'C.UTF-8' }, true],
    [false, { TERM: 'vt100', LANG: 'C.UTF-8' }, true], [false, { TERM: 'xterm', LANG: 'en_US.UTF-8', LC_ALL: 'C' }, true], [false, { TERM: 'xterm' }, true],
  ])('asked %s, %j: ASCII %s', (asked, env, wanted) => {
    expect(asciiWanted(asked, env)).toBe(wanted);
  });
});
