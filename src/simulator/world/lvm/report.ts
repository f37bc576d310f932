// The reports lvs, vgs and pvs of LVM 2.02: columns to choose, with or without headings, separators and units.
import type { SimNode } from '../shapes.ts';
import type { VolumeGroup } from './volume-group.ts';
import { freeExtents, logicalVolumes, lvmUuid, sizeText, totalExtents } from './volume-group.ts';

/** A row's values by field: sizes in bytes as numbers, all else as text. */
type Row = Record<string, string | number>;

const HEADINGS: Readonly<Record<string, string>> = {
  lv_name: 'LV', vg_name: 'VG', pv_name: 'PV', lv_attr: 'Attr', vg_attr: 'Attr', pv_attr: 'Attr', lv_size: 'LSize', vg_size: 'VSize', vg_free: 'VFree',
  pv_size: 'PSize', pv_free: 'PFree', pv_fmt: 'Fmt', pv_count: '#PV', lv_count: '#LV', snap_count: '#SN', lv_uuid: 'LV UUID', vg_uuid: 'VG UUID', pv_uuid: 'PV UUID',
  lv_path: 'Path', vg_extent_size: 'Ext', vg_extent_count: '#Ext', vg_free_count: 'Free', seg_count: '#Seg', origin: 'Origin', snap_percent: 'Snap%', move_pv: 'Move', mirror_log: 'Log', copy_percent: 'Copy%',
};
const SHORT: Readonly<Record<string, string>> = { name: '_name', attr: '_attr', size: '_size', uuid: '_uuid', path: '_path', free: '_free' };
const DEFAULTS: Readonly<Record<string, readonly string[]>> = {
  lvs: ['lv_name', 'vg_name', 'lv_attr', 'lv_size', 'origin', 'snap_percent', 'move_pv', 'mirror_log', 'copy_percent'],
  vgs: ['vg_name', 'pv_count', 'lv_count', 'snap_count', 'vg_attr', 'vg_size', 'vg_free'],
  pvs: ['pv_name', 'vg_name', 'pv_fmt', 'pv_attr', 'pv_size', 'pv_free'],
};
const WITH_VALUE = new Set(['-o', '--options', '--units', '--separator', '--sort', '-O']);

/** Answers `lvs`, `vgs` or `pvs`. Exit 3 for a field or an option it does not know, 5 for a thing it does not find. */
export function report(kind: 'lvs' | 'vgs' | 'pvs', node: SimNode, group: VolumeGroup | null, argv: readonly string[]): { stdout?: string; stderr?: string; exit?: number } {
  const { options, names } = split(argv);
  const fields = fieldsOf(kind, options.get('-o') ?? options.get('--options'));
  const unknown = fields.find((field) => HEADINGS[field] === undefined);
  if (unknown !== undefined) return { stderr: `  Unrecognised field: ${unknown}\n`, exit: 3 };
  const all = group ? { lvs: volumeRows, vgs: groupRows, pvs: physicalRows }[kind](node, group) : [];
  const rows = all.filter((row) => names.length === 0 || names.some((name) => isNamed(row, name)));
  const missing = names.find((name) => !all.some((row) => isNamed(row, name)));
  if (missing !== undefined) return { stderr: `  Volume group "${missing.replace(/^\/dev\//, '').split('/')[0] ?? ''}" not found\n`, exit: 5 };
  if (all.length === 0 && kind === 'vgs') return { stderr: '  No volume groups found\n' };
  return { stdout: table(fields, rows, options) };
}

function table(fields: readonly string[], rows: readonly Row[], options: ReadonlyMap<string, string>): string {
  const suffix = options.has('--nosuffix') ? 'none' : 'short';
  const text = (value: string | number | undefined): string => (typeof value === 'number' ? sizeText(value, options.get('--units') ?? 'h', suffix) : (value ?? ''));
  const cells = rows.map((row) => fields.map((field) => text(row[field])));
  if (!options.has('--noheadings') && rows.length > 0) cells.unshift(fields.map((field) => HEADINGS[field] ?? field));
  const separator = options.get('--separator');
  if (separator !== undefined) return cells.map((row) => `  ${row.join(separator)}\n`).join('');
  const widths = fields.map((_, column) => Math.max(...cells.map((row) => row[column]?.length ?? 0)));
  const isRight = (field: string): boolean => /size|free|count|percent/.test(field);
  const line = (row: readonly string[]): string => row.map((cell, column) => (isRight(fields[column] ?? '') ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0))).join(' ');
  return cells.map((row) => `  ${line(row)}\n`).join('');
}

function volumeRows(node: SimNode, group: VolumeGroup): Row[] {
  return logicalVolumes(node, group).map((volume) => ({
    ...groupRows(node, group)[0], lv_name: volume.name, lv_path: volume.path, lv_attr: `-wi-a${volume.isOpen ? 'o' : '-'}`,
    lv_size: volume.extents * group.extentBytes, lv_uuid: lvmUuid(node, volume.path), seg_count: '1',
  }));
}

function groupRows(node: SimNode, group: VolumeGroup): Row[] {
  return [{
    vg_name: group.name, vg_attr: 'wz--n-', vg_size: totalExtents(group) * group.extentBytes, vg_free: freeExtents(node, group) * group.extentBytes,
    vg_extent_size: group.extentBytes, vg_extent_count: String(totalExtents(group)), vg_free_count: String(freeExtents(node, group)),
    pv_count: String(group.physical.length), lv_count: String(logicalVolumes(node, group).length), snap_count: '0', vg_uuid: lvmUuid(node, group.name),
  }];
}

/** Logical volumes fill the physical ones from the first to the last. */
function physicalRows(node: SimNode, group: VolumeGroup): Row[] {
  let used = totalExtents(group) - freeExtents(node, group);
  return group.physical.map(({ device, extents }) => {
    const taken = Math.min(extents, used);
    used -= taken;
    return { ...groupRows(node, group)[0], pv_name: device, pv_fmt: 'lvm2', pv_attr: 'a-', pv_size: extents * group.extentBytes, pv_free: (extents - taken) * group.extentBytes, pv_uuid: lvmUuid(node, device) };
  });
}

function isNamed(row: Row, name: string): boolean {
  const plain = name.replace(/^\/dev\//, '');
  return plain === row['vg_name'] || plain === `${row['vg_name']}/${row['lv_name']}` || name === row['pv_name'];
}

function fieldsOf(kind: 'lvs' | 'vgs' | 'pvs', chosen: string | undefined): readonly string[] {
  const defaults = DEFAULTS[kind] ?? [];
  if (chosen === undefined) return defaults;
  const full = chosen.replace(/^\+/, '').split(',').map((field) => (SHORT[field] === undefined ? field : `${kind.slice(0, 2)}${SHORT[field]}`));
  return chosen.startsWith('+') ? [...defaults, ...full] : full;
}

function split(argv: readonly string[]): { options: Map<string, string>; names: string[] } {
  const options = new Map<string, string>();
  const names: string[] = [];
  for (let index = 0; index < argv.length; index += 1) {
    const [word = '', value] = (argv[index] ?? '').split(/=(.*)/s);
    if (!word.startsWith('-')) names.push(word);
    else if (value !== undefined) options.set(word, value);
    else options.set(word, WITH_VALUE.has(word) ? (argv[(index += 1)] ?? '') : '');
  }
  return { options, names };
}
