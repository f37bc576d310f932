// The whole picture: frame and body of the screen shown, exactly as many lines as the terminal has.
import { footerLine, headline, titleLine, verdictLine } from './frame.ts';
import { drillRows } from './drills.ts';
import { findingItems, findingRows, listedFindings } from './findings.ts';
import { helpRows } from './help.ts';
import { hintsFor } from './keys.ts';
import { compose, plainRow } from './line.ts';
import type { Line, Row } from './line.ts';
import { keyOf } from '../model/findings.ts';
import { mapItems, mapRows } from './map.ts';
import { nodeRowsOf } from './node-detail.ts';
import type { Scene } from './scene.ts';
import { placeOf, selectedIn, whereOf } from './state.ts';
import type { Item, Sight, UiState } from './state.ts';
import type { Look } from './symbols.ts';
import { matchingIds, timelineItems, timelineRows, timelineTitle } from './timeline.ts';
import { tinyLines } from './tiny.ts';

export interface Size {
  columns: number;
  rows: number;
}

/** Below this only the tiny form is drawn. */
const LEAST: Size = { columns: 60, rows: 16 };
/** Rows of the frame: verdict, sentence, title, footer. */
const FRAME = 4;

/** The screen as lines: always `size.rows` of them, none wider than `size.columns`. */
export function draw(scene: Scene, ui: UiState, size: Size, look: Look): Line[] {
  const { columns, rows } = size;
  if (isTiny(size)) return filled(tinyLines(scene, columns, rows, look), rows);
  const height = rows - FRAME;
  const lines = filled(bodyOf(scene, ui, columns, height, look).map((row) => row.line), height);
  return [
    verdictLine(scene, columns, look),
    headline(scene, columns, look),
    titleLine(titleOf(scene, ui, look), hintsFor(whereOf(ui), generalHints(ui)), columns, look),
    ...lines,
    footerLine(scene, ui, columns, look),
  ];
}

/** What the reducer must know of this picture. */
export function sightOf(scene: Scene, ui: UiState, size: Size, look: Look): Sight {
  const height = Math.max(1, size.rows - FRAME);
  // One line of a page is kept in sight, and one tells how many are left.
  const page = Math.max(1, height - 1);
  const place = placeOf(ui);
  return {
    items: itemsOf(scene, ui, size, look),
    page,
    height,
    nodes: scene.nodes.map((node) => node.name),
    findings: listedFindings(scene, ui).map(({ finding }) => keyOf(finding)),
    matches: place.screen === 'timeline' ? matchingIds(scene, ui) : [],
    drills: scene.drills?.list.map((drill) => drill.name) ?? null,
    length: {
      node: place.screen === 'node' ? nodeRowsOf(scene, ui, place.node, size.columns, height, look).length : 0,
      help: ui.helpOpen ? helpRows(scene, ui, size.columns, look).length : 0,
    },
  };
}

/** True when the terminal is too small for the screens. */
export function isTiny(size: Size): boolean {
  return size.columns < LEAST.columns || size.rows < LEAST.rows;
}

/** What can be selected on the screen shown. */
export function itemsOf(scene: Scene, ui: UiState, size: Size, look: Look): Item[] {
  switch (placeOf(ui).screen) {
    case 'map':
      return mapItems(scene, ui, size.columns, look);
    case 'timeline':
      return timelineItems(scene, ui);
    case 'findings':
      return findingItems(scene, ui);
    case 'node':
      return [];
  }
}

function bodyOf(scene: Scene, ui: UiState, width: number, height: number, look: Look): Row[] {
  const place = placeOf(ui);
  if (ui.helpOpen) return scrolled(helpRows(scene, ui, width, look), ui.scroll.help, width, height, look);
  if (ui.drills.open && scene.drills) return drillRows(scene.drills, ui, width, height, look);
  const selected = selectedIn(ui, itemsOf(scene, ui, { columns: width, rows: height + FRAME }, look));
  switch (place.screen) {
    case 'map':
      return mapRows(scene, ui, selected, width, height, look);
    case 'timeline':
      return timelineRows(scene, ui, selected, width, height, look);
    case 'findings':
      return findingRows(scene, ui, selected, width, height, look);
    case 'node':
      return scrolled(nodeRowsOf(scene, ui, place.node, width, height, look), ui.scroll.node, width, height, look);
  }
}

function scrolled(rows: readonly Row[], from: number, width: number, height: number, look: Look): Row[] {
  const start = Math.max(0, Math.min(from, rows.length - height));
  const shown = rows.slice(start, start + height);
  const left = rows.length - start - height;
  if (left <= 0) return shown;
  return [...shown.slice(0, -1), plainRow(compose([{ at: 1, text: `${left + 1} more lines`, token: 'muted' }], width, look))];
}

function titleOf(scene: Scene, ui: UiState, look: Look): string {
  const place = placeOf(ui);
  const faults = ui.faultsOnly ? ', faults only' : '';
  const names = { map: 'Map', timeline: 'Timeline', findings: 'Findings', node: '' };
  const name = ui.drills.open ? 'Drills' : place.screen === 'node' ? `Node ${place.node}` : names[place.screen];
  if (ui.helpOpen) return `Help: ${name}`;
  if (ui.drills.open) return name;
  return place.screen === 'timeline' ? `${name}${faults}${timelineTitle(scene, look).slice('Timeline'.length)}` : `${name}${faults}`;
}

/** Keys of everywhere that are worth a hint on this screen. */
function generalHints(ui: UiState): ('nextFinding' | 'faults' | 'times')[] {
  if (ui.helpOpen || ui.drills.open || ui.filter.editing) return [];
  switch (placeOf(ui).screen) {
    case 'map':
      return ['nextFinding', 'faults'];
    case 'timeline':
      return ['faults', 'times'];
    case 'findings':
      return ['faults'];
    case 'node':
      return [];
  }
}

function filled(lines: readonly Line[], height: number): Line[] {
  return Array.from({ length: height }, (_, index) => lines[index] ?? []);
}
