// The whole text of /proc/drbd (or of the init script's status), line by line: which line belongs to which device.
import type { DrbdMinor, ProcDrbd } from '../model/facts.ts';
import { readCounters, readDevice, startsDevice } from './proc-drbd-device.ts';
import type { DeviceLine } from './proc-drbd-device.ts';
import { isKnownHeaderText, isWholeBuild, readBuild, readVersion } from './proc-drbd-header.ts';
import { readProgress, unknownSync } from './proc-drbd-progress.ts';
import { giveProgress, isTableHead, readTableProgress, readTableRow } from './proc-drbd-table.ts';
import type { TableProgress } from './proc-drbd-table.ts';
import { plain } from './proc-drbd-words.ts';

/** What the text says. */
export interface ProcText {
  facts: ProcDrbd;
  /** Lines not understood, or understood in part, as printed. */
  unread: string[];
  /** The line in which the text breaks off, when that leaves a device (or all of them) untold; null otherwise. */
  brokenAt: string | null;
}

/** A device while its lines are read. */
interface Open {
  device: DrbdMinor;
  line: string;
  counted: boolean;
  /** Whether its line was understood completely; if not, it is in `unread` already. */
  complete: boolean;
}

interface Reading extends ProcText {
  devices: Open[];
  minors: Set<number>;
  /** The device that the next lines speak of; null: nobody knows of whom. */
  current: Open | null;
  inTable: boolean;
  tableProgress: TableProgress[];
  /** True on the last line when no line end follows it: it may be half a line. */
  open: boolean;
}

type LineReader = (reading: Reading, line: string) => boolean;

const READERS: readonly LineReader[] = [takeHeader, takeTable, takeDevice, takeCounters, takeProgress, takeCache];
const CACHE = /^(?:resync|act_log): *(?:used:\d+\/\d+|elements:\d+) +hits:\d+ +misses:\d+ +starving:\d+ +(?:dirty|locked):\d+ +changed:\d+$/;
const BLOCKED = /^blocked on activity log: \d+$/;

/** Reads the text; never throws, whatever it is. */
export function readProcText(text: string): ProcText {
  const reading: Reading = {
    facts: { version: null, api: null, protocol: null, build: null, resources: [] }, unread: [], brokenAt: null,
    devices: [], minors: new Set(), current: null, inTable: false, tableProgress: [], open: false,
  };
  const lines = text.replaceAll('\0', '').split(/\r?\n/);
  lines.forEach((line, index) => {
    reading.open = index === lines.length - 1;
    if (plain(line) !== '') takeLine(reading, line);
  });
  finish(reading, lines.findLast((line) => plain(line) !== '') ?? '', plain(lines.at(-1) ?? '') !== '');
  return { facts: reading.facts, unread: reading.unread, brokenAt: reading.brokenAt };
}

function takeLine(reading: Reading, line: string): void {
  if (READERS.some((take) => take(reading, line))) return;
  reading.unread.push(line);
}

function takeHeader(reading: Reading, line: string): boolean {
  const { facts } = reading;
  const version = readVersion(line);
  if (version) {
    if (facts.version === null) Object.assign(facts, { version: version.version, api: version.api, protocol: version.protocol });
    const same = version.version === facts.version && version.api === facts.api && version.protocol === facts.protocol;
    return version.complete && same;
  }
  const build = readBuild(line);
  if (build === null) return isKnownHeaderText(line);
  if (facts.build === null && reading.devices.length === 0) facts.build = build;
  return facts.build === build;
}

function takeTable(reading: Reading, line: string): boolean {
  if (isTableHead(line)) reading.inTable = true;
  if (!reading.inTable) return false;
  const progress = readTableProgress(line);
  if (progress) reading.tableProgress.push(progress);
  const row = readTableRow(line);
  return (row !== null && addDevice(reading, line, row, true)) || progress !== null || isTableHead(line);
}

function takeDevice(reading: Reading, line: string): boolean {
  if (startsDevice(line)) reading.current = null;
  const found = readDevice(line);
  if (!found) return false;
  const understood = addDevice(reading, line, found, found.device.unconfigured);
  if (found.counters === null || reading.current === null) return understood && found.counters === null;
  return takeCounters(reading, found.counters) && understood;
}

/** Adds a device, the first of its minor only; true where its line was understood completely. */
function addDevice(reading: Reading, line: string, found: DeviceLine, counted: boolean): boolean {
  const twice = reading.minors.has(found.device.minor);
  reading.current = twice ? null : { device: found.device, line, counted, complete: found.complete };
  if (!reading.current) return false;
  if (reading.open && !found.complete && found.counters === null) reading.brokenAt = line;
  reading.devices.push(reading.current);
  reading.minors.add(found.device.minor);
  reading.facts.resources.push(found.device);
  return found.complete;
}

function takeCounters(reading: Reading, line: string): boolean {
  const { current } = reading;
  if (!current || current.counted) return false;
  const counters = readCounters(line, printsAll(current, reading.facts.version), reading.open);
  if (!counters) return false;
  current.counted = true;
  Object.assign(current.device, counters.says);
  return counters.complete;
}

/** From 8.3 on (`ro:`, and 9 in its 8.4 form) the line has all counters. */
function printsAll(current: Open, version: string | null): boolean {
  return /\sro:/.test(current.line) || /^(?:8\.[3-9]|9)\./.test(version ?? '');
}

function takeProgress(reading: Reading, line: string): boolean {
  const device = reading.current?.device;
  const progress = readProgress(line);
  if (!device || !progress || device.unconfigured) return false;
  const before = device.sync;
  const repeated = progress.says.donePercent !== undefined && before?.donePercent !== undefined && before.donePercent !== null;
  if (repeated) return false;
  const kind = device.connection.startsWith('Verify') ? 'verify' : 'resync';
  if (Object.keys(progress.says).length > 0) device.sync = { ...(before ?? unknownSync(kind)), ...progress.says };
  return progress.complete;
}

/** Statistics of the caches: understood, and nothing in them says how a device stands. */
function takeCache(reading: Reading, line: string): boolean {
  const text = plain(line);
  return reading.current !== null && (CACHE.test(text) || BLOCKED.test(text));
}

/** What only the end of the text tells: devices whose counters never came, and where it broke off. */
function finish(reading: Reading, lastLine: string, open: boolean): void {
  for (const { counted, complete, line } of reading.devices) {
    if (counted) continue;
    if (open && line === lastLine) reading.brokenAt = line;
    if (complete) reading.unread.push(line);
  }
  reading.unread.push(...giveProgress(reading.facts.resources, reading.tableProgress));
  const headerOnly = reading.devices.length === 0 && reading.facts.version !== null;
  const whole = isWholeBuild(readBuild(lastLine) ?? '') || isKnownHeaderText(lastLine) || isTableHead(lastLine);
  if (open && headerOnly && !whole) reading.brokenAt = lastLine;
}
