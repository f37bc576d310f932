// df(1) of a node: how full what is mounted there is.
import { instant } from './command.ts';
import type { Command, SimNode } from './shapes.ts';

/** The root file system, KiB, and what is on it beside the logs. */
const ROOT_KIB = 9_614_148;
const ROOT_USED_KIB = 3_120_540;
/** Of a file system, what its own tables take and root keeps; what lies on a volume from the beginning; one write of a guest, KiB. */
const TABLES = 0.016;
const RESERVED = 0.05;
const LAID = 0.74;
const WRITE_KIB = 4;

/** `df [-P] [-k] [-l] [PATH]`: one line for each file system, in KiB. */
export const df: Command = instant((argv, node) => {
  const asked = argv.filter((word) => !word.startsWith('-'));
  const unknown = asked.find((path) => !path.startsWith('/'));
  if (unknown !== undefined) return { stderr: `df: \`${unknown}': No such file or directory\n`, exit: 1 };
  const rows = [{ device: '/dev/root', path: '/', totalKib: ROOT_KIB, usedKib: ROOT_USED_KIB + logKib(node) }, ...node.mounts.map((mount) => row(node, mount))];
  const shown = asked.length === 0 ? rows : asked.map((path) => rows.findLast((one) => one.path === '/' || path === one.path || path === one.device || path.startsWith(`${one.path}/`)) ?? rows[0]);
  const head = argv.some((word) => /^-[a-zA-Z]*P/.test(word)) ? 'Filesystem         1024-blocks      Used Available Capacity Mounted on' : 'Filesystem           1K-blocks      Used Available Use% Mounted on';
  return { stdout: `${head}\n${shown.map((one) => (one ? line(one) : '')).join('')}` };
});

interface Row {
  device: string;
  path: string;
  totalKib: number;
  usedKib: number;
}

function row(node: SimNode, { device, path }: { device: string; path: string }): Row {
  const block = node.devices.get(device);
  const totalKib = Math.round(((block?.sizeBytes ?? node.disks.get(device)?.sizeBytes ?? 0) / 1024) * (1 - TABLES));
  const writes = (block?.contents() ?? node.disks.get(device)?.data)?.size ?? 0;
  return { device, path, totalKib, usedKib: Math.min(totalKib, Math.round(totalKib * LAID) + writes * WRITE_KIB) };
}

function line({ device, path, totalKib, usedKib }: Row): string {
  const free = Math.max(0, Math.round(totalKib * (1 - RESERVED)) - usedKib);
  const percent = usedKib + free === 0 ? 0 : Math.ceil((100 * usedKib) / (usedKib + free));
  return `${device.padEnd(20)} ${String(totalKib).padStart(9)} ${String(usedKib).padStart(9)} ${String(free).padStart(9)} ${`${percent}%`.padStart(8)} ${path}\n`;
}

function logKib(node: SimNode): number {
  const logs = ['/var/log/ha-log', '/var/log/kern.log', '/var/mail/root'];
  return Math.ceil(logs.reduce((sum, path) => sum + (node.files.read(path)?.length ?? 0), 0) / 1024);
}
