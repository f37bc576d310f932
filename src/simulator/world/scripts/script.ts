// What the resource scripts have in common: they run other programs and pass on what these print.
import type { Activity } from '../schedule.ts';
import type { Call, Ran } from '../shapes.ts';

/** Runs a program of the call's node, and prints what it prints. */
export function* pass(call: Call, argv: readonly string[], stdin: readonly string[] = []): Activity<Ran> {
  const ran = yield* call.node.run(argv, stdin);
  if (ran.stdout !== '') call.out(ran.stdout);
  if (ran.stderr !== '') call.err(ran.stderr);
  return ran;
}

/** Prints a sentence on stdout and gives the exit code. */
export function end(call: Call, text: string, exit: number): number {
  call.out(`${text}\n`);
  return exit;
}
