// Why an answer holds no facts: the words of shells, kernels and our own transport, as one sentence for the operator.
import type { Answer, Parsed } from './probe.ts';

/** The `answered: false` half of Parsed. */
export type Refusal = Extract<Parsed<unknown>, { answered: false }>;

/** Longest sentence an operator is shown. */
const SENTENCE_LENGTH = 200;

/** Everything the answer holds, stdout first, for `raw` and for looking at words wherever they were printed. */
export function textOf(answer: Answer): string {
  if (answer.stderr === '') return answer.stdout;
  return answer.stdout === '' || answer.stdout.endsWith('\n')
    ? answer.stdout + answer.stderr
    : `${answer.stdout}\n${answer.stderr}`;
}

/** An answer without facts: `why` is one sentence, `raw` what the node printed. */
export function refusal(kind: Refusal['kind'], why: string, answer: Answer): Refusal {
  const sentence = why.length > SENTENCE_LENGTH ? `${why.slice(0, SENTENCE_LENGTH - 1)}…` : why;
  return { answered: false, kind, why: sentence, raw: textOf(answer) };
}

/**
 * What the transport says of an answer that never came whole; null when it did. `what` is the file or command, as
 * the operator would type it. A program that the shell did not find ends with 127 (POSIX), that counts as absent.
 */
export function statusRefusal(answer: Answer, what: string): Refusal | null {
  switch (answer.status) {
    case 'absent':
      return refusal('absent', `${what}: not there`, answer);
    case 'forbidden':
      return refusal('forbidden', `${what}: not readable by this account`, answer);
    case 'timeout':
      return refusal('no-answer', `${what}: no answer before the deadline`, answer);
    case 'cut':
      return refusal('cut', `${what}: longer than is read, or cut off`, answer);
    case 'ok':
      return answer.exit === 127 ? refusal('absent', `${what}: not there`, answer) : null;
  }
}

/**
 * The complaint of a shell, cat or tail in the place of a file or output (captures often hold both), as in
 * `cat: /etc/ha.d/ha.cf: No such file or directory` and `bash: line 1: xm: command not found`; null: no such line.
 */
export function complaintRefusal(answer: Answer, what: string): Refusal | null {
  for (const line of textOf(answer).split('\n')) {
    if (!/^\S+: /.test(line)) continue;
    if (/: (?:command )?not found\s*$|: No such file or directory\s*$/.test(line)) return refusal('absent', `${what}: ${line.trim()}`, answer);
    if (/: (?:Permission denied|Operation not permitted)\s*$/i.test(line)) return refusal('forbidden', `${what}: ${line.trim()}`, answer);
  }
  return null;
}

/** First line with something on it, for sentences; null when there is none. */
export function firstLine(text: string): string | null {
  for (const line of text.split('\n')) {
    if (line.trim() !== '') return line.trim();
  }
  return null;
}
