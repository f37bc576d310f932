// The edge where a node's bytes become our text: decodes UTF-8 and drops everything a terminal would obey or hide.
// Everything a node prints is untrusted; after this, only text, newlines and tabs are left.

/** A streaming decoder: one per stream of bytes. Cutting the bytes in other places never changes the text. */
export interface Cleaner {
  /** The clean text of these bytes; what may still belong to an unfinished character or sequence is kept back. */
  push(bytes: Uint8Array): string;
  /** The text that was kept back; call it once, at the end of the stream. */
  end(): string;
}

/** An unfinished string sequence (a window title, say) swallows at most this many characters. */
const stringLimit = 4096;
/** An unfinished CSI sequence swallows at most this many characters. */
const csiLimit = 256;

/**
 * What a terminal may obey, reorder or not show: C0 but newline and tab, DEL, C1, bidirectional marks, zero width,
 * line and paragraph separators, tag characters. A carriage return is dropped, not turned into a newline:
 * it could otherwise make one log line look like two.
 */
const hostile = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]|[\u{e0000}-\u{e007f}]/gu;

/** Makes a streaming decoder. Invalid UTF-8 becomes U+FFFD. */
export function cleaner(): Cleaner {
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  const strip = stripper();
  return {
    push: (bytes) => strip(decoder.decode(bytes, { stream: true })),
    end: () => strip(decoder.decode()),
  };
}

/** The same for a text that is already decoded and whole: a banner, a file name, an error. */
export function cleanText(text: string): string {
  return stripper()(text.toWellFormed());
}

/** Cuts a line for showing: at most `max` characters, the last one an ellipsis when something was cut. */
export function capLine(line: string, max = 4096): string {
  if (line.length <= max) return line;
  return `${line.slice(0, max - 1).replace(/[\ud800-\udbff]$/, '')}…`;
}

type State = 'ground' | 'escape' | 'intermediate' | 'csi' | 'string' | 'string-escape';

/** Removes control characters and whole escape sequences; remembers an unfinished sequence between calls. */
function stripper(): (text: string) => string {
  let state: State = 'ground';
  let swallowed = 0;

  /** Takes one character inside a sequence; false: the sequence ended before it, look at it as ordinary text. */
  function swallow(char: string): boolean {
    const code = char.codePointAt(0) ?? 0;
    swallowed += 1;
    if (state !== 'string-escape' && code === 0x1b) {
      state = state === 'string' ? 'string-escape' : 'escape';
      return true;
    }
    switch (state) {
      case 'ground':
        return false;
      case 'escape':
        state = afterEscape(code);
        swallowed = 0;
        return code >= 0x20 && code < 0x7f;
      case 'intermediate':
        if (code >= 0x20 && code < 0x30) return swallowed < csiLimit || leave();
        state = 'ground';
        return code >= 0x30 && code < 0x7f;
      case 'csi':
        if (code >= 0x20 && code < 0x40) return swallowed < csiLimit || leave();
        state = 'ground';
        return code >= 0x40 && code < 0x7f;
      case 'string':
        if (code === 0x0a) return leave();
        if (code === 0x07 || code === 0x9c || code === 0x18 || code === 0x1a) state = 'ground';
        else if (swallowed >= stringLimit) state = 'ground';
        return true;
      case 'string-escape':
        if (char === '\\') {
          state = 'ground';
          return true;
        }
        // Not the terminator: the string was broken off by a new sequence.
        state = 'escape';
        return swallow(char);
    }
  }

  function leave(): boolean {
    state = 'ground';
    return false;
  }

  return (text) => {
    let clean = '';
    let at = 0;
    while (at < text.length) {
      if (state !== 'ground') {
        const char = String.fromCodePoint(text.codePointAt(at) ?? 0);
        if (swallow(char)) {
          at += char.length;
          continue;
        }
      }
      hostile.lastIndex = at;
      const found = hostile.exec(text);
      if (!found) return clean + text.slice(at);
      clean += text.slice(at, found.index);
      at = found.index + found[0].length;
      state = entered(found[0].codePointAt(0) ?? 0);
      swallowed = 0;
    }
    return clean;
  };
}

/** The sequence that a control character opens. */
function entered(code: number): State {
  if (code === 0x1b) return 'escape';
  if (code === 0x9b) return 'csi';
  return [0x90, 0x98, 0x9d, 0x9e, 0x9f].includes(code) ? 'string' : 'ground';
}

/** The sequence that the character after ESC opens: `[` CSI, `]` OSC, `P` DCS, `X` SOS, `^` PM, `_` APC. */
function afterEscape(code: number): State {
  const char = String.fromCodePoint(code);
  if (char === '[') return 'csi';
  if (']PX^_'.includes(char)) return 'string';
  return code >= 0x20 && code < 0x30 ? 'intermediate' : 'ground';
}
