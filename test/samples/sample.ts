// Reads a sample beside the tests, as an Answer or as text.
import { readFileSync, readdirSync } from 'node:fs';
import { answerOf } from '../../src/probes/probe.ts';
import type { Answer } from '../../src/probes/probe.ts';

const HERE = new URL('.', import.meta.url);

/** The sample's text; the name is relative to test/samples. */
export function sampleText(name: string): string {
  return readFileSync(new URL(name, HERE), 'utf8');
}

/** The sample as captured stdout. */
export function sample(name: string, rest: Partial<Answer> = {}): Answer {
  return answerOf(sampleText(name), rest);
}

/** Names of the samples below a folder of test/samples that end so. */
export function samplesIn(folder: string, ending: string): string[] {
  return readdirSync(new URL(`${folder}/`, HERE), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith(ending))
    .sort()
    .map((name) => `${folder}/${name}`);
}
