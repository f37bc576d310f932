// The question that a VMware machine waits with, from the end of its vmware.log.
import type { VmwareQuestion } from '../model/facts.ts';

/** Longest question that is kept. */
const TEXT_LENGTH = 1000;

/**
 * The last question of the log, null where none was asked or it was answered. As VMware Server 1 writes it:
 * `... vmx| Msg_Question:`, the text below it, the first line behind `[its.id]`, then a line of dashes; and, once
 * somebody chose, `... vmx| Msg_Question: its.id reply=N`. The choices are not in the log.
 */
export function pendingQuestion(log: string): VmwareQuestion | null {
  const lines = log.split('\n').map(messageOf);
  const at = lines.findLastIndex((line) => /^Msg_?Question:/.test(line));
  if (at < 0 || lines[at]?.trim() !== 'Msg_Question:') return null;
  const length = lines.slice(at + 1).findIndex((line) => /^-{10,}\s*$/.test(line));
  if (length < 0) return null;
  const words = lines.slice(at + 1, at + 1 + length).join(' ').replace(/\s+/g, ' ').trim();
  const [, id = null, text = ''] = /^(?:\[([\w.-]{1,100})\] ?)?(.*)$/.exec(words) ?? [];
  return text === '' ? null : { id, text: text.slice(0, TEXT_LENGTH), choices: null };
}

/** What stands behind the time and the thread's name. */
function messageOf(line: string): string {
  return line.replace(/^[^|]{1,60}\| ?/, '');
}
