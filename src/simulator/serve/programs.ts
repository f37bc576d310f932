// The programs of a served node: stubs on its disk, whose runs are runs of the world's commands.
import { join } from 'node:path';
import { createSignal } from '../world/schedule.ts';
import type { Activity } from '../world/schedule.ts';
import type { Call, SimNode } from '../world/shapes.ts';
import { openAnswer } from './answer.ts';
import type { Answer } from './answer.ts';
import { listenForAsks } from './asks.ts';
import type { Ask } from './asks.ts';
import { dateAnswer } from './date.ts';
import { ASK_FILE, askText, stubText } from './stub.ts';

/** What the programs need of whoever serves them. */
export interface ProgramHost {
  /** Absolute paths of this machine's programs. */
  mkfifo: string;
  date: string;
  /** Brings the world to this moment, before a program acts on it. */
  advance(): void;
  /** Writes the kernel's files, so that whoever looks after the program ended sees what it did. */
  refresh(): void;
  /** The world has new things to come. */
  changed(): void;
}

export interface Programs {
  /** To be called now and then: programs that were killed while they waited for input get its end. */
  sweep(): void;
  close(): void;
}

/** Where the FIFOs of a node are, in the node. */
const PLACE = '/run/world';

/** Writes the stubs of a node that is `directory` on this machine, and answers them. */
export function servePrograms(node: SimNode, directory: string, host: ProgramHost): Programs {
  const place = join(directory, PLACE);
  const waiting = new Map<number, (line: string | null) => void>();
  writeStubs(node, directory, host);
  const asks = listenForAsks(place, host.mkfifo, (ask) => {
    host.advance();
    if ('argv' in ask) run(ask);
    else if ('line' in ask) waiting.get(ask.pid)?.(ask.line);
    else openAnswer(place, ask.pid)?.exit(126);
    host.changed();
  });
  return {
    sweep() {
      for (const [pid, give] of waiting) if (!isRunning(pid)) give(null);
    },
    close() {
      asks.close();
      waiting.clear();
    },
  };

  function run({ pid, argv }: Extract<Ask, { argv: string[] }>): void {
    // A process with this number ended long ago, without its line.
    waiting.get(pid)?.(null);
    const answer = openAnswer(place, pid);
    if (!answer) return;
    const command = node.commands.get(argv[0] ?? '');
    if (argv[0] === 'date' && !command) dateAnswer(argv.slice(1), node, answer);
    else if (!command || node.machine !== 'up') answer.exit(127);
    else {
      const forget = node.life.onEnd(() => answer.drop());
      node.schedule.run(node.life, command(callOf(pid, argv, answer)), (code) => {
        forget();
        host.refresh();
        answer.exit(code);
      });
    }
  }

  function callOf(pid: number, argv: readonly string[], answer: Answer): Call {
    return {
      node, argv,
      out: (text) => answer.print('out', text),
      err: (text) => answer.print('err', text),
      *line(): Activity<string | null> {
        const came = createSignal();
        const got: { line: string | null } = { line: null };
        waiting.set(pid, (line) => {
          waiting.delete(pid);
          got.line = line;
          came.fire();
        });
        answer.askLine();
        yield came;
        return got.line;
      },
    };
  }
}

/** By name in bin/, by path where it stands in the node. `date` is everywhere. */
function writeStubs(node: SimNode, root: string, host: ProgramHost): void {
  const place = join(root, PLACE);
  node.files.write(`${PLACE}/${ASK_FILE}`, askText({ directory: place, root, worldPid: process.pid, mkfifo: host.mkfifo, date: host.date }));
  for (const name of new Set(['date', ...node.commands.keys()])) {
    node.files.write(name.startsWith('/') ? name : `/bin/${name}`, stubText(name, place), { mode: 0o755 });
  }
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
