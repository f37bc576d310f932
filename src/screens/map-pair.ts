// The sections of a two-node map: a domain stands under the side where it runs, the arrow between the sides.
import { isProvenActive } from '../model/domains.ts';
import type { Domain, Replica } from '../model/joined.ts';
import { age } from '../model/words.ts';
import type { Scene } from './scene.ts';
import { arrowOf } from './map-arrow.ts';
import type { Columns } from './map-columns.ts';
import { domainMark, middleNotes, receiverNotes, receiverOf, replicaMark, sideMark } from './map-marks.ts';
import type { Section } from './map-sections.ts';
import { rankOf, signOf, tokenOf, TROUBLE } from './mark.ts';
import type { Mark } from './mark.ts';
import { plainRow, row, ruleLine } from './line.ts';
import type { Part, Row } from './line.ts';
import type { Look } from './symbols.ts';
import { cells, fit, nameField } from './text.ts';
import { clockTime } from './times.ts';

export interface PairContext {
  scene: Scene;
  columns: Columns;
  look: Look;
  selected: string | null;
  left: string;
  right: string;
  /** Domains several per line. */
  packed: boolean;
}

/** The rule, the replicas and the domains of one section. */
export function sectionRows(section: Section, context: PairContext): Row[] {
  const { columns, look } = context;
  const { replicas } = section;
  const version = replicas[0]?.drbdVersion ?? '';
  const names = section.group === null ? '' : replicas.map((replica) => replica.name).join(' ');
  const right = [names, columns.width >= 120 && version !== '' ? `DRBD ${version}` : version].filter((text) => text !== '').join('  ');
  const title = section.state === '' ? section.title : `${section.title}   ${section.state}`;
  const rows: Row[] = [plainRow(ruleLine(title, right, columns.width, look), rankOf(section.mark) >= TROUBLE ? rankOf(section.mark) : 0)];
  const standsOn = (domain: Domain): Replica | undefined => replicas.find((replica) => domain.replicas.includes(replica.name)) ?? replicas[0];
  for (const replica of replicas) {
    rows.push(replicaRow(replica, context, replicas.length > 1));
    rows.push(...underRows(section.domains.filter((domain) => standsOn(domain) === replica), replica, context));
  }
  if (replicas.length === 0) rows.push(...underRows(section.domains, null, context));
  if (replicas.length === 0 && section.domains.length === 0 && section.group) rows.push(groupRow(section, context));
  return rows;
}

/** A healthy section on one line. */
export function foldedRow(section: Section, context: Omit<PairContext, 'packed'>): Row {
  const { columns, look, selected } = context;
  const id = section.group ? `group:${section.group.name}` : `replica:${section.replicas[0]?.name ?? ''}`;
  const running = section.domains.filter((domain) => domain.state === 'running').map((domain) => domain.name);
  const words = [
    section.state === '' ? section.title : `${section.title}  ${section.state}`,
    section.replicas.map((replica) => `${section.group ? `${replica.name} ` : ''}${replica.state}${replica.primaries.length === 0 ? '' : `, Primary on ${replica.primaries.join(' and ')}`}`).join('  '),
    running.length > 0 ? `${running.join(' ')} running` : '',
  ].filter((text) => text !== '');
  return row([
    { at: 1, text: signOf(section.mark, look.signs), token: tokenOf(section.mark), id },
    { at: 3, text: words.join('   '), id },
  ], columns.width, look, selected, rankOf(section.mark));
}

function replicaRow(replica: Replica, context: PairContext, named: boolean): Row {
  const { scene, columns, look, selected, left, right } = context;
  const arrow = arrowOf(replica, left, right, columns.middleWidth, look, named ? replica.name : undefined);
  const parts: Part[] = [
    ...sideParts(scene, replica, left, 1, columns.middle - 1, look),
    { at: columns.middle, text: arrow.text, token: arrow.token },
    ...sideParts(scene, replica, right, columns.right, columns.width, look),
  ];
  return row(parts, columns.width, look, selected, rankOf(replicaMark(scene, replica)));
}

/** Sign, role, disk, and the age where it is old. What is not heard from the node itself is its peer's word. */
function sideParts(scene: Scene, replica: Replica, node: string, at: number, end: number, look: Look): Part[] {
  const id = `replica:${replica.name}`;
  const side = replica.sides.find((one) => one.node === node);
  const mark = sideMark(replica, side);
  const role = side?.role ?? side?.peerSays?.role ?? null;
  const disk = side?.disk ?? side?.peerSays?.disk ?? null;
  const old = side !== undefined && side.stale && side.ageSeconds !== null ? age(side.ageSeconds) : '';
  const hearsay = side?.role === null && side.peerSays ? `says ${side.peerSays.by}` : '';
  const token = mark === 'unknown' ? 'stale' : null;
  const sign: Part = { at, text: signOf(mark, look.signs), token: tokenOf(mark), id };
  if (role === null) return [sign, { at: at + 2, text: side ? 'not heard' : 'not configured here', token: 'stale', id }];
  const tail = old === '' ? hearsay : old.padStart(4);
  const room = Math.max(4, end - (at + 13) - (tail === '' ? 0 : cells(tail) + 1));
  const newRole = scene.changed.has(`role:${replica.name}/${node}`);
  const newDisk = scene.changed.has(`disk:${replica.name}/${node}`);
  const text = `${fit(`${disk ?? 'disk ?'}${newDisk ? '*' : ''}`, room, look)}${tail === '' ? '' : ` ${tail}`}`;
  const plain = newDisk ? 'strong' : token;
  return [
    sign,
    { at: at + 2, text: `${role}${newRole ? '*' : ''}`, token: newRole || (role === 'Primary' && token === null) ? 'strong' : token, id },
    { at: at + 13, text, token: mark === 'bad' || (mark === 'warn' && disk !== 'UpToDate' && disk !== 'Consistent') ? tokenOf(mark) : plain, id },
  ];
}

/** Domains under their side, with the notes of the replica between and below them. */
function underRows(domains: readonly Domain[], replica: Replica | null, context: PairContext): Row[] {
  const { scene, columns, look, selected, left, right } = context;
  const [onLeft, onRight] = aligned(domains, left, right);
  const receiver = replica ? receiverOf(replica) : null;
  const below = replica ? receiverNotes(scene, replica, clockTime) : [];
  const notes = replica ? middleNotes(scene, replica) : [];
  const noteWidth = Math.max(0, ...notes.map(cells), sameOnBoth(onLeft, onRight) && !context.packed ? cells(twiceNote(look)) : 0);
  const cellsOf = (side: (Domain | null)[], at: number, room: number, node: string): Cell[] => {
    const made = context.packed ? packedCells(scene, side, at, room, look) : side.map((domain) => (domain ? domainCell(scene, domain, at, room, look) : EMPTY));
    return receiver === node ? [...made, ...below.map((text) => ({ parts: [{ at, text: fit(text, room, look), token: 'warn' as const }], rank: 0 }))] : made;
  };
  // The left side reaches up to the right side's column, but for what is said between them.
  const leftEnd = columns.right - (noteWidth === 0 ? 1 : noteWidth);
  const lefts = cellsOf(onLeft, 3, Math.max(columns.middle, leftEnd) - 3, left);
  const rights = cellsOf(onRight, columns.right + 2, columns.width - columns.right - 2, right);
  const height = Math.max(lefts.length, rights.length, notes.length);
  const noteAt = noteColumn(notes, noteWidth, lefts, rights, columns);
  return Array.from({ length: height }, (_, index) => {
    const a = lefts[index] ?? EMPTY;
    const b = rights[index] ?? EMPTY;
    const twice = isTwice(onLeft[index] ?? null, onRight[index] ?? null) && !context.packed;
    const note = twice ? twiceNote(look) : notes[index] ?? '';
    const parts = [...a.parts, ...(note === '' ? [] : [{ at: noteAt, text: note, token: twice ? 'alert' as const : 'warn' as const }]), ...b.parts];
    return row(parts, columns.width, look, selected, Math.max(a.rank, b.rank, twice ? rankOf('bad') : 0, note !== '' ? TROUBLE : 0));
  });
}

interface Cell {
  parts: Part[];
  rank: number;
}
const EMPTY: Cell = { parts: [], rank: 0 };

/** Under the arrow; further right where domains on the left reach that far, and furthest where nothing is right. */
function noteColumn(notes: readonly string[], noteWidth: number, lefts: readonly Cell[], rights: readonly Cell[], columns: Columns): number {
  const beside = Math.max(1, notes.length);
  const end = Math.max(0, ...lefts.slice(0, beside).map(endOf));
  const last = columns.right + 1 - noteWidth;
  if (end <= columns.middle) return Math.min(columns.middle + 1, last);
  const wanted = rights.slice(0, beside).every((cell) => cell.parts.length === 0) ? columns.middle + 6 : columns.middle + 3;
  return Math.max(end + 1, Math.min(wanted, last));
}

function twiceNote(look: Look): string {
  return `${look.signs.bad} twice ${look.signs.bad}`;
}

function sameOnBoth(onLeft: readonly (Domain | null)[], onRight: readonly (Domain | null)[]): boolean {
  return onLeft.some((domain, index) => isTwice(domain, onRight[index] ?? null));
}

/** Old words, and a machine that is suspended here and runs there, are no second writer. */
function isTwice(one: Domain | null, other: Domain | null): boolean {
  return one !== null && other !== null && one.name === other.name && [one, other].every((domain) => !domain.stale && isProvenActive(domain));
}

function endOf(cell: Cell): number {
  const last = cell.parts.at(-1);
  return last ? last.at + cells(last.text) : 0;
}

/** The same name on both sides stands on one row. */
function aligned(domains: readonly Domain[], left: string, right: string): [(Domain | null)[], (Domain | null)[]] {
  const onLeft = domains.filter((domain) => domain.node === left);
  const onRight = domains.filter((domain) => domain.node === right);
  const both = onLeft.filter((domain) => onRight.some((other) => other.name === domain.name)).map((domain) => domain.name);
  if (both.length === 0) return [onLeft, onRight];
  const order = (side: Domain[]): Domain[] => [
    ...both.flatMap((name) => side.filter((domain) => domain.name === name)), ...side.filter((domain) => !both.includes(domain.name)),
  ];
  return [order(onLeft), order(onRight)];
}

/** `● charlie  running  3 %  64 M`; a state that is not running takes the place of the figures. */
function domainCell(scene: Scene, domain: Domain, at: number, room: number, look: Look): Cell {
  const mark = domainMark(scene, domain);
  const id = domainId(domain);
  const changed = scene.changed.has(id);
  const figures = domainFigures(domain, changed);
  const spare = room - 2 - cells(figures) - 1;
  const width = Math.max(8, Math.min(24, spare, Math.max(8, cells(domain.name))));
  return {
    parts: [
      { at, text: signOf(mark, look.signs), token: tokenOf(mark), id },
      { at: at + 2, text: fit(`${nameField(domain.name, width, look)} ${figures}`, room - 2, look).trimEnd(), token: tokenIfOld(mark) ?? (changed ? 'strong' : null), id },
    ],
    rank: rankOf(mark),
  };
}

/** `running  3 %  64 M`; of an old one `running 71 %    7 s`; of one that changed just now `crashed*      64 M`. */
export function domainFigures(domain: Domain, changed = false): string {
  const cpu = domain.cpuPercent === null ? '-' : `${Math.round(domain.cpuPercent)} %`;
  const size = memoryText(domain.memoryBytes);
  const sign = changed ? '*' : ' ';
  const state = domain.state === 'running' ? `running${sign}${cpu.padStart(4)}` : `${domain.state}${sign}`.padEnd(12);
  if (domain.stale) return `${state}${(domain.ageSeconds === null ? '?' : age(domain.ageSeconds)).padStart(7)}`;
  // More than 99 % takes a cell of the blanks before the memory.
  return `${state} ${size.padStart(Math.max(0, 17 - state.length))}`;
}

function memoryText(bytes: number | null): string {
  if (bytes === null) return '-';
  const mib = bytes / (1024 * 1024);
  if (mib < 1000) return `${Math.round(mib)} M`;
  const gib = mib / 1024;
  return `${gib < 10 && gib % 1 !== 0 ? gib.toFixed(1) : Math.round(gib)} G`;
}

/** What the selection knows a domain by: its node and its name. */
export function domainId(domain: Domain): string {
  return `domain:${domain.node}/${domain.name}`;
}

function tokenIfOld(mark: Mark): Part['token'] {
  return mark === 'unknown' ? 'stale' : rankOf(mark) >= TROUBLE ? tokenOf(mark) : null;
}

/** Several names per line, each with its sign; the ones in trouble first. */
function packedCells(scene: Scene, side: (Domain | null)[], at: number, room: number, look: Look): Cell[] {
  const list = side.filter((domain) => domain !== null)
    .map((domain) => ({ domain, mark: domainMark(scene, domain) })).sort((a, b) => rankOf(b.mark) - rankOf(a.mark));
  const rows: Cell[] = [];
  let used = room;
  for (const { domain, mark } of list) {
    const width = Math.min(room - 2, Math.max(8, Math.min(16, cells(domain.name))) + (mark === 'ok' ? 0 : 10));
    const text = mark === 'ok' ? nameField(domain.name, width, look).trimEnd() : fit(`${domain.name} ${domain.state}`, width, look);
    if (used + width + 4 > room) {
      rows.push({ parts: [], rank: 0 });
      used = 0;
    }
    const cell = rows.at(-1) ?? { parts: [], rank: 0 };
    const id = domainId(domain);
    cell.parts.push({ at: at + used, text: signOf(mark, look.signs), token: tokenOf(mark), id }, { at: at + used + 2, text, token: tokenIfOld(mark), id });
    cell.rank = Math.max(cell.rank, rankOf(mark));
    used += width + 4;
  }
  return rows;
}

/** A group without replica and domain: its members, on the side where it is. */
function groupRow(section: Section, context: PairContext): Row {
  const { columns, look, selected, right } = context;
  const at = section.group?.on === right ? columns.right : 1;
  const id = `group:${section.group?.name ?? ''}`;
  const room = (at === 1 ? columns.middle : columns.width) - at - 2;
  return row([
    { at, text: signOf(section.mark, look.signs), token: tokenOf(section.mark), id },
    { at: at + 2, text: fit(section.group?.members.join(' ') ?? '', room, look), id },
  ], columns.width, look, selected, rankOf(section.mark));
}
