// Reads the DRBD samples, and says in one hand-comparable line what a parsed device is.
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { answerOf } from '../../src/probes/probe.ts';
import { parseProcDrbd } from '../../src/probes/proc-drbd.ts';
import type { DrbdMinor, ProcDrbd } from '../../src/model/facts.ts';

const ROOT = join(import.meta.dirname, '../samples/drbd');

/** A sample's text. */
export function sample(name: string): string {
  return readFileSync(join(ROOT, name), 'utf8');
}

/** Every sample that is an answer of /proc/drbd or of the init script's status. */
export function procSamples(): string[] {
  const names = readdirSync(ROOT, { recursive: true, encoding: 'utf8' });
  return names.filter((name) => /^[089].*(?<!peers)\.txt$|\.proc-drbd\.txt$/.test(name)).sort();
}

/** The facts of a text that must be answered. */
export function parsed(text: string): { facts: ProcDrbd; unread: string[] } {
  const result = parseProcDrbd(answerOf(text));
  if (!result.answered) throw new Error(`not answered: ${result.why}`);
  return result;
}

/** `0 Connected Primary/Secondary UpToDate/UpToDate C r----- oos=0`; a dash where a field is null; oos in bytes. */
export function inOneLine(device: DrbdMinor): string {
  const or = (value: string | number | null): string => (value === null ? '-' : String(value));
  if (device.unconfigured) return `${device.minor} ${device.connection}`;
  return `${device.minor} ${device.connection} ${or(device.role)}/${or(device.peerRole)} ${or(device.disk)}/${or(device.peerDisk)} ` +
    `${or(device.protocol)} ${or(device.ioFlags)} oos=${or(device.outOfSyncBytes)}`;
}
