// The map in lines instead of columns: terminals below 80 columns, and a single node. `alpha Primary ━━C━━▶ bravo ...`
import type { Domain, NodeSummary, Replica, ReplicaSide } from '../model/joined.ts';
import { age, duration } from '../model/words.ts';
import { findingAbout } from './scene.ts';
import type { Scene } from './scene.ts';
import { connectionOf, domainMark, doneText, receiverOf, replicaMark } from './map-marks.ts';
import { linkMark, memory, nodeMark, stateText } from './map-nodes.ts';
import { domainId } from './map-pair.ts';
import type { Section } from './map-sections.ts';
import { rankOf, signOf, tokenOf, TROUBLE } from './mark.ts';
import type { Mark } from './mark.ts';
import { plainRow, row, ruleLine } from './line.ts';
import type { Part, Row } from './line.ts';
import type { Look } from './symbols.ts';
import { cells, fit, fitName, nameField } from './text.ts';

interface Context {
  scene: Scene;
  width: number;
  look: Look;
  selected: string | null;
}

/** One line per node, one for the links that are not all well or all of them while there is room. */
export function smallNodeRows(context: Context, details: boolean): Row[] {
  const { scene, width, look, selected } = context;
  const nameWidth = Math.max(6, Math.min(16, Math.max(...scene.nodes.map((node) => cells(node.name)))));
  const rows = scene.nodes.map((node) => {
    const mark = nodeMark(scene, node);
    const id = `node:${node.name}`;
    const token = rankOf(mark) >= TROUBLE ? tokenOf(mark) : null;
    return row([
      { at: 1, text: signOf(mark, look.signs), token: tokenOf(mark), id },
      { at: 3, text: nameField(node.name, nameWidth, look), token: 'strong', id },
      { at: 4 + nameWidth, text: nodeText(scene, node), token, id },
    ], width, look, selected, rankOf(mark));
  });
  const links = scene.links.filter((link) => details || linkMark(link) !== 'ok');
  return links.length === 0 ? rows : [...rows, ...linkRows(context, details)];
}

/** The rule, one line per replica, the domains several per line. */
export function smallSectionRows(section: Section, context: Context): Row[] {
  const { width, look } = context;
  const title = section.state === '' ? section.title : `${section.title}  ${section.state.replace('started, ', '')}`;
  const rows = [plainRow(ruleLine(title, '', width, look), rankOf(section.mark) >= TROUBLE ? rankOf(section.mark) : 0)];
  for (const replica of section.replicas) rows.push(replicaLine(replica, context));
  rows.push(...domainRows(section.domains, context));
  if (rows.length === 1 && section.group) {
    const id = `group:${section.group.name}`;
    rows.push(row([
      { at: 1, text: signOf(section.mark, look.signs), token: tokenOf(section.mark), id },
      { at: 3, text: section.group.members.join(' '), id },
    ], width, look, context.selected, rankOf(section.mark)));
  }
  return rows;
}

function nodeText(scene: Scene, node: NodeSummary): string {
  const used = memory(node);
  const state = stateText(scene, node).replace(/ {2,}/g, ' ').replace(/ up \S+( h| d)?$/, '');
  if (!node.reachable || node.stale) return state;
  const cpu = node.cpuPercent === null ? '' : `cpu ${Math.round(node.cpuPercent)} %`;
  const mem = used === null ? '' : `mem  ${used.used}/${used.total}`;
  return `${state.padEnd(9)}${[cpu, mem].filter((text) => text !== '').join('  ')}`.trimEnd();
}

function linkRows(context: Context, all: boolean): Row[] {
  const { scene, width, look, selected } = context;
  const many = scene.nodes.length > 2;
  const parts: Part[] = [{ at: 3, text: 'links', token: 'muted' }];
  let at = 10;
  let rank = 0;
  let left = 0;
  for (const link of scene.links.filter((one) => all || linkMark(one) !== 'ok')) {
    const mark = linkMark(link);
    rank = Math.max(rank, rankOf(mark));
    const name = many ? `${link.name} ${link.ends.map((end) => end.node).join('-')}` : link.name;
    if (at + cells(name) + 10 > width) {
      left += 1;
      continue;
    }
    parts.push({ at, text: name }, { at: at + cells(name) + 1, text: signOf(mark, look.signs), token: tokenOf(mark) });
    at += cells(name) + 4;
  }
  if (left > 0) parts.push({ at: at, text: `+${left}`, token: 'muted' });
  return [row(parts, width, look, selected, rank)];
}

/** `● drbd0  alpha Primary ━━C━━▶ bravo Secondary   ok`, the side that writes or sends on the left. */
function replicaLine(replica: Replica, context: Context): Row {
  const { scene, width, look, selected } = context;
  const mark = replicaMark(scene, replica);
  const id = `replica:${replica.name}`;
  const [from, to] = inOrder(replica);
  const short = width < 80;
  const names = Math.max(5, Math.min(short ? 8 : 20, cells(replica.name)));
  const side = (one: ReplicaSide | undefined): string => (one ? sideText(one, replica, short ? 8 : 16, look) : 'no peer known');
  const timer = findingAbout(scene, 'replica', replica.name);
  const copying = replica.state === 'syncing' || replica.state === 'verifying';
  const state = copying ? doneText(replica) : replica.state === 'degraded' && timer ? `alone ${duration((scene.now - timer.since) / 1000)}` : replica.state;
  const body = `${side(from)} ${shortArrow(replica, look)} ${side(to)}`;
  const room = width - 3 - names - 2;
  const text = fit(body, Math.max(8, room - cells(state) - 1), look);
  const stateAt = Math.min(5 + names + cells(text) + (copying ? 1 : 3), width - cells(state));
  return row([
    { at: 1, text: signOf(mark, look.signs), token: tokenOf(mark), id },
    { at: 3, text: nameField(replica.name, names, look), id },
    { at: 3 + names + 2, text, id },
    { at: stateAt, text: state, token: rankOf(mark) >= TROUBLE ? tokenOf(mark) : null, id },
  ], width, look, selected, rankOf(mark));
}

function sideText(side: ReplicaSide, replica: Replica, nameWidth: number, look: Look): string {
  const name = fitName(side.node, nameWidth, look);
  const role = side.role ?? side.peerSays?.role ?? null;
  const bad = side.disk !== null && side.disk !== 'UpToDate' && side.disk !== 'Consistent';
  const word = bad && replica.state !== 'ok' ? (side.disk ?? '') : (role ?? 'not heard');
  const old = side.stale ? ` ${look.signs.unknown}${side.ageSeconds === null ? '' : ` ${age(side.ageSeconds)}`}` : '';
  return `${name} ${word}${old}`;
}

function inOrder(replica: Replica): [ReplicaSide | undefined, ReplicaSide | undefined] {
  const [first, second] = replica.sides;
  const swaps = second !== undefined && first !== undefined && (receiverOf(replica) === first.node
    || (receiverOf(replica) === null && replica.primaries.includes(second.node) && !replica.primaries.includes(first.node)));
  return swaps ? [second, first] : [first, second];
}

function shortArrow(replica: Replica, look: Look): string {
  const { line, copy, toRight, bad, unknown } = look.signs;
  const connection = connectionOf(replica);
  const letter = replica.protocol ?? '';
  if (connection.word === null) return `${line} ${unknown} ${line}`;
  if (!connection.talking) return `${line} ${bad} ${line}`;
  const shaft = receiverOf(replica) === null ? line : copy;
  const directed = receiverOf(replica) !== null || replica.primaries.length === 1;
  return `${shaft}${shaft}${letter}${shaft}${shaft}${directed ? toRight : shaft}`;
}

function domainRows(domains: readonly Domain[], context: Context): Row[] {
  const { scene, width, look, selected } = context;
  const marked = domains.map((domain) => ({ domain, mark: domainMark(scene, domain) })).sort((a, b) => rankOf(b.mark) - rankOf(a.mark));
  const rows: { parts: Part[]; rank: number }[] = [];
  const size = 16;
  const perRow = Math.max(1, Math.floor((width - 3) / size));
  marked.forEach(({ domain, mark }, index) => {
    if (index % perRow === 0) rows.push({ parts: [], rank: 0 });
    const cell = rows.at(-1);
    if (!cell) return;
    const at = 3 + (index % perRow) * size;
    const state = stateWord(domain);
    const name = fitName(domain.name, size - 4 - cells(state), look);
    cell.parts.push(...domainParts(domain, mark, at, `${name} ${state}`, look));
    cell.rank = Math.max(cell.rank, rankOf(mark));
  });
  return rows.map((cell) => row(cell.parts, width, look, selected, cell.rank));
}

function domainParts(domain: Domain, mark: Mark, at: number, text: string, look: Look): Part[] {
  const id = domainId(domain);
  return [
    { at, text: signOf(mark, look.signs), token: tokenOf(mark), id },
    { at: at + 2, text, token: mark === 'unknown' ? 'stale' : rankOf(mark) >= TROUBLE ? tokenOf(mark) : null, id },
  ];
}

function stateWord(domain: Domain): string {
  if (domain.stale) return domain.ageSeconds === null ? '?' : age(domain.ageSeconds);
  return { running: 'run', paused: 'paus', suspended: 'susp', crashed: 'crash', shutdown: 'shut', off: 'off', stuck: 'stuck', unknown: '?' }[domain.state];
}
