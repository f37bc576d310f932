// The picture as text, for tests that compare whole lines.
import { draw } from '../../src/screens/draw.ts';
import { textOf } from '../../src/screens/line.ts';
import type { CockpitSnapshot } from '../../src/screens/props.ts';
import { sceneOf } from '../../src/screens/scene.ts';
import type { DrillsNow } from '../../src/screens/scene.ts';
import { START } from '../../src/screens/state.ts';
import type { Place, UiState } from '../../src/screens/state.ts';
import { lookOf } from '../../src/screens/symbols.ts';
import { ABOUT, NOW } from './build.ts';

export interface PictureOptions {
  columns?: number;
  rows?: number;
  ui?: Partial<UiState>;
  ascii?: boolean;
  notices?: string[];
  now?: number;
  drills?: DrillsNow;
}

/** The lines of a picture without colours and without blanks at their ends. */
export function picture(snapshot: CockpitSnapshot, options: PictureOptions = {}): string[] {
  const { columns = 80, rows = 24, ui = {}, ascii = false, notices = [], now = NOW, drills = null } = options;
  const scene = { ...sceneOf(snapshot, now, { ...ABOUT, notices: () => notices }), drills };
  return draw(scene, { ...START, ...ui }, { columns, rows }, lookOf(ascii)).map(textOf);
}

/** A state that stands on a screen. */
export function on(place: Place): Partial<UiState> {
  return { stack: place.screen === 'map' ? [place] : [{ screen: 'map' }, place] };
}
