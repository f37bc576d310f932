// Heartbeat's haresources: which node prefers which group of resources.
import type { HaResources } from '../model/facts.ts';
import { oneFile } from './probe.ts';
import type { Answer, Parsed } from './probe.ts';
import { captured } from './captured.ts';
import { complaintRefusal, refusal, statusRefusal } from './refusal.ts';

const PATH = '/etc/ha.d/haresources';

/** Reads /etc/ha.d/haresources every half minute; it must be the same on all nodes. */
export const haresources = oneFile('haresources', PATH, 30, parseHaResources);

/** `crashcart parse haresources`. */
export const capturedHaResources = captured('haresources', PATH, parseHaResources);

/**
 * One group per logical line, `node resource...`; `\` at the end of a line continues it. Comments only: no groups,
 * which is an answer. A line whose first word is no node name, or that names no resource, is `unread`.
 */
export function parseHaResources(answer: Answer): Parsed<HaResources> {
  const refused = statusRefusal(answer, PATH) ?? complaintRefusal(answer, PATH);
  if (refused) return refused;
  if (answer.stdout.trim() === '') return refusal('cut', `${PATH} is empty`, answer);
  const groups: HaResources['groups'] = [];
  const unread: string[] = [];
  for (const { text, whole } of logicalLines(answer.stdout)) {
    const [preferred = '', ...members] = text.replace(/(?:^|\s)#.*$/, '').split(/\s+/).filter((word) => word !== '');
    if (preferred === '') continue;
    const understood = /^[A-Za-z0-9][\w.-]{0,127}$/.test(preferred) && members.length > 0;
    if (understood) groups.push({ preferred, members });
    if (!understood || !whole) unread.push(text);
  }
  return { answered: true, facts: { groups }, unread };
}

/** Lines with their continuations joined; `whole` is false when the file ends where a line should go on. */
function logicalLines(text: string): { text: string; whole: boolean }[] {
  const lines: { text: string; whole: boolean }[] = [];
  let open = '';
  for (const line of text.replace(/\n$/, '').split('\n')) {
    // A comment is never continued: heartbeat looks at its first character before it looks at its last.
    const goesOn = /\\\s*$/.test(line) && !(open === '' && /^\s*#/.test(line));
    open += goesOn ? line.replace(/\\\s*$/, ' ') : line;
    if (goesOn) continue;
    lines.push({ text: open, whole: true });
    open = '';
  }
  if (open !== '') lines.push({ text: open, whole: false });
  return lines;
}
