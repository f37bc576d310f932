// Text in terminal cells: cleaned once more, measured, cut, padded and wrapped.
import stringWidth from 'string-width';
import type { Look } from './symbols.ts';

/** Only these leave `clean`: each takes one cell everywhere and turns no text around. */
const ONE_CELL = /^[\x20-\x7e¡-¬®-ɏΑ-ΡΣ-ώА-яЀ-Џѐ-ҁ‐-‧←→─-▟■-◿✓✔✗✘≠≤≥≈…±·]$/u;
const PLAIN_ASCII = /^[\x20-\x7e]*$/;
const SPELLED: Readonly<Record<string, string>> = {
  '→': '->', '←': '<-', '…': '..', '±': '+-', '·': '.', '–': '-', '—': '-', '‘': "'", '’': "'", '“': '"', '”': '"',
  '≠': '#', '●': 'o', '○': '-', '◐': '~', '◆': '+', '▲': '!', '✘': 'X', '✔': 'v',
};

/**
 * Text that takes exactly one cell per character: blanks for tabs and line ends, nothing for combining marks, `?`
 * for control, wide, right-to-left and private characters; with the ASCII look nothing above 0x7e.
 */
export function clean(text: string, look: Look): string {
  if (PLAIN_ASCII.test(text)) return text;
  let out = '';
  for (const letter of text.normalize('NFC')) {
    if (letter === '\t' || letter === '\n' || letter === '\r') out += ' ';
    else if (/^\p{M}$/u.test(letter)) continue;
    else if (look.ascii && letter > '~') out += SPELLED[letter] ?? '?';
    else out += ONE_CELL.test(letter) ? letter : '?';
  }
  return out;
}

/** Cells that a text takes. */
export function cells(text: string): number {
  return PLAIN_ASCII.test(text) ? text.length : stringWidth(text);
}

/** At most `width` cells; a sentence loses its end, with the sign that says so. */
export function fit(text: string, width: number, look: Look): string {
  const letters = [...clean(text, look)];
  if (letters.length <= width) return letters.join('');
  const sign = look.signs.cut;
  if (width <= sign.length) return letters.slice(0, Math.max(0, width)).join('');
  return letters.slice(0, width - sign.length).join('').trimEnd() + sign;
}

/** At most `width` cells; a name loses its middle, because names differ at both ends. */
export function fitName(text: string, width: number, look: Look): string {
  const letters = [...clean(text, look)];
  const sign = look.signs.cut;
  if (letters.length <= width) return letters.join('');
  if (width <= sign.length + 1) return letters.slice(0, Math.max(0, width)).join('');
  const kept = width - sign.length;
  const head = Math.ceil(kept / 2);
  return letters.slice(0, head).join('') + sign + letters.slice(letters.length - (kept - head)).join('');
}

/** Exactly `width` cells, cut like a name or filled with blanks on the right. */
export function nameField(text: string, width: number, look: Look): string {
  return fitName(text, width, look).padEnd(width);
}

/** Exactly `width` cells, cut at the end or filled on the right. */
export function field(text: string, width: number, look: Look): string {
  return fit(text, width, look).padEnd(width);
}

/** Lines of at most `width` cells, broken at blanks; longer words are broken where they must. */
export function wrap(text: string, width: number, look: Look): string[] {
  const room = Math.max(1, width);
  const lines: string[] = [];
  let line = '';
  for (let word of clean(text, look).split(' ').filter((part) => part !== '')) {
    while (word.length > room) {
      if (line !== '') lines.push(line);
      line = '';
      lines.push(word.slice(0, room));
      word = word.slice(room);
    }
    if (line !== '' && line.length + 1 + word.length > room) {
      lines.push(line);
      line = word;
    } else {
      line = line === '' ? word : `${line} ${word}`;
    }
  }
  if (line !== '') lines.push(line);
  return lines;
}

/** As many of the pieces as fit into `width`, from the first on. */
export function joinFitting(pieces: readonly string[], width: number, between = '   '): string {
  let text = '';
  for (const piece of pieces) {
    if (piece === '') continue;
    const longer = text === '' ? piece : text + between + piece;
    if (text !== '' && cells(longer) > width) break;
    text = longer;
  }
  return text;
}

/** A bar of `width` cells; anything above nothing shows at least one. */
export function bar(share: number, width: number, look: Look): string {
  const whole = Math.min(width, Math.max(share > 0 ? 1 : 0, Math.ceil(share * width - 0.5)));
  return look.signs.full.repeat(whole) + look.signs.empty.repeat(width - whole);
}
