// What a probe makes of an answer, where even a mistake in the probe is an answer: shown, and never good.
import type { Parsed } from '../probes/probe.ts';

/** The result of `parse`; a probe that throws could not read what the node said, and that is what is told. */
export function parsedOf<T>(parse: () => Parsed<T>): Parsed<T> {
  try {
    return parse();
  } catch (error) {
    return notRead(error);
  }
}

/** The failure of a probe that threw. */
export function notRead<T>(error: unknown): Parsed<T> {
  const message = error instanceof Error ? error.message : String(error);
  return { answered: false, kind: 'unreadable', why: `crashcart could not read the answer: ${message.slice(0, 120)}`, raw: '' };
}
