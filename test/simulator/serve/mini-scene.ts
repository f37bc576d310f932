// A small scene for the serving: nodes with nothing but Linux, one program of its own, one guest on a switch.
import type { Activity } from '../../../src/simulator/world/schedule.ts';
import type { Call, Scene, World } from '../../../src/simulator/world/shapes.ts';

/** What a test may turn. */
export interface MiniGuest {
  answers: boolean;
  boot: number;
}

/** `probe say|ask|wait|flood|argv ...` on every node; also as /etc/init.d/probe. */
function* probe(call: Call): Activity<number> {
  const [, word = '', ...rest] = call.argv;
  switch (word) {
    case 'say':
      call.out(`${rest.join(' ')}\nno newline`);
      call.err('a word on stderr\n');
      return 7;
    case 'argv':
      call.out(`${JSON.stringify(call.argv)}\n`);
      return 0;
    case 'ask': {
      call.out('Sure? ');
      const line = yield* call.line();
      call.out(`got ${JSON.stringify(line)}\n`);
      return line === 'yes' ? 0 : 1;
    }
    case 'wait':
      call.out('waiting\n');
      yield Number(rest[0]) * 1000;
      call.node.files.write('/var/waited', `${rest[1] ?? ''}\n`);
      call.out('done\n');
      return 0;
    case 'flood':
      for (let line = 0; line < 2500; line += 1) call.out(`${String(line).padStart(79, '.')}\n`);
      return 0;
    default:
      call.err(`${call.argv[0] ?? ''}: what?\n`);
      return 64;
  }
}

export function miniScene(nodes: readonly string[] = ['alpha', 'bravo'], guest: MiniGuest = { answers: true, boot: 1 }): Scene {
  return {
    name: 'mini', says: 'nodes and nothing on them', nodes,
    links: [],
    build(world: World) {
      for (const node of world.nodes) {
        node.files.write('/var/log/ha-log', `the log of ${node.name} begins\n`);
        node.kernelFiles.set('/proc/probe', () => `waited ${node.files.read('/var/waited')?.trim() ?? 'for nothing'}\n`);
      }
      const fails = { ok: false as const, says: 'not in this scene' };
      return {
        systems: [{
          commands: { probe, '/etc/init.d/probe': probe },
          *boot() { yield 1000; },
          *shutdown() { yield 500; },
          died: () => undefined,
          truth: () => ({}),
        }],
        domains: ['delta'],
        diskError: () => fails, stuck: () => fails, write: () => fails,
        answers: () => guest.answers,
        bootOf: () => (guest.answers ? guest.boot : null),
      };
    },
  };
}
