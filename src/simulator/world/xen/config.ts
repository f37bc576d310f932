// A domain's configuration file of xm: python's `name = value`, read and never run.

export interface XenConfig {
  name: string;
  memoryMib: number;
  vcpus: number;
  kernel: string;
  root: string;
  extra: string;
  /** As written: `phy:/dev/drbd0,sda1,w`. */
  disks: readonly string[];
  interfaces: readonly string[];
  onPoweroff: string;
  onReboot: string;
  onCrash: string;
}

type Value = string | string[];

/** Reads a configuration; what is not there has xm's default. `more`: `memory=128` from the command line, which wins. */
export function parseXenConfig(text: string, more: readonly string[] = []): XenConfig {
  const values = new Map<string, Value>();
  for (const [, name = '', value = ''] of joined(text).matchAll(/^([A-Za-z_]\w*)[ \t]*=[ \t]*(.*)$/gm)) values.set(name, valueOf(value));
  for (const word of more) values.set(word.slice(0, word.indexOf('=')), valueOf(word.slice(word.indexOf('=') + 1)));
  const one = (name: string, otherwise: string): string => {
    const value = values.get(name);
    return typeof value === 'string' && value !== '' ? value : otherwise;
  };
  const many = (name: string): readonly string[] => {
    const value = values.get(name);
    return Array.isArray(value) ? value : [];
  };
  return {
    name: one('name', ''), memoryMib: Number(one('memory', '128')) || 128, vcpus: Number(one('vcpus', '1')) || 1,
    kernel: one('kernel', '/boot/vmlinuz-2.6-xenU'), root: one('root', ''), extra: one('extra', ''),
    disks: many('disk'), interfaces: many('vif'),
    onPoweroff: one('on_poweroff', 'destroy'), onReboot: one('on_reboot', 'restart'), onCrash: one('on_crash', 'restart'),
  };
}

/** Where a disk of the domain lies: `phy:/dev/drbd0,sda1,w` and `phy:drbd0,sda1,w` are /dev/drbd0; other kinds than phy have no path. */
export function diskOf(disk: string): { path: string | null; device: string; mode: string } {
  const [where = '', device = '', mode = 'r'] = disk.split(',').map((part) => part.trim());
  const path = where.startsWith('phy:') ? where.slice('phy:'.length) : null;
  return { path: path === null || path.startsWith('/') ? path : `/dev/${path}`, device: device.replace(/^\/dev\//, ''), mode };
}

/** Number of a device as Linux counts them: sda1 2049, hda1 769, xvda1 51713. */
export function deviceNumber(device: string): number {
  const [, kind = '', letter = 'a', part = '0'] = /^(sd|hd|xvd)([a-p])(\d{0,2})$/.exec(device) ?? [];
  const disk = letter.charCodeAt(0) - 97;
  if (kind === 'hd') return (disk < 2 ? 3 : 22) * 256 + (disk % 2) * 64 + Number(part);
  return (kind === 'xvd' ? 202 : 8) * 256 + disk * 16 + Number(part);
}

/** Comments off, and lists over several lines in one. */
function joined(text: string): string {
  const lines = text.split('\n').map(withoutComment);
  return lines.join('\n').replaceAll(/\[[^\]]*\]/g, (list) => list.replaceAll('\n', ' '));
}

function withoutComment(line: string): string {
  return (/^(?:[^#'"]|'[^']*'|"[^"]*")*/.exec(line)?.[0] ?? '').trimEnd();
}

function valueOf(text: string): Value {
  const strings = [...text.matchAll(/'([^']*)'|"([^"]*)"/g)].map((match) => match[1] ?? match[2] ?? '');
  if (text.trim().startsWith('[')) return strings;
  return strings[0] ?? text.trim();
}
