// The formats of /proc/loadavg, meminfo, uptime and stat. An empty text is a file that could not be read: all null.
import type { Vitals } from '../model/facts.ts';

const KIB = 1024;

/** `1 5 15 running/total lastpid`. */
export function parseLoad(text: string, unread: string[]): Vitals['load'] {
  const match = /^(\d+\.\d+) (\d+\.\d+) (\d+\.\d+) \d+\/\d+ \d+\s*$/.exec(text);
  if (!match) return refuse(text, unread);
  return [Number(match[1]), Number(match[2]), Number(match[3])];
}

/** `up idle`, idle summed over the CPUs. */
export function parseUptime(text: string, unread: string[]): number | null {
  const match = /^(\d+\.\d+) \d+\.\d+\s*$/.exec(text);
  return match ? Number(match[1]) : refuse(text, unread);
}

/** `Name:  N kB`; kernels before 3.14 have no MemAvailable. The `kB` proves that the number is whole. */
export function parseMemory(text: string, unread: string[]): Pick<Vitals, 'memoryTotalBytes' | 'memoryFreeBytes' | 'swapUsedBytes'> {
  const values = new Map<string, number>();
  for (const line of linesOf(text)) {
    const match = /^([\w()]+):\s+(\d{1,15})( kB)?\s*$/.exec(line);
    if (match?.[3] !== undefined) values.set(match[1] ?? '', Number(match[2]) * KIB);
    // Counts without a unit (HugePages_Total), and the table at the top that kernel 2.4 prints in bytes.
    else if (!match && !/^\s+total:\s|^(?:Mem|Swap):(?:\s+\d+)+\s*$/.test(line)) unread.push(line);
  }
  const free = values.get('MemFree');
  const buffers = values.get('Buffers');
  const cached = values.get('Cached');
  const summed = free !== undefined && buffers !== undefined && cached !== undefined ? free + buffers + cached : null;
  const swap = values.get('SwapTotal');
  const swapFree = values.get('SwapFree');
  return {
    memoryTotalBytes: values.get('MemTotal') ?? null,
    memoryFreeBytes: values.get('MemAvailable') ?? summed,
    swapUsedBytes: swap !== undefined && swapFree !== undefined ? Math.max(0, swap - swapFree) : null,
  };
}

/**
 * The `cpu` line: user nice system idle iowait irq softirq steal (guest times are counted in user already; kernel 2.4
 * prints four). CPUs are the `cpuN` lines, not known when the file was cut among them.
 */
export function parseStat(text: string, cut: boolean, unread: string[]): Pick<Vitals, 'cpuTicks' | 'cpus'> {
  let cpuTicks: Vitals['cpuTicks'] = null;
  let cpus = 0;
  let others = 0;
  // A cut file may end within a number.
  for (const line of linesOf(cut ? text.slice(0, text.lastIndexOf('\n') + 1) : text)) {
    const match = /^(cpu\d*)((?:\s+\d{1,18}){4,})\s*$/.exec(line);
    if (match?.[1] === 'cpu') cpuTicks = ticksOf(match[2] ?? '');
    else if (match) cpus += 1;
    else if (/^(?!cpu)[a-z_]+\d*(?:\s+\d+)+\s*$|^disk_io:/.test(line)) others += 1;
    else unread.push(line);
  }
  return { cpuTicks, cpus: cpus === 0 || (cut && others === 0) ? null : cpus };
}

function ticksOf(numbers: string): { busy: number; total: number } {
  const ticks = numbers.trim().split(/\s+/).map(Number).slice(0, 8);
  const total = ticks.reduce((sum, each) => sum + each, 0);
  return { busy: total - (ticks[3] ?? 0) - (ticks[4] ?? 0), total };
}

/** All lines of a text go to `unread`; the value is not known. */
export function refuse(text: string, unread: string[]): null {
  for (const line of linesOf(text)) unread.push(line);
  return null;
}

function linesOf(text: string): string[] {
  return text.split('\n').filter((line) => line.trim() !== '');
}
