// The rows of an LVM report (vgs, lvs), however they were printed: JSON, columns under headings, or bare separated ones.
import type { Answer } from './probe.ts';
import { isGroupAttributes, isVolumeAttributes } from './lvm-attributes.ts';

/** What a report is about, by LVM's own key in JSON. */
export type ReportKind = 'vg' | 'lv';

/** A row's cells as printed; a column that was not asked for is not there. */
export interface LvmRow {
  name: string;
  group?: string;
  attributes?: string;
  size?: string;
  free?: string;
}

/** What was understood of a report. `rows` null: no report at all; `messages`: what LVM says beside it. */
export interface LvmReport {
  rows: LvmRow[] | null;
  messages: string[];
  unread: string[];
}

type Column = keyof LvmRow;

const JSON_COLUMNS: Record<ReportKind, Readonly<Record<string, Column>>> = {
  vg: { vg_name: 'name', vg_attr: 'attributes', vg_size: 'size', vg_free: 'free' },
  lv: { lv_name: 'name', vg_name: 'group', lv_attr: 'attributes', lv_size: 'size' },
};
const HEADINGS: Record<ReportKind, Readonly<Record<string, Column>>> = {
  vg: { VG: 'name', Attr: 'attributes', VSize: 'size', VFree: 'free' },
  lv: { LV: 'name', VG: 'group', Attr: 'attributes', LSize: 'size' },
};
/** LVM's messages have the indent of its rows and, in old versions, stand among them. */
const MESSAGE = /^\s*(?:WARNING: |Couldn't find (?:device|all physical volumes)\b|File descriptor \d+ |No volume groups found|Failed to find sysfs mount point|Partial mode\b|Partial LV\b|\/dev\/\S+: (?:read|open) failed\b)/;
const MOST_MESSAGES = 50;
const LONGEST_MESSAGE = 300;
/** A longer cell is no name, size or attribute of LVM's (names end at 127 characters). */
const LONGEST_CELL = 256;

/** Reads the report of one kind from stdout; stderr counts as messages where the program ended well. */
export function readReport(kind: ReportKind, answer: Answer): LvmReport {
  const json = jsonOf(answer.stdout);
  const report = json === null ? readLines(kind, answer.stdout) : readJson(kind, json);
  for (const line of linesOf(answer.stderr)) {
    if (!answer.exit || MESSAGE.test(line)) report.messages.push(line.trim());
    else report.unread.push(line);
  }
  return { ...report, messages: [...new Set(report.messages.map((message) => message.slice(0, LONGEST_MESSAGE)))].slice(0, MOST_MESSAGES) };
}

function linesOf(text: string): string[] {
  return text.split('\n').filter((line) => line.trim() !== '');
}

/** The JSON in a text and the lines around it; null where there is none. It begins with a brace on a line of its own. */
function jsonOf(text: string): { body: string; around: string[] } | null {
  const begin = /^[ \t]*\{/m.exec(text)?.index ?? -1;
  if (begin < 0) return null;
  const end = text.lastIndexOf('}') + 1;
  return { body: text.slice(begin, Math.max(begin, end)), around: linesOf(`${text.slice(0, begin)}\n${text.slice(Math.max(begin, end))}`) };
}

function readJson(kind: ReportKind, { body, around }: { body: string; around: string[] }): LvmReport {
  const found: LvmReport = { rows: null, messages: around.filter((line) => MESSAGE.test(line)).map((line) => line.trim()), unread: around.filter((line) => !MESSAGE.test(line)) };
  for (const row of jsonRows(kind, body)) {
    found.rows ??= [];
    if (row === null) continue;
    const cells = cellsOf(row, JSON_COLUMNS[kind]);
    if (cells) found.rows.push(cells);
    else found.unread.push(JSON.stringify(row).slice(0, 200));
  }
  return found;
}

/** The elements of every list `lv` or `vg` of the report, and a null for each such list, so that an empty one shows. */
function jsonRows(kind: ReportKind, body: string): unknown[] {
  const report = field(parseJson(body), 'report');
  if (!Array.isArray(report)) return [];
  return (report as unknown[]).flatMap((part) => {
    const list = field(part, kind);
    return Array.isArray(list) ? [null, ...(list as unknown[]).map((row) => row ?? 'null')] : [];
  });
}

function parseJson(body: string): unknown {
  try {
    return JSON.parse(body) as unknown;
  } catch (error) {
    // Broken off or garbled: no report, which the caller tells.
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

function field(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null && key in value ? (value as Record<string, unknown>)[key] : undefined;
}

function cellsOf(row: unknown, columns: Readonly<Record<string, Column>>): LvmRow | null {
  const cells: Partial<LvmRow> = {};
  for (const [key, column] of Object.entries(columns)) {
    const cell = field(row, key);
    // json prints strings, json_std also numbers and null.
    if (typeof cell === 'string' || typeof cell === 'number') cells[column] = String(cell).trim();
  }
  return named(cells);
}

function named(cells: Partial<LvmRow>): LvmRow | null {
  const { name } = cells;
  return name === undefined || name === '' || Object.values(cells).some((cell) => cell.length > LONGEST_CELL) ? null : { ...cells, name };
}

/** How the lines of a table are read. `other`: the table of another tool, of which nothing is taken. */
type Layout = 'bare' | 'other' | { separator: string | null; columns: ReadonlyMap<Column, number> };

function readLines(kind: ReportKind, text: string): LvmReport {
  const found: LvmReport = { rows: null, messages: [], unread: [] };
  let layout: Layout = 'bare';
  for (const line of linesOf(text)) {
    const heading = headingOf(kind, line);
    if (heading) {
      layout = heading;
      if (heading === 'other') found.unread.push(line);
      else found.rows ??= [];
      continue;
    }
    const row: LvmRow | null = layout === 'other' ? null : layout === 'bare' ? bareRow(kind, line) : rowUnder(kind, layout, line);
    if (row) (found.rows ??= []).push(row);
    else if (MESSAGE.test(line)) found.messages.push(line.trim());
    else found.unread.push(line);
  }
  return found;
}

function separatorOf(line: string): string | null {
  return ['|', ';', '\t', ',', ':'].find((each) => line.includes(each)) ?? null;
}

function split(line: string, separator: string | null): string[] {
  return (separator === null ? line.trim().split(/\s+/) : line.split(separator)).map((cell) => cell.trim());
}

/** `VG #PV #LV #SN Attr VSize VFree`, as vgs, lvs and pvs print above their rows; null: no heading. */
function headingOf(kind: ReportKind, line: string): Layout | null {
  const separator = separatorOf(line);
  const words = split(line, separator);
  const about = words.includes('PSize') ? 'pv' : words.includes('LSize') ? 'lv' : words.includes('VSize') ? 'vg' : null;
  if (about === null || !words.includes('Attr')) return null;
  if (about !== kind) return 'other';
  const columns = new Map(Object.entries(HEADINGS[kind]).map(([word, column]) => [column, words.indexOf(word)] as const).filter(([, at]) => at >= 0));
  return columns.has('name') ? { separator, columns } : 'other';
}

function rowUnder(kind: ReportKind, layout: Exclude<Layout, string>, line: string): LvmRow | null {
  const cells = split(line, layout.separator);
  const row: Partial<LvmRow> = {};
  for (const [column, at] of layout.columns) {
    const cell = cells[at];
    if (cell === undefined || cell === '') return null;
    row[column] = cell;
  }
  return isAttributes(kind, row.attributes ?? '') ? named(row) : null;
}

function isAttributes(kind: ReportKind, text: string): boolean {
  return kind === 'vg' ? isGroupAttributes(text) : isVolumeAttributes(text);
}

/**
 * A row without headings: the orders that are known are our own, the tools' defaults, and Ganeti's for lvs. They are
 * told apart by where the attributes stand; any other order would be a guess.
 */
function bareRow(kind: ReportKind, line: string): LvmRow | null {
  const cells = split(line, separatorOf(line));
  const columns = bareColumns(kind, cells);
  if (!columns) return null;
  return named(Object.fromEntries(Object.entries(columns).map(([column, at]) => [column, cells[at] ?? ''])) as Partial<LvmRow>);
}

function bareColumns(kind: ReportKind, cells: readonly string[]): Partial<Record<Column, number>> | null {
  const at = cells.findIndex((cell) => isAttributes(kind, cell));
  if (kind === 'vg') {
    if (at === 1 && cells.length === 4) return { name: 0, attributes: 1, size: 2, free: 3 };
    if (at === 3 && cells.length === 4) return { name: 0, size: 1, free: 2, attributes: 3 };
    const counted = cells.slice(1, 4).every((cell) => /^\d{1,6}$/.test(cell));
    return at === 4 && cells.length === 7 && counted ? { name: 0, attributes: 4, size: 5, free: 6 } : null;
  }
  // lv_uuid, lv_name, lv_attr, four numbers, lv_size, seg_count, lv_tags, modules, vg_uuid, vg_name, ...
  if (at === 2 && cells.length >= 20 && /^[\w-]{38}$/.test(cells[0] ?? '')) return { name: 1, attributes: 2, size: 7, group: 12 };
  return at === 2 && cells.length >= 4 ? { name: 0, group: 1, attributes: 2, size: 3 } : null;
}
