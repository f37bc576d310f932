// A device of /proc/drbd: its state line (`0: cs:... ro:.../... ds:.../... C r-----`) and its line of counters.
import type { DrbdMinor } from '../model/facts.ts';
import { CONNECTIONS, DISKS, FLAGS, LOCAL_DATA, PROTOCOLS, ROLES, kibibytes, plain, wholeNumber } from './proc-drbd-words.ts';

/** A state line read. `counters`: text of a counters line that stood glued behind it. */
export interface DeviceLine {
  device: DrbdMinor;
  /** False where a field is missing or a word is not known; what is there is in `device`. */
  complete: boolean;
  counters: string | null;
}

/** A counters line read: only the fields it names. */
export interface CountersLine {
  says: Partial<DrbdMinor>;
  complete: boolean;
}

const DEVICE = /^(\d{1,7}): *cs:(\S+)(.*)$/;
const COUNTERS_START = /(?:^|\s)ns: *\d/;
type CounterField =
  | 'networkSentBytes' | 'networkReceivedBytes' | 'diskWrittenBytes' | 'diskReadBytes' | 'activityLogUpdates'
  | 'bitmapUpdates' | 'localPending' | 'pending' | 'unacknowledged' | 'applicationPending' | 'epochs' | 'outOfSyncBytes';

const KIB: Readonly<Record<string, CounterField>> = {
  ns: 'networkSentBytes', nr: 'networkReceivedBytes', dw: 'diskWrittenBytes', dr: 'diskReadBytes', oos: 'outOfSyncBytes',
};
const COUNTS: Readonly<Record<string, CounterField>> = {
  al: 'activityLogUpdates', bm: 'bitmapUpdates', lo: 'localPending', pe: 'pending', ua: 'unacknowledged',
  ap: 'applicationPending', ep: 'epochs',
};
const PAIR = /(?<!\S)([a-z]{2,3}): *(-?\d{1,20}|[a-z])(?!\S)/g;
const ALWAYS = ['ns', 'nr', 'dw', 'dr', 'al', 'bm', 'lo', 'pe', 'ua', 'ap'];

/** A device of which nothing but its minor and connection word is known. */
export function blankDevice(minor: number, connection: string): DrbdMinor {
  return {
    minor, connection, role: null, peerRole: null, disk: null, peerDisk: null, protocol: null, ioFlags: null,
    unconfigured: connection === 'Unconfigured', networkSentBytes: null, networkReceivedBytes: null,
    diskWrittenBytes: null, diskReadBytes: null, activityLogUpdates: null, bitmapUpdates: null, localPending: null,
    pending: null, unacknowledged: null, applicationPending: null, epochs: null, writeOrder: null, outOfSyncBytes: null,
    sync: null,
  };
}

/** Whether a line speaks of a device, readable or not: whatever follows belongs to that one and to no other. */
export function startsDevice(line: string): boolean {
  return /^\d+:|(?:^|\s)cs:/.test(plain(line));
}

/** A state line of 0.7 (`st: ld:`), 8.0 (`st: ds:`) or 8.3 on (`ro: ds:`); null: it is no state line. */
export function readDevice(line: string): DeviceLine | null {
  const found = DEVICE.exec(plain(line));
  if (!found) return null;
  const device = blankDevice(Number(found[1]), found[2] ?? '');
  let rest = found[3] ?? '';
  const glued = COUNTERS_START.exec(rest);
  const counters = glued ? rest.slice(glued.index) : null;
  if (glued) rest = rest.slice(0, glued.index);
  const words = rest.split(/\s+/).filter((word) => word !== '');
  if (device.unconfigured) return { device, complete: words.length === 0 && counters === null, counters: null };
  const wrong = words.filter((word) => !takeWord(device, word));
  const whole = device.role !== null && device.disk !== null && (device.peerDisk === null || device.ioFlags !== null);
  return { device, complete: whole && wrong.length === 0 && CONNECTIONS.has(device.connection), counters };
}

/** Sets own and peer's value from `A/B`; false where the form or a word is not known (kept as printed all the same). */
export function takePair(device: DrbdMinor, kind: 'role' | 'disk', text: string): boolean {
  const pair = /^([^/]+)\/([^/]+)$/.exec(text);
  if (!pair?.[1] || !pair[2]) return false;
  const [, own, peer] = pair;
  if (kind === 'role') Object.assign(device, { role: own, peerRole: peer });
  else Object.assign(device, { disk: own, peerDisk: peer });
  const known = kind === 'role' ? ROLES : DISKS;
  return known.has(own) && known.has(peer);
}

/** One word behind `cs:`; false where it is not understood. */
function takeWord(device: DrbdMinor, word: string): boolean {
  const field = /^(st|ro|ds|ld):(.+)$/.exec(word);
  if (!field) return takeLetters(device, word);
  const [, key, value] = field;
  if (!key || !value) return false;
  if ((key === 'st' || key === 'ro') && device.role === null) return takePair(device, 'role', value);
  if (device.disk !== null) return false;
  if (key === 'ds') return takePair(device, 'disk', value);
  if (key !== 'ld') return false;
  device.disk = value;
  return LOCAL_DATA.has(value);
}

/** The protocol letter, or the flags: 0.7 prints `F` or nothing, 8.x up to six characters. */
function takeLetters(device: DrbdMinor, word: string): boolean {
  const is07 = device.disk !== null && device.peerDisk === null;
  if (is07 && device.ioFlags === null) {
    device.ioFlags = word;
    return word === 'F';
  }
  if (/^[A-Z]$/.test(word) && device.protocol === null && device.ioFlags === null) {
    device.protocol = word;
    return PROTOCOLS.has(word);
  }
  if (device.ioFlags !== null || device.disk === null) return false;
  device.ioFlags = word;
  return FLAGS.test(word);
}

/**
 * A line of counters; null: it is none. A line that lacks a field this version prints is not complete. Where the
 * text broke off behind it (`cutAfter`), its last figure may be half a figure: only 0 can be believed then.
 */
export function readCounters(line: string, printsAll: boolean, cutAfter: boolean): CountersLine | null {
  const text = plain(line);
  if (!/^(?:ns|nr|dw|dr|al|bm|lo|pe|ua|ap|ep|wo|oos): *\S/.test(text)) return null;
  const says: Partial<DrbdMinor> = {};
  const seen: string[] = [];
  const left = text.replace(PAIR, (pair, key: string, value: string) => {
    if (seen.includes(key) || !takeCounter(says, key, value)) return pair;
    seen.push(key);
    return '';
  });
  if (seen.length === 0) return null;
  const trusted = !cutAfter || trustLast(says, seen.at(-1) ?? '');
  const exact = Object.values(says).every((value) => value !== null);
  const known = says.writeOrder === undefined || /^[bfdn]$/.test(says.writeOrder ?? '');
  return { says, complete: wholeLine(seen, printsAll) && left.trim() === '' && trusted && exact && known };
}

/** One `key:value`; false where it is no counter. */
function takeCounter(says: Partial<DrbdMinor>, key: string, value: string): boolean {
  const isLetter = /^[a-z]$/.test(value);
  if (key === 'wo' && isLetter) says.writeOrder = value;
  const field = KIB[key] ?? COUNTS[key];
  if (!field || isLetter) return key === 'wo' && isLetter;
  says[field] = KIB[key] ? kibibytes(value) : wholeNumber(value);
  return true;
}

/** 0.7 and 8.0 stop at `ap:`, 8.2 adds `oos:`, 8.3 on prints `ep: wo: oos:`. */
function wholeLine(seen: readonly string[], printsAll: boolean): boolean {
  const tail = ['ep', 'wo', 'oos'].filter((key) => seen.includes(key)).join(' ');
  const whole = tail === 'ep wo oos' || (!printsAll && (tail === '' || tail === 'oos'));
  return whole && ALWAYS.every((key) => seen.includes(key));
}

/** Forgets the last figure unless it is 0 (nothing longer begins with 0); false where it did. */
function trustLast(says: Partial<DrbdMinor>, key: string): boolean {
  const field = KIB[key] ?? COUNTS[key];
  if (!field || says[field] === 0) return true;
  delete says[field];
  return false;
}
