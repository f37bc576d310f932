// The drills of the demo: what goes on now, one row for each, and the answer to the one that was started.
import { compose, plainRow, row } from './line.ts';
import type { Part, Row } from './line.ts';
import { signOf, tokenOf } from './mark.ts';
import type { Mark } from './mark.ts';
import type { DrillAnswer, Drills } from './props.ts';
import type { DrillsNow } from './scene.ts';
import { selectedDrill } from './state.ts';
import type { UiState } from './state.ts';
import type { Look } from './symbols.ts';
import { cells, clean, fit, nameField, wrap } from './text.ts';
import { windowed } from './window.ts';

/** Lines of the longest text below the list. */
const MOST_LINES = 4;
/** Names are cut in the middle beyond this. */
const LONGEST_NAME = 24;

/** Starts a drill. A fault in it becomes a sentence too: a broken exercise must not end the cockpit. */
export async function begin(drills: Drills, name: string): Promise<DrillAnswer> {
  try {
    return await drills.start(name);
  } catch (error) {
    return { ok: false, says: `${name} was not started: ${error instanceof Error ? error.message : String(error)}` };
  }
}

/** The body: at most `height` rows, the selected drill among them. */
export function drillRows(drills: DrillsNow, ui: UiState, width: number, height: number, look: Look): Row[] {
  const { list, current } = drills;
  const head = current === null
    ? marked(null, 'No drill is going on. A drill breaks the simulated nodes, nothing else.', width, look)
    : marked('going', current, width, look);
  if (list.length === 0) return [...head, plainRow([]), ...marked(null, 'There is no drill for this cluster.', width, look)].slice(0, height);
  const selected = selectedDrill(ui, list.map((drill) => drill.name));
  const nameWidth = Math.min(LONGEST_NAME, Math.max(...list.map((drill) => cells(clean(drill.name, look)))));
  const saysAt = 3 + nameWidth + 2;
  const rows = list.map(({ name, says }) => {
    const parts: Part[] = [
      { at: 3, text: nameField(name, nameWidth, look).trimEnd(), token: 'strong', id: name },
      { at: saysAt, text: says, id: name },
    ];
    return row(parts, width, look, selected);
  });
  const text = list.find((drill) => drill.name === selected)?.says ?? '';
  const below = lowerRows(ui, saysAt + cells(clean(text, look)) > width ? text : '', width, look);
  const foot = below.length === 0 ? [] : [plainRow([]), ...below];
  const room = Math.max(3, height - head.length - 1 - foot.length);
  return [...head, plainRow([]), ...windowed(rows, room, selected, width, look), ...foot].slice(0, height);
}

/** The answer, or that it is awaited; else in full what had to be cut in the list. */
function lowerRows(ui: UiState, cut: string, width: number, look: Look): Row[] {
  const { starting, answer } = ui.drills;
  if (starting !== null) return marked('going', `${starting} is being started ...`, width, look);
  if (answer !== null) return marked(answer.ok ? 'note' : 'warn', answer.says, width, look);
  return cut === '' ? [] : marked(null, cut, width, look);
}

/** A text in at most `MOST_LINES` lines, with a sign before the first. */
function marked(mark: Mark | null, text: string, width: number, look: Look): Row[] {
  const at = mark === null ? 1 : 3;
  const lines = wrap(text, width - at - 1, look);
  const shown = lines.length > MOST_LINES ? [...lines.slice(0, MOST_LINES - 1), fit(lines.slice(MOST_LINES - 1).join(' '), width - at - 1, look)] : lines;
  return shown.map((line, index) => plainRow(compose([
    { at: 1, text: mark !== null && index === 0 ? signOf(mark, look.signs) : '', token: mark === null ? null : tokenOf(mark) }, { at, text: line },
  ], width, look)));
}
