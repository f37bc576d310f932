// A machine: its power, its boot, its clock, its files, the programs it has and the block devices it shows.
import type { FileStore } from './files.ts';
import type { Random } from './random.ts';
import type { Life, Schedule } from './schedule.ts';
import type { Call, Ran, SimNode } from './shapes.ts';

/** True when the kernel of the node answers: power, booted, not hung. */
export function isAlive(node: SimNode): boolean {
  return node.machine === 'up';
}

/** A node without power, with no programs yet. */
export function createNode(name: string, parts: { schedule: Schedule; random: Random; files: FileStore; life: Life }): SimNode {
  const { schedule, random, files } = parts;
  let lastPid = 1200;
  const node: SimNode = {
    name, schedule, random, files,
    machine: 'off', isShuttingDown: false, life: parts.life, bootedAt: schedule.now(), bootId: '', clockAheadMs: 0,
    clock: () => schedule.now() + node.clockAheadMs,
    holders: new Map(), disks: new Map(), devices: new Map(), mounts: [], mounted: () => undefined, unmounted: () => undefined, commands: new Map(), kernelFiles: new Map(),
    read(path) {
      const kernel = node.kernelFiles.get(path);
      return kernel ? kernel() : files.read(path);
    },
    *run(argv, stdin = []) {
      const command = node.commands.get(argv[0] ?? '');
      if (!command) return { exit: 127, stdout: '', stderr: `sh: ${argv[0] ?? ''}: command not found\n` };
      const ran: Ran = { exit: 0, stdout: '', stderr: '' };
      const lines = [...stdin];
      const call: Call = {
        node, argv,
        out: (text) => void (ran.stdout += text),
        err: (text) => void (ran.stderr += text),
        *line() {
          return lines.shift() ?? null;
        },
      };
      ran.exit = yield* command(call);
      return ran;
    },
    pid() {
      lastPid = lastPid > 32_000 ? 300 : lastPid + random.whole(1, 14);
      return lastPid;
    },
    kernelSays: (text) => files.append('/var/log/kern.log', `${syslogTime(node.clock())} ${name} kernel: ${text}\n`),
  };
  return node;
}

/** `Feb 15 10:22:33`, as syslog writes a time; the nodes' clocks run in UTC. */
export function syslogTime(ms: number): string {
  const date = new Date(ms);
  const month = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'][date.getUTCMonth()] ?? '';
  return `${month} ${String(date.getUTCDate()).padStart(2)} ${date.toISOString().slice(11, 19)}`;
}
