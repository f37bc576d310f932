// The kernel's log: one event per line, from dmesg, kern.log, messages or journalctl -k.
import type { KernelEvent, KernelLog } from '../model/kernel-facts.ts';
import { captured } from './captured.ts';
import { instantOf } from './ha-log-time.ts';
import type { LogContext } from './ha-log-time.ts';
import { drbdMeaning, isDrbdChatter } from './kernel-log-drbd.ts';
import { isJournalTalk, kernelPartsOf } from './kernel-log-line.ts';
import { machineMeaning } from './kernel-log-machine.ts';
import type { Answer, Parsed } from './probe.ts';
import { complaintRefusal, firstLine, refusal, statusRefusal } from './refusal.ts';

export type { LogContext } from './ha-log-time.ts';

/** `crashcart parse kernel-log`: no year and no zone to go by, so `at` is null unless the stamp has both. */
export const capturedKernelLog = captured('kernel-log', 'the kernel\'s log: dmesg, /var/log/kern.log, /var/log/messages, journalctl -k', (answer) =>
  parseKernelLog(answer, { year: null, zoneMinutes: null }),
);

/** One line as an event. Never fails; text that is not known is of kind `other`, and a line of another program too. */
export function parseKernelLine(line: string, context: LogContext): KernelEvent {
  const { stamp, time, sinceBootSeconds, isKernel, text } = kernelPartsOf(line);
  const meaning = (isKernel ? (drbdMeaning(text) ?? machineMeaning(text)) : null) ?? { ...NOTHING, text };
  return { at: time && instantOf(time, context), stamp, sinceBootSeconds, ...meaning };
}

/** True for a line that the kernel wrote, in a file that others write to. */
export function isKernelLine(line: string): boolean {
  return kernelPartsOf(line).isKernel && !isJournalTalk(line);
}

/** True for what belongs in a timeline: all that is known, without DRBD's talk of its own work. */
export function isWorthTelling(event: KernelEvent): boolean {
  return event.about !== null && !isDrbdChatter(event);
}

/** A whole log. Empty lines are skipped; `unread` are only lines that are no text. An empty log has no events. */
export function parseKernelLog(answer: Answer, context: LogContext): Parsed<KernelLog> {
  // Of a log that was cut, what came is still true.
  const refused = answer.status === 'cut' ? null : statusRefusal(answer, 'the kernel\'s log');
  if (refused) return refused;
  const lines = answer.stdout.split('\n').filter((line) => line.trim() !== '' && !isJournalTalk(line));
  if (lines.length <= 1) {
    const complaint = complaintRefusal(answer, 'the kernel\'s log') ?? journalRefusal(answer);
    if (complaint) return complaint;
  }
  if (lines.length === 0 && answer.exit) return refusal('no-answer', `the kernel's log: exit ${answer.exit}: ${firstLine(answer.stderr) ?? 'nothing said'}`, answer);
  const unread = lines.filter((line) => !isText(line));
  const events = lines.filter(isText).map((line) => parseKernelLine(line, context));
  return { answered: true, facts: { events }, unread };
}

const NOTHING = { kind: 'other', about: null, minor: null, resource: null, peer: null, from: null, to: null, changes: [] } as const satisfies Partial<KernelEvent>;

/** What journalctl says where it may not read, or has nothing to read. */
function journalRefusal(answer: Answer): Parsed<KernelLog> | null {
  const said = `${answer.stdout}\n${answer.stderr}`;
  if (/not seeing messages from other users|insufficient permissions/i.test(said)) return refusal('forbidden', 'the kernel\'s log: this account may not read the journal', answer);
  if (/No journal files were (?:found|opened)/.test(said)) return refusal('absent', 'the kernel\'s log: there is no journal', answer);
  return null;
}

/** No control byte but TAB, and not mostly bytes that are no UTF-8 (a few are a name in Latin-1). */
function isText(line: string): boolean {
  if (/[\0-\x08\x0b-\x1f\x7f]/.test(line)) return false;
  const broken = line.split('\ufffd').length - 1;
  return broken * 4 <= line.length;
}
