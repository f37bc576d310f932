// The log of a virtual machine, vmware.log beside its .vmx: questions asked and answered. It is not replicated: gone at unmount.
import { syslogTime } from '../node.ts';
import type { SimNode } from '../shapes.ts';
import type { Question } from './questions.ts';

/** Notes that the machine asks and waits. */
export function logQuestion(node: SimNode, vmx: string, { name, text }: Question): void {
  say(node, vmx, ['Msg_Question:', `[${name}] ${text}`, '----------------------------------------']);
}

/** Notes which choice was made, by its number. */
export function logReply(node: SimNode, vmx: string, { name }: Question, choice: number): void {
  say(node, vmx, [`Msg_Question: ${name} reply=${choice}`]);
}

function say(node: SimNode, vmx: string, lines: readonly string[]): void {
  const time = syslogTime(node.clock());
  node.files.append(vmx.replace(/[^/]*$/, 'vmware.log'), lines.map((line) => `${time}: vmx| ${line}\n`).join(''));
}
