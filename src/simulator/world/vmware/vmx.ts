// A machine's configuration file (.vmx) and the other small files of its directory.
import type { GuestDefinition } from '../guests/guests.ts';

/** A machine as the scene knows it; the memory and the name are the guest's. */
export interface MachineDefinition {
  /** Name of its guest, and its displayName. */
  guest: string;
  /** Absolute path of its .vmx, below the mount point of its volume. */
  path: string;
  guestOs: string;
  /** Address of its network card, `00:50:56:00:00:37`. */
  mac: string;
}

/** The files of a machine that was never suspended, by absolute path. */
export function machineFiles(machine: MachineDefinition, guest: GuestDefinition): Record<string, string> {
  const base = machine.path.slice(machine.path.lastIndexOf('/') + 1, -'.vmx'.length);
  return { [machine.path]: vmxText(machine, guest, base), [diskPath(machine.path)]: vmdkText(base) };
}

/** Where the descriptor of its disk lies. */
export function diskPath(vmx: string): string {
  return vmx.replace(/\.vmx$/, '.vmdk');
}

/** Where the image of a suspended machine lies. */
export function imagePath(vmx: string): string {
  return vmx.replace(/\.vmx$/, '.vmss');
}

/** The value of a key, whose case does not matter; the last of several counts; null: not set. */
export function vmxValue(text: string, key: string): string | null {
  let found: string | null = null;
  for (const [, name = '', value = ''] of text.matchAll(/^[ \t]*([^#\s=][^=]*?)[ \t]*=[ \t]*"?([^"\n]*)"?[ \t]*$/gm)) {
    if (name.toLowerCase() === key.toLowerCase()) found = value;
  }
  return found;
}

/** The text with a key set; quotes and newlines cannot be part of a value. */
export function withValue(text: string, key: string, value: string): string {
  const line = `${key} = "${value.replaceAll(/["\n]/g, '')}"`;
  const lines = text.split('\n');
  const at = lines.findLastIndex((one) => (one.split('=')[0] ?? '').trim().toLowerCase() === key.toLowerCase());
  if (at >= 0) lines[at] = line;
  else lines.splice(text.endsWith('\n') ? lines.length - 1 : lines.length, 0, line);
  return lines.join('\n');
}

function vmxText({ guestOs, mac }: MachineDefinition, guest: GuestDefinition, base: string): string {
  const rows: [string, string][] = [
    ['config.version', '8'], ['virtualHW.version', '4'], ['displayName', guest.name], ['guestOS', guestOs],
    ['memsize', String(guest.memoryMib)], ['numvcpus', String(guest.vcpus)],
    ['ide0:0.present', 'TRUE'], ['ide0:0.fileName', `${base}.vmdk`], ['ide0:0.redo', ''],
    ['ethernet0.present', 'TRUE'], ['ethernet0.connectionType', 'bridged'], ['ethernet0.addressType', 'static'], ['ethernet0.address', mac],
    ['uuid.action', 'keep'], ['tools.syncTime', 'TRUE'], ['autostart', 'none'], ['checkpoint.vmState', ''],
  ];
  return `#!/usr/bin/vmware\n${rows.map(([key, value]) => `${key} = "${value}"\n`).join('')}`;
}

/** A disk of 4 GB, as its descriptor tells. */
function vmdkText(base: string): string {
  return [
    '# Disk DescriptorFile', 'version=1', 'CID=fffffffe', 'parentCID=ffffffff', 'createType="twoGbMaxExtentFlat"', '',
    '# Extent description', `RW 4193792 FLAT "${base}-f001.vmdk" 0`, `RW 4193792 FLAT "${base}-f002.vmdk" 0`, `RW 1024 FLAT "${base}-f003.vmdk" 0`, '',
    '# The Disk Data Base', '#DDB', '', 'ddb.adapterType = "ide"', 'ddb.geometry.sectors = "63"', 'ddb.geometry.heads = "16"', 'ddb.geometry.cylinders = "8322"', '',
  ].join('\n');
}
