// /proc/drbd of 0.7.
import { bitsToKib } from './bitmap.ts';
import { isSyncing } from './cstates.ts';
import { readKib } from './minor.ts';
import type { Kernel, Minor, ResyncCount } from './shapes.ts';
import type { SimNode } from '../shapes.ts';

/** Without progress for so long a resync is stalled. */
const STALLED_MS = 20_000;
/** From so many bits on (4 GiB) sizes are shown in M. */
const LARGE_BITS = 0x100000;

/** The file's text; null when the module is not loaded. */
export function procDrbd(kernel: Kernel, node: SimNode): string | null {
  const module = kernel.modules.get(node);
  return module ? `${kernel.versionLines.join('\n')}\n${module.minors.map(deviceText).join('')}` : null;
}

/** The connection state as shown: a missing disk takes the place of Connected. */
export function shownState(minor: Minor): string {
  if (minor.cstate !== 'Connected') return minor.cstate;
  if (minor.partnerDiskless) return 'ServerForDLess';
  return minor.backing ? 'Connected' : 'DiskLessClient';
}

function deviceText(minor: Minor): string {
  const number = String(minor.number).padStart(2);
  if (minor.cstate === 'Unconfigured') return `${number}: cs:Unconfigured\n`;
  const { ns, nr, dw, dr, al, bm } = minor.stat;
  const waiting = minor.pending.length;
  return `${number}: cs:${shownState(minor)} st:${minor.role}/${minor.peerRole} ld:${minor.consistent ? 'Consistent' : 'Inconsistent'}  \n` +
    `    ns:${ns} nr:${nr} dw:${dw} dr:${dr + readKib(minor)} al:${al} bm:${bm} lo:0 pe:${waiting} ua:0 ap:${waiting}\n${progress(minor)}`;
}

function progress(minor: Minor): string {
  const { resync, kernel: { world } } = minor;
  if (!resync || !isSyncing(minor.cstate)) return '';
  const { total, left, markMs } = resync;
  const rest = Math.floor((Math.floor(left / 1024) * 1000) / (Math.floor(total / 1024) + 1));
  const dots = Math.floor(rest / 50);
  const done = 1000 - rest;
  const unit = total > LARGE_BITS ? 'M' : 'K';
  const size = (bits: number): number => (unit === 'M' ? Math.floor(bitsToKib(bits) / 1024) : bitsToKib(bits));
  const head = `\t[${'='.repeat(Math.max(0, 19 - dots))}>${'.'.repeat(dots)}] sync'ed:${String(Math.floor(done / 10)).padStart(3)}.${done % 10}% (${size(left)}/${size(total)})${unit}\n\t`;
  return `${head}${world.schedule.now() - markMs > world.takes(STALLED_MS) ? 'stalled' : speed(resync, world.schedule.now())}\n`;
}

function speed({ total, left, startMs, markMs, markLeft, pausedMs }: ResyncCount, now: number): string {
  const seconds = Math.max(1, Math.floor((now - markMs) / 1000));
  const bits = markLeft - left;
  const finish = Math.floor((seconds * Math.floor(left / (Math.floor(bits / 100) + 1))) / 100);
  const all = Math.max(1, Math.floor((now - startMs - pausedMs) / 1000));
  const time = `${Math.floor(finish / 3600)}:${pad(Math.floor((finish % 3600) / 60), 2)}:${pad(finish % 60, 2)}`;
  return `finish: ${time} speed: ${thousands(bitsToKib(Math.floor(bits / seconds)))} (${thousands(bitsToKib(Math.floor((total - left) / all)))}) K/sec`;
}

function thousands(kib: number): string {
  return kib > 1000 ? `${Math.floor(kib / 1000)},${pad(kib % 1000, 3)}` : String(kib);
}

function pad(value: number, digits: number): string {
  return String(value).padStart(digits, '0');
}
