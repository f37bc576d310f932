// From what Ink hears to names of keys: one name per key, also when several came in one piece over a slow line.
import type { Key } from 'ink';

/** Where the terminal's F1 is hidden from Ink, which has no name for it: a private-use letter. */
export const F1_LETTER = '\uE0F1';

/** Names of the keys in one input event, in order: `j`, `enter`, `ctrl+d`, `shift+tab`, `f1` ... */
export function keyNames(input: string, key: Key): string[] {
  if (key.upArrow) return ['up'];
  if (key.downArrow) return ['down'];
  if (key.leftArrow) return ['left'];
  if (key.rightArrow) return ['right'];
  if (key.pageUp) return ['pageup'];
  if (key.pageDown) return ['pagedown'];
  if (key.home) return ['home'];
  if (key.end) return ['end'];
  if (key.return) return ['enter'];
  if (key.escape) return ['esc'];
  if (key.tab) return [key.shift ? 'shift+tab' : 'tab'];
  if (key.backspace) return ['backspace'];
  if (key.delete) return ['delete'];
  if (key.ctrl) return input === '' ? [] : [`ctrl+${input.toLowerCase()}`];
  // No key here is an Alt key: what looks like one is Esc and a letter that a slow line delivered together.
  if (key.meta) return ['esc', ...[...input].flatMap(letterName)];
  return [...input].flatMap(letterName);
}

function letterName(letter: string): string[] {
  const code = letter.codePointAt(0) ?? 0;
  if (letter === F1_LETTER) return ['f1'];
  if (letter === '\r' || letter === '\n') return ['enter'];
  if (letter === '\t') return ['tab'];
  if (code === 0x1b) return ['esc'];
  if (code === 0x7f || code === 0x08) return ['backspace'];
  if (code < 0x20) return [`ctrl+${String.fromCharCode(code + 0x60)}`];
  return [letter];
}
