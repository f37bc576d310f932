// What a probe is: what to ask a node, and a pure `parse` of what it answered.
import type { FactName, FactTypes } from '../model/facts.ts';

/** One answer of a node: a file's text, or a command's output. Text is cleaned at the transport's edge. */
export interface Answer {
  /**
   * ok: a file was read, or a command ended with `exit`. The others say why there is no answer:
   * absent (no such file or program), forbidden (not readable), timeout, cut (longer than 1 MiB, or the line broke).
   */
  status: 'ok' | 'absent' | 'forbidden' | 'timeout' | 'cut';
  stdout: string;
  stderr: string;
  /** Exit status; null for files and where the program was killed. */
  exit: number | null;
}

/** A file answer or a captured stdout, as an Answer. */
export function answerOf(stdout: string, rest: Partial<Answer> = {}): Answer {
  return { status: 'ok', stdout, stderr: '', exit: 0, ...rest };
}

/** What `parse` gives: the facts, or why there are none. Never an empty list for "could not be asked". */
export type Parsed<T> =
  | { answered: true; facts: T; unread: string[] }
  | { answered: false; why: string; kind: 'absent' | 'forbidden' | 'down' | 'cut' | 'unreadable' | 'no-answer'; raw: string };

/**
 * A conversation of argv and answers, one command at a time; pure, so a test can play the node.
 * Yields argv (no shell in between; names a node printed are safe here), receives the Answer.
 */
export type Conversation<T> = Generator<readonly string[], Parsed<T>, Answer>;

export interface FileProbe<N extends FactName> {
  name: N;
  kind: 'files';
  everySeconds: number;
  /** Absolute paths or globs (`*` only in the last part), read by the quick shell under `$r`. */
  files: readonly string[];
  /** `answers`: by real path (without `$r`); a glob gives one entry per file it matched. */
  parse(answers: ReadonlyMap<string, Answer>): Parsed<FactTypes[N]>;
}

/** The probe of one file. `parse` gets its answer; a file that the shell said nothing of is absent. */
export function oneFile<N extends FactName>(name: N, path: string, everySeconds: number, parse: (answer: Answer) => Parsed<FactTypes[N]>): FileProbe<N> {
  return {
    name,
    kind: 'files',
    everySeconds,
    files: [path],
    parse: (answers) => parse(answers.get(path) ?? { status: 'absent', stdout: '', stderr: '', exit: null }),
  };
}

export interface CommandProbe<N extends FactName> {
  name: N;
  kind: 'commands';
  everySeconds: number;
  /** For one command, kept by the client. */
  deadlineSeconds: number;
  /** What no judgement rests on: the first look does not wait for it, it is asked soon after. */
  afterFirstLook?: boolean;
  ask(): Conversation<FactTypes[N]>;
}

export type Probe = { [N in FactName]: FileProbe<N> | CommandProbe<N> }[FactName];

/** A parser that `crashcart parse NAME` offers: captured output in, JSON-ready contract object out. */
export interface CapturedParser {
  name: string;
  /** What it reads, for --list and the README. */
  reads: string;
  /** The contract's fields beside `schema`; `answered` is always there. */
  parse(answer: Answer): { answered: true; unread: string[]; [field: string]: unknown } | { answered: false; why: string; raw: string };
}
