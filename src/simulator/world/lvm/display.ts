// vgdisplay and lvdisplay of LVM 2.00, in GB.
import type { SimNode } from '../shapes.ts';
import type { LogicalVolume, VolumeGroup } from './volume-group.ts';
import { freeExtents, logicalVolumes, lvmUuid, sizeText, totalExtents } from './volume-group.ts';

/** The page of `vgdisplay`. */
export function vgdisplay(node: SimNode, group: VolumeGroup): string {
  const volumes = logicalVolumes(node, group);
  const [total, free] = [totalExtents(group), freeExtents(node, group)];
  const size = (extents: number): string => sizeText(extents * group.extentBytes, 'h', 'long');
  return page('Volume group', [
    ['VG Name', group.name], ['System ID', ''], ['Format', 'lvm2'], ['Metadata Areas', String(group.physical.length)], ['Metadata Sequence No', String(3 * volumes.length + 3)],
    ['VG Access', 'read/write'], ['VG Status', 'resizable'], ['MAX LV', '0'], ['Cur LV', String(volumes.length)], ['Open LV', String(volumes.filter((one) => one.isOpen).length)],
    ['Max PV', '0'], ['Cur PV', String(group.physical.length)], ['Act PV', String(group.physical.length)], ['VG Size', size(total)], ['PE Size', size(1)],
    ['Total PE', String(total)], ['Alloc PE / Size', `${total - free} / ${size(total - free)}`], ['Free  PE / Size', `${free} / ${size(free)}`], ['VG UUID', lvmUuid(node, group.name)],
  ], 22);
}

/** The page of `lvdisplay` about one volume. */
export function lvdisplay(node: SimNode, group: VolumeGroup, volume: LogicalVolume): string {
  return page('Logical volume', [
    ['LV Name', volume.path], ['VG Name', group.name], ['LV UUID', lvmUuid(node, volume.path)], ['LV Write Access', 'read/write'], ['LV Status', 'available'],
    ['# open', volume.isOpen ? '1' : '0'], ['LV Size', sizeText(volume.extents * group.extentBytes, 'h', 'long')], ['Current LE', String(volume.extents)], ['Segments', '1'],
    ['Allocation', 'inherit'], ['Read ahead sectors', '0'], ['Block device', `253:${logicalVolumes(node, group).findIndex((one) => one.path === volume.path)}`],
  ], 23);
}

function page(title: string, rows: readonly [string, string][], width: number): string {
  return `  --- ${title} ---\n${rows.map(([key, value]) => `  ${`${key.padEnd(width - 1)} ${value}`.trimEnd()}\n`).join('')}   \n`;
}
