// The grammar of drbd.conf without its meaning: statements `words;` and sections `words { ... }`, with their lines.

/** A statement (`body` null) or a section. */
export interface ConfNode {
  /** Quotes removed. */
  words: string[];
  body: ConfNode[] | null;
  file: string;
  /** Lines of its first and last word, from 1. */
  line: number;
  lastLine: number;
}

/** A text cut into nodes; `broken` are the lines, from 1, where the grammar was. */
export interface ConfTree {
  nodes: ConfNode[];
  broken: ReadonlySet<number>;
}

interface Token {
  text: string;
  /** `{`, `}` and `;` are marks; everything else, quoted or not, is a word. */
  mark: boolean;
  line: number;
}

const TOKEN = /\n|[^\S\n]+|#[^\n]*|[{};]|"(?:[^"\\\n]|\\[^\n])*"|"[^\n]*|[^\s{};"#]+/gy;

/** Reads one file's text. Never throws; sections nested deeper than any tool knows (8) are not given. */
export function readConfTree(file: string, text: string): ConfTree {
  const broken = new Set<number>();
  const reader = new TreeReader(file, (line) => broken.add(line));
  for (const token of tokensOf(text)) reader.take(token);
  return { nodes: reader.end(), broken };
}

function* tokensOf(text: string): Generator<Token> {
  let line = 1;
  for (const [token] of text.replaceAll('\0', '').replaceAll('\u00a0', ' ').matchAll(TOKEN)) {
    if (token === '\n') line += 1;
    else if (token.trim() !== '' && !token.startsWith('#')) yield { text: token, mark: /^[{};]$/.test(token), line };
  }
}

const MAX_DEPTH = 8;

/** Builds the tree token by token. */
class TreeReader {
  readonly #file: string;
  readonly #complain: (line: number) => void;
  readonly #nodes: ConfNode[] = [];
  readonly #open: ConfNode[] = [];
  #words: string[] = [];
  #line = 1;
  #lastLine = 1;

  constructor(file: string, complain: (line: number) => void) {
    this.#file = file;
    this.#complain = complain;
  }

  take(token: Token): void {
    if (!token.mark) this.#word(token);
    else if (token.text === ';') this.#close(null, token.line);
    else if (token.text === '{') this.#enter(token.line);
    else this.#leave(token.line);
  }

  /** What stands at the end of the text: sections still open, words without `;`. */
  end(): ConfNode[] {
    if (this.#words.length > 0) this.#complain(this.#line);
    for (const section of this.#open) this.#complain(section.line);
    return this.#nodes;
  }

  #word(token: Token): void {
    const broken = token.text.startsWith('"') && !/^".*"$/.test(token.text);
    if (broken || token.text === '"') this.#complain(token.line);
    if (this.#words.length === 0) this.#line = token.line;
    this.#lastLine = token.line;
    this.#words.push(token.text.replace(/^"|"$/g, '').replace(/\\(.)/g, '$1'));
  }

  #close(body: ConfNode[] | null, line: number): ConfNode | null {
    const words = this.#words;
    this.#words = [];
    if (words.length === 0 && body === null) return null;
    const [first, last] = words.length > 0 ? [this.#line, this.#lastLine] : [line, line];
    const node: ConfNode = { words, body, file: this.#file, line: first, lastLine: last };
    if (this.#open.length >= MAX_DEPTH) this.#complain(node.line);
    else (this.#open.at(-1)?.body ?? this.#nodes).push(node);
    return node;
  }

  #enter(line: number): void {
    const node = this.#close([], line);
    if (node) this.#open.push(node);
  }

  #leave(line: number): void {
    if (this.#words.length > 0) {
      this.#complain(this.#line);
      this.#words = [];
    }
    if (!this.#open.pop()) this.#complain(line);
  }
}
