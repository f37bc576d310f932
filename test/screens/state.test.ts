// The state in the operator's hand: selection by identity, a stack of screens, a filter that keeps its last good one.
import { describe, expect, test } from 'vitest';
import { placeOf, reduce, selectedIn, START, typed, whereOf } from '../../src/screens/state.ts';
import type { Item, Sight, UiState } from '../../src/screens/state.ts';

const items = (...ids: string[]): Item[] => ids.map((id) => ({ id, panel: id.split(':')[0] ?? '', opens: id.startsWith('node:') ? { go: { screen: 'node', node: id.slice(5) } } : null }));
const sight = (over: Partial<Sight> = {}): Sight => ({
  items: items('node:a', 'node:b', 'replica:r', 'domain:d'), page: 2, height: 2, nodes: ['a', 'b', 'c'], findings: ['f1', 'f2', 'f3'], matches: [], drills: null, length: { node: 30, help: 30 }, ...over,
});
const press = (ui: UiState, commands: Parameters<typeof reduce>[1][], at: Sight = sight()): UiState => commands.reduce((state, command) => reduce(state, command, at), ui);
const timeline: UiState = { ...START, stack: [{ screen: 'map' }, { screen: 'timeline' }] };

describe('moving', () => {
  test('j and k stop at the ends; g and G go there', () => {
    expect(selectedIn(press(START, ['up']), sight().items)).toBe('node:a');
    expect(selectedIn(press(START, ['down', 'down']), sight().items)).toBe('replica:r');
    expect(selectedIn(press(START, ['last', 'down']), sight().items)).toBe('domain:d');
    expect(selectedIn(press(START, ['last', 'first']), sight().items)).toBe('node:a');
  });

  test('the selection stays on its thing when rows come before it; a vanished one falls back to the start', () => {
    const ui = press(START, ['down']);
    expect(selectedIn(ui, items('node:new', 'node:a', 'node:b'))).toBe('node:b');
    expect(selectedIn(ui, items('node:a'))).toBe('node:a');
  });

  test('whoever stands on the last line of the timeline follows what comes; others do not', () => {
    expect(press(timeline, ['last']).selected.timeline).toBeNull();
    const held = press(timeline, ['up']);
    expect(selectedIn(held, items('node:a', 'node:b', 'replica:r', 'domain:d', 'line:new'))).toBe('replica:r');
    expect(selectedIn(timeline, items('line:1', 'line:2'))).toBe('line:2');
  });

  test('tab goes through the panels and around, [ and ] within one', () => {
    expect(selectedIn(press(START, ['panel']), sight().items)).toBe('replica:r');
    expect(selectedIn(press(START, ['panel', 'panel', 'panel']), sight().items)).toBe('node:a');
    expect(selectedIn(press(START, ['panelBack']), sight().items)).toBe('domain:d');
    expect(selectedIn(press(START, ['next', 'next']), sight().items)).toBe('node:a');
    expect(selectedIn(press(START, ['previous']), sight().items)).toBe('node:b');
  });

  test('nothing to select is no fault', () => {
    const empty = sight({ items: [], nodes: [], findings: [] });
    expect(press(START, ['down', 'last', 'panel', 'open', 'next', 'nextFinding'], empty)).toEqual(START);
  });
});

describe('screens', () => {
  test('enter opens, [ and ] go to the other nodes, esc goes back', () => {
    const node = press(START, ['open']);
    expect(placeOf(node)).toEqual({ screen: 'node', node: 'a' });
    expect(placeOf(press(node, ['previous']))).toEqual({ screen: 'node', node: 'c' });
    expect(placeOf(press(node, ['next', 'back']))).toEqual({ screen: 'map' });
  });

  test('esc never leaves, closes one thing at a time', () => {
    const deep = press({ ...timeline, filter: { text: 'x', editing: false, good: 'x', problem: null, on: true } }, ['help']);
    const closed = press(deep, ['back']);
    expect(whereOf(closed)).toBe('timeline');
    expect(closed.filter.on).toBe(true);
    const cleared = press(closed, ['back']);
    expect(cleared.filter.on).toBe(false);
    expect(placeOf(cleared)).toEqual({ screen: 'timeline' });
    expect(placeOf(press(cleared, ['back', 'back', 'back']))).toEqual({ screen: 'map' });
  });

  test('e goes to the first finding, then on; E to the last; esc back to where it was pressed', () => {
    const first = press(press(START, ['open']), ['nextFinding']);
    expect(first.selected.findings).toBe('f1');
    expect(press(first, ['nextFinding', 'nextFinding', 'nextFinding']).selected.findings).toBe('f3');
    expect(press(START, ['previousFinding']).selected.findings).toBe('f3');
    expect(placeOf(press(first, ['back']))).toEqual({ screen: 'node', node: 'a' });
  });

  test('long pages scroll as far as there are lines, and no further', () => {
    const help = press(START, ['help', 'last']);
    expect(help.scroll.help).toBe(28);
    expect(press(help, ['pageDown']).scroll.help).toBe(28);
    expect(press(help, ['halfUp']).scroll.help).toBe(27);
    expect(press(help, ['help', 'help']).scroll.help).toBe(0);
  });
});

describe('the filter', () => {
  test('a broken expression says why and keeps the last good one', () => {
    const good = typed(timeline, 'eth0');
    const broken = typed(good, 'eth0(');
    expect(broken.filter).toMatchObject({ text: 'eth0(', good: 'eth0', on: true });
    expect(broken.filter.problem).toMatch(/group/i);
    expect(typed(broken, 'eth0(1)').filter).toMatchObject({ good: 'eth0(1)', problem: null });
  });

  test('rubbed out to nothing filters nothing; enter keeps what is good', () => {
    const editing = press(typed(timeline, 'a'), ['filter']);
    expect(press(editing, ['rubOut']).filter).toMatchObject({ text: '', good: null, on: false });
    expect(press(typed(editing, 'a('), ['keepFilter']).filter).toMatchObject({ text: 'a', editing: false, on: true });
  });

  test('n and N find with the last expression, also after esc', () => {
    const at = sight({ items: items('l:1', 'l:2', 'l:3', 'l:4'), matches: ['l:1', 'l:3'] });
    const cleared = press(typed(timeline, 'x'), ['filter', 'clearFilter']);
    expect(cleared.filter).toMatchObject({ on: false, good: 'x' });
    const up = press(cleared, ['previousMatch'], at);
    expect(up.selected.timeline).toBe('l:3');
    expect(press(up, ['previousMatch', 'previousMatch'], at).selected.timeline).toBe('l:1');
    expect(press(up, ['previousMatch', 'nextMatch'], at).selected.timeline).toBe('l:3');
  });

  test('its text is bounded', () => {
    expect(typed(START, 'x'.repeat(5000)).filter.text).toHaveLength(200);
  });
});
