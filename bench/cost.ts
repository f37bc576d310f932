// CPU time of process trees and the number of processes started, from /proc. Linux only, like the bench.
import { readFileSync } from 'node:fs';
import { processTree } from '../src/simulator/sshd.ts';

/** USER_HZ, which Linux has fixed at 100 for what /proc shows. */
const TICKS_PER_SECOND = 100;

/** A moment's reading: CPU ticks by process, with those of its finished children. */
export interface Reading { at: number; ticks: Map<number, number>; forks: number }

/** Reads the trees below these processes. */
export function read(roots: readonly number[]): Reading {
  const ticks = new Map<number, number>();
  for (const root of roots) for (const pid of processTree(root)) ticks.set(pid, ticksOf(pid));
  const forks = Number(/^processes (\d+)/m.exec(readFileSync('/proc/stat', 'utf8'))?.[1] ?? Number.NaN);
  return { at: performance.now(), ticks, forks };
}

/** What went between two readings. A process that came and went counts through its parent's children's time. */
export function spent(before: Reading, after: Reading): { seconds: number; cpuSeconds: number; forks: number } {
  let sum = 0;
  for (const [pid, ticks] of after.ticks) sum += ticks - (before.ticks.get(pid) ?? 0);
  return { seconds: (after.at - before.at) / 1000, cpuSeconds: sum / TICKS_PER_SECOND, forks: after.forks - before.forks };
}

/** CPU seconds of the finished children of this very process. */
export function childrenCpuSeconds(): number {
  const words = statWords(process.pid);
  return (Number(words[13]) + Number(words[14])) / TICKS_PER_SECOND;
}

function ticksOf(pid: number): number {
  const words = statWords(pid);
  return [11, 12, 13, 14].reduce((sum, index) => sum + Number(words[index] ?? 0), 0);
}

/** Words of /proc/PID/stat after the command's closing bracket (proc(5): the first is field 3); none when it is gone. */
function statWords(pid: number): string[] {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'utf8').replace(/^.*\)/s, '').trim().split(' ');
  } catch (error) {
    if (['ENOENT', 'ESRCH'].includes((error as NodeJS.ErrnoException).code ?? '')) return [];
    throw error;
  }
}
