// Below 60x16: what is wrong, and what to do about the window. Must hold in any size.
import { verdictOf, verdictSign } from './frame.ts';
import type { Scene } from './scene.ts';
import { compose } from './line.ts';
import type { Line } from './line.ts';
import type { Look } from './symbols.ts';
import { fit } from './text.ts';

/** Below this the sentences of the tiny form would lose their point. */
const NARROW = 34;

/** At most `rows` lines. */
export function tinyLines(scene: Scene, columns: number, rows: number, look: Look): Line[] {
  const worst = scene.active.find((finding) => finding.severity !== 'info');
  const verdict = verdictOf(scene);
  const token = verdict === 'ok' ? 'ok' : verdict === 'critical' ? 'alert' : 'warn';
  const texts: Line[] = [
    compose([{ at: 1, text: verdictSign(verdict, look), token }, { at: 3, text: worst?.fact ?? (verdict === 'ok' ? 'nothing wrong is known' : 'asking ...'), token: worst ? token : null }], columns, look),
    compose([{ at: 1, text: 'Make the window larger, or' }], columns, look),
    compose([{ at: 1, text: 'crashcart status --oneline' }, { at: 32, text: 'q quit', token: 'key' }], columns, look),
  ];
  const need = compose([{ at: 1, text: fit(`crashcart needs 60x16, has ${columns}x${rows}.`, columns - 1, look) }], columns, look);
  if (columns < NARROW) return narrow(texts[0] ?? [], columns, rows, look);
  return rows < 4 ? texts.slice(0, rows) : [need, ...texts];
}

/** What is wrong comes first, then how to get on; four lines at most. */
function narrow(worst: Line, columns: number, rows: number, look: Look): Line[] {
  const need = ['crashcart needs', `60x16, has ${columns}x${rows}`].map((text) => compose([{ at: 1, text }], columns, look));
  const quit = compose([{ at: 1, text: 'q quit', token: 'key' }], columns, look);
  return rows < 4 ? [worst, quit].slice(0, rows) : [worst, ...need, quit];
}
