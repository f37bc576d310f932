// Programs that answer at once.
import type { Command, Ran, SimNode } from './shapes.ts';

/** A program that takes no time: a function of its arguments. */
export function instant(answer: (argv: readonly string[], node: SimNode) => Partial<Ran>): Command {
  return function* (call) {
    const { stdout = '', stderr = '', exit = 0 } = answer(call.argv.slice(1), call.node);
    if (stdout !== '') call.out(stdout);
    if (stderr !== '') call.err(stderr);
    return exit;
  };
}
