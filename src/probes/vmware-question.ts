// The question that `vmware-cmd PATH answer` prints before it waits for a choice. Only read from captures: see vmware-cmd-more.
import type { VmwareQuestion } from '../model/facts.ts';

/**
 * `Question (id = N) :text`, perhaps over several lines, then `<TAB>0) label` for each choice and the prompt; null: the
 * text is no such question, or its choices are not numbered from 0 on. The form is that of VMware's own later script.
 */
export function printedQuestion(text: string): VmwareQuestion | null {
  const match = /^Question \(id = (\d{1,12})\) ?:/m.exec(text.slice(0, 65_536));
  if (!match) return null;
  const lines = text.slice(match.index + match[0].length, match.index + 65_536).split('\n');
  const first = lines.findIndex((line) => /^\t\d{1,2}\) /.test(line));
  if (first < 1) return null;
  const choices: string[] = [];
  for (const line of lines.slice(first)) {
    const choice = /^\t(\d{1,2})\) (.*)$/.exec(line);
    if (!choice || Number(choice[1]) !== choices.length) break;
    choices.push((choice[2] ?? '').trim().slice(0, 200));
  }
  const words = lines.slice(0, first).join(' ').replace(/\s+/g, ' ').trim();
  return words === '' || choices.length === 0 ? null : { id: match[1] ?? null, text: words.slice(0, 1000), choices };
}
