// What is measured: starting, change to frame, and the steady cost, beside a new ssh per probe.
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { rewrite } from '../test/support/pair.ts';
import { PtyProgram } from '../test/support/terminal.ts';
import { childrenCpuSeconds, read, spent } from './cost.ts';
import type { BenchNodes } from './nodes.ts';

const bundle = join(dirname(dirname(fileURLToPath(import.meta.url))), 'dist', 'crashcart.mjs');

/** Every node's verdict is in: row 1 is no longer UNKNOWN and nothing is being asked. */
const FULL = (screen: string): boolean => /^ ?(●|▲|◆) (OK|WARNING)/.test(screen) && !/asking/.test(screen);
const FIRST = /─ Map ─/;

export interface Spread { median: number; worst: number; samples: number }

/** Milliseconds from spawn to the first frame, and to the map with every fact in it. */
export async function starting(nodes: BenchNodes, times: number): Promise<{ firstFrameMs: Spread; fullMapMs: Spread }> {
  const first: number[] = [];
  const full: number[] = [];
  for (let n = 0; n < times; n += 1) {
    const from = performance.now();
    const cockpit = open(nodes);
    await cockpit.until(FIRST);
    first.push(performance.now() - from);
    await cockpit.until(FULL);
    full.push(performance.now() - from);
    await quit(cockpit);
  }
  return { firstFrameMs: spread(first), fullMapMs: spread(full) };
}

/** Milliseconds from a changed /proc/drbd on a node to the frame that shows it, files read once a second. */
export async function changeToFrame(nodes: BenchNodes, times: number): Promise<Spread> {
  const cockpit = open(nodes);
  await cockpit.until(FULL);
  const file = join(nodes.directories[0] ?? '', 'proc/drbd');
  const healthy = readFileSync(file, 'utf8');
  const broken = healthy.replace('cs:Connected', 'cs:WFConnection').replace(/st:(\w+)\/\w+/, 'st:$1/Unknown');
  const took: number[] = [];
  for (let n = 0; n < times; n += 1) {
    // Spread the changes over the second between two looks.
    await new Promise((resolve) => setTimeout(resolve, (n * 379) % 1000));
    const isBroken = n % 2 === 0;
    const from = performance.now();
    rewrite(file, isBroken ? broken : healthy);
    await cockpit.until((screen) => /WFConn/.test(screen) === isBroken);
    took.push(performance.now() - from);
  }
  rewrite(file, healthy);
  await quit(cockpit);
  return spread(took);
}

export interface Cost {
  nodes: number;
  /** Of one core, all nodes together, the cockpit and its ssh processes. */
  clientPercent: number;
  clientMsPerNodeSecond: number;
  /** sshd and everything it runs, for one node. */
  nodeMsPerSecond: number;
  processesPerNodeMinute: number;
}

/** The cost of an open cockpit, after it has settled. */
export async function steady(nodes: BenchNodes, seconds: number): Promise<Cost> {
  const count = nodes.names.length;
  const idle = await forksWhile(() => pause(2));
  const cockpit = open(nodes);
  await cockpit.until(FULL, 60_000);
  await pause(5);
  const [client, server] = [read([cockpit.pid]), read(nodes.servers)];
  await pause(seconds);
  const [mine, theirs] = [spent(client, read([cockpit.pid])), spent(server, read(nodes.servers))];
  await quit(cockpit);
  return cost(count, mine.seconds, mine.cpuSeconds, theirs.cpuSeconds, mine.forks - idle * mine.seconds);
}

/** What the same facts cost with a new `ssh` for each probe each second, from whole rounds of it. */
export async function newSshPerProbe(nodes: BenchNodes, rounds: number): Promise<Cost & { roundSeconds: number }> {
  const commands = ['cat $r/proc/drbd', 'cat $r/proc/loadavg $r/proc/meminfo $r/proc/uptime', 'xm list', 'cl_status rscstatus', 'tail -n 5 $r/var/log/ha-log'];
  const jobs = Array.from({ length: rounds }, () => nodes.names.flatMap((name) => commands.map((command) => [name, command] as const))).flat();
  const server = read(nodes.servers);
  const before = childrenCpuSeconds();
  const worker = async (): Promise<void> => {
    for (let job = jobs.pop(); job; job = jobs.pop()) await ssh(nodes.sshConfig, job[0], job[1]);
  };
  await Promise.all(Array.from({ length: 8 }, worker));
  const theirs = spent(server, read(nodes.servers));
  // One round is what would have to be done each second.
  return { ...cost(nodes.names.length, rounds, childrenCpuSeconds() - before, theirs.cpuSeconds, theirs.forks), roundSeconds: theirs.seconds / rounds };
}

function cost(nodes: number, seconds: number, clientCpu: number, nodeCpu: number, forks: number): Cost {
  return {
    nodes,
    clientPercent: (100 * clientCpu) / seconds,
    clientMsPerNodeSecond: (1000 * clientCpu) / seconds / nodes,
    nodeMsPerSecond: (1000 * nodeCpu) / seconds / nodes,
    processesPerNodeMinute: Math.max(0, (60 * forks) / seconds / nodes),
  };
}

function open(nodes: BenchNodes): PtyProgram {
  return new PtyProgram([process.execPath, bundle, '--inventory', nodes.inventory], { columns: 120, rows: 36 });
}

async function quit(cockpit: PtyProgram): Promise<void> {
  cockpit.key('q');
  await cockpit.exited;
}

function ssh(config: string, name: string, command: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn('ssh', ['-F', config, '-o', 'BatchMode=yes', name, command], { stdio: ['ignore', 'ignore', 'inherit'] });
    child.once('error', reject);
    child.once('exit', (code) => (code === 0 ? resolve() : reject(new Error(`ssh ${name} ${command}: exit ${code}`))));
  });
}

async function forksWhile(work: () => Promise<void>): Promise<number> {
  const before = read([]);
  await work();
  const after = spent(before, read([]));
  return after.forks / after.seconds;
}

function pause(seconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, seconds * 1000));
}

function spread(values: readonly number[]): Spread {
  const sorted = [...values].sort((a, b) => a - b);
  return { median: sorted[Math.floor(sorted.length / 2)] ?? Number.NaN, worst: sorted.at(-1) ?? Number.NaN, samples: sorted.length };
}
