// The signs of the screens: one table in Unicode, one in ASCII. All have one cell, but for the few named at the end.

/** A sign stands immediately left of what it judges. */
export interface Signs {
  ok: string;
  passive: string;
  going: string;
  note: string;
  warn: string;
  bad: string;
  unknown: string;
  differ: string;
  check: string;
  plain: string;
  /** Parts of arrows and links; `copy` is the arrow's line while it copies. */
  line: string;
  copy: string;
  toRight: string;
  toLeft: string;
  full: string;
  empty: string;
  rule: string;
  fold: string;
  /** Two cells in ASCII: what stands where text was cut, "became", and the tolerance. */
  cut: string;
  became: string;
  tolerance: string;
}

export const UNICODE: Signs = {
  ok: '●', passive: '○', going: '◐', note: '◆', warn: '▲', bad: '✘', unknown: '?', differ: '≠', check: '✔', plain: '·',
  line: '━', copy: '━', toRight: '▶', toLeft: '◀', full: '█', empty: '░', rule: '─', fold: '└',
  cut: '…', became: '→', tolerance: '±',
};

export const ASCII: Signs = {
  ok: 'o', passive: '-', going: '~', note: '+', warn: '!', bad: 'X', unknown: '?', differ: '#', check: 'v', plain: '.',
  line: '=', copy: '~', toRight: '>', toLeft: '<', full: '=', empty: '.', rule: '-', fold: '+',
  cut: '..', became: '->', tolerance: '+-',
};

/** What drawing needs to know about the terminal's letters. */
export interface Look {
  ascii: boolean;
  signs: Signs;
}

/** The look for a terminal that shows ASCII only, or Unicode. */
export function lookOf(ascii: boolean): Look {
  return { ascii, signs: ascii ? ASCII : UNICODE };
}

/**
 * Whether the ASCII signs are wanted: `--ascii`, a console that lacks them (TERM=linux, vt100), or a locale that is
 * not UTF-8. No locale at all is the C locale.
 */
export function asciiWanted(asked: boolean, env: Readonly<Record<string, string | undefined>>): boolean {
  if (asked) return true;
  const term = env['TERM'] ?? '';
  if (term === 'linux' || term.startsWith('vt1') || term.startsWith('vt2')) return true;
  const locale = env['LC_ALL'] || env['LC_CTYPE'] || env['LANG'] || '';
  return !/utf-?8/i.test(locale);
}
