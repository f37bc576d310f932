// `crashcart demo SCENE --serve` as a script drives it: the inventory's path, then a line of JSON for each line said.
import { createInterface } from 'node:readline';
import { dirname } from 'node:path';
import { start } from '../cli/program.ts';
import type { Running } from '../cli/program.ts';
import type { Truth } from '../../src/simulator/world/truth.ts';

export interface ServedDemo {
  inventoryFile: string;
  /** The private directory that holds everything. */
  directory: string;
  running: Running;
  /** Says a line and gives the answer. */
  say(line: string): Promise<{ ok: boolean; says?: string } & Partial<Truth>>;
  /** Says a line that must be done. */
  done(line: string): Promise<void>;
  truth(): Promise<Truth>;
  /** Ends its input and waits for its end; gives the exit code. */
  stop(): Promise<number | null>;
}

/** Starts the built program. Rejects when it ends before it serves. */
export async function serveDemo(...args: string[]): Promise<ServedDemo> {
  const running = start(['demo', ...args, '--serve'], { input: null });
  const lines = createInterface({ input: running.child.stdout })[Symbol.asyncIterator]();
  const next = async (): Promise<string> => {
    const line = await lines.next();
    if (line.done === true) throw new Error(`the demo ended: ${(await running.ended).stderr}`);
    return line.value;
  };
  const inventoryFile = await next();
  let turn: Promise<unknown> = Promise.resolve();
  const say: ServedDemo['say'] = (line) => {
    const answer = turn.then(async () => {
      running.child.stdin.write(`${line}\n`);
      return JSON.parse(await next()) as Awaited<ReturnType<ServedDemo['say']>>;
    });
    turn = answer;
    return answer;
  };
  return {
    inventoryFile,
    directory: dirname(inventoryFile),
    running,
    say,
    async done(line) {
      const answer = await say(line);
      if (!answer.ok) throw new Error(`${line}: ${answer.says ?? 'refused'}`);
    },
    truth: async () => (await say('truth')) as unknown as Truth,
    async stop() {
      running.child.stdin.end();
      return (await running.ended).code;
    },
  };
}
