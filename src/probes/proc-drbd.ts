// Probe `proc-drbd`: how every DRBD device stands, from /proc/drbd of 0.7, 8.x and 9 (9 prints its version only).
import type { ProcDrbd } from '../model/facts.ts';
import type { Answer, CapturedParser, FileProbe, Parsed } from './probe.ts';
import { readProcText } from './proc-drbd-text.ts';
import { plain } from './proc-drbd-words.ts';

const FILE = '/proc/drbd';
type NotAnswered = Extract<Parsed<ProcDrbd>, { answered: false }>;

/** /proc/drbd, every second. */
export const procDrbd: FileProbe<'proc-drbd'> = {
  name: 'proc-drbd',
  kind: 'files',
  everySeconds: 1,
  files: [FILE],
  parse: (answers) => {
    const answer = answers.get(FILE);
    return answer ? parseProcDrbd(answer) : { answered: false, kind: 'no-answer', why: `nothing was heard of ${FILE}`, raw: '' };
  },
};

/**
 * The facts of one answer. Not answered: no file (module not loaded), not readable, empty, broken off inside a
 * device's line, or text that is no /proc/drbd at all. Sizes in bytes, speeds in bytes per second.
 */
export function parseProcDrbd(answer: Answer): Parsed<ProcDrbd> {
  const refused = refusal(answer);
  if (refused) return refused;
  const { facts, unread, brokenAt } = readProcText(answer.stdout);
  const nothing = facts.version === null && facts.resources.length === 0;
  if (brokenAt !== null) return not(answer, 'cut', `${FILE} breaks off in the line "${short(brokenAt)}": the rest was not read`);
  if (nothing) return saysWhy(answer);
  return { answered: true, facts, unread: answer.exit ? [...unread, ...linesOf(answer.stderr)] : unread };
}

/** `crashcart parse proc-drbd`. */
export const capturedProcDrbd: CapturedParser = {
  name: 'proc-drbd',
  reads: '/proc/drbd of DRBD 0.7, 8.0 to 8.4 and 9 (9 prints its version only), or the init script\'s status',
  parse: (answer) => {
    const parsed = parseProcDrbd(answer);
    if (!parsed.answered) return { answered: false, why: parsed.why, raw: parsed.raw };
    return { answered: true, ...parsed.facts, unread: parsed.unread };
  },
};

/** Why the file could not be asked, as the transport tells. */
function refusal(answer: Answer): NotAnswered | null {
  switch (answer.status) {
    case 'ok':
      return null;
    case 'absent':
      return not(answer, 'absent', `the drbd module is not loaded: there is no ${FILE}`);
    case 'forbidden':
      return not(answer, 'forbidden', `${FILE} may not be read by this user`);
    case 'timeout':
      return not(answer, 'no-answer', `${FILE} was not answered in time`);
    case 'cut':
      return not(answer, 'cut', `the answer broke off before the end of ${FILE}`);
  }
}

/** Text without a version and without a device: what it says instead. */
function saysWhy(answer: Answer): NotAnswered {
  const text = plain(`${answer.stdout}\n${answer.stderr}`);
  if (text === '') return not(answer, 'no-answer', `${FILE} was answered with nothing at all`);
  if (/not loaded|no such file/i.test(text)) return not(answer, 'absent', `the drbd module is not loaded: "${short(text)}"`);
  if (/permission denied|not permitted/i.test(text)) return not(answer, 'forbidden', `${FILE} may not be read: "${short(text)}"`);
  if (answer.exit) return not(answer, 'no-answer', `reading ${FILE} failed with exit status ${answer.exit}: "${short(text)}"`);
  const begins = 'version:'.startsWith(text.slice(0, 8)) && !answer.stdout.endsWith('\n');
  if (begins) return not(answer, 'cut', `${FILE} breaks off in its first line: "${short(text)}"`);
  return not(answer, 'unreadable', `this is no ${FILE}, it has neither a version nor a device: "${short(text)}"`);
}

function not(answer: Answer, kind: NotAnswered['kind'], why: string): NotAnswered {
  return { answered: false, kind, why, raw: [answer.stdout, answer.stderr].filter((text) => text !== '').join('\n') };
}

/** The first line, short enough for a sentence. */
function short(text: string): string {
  const line = plain(plain(text).split('\n')[0] ?? '');
  return line.length > 80 ? `${line.slice(0, 77)}...` : line;
}

function linesOf(text: string): string[] {
  return text.split(/\r?\n/).filter((line) => plain(line) !== '');
}
