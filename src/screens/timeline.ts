// The Timeline: the logs of all nodes on this machine's clock, newest at the bottom, with a filter.
import { entryFields } from './scene.ts';
import type { Entry, Scene } from './scene.ts';
import { tokenOf } from './mark.ts';
import { compose, plainRow, row, ruleLine } from './line.ts';
import type { Line, Part, Row } from './line.ts';
import { filterPattern } from './state.ts';
import type { Filter, Item, UiState } from './state.ts';
import type { Look, Signs } from './symbols.ts';
import { cells, fit, nameField } from './text.ts';
import type { Token } from './theme.ts';
import { clockOffset, clockTime, relativeTime, sameDay, shortDay, shortTime } from './times.ts';
import { windowed } from './window.ts';

/** A pattern is tried on this much of a line: whatever a node logs, a key stays quick. */
const SEARCHED = 500;

/** The lines that `f` and the filter leave. */
export function shownEntries(scene: Scene, ui: UiState): readonly Entry[] {
  const pattern = ui.filter.on ? filterPattern(ui.filter.good) : null;
  return scene.entries.filter((entry) => (!ui.faultsOnly || entry.weight === 'fault') && (pattern === null || matches(entry, pattern)));
}

/** Ids of the lines that the last good filter finds, also when it is not on. */
export function matchingIds(scene: Scene, ui: UiState): string[] {
  const pattern = filterPattern(ui.filter.good);
  return pattern === null ? [] : scene.entries.filter((entry) => matches(entry, pattern)).map((entry) => entry.id);
}

/** The lines that can be selected, oldest first, and where Enter leads: the node of the line. */
export function timelineItems(scene: Scene, ui: UiState): Item[] {
  const names = new Set(scene.nodes.map((node) => node.name));
  return shownEntries(scene, ui).map((entry) => ({
    id: entry.id, panel: 'lines', opens: names.has(entry.node) ? { go: { screen: 'node', node: entry.node } } : null,
  }));
}

/** The body: titles, a window of lines, and the filter while there is one. */
export function timelineRows(scene: Scene, ui: UiState, selected: string | null, width: number, height: number, look: Look): Row[] {
  const entries = shownEntries(scene, ui);
  const widths = columnWidths(scene);
  const { filter } = ui;
  const foot = filter.editing || filter.on ? [plainRow([]), plainRow(filterLine(filter, entries.length, scene.entries.length, width, look))] : [];
  const sourceAt = 14 + widths.node;
  const titles = (time: string): Row => plainRow(compose([
    { at: 2, text: time, token: 'muted' }, { at: 14, text: 'NODE', token: 'muted' },
    { at: sourceAt, text: 'SOURCE', token: 'muted' }, { at: sourceAt + widths.source, text: 'WHAT', token: 'muted' },
  ], width, look));
  const room = Math.max(1, height - 1 - foot.length);
  // Only lines near the selected one are drawn: there may be a hundred thousand.
  const at = Math.max(0, selected === null ? entries.length - 1 : entries.findLastIndex((entry) => entry.id === selected));
  const first = Math.max(0, at - room);
  const near = entries.slice(first, at + room + 1);
  const rows = near.flatMap((entry, index) => {
    const before = entries[first + index - 1];
    const line = row(entryParts(entry, scene, ui, 10, widths, look), width, look, selected, 0);
    const newDay = !ui.relativeTimes && !sameDay(entry.at, before?.at ?? scene.now);
    return newDay ? [plainRow(ruleLine(shortDay(entry.at), '', width, look)), line] : [line];
  });
  if (rows.length === 0) rows.push(plainRow(compose([{ at: 1, text: nothingText(scene, ui), token: 'muted' }], width, look)));
  const body = windowed(rows, room, selected, width, look, { before: first, after: entries.length - first - near.length });
  // Lines of another day whose rule is out of sight must not pass for today's.
  const top = body[0]?.line.length === 0 || body.length === rows.length ? undefined : near.find((entry) => body.some((line) => line.ids[0] === entry.id));
  const head = titles(top === undefined || ui.relativeTimes || sameDay(top.at, scene.now) ? 'TIME' : shortDay(top.at));
  const gap = Array.from({ length: foot.length === 0 ? 0 : room - body.length }, () => plainRow([]));
  return [head, ...body, ...gap, ...foot].slice(0, height);
}

/** `Timeline   alpha +0.02 s ±0.01`: how far each node's clock is from this one. */
export function timelineTitle(scene: Scene, look: Look): string {
  const clocks = scene.cluster.nodes.flatMap((view) => (view.clock
    ? [`${view.name} ${clockOffset(view.clock.offsetSeconds, view.clock.errorSeconds, look.signs.tolerance)}`] : []));
  return ['Timeline', ...clocks].join('   ');
}

/** One line of the log as the tail of the map shows it. */
export function entryLine(entry: Entry, scene: Scene, ui: UiState, width: number, look: Look): Line {
  return compose(entryParts(entry, scene, ui, 8, columnWidths(scene), look), width, look);
}

interface Widths {
  node: number;
  source: number;
}

function columnWidths(scene: Scene): Widths {
  const { nodes, sources } = entryFields(scene);
  const longest = (names: readonly string[], least: number, most: number): number =>
    Math.min(most, Math.max(least, ...names.map((name) => cells(name)))) + 2;
  return { node: longest(nodes, 4, 12), source: longest(sources, 6, 12) };
}

function entryParts(entry: Entry, scene: Scene, ui: UiState, timeWidth: 8 | 10, widths: Widths, look: Look): Part[] {
  const sign = timeWidth === 8 ? 11 : 12;
  const full = ui.relativeTimes ? relativeTime(entry.at, scene.now) : clockTime(entry.at);
  const time = timeWidth === 8 ? shortTime(entry.at, scene.now, ui.relativeTimes) : full;
  const nodeAt = sign + 2;
  const sourceAt = nodeAt + widths.node;
  const { id } = entry;
  return [
    { at: 1, text: `${time}${entry.approximate ? '~' : ''}`, id },
    { at: sign, text: weightSign(entry, look.signs), token: weightToken(entry), id },
    { at: nodeAt, text: nameField(entry.node, widths.node - 2, look).trimEnd(), id },
    { at: sourceAt, text: nameField(entry.source, widths.source - 2, look).trimEnd(), token: 'muted', id },
    { at: sourceAt + widths.source, text: entry.text, token: entry.weight === 'fault' ? 'strong' : null, id },
  ];
}

function weightSign(entry: Entry, signs: Signs): string {
  return { fault: signs.warn, change: signs.note, ok: signs.check, plain: signs.plain }[entry.weight];
}

function weightToken(entry: Entry): Token {
  return { fault: tokenOf('warn'), change: tokenOf('note'), ok: tokenOf('ok'), plain: 'muted' as const }[entry.weight];
}

function matches(entry: Entry, pattern: RegExp): boolean {
  return pattern.test(`${entry.node} ${entry.source} ${entry.text}`.slice(0, SEARCHED));
}

function filterLine(filter: Filter, found: number, all: number, width: number, look: Look): Line {
  const keys = filter.editing ? 'enter keep  esc clear' : '/ change  esc clear';
  const right = filter.problem === null ? `${found} of ${all}  ${keys}` : `no regular expression: ${filter.problem}`;
  const shown = fit(right, Math.max(20, width - 24), look);
  const room = width - cells(shown) - 6;
  const text = [...filter.text].slice(-Math.max(4, room - 1)).join('');
  return compose([
    { at: 1, text: '/', token: 'key' },
    { at: 3, text: `${text}${filter.editing ? '_' : ''}`, token: 'strong' },
    { at: width - cells(shown) - 1, text: shown, token: filter.problem === null ? 'muted' : 'warn' },
  ], width, look);
}

function nothingText(scene: Scene, ui: UiState): string {
  if (scene.entries.length === 0) return 'No log line heard yet.';
  return ui.filter.on ? 'No line matches.' : 'No faults in the logs heard so far. f shows all lines.';
}
