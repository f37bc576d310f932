// The head of a two-node map: both nodes with what is known of them, and the heartbeat links between.
import type { ClusterLink, LinkEnd } from '../model/links.ts';
import type { NodeSummary } from '../model/joined.ts';
import { age, duration } from '../model/words.ts';
import { findingAbout, viewOf } from './scene.ts';
import type { Scene } from './scene.ts';
import { rankOf, signOf, tokenOf, TROUBLE } from './mark.ts';
import type { Mark } from './mark.ts';
import { row } from './line.ts';
import type { Part, Row } from './line.ts';
import type { Columns } from './map-columns.ts';
import type { Look, Signs } from './symbols.ts';
import { bar, cells, fit, joinFitting, nameField, wrap } from './text.ts';
import { uptime } from './times.ts';

const MIB = 1024 * 1024;

/** Rows of the head; `details` false leaves cpu, memory and versions out where nothing of them is trouble. */
export function nodeRows(scene: Scene, columns: Columns, look: Look, selected: string | null, details: boolean): Row[] {
  const [left, right] = scene.nodes;
  if (!left || !right) return [];
  const nameWidth = Math.max(8, Math.min(20, Math.max(cells(left.name), cells(right.name)) + 1));
  const sides = [left, right].map((node, index) => sideLines(scene, node, index === 0, columns, look, nameWidth, details));
  const between = scene.links.filter((link) => isBetween(link, left.name, right.name));
  const shown = details ? between : between.filter((link, index) => index === 0 || linkMark(link) !== 'ok');
  const height = Math.max(sides[0]?.length ?? 0, sides[1]?.length ?? 0, shown.length);
  return Array.from({ length: height }, (_, index) => {
    const link = shown[index];
    const parts = [...(sides[0]?.[index] ?? []), ...(link ? linkParts(link, left.name, columns, look) : []), ...(sides[1]?.[index] ?? [])];
    const nodes = index === 0 ? Math.max(rankOf(nodeMark(scene, left)), rankOf(nodeMark(scene, right))) : 0;
    return row(parts, columns.width, look, selected, Math.max(nodes, link ? rankOf(linkMark(link)) : 0));
  });
}

/** The mark of a node. */
export function nodeMark(scene: Scene, node: NodeSummary): Mark {
  if (node.state === 'dead' || node.state === 'unclean') return 'bad';
  if (viewOf(scene, node.name)?.link.state === 'hostkey-changed') return 'bad';
  if (!node.reachable || node.state === 'unreachable' || node.state === 'unknown' || node.stale) return 'unknown';
  const own: Mark = node.state === 'offline' ? 'warn' : node.state === 'standby' ? 'passive' : 'ok';
  const finding = findingAbout(scene, 'node', node.name);
  return finding?.severity === 'critical' ? 'bad' : finding?.severity === 'warning' ? 'warn' : own;
}

/** The state in a word, with how long it is so where it is trouble. */
export function stateText(scene: Scene, node: NodeSummary): string {
  const link = viewOf(scene, node.name)?.link;
  const since = findingAbout(scene, 'node', node.name)?.since ?? link?.since ?? scene.now;
  const seconds = Math.max(0, (scene.now - since) / 1000);
  if (node.state === 'dead') return `dead      for ${duration(seconds)}`;
  switch (link?.state) {
    case 'auth-stopped':
      return 'waits: login refused';
    case 'hostkey-unknown':
      return 'waits: host key unknown';
    case 'hostkey-changed':
      return 'HOST KEY CHANGED';
    case 'shell-refused':
      return 'no shell there';
    case 'no-sudo':
      return 'no sudo there';
    case 'connecting':
      return node.ageSeconds === null ? 'asking ...' : `silent for ${age(seconds)}`;
    case 'silent':
      return `silent for ${age(seconds)}`;
    case 'up':
    case undefined:
      return node.uptimeSeconds === null ? node.state : `${`${node.state}${scene.changed.has(`node:${node.name}`) ? '*' : ''}`.padEnd(10)}up ${uptime(node.uptimeSeconds)}`;
  }
}

/** `heartbeat 2.0.8`, `Xen 3.0`: what the node runs, as far as known. */
export function programs(node: NodeSummary): string[] {
  const manager = node.manager.kind === null || node.manager.kind === 'none' ? '' : `${node.manager.kind} ${node.manager.version ?? ''}`.trim();
  const stopped = manager !== '' && node.manager.running === false ? `${manager} stopped` : manager;
  const kind = node.hypervisor.kind;
  const name = kind === 'xen' ? 'Xen' : kind === 'vmware-server' ? 'VMware Server' : kind === 'kvm' ? 'KVM' : '';
  return [stopped, `${name} ${node.hypervisor.version ?? ''}`.trim()].filter((text) => text !== '');
}

/** Used of total memory in MB; null when not known. */
export function memory(node: NodeSummary): { used: number; total: number } | null {
  const known = node.memoryBytes;
  return known === null ? null : { used: Math.round((known.total - known.free) / MIB), total: Math.round(known.total / MIB) };
}

/** Whether a link joins these two nodes, either way round. */
export function isBetween(link: ClusterLink, a: string, b: string): boolean {
  const names = link.ends.map((end) => end.node);
  return names.includes(a) && names.includes(b);
}

/** Down is broken; ends that say different things disagree; an old or missing word is unknown. */
export function linkMark(link: ClusterLink): Mark {
  const fresh = link.ends.filter((end) => !end.stale && end.up !== null);
  if (fresh.length === 0) return 'unknown';
  if (endsDisagree(link)) return 'warn';
  return fresh.every((end) => end.up === true) ? 'ok' : 'bad';
}

/** One end says up and the other down. An old "up" is no word against a fresh "down". */
function endsDisagree(link: ClusterLink): boolean {
  const [a, b] = link.ends;
  if (a.up === null || b.up === null || a.up === b.up || (a.stale && b.stale)) return false;
  return !a.stale && !b.stale ? true : (a.stale ? b.up : a.up) === true;
}

/** Whether the node at this end lives, as far as the link tells; what is between is said in the middle. */
function endSign(end: LinkEnd, other: LinkEnd, signs: Signs): string {
  if (end.up === null) return signs.unknown;
  if (!end.stale) return signs.ok;
  if (!other.stale && other.up === false) return signs.passive;
  return !other.stale && other.up === end.up ? signs.ok : signs.unknown;
}

/** `●━━ bond0  up ━━●`, `●━━ bond0 ✘    ━○`, `●━━ ttyS0 ≠    ━?`. */
function linkParts(link: ClusterLink, left: string, columns: Columns, look: Look): Part[] {
  const { signs } = look;
  const mark = linkMark(link);
  const [first, second] = link.ends[0].node === left ? link.ends : [link.ends[1], link.ends[0]];
  const disagree = endsDisagree(link);
  const extra = Math.floor((columns.middleWidth - 17) / 2);
  const long = signs.line.repeat(2 + extra);
  const rest = columns.middleWidth - cells(`${signs.ok}${long} `) - 1;
  const state = disagree ? ` ${signs.differ}` : mark === 'bad' ? ` ${signs.bad}` : mark === 'unknown' ? ` ${signs.unknown}` : '  up';
  const tail = mark === 'ok' ? ` ${signs.line.repeat(2)}` : ` ${signs.line}`;
  const name = nameField(link.name, Math.min(cells(link.name) <= 5 ? 5 : cells(link.name), Math.max(3, rest - cells(state) - cells(tail))), look);
  const room = rest - cells(name) - cells(tail);
  const text = `${endSign(first, second, signs)}${long} ${name}${state.padEnd(room)}${tail}`;
  const token = mark === 'ok' ? null : disagree ? 'warn' : tokenOf(mark);
  return [{ at: columns.middle, text, token }, { at: columns.middle + columns.middleWidth - 1, text: endSign(second, first, signs), token }];
}

/** One side's lines, each as parts. Old facts are grey, with `?` and their age. */
function sideLines(scene: Scene, node: NodeSummary, isLeft: boolean, columns: Columns, look: Look, nameWidth: number, details: boolean): Part[][] {
  const at = isLeft ? 1 : columns.right;
  const room = isLeft ? columns.leftRoom + 1 : columns.rightRoom;
  const id = `node:${node.name}`;
  const mark = nodeMark(scene, node);
  const stale = node.stale || !node.reachable;
  const head = `${nameField(node.name, nameWidth, look)}${narrowed(stateText(scene, node), room - nameWidth)}`;
  const extra = columns.width >= 100 && node.kernel !== null && !stale ? node.kernel : '';
  const first: Part[] = [
    { at, text: signOf(mark, look.signs), token: tokenOf(mark), id },
    { at: at + 2, text: joinFitting([head.trimEnd(), extra], room), id, token: rankOf(mark) >= TROUBLE ? tokenOf(mark) : 'strong' },
  ];
  if (!details && !stale) return [first];
  const lines = stale && node.state === 'dead' ? deadLines(scene, node, room, look) : [];
  const facts = stale ? staleLines(node, node.state === 'dead' ? [] : programs(node), room, look) : freshLines(scene, node, room, columns.width, look);
  const kept = details ? [...lines, ...facts] : lines.slice(0, 1);
  return [first, ...kept.slice(0, 6).map((text) => placed(text, at, stale && !lines.includes(text), look))];
}

/** `online    up 12 d` with as many blanks between as there is room for. */
function narrowed(text: string, room: number): string {
  return text.length <= room ? text : text.replace(/ {2,}/, (blanks) => ' '.repeat(Math.max(1, blanks.length - (text.length - room))));
}

function placed(text: string, at: number, stale: boolean, look: Look): Part[] {
  const body: Part = { at: at + 2, text, token: stale ? 'stale' : null };
  return stale ? [{ at, text: look.signs.unknown, token: 'stale' }, body] : [body];
}

function freshLines(scene: Scene, node: NodeSummary, room: number, width: number, look: Look): string[] {
  const size = width >= 120 ? 10 : 8;
  const lines = width >= 100 ? [joinFitting(programs(node), room)] : programs(node);
  if (node.cpuPercent !== null) {
    const load = node.load === null || width < 100 ? '' : `load ${node.load.map((value) => value.toFixed(2)).join(' ')}`;
    lines.push(joinFitting([`cpu ${bar(node.cpuPercent / 100, size, look)}${`${Math.round(node.cpuPercent)} %`.padStart(6)}`, load], room));
  } else if (node.load !== null) {
    lines.push(`load ${node.load.map((value) => value.toFixed(2)).join(' ')}`);
  }
  const used = memory(node);
  const swap = viewOf(scene, node.name)?.facts.vitals?.value?.swapUsedBytes ?? null;
  if (used !== null) {
    const share = used.total === 0 ? 0 : used.used / used.total;
    const text = `mem ${bar(share, size, look)}  ${used.used}/${used.total} MB`;
    lines.push(joinFitting([text, swap === null || width < 100 ? '' : `swap ${Math.round(swap / MIB)}`], room));
  }
  return lines.filter((line) => line !== '');
}

/** Last words: label, value to the right, age. */
function staleLines(node: NodeSummary, runs: readonly string[], room: number, look: Look): string[] {
  if (node.ageSeconds === null) return [];
  const old = age(node.ageSeconds).padStart(7);
  const wide = Math.min(25, room) - 7;
  const both = (label: string, value: string): string => label + value.padStart(wide - label.length);
  const used = memory(node);
  const values = [
    ...runs,
    ...(node.cpuPercent === null ? [] : [both('cpu', `${Math.round(node.cpuPercent)} %`)]),
    ...(used === null ? [] : [both('mem', `${used.used}/${used.total} MB`)]),
  ];
  return values.map((value) => fit(value, wide, look).padEnd(wide) + old);
}

/** How a dead node is known to be so: where it is silent, and who says what. */
function deadLines(scene: Scene, node: NodeSummary, room: number, look: Look): string[] {
  const silent = scene.links.filter((link) => link.ends.some((end) => end.node === node.name) && linkMark(link) === 'bad').map((link) => link.name);
  const said = Object.entries(node.saidBy).map(([peer, word]) => `${peer}: "${word}"`);
  const text = [`silent on ${['ssh', ...silent].join(', ')}`, ...said].join('; ');
  return wrap(text, room, look).slice(0, 2);
}
