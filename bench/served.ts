// What served nodes cost: CPU and memory of simulated pairs, alone and watched, and how soon a cut cord is noticed.
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { processTree } from '../src/simulator/sshd.ts';
import { start } from '../test/cli/program.ts';
import type { Running } from '../test/cli/program.ts';
import { serveDemo } from '../test/support/served-demo.ts';
import type { ServedDemo } from '../test/support/served-demo.ts';
import { read, spent } from './cost.ts';

/** Of the serving processes, their sshd and all that runs on the nodes. */
export interface ServedCost {
  nodes: number;
  idlePercent: number;
  watchedPercent: number;
  /** Proportional share (PSS), of all nodes together. */
  idleMebibytes: number;
  watchedMebibytes: number;
}

/** Serves `nodes` / 2 pairs and measures them for `seconds`, first alone, then each with a `crashcart watch` on it. */
export async function servedCost(nodes: number, seconds: number): Promise<ServedCost> {
  const pairs = await Promise.all(Array.from({ length: nodes / 2 }, (_, index) => serveDemo(index % 2 === 0 ? 'perugia' : 'homer', '--seed', String(index + 1))));
  try {
    const idle = await measure(pairs, seconds);
    const watchers = await Promise.all(pairs.map(watch));
    const watched = await measure(pairs, seconds);
    await Promise.all(watchers.map(end));
    return { nodes, idlePercent: idle.percent, watchedPercent: watched.percent, idleMebibytes: idle.mebibytes, watchedMebibytes: watched.mebibytes };
  } finally {
    await Promise.all(pairs.map((pair) => pair.stop()));
  }
}

/** Milliseconds from the cord to the event that says so, in `crashcart watch`; nothing is sent by the dead node. */
export async function cordToEvent(times: number): Promise<number[]> {
  const took: number[] = [];
  for (let n = 0; n < times; n += 1) {
    const pair = await serveDemo('perugia', '--seed', String(n + 1));
    const watcher = await watch(pair);
    const events = createInterface({ input: watcher.child.stdout });
    const noticed = new Promise<number>((resolve) => {
      events.on('line', (line) => {
        const event = JSON.parse(line) as { kind: string; subject: string; severity?: string };
        if (event.kind === 'finding-opened' && event.subject === 'bravo') resolve(performance.now());
      });
    });
    // The cord is pulled before its answer comes: counting from the question errs to our disadvantage.
    const from = performance.now();
    await pair.done('power-cut bravo');
    took.push((await noticed) - from);
    await end(watcher);
    await pair.stop();
  }
  return took;
}

/** A `crashcart watch` that has had the time to see both nodes. */
async function watch(pair: ServedDemo): Promise<Running> {
  const watcher = start(['watch', '--json', '--inventory', pair.inventoryFile], { input: null });
  await pause(8);
  return watcher;
}

async function end(watcher: Running): Promise<void> {
  watcher.child.kill('SIGTERM');
  await watcher.ended;
}

async function measure(pairs: readonly ServedDemo[], seconds: number): Promise<{ percent: number; mebibytes: number }> {
  const roots = pairs.map((pair) => pair.running.child.pid ?? 0);
  await pause(3);
  const before = read(roots);
  await pause(seconds);
  const { cpuSeconds, seconds: took } = spent(before, read(roots));
  return { percent: (100 * cpuSeconds) / took, mebibytes: roots.flatMap((root) => processTree(root)).reduce((sum, pid) => sum + shareKib(pid), 0) / 1024 };
}

/** Proportional share of memory, KiB, from /proc/PID/smaps_rollup; 0 when the process is gone. */
function shareKib(pid: number): number {
  try {
    return Number(/^Pss: *(\d+)/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'))?.[1] ?? 0);
  } catch (error) {
    if (['ENOENT', 'ESRCH'].includes((error as NodeJS.ErrnoException).code ?? '')) return 0;
    throw error;
  }
}

function pause(seconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, seconds * 1000));
}
