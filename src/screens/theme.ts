// Colour roles: what a thing means, and how a terminal of 16, 8 or no colours says it.

/** The meaning of a stretch of text; a screen never names a colour. */
export type Token = 'ok' | 'mark' | 'warn' | 'alert' | 'alarm' | 'stale' | 'strong' | 'muted' | 'key';

/** `none` keeps the attributes (bold, dim, inverse): nothing may depend on colour alone. */
export type ColorLevel = 'none' | 'eight' | 'sixteen';

const SIXTEEN: Readonly<Record<Token, string>> = {
  ok: '32', mark: '36', warn: '1;93', alert: '1;91', alarm: '1;97;41', stale: '2;90', strong: '1', muted: '90', key: '96',
};
const EIGHT: Readonly<Record<Token, string>> = {
  ok: '32', mark: '36', warn: '1;33', alert: '1;31', alarm: '1;37;41', stale: '2', strong: '1', muted: '2', key: '1;36',
};
/** Here `alarm` is inverse, as on a red ground. */
const NONE: Readonly<Record<Token, string>> = {
  ok: '', mark: '', warn: '1', alert: '1', alarm: '1;7', stale: '2', strong: '1', muted: '', key: '',
};
const THEMES: Readonly<Record<ColorLevel, Readonly<Record<Token, string>>>> = { none: NONE, eight: EIGHT, sixteen: SIXTEEN };

/** The text with its attributes around it, ended by a reset; unchanged when it has none. */
export function dress(text: string, token: Token | null, inverse: boolean, level: ColorLevel): string {
  const codes = [token === null ? '' : THEMES[level][token], inverse ? '7' : ''].filter((code) => code !== '');
  return codes.length === 0 || text === '' ? text : `\x1b[${codes.join(';')}m${text}\x1b[0m`;
}

/** How many colours to use: the option outranks NO_COLOR, which outranks what TERM can. */
export function colorLevel(choice: 'auto' | 'always' | 'never', env: Readonly<Record<string, string | undefined>>): ColorLevel {
  if (choice === 'never') return 'none';
  if (choice === 'auto' && (env['NO_COLOR'] ?? '') !== '') return 'none';
  const term = env['TERM'] ?? '';
  if (choice === 'auto' && (term === '' || term === 'dumb')) return 'none';
  if (env['COLORTERM'] || /color|direct|^(xterm|screen|tmux|rxvt|konsole|foot|kitty|alacritty)/.test(term)) return 'sixteen';
  return 'eight';
}
