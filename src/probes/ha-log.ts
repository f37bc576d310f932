// Heartbeat's log: one event per line, in whatever form the line is.
import type { HaLog, LogEvent } from '../model/facts.ts';
import type { Answer, Parsed } from './probe.ts';
import { captured } from './captured.ts';
import { meaningOf } from './ha-log-kinds.ts';
import { partsOfLine } from './ha-log-line.ts';
import { instantOf } from './ha-log-time.ts';
import type { LogContext } from './ha-log-time.ts';
import { complaintRefusal, statusRefusal } from './refusal.ts';

export type { LogContext } from './ha-log-time.ts';

/** `crashcart parse ha-log`: no year and no zone to go by, so `at` is null unless the stamp has both. */
export const capturedHaLog = captured('ha-log', 'heartbeat logs (/var/log/ha-log, ha-debug), all forms', (answer) =>
  parseHaLog(answer, { year: null, zoneMinutes: null }),
);

/** One line as an event. Never fails; text that is not known is of kind `other`. */
export function parseHaLogLine(line: string, context: LogContext): LogEvent {
  const { stamp, time, level, daemon, pid, text } = partsOfLine(line);
  const { kind, node, resource } = meaningOf(text);
  return { at: time && instantOf(time, context), stamp, level, daemon, pid, kind, node, resource, text };
}

/** A whole log. Empty lines are skipped; `unread` are only lines that are no text. An empty log has no events. */
export function parseHaLog(answer: Answer, context: LogContext): Parsed<HaLog> {
  // Of a log that was cut, what came is still true.
  const refused = answer.status === 'cut' ? null : statusRefusal(answer, 'the log');
  if (refused) return refused;
  const lines = answer.stdout.split('\n').filter((line) => line.trim() !== '');
  if (lines.length <= 1) {
    const complaint = complaintRefusal(answer, 'the log');
    if (complaint) return complaint;
  }
  const unread = lines.filter((line) => !isText(line));
  const events = lines.filter(isText).map((line) => parseHaLogLine(line, context));
  return { answered: true, facts: { events }, unread };
}

/** No control byte but TAB, and not mostly bytes that are no UTF-8 (a few are a name in Latin-1). */
function isText(line: string): boolean {
  if (/[\0-\x08\x0b-\x1f\x7f]/.test(line)) return false;
  const broken = line.split('\ufffd').length - 1;
  return broken * 4 <= line.length;
}
