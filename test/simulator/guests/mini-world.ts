// A world of two machines and one mirrored device, for tests of what runs on it.
import { createWorld } from '../../../src/simulator/world/world.ts';
import { memoryFiles } from '../../../src/simulator/world/files.ts';
import type { BlockDevice, Built, Command, Ran, SimNode, World } from '../../../src/simulator/world/shapes.ts';

/** 15 February 2007, 10:00 UTC. */
export const START = Date.UTC(2007, 1, 15, 10);

/** A device that both nodes show, with one content; who may write, and how writes go, is the test's to say. */
export interface Mirror {
  data: Set<number>;
  /** Names of nodes that may use it. */
  primary: Set<string>;
  answers: 'well' | 'never' | 'badly';
  /** Answers what waits since `never`. */
  answerAll(): void;
  on(node: SimNode): BlockDevice;
}

export function mirror(...primary: string[]): Mirror {
  const waiting: (() => void)[] = [];
  const self: Mirror = {
    data: new Set(), primary: new Set(primary), answers: 'well',
    answerAll: () => waiting.splice(0).forEach((answer) => answer()),
    on: (node) => ({
      get usable() {
        return self.primary.has(node.name);
      },
      contents: () => (self.primary.has(node.name) ? self.data : null),
      write(serial, done) {
        const { life } = node;
        const answer = (ok: boolean) => (): void => {
          if (life.ended) return;
          if (ok) self.data.add(serial);
          done(ok);
        };
        if (self.answers === 'never') waiting.push(answer(true));
        else node.schedule.after(4, answer(self.answers === 'well'));
      },
    }),
  };
  return self;
}

/** A world of alpha and bravo; `build` gives its systems, and may say more of what is built. */
export function miniWorld(build: (world: World) => Partial<Built>, options: { seed?: number; hurry?: number } = {}): World {
  return createWorld({
    name: 'mini', says: 'two machines', nodes: ['alpha', 'bravo'],
    links: [{ name: 'bond1', kind: 'net', nodes: ['alpha', 'bravo'] }],
    build: (world) => ({
      systems: [], domains: [], diskError: () => ({ ok: false, says: 'no' }), stuck: () => ({ ok: false, says: 'no' }),
      write: () => ({ ok: false, says: 'no' }), answers: () => false, ...build(world),
    }),
  }, { startMs: START, files: memoryFiles, ...options });
}

export function nodeOf(world: World, name: string): SimNode {
  const node = world.node(name);
  if (!node) throw new Error(`no node ${name}`);
  return node;
}

/** Starts a program; the result once it is there. */
export function begin(world: World, node: string, line: string | readonly string[], stdin: readonly string[] = []): { ran: Ran | null } {
  const result: { ran: Ran | null } = { ran: null };
  const on = nodeOf(world, node);
  world.schedule.run(on.life, on.run(typeof line === 'string' ? line.split(' ') : line, stdin), (ran) => void (result.ran = ran));
  return result;
}

/** Runs a program to its end, at most an hour of the world's time; `seconds` is how long it took. */
export function run(world: World, node: string, line: string | readonly string[], stdin: readonly string[] = []): Ran & { seconds: number } {
  const from = world.schedule.now();
  const result = begin(world, node, line, stdin);
  while (result.ran === null) {
    const next = world.schedule.next();
    if (next === null || next > from + 3_600_000) throw new Error(`${String(line)} does not end`);
    world.advanceTo(next);
  }
  return { ...result.ran, seconds: (world.schedule.now() - from) / 1000 };
}

/** Lets seconds pass. */
export function pass(world: World, seconds: number): void {
  world.advanceTo(world.schedule.now() + seconds * 1000);
}

/** A program that does what the test says. */
export function program(answer: (words: readonly string[], node: SimNode) => Partial<Ran>): Command {
  return function* (call) {
    const { stdout = '', stderr = '', exit = 0 } = answer(call.argv.slice(1), call.node);
    call.out(stdout);
    call.err(stderr);
    return exit;
  };
}
