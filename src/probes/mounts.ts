// What is mounted where, from /proc/mounts.
import type { Mounts } from '../model/facts.ts';
import { oneFile } from './probe.ts';
import type { Answer, Parsed } from './probe.ts';
import { captured } from './captured.ts';
import { complaintRefusal, firstLine, refusal, statusRefusal } from './refusal.ts';

const PATH = '/proc/mounts';

/** Reads /proc/mounts every 10 s; unlike df it never hangs on a dead server. */
export const mounts = oneFile('mounts', PATH, 10, parseMounts);

/** `crashcart parse mounts`. */
export const capturedMounts = captured('mounts', '/proc/mounts, or the output of mount', parseMounts);

/** Six fields a line, in the order of mounting; also `DEVICE on PATH type TYPE (OPTIONS)`, as mount prints it. */
export function parseMounts(answer: Answer): Parsed<Mounts> {
  const refused = statusRefusal(answer, PATH) ?? complaintRefusal(answer, PATH);
  if (refused) return refused;
  const found: Mounts['mounts'] = [];
  const unread: string[] = [];
  for (const line of answer.stdout.split('\n')) {
    if (line.trim() === '') continue;
    const match = FIELDS.exec(line) ?? SENTENCE.exec(line);
    if (!match) unread.push(line);
    else found.push({ device: plain(match[1]), path: plain(match[2]), type: plain(match[3]), options: plain(match[4]) });
  }
  // Every process has a root.
  if (found.length === 0) return unread.length === 0 ? refusal('cut', `${PATH} is empty`, answer) : refusal('unreadable', `${PATH}: no line understood: ${firstLine(answer.stdout) ?? ''}`, answer);
  return { answered: true, facts: { mounts: found }, unread };
}

const FIELDS = /^(\S+) (\S+) (\S+) (\S+) \d+ \d+$/;
const SENTENCE = /^(\S+) on (\/.*) type (\S+) \((\S*)\)$/;

/** The kernel's escapes for blank, # and backslash. TAB (\011) and newline (\012) stay escaped: they would break a screen. */
function plain(field = ''): string {
  return field.replace(/\\(040|043|134)/g, (_all, octal: string) => String.fromCharCode(parseInt(octal, 8)));
}
