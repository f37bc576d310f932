// A volume group of a node: its extents, and its logical volumes, which are the node's disks below /dev/GROUP/.
import { createHash } from 'node:crypto';
import type { Disk, SimNode } from '../shapes.ts';

export interface VolumeGroup {
  name: string;
  extentBytes: number;
  physical: readonly { device: string; extents: number }[];
}

export interface LogicalVolume {
  name: string;
  /** `/dev/lvm/domain1`. */
  path: string;
  disk: Disk;
  extents: number;
  isOpen: boolean;
}

const GROUPS = new WeakMap<SimNode, VolumeGroup>();

/** Says which volume group a node has; before that it has none. Its logical volumes are put into `node.disks`. */
export function setVolumeGroup(node: SimNode, group: VolumeGroup): void {
  GROUPS.set(node, group);
}

/** The group that `setVolumeGroup` told; null: the node has none. */
export function volumeGroup(node: SimNode): VolumeGroup | null {
  return GROUPS.get(node) ?? null;
}

/** The logical volumes of a group, in the order of their making. */
export function logicalVolumes(node: SimNode, group: VolumeGroup): LogicalVolume[] {
  const prefix = `/dev/${group.name}/`;
  return [...node.disks].filter(([path]) => path.startsWith(prefix)).map(([path, disk]) => ({
    name: path.slice(prefix.length), path, disk, extents: Math.ceil(disk.sizeBytes / group.extentBytes),
    isOpen: (node.holders.get(path)?.size ?? 0) > 0 || node.mounts.some((one) => one.device === path),
  }));
}

/** Extents of all its physical volumes. */
export function totalExtents(group: VolumeGroup): number {
  return group.physical.reduce((sum, one) => sum + one.extents, 0);
}

/** Extents that no logical volume has; less than 0 where a scene gave away too many. */
export function freeExtents(node: SimNode, group: VolumeGroup): number {
  return totalExtents(group) - logicalVolumes(node, group).reduce((sum, one) => sum + one.extents, 0);
}

/** `fmOgOW-rVv0-Xr3l-2TrT-LJsR-V3Sp-J5rZsZ`: always the same for the same thing of the same node. */
export function lvmUuid(node: SimNode, what: string): string {
  const letters = createHash('sha256').update(`${node.name} ${what}`).digest('base64').replaceAll(/[^A-Za-z0-9]/g, 'x');
  return [6, 4, 4, 4, 4, 4, 6].map((length, index, all) => letters.slice(...range(all, index, length))).join('-');
}

function range(lengths: readonly number[], index: number, length: number): [number, number] {
  const from = lengths.slice(0, index).reduce((sum, one) => sum + one, 0);
  return [from, from + length];
}

const UNITS: Readonly<Record<string, number>> = { b: 1, s: 512, k: 1024, m: 1024 ** 2, g: 1024 ** 3, t: 1024 ** 4 };

/** `10G`, `512M`, `100` (MB) in bytes; null: no size. */
export function sizeBytes(text: string): number | null {
  const match = /^(\d{1,15}(?:\.\d{1,6})?)([bskmgt]?)b?$/i.exec(text);
  if (!match) return null;
  return Math.round(Number(match[1]) * (UNITS[(match[2] ?? '').toLowerCase() || 'm'] ?? 1));
}

/** In a unit of `--units`, or in the one that fits (`h`); `long` writes ` GB`, else `G`. */
export function sizeText(bytes: number, unit = 'h', suffix: 'short' | 'long' | 'none' = 'short'): string {
  const fitting = (['t', 'g', 'm', 'k'] as const).find((one) => bytes >= (UNITS[one] ?? 1)) ?? 'b';
  const chosen = unit.toLowerCase() === 'h' ? fitting : unit.toLowerCase();
  const number = chosen === 'b' || chosen === 's' ? String(bytes / (UNITS[chosen] ?? 1)) : (bytes / (UNITS[chosen] ?? 1)).toFixed(2);
  const letter = chosen === 'b' || chosen === 's' || suffix === 'short' ? chosen.toUpperCase() : ` ${chosen.toUpperCase()}B`;
  return bytes === 0 && suffix !== 'long' ? `0${suffix === 'none' || unit === 'b' ? '' : ' '}` : `${number}${suffix === 'none' ? '' : letter}`;
}
