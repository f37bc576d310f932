// Leads one conversation of a probe: argv out, answers in, until it has its facts or the node stops answering.
import type { Answer, Conversation, Parsed } from '../probes/probe.ts';
import { notRead } from './parsed-of.ts';
import type { Ran } from './slow-shell.ts';

/** How it went. `timeout`: a program did not answer; `parsed` is what the probe made of it, null where it wanted to go on. */
export type Told<T> =
  | { how: 'answered'; parsed: Parsed<T>; raw: string }
  | { how: 'timeout'; program: string; parsed: Parsed<T> | null; raw: string }
  | { how: 'lost' };

/** What a probe hears of a program that hung. */
const TIMED_OUT: Answer = { status: 'timeout', stdout: '', stderr: '', exit: null };
/** A conversation longer than this is a mistake and would hold up all other probes. */
const MAX_COMMANDS = 200;
const MAX_RAW = 1024 * 1024;

/**
 * Runs the conversation with `run` for each command. After a timeout the probe hears of it once; if it then wants to
 * ask more, it is stopped: each further command could hang as long.
 */
export async function converse<T>(begin: () => Conversation<T>, run: (argv: readonly string[]) => Promise<Ran>): Promise<Told<T>> {
  let raw = '';
  try {
    const conversation = begin();
    let step = conversation.next();
    for (let commands = 0; !step.done; commands += 1) {
      if (commands === MAX_COMMANDS) throw new Error(`a probe asked ${MAX_COMMANDS} commands in a row`);
      const argv = step.value;
      const ran = await run(argv);
      if (ran.how === 'lost') return ran;
      if (ran.how === 'timeout') {
        step = conversation.next(TIMED_OUT);
        return { how: 'timeout', program: argv[0] ?? '', parsed: step.done ? step.value : null, raw };
      }
      raw = (raw + rawOf(argv, ran.answer)).slice(0, MAX_RAW);
      step = conversation.next(ran.answer);
    }
    return { how: 'answered', parsed: step.value, raw };
  } catch (error) {
    return { how: 'answered', parsed: notRead<T>(error), raw };
  }
}

/** An answer as the operator would have seen it. */
function rawOf(argv: readonly string[], answer: Answer): string {
  const end = (text: string): string => (text === '' || text.endsWith('\n') ? text : `${text}\n`);
  return `$ ${argv.join(' ')}\n${end(answer.stdout)}${end(answer.stderr)}`;
}
