// Plays the node in a probe's conversation.
import type { FactName } from '../../src/model/facts.ts';
import type { Answer, CommandProbe } from '../../src/probes/probe.ts';

/** What was asked (argv joined by blanks), in order, and what came of it. */
export function talk<N extends FactName>(probe: CommandProbe<N>, node: (command: string) => Answer) {
  const commands: string[] = [];
  const conversation = probe.ask();
  let step = conversation.next();
  while (step.done !== true) {
    const command = step.value.join(' ');
    commands.push(command);
    step = conversation.next(node(command));
  }
  return { commands, result: step.value };
}
