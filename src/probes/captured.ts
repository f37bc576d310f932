// How a pure parser becomes one that `crashcart parse` offers.
import type { Answer, CapturedParser, Parsed } from './probe.ts';

/**
 * A CapturedParser from a parser of one Answer. `fields` makes the contract's fields from the facts (default: the facts
 * as they are). A refusal is passed on whole, its `kind` too.
 */
export function captured<T extends object>(
  name: string,
  reads: string,
  parse: (answer: Answer) => Parsed<T>,
  fields: (facts: T) => object = (facts) => facts,
): CapturedParser {
  return {
    name,
    reads,
    parse(answer) {
      const parsed = parse(answer);
      return parsed.answered ? { answered: true, ...fields(parsed.facts), unread: parsed.unread } : parsed;
    },
  };
}
