// Options of drbdsetup's commands as getopt reads them: --name=value, --name value, -n value, and long names cut short.
import type { Option } from './config.ts';

export interface OptionSpec {
  name: string;
  short: string;
  hasValue: boolean;
}

/** What was given, or getopt's own complaint. */
export type Given = { ok: true; options: Option[] } | { ok: false; says: string };

/** Reads all words as options; a word that is none is an error. */
export function readOptions(program: string, words: readonly string[], specs: readonly OptionSpec[]): Given {
  const options: Option[] = [];
  for (let index = 0; index < words.length; index += 1) {
    const word = words[index] ?? '';
    if (!word.startsWith('-') || word === '-') return { ok: false, says: `${program}: Unexpected nonoption argument '${word}'` };
    const [, dashes = '', name = '', , value] = /^(--?)([^=]*)(=(.*))?$/.exec(word) ?? [];
    const spec = dashes === '--' ? long(specs, name) : specs.find((one) => one.short === name) ?? long(specs, name);
    if (!spec) return { ok: false, says: `${program}: ${dashes === '--' ? `unrecognized option \`${word}'` : `invalid option -- ${name}`}` };
    if (!spec.hasValue) options.push({ name: spec.name, value: null });
    else if (value !== undefined) options.push({ name: spec.name, value });
    else {
      index += 1;
      const next = words[index];
      if (next === undefined) return { ok: false, says: `${program}: option \`${word}' requires an argument` };
      options.push({ name: spec.name, value: next });
    }
  }
  return { ok: true, options };
}

/** A long name, whole or as much of it as is clear. */
function long(specs: readonly OptionSpec[], name: string): OptionSpec | undefined {
  const fitting = specs.filter((spec) => name !== '' && spec.name.startsWith(name));
  return specs.find((spec) => spec.name === name) ?? (fitting.length === 1 ? fitting[0] : undefined);
}
