// The one table of keys: dispatch, the hints of row 3, the footer and the help all come from here.

/** Where a key acts; the more special place outranks `everywhere`. */
export type Where = 'map' | 'timeline' | 'findings' | 'node' | 'help' | 'filter' | 'drills' | 'everywhere';

export type Command =
  | 'map' | 'timeline' | 'findings' | 'help' | 'back' | 'quit' | 'askAll' | 'repaint'
  | 'down' | 'up' | 'pageDown' | 'pageUp' | 'halfDown' | 'halfUp' | 'first' | 'last' | 'panel' | 'panelBack'
  | 'open' | 'next' | 'previous' | 'nextFinding' | 'previousFinding' | 'faults' | 'times'
  | 'drills' | 'startDrill'
  | 'filter' | 'nextMatch' | 'previousMatch' | 'keepFilter' | 'clearFilter' | 'rubOut' | 'emptyFilter';

export interface KeySpec {
  /** Names as `keyNames` gives them. */
  keys: readonly string[];
  where: Where;
  command: Command;
  /** As the help writes the keys. */
  shown: string;
  label: string;
  /** Its words in row 3; absent: help only. */
  hint?: string;
  /** Bound and shown only where drills were handed in. */
  demoOnly?: true;
}

const spec = (where: Where, keys: string, command: Command, shown: string, label: string, hint?: string): KeySpec => ({
  keys: keys.split(' '), where, command, shown, label, ...(hint === undefined ? {} : { hint }),
});

const demo = (entry: KeySpec): KeySpec => ({ ...entry, demoOnly: true });

export const KEYS: readonly KeySpec[] = [
  spec('map', 'enter', 'open', 'enter', 'open what is selected', 'enter open'),
  spec('map', 'tab', 'panel', 'tab', 'next', 'tab panel'),
  spec('map', 'shift+tab', 'panelBack', 'S-tab', 'previous panel'),
  spec('map', ']', 'next', ']', 'next of its kind', '[ ] sibling'),
  spec('map', '[', 'previous', '[', 'previous'),

  spec('timeline', '/', 'filter', '/', 'filter (regular expression)', '/ filter'),
  spec('timeline', 'n', 'nextMatch', 'n', 'next', 'n N match'),
  spec('timeline', 'N', 'previousMatch', 'N', 'previous match'),
  spec('timeline', 'enter', 'open', 'enter', 'open the node of the line'),

  spec('findings', 'enter', 'open', 'enter', 'go where it is', 'enter go there'),

  spec('node', 'enter', 'open', 'enter', 'try a stopped node again'),
  spec('node', ']', 'next', ']', 'next node', '[ ] other node'),
  spec('node', '[', 'previous', '[', 'previous'),
  spec('node', 'esc', 'back', 'esc', 'back', 'esc back'),

  spec('help', '? f1', 'help', '?', 'close the help', '? or esc close'),

  spec('filter', 'enter', 'keepFilter', 'enter', 'keep the filter', 'enter keep'),
  spec('filter', 'esc', 'clearFilter', 'esc', 'clear the filter', 'esc clear'),
  spec('filter', 'backspace ctrl+h delete', 'rubOut', 'bksp', 'rub out a letter'),
  spec('filter', 'ctrl+u', 'emptyFilter', '^U', 'empty it'),
  spec('filter', 'ctrl+c', 'quit', '^C', 'quit'),
  spec('filter', 'ctrl+l', 'repaint', '^L', 'repaint'),
  spec('filter', 'f1', 'help', 'F1', 'help'),

  demo(spec('drills', 'enter', 'startDrill', 'enter', 'start the selected drill', 'enter start')),
  demo(spec('drills', 'esc T q', 'drills', 'esc T q', 'close the drills', 'esc close')),

  spec('everywhere', '1', 'map', '1', 'Map'),
  spec('everywhere', '5', 'timeline', '5', 'Timeline'),
  spec('everywhere', '6', 'findings', '6', 'Findings'),
  spec('everywhere', 'e', 'nextFinding', 'e', 'next', 'e finding'),
  spec('everywhere', 'E', 'previousFinding', 'E', 'previous finding'),
  spec('everywhere', 'f', 'faults', 'f', 'faults only', 'f faults'),
  spec('everywhere', 't', 'times', 't', 'times absolute or relative', 't times'),
  demo(spec('everywhere', 'T', 'drills', 'T', 'drills')),
  spec('everywhere', 'ctrl+r', 'askAll', '^R', 'ask all nodes now'),
  spec('everywhere', 'ctrl+l', 'repaint', '^L', 'repaint'),
  spec('everywhere', '? f1', 'help', '? F1', 'help'),
  spec('everywhere', 'esc', 'back', 'esc', 'back, close'),
  spec('everywhere', 'q ctrl+c', 'quit', 'q ^C', 'quit'),
  spec('everywhere', 'j down', 'down', 'j', 'down'),
  spec('everywhere', 'k up', 'up', 'k', 'up'),
  spec('everywhere', 'pagedown', 'pageDown', 'PgDn', 'a page down'),
  spec('everywhere', 'pageup', 'pageUp', 'PgUp', 'up'),
  spec('everywhere', 'ctrl+d', 'halfDown', '^D', 'half a page down'),
  spec('everywhere', 'ctrl+u', 'halfUp', '^U', 'up'),
  spec('everywhere', 'g home', 'first', 'g', 'to the first'),
  spec('everywhere', 'G end', 'last', 'G', 'the last'),
];

/** The keys there are, with those of the demo or without. */
export function keysOf(withDrills: boolean): readonly KeySpec[] {
  return withDrills ? KEYS : KEYS.filter((entry) => entry.demoOnly !== true);
}

/** What a key does in a place; null: nothing. In the filter, letters are text and never reach "everywhere". */
export function commandFor(key: string, where: Where, withDrills = false): Command | null {
  const keys = keysOf(withDrills);
  const here = keys.find((entry) => entry.where === where && entry.keys.includes(key));
  if (here) return here.command;
  if (where === 'filter') return null;
  return keys.find((entry) => entry.where === 'everywhere' && entry.keys.includes(key))?.command ?? null;
}

/** Hints of row 3 for a place, most important first: its own, then the given ones of everywhere. */
export function hintsFor(where: Where, everywhere: readonly Command[]): string[] {
  const own = KEYS.filter((entry) => entry.where === where && entry.hint !== undefined);
  const general = KEYS.filter((entry) => entry.where === 'everywhere' && entry.hint !== undefined && everywhere.includes(entry.command));
  return [...own, ...general].map((entry) => entry.hint ?? '');
}

/** The screens of the footer, as the table has them. */
export function screensOfFooter(): { key: string; command: Command; label: string }[] {
  const screens: readonly Command[] = ['map', 'timeline', 'findings'];
  return KEYS.filter((entry) => entry.where === 'everywhere' && screens.includes(entry.command))
    .map((entry) => ({ key: entry.shown, command: entry.command, label: entry.label }));
}
