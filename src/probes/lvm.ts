// Volume groups and logical volumes, from LVM's reports vgs and lvs.
import type { LogicalVolume, Lvm, VolumeGroup } from '../model/linux-facts.ts';
import type { Answer, CommandProbe, Conversation, Parsed } from './probe.ts';
import { captured } from './captured.ts';
import { bytesOf, groupWords, isGroupAttributes, isVolumeAttributes, volumeWords } from './lvm-attributes.ts';
import { readReport } from './lvm-rows.ts';
import type { LvmReport, LvmRow, ReportKind } from './lvm-rows.ts';
import { complaintRefusal, firstLine, refusal, statusRefusal, textOf } from './refusal.ts';
import type { Refusal } from './refusal.ts';

/** Separated columns, which every version prints; JSON came with 2.02.158. Bytes, as rounded sizes cannot be compared. */
const HOW = ['--noheadings', '--separator', '|', '--units', 'b', '--nosuffix', '-o'];

/**
 * Asks vgs and, where there is a group, lvs: once a minute, as both read every disk. They wait for LVM's locks, and
 * those of a cluster without quorum never come: then the deadline ends it.
 */
export const lvm: CommandProbe<'lvm'> = { name: 'lvm', kind: 'commands', everySeconds: 60, deadlineSeconds: 8, ask };

/** `crashcart parse vgs`. */
export const capturedVgs = captured('vgs', 'the output of vgs: JSON, separated columns, or as printed without options', (answer) => {
  const found = apart(answer);
  return parseGroups(found.answer, found.proof);
});

/** `crashcart parse lvs`. */
export const capturedLvs = captured('lvs', 'the output of lvs: JSON, separated columns, or as printed without options', (answer) => {
  const found = apart(answer);
  return parseVolumes(found.answer, found.proof);
});

function* ask(): Conversation<Lvm> {
  const groups = parseGroups(yield ['vgs', ...HOW, 'vg_name,vg_attr,vg_size,vg_free'], 'exit');
  if (!groups.answered) return groups;
  const { facts: { groups: list, messages }, unread } = groups;
  if (list.length === 0 && unread.length === 0) return { answered: true, facts: { groups: [], volumes: [], messages }, unread };
  const volumes = parseVolumes(yield ['lvs', ...HOW, 'lv_name,vg_name,lv_attr,lv_size'], 'exit');
  if (!volumes.answered) return volumes;
  const said = [...new Set([...messages, ...volumes.facts.messages])];
  return { answered: true, facts: { groups: list, volumes: volumes.facts.volumes, messages: said }, unread: [...unread, ...volumes.unread] };
}

/**
 * What proves that there is nothing, where nothing was printed: the exit status of a program that we ran, or words only,
 * as in a file that may simply be empty.
 */
type Proof = 'exit' | 'words';

/** The groups of vgs. */
export function parseGroups(answer: Answer, proof: Proof): Parsed<Pick<Lvm, 'groups' | 'messages'>> {
  const report = reportOf('vg', answer, proof);
  if ('answered' in report) return report;
  const { rows, messages, unread } = report;
  return { answered: true, facts: { groups: rows.map(groupOf), messages }, unread: [...unread, ...rows.filter((row) => !isClear(row, isGroupAttributes)).map(printed)] };
}

/** The volumes of lvs. */
export function parseVolumes(answer: Answer, proof: Proof): Parsed<Pick<Lvm, 'volumes' | 'messages'>> {
  const report = reportOf('lv', answer, proof);
  if ('answered' in report) return report;
  const { rows, messages, unread } = report;
  return { answered: true, facts: { volumes: rows.map(volumeOf), messages }, unread: [...unread, ...rows.filter((row) => !isClear(row, isVolumeAttributes)).map(printed)] };
}

function groupOf({ name, attributes = '', size = '', free = '' }: LvmRow): VolumeGroup {
  const words = isGroupAttributes(attributes) ? groupWords(attributes) : { clustered: null, partial: null };
  return { name, sizeBytes: bytesOf(size), freeBytes: bytesOf(free), ...words, attributes: attributes || null };
}

function volumeOf({ name, group, attributes = '', size = '' }: LvmRow): LogicalVolume {
  const words = isVolumeAttributes(attributes) ? volumeWords(attributes) : { active: null, open: null, partial: null };
  return { name, group: group ?? null, sizeBytes: bytesOf(size), ...words, attributes: attributes || null };
}

/** Whether every cell that was printed is what it should be. */
function isClear({ attributes, size, free }: LvmRow, isAttributes: (text: string) => boolean): boolean {
  return (attributes === undefined || isAttributes(attributes)) && [size, free].every((text) => text === undefined || bytesOf(text) !== null);
}

function printed(row: LvmRow): string {
  return Object.values(row).join(' ');
}

/** The rows of a report that was given; else why there is none. */
function reportOf(kind: ReportKind, answer: Answer, proof: Proof): (LvmReport & { rows: LvmRow[] }) | Refusal {
  const tool = `${kind}s`;
  const missing = statusRefusal(answer, tool);
  if (missing) return missing;
  const report = readReport(kind, answer);
  const { rows } = report;
  if (rows !== null && (rows.length > 0 || isNone(answer))) return { ...report, rows };
  if (rows === null && answer.stdout.trim() === '' && isNone(answer) && (proof === 'exit' || /^ *No volume groups found/m.test(answer.stderr))) return { ...report, rows: [] };
  return withoutRows(tool, answer);
}

/** Every version ends with 0 where there is nothing to list, and with another status where it could not look. */
function isNone(answer: Answer): boolean {
  return answer.exit === 0 || answer.exit === null;
}

function withoutRows(tool: string, answer: Answer): Refusal {
  const text = textOf(answer);
  const line = firstLine(text);
  if (line === null) return refusal('no-answer', `${tool} printed nothing${answer.exit ? ` and ended with ${answer.exit}` : ''}`, answer);
  const says = (pattern: RegExp): string | null => text.split('\n').find((each) => pattern.test(each))?.trim() ?? null;
  const forbidden = says(/non-root user|as root|must be root|Permission denied|Operation not permitted/i);
  if (forbidden !== null) return refusal('forbidden', `${tool}: ${forbidden}`, answer);
  const down = says(/device-mapper|cluster locking|clvmd|lvmlockd/i);
  if (down !== null) return refusal('down', `${tool}: ${down}`, answer);
  const complaint = complaintRefusal(answer, tool);
  if (complaint) return complaint;
  if (answer.exit) return refusal('no-answer', `${tool} ended with ${answer.exit}: ${line}`, answer);
  return /^\s*\{/.test(text) && !/\}\s*$/.test(text) ? refusal('cut', `${tool}: its JSON breaks off`, answer) : refusal('unreadable', `${tool}: not understood: ${line}`, answer);
}

/** A capture with stdout, stderr and exit status under headings (`== stdout ==`), taken apart; any other as it is. */
function apart(answer: Answer): { answer: Answer; proof: Proof } {
  const match = /^== stdout ==\n([^]*)== stderr ==\n([^]*)== exit status ==\n(\d{1,3})\s*$/.exec(answer.stdout);
  if (!match) return { answer, proof: 'words' };
  return { answer: { ...answer, stdout: match[1] ?? '', stderr: match[2] ?? '', exit: Number(match[3]) }, proof: 'exit' };
}
