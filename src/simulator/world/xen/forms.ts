// The forms of Xen 3.0's answers: the list, its long form, processors, the host, one screen of xentop.
import type { Guests } from '../guests/guests.ts';
import type { XenDomain, XenHost, XenMemory } from './host.ts';
import { diskOf } from './config.ts';

/** What a form needs to know. */
export interface Shown {
  host: XenHost;
  guests: Guests;
  memory: XenMemory;
  /** World time, and how long the node has been up, ms. */
  nowMs: number;
  upMs: number;
}

/** One row of any form, Domain-0 too. */
interface Row {
  id: number;
  name: string;
  memoryMib: number;
  vcpus: number;
  state: string;
  cpuSeconds: number;
  domain: XenDomain | null;
}

const DOMAIN0 = 'Domain-0';
/** Share of one processor that Domain-0 uses. */
const DOMAIN0_SHARE = 0.06;

/** True when the host has a domain of that name or number. */
export function isKnown(host: XenHost, name: string): boolean {
  return name === DOMAIN0 || name === '0' || host.domains.some((domain) => isNamed(domain, name));
}

/** True when that is the name or the number of the domain. */
export function isNamed(domain: XenDomain, name: string): boolean {
  return domain.config.name === name || String(domain.id) === name;
}

/** `xm list`; `names` empty: all. */
export function listText(shown: Shown, names: readonly string[]): string {
  const line = (name: string, id: string, memory: string, vcpus: string, state: string, time: string): string =>
    `${name.padEnd(40)} ${id.padStart(3)} ${memory.padStart(8)} ${vcpus.padStart(5)} ${state.padEnd(6)} ${time.padStart(8)}\n`;
  const rows = rowsOf(shown).filter((row) => names.length === 0 || names.some((name) => name === row.name || name === String(row.id)));
  return line('Name', 'ID', 'Mem(MiB)', 'VCPUs', 'State', 'Time(s)')
    + rows.map((row) => line(row.name, String(row.id), String(row.memoryMib), String(row.vcpus), row.state, row.cpuSeconds.toFixed(1))).join('');
}

/** `xm list -l`: nested lists, one after the other. */
export function longText(shown: Shown, names: readonly string[]): string {
  return rowsOf(shown)
    .filter((row) => names.length === 0 || names.some((name) => name === row.name || name === String(row.id)))
    .map((row) => `(domain\n${longLines(shown, row).map((line) => `    ${line}\n`).join('')})\n`)
    .join('');
}

/** `xm vcpu-list`. */
export function vcpuText(shown: Shown): string {
  const line = (name: string, id: string, vcpu: string, cpu: string, state: string, time: string, affinity: string): string =>
    `${name.padEnd(32)} ${id.padStart(3)}  ${vcpu.padStart(4)}  ${cpu.padStart(4)}  ${state.padEnd(5)}  ${time.padStart(8)} ${affinity}\n`;
  const body = rowsOf(shown).flatMap((row) => Array.from({ length: row.vcpus }, (_, vcpu) =>
    line(row.name, String(row.id), String(vcpu), '0', `${row.state.slice(0, 3)}`, (row.cpuSeconds / row.vcpus).toFixed(1), 'any cpu')));
  return line('Name', 'ID', 'VCPU', 'CPU', 'State', 'Time(s)', 'CPU Affinity') + body.join('');
}

/** `xm info`. */
export function infoText({ host, memory }: Shown): string {
  const release = host.node.read('/proc/sys/kernel/osrelease')?.trim() ?? '2.6.16-xen';
  const rows: [string, string][] = [
    ['host', host.node.name], ['release', release], ['version', '#1 SMP'], ['machine', 'i686'], ['nr_cpus', '1'], ['nr_nodes', '1'],
    ['sockets_per_node', '1'], ['cores_per_socket', '1'], ['threads_per_core', '1'], ['cpu_mhz', '2400'],
    ['hw_caps', 'bfebfbff:00000000:00000000:00000080:00004400'], ['total_memory', String(memory.totalMib)], ['free_memory', String(host.freeMib())],
    ['xen_major', '3'], ['xen_minor', '0'], ['xen_extra', '.3-0'], ['xen_caps', 'xen-3.0-x86_32p '], ['xen_pagesize', '4096'],
    ['platform_params', 'virt_start=0xf5800000'], ['xen_changeset', 'unavailable'], ['cc_compiler', 'gcc version 4.0.3'], ['xend_config_format', '2'],
  ];
  return rows.map(([key, value]) => `${key.padEnd(23)}: ${value}\n`).join('');
}

/** One screen of xentop in batch form, its states in the order `dsbcpr`; `percent` gives the CPU(%) of a row, 0 where it has no earlier look. */
export function topText(shown: Shown, percent: (name: string, cpuSeconds: number) => number): string {
  const widths = [10, 6, 10, 6, 10, 6, 10, 9, 5, 4, 8, 8, 4, 8, 8, 8, 4];
  const line = (...cells: string[]): string => `${cells.map((cell, index) => cell.padStart(widths[index] ?? 0)).join(' ')}\n`;
  const total = shown.memory.totalMib;
  const rows = rowsOf(shown).map((row) => {
    const share = ((100 * row.memoryMib) / total).toFixed(1);
    const most = row.domain ? [String(row.memoryMib * 1024), share] : ['no limit', 'n/a'];
    const io = ioOf(shown, row);
    const letters = [5, 3, 1, 4, 2, 0].map((place) => row.state[place] ?? '-').join('');
    return line(row.name.slice(0, 10), letters, String(Math.floor(row.cpuSeconds)), percent(row.name, row.cpuSeconds).toFixed(1), String(row.memoryMib * 1024), share,
      ...most, String(row.vcpus), ...io, '0');
  });
  return line('NAME', 'STATE', 'CPU(sec)', 'CPU(%)', 'MEM(k)', 'MEM(%)', 'MAXMEM(k)', 'MAXMEM(%)', 'VCPUS', 'NETS', 'NETTX(k)', 'NETRX(k)', 'VBDS', 'VBD_OO', 'VBD_RD', 'VBD_WR', 'SSID') + rows.join('');
}

function rowsOf({ host, guests, memory, upMs }: Shown): Row[] {
  const first: Row = { id: 0, name: DOMAIN0, memoryMib: memory.domain0Mib, vcpus: 1, state: 'r-----', cpuSeconds: (upMs / 1000) * DOMAIN0_SHARE, domain: null };
  const others = host.domains.map((domain): Row => ({
    id: domain.id, name: domain.config.name, memoryMib: domain.config.memoryMib, vcpus: domain.config.vcpus,
    state: stateOf(domain), cpuSeconds: 3.1 + (guests.ranMs(domain.instance) / 1000) * domain.share, domain,
  }));
  return [first, ...others];
}

/** `rbpscd`; a guest that has nothing to do is blocked, the normal case. */
function stateOf({ instance }: XenDomain): string {
  if (instance.state === 'paused') return '--p---';
  return instance.state === 'crashed' ? '----c-' : '-b----';
}

/** NETS NETTX NETRX VBDS OO RD WR. */
function ioOf({ guests }: Shown, { domain }: Row): string[] {
  if (!domain) return ['4', '0', '0', '0', '0', '0', '0'];
  const seconds = guests.ranMs(domain.instance) / 1000;
  const count = (rate: number): string => String(Math.floor(seconds * rate));
  return [String(Math.max(1, domain.config.interfaces.length)), count(domain.share * 30), count(domain.share * 22), String(domain.config.disks.length), '0', count(0.11), count(0.25)];
}

function longLines({ nowMs, guests, upMs }: Shown, row: Row): string[] {
  const upSeconds = row.domain ? guests.ranMs(row.domain.instance) / 1000 : upMs / 1000;
  const config = row.domain?.config;
  const image = config ? ['(image', '    (linux', `        (kernel ${config.kernel})`, `        (root '${config.root}')`, `        (args ${config.extra})`, '    )', ')'] : [];
  const devices = config ? [
    ...config.interfaces.map((vif) => ['(device', `    (vif (backend 0) (script vif-bridge)${vif === '' ? '' : ` (${vif.replaceAll('=', ' ').replaceAll(/, */g, ') (')})`})`, ')']).flat(),
    ...config.disks.map((disk) => ['(device', `    (vbd (backend 0) (dev ${diskOf(disk).device}) (uname ${disk.split(',')[0] ?? ''}) (mode ${diskOf(disk).mode}))`, ')']).flat(),
  ] : [];
  return [
    `(domid ${row.id})`, `(uuid ${row.domain?.uuid ?? '00000000-0000-0000-0000-000000000000'})`, '(ssidref 0)', `(vcpus ${row.vcpus})`, '(cpu_weight 1.0)',
    `(memory ${row.memoryMib})`, `(maxmem ${row.memoryMib})`, `(name ${row.name})`,
    `(on_poweroff ${config?.onPoweroff ?? 'restart'})`, `(on_reboot ${config?.onReboot ?? 'restart'})`, `(on_crash ${config?.onCrash ?? 'restart'})`,
    ...image, ...devices, `(state ${row.state})`, `(cpu_time ${row.cpuSeconds.toFixed(9)})`, `(online_vcpus ${row.vcpus})`,
    `(up_time ${upSeconds.toFixed(6)})`, `(start_time ${(nowMs / 1000 - upSeconds).toFixed(2)})`,
  ];
}
