// Cuts a node shell's output into frames: a line `@NONCE WORDS` opens one, what follows up to the next is its body.

export interface Frame {
  /** The words after the nonce. */
  words: readonly string[];
  /** The text after the opening line, without the line break that belongs to the next frame. */
  body: string;
  /** True when the body was longer than MAX_BODY and the rest was dropped. */
  cut: boolean;
}

/** A body is kept up to this many characters. */
export const MAX_BODY = 1024 * 1024;
/** What a login shell printed before our first frame is kept up to here, to tell why there was none. */
const MAX_NOISE = 4096;
/** A line without an end is not held back for longer than this. */
const MAX_PENDING = 64 * 1024;
/** The longest opening line that is ours: words and a path. */
const MAX_HEAD = 8192;

/**
 * Splits one channel's stdout. Frames whose first word is in `withBody` come when the next frame opens (the shells
 * see to it that one follows), all others at once. Text outside a frame is noise and never becomes a fact.
 */
export class FrameSplitter {
  /** What stood before the first frame, at most 4 KB. */
  noise = '';
  readonly #mark: string;
  readonly #withBody: ReadonlySet<string>;
  #pending = '';
  #midLine = false;
  #open: { words: string[]; parts: string[]; size: number; cut: boolean } | null = null;
  #begun = false;

  constructor(nonce: string, withBody: ReadonlySet<string>) {
    this.#mark = `@${nonce} `;
    this.#withBody = withBody;
  }

  push(text: string): Frame[] {
    const frames: Frame[] = [];
    const lines = (this.#pending + text).split('\n');
    this.#pending = lines.pop() ?? '';
    for (const line of lines) {
      const frame = this.#line(line);
      if (frame) frames.push(...frame);
    }
    if (this.#pending.length > MAX_PENDING) {
      this.#add(this.#pending);
      this.#pending = '';
      this.#midLine = true;
    }
    return frames;
  }

  /** One whole line (without its end): the frames it completes. */
  #line(line: string): Frame[] | null {
    const opens = !this.#midLine && line.startsWith(this.#mark) && line.length <= MAX_HEAD;
    this.#midLine = false;
    if (!opens) {
      this.#add(`${line}\n`);
      return null;
    }
    this.#begun = true;
    const frames: Frame[] = [];
    if (this.#open) frames.push(this.#close(this.#open));
    const words = line.slice(this.#mark.length).split(' ');
    this.#open = null;
    if (this.#withBody.has(words[0] ?? '')) this.#open = { words, parts: [], size: 0, cut: false };
    else frames.push({ words, body: '', cut: false });
    return frames;
  }

  #add(text: string): void {
    if (!this.#begun) this.noise = (this.noise + text).slice(0, MAX_NOISE);
    const open = this.#open;
    if (!open) return;
    // One more than the maximum: the last line break belongs to the frame that follows.
    const room = MAX_BODY + 1 - open.size;
    if (text.length > room) open.cut = true;
    if (room <= 0) return;
    open.parts.push(text.slice(0, room));
    open.size += Math.min(room, text.length);
  }

  #close(open: { words: string[]; parts: string[]; cut: boolean }): Frame {
    const text = open.parts.join('');
    return { words: open.words, body: open.cut ? text.slice(0, MAX_BODY) : text.replace(/\n$/, ''), cut: open.cut };
  }
}
