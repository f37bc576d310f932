// One line of the kernel's log taken apart: when, and what. dmesg in its forms, syslog's files, journalctl -k.
import { partsOfLine } from './ha-log-line.ts';
import type { LogTime } from './ha-log-line.ts';

/** A line by its parts. */
export interface KernelParts {
  /** The time as printed, '' where the line has none. */
  stamp: string;
  time: LogTime | null;
  /** Seconds since the boot; null where they are not printed. */
  sinceBootSeconds: number | null;
  /** False for a line of another program in the same file. */
  isKernel: boolean;
  /** The message; for a line that is not the kernel's, the line behind its time. */
  text: string;
}

/** Longest line that is looked at; the rest is dropped (the transport cuts there too). */
const LINE_LENGTH = 4096;
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** `<6>` of `dmesg -r`, `kern  :info  : ` of `dmesg -x`. */
const PRIORITY = /^(?:<\d{1,3}>|[a-z]+ *:[a-z]+ *: )/;
/** `[ 1234.567890] text`. */
const UPTIME = /^\[ *(\d{1,12}(?:\.\d{1,9})?)\] ?(.*)$/;
/** `[Fri Nov 20 20:43:10 2026] text`, as `dmesg -T` prints it in the node's zone. */
const CLOCK = /^(\[[A-Z][a-z]{2} ([A-Z][a-z]{2}) +(\d{1,2}) (\d{2}):(\d{2}):(\d{2}) (\d{4})\]) ?(.*)$/;
/** `journalctl -o short-monotonic`: the host and the kernel's name behind the seconds. */
const JOURNAL_TAG = /^[\w.-]+ kernel: /;
/** `-- No entries --`, `-- Logs begin at ...`, `-- Boot 3f...`: what journalctl says itself. */
const JOURNAL_TALK = /^-- .*(?:--|\.)$|^-- (?:Boot|cursor:) /;

/** True for journalctl's own remarks, which are no line of any log. */
export function isJournalTalk(line: string): boolean {
  return JOURNAL_TALK.test(line);
}

/** Never fails: a line in none of the forms is all text, and the kernel's (dmesg without times). */
export function kernelPartsOf(line: string): KernelParts {
  const bounded = line.slice(0, LINE_LENGTH);
  return ofDmesg(bounded.replace(PRIORITY, '')) ?? ofSyslog(bounded) ?? { stamp: '', time: null, ...kernelText(bounded.replace(PRIORITY, '')) };
}

function ofDmesg(line: string): KernelParts | null {
  const clock = CLOCK.exec(line);
  if (clock) {
    const [, stamp = '', month = '', day, hour, minute, second, year, text = ''] = clock;
    const time = { month: MONTHS.indexOf(month) + 1, day: Number(day), hour: Number(hour), minute: Number(minute), second: Number(second), year: Number(year), zoneMinutes: null };
    return { stamp, time: time.month === 0 ? null : time, sinceBootSeconds: null, isKernel: true, text: text.trim() };
  }
  const uptime = UPTIME.exec(line);
  if (!uptime) return null;
  const [, seconds = '', text = ''] = uptime;
  return { stamp: line.slice(0, line.indexOf(']') + 1), time: null, sinceBootSeconds: Number(seconds), isKernel: true, text: text.replace(JOURNAL_TAG, '').trim() };
}

/** `Nov 20 20:56:24 alpha kernel: [1234.5] text`, also with an ISO time or parts of a second. */
function ofSyslog(line: string): KernelParts | null {
  const parts = partsOfLine(line.replace(/^([A-Z][a-z]{2} [ \d]\d \d{2}:\d{2}:\d{2})\.\d+ /, '$1 '));
  if (parts.stamp === '') return null;
  const { stamp, time } = parts;
  const behind = line.slice(line.indexOf(' ', stamp.length)).trim();
  if (parts.daemon !== 'kernel') return { stamp, time, sinceBootSeconds: null, isKernel: false, text: behind };
  // From the line, not from the parts: those take `error:` for a level.
  const text = /\bkernel(?:\[\d+\])?: ?(.*)$/.exec(behind)?.[1] ?? parts.text;
  return { stamp, time, ...kernelText(text.replace(/^: /, '').replace(PRIORITY, '')) };
}

/** The seconds since the boot stand in front of the text where the kernel prints them itself. */
function kernelText(text: string): Pick<KernelParts, 'sinceBootSeconds' | 'isKernel' | 'text'> {
  const uptime = UPTIME.exec(text.trimStart());
  if (!uptime) return { sinceBootSeconds: null, isKernel: true, text: text.trim() };
  return { sinceBootSeconds: Number(uptime[1]), isKernel: true, text: (uptime[2] ?? '').trim() };
}
