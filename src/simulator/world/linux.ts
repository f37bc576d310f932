// The plain Linux of a node: load, uptime, memory, mounts, date, uname, mount and umount, reboot; and what must not be looked for outside.
import { instant } from './command.ts';
import { df } from './df.ts';
import type { Command, SimNode, World } from './shapes.ts';

/** What a scene tells about a machine. */
export interface Hardware {
  release: string;
  version: string;
  cpus: number;
  memoryKib: number;
  usedKib: number;
}

const MACHINES = new WeakMap<SimNode, Hardware>();

/** Says what machine a node is; before that it is a small one. */
export function setHardware(node: SimNode, hardware: Hardware): void {
  MACHINES.set(node, hardware);
}

const TAKEN = new WeakMap<SimNode, () => number>();

/** What a hypervisor's machines take of the node's memory now, KiB, beside what the scene says is used. */
export function setMemoryTaken(node: SimNode, takenKib: () => number): void {
  TAKEN.set(node, takenKib);
}

function hardware(node: SimNode): Hardware {
  return MACHINES.get(node) ?? { release: '2.6.16', version: '#1 SMP', cpus: 1, memoryKib: 524_288, usedKib: 180_000 };
}

/** Registers the kernel's files of a node. */
export function linuxFiles(world: World, node: SimNode): void {
  const up = (): number => Math.max(0, (world.schedule.now() - node.bootedAt) / 1000);
  const phase = node.random.next() * 100;
  const wave = (): number => 1 + Math.sin(up() / 37 + phase);
  const files: Record<string, () => string | null> = {
    '/proc/uptime': () => `${up().toFixed(2)} ${(up() * 0.93).toFixed(2)}\n`,
    '/proc/loadavg': () => `${(0.08 + 0.11 * wave()).toFixed(2)} ${(0.12 + 0.04 * wave()).toFixed(2)} 0.10 1/${62 + (Math.floor(phase) % 20)} ${2000 + (Math.floor(up()) % 28_000)}\n`,
    '/proc/stat': () => procStat(up(), phase, hardware(node).cpus),
    '/proc/meminfo': () => memory(hardware(node), TAKEN.get(node)?.() ?? 0),
    '/proc/mounts': () => mountsText(node),
    '/proc/version': () => `Linux version ${hardware(node).release} (root@build) (gcc version 4.0.3) ${hardware(node).version}\n`,
    '/proc/sys/kernel/hostname': () => `${node.name}\n`,
    '/proc/sys/kernel/ostype': () => 'Linux\n',
    '/proc/sys/kernel/osrelease': () => `${hardware(node).release}\n`,
    '/proc/sys/kernel/random/boot_id': () => `${node.bootId}\n`,
  };
  for (const [path, text] of Object.entries(files)) node.kernelFiles.set(path, text);
}

/** Programs every node has. */
export function linuxCommands(world: World): Record<string, Command> {
  const halt = (again: boolean): Command => instant((_argv, node) => (world.shutDown(node, again), {}));
  return {
    uname: instant((argv, node) => ({ stdout: `${uname(argv[0], node)}\n` })),
    hostname: instant((_argv, node) => ({ stdout: `${node.name}\n` })),
    dmesg: instant((_argv, node) => ({ stdout: (node.files.read('/var/log/kern.log') ?? '').replaceAll(/^\S+ +\d+ \S+ \S+ kernel: /gm, '') })),
    reboot: halt(true), halt: halt(false), poweroff: halt(false),
    shutdown: instant((argv, node) => (world.shutDown(node, argv.includes('-r')), {})),
    mount: instant((argv, node) => mount(argv, node)),
    umount: instant((argv, node) => umount(argv, node)),
    df,
    uptime: instant((_argv, node) => ({ stdout: uptime(node) })),
    ...Object.fromEntries(ABSENT.map((name) => [name, instant(() => ({ stderr: `${name}: command not found\n`, exit: 127 }))])),
    ...Object.fromEntries(KILLERS.map((name) => [name, instant(() => ({ stderr: `${name}: no process of this simulated node can be killed from here; its own programs stop it, or the demo's power-cut and hang\n`, exit: 1 }))])),
  };
}

/** Programs that a machine of that age has not. Without a word from here the shell would find those of the machine that runs the world, and a `systemctl reboot` would be meant seriously. */
const ABSENT = ['systemctl', 'journalctl', 'service', 'loginctl'];
/** They would look among the processes of the machine that runs the world. */
const KILLERS = ['killall', 'pkill'];

/** ` 10:22:33 up 4 days,  3:07,  1 user,  load average: 0.19, 0.16, 0.10` */
function uptime(node: SimNode): string {
  const minutes = Math.floor(Number((node.read('/proc/uptime') ?? '0').split(' ')[0]) / 60);
  const [days, hours, rest] = [Math.floor(minutes / 1440), Math.floor(minutes / 60) % 24, minutes % 60];
  const day = days === 0 ? '' : `${days} day${days === 1 ? '' : 's'}, `;
  const time = hours === 0 ? `${rest} min` : `${String(hours).padStart(2)}:${String(rest).padStart(2, '0')}`;
  const load = (node.read('/proc/loadavg') ?? '').split(' ').slice(0, 3).join(', ');
  return ` ${new Date(node.clock()).toISOString().slice(11, 19)} up ${day}${time},  1 user,  load average: ${load}\n`;
}

function uname(flag: string | undefined, node: SimNode): string {
  const { release, version } = hardware(node);
  const words: Record<string, string> = { '-n': node.name, '-r': release, '-m': 'i686', '-v': version, '-a': `Linux ${node.name} ${release} ${version} i686 GNU/Linux` };
  return words[flag ?? '-s'] ?? 'Linux';
}

/** mount(8) as far as a cluster needs it: show, and put a block device on a directory. Exit 32 when it cannot. */
function mount(argv: readonly string[], node: SimNode): { stdout?: string; stderr?: string; exit?: number } {
  if (argv.length === 0) return { stdout: node.mounts.map((one) => `${one.device} on ${one.path} type ${one.type} (${one.options})\n`).join('') };
  const typeAt = argv.indexOf('-t');
  const type = typeAt >= 0 ? (argv[typeAt + 1] ?? 'ext3') : 'ext3';
  const [device = '', path = ''] = argv.filter((word, index) => !word.startsWith('-') && (typeAt < 0 || index !== typeAt + 1));
  const block = node.devices.get(device);
  if (path === '') return { stderr: `mount: can't find ${device} in /etc/fstab or /etc/mtab\n`, exit: 1 };
  if (!block) return { stderr: `mount: special device ${device} does not exist\n`, exit: 32 };
  if (node.mounts.some((one) => one.device === device || one.path === path)) return { stderr: `mount: ${device} already mounted or ${path} busy\n`, exit: 32 };
  if (!block.usable) return { stderr: `mount: block device ${device} is write-protected, mounting read-only\nmount: wrong fs type, bad option, bad superblock on ${device},\n       missing codepage or other error\n`, exit: 32 };
  node.mounts.push({ device, path, type, options: 'rw' });
  hold(node, device, `mounted on ${path}`);
  node.mounted(path);
  return {};
}

function umount(argv: readonly string[], node: SimNode): { stderr?: string; exit?: number } {
  const what = argv.find((word) => !word.startsWith('-')) ?? '';
  const found = node.mounts.find((one) => one.path === what || one.device === what);
  if (!found) return { stderr: `umount: ${what}: not mounted\n`, exit: 1 };
  if ((node.holders.get(found.path)?.size ?? 0) > 0) return { stderr: `umount: ${found.path}: device is busy\n`, exit: 1 };
  node.mounts = node.mounts.filter((one) => one !== found);
  release(node, found.device, `mounted on ${found.path}`);
  node.unmounted(found.path);
  return {};
}

/** Notes that a device, or a mounted directory, is in use. */
export function hold(node: SimNode, what: string, why: string): void {
  node.holders.set(what, (node.holders.get(what) ?? new Set()).add(why));
}

/** Takes such a note back. */
export function release(node: SimNode, what: string, why: string): void {
  node.holders.get(what)?.delete(why);
}

function mountsText(node: SimNode): string {
  const fixed = 'rootfs / rootfs rw 0 0\n/dev/root / ext3 rw 0 0\nproc /proc proc rw 0 0\nsysfs /sys sysfs rw 0 0\n';
  return fixed + node.mounts.map((one) => `${one.device} ${one.path} ${one.type} ${one.options},data=ordered 0 0\n`).join('');
}

function memory({ memoryKib, usedKib: ownKib }: Hardware, takenKib: number): string {
  const usedKib = Math.min(memoryKib, ownKib + takenKib);
  const rows: [string, number][] = [['MemTotal', memoryKib], ['MemFree', Math.round((memoryKib - usedKib) * 0.55)], ['Buffers', 20_112], ['Cached', Math.round((memoryKib - usedKib) * 0.3)], ['SwapTotal', 524_280], ['SwapFree', 524_280]];
  return rows.map(([name, kib]) => `${`${name}:`.padEnd(14)}${String(kib).padStart(8)} kB\n`).join('');
}

/** Ticks of 1/100 s: 6 to 22 % busy. The counter is the sum of a wave, so that it never goes back. */
function procStat(up: number, phase: number, cpus: number): string {
  const busy = Math.max(0, Math.round(100 * cpus * (0.14 * up + 0.08 * 37 * (Math.sin(up / 37 + phase) - Math.sin(phase)))));
  const all = Math.round(up * 100 * cpus);
  const line = (name: string, share: number): string => {
    const [used, total] = [busy / share, all / share];
    return `${name} ${Math.round(used * 0.75)} 0 ${Math.round(used * 0.25)} ${Math.max(0, Math.round(total - used))} 1200 0 0 0\n`;
  };
  return line('cpu', 1) + Array.from({ length: cpus }, (_, index) => line(`cpu${index}`, cpus)).join('');
}
