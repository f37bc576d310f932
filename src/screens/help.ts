// Help, made from the table of keys: first the screen one is on, then what holds everywhere; the signs; this crashcart.
import { keysOf } from './keys.ts';
import type { Command, KeySpec, Where } from './keys.ts';
import type { Scene } from './scene.ts';
import { compose, plainRow } from './line.ts';
import type { Part, Row } from './line.ts';
import type { UiState } from './state.ts';
import { placeOf } from './state.ts';
import type { Look } from './symbols.ts';
import { count } from '../model/words.ts';

const MOVING: readonly Command[] = ['down', 'up', 'pageDown', 'pageUp', 'halfDown', 'halfUp', 'first', 'last'];

/** A line of the help: a key and what it does, or a text. */
interface HelpLine {
  key?: string;
  text: string;
  title?: boolean;
}

/** All lines of the help. */
export function helpRows(scene: Scene, ui: UiState, width: number, look: Look): Row[] {
  const here: Where = ui.drills.open ? 'drills' : placeOf(ui).screen;
  const keys = keysOf(scene.drills !== null);
  const own = block('This screen', keys.filter((key) => key.where === here));
  const filter = here === 'timeline' ? block('While filtering', keys.filter((key) => key.where === 'filter')) : [];
  const general = keys.filter((key) => key.where === 'everywhere');
  const everywhere = block('Everywhere', general.filter((key) => !MOVING.includes(key.command)));
  const moving = block('Moving', general.filter((key) => MOVING.includes(key.command)));
  const left = [...own, ...filter, ...signs(look)];
  const right = [...everywhere, ...moving];
  const rows = width >= 76
    ? Array.from({ length: Math.max(left.length, right.length) }, (_, at) => helpRow([left[at], right[at]], Math.max(40, Math.floor(width / 2)), width, look))
    : [...left, { text: '' }, ...right].map((line) => helpRow([line], width, width, look));
  return [...rows, plainRow([]), ...about(scene, width, look)];
}

function helpRow(lines: readonly (HelpLine | undefined)[], middle: number, width: number, look: Look): Row {
  const parts = lines.flatMap((line, side): Part[] => {
    const at = side === 0 ? 1 : middle;
    if (!line) return [];
    if (line.key === undefined) return [{ at, text: line.text, token: line.title ? 'strong' : null }];
    return [{ at, text: line.key, token: 'key' }, { at: at + Math.max(9, line.key.length) + 1, text: line.text }];
  });
  return plainRow(compose(parts, width, look));
}

function block(title: string, keys: readonly KeySpec[]): HelpLine[] {
  return keys.length === 0 ? [] : [{ text: title, title: true }, ...joined(keys), { text: '' }];
}

const OPPOSITE: Partial<Record<Command, Command>> = {
  down: 'up', pageDown: 'pageUp', halfDown: 'halfUp', first: 'last', nextFinding: 'previousFinding', nextMatch: 'previousMatch',
  previous: 'next', panel: 'panelBack',
};

/** A key and its opposite are one line: `j k   down, up`. */
function joined(keys: readonly KeySpec[]): HelpLine[] {
  const opposites = new Set(keys.map((key) => OPPOSITE[key.command]));
  return keys.filter((key) => !opposites.has(key.command)).map((key) => {
    const other = keys.find((one) => one.command === OPPOSITE[key.command]);
    return other ? { key: `${key.shown} ${other.shown}`, text: `${key.label}, ${other.label}` } : { key: key.shown, text: key.label };
  });
}

function signs(look: Look): HelpLine[] {
  const { ok, passive, going, note, warn, bad, unknown, differ, line, toRight } = look.signs;
  return [
    { text: 'Signs', title: true },
    { text: `${ok} well   ${passive} off, or the passive side` },
    { text: `${going} on its way   ${note} look, nothing wrong` },
    { text: `${warn} warning   ${bad} critical   ${unknown} not known` },
    { text: `${differ} nodes disagree   ${line}${toRight} copies to` },
    { text: 'grey + age  an old fact, never fresh' },
  ];
}

function about(scene: Scene, width: number, look: Look): Row[] {
  const sessions = scene.cluster.nodes.filter((view) => view.link.state === 'up').length;
  const where = scene.about.inventory ?? 'no inventory: nodes named on the command line';
  const texts = [
    scene.drills ? 'No key here changes a node, but for T: its drills break the simulated ones.' : 'No key here changes a node.',
    `crashcart ${scene.about.version}   ${where}   ${count(sessions, 'session')}`,
    ...scene.notices,
  ];
  return texts.map((text) => plainRow(compose([{ at: 1, text }], width, look)));
}
