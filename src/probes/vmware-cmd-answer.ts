// What one answer of vmware-cmd says: `method(argument) = value`, a list of machines, or a VMControl error.
import type { Answer } from './probe.ts';
import { complaintRefusal, firstLine, refusal, statusRefusal, textOf } from './refusal.ts';
import type { Refusal } from './refusal.ts';

/** One line `method(argument) = value`, as printed. */
export interface Method {
  method: string;
  argument: string;
  value: string;
  line: string;
}

/** An error of VMware's control interface, its lines joined to one. */
export interface ControlError {
  code: number;
  /** `VMControl error -8: Invalid operation ...`. */
  says: string;
}

/** No such machine: not registered here, or its .vmx cannot be reached (its file system is mounted on the peer). */
export const NO_SUCH_MACHINE = -11;
/** The machine's state does not allow what was asked. */
export const WRONG_STATE = -8;

/** The argument ends at the first `) = `: values hold brackets more often than paths and keys do. */
const METHOD = /^([a-z]\w{1,40})\((.*?)\) =(?: (.*))?$/;

/** `getstate() = on`; null: the line is none of this form. */
export function methodOf(line: string): Method | null {
  const match = METHOD.exec(line.trimEnd());
  return match ? { method: match[1] ?? '', argument: match[2] ?? '', value: (match[3] ?? '').trim(), line } : null;
}

/** Lines with something on them. */
export function linesOf(text: string): string[] {
  return text.split('\n').filter((line) => line.trim() !== '');
}

/** The error that was printed, on stdout or stderr, alone or in brackets below `Could not connect to ...`; null: none. */
export function controlError(answer: Answer): ControlError | null {
  const text = textOf(answer);
  const match = /^[ \t]*(\(?)VMControl error (-\d{1,6})\b/m.exec(text);
  if (!match) return null;
  const said = text.slice(match.index, match.index + 1000).replace(/\s+/g, ' ').trim();
  return { code: Number(match[2]), says: match[1] === '(' ? said.slice(1).replace(/\)$/, '') : said };
}

/**
 * True for a path that may stand in an argv and on a screen: absolute (so never an option), of a configuration file,
 * without control characters, at most 1024 characters. Blanks pass: no shell splits an argv.
 */
export function isMachinePath(line: string): boolean {
  return /^\/[^\u0000-\u001f\u007f-\u009f]{1,1018}\.(?:vmx|cfg)$/i.test(line);
}

/** Why vmware-cmd could not be asked; null: it was. `command` is what the operator would type. */
export function vmwareRefusal(answer: Answer, command: string): Refusal | null {
  const missing = statusRefusal(answer, command);
  if (missing) return missing;
  const error = controlError(answer);
  if (error) return refusal(kindOf(error, answer), `${command}: ${error.says}`, answer);
  const complaint = complaintRefusal(answer, command);
  if (complaint) return complaint;
  const unconnected = linesOf(textOf(answer)).find((line) => /^(?:\/\S*\/)?vmware-cmd: Could not connect to /.test(line));
  return unconnected === undefined ? null : refusal('no-answer', `${command}: ${unconnected.trim()}`, answer);
}

/** Printed, but not understood. */
export function notUnderstood(answer: Answer, what: string): Refusal {
  return refusal('unreadable', `${what}: ${firstLine(textOf(answer)) ?? 'nothing was printed'}`, answer);
}

function kindOf(error: ControlError, answer: Answer): Refusal['kind'] {
  if (error.code === NO_SUCH_MACHINE) return 'absent';
  if (/permission|not permitted|access denied|must be root/i.test(error.says)) return 'forbidden';
  return /vmware-(?:authd|serverd)|Connection refused/.test(textOf(answer)) ? 'down' : 'no-answer';
}
