// The logs followed on a node: which descriptor of the quick shell reads which file, and what came of it.
import type { NodeEvent } from './reduce.ts';
import { LOG_FDS } from './shell/quick.ts';

/** Why a log cannot be followed, by the quick shell's word. */
const WHY: Readonly<Record<string, string>> = { absent: 'no such file', denied: 'not a file this user may read' };
/** A log line is kept up to here. */
const MAX_LINE = 4096;
/** By so many lines in a row the place is found again where reading stopped before a connection was lost. */
const LINES_TO_KNOW = 8;

/** The followed logs of one node, over as many quick shells as it takes. */
export class LogFollow {
  readonly #files: string[] = [];
  readonly #emit: (event: NodeEvent) => void;
  /** The last lines heard of each file. */
  readonly #last = new Map<string, readonly string[]>();
  /** Files of which a new shell begins with lines that an earlier one may have sent already. */
  readonly #again = new Set<string>();

  constructor(files: readonly string[], emit: (event: NodeEvent) => void) {
    this.#emit = emit;
    for (const file of files) this.#add(file);
  }

  /** One file more: the request for the quick shell, or null when there is nothing to ask. */
  follow(file: string, now: number): string | null {
    if (this.#files.includes(file)) return null;
    if (this.#add(file)) return this.#request(this.#files.length - 1);
    const why = this.#files.length >= LOG_FDS.length ? `crashcart follows ${LOG_FDS.length} logs of a node at most` : 'not an absolute path';
    this.#emit({ kind: 'log-file', file, why, at: now });
    return null;
  }

  /** The requests for a shell that follows nothing yet. */
  requests(): string {
    for (const file of this.#last.keys()) this.#again.add(file);
    return this.#files.map((_, index) => this.#request(index)).join('');
  }

  /** Lines of descriptor `fd`, each with its end. */
  lines(fd: number, body: string, at: number): void {
    const file = this.#fileOf(fd);
    if (file === undefined) return;
    const all = body.split('\n').map((line) => line.slice(0, MAX_LINE)).filter((line) => line.trim() !== '');
    const last = this.#last.get(file) ?? [];
    const lines = this.#again.delete(file) ? after(all, last) : all;
    if (lines.length === 0) return;
    this.#last.set(file, [...last, ...lines].slice(-LINES_TO_KNOW));
    this.#emit({ kind: 'log', file, lines, at });
  }

  /** Whether descriptor `fd` could be opened. */
  state(fd: number, status: string, at: number): void {
    const file = this.#fileOf(fd);
    if (file !== undefined) this.#emit({ kind: 'log-file', file, why: status === 'ok' ? null : (WHY[status] ?? status), at });
  }

  #add(file: string): boolean {
    if (this.#files.length >= LOG_FDS.length || this.#files.includes(file) || !/^\/[^\n\0]*$/.test(file)) return false;
    this.#files.push(file);
    return true;
  }

  #request(index: number): string {
    return `l ${LOG_FDS[index]} ${this.#files[index]}\n`;
  }

  #fileOf(fd: number): string | undefined {
    return this.#files[fd - LOG_FDS[0]];
  }
}

/** The lines that follow after `known`, where that is found among them; else all: better twice than not at all. */
function after(lines: readonly string[], known: readonly string[]): readonly string[] {
  for (let end = lines.length; end >= known.length; end -= 1) {
    if (known.every((line, index) => lines[end - known.length + index] === line)) return lines.slice(end);
  }
  return lines;
}
