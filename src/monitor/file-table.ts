// The files a node's quick shell looks at: their last texts by pattern, and whether they changed.
import type { Answer } from '../probes/probe.ts';

/** Words of the quick shell for how a look at a file went. */
const STATUS: Readonly<Record<string, Answer['status']>> = { ok: 'ok', absent: 'absent', denied: 'forbidden', cut: 'cut' };

interface Watched {
  pattern: string;
  /** By ordinal within the pattern; a plain path has one. */
  files: { path: string; answer: Answer }[];
  /** Grows with each change. */
  version: number;
}

/** Patterns get their index in the order they are first named; it is the quick shell's name for them. */
export class FileTable {
  readonly #watched: Watched[] = [];

  /** The index of a pattern, which becomes known by this. Patterns are constants of the probes. */
  indexOf(pattern: string): number {
    const known = this.#watched.findIndex((watched) => watched.pattern === pattern);
    if (known >= 0) return known;
    if (!isPattern(pattern)) throw new Error(`not an absolute path with * in its last part only: ${JSON.stringify(pattern)}`);
    return this.#watched.push({ pattern, files: [], version: 0 }) - 1;
  }

  /** All patterns, by index. */
  patterns(): readonly string[] {
    return this.#watched.map((watched) => watched.pattern);
  }

  /** A section of the quick shell: one file as it is now. */
  set(index: number, ordinal: number, status: string, path: string, text: string): void {
    const watched = this.#watched[index];
    if (!watched || !Number.isInteger(ordinal) || ordinal < 0 || ordinal > watched.files.length) return;
    const answer: Answer = { status: STATUS[status] ?? 'cut', stdout: text, stderr: '', exit: null };
    const before = watched.files[ordinal];
    if (before && before.path === path && before.answer.status === answer.status && before.answer.stdout === text) return;
    watched.files[ordinal] = { path, answer };
    watched.version += 1;
  }

  /** How many files a pattern matches now. */
  count(index: number, files: number): void {
    const watched = this.#watched[index];
    if (!watched || watched.files.length <= files) return;
    watched.files.length = files;
    watched.version += 1;
  }

  /** Changes whenever a file of these patterns did. */
  version(patterns: readonly string[]): number {
    return patterns.reduce((sum, pattern) => sum + (this.#watched[this.indexOf(pattern)]?.version ?? 0), 0);
  }

  /** What a probe's `parse` gets: the answers by real path. */
  answers(patterns: readonly string[]): Map<string, Answer> {
    const found = patterns.flatMap((pattern) => this.#watched[this.indexOf(pattern)]?.files ?? []);
    return new Map(found.map(({ path, answer }) => [path, answer]));
  }
}

/** The text of the files for the operator: as it is, with the path above each where there are several. */
export function rawOf(answers: ReadonlyMap<string, Answer>): string {
  const there = [...answers].filter(([, answer]) => answer.status !== 'absent');
  if (there.length <= 1) return there[0]?.[1].stdout ?? '';
  return there.map(([path, answer]) => `==> ${path} <==\n${answer.stdout}`).join('\n');
}

function isPattern(pattern: string): boolean {
  return /^\/[^*?[\]\\\n]*[^/?[\]\\\n]*$/.test(pattern);
}
