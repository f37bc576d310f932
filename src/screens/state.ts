// What the operator has in hand: screen, selection, filter. A pure function from state and command to state.
import type { Command } from './keys.ts';
import type { Where } from './keys.ts';
import type { DrillAnswer } from './props.ts';

export type MainScreen = 'map' | 'timeline' | 'findings';
export type Place = { screen: MainScreen } | { screen: 'node'; node: string };

export interface Filter {
  /** As typed. */
  text: string;
  editing: boolean;
  /** The last text that was a regular expression; null: none. What filters, and what `n` looks for. */
  good: string | null;
  /** Why `text` is not one; null: it is. */
  problem: string | null;
  /** False after `esc`: all lines are shown, `n` still finds. */
  on: boolean;
}

/** The list of drills as the operator has it. */
export interface DrillsState {
  open: boolean;
  /** By name; null: the first. */
  selected: string | null;
  /** The one that was asked for and has not answered yet. */
  starting: string | null;
  /** The last answer, until the list is closed. */
  answer: DrillAnswer | null;
}

export interface UiState {
  /** Never empty; the last is what is shown, `esc` goes back to the one before. */
  stack: readonly Place[];
  /** By identity, so that it stays on its thing when rows come and go; null: where a screen starts. */
  selected: Readonly<Record<MainScreen, string | null>>;
  /** First line shown of screens that only scroll. */
  scroll: { node: number; help: number };
  filter: Filter;
  faultsOnly: boolean;
  relativeTimes: boolean;
  helpOpen: boolean;
  drills: DrillsState;
}

export const START: UiState = {
  stack: [{ screen: 'map' }],
  selected: { map: null, timeline: null, findings: null },
  scroll: { node: 0, help: 0 },
  filter: { text: '', editing: false, good: null, problem: null, on: false },
  faultsOnly: false,
  relativeTimes: false,
  helpOpen: false,
  drills: { open: false, selected: null, starting: null, answer: null },
};

/** A thing that can be selected, and what Enter on it leads to. */
export interface Item {
  id: string;
  /** Items of one panel stand together: nodes, replicas ... */
  panel: string;
  opens: Target | null;
}

export type Target = { go: Place; select?: { screen: MainScreen; id: string } };

/** What the reducer must know of the picture on screen. */
export interface Sight {
  items: readonly Item[];
  /** Lines that a page key moves. */
  page: number;
  /** Lines of the body. */
  height: number;
  /** Names of the nodes, in order. */
  nodes: readonly string[];
  /** Ids of the findings, as listed. */
  findings: readonly string[];
  /** Ids of the timeline's lines that match the last good filter. */
  matches: readonly string[];
  /** Names of the drills, as listed; null where there are none. */
  drills: readonly string[] | null;
  /** Lines of the screens that only scroll. */
  length: { node: number; help: number };
}

/** The screen that is shown. */
export function placeOf(ui: UiState): Place {
  return ui.stack.at(-1) ?? { screen: 'map' };
}

/** Where keys act now. */
export function whereOf(ui: UiState): Where {
  if (ui.helpOpen) return 'help';
  if (ui.drills.open) return 'drills';
  return ui.filter.editing ? 'filter' : placeOf(ui).screen;
}

/** The id that is selected on the screen shown, if it is still there; else where that screen starts. */
export function selectedIn(ui: UiState, items: readonly Item[]): string | null {
  const place = placeOf(ui);
  if (place.screen === 'node') return null;
  const id = ui.selected[place.screen];
  if (id !== null && items.some((item) => item.id === id)) return id;
  return (place.screen === 'timeline' ? items.at(-1) : items[0])?.id ?? null;
}

/** The name of the drill that is selected; null: there is none. */
export function selectedDrill(ui: UiState, names: readonly string[]): string | null {
  const { selected } = ui.drills;
  return selected !== null && names.includes(selected) ? selected : (names[0] ?? null);
}

/** The state after a command. Commands that act outside (quit, askAll, repaint, startDrill) leave it as it is. */
export function reduce(ui: UiState, command: Command, sight: Sight): UiState {
  switch (command) {
    case 'map':
    case 'timeline':
    case 'findings':
      return shown(ui, { screen: command });
    case 'help':
      return { ...ui, helpOpen: !ui.helpOpen, scroll: { ...ui.scroll, help: 0 }, filter: { ...ui.filter, editing: false } };
    case 'drills':
      return drills(ui, sight);
    case 'back':
      return back(ui);
    case 'down':
      return move(ui, sight, 1);
    case 'up':
      return move(ui, sight, -1);
    case 'pageDown':
      return move(ui, sight, sight.page);
    case 'pageUp':
      return move(ui, sight, -sight.page);
    case 'halfDown':
      return move(ui, sight, Math.ceil(sight.page / 2));
    case 'halfUp':
      return move(ui, sight, -Math.ceil(sight.page / 2));
    case 'first':
      return move(ui, sight, -Infinity);
    case 'last':
      return move(ui, sight, Infinity);
    case 'panel':
      return panel(ui, sight, 1);
    case 'panelBack':
      return panel(ui, sight, -1);
    case 'open':
      return open(ui, sight);
    case 'next':
      return sibling(ui, sight, 1);
    case 'previous':
      return sibling(ui, sight, -1);
    case 'nextFinding':
      return finding(ui, sight, 1);
    case 'previousFinding':
      return finding(ui, sight, -1);
    case 'faults':
      return { ...ui, faultsOnly: !ui.faultsOnly };
    case 'times':
      return { ...ui, relativeTimes: !ui.relativeTimes };
    case 'filter':
      return { ...ui, filter: { ...ui.filter, editing: true, on: ui.filter.good !== null } };
    case 'keepFilter':
      return { ...ui, filter: { ...ui.filter, editing: false, text: ui.filter.good ?? '', problem: null } };
    case 'clearFilter':
      return { ...ui, filter: { ...ui.filter, editing: false, text: '', problem: null, on: false } };
    case 'rubOut':
      return typed(ui, [...ui.filter.text].slice(0, -1).join(''));
    case 'emptyFilter':
      return typed(ui, '');
    case 'nextMatch':
      return match(ui, sight, 1);
    case 'previousMatch':
      return match(ui, sight, -1);
    case 'startDrill':
    case 'quit':
    case 'askAll':
    case 'repaint':
      return ui;
  }
}

/** The filter with a new text; one that is no regular expression says so and leaves the last good one in force. */
export function typed(ui: UiState, text: string): UiState {
  const bounded = [...text].slice(0, 200).join('');
  if (bounded === '') return { ...ui, filter: { ...ui.filter, text: '', good: null, problem: null, on: false } };
  const problem = problemOf(bounded);
  const good = problem === null ? bounded : ui.filter.good;
  return { ...ui, filter: { ...ui.filter, text: bounded, good, problem, on: good !== null } };
}

/** The regular expression of a filter that is known to be one; null for none. Letters match in either case. */
export function filterPattern(good: string | null): RegExp | null {
  return good === null ? null : new RegExp(good, 'iu');
}

function problemOf(text: string): string | null {
  try {
    new RegExp(text, 'iu');
    return null;
  } catch (error) {
    return error instanceof Error ? (error.message.split(': ').at(-1) ?? error.message) : String(error);
  }
}

function shown(ui: UiState, place: Place): UiState {
  const bare: UiState = { ...ui, helpOpen: false, drills: closed(ui.drills), filter: { ...ui.filter, editing: false } };
  if (place.screen === 'node') return { ...bare, stack: [...withoutNode(ui.stack), place], scroll: { ...ui.scroll, node: 0 } };
  return { ...bare, stack: place.screen === 'map' ? [place] : [{ screen: 'map' }, place] };
}

function withoutNode(stack: readonly Place[]): Place[] {
  return stack.filter((place) => place.screen !== 'node');
}

/** Opens the list of drills, or closes it when it is what is shown. */
function drills(ui: UiState, sight: Sight): UiState {
  if (sight.drills === null) return ui;
  const isShown = ui.drills.open && !ui.helpOpen;
  return { ...ui, helpOpen: false, drills: isShown ? closed(ui.drills) : { ...ui.drills, open: true } };
}

/** An answer that comes later is kept for the next time the list is opened. */
function closed(drills: DrillsState): DrillsState {
  return drills.open ? { ...drills, open: false, answer: null } : drills;
}

/** Closes, clears or goes back, one thing at a time; never leaves. */
function back(ui: UiState): UiState {
  if (ui.helpOpen) return { ...ui, helpOpen: false };
  if (ui.drills.open) return { ...ui, drills: closed(ui.drills) };
  const screen = placeOf(ui).screen;
  if (screen === 'timeline' && ui.filter.on) return reduce(ui, 'clearFilter', NO_SIGHT);
  if (ui.stack.length > 1) return { ...ui, stack: ui.stack.slice(0, -1) };
  return ui.faultsOnly ? { ...ui, faultsOnly: false } : ui;
}

const NO_SIGHT: Sight = { items: [], page: 0, height: 0, nodes: [], findings: [], matches: [], drills: null, length: { node: 0, help: 0 } };

function move(ui: UiState, sight: Sight, by: number): UiState {
  const screen = placeOf(ui).screen;
  if (ui.drills.open && !ui.helpOpen) return moveInDrills(ui, sight.drills ?? [], by);
  if (ui.helpOpen || screen === 'node') {
    const what = ui.helpOpen ? 'help' : 'node';
    const last = Math.max(0, sight.length[what] - sight.height);
    return { ...ui, scroll: { ...ui.scroll, [what]: clamp(Math.min(ui.scroll[what], last) + by, last) } };
  }
  const at = sight.items.findIndex((item) => item.id === selectedIn(ui, sight.items));
  return select(ui, screen, sight.items[clamp(at + by, sight.items.length - 1)]?.id ?? null, sight);
}

function moveInDrills(ui: UiState, names: readonly string[], by: number): UiState {
  const at = names.indexOf(selectedDrill(ui, names) ?? '');
  return { ...ui, drills: { ...ui.drills, selected: names[clamp(at + by, names.length - 1)] ?? null } };
}

/** The last line of the timeline is not kept by identity: whoever stands on it follows what comes. */
function select(ui: UiState, screen: MainScreen, id: string | null, sight: Sight): UiState {
  const follows = screen === 'timeline' && id === sight.items.at(-1)?.id;
  return { ...ui, selected: { ...ui.selected, [screen]: follows ? null : id } };
}

function panel(ui: UiState, sight: Sight, by: 1 | -1): UiState {
  const place = placeOf(ui);
  const panels = [...new Set(sight.items.map((item) => item.panel))];
  const selected = selectedIn(ui, sight.items);
  const here = panels.indexOf(sight.items.find((item) => item.id === selected)?.panel ?? '');
  const next = panels[(here + by + panels.length) % panels.length];
  const first = sight.items.find((item) => item.panel === next);
  return place.screen === 'node' || !first ? ui : select(ui, place.screen, first.id, sight);
}

function open(ui: UiState, sight: Sight): UiState {
  const target = sight.items.find((item) => item.id === selectedIn(ui, sight.items))?.opens;
  if (!target) return ui;
  const next = shown(ui, target.go);
  return target.select ? { ...next, selected: { ...next.selected, [target.select.screen]: target.select.id } } : next;
}

function sibling(ui: UiState, sight: Sight, by: 1 | -1): UiState {
  const place = placeOf(ui);
  if (place.screen === 'node') {
    const at = sight.nodes.indexOf(place.node);
    const node = sight.nodes[(at + by + sight.nodes.length) % sight.nodes.length];
    return node === undefined ? ui : { ...ui, stack: [...ui.stack.slice(0, -1), { screen: 'node', node }], scroll: { ...ui.scroll, node: 0 } };
  }
  const selected = selectedIn(ui, sight.items);
  const mine = sight.items.find((item) => item.id === selected);
  const same = sight.items.filter((item) => item.panel === mine?.panel);
  const next = same[(same.findIndex((item) => item.id === selected) + by + same.length) % same.length];
  return next ? select(ui, place.screen, next.id, sight) : ui;
}

/** From elsewhere to the list of findings, at the one selected there; then on through it. */
function finding(ui: UiState, sight: Sight, by: 1 | -1): UiState {
  if (sight.findings.length === 0) return ui;
  const kept = ui.selected.findings;
  const at = kept === null ? -1 : sight.findings.indexOf(kept);
  const here = placeOf(ui).screen === 'findings' && !ui.helpOpen && !ui.drills.open;
  const next = here ? clamp((at < 0 ? 0 : at) + by, sight.findings.length - 1) : by > 0 ? 0 : sight.findings.length - 1;
  const stack: Place[] = here ? [...ui.stack] : [...ui.stack.filter((place) => place.screen !== 'findings'), { screen: 'findings' }];
  return { ...ui, helpOpen: false, drills: closed(ui.drills), stack, selected: { ...ui.selected, findings: sight.findings[next] ?? null } };
}

function match(ui: UiState, sight: Sight, by: 1 | -1): UiState {
  const order = sight.items.map((item) => item.id);
  const at = order.indexOf(selectedIn(ui, sight.items) ?? '');
  const places = sight.matches.map((id) => order.indexOf(id)).filter((place) => place >= 0);
  const next = by > 0 ? places.find((place) => place > at) : places.findLast((place) => place < at);
  const id = next === undefined ? undefined : order[next];
  return id === undefined ? ui : select(ui, 'timeline', id, sight);
}

function clamp(value: number, last: number): number {
  return Math.max(0, Math.min(value, last));
}
