// The table that the init script's `status` of 8.3 and later makes of /proc/drbd: `0:data  Connected  Primary/...`.
import type { DrbdMinor, DrbdSync } from '../model/facts.ts';
import { blankDevice, takePair } from './proc-drbd-device.ts';
import type { DeviceLine } from './proc-drbd-device.ts';
import { readProgress, unknownSync } from './proc-drbd-progress.ts';
import { CONNECTIONS, FLAGS, PROTOCOLS, WITH_PROGRESS, plain } from './proc-drbd-words.ts';

/** A `...` row: the progress of one of the devices, the table does not say of which. */
export interface TableProgress {
  line: string;
  says: Partial<DrbdSync>;
}

/** Whether this is the table's row of headings. */
export function isTableHead(line: string): boolean {
  return /^m:res +cs +(?:st|ro) +ds +p +mounted +fstype$/.test(plain(line));
}

/** A row of the table; it has no counters. Of the flags it shows them only where there is no protocol letter. */
export function readTableRow(line: string): DeviceLine | null {
  const [first = '', connection = '', ...words] = plain(line).split(/\s+/);
  const minor = /^(\d{1,7}):\S+$/.exec(first);
  if (!minor || !/^\w+$/.test(connection)) return null;
  const device = blankDevice(Number(minor[1]), connection);
  if (device.unconfigured) return { device, complete: words.every((word) => word === '.'), counters: null };
  const [roles = '', disks = '', letters = '', mounted, type, ...more] = words;
  const states = [takePair(device, 'role', roles), takePair(device, 'disk', disks), takeLetters(device, letters)];
  const behind = more.length === 0 && (mounted === undefined || mounted.startsWith('/')) && (type === undefined || /^\w+$/.test(type));
  return { device, complete: states.every(Boolean) && behind && CONNECTIONS.has(connection), counters: null };
}

/** A `...` row with a progress in it. */
export function readTableProgress(line: string): TableProgress | null {
  const progress = plain(line).startsWith('... ') ? readProgress(line) : null;
  return progress?.complete && progress.says.kind ? { line, says: progress.says } : null;
}

/**
 * Gives the progress rows to the devices that copy or verify. They stand before or behind their device, depending
 * on the release: only one row for one device is certain. Returns the rows that could not be given.
 */
export function giveProgress(devices: readonly DrbdMinor[], rows: readonly TableProgress[]): string[] {
  const busy = devices.filter((device) => WITH_PROGRESS.has(device.connection));
  const [row, ...others] = rows;
  const [device] = busy;
  if (!row) return [];
  if (!device || busy.length > 1 || others.length > 0) return rows.map((each) => each.line);
  device.sync = { ...unknownSync('resync'), ...row.says };
  return [];
}

/** Column `p`: the protocol letter, `-` or, with no letter, the flags. */
function takeLetters(device: DrbdMinor, word: string): boolean {
  if (word === '-') return true;
  if (/^[A-Z]$/.test(word)) {
    device.protocol = word;
    return PROTOCOLS.has(word);
  }
  if (!FLAGS.test(word)) return false;
  device.ioFlags = word;
  return true;
}
