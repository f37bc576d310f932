// The one table of keys: no key twice in a place, every command does something, footer, hints and help come from it.
import { describe, expect, test } from 'vitest';
import type { Key } from 'ink';
import { commandFor, hintsFor, KEYS, keysOf, screensOfFooter } from '../../src/screens/keys.ts';
import type { Command, Where } from '../../src/screens/keys.ts';
import { F1_LETTER, keyNames } from '../../src/screens/key-names.ts';
import { reduce, START } from '../../src/screens/state.ts';
import type { Sight, UiState } from '../../src/screens/state.ts';
import { picture } from './picture.ts';
import { HEALTHY } from './scenes.ts';

const PLACES: Where[] = ['map', 'timeline', 'findings', 'node', 'help', 'filter', 'drills', 'everywhere'];

describe('the table', () => {
  test.each(PLACES)('%s: no key stands twice', (where) => {
    const keys = KEYS.filter((key) => key.where === where).flatMap((key) => key.keys);
    expect(keys).toEqual([...new Set(keys)]);
  });

  test('the keys of this version are all there', () => {
    const everywhere = ['1', '5', '6', '?', 'f1', 'esc', 'q', 'ctrl+c', 'ctrl+r', 'ctrl+l', 'j', 'k', 'up', 'down', 'pageup', 'pagedown',
      'ctrl+d', 'ctrl+u', 'g', 'G', 'home', 'end', 'e', 'E', 'f', 't'];
    for (const key of everywhere) expect([key, commandFor(key, 'map')]).not.toEqual([key, null]);
    for (const key of ['tab', 'enter', '[', ']']) expect([key, commandFor(key, 'map')]).not.toEqual([key, null]);
    for (const key of ['/', 'n', 'N']) expect([key, commandFor(key, 'timeline')]).not.toEqual([key, null]);
  });

  test('a key of the screen outranks the same key of everywhere', () => {
    expect(commandFor('esc', 'filter')).toBe('clearFilter');
    expect(commandFor('ctrl+u', 'filter')).toBe('emptyFilter');
    expect(commandFor('ctrl+u', 'map')).toBe('halfUp');
  });

  test('while a filter is typed letters are no commands', () => {
    for (const key of ['q', '1', 'j', 'e', '?', 't']) expect(commandFor(key, 'filter')).toBeNull();
    expect(commandFor('ctrl+c', 'filter')).toBe('quit');
  });

  test('every command changes the state somewhere, or acts outside', () => {
    const outside: Command[] = ['quit', 'askAll', 'repaint', 'startDrill'];
    const items = ['a', 'b', 'c'].map((id, at) => ({ id, panel: at < 2 ? 'one' : 'two', opens: { go: { screen: 'node' as const, node: id } } }));
    const sight: Sight = { items, page: 1, height: 1, nodes: ['a', 'b'], findings: ['x', 'y'], matches: ['a', 'c'], drills: ['x'], length: { node: 9, help: 9 } };
    const base: UiState = { ...START, selected: { map: 'b', timeline: 'b', findings: 'x' } };
    const states: UiState[] = [
      base, { ...base, helpOpen: true, scroll: { node: 3, help: 3 } }, { ...base, stack: [{ screen: 'map' }, { screen: 'timeline' }] },
      { ...base, stack: [{ screen: 'map' }, { screen: 'timeline' }], filter: { text: 'ab', editing: true, good: 'a', problem: null, on: true } },
      { ...base, stack: [{ screen: 'map' }, { screen: 'node', node: 'a' }] },
    ];
    for (const command of new Set(KEYS.map((key) => key.command))) {
      const changes = states.some((ui) => JSON.stringify(reduce(ui, command, sight)) !== JSON.stringify(ui));
      expect([command, changes]).toEqual([command, !outside.includes(command)]);
    }
  });
});

describe('what comes from it', () => {
  test('the footer shows the screens there are, and no others', () => {
    expect(screensOfFooter().map(({ key, label }) => `${key} ${label}`)).toEqual(['1 Map', '5 Timeline', '6 Findings']);
  });

  test('hints: a screen has its own first', () => {
    expect(hintsFor('map', ['nextFinding', 'faults'])).toEqual(['enter open', 'tab panel', '[ ] sibling', 'e finding', 'f faults']);
    expect(hintsFor('filter', [])).toEqual(['enter keep', 'esc clear']);
  });

  test.each([['map', '─ Help: Map '], ['timeline', '─ Help: Timeline '], ['findings', '─ Help: Findings ']] as const)('the help of %s lists every key that acts there', (screen, title) => {
    const stack: UiState['stack'] = screen === 'map' ? [{ screen }] : [{ screen: 'map' }, { screen }];
    const lines = picture(HEALTHY, { rows: 60, ui: { stack, helpOpen: true } });
    expect(lines[2]?.startsWith(title)).toBe(true);
    const words = lines.slice(3).join(' ').split(/\s+/);
    for (const key of keysOf(false).filter((one) => one.where === screen || one.where === 'everywhere')) {
      for (const shown of key.shown.split(' ')) expect(words).toContain(shown);
    }
  });

  test('the help knows of nothing that is not there', () => {
    expect(picture(HEALTHY, { rows: 60, ui: { helpOpen: true } }).slice(3).join('\n')).not.toMatch(/runbook|verbatim|freeze|shell|drill|Replicas|Groups/i);
  });
});

describe('names of keys', () => {
  const none: Key = {
    upArrow: false, downArrow: false, leftArrow: false, rightArrow: false, pageDown: false, pageUp: false, home: false, end: false, return: false,
    escape: false, ctrl: false, shift: false, tab: false, backspace: false, delete: false, meta: false, super: false, hyper: false, capsLock: false, numLock: false,
  };
  test.each<[string, Partial<Key>, string[]]>([
    ['j', {}, ['j']], ['G', { shift: true }, ['G']], ['', { upArrow: true }, ['up']], ['c', { ctrl: true }, ['ctrl+c']], ['', { tab: true, shift: true }, ['shift+tab']],
    ['jj\r6', {}, ['j', 'j', 'enter', '6']], ['5', { meta: true }, ['esc', '5']], [F1_LETTER, {}, ['f1']], ['a\u0004', {}, ['a', 'ctrl+d']], ['', {}, []],
  ])('%j %j', (input, key, names) => {
    expect(keyNames(input, { ...none, ...key })).toEqual(names);
  });
});
