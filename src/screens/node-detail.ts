// Node detail: all that is known of one node, with the age of what is old, and its last lines.
import { ageSeconds, isFresh } from '../model/cluster.ts';
import type { NodeView, Observation } from '../model/cluster.ts';
import type { NodeSummary } from '../model/joined.ts';
import { listings } from '../model/listed.ts';
import { age, bytes, duration } from '../model/words.ts';
import { viewOf } from './scene.ts';
import type { Scene } from './scene.ts';
import { linkMark, memory, nodeMark, programs, stateText } from './map-nodes.ts';
import { sideMark } from './map-marks.ts';
import { signOf, tokenOf } from './mark.ts';
import { compose, plainRow, ruleLine } from './line.ts';
import type { Row } from './line.ts';
import type { UiState } from './state.ts';
import type { Look } from './symbols.ts';
import { fit, wrap } from './text.ts';
import { entryLine } from './timeline.ts';
import { clockOffset, clockTime, uptime } from './times.ts';

const LABEL = 15;

/** All lines of the detail; the frame shows a part of them when there are more than fit. */
export function nodeRowsOf(scene: Scene, ui: UiState, name: string, width: number, height: number, look: Look): Row[] {
  const node = scene.nodes.find((one) => one.name === name);
  const view = viewOf(scene, name);
  if (!node || !view) return [plainRow(compose([{ at: 1, text: `${name} is no longer in the inventory.` }], width, look))];
  const rows = [...headRows(scene, node, view, width, look), plainRow([])];
  const add = (label: string, text: string): void => {
    if (text !== '') rows.push(...labelled(label, text, width, look, node.stale || !node.reachable));
  };
  add('heard on', heardOn(scene, node, view, look));
  for (const [peer, word] of Object.entries(node.saidBy)) add(`${peer} says`, word);
  add('load', loadText(node, view));
  add('replicas', replicaText(scene, name, look));
  add(node.reachable ? 'runs' : 'it ran', node.reachable ? runsText(scene, name) : ranText(scene, view));
  add('groups', groupsText(scene, name));
  add('mounted', mountedText(view));
  add('asked', askedText(view, scene.now));
  for (const failure of view.logFailures) add('log', `${failure.file}: ${failure.why}`);
  const unread = Object.values(view.facts).flatMap((fact) => fact?.unread ?? []);
  if (unread.length > 0) add('not read', `${unread.length === 1 ? 'a line was' : `${unread.length} lines were`} not understood: ${unread[0] ?? ''}`);
  return [...rows, ...logRows(scene, ui, name, width, Math.max(3, height - rows.length - 2), look)];
}

function headRows(scene: Scene, node: NodeSummary, view: NodeView, width: number, look: Look): Row[] {
  const mark = nodeMark(scene, node);
  const old = !node.reachable && node.ageSeconds !== null;
  const lastWords = old && view.heardAt !== null ? `   last words ${clockTime(view.heardAt)} (what is below is of then)` : '';
  const state = stateText(scene, node).replace(/ {2,}/g, ' ');
  const what = [...programs(node), node.kernel === null ? '' : `kernel ${node.kernel}`, hardware(node, view)];
  const rows = [plainRow(compose([
    { at: 1, text: signOf(mark, look.signs), token: tokenOf(mark) }, { at: 3, text: `${state}${lastWords}`, token: 'strong' },
  ], width, look))];
  const says = 'says' in view.link ? view.link.says : '';
  rows.push(...wrap(says, width - 4, look).map((text) => plainRow(compose([{ at: 3, text, token: 'warn' }], width, look))));
  if (view.link.state === 'hostkey-unknown' && view.link.fingerprint !== null) rows.push(...labelled('it shows', view.link.fingerprint, width, look, false));
  if (stopped(view)) rows.push(plainRow(compose([{ at: 3, text: 'enter tries again; nothing is tried before.', token: 'key' }], width, look)));
  const text = what.filter((part) => part !== '').join('   ');
  if (text !== '') rows.push(...wrapPieces(text, width - 4, look).map((line) => plainRow(compose([{ at: 3, text: line, token: old ? 'stale' : null }], width, look))));
  return rows;
}

/** True when the connection waits for the operator. */
export function stopped(view: NodeView): boolean {
  const { state } = view.link;
  return state !== 'up' && state !== 'silent' && state !== 'connecting';
}

function hardware(node: NodeSummary, view: NodeView): string {
  const cpus = view.facts.vitals?.value?.cpus ?? null;
  const up = node.uptimeSeconds === null ? '' : `${node.reachable ? 'up' : 'was up'} ${uptime(node.uptimeSeconds)}`;
  return [cpus === null ? '' : `${cpus} cpu`, up].filter((part) => part !== '').join('   ');
}

function heardOn(scene: Scene, node: NodeSummary, view: NodeView, look: Look): string {
  const { ok, bad, unknown } = look.signs;
  const mine = scene.links.filter((link) => link.ends.some((end) => end.node === node.name));
  const many = scene.nodes.length > 2;
  const heartbeat = mine.map((link) => {
    const peer = link.ends.find((end) => end.node !== node.name)?.node ?? '';
    return `${link.name}${many ? ` ${peer}` : ''} ${signOf(linkMark(link), look.signs)}`;
  });
  const ssh = `${view.via ?? 'ssh'} ${view.link.state === 'up' ? ok : view.link.state === 'silent' ? bad : unknown}`;
  const skew = view.clock === null ? '' : `clock ${clockOffset(view.clock.offsetSeconds, view.clock.errorSeconds, look.signs.tolerance)}`;
  return [ssh, ...heartbeat, skew].filter((part) => part !== '').join('   ');
}

function loadText(node: NodeSummary, view: NodeView): string {
  const used = memory(node);
  const swap = view.facts.vitals?.value?.swapUsedBytes ?? null;
  return [
    node.load === null ? '' : node.load.map((value) => value.toFixed(2)).join(' '),
    node.cpuPercent === null ? '' : `cpu ${Math.round(node.cpuPercent)} %`,
    used === null ? '' : `mem ${used.used}/${used.total} MB`,
    swap === null ? '' : `swap ${bytes(swap)}`,
  ].filter((part) => part !== '').join('   ');
}

function replicaText(scene: Scene, name: string, look: Look): string {
  return scene.replicas.flatMap((replica) => replica.sides.filter((side) => side.node === name).map((side) => {
    const words = [replica.name, side.role ?? 'not heard', side.disk ?? '', side.connection ?? ''].filter((part) => part !== '').join(' ');
    return `${signOf(sideMark(replica, side), look.signs)} ${words}`;
  })).join('    ');
}

function runsText(scene: Scene, name: string): string {
  return scene.domains.filter((domain) => domain.node === name)
    .map((domain) => (domain.state === 'running' ? domain.name : `${domain.name} (${domain.state})`)).join(', ');
}

/** What it ran when it was last heard, and where that runs now. */
function ranText(scene: Scene, view: NodeView): string {
  return listings(view).flatMap((listing) => listing.domains).map(({ name }) => {
    const now = scene.domains.find((domain) => domain.name === name && domain.node !== view.name && !domain.stale && domain.state === 'running');
    return now ? `${name} (on ${now.node} now)` : name;
  }).join(', ');
}

function groupsText(scene: Scene, name: string): string {
  return scene.groups.filter((group) => group.on === name || group.preferred === name || group.owners.includes(name))
    .map((group) => `${group.name} ${group.state}${group.on === null ? '' : ` on ${group.on}`}`).join('    ');
}

function mountedText(view: NodeView): string {
  const mounts = view.facts.mounts?.value?.mounts ?? [];
  return mounts.filter((mount) => /^\/dev\/drbd/.test(mount.device)).map((mount) => `${mount.device} on ${mount.path}`).join('   ');
}

/** Each probe with the age of its answer, or why there is none. */
function askedText(view: NodeView, now: number): string {
  const entries = Object.entries(view.facts) as [string, Observation<unknown>][];
  return entries.map(([name, fact]) => {
    const old = ageSeconds(fact, now);
    if (fact.failure?.kind === 'absent') return `${name} not there`;
    if (fact.failure) return `${name} ${fact.failure.why} for ${duration((now - fact.failure.since) / 1000)}`;
    if (old === null) return `${name} asking`;
    return `${name} ${age(old)}${isFresh(fact, now) ? '' : ' old'}`;
  }).join('   ');
}

function labelled(label: string, text: string, width: number, look: Look, old: boolean): Row[] {
  return wrapPieces(text, width - LABEL - 1, look).map((line, index) => plainRow(compose([
    { at: 1, text: index === 0 ? fit(label, LABEL - 2, look) : '', token: 'muted' }, { at: LABEL, text: line, token: old ? 'stale' : null },
  ], width, look)));
}

/** Broken between pieces (three blanks or more) where that is possible, so that a name stays with its word. */
function wrapPieces(text: string, width: number, look: Look): string[] {
  const lines: string[] = [];
  let line = '';
  for (const piece of text.split(/ {3,}/)) {
    const longer = line === '' ? piece : `${line}   ${piece}`;
    if (longer.length <= width) line = longer;
    else {
      if (line !== '') lines.push(line);
      const parts = wrap(piece, width, look);
      lines.push(...parts.slice(0, -1));
      line = parts.at(-1) ?? '';
    }
  }
  return line === '' ? lines : [...lines, line];
}

function logRows(scene: Scene, ui: UiState, name: string, width: number, room: number, look: Look): Row[] {
  const lines = scene.entries.filter((entry) => entry.node === name).slice(-room).toReversed();
  if (lines.length === 0) return [];
  return [plainRow([]), plainRow(ruleLine(`last lines of ${name}`, lines[0]?.stamp ?? '', width, look)),
    ...lines.map((entry) => plainRow(entryLine(entry, scene, ui, width, look)))];
}
