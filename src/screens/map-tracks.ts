// The map of three to seven nodes: nodes as columns, a replica as a track from its Primary to its Secondary.
import type { Domain, Replica } from '../model/joined.ts';
import { age } from '../model/words.ts';
import type { Scene } from './scene.ts';
import { connectionOf, domainMark, doneText, receiverOf, replicaMark, sideMark } from './map-marks.ts';
import { memory, nodeMark, programs, stateText } from './map-nodes.ts';
import { domainFigures, domainId } from './map-pair.ts';
import { rankOf, signOf, tokenOf, TROUBLE, worse } from './mark.ts';
import { plainRow, row } from './line.ts';
import type { Part, Row } from './line.ts';
import type { Look } from './symbols.ts';
import { bar, fit, fitName, nameField } from './text.ts';

const LABEL = 33;
/** Narrower columns than this hold no track. */
export const TRACK_COLUMN = 15;

/** Width of a node's column; 0 when tracks do not fit and the grid is drawn instead. */
export function trackColumn(nodes: number, width: number): number {
  const column = Math.floor((width - LABEL) / nodes);
  return column >= TRACK_COLUMN ? Math.min(column, 30) : 0;
}

/** The nodes on top of their columns. */
export function trackNodeRows(scene: Scene, width: number, look: Look, selected: string | null, details: boolean): Row[] {
  const column = trackColumn(scene.nodes.length, width);
  const head: Part[] = [{ at: 3, text: 'REPLICA   STATE    CPU   MEM', token: 'muted' }];
  let rank = 0;
  const lines: Part[][] = [];
  scene.nodes.forEach((node, index) => {
    const at = LABEL + index * column;
    const mark = nodeMark(scene, node);
    const id = `node:${node.name}`;
    rank = Math.max(rank, rankOf(mark));
    head.push({ at, text: signOf(mark, look.signs), token: tokenOf(mark), id }, { at: at + 2, text: fitName(node.name, column - 3, look), token: 'strong', id });
    const used = memory(node);
    const old = node.stale || !node.reachable;
    const state = stateText(scene, node).replace(/ {2,}.*$/, '');
    const texts = [
      old && node.state !== 'dead' ? state.replace('silent for', 'silent') : node.state,
      node.load === null ? '' : `load ${node.load[0].toFixed(1)}`,
      used === null ? '' : `mem ${bar(used.total === 0 ? 0 : used.used / used.total, 6, look)}`,
      ...programs(node),
    ];
    const kept = details ? texts : texts.slice(0, 1);
    kept.filter((text) => text !== '').forEach((text, line) => {
      const grey = old && line > 0;
      const shown = grey ? `${look.signs.unknown} ${text}` : text;
      (lines[line] ??= []).push({ at: at + 2, text: fit(shown, column - 3, look), token: grey ? 'stale' : rankOf(mark) >= TROUBLE && line === 0 ? tokenOf(mark) : null });
    });
  });
  return [row(head, width, look, selected, rank), ...lines.map((parts) => row(parts, width, look, selected, parts.some((part) => part.token === 'alert') ? rank : 0))];
}

/** One row per replica, then the domains that stand on none. */
export function trackRows(scene: Scene, width: number, look: Look, selected: string | null): Row[] {
  const column = trackColumn(scene.nodes.length, width);
  const told = new Set<Domain>();
  const rows = scene.replicas.map((replica) => {
    const domain = scene.domains.find((one) => !told.has(one) && one.replicas.includes(replica.name));
    if (domain) told.add(domain);
    const mark = replicaMark(scene, replica);
    const id = `replica:${replica.name}`;
    const whole = domain ? worse(mark, domainMark(scene, domain)) : mark;
    return row([
      { at: 1, text: signOf(whole, look.signs), token: tokenOf(whole), id },
      { at: 3, text: nameField(domain?.name ?? replica.name, 9, look), id },
      { at: 13, text: domain ? domainFigures(domain) : replica.state, token: domain?.stale ? 'stale' : 'muted', id },
      ...trackParts(scene, replica, column, look),
    ], width, look, selected, rankOf(whole));
  });
  const others = scene.domains.filter((domain) => !told.has(domain)).map((domain) => {
    const mark = domainMark(scene, domain);
    const id = domainId(domain);
    const index = scene.nodes.findIndex((node) => node.name === domain.node);
    return row([
      { at: 1, text: signOf(mark, look.signs), token: tokenOf(mark), id },
      { at: 3, text: nameField(domain.name, 9, look), id },
      { at: 13, text: domainFigures(domain), token: domain.stale ? 'stale' : 'muted', id },
      ...(index < 0 ? [] : [{ at: LABEL + index * column, text: `${signOf(mark, look.signs)} ${fit('runs here', column - 3, look)}`, token: tokenOf(mark) }]),
    ], width, look, selected, rankOf(mark));
  });
  return rows.length + others.length === 0 ? [plainRow([])] : [...rows, ...others];
}

/** Both ends at their nodes' columns, the line between them with the head at the side that gets the data. */
function trackParts(scene: Scene, replica: Replica, column: number, look: Look): Part[] {
  const { signs } = look;
  const ends = replica.sides
    .map((side) => ({ side, at: LABEL + scene.nodes.findIndex((node) => node.name === side.node) * column, mark: sideMark(replica, side) }))
    .filter((end) => end.at >= LABEL).sort((a, b) => a.at - b.at);
  const signParts = ends.map((end): Part => ({ at: end.at, text: signOf(end.mark, signs), token: tokenOf(end.mark) }));
  const [left, right] = [ends[0], ends.at(-1)];
  const old = ends.filter((end) => end.side.stale && end.side.ageSeconds !== null)
    .map((end): Part => ({ at: end.at + 2, text: age(end.side.ageSeconds ?? 0), token: 'stale' }));
  if (!left || !right || left === right) return [...signParts, ...old];
  const span = right.at - left.at - 1;
  const connection = connectionOf(replica);
  const receiver = receiverOf(replica) ?? (replica.primaries.length === 1 ? ends.find((end) => end.side.node !== replica.primaries[0])?.side.node : undefined);
  const toLeft = receiver === left.side.node;
  const toRight = receiver === right.side.node;
  const broken = connection.word !== null && !connection.talking;
  const label = trackLabel(replica, broken, connection.word, span, look);
  const heads = { left: toLeft && !broken ? signs.toLeft : '', right: toRight && !broken ? signs.toRight : '' };
  const rest = Math.max(0, span - [...label].length - heads.left.length - heads.right.length);
  const before = Math.floor(rest / 2);
  const text = heads.left + signs.line.repeat(before) + label + signs.line.repeat(rest - before) + heads.right;
  const token = broken ? 'alert' : replica.state === 'syncing' ? 'warn' : connection.stale ? 'stale' : null;
  return [...signParts, { at: left.at + 1, text: [...text].slice(0, span).join(''), token }];
}

function trackLabel(replica: Replica, broken: boolean, word: string | null, span: number, look: Look): string {
  const { bad, unknown } = look.signs;
  const protocol = replica.protocol ?? unknown;
  if (word === null) return ` ${unknown} `;
  if (broken) return ` ${bad} ${fit(word.replace('WFConnection', 'WFConn'), Math.max(0, span - 8), look)} `;
  if (replica.state === 'syncing' || replica.state === 'verifying') {
    const size = Math.max(1, Math.min(8, span - 13));
    return ` ${protocol} ${bar((replica.sync?.donePercent ?? 0) / 100, size, look)} ${doneText(replica).replace(' ', '')} `;
  }
  const named = ` ${fitName(replica.name, Math.max(1, span - 8), look)} `;
  return span >= 14 ? named : ` ${protocol} `;
}
