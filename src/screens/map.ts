// The Map: nodes, groups, replicas, domains, disagreements and the tail of the timeline, in the room there is.
import type { Scene } from './scene.ts';
import { columnsOf } from './map-columns.ts';
import { gridRows, unrestRows } from './map-grid.ts';
import { nodeRows } from './map-nodes.ts';
import { domainId, foldedRow, sectionRows } from './map-pair.ts';
import { sectionsOf } from './map-sections.ts';
import type { Section } from './map-sections.ts';
import { smallNodeRows, smallSectionRows } from './map-small.ts';
import { trackColumn, trackNodeRows, trackRows } from './map-tracks.ts';
import { rankOf, TROUBLE } from './mark.ts';
import { compose, plainRow, ruleLine } from './line.ts';
import type { Row } from './line.ts';
import type { Item, UiState } from './state.ts';
import type { Look } from './symbols.ts';
import { entryLine } from './timeline.ts';
import { fitName } from './text.ts';
import { condensed } from './window.ts';

/** What is given up, one after the other, when the height does not suffice; nothing in trouble ever is. */
interface Room {
  tail: boolean;
  blanks: boolean;
  details: boolean;
  packed: boolean;
  folded: boolean;
}
const ROOMS: readonly Room[] = [
  { tail: true, blanks: true, details: true, packed: false, folded: false },
  { tail: false, blanks: true, details: true, packed: false, folded: false },
  { tail: false, blanks: false, details: true, packed: false, folded: false },
  { tail: false, blanks: false, details: false, packed: false, folded: false },
  { tail: false, blanks: false, details: false, packed: true, folded: false },
  { tail: false, blanks: false, details: false, packed: true, folded: true },
];
/** The tail's rule and one line. */
const SHORTEST_TAIL = 2;

/** Exactly `height` rows or fewer; the frame fills up with blank ones. */
export function mapRows(scene: Scene, ui: UiState, selected: string | null, width: number, height: number, look: Look): Row[] {
  let rows: Row[] = [];
  for (const room of ROOMS) {
    rows = body(scene, ui.faultsOnly ? { ...room, folded: true } : room, selected, width, look);
    if (room.tail && width < 80) continue;
    const needed = rows.length + (room.tail ? SHORTEST_TAIL + (room.blanks ? 1 : 0) : 0);
    if (needed > height) continue;
    return room.tail ? [...rows, ...tail(scene, ui, width, height - rows.length, look)] : rows;
  }
  return condensed(rows, height, selected, width, look);
}

/** What can be selected on the map, in reading order, and where Enter leads. */
export function mapItems(scene: Scene, ui: UiState, width: number, look: Look): Item[] {
  const room = ROOMS[0];
  if (!room) return [];
  const rows = body(scene, { ...room, folded: ui.faultsOnly }, null, width, look);
  const ids = [...new Set(rows.flatMap((row) => row.ids))];
  return ids.map((id) => ({ id, panel: id.slice(0, id.indexOf(':')), opens: targetOf(scene, id) }));
}

/** A node opens itself; another thing its worst finding, or the node where it is. */
function targetOf(scene: Scene, id: string): Item['opens'] {
  const [kind, ...rest] = id.split(':');
  const name = rest.join(':');
  if (kind === 'node') return { go: { screen: 'node', node: name } };
  const subject = kind === 'domain' ? name.slice(name.indexOf('/') + 1) : name;
  const finding = scene.active.find((one) => one.subject === subject && one.code.startsWith(`${kind ?? ''}.`));
  if (finding) return { go: { screen: 'findings' }, select: { screen: 'findings', id: `${finding.code} ${finding.subject}` } };
  const node = kind === 'domain' ? name.slice(0, name.indexOf('/'))
    : kind === 'replica' ? nodeOfReplica(scene, name) : scene.groups.find((group) => group.name === name)?.on;
  return node === null || node === undefined ? null : { go: { screen: 'node', node } };
}

function nodeOfReplica(scene: Scene, name: string): string | undefined {
  const replica = scene.replicas.find((one) => one.name === name);
  return replica?.primaries[0] ?? replica?.sides[0]?.node;
}

function body(scene: Scene, room: Room, selected: string | null, width: number, look: Look): Row[] {
  const blank = room.blanks ? [plainRow([])] : [];
  const blocks = blocksOf(scene, room, selected, width, look).filter((block) => block.length > 0);
  const disagreements = disagreeRows(scene, width, look);
  if (disagreements.length > 0) blocks.push(disagreements);
  return blocks.flatMap((block, index) => (index === 0 ? block : [...blank, ...block]));
}

function blocksOf(scene: Scene, room: Room, selected: string | null, width: number, look: Look): Row[][] {
  const nodes = scene.nodes.length;
  if (nodes === 2 && width >= 80) return pairBlocks(scene, room, selected, width, look);
  if (nodes >= 3 && width >= 80) {
    if (trackColumn(nodes, width) > 0 && nodes <= 7) {
      const rows = trackRows(scene, width, look, selected);
      const calm = room.folded ? rows.filter((row) => row.rank >= TROUBLE) : rows;
      return [trackNodeRows(scene, width, look, selected, room.details), calm];
    }
    return [gridRows(scene, width, look, selected), unrestRows(scene, width, look, selected)];
  }
  const context = { scene, width, look, selected };
  const sections = sectionsOf(scene).map((section) =>
    folds(section, room, selected) ? [foldedRow(section, { scene, columns: columnsOf(width), look, selected, left: '', right: '' })] : smallSectionRows(section, context));
  const separate = room.blanks && width >= 80 ? sections : [sections.flat()];
  return width >= 80 ? [smallNodeRows(context, room.details), ...separate] : [[...smallNodeRows(context, room.details), ...sections.flat()]];
}

function pairBlocks(scene: Scene, room: Room, selected: string | null, width: number, look: Look): Row[][] {
  const columns = columnsOf(width);
  const [left, right] = scene.nodes;
  const context = { scene, columns, look, selected, left: left?.name ?? '', right: right?.name ?? '', packed: room.packed };
  const blocks: Row[][] = [nodeRows(scene, columns, look, selected, room.details)];
  let wasFolded = false;
  for (const section of sectionsOf(scene)) {
    const folded = folds(section, room, selected);
    const rows = folded ? [foldedRow(section, context)] : sectionRows(section, context);
    if (folded && wasFolded) blocks.at(-1)?.push(...rows);
    else blocks.push(rows);
    wasFolded = folded;
  }
  return blocks;
}

/** A section in trouble, or with the selection in it, stays open. */
function folds(section: Section, room: Room, selected: string | null): boolean {
  const holds = section.replicas.some((replica) => `replica:${replica.name}` === selected)
    || section.domains.some((domain) => domainId(domain) === selected);
  return room.folded && !holds && rankOf(section.mark) < TROUBLE && (section.group !== null || section.replicas.length > 0);
}

/** One line per disagreement: who says what. */
function disagreeRows(scene: Scene, width: number, look: Look): Row[] {
  const findings = scene.active.filter((finding) => finding.code === 'views.disagree');
  if (findings.length === 0) return [];
  const shown = findings.length > 4 ? findings.slice(0, 3) : findings;
  const rows = shown.map((finding): Row => {
    const [first, second] = finding.evidence;
    const half = Math.floor((width - 17) / 2);
    const parts = [
      { at: 1, text: look.signs.differ, token: 'warn' as const },
      { at: 3, text: fitName(finding.subject, 12, look) },
      { at: 17, text: first ?? finding.fact },
      { at: 17 + half, text: second ?? '' },
    ];
    return { line: compose(parts, width, look), ids: [], rank: TROUBLE };
  });
  const more = findings.length - shown.length;
  const rest = more > 0 ? [plainRow(compose([{ at: 1, text: look.signs.differ, token: 'warn' }, { at: 3, text: `${more} more (6)` }], width, look), TROUBLE)] : [];
  return [plainRow(ruleLine('Nodes disagree', 'who says what', width, look), TROUBLE), ...rows, ...rest];
}

/** The last lines of the timeline, newest first, in what is left of the height. */
function tail(scene: Scene, ui: UiState, width: number, room: number, look: Look): Row[] {
  const lines = scene.entries.slice(-(room - 2)).toReversed();
  const texts = lines.length === 0 ? [compose([{ at: 1, text: 'no log line heard yet', token: 'muted' }], width, look)]
    : lines.map((entry) => entryLine(entry, scene, ui, width, look));
  return [plainRow([]), plainRow(ruleLine('Timeline', '5 all', width, look)), ...texts.map((line) => plainRow(line))];
}
