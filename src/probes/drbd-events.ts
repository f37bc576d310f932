// `drbdsetup events2` of drbd-utils 8.9 and later: what exists, then what changes.
import type { DrbdEvent, DrbdEvents } from '../model/drbd-status-facts.ts';
import { captured } from './captured.ts';
import type { Answer, Parsed } from './probe.ts';
import { complaintRefusal, firstLine, refusal, statusRefusal, textOf } from './refusal.ts';

const COMMAND = 'drbdsetup events2';

/** `crashcart parse drbd-events`. */
export const capturedDrbdEvents = captured('drbd-events', 'the output of drbdsetup events2, with or without --timestamps and --statistics', parseDrbdEvents);

/**
 * The events of a stretch of output, one per line; a line that begins with blanks goes on with the one before (guides
 * print it so). Not answered: no line of it is an event.
 */
export function parseDrbdEvents(answer: Answer): Parsed<DrbdEvents> {
  const missing = statusRefusal(answer, COMMAND);
  if (missing) return missing;
  const unread: string[] = [];
  const events: DrbdEvent[] = [];
  for (const line of wholeLines(answer.stdout)) {
    const event = eventOf(line);
    if (event) events.push(event);
    else unread.push(line);
  }
  if (events.length > 0) return { answered: true, facts: { events }, unread };
  const absent = textOf(answer).split('\n').find((line) => /^(?:modprobe|modinfo): .*\bdrbd\b|^Failed to modprobe drbd/.test(line));
  if (absent !== undefined) return refusal('absent', `the drbd module is not loaded: ${absent.trim()}`, answer);
  const complaint = complaintRefusal(answer, COMMAND);
  if (complaint) return complaint;
  const says = firstLine(textOf(answer));
  return refusal(says === null ? 'no-answer' : 'unreadable', `${COMMAND}: ${says === null ? 'nothing was printed' : `not understood: ${says}`}`, answer);
}

function wholeLines(text: string): string[] {
  const lines: string[] = [];
  for (const line of text.split('\n')) {
    if (line.trim() === '') continue;
    const before = lines.at(-1);
    if (/^\s/.test(line) && before !== undefined) lines[lines.length - 1] = `${before} ${line.trim()}`;
    else lines.push(line);
  }
  return lines;
}

/** `[TIME] EVENT OBJECT KEY:VALUE...`; `exists -` has no object. A rename and a helper's answer are of this form too. */
const LINE = /^(?:(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:?\d\d)) )?(exists|create|change|rename|destroy|call|response) (-|resource|device|connection|peer-device|path|helper)((?: \S+)*)\s*$/;

function eventOf(line: string): DrbdEvent | null {
  const match = LINE.exec(line);
  if (!match) return null;
  const [, stamp, event = '', object = '', rest = ''] = match;
  const words = rest.split(' ').filter((word) => word !== '');
  if (words.some((word) => word.indexOf(':') < 1) || (object === '-') !== (words.length === 0) || (object === '-' && event !== 'exists')) return null;
  const fields = new Map(words.map((word): [string, string] => [word.slice(0, word.indexOf(':')), word.slice(word.indexOf(':') + 1)]));
  // The same key twice: a line that was lost in part.
  if (fields.size !== words.length || (object !== '-' && !fields.get('name'))) return null;
  return { at: stamp === undefined ? null : isoOf(stamp), event, object, name: fields.get('name') ?? null, fields: Object.fromEntries(fields) };
}

/** ISO 8601 UTC; null for a date that does not exist. */
function isoOf(stamp: string): string | null {
  const [, time = '', fraction = '', zone = 'Z'] = /^(.{19})(\.\d+)?(.+)$/.exec(stamp) ?? [];
  const epochMs = Date.parse(`${time}${fraction.slice(0, 4)}${zone === 'Z' ? zone : `${zone.slice(0, 3)}:${zone.slice(-2)}`}`);
  return Number.isNaN(epochMs) ? null : new Date(epochMs).toISOString();
}
