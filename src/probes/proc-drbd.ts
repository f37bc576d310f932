// Probe `proc-drbd`: how every DRBD device stands, from /proc/drbd of 0.7, 8.x and 9 (9 prints its version only).
import type { ProcDrbd } from '../model/facts.ts';
import type { Answer, CapturedParser, FileProbe, Parsed } from './probe.ts';
import { captured } from './captured.ts';
import { readProcText } from './proc-drbd-text.ts';
import { plain } from './proc-drbd-words.ts';
import { refusal, statusRefusal, textOf } from './refusal.ts';
import type { Refusal } from './refusal.ts';

const FILE = '/proc/drbd';

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
  if (answer.status === 'absent') return refusal('absent', `the drbd module is not loaded: there is no ${FILE}`, answer);
  const refused = statusRefusal(answer, FILE);
  if (refused) return refused;
  const { facts, unread, brokenAt } = readProcText(answer.stdout);
  const nothing = facts.version === null && facts.resources.length === 0;
  if (brokenAt !== null) return refusal('cut', `${FILE} breaks off in the line "${short(brokenAt)}": the rest was not read`, answer);
  if (nothing) return saysWhy(answer);
  return { answered: true, facts, unread: answer.exit ? [...unread, ...linesOf(answer.stderr)] : unread };
}

/** `crashcart parse proc-drbd`. */
export const capturedProcDrbd: CapturedParser = captured(
  'proc-drbd',
  '/proc/drbd of DRBD 0.7, 8.0 to 8.4 and 9 (9 prints its version only), or the init script\'s status',
  parseProcDrbd,
);

/** Text without a version and without a device: what it says instead. */
function saysWhy(answer: Answer): Refusal {
  const text = textOf(answer);
  const says = `"${short(text)}"`;
  if (plain(text) === '') return refusal('no-answer', `${FILE} was answered with nothing at all`, answer);
  if (/not loaded|no such file/i.test(text)) return refusal('absent', `the drbd module is not loaded: ${says}`, answer);
  if (/permission denied|not permitted/i.test(text)) return refusal('forbidden', `${FILE} may not be read: ${says}`, answer);
  if (answer.exit) return refusal('no-answer', `reading ${FILE} failed with exit status ${answer.exit}: ${says}`, answer);
  const begins = 'version:'.startsWith(plain(text).slice(0, 8)) && !answer.stdout.endsWith('\n');
  if (begins) return refusal('cut', `${FILE} breaks off in its first line: ${says}`, answer);
  return refusal('unreadable', `this is no ${FILE}, it has neither a version nor a device: ${says}`, answer);
}

/** The first line, short enough for a sentence. */
function short(text: string): string {
  const line = plain(plain(text).split('\n')[0] ?? '');
  return line.length > 80 ? `${line.slice(0, 77)}...` : line;
}

function linesOf(text: string): string[] {
  return text.split(/\r?\n/).filter((line) => plain(line) !== '');
}
