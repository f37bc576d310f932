// alpha and bravo of the thesis, with stand-in resource scripts that only remember whether they run.
import { createHeartbeat } from '../../../src/simulator/world/heartbeat/heartbeat.ts';
import { haLog } from '../../../src/simulator/world/heartbeat/log.ts';
import type { Call, Command, Ran, SimNode, World } from '../../../src/simulator/world/shapes.ts';
import { createWorld } from '../../../src/simulator/world/world.ts';

export const START = Date.UTC(2007, 1, 15, 10, 22, 33);

const HA_CF = `
logfile /var/log/ha-log
keepalive 2
deadtime 30
warntime 10
initdead 120
udpport 694
serial /dev/ttyS0
bcast bond0 bond1   # public, replication
auto_failback on
watchdog /dev/watchdog
node alpha
node bravo
ping 141.250.199.62
respawn hacluster /usr/lib/heartbeat/ipfail
`;

const HARESOURCES = `
alpha drbddisk::drbd0 Filesystem::/dev/drbd0::/var/lib/vmware/VirtualMachinesALPHA::ext3 vmmanager::ALPHA/Charlie/Charlie.vmx
bravo drbddisk::drbd1 Filesystem::/dev/drbd1::/var/lib/vmware/VirtualMachinesBRAVO::ext3 \\
      vmmanager::BRAVO/DeltaKUBUNTU/DeltaKUBUNTU.vmx vmmanager::BRAVO/Foxtrot2000AS/Foxtrot2000AS.vmx
`;

export interface Pair {
  world: World;
  alpha: SimNode;
  bravo: SimNode;
  /** `alpha drbddisk drbd0`: what runs where. */
  running: Set<string>;
  /** Resources that will not start, or not stop, with this exit code: `bravo drbddisk drbd0 start`. */
  failing: Map<string, number>;
  /** Lines of a node's log since the last call, without the program and the time: `info: text`. */
  said(node: SimNode): string[];
  /** Runs a program on a node; its result when it ends, and time passes until then. */
  run(node: SimNode, ...argv: string[]): Ran;
  pass(seconds: number): void;
}

export interface PairOptions {
  haCf?: string;
  haresources?: string;
  version?: '1.2.4' | '2.0.8';
  hurry?: number;
  seed?: number;
}

/** The pair, healthy since days. `haCf` replaces words of the file: `auto_failback off`. */
export function createPair({ haCf = HA_CF, haresources = HARESOURCES, version = '2.0.8', hurry, seed }: PairOptions = {}): Pair {
  const running = new Set<string>();
  const failing = new Map<string, number>();
  const links = (['bond0', 'bond1'] as const).map((name) => ({ name, kind: 'net' as const, nodes: ['alpha', 'bravo'] as const }));
  const world = createWorld(
    {
      name: 'perugia', says: 'the thesis', nodes: ['alpha', 'bravo'], links: [...links, { name: 'ttyS0', kind: 'serial', nodes: ['alpha', 'bravo'] }],
      build(made) {
        for (const node of made.nodes) {
          node.files.write('/etc/ha.d/ha.cf', haCf);
          node.files.write('/etc/ha.d/haresources', haresources);
          for (const [name, command] of Object.entries(scripts(made, running, failing))) node.commands.set(`/etc/ha.d/resource.d/${name}`, command);
        }
        for (const [name, id] of [['alpha', '0'], ['bravo', '1']]) running.add(`${name ?? ''} drbddisk drbd${id ?? ''}`);
        const heartbeat = createHeartbeat(made, { version });
        return { systems: [heartbeat], domains: [], diskError: none, stuck: none, write: none, answers: () => false };
      },
    },
    { startMs: START, ...(hurry === undefined ? {} : { hurry }), ...(seed === undefined ? {} : { seed }) },
  );
  const [alpha, bravo] = world.nodes;
  if (!alpha || !bravo) throw new Error('two nodes');
  world.onMachine((node) => {
    if (node.machine === 'off') for (const one of [...running]) if (one.startsWith(`${node.name} `)) running.delete(one);
  });
  const seen = new Map<SimNode, number>();
  return {
    world, alpha, bravo, running, failing,
    said(node) {
      const log = node.read('/var/log/ha-log') ?? '';
      const from = seen.get(node) ?? 0;
      seen.set(node, log.length);
      return log.slice(from).split('\n').filter((line) => line !== '').map((line) => line.replace(/^\S+\[\d+\]:[ \t]\d{4}\/\d\d\/\d\d_\d\d:\d\d:\d\d /, ''));
    },
    run(node, ...argv) {
      let result: Ran | null = null;
      world.schedule.run(node.life, node.run(argv), (ran) => void (result = ran));
      for (let seconds = 0; result === null && seconds < 1000; seconds += 1) world.advanceTo(world.schedule.now() + 1000);
      if (result === null) throw new Error(`${argv.join(' ')} does not end`);
      return result;
    },
    pass: (seconds) => world.advanceTo(world.schedule.now() + seconds * 1000),
  };
}

export const haCfWith = (from: string, to: string): string => HA_CF.replace(from, to);

const none = (): { ok: false; says: string } => ({ ok: false, says: 'there is none' });

function scripts(world: World, running: Set<string>, failing: Map<string, number>): Record<string, Command> {
  const script = (startMs: number, stopMs: number, says: (call: Call, what: string) => void): Command =>
    function* (call) {
      const what = call.argv.at(-1) ?? '';
      const name = `${call.node.name} ${(call.argv[0] ?? '').replace(/^.*\//, '')} ${call.argv[1] ?? ''}`;
      if (what === 'status') {
        call.out(running.has(name) ? 'running\n' : 'stopped\n');
        return 0;
      }
      says(call, what);
      yield world.takes(what === 'start' ? startMs : stopMs);
      const exit = failing.get(`${name} ${what}`) ?? 0;
      if (exit === 0 && what === 'start') running.add(name);
      if (exit === 0 && what === 'stop') running.delete(name);
      return exit;
    };
  return {
    drbddisk: script(300, 200, () => undefined),
    vmmanager: script(12_000, 3000, () => undefined),
    Filesystem: script(700, 400, ({ node, argv }, what) => {
      const tag = `Filesystem[${node.pid()}]`;
      haLog(node, tag, 'INFO', `Running ${what} for ${argv[1] ?? ''} on ${argv[2] ?? ''}`);
      if (what === 'stop') {
        haLog(node, tag, 'INFO', `Trying to unmount ${argv[2] ?? ''}`);
        haLog(node, tag, 'INFO', `unmounted ${argv[2] ?? ''} successfully`);
      }
      haLog(node, tag, 'INFO', 'Success');
    }),
  };
}
