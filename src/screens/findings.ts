// The Findings: the list with what follows from a cause beneath it, and the selected one in always the same words.
import { keyOf } from '../model/findings.ts';
import type { TrackedFinding } from '../model/findings.ts';
import { age, duration } from '../model/words.ts';
import type { Scene } from './scene.ts';
import { markOfSeverity, rankOf, signOf, tokenOf } from './mark.ts';
import { compose, plainRow, row, ruleLine } from './line.ts';
import type { Part, Row } from './line.ts';
import type { Item, UiState } from './state.ts';
import type { Look } from './symbols.ts';
import { cells, fit, fitName, nameField, wrap } from './text.ts';
import { windowed } from './window.ts';

interface Listed {
  finding: TrackedFinding;
  depth: number;
}

/** Findings in the order of the list: causes by severity and age, each with its consequences beneath. */
export function listedFindings(scene: Scene, ui: UiState): Listed[] {
  const wanted = scene.findings.filter((finding) => !ui.faultsOnly || finding.severity !== 'info');
  const keys = new Set(wanted.map((finding) => keyOf(finding)));
  const listed: Listed[] = [];
  const done = new Set<string>();
  const add = (finding: TrackedFinding, depth: number): void => {
    const key = keyOf(finding);
    if (done.has(key)) return;
    done.add(key);
    listed.push({ finding, depth });
    for (const other of wanted) if (other.because === key) add(other, depth + 1);
  };
  for (const finding of wanted) if (finding.because === null || !keys.has(finding.because)) add(finding, 0);
  // Two findings that name each other as cause have no top: they are listed all the same.
  for (const finding of wanted) add(finding, 0);
  return listed;
}

/** Ids of the list and where Enter leads: the thing on the map, or its node. */
export function findingItems(scene: Scene, ui: UiState): Item[] {
  return listedFindings(scene, ui).map(({ finding }) => ({ id: keyOf(finding), panel: 'findings', opens: targetOf(scene, finding) }));
}

function targetOf(scene: Scene, finding: TrackedFinding): Item['opens'] {
  const { subject } = finding;
  const onMap = (id: string): Item['opens'] => ({ go: { screen: 'map' }, select: { screen: 'map', id } });
  const family = finding.code.split('.')[0];
  const node = scene.nodes.find((one) => one.name === subject);
  if (node && family !== 'group' && family !== 'replica' && family !== 'domain') return { go: { screen: 'node', node: subject } };
  if (scene.replicas.some((replica) => replica.name === subject)) return onMap(`replica:${subject}`);
  const domain = scene.domains.find((one) => one.name === subject);
  if (domain) return onMap(`domain:${domain.node}/${domain.name}`);
  const replica = scene.groups.find((group) => group.name === subject)?.replicas[0];
  return replica === undefined ? { go: { screen: 'map' } } : onMap(`replica:${replica}`);
}

/** The body: the list above, what the selected one means below. */
export function findingRows(scene: Scene, ui: UiState, selected: string | null, width: number, height: number, look: Look): Row[] {
  const listed = listedFindings(scene, ui);
  const notices = scene.notices.map((text) => plainRow(compose([
    { at: 1, text: look.signs.warn, token: 'warn' }, { at: 3, text },
  ], width, look)));
  if (listed.length === 0) {
    const text = scene.entries.length === 0 && scene.nodes.every((node) => node.ageSeconds === null) ? 'Nothing was heard yet.' : 'Nothing wrong is known.';
    return [...notices, plainRow(compose([{ at: 1, text }], width, look))].slice(0, height);
  }
  const subjectWidth = Math.min(width >= 80 ? 24 : 10, Math.max(8, ...listed.map(({ finding }) => cells(finding.subject))));
  const codeWidth = Math.max(18, ...listed.map(({ finding, depth }) => finding.code.length + Math.min(depth, 2) * 2));
  const rows = listed.map((one) => listRow(one, scene, codeWidth, subjectWidth, selected, width, look));
  const chosen = listed.find(({ finding }) => keyOf(finding) === selected);
  const detail = chosen ? detailRows(chosen.finding, width, look) : [];
  const most = Math.max(0, height - Math.min(rows.length + notices.length, Math.max(3, Math.floor(height * 0.4))) - 1);
  const shownDetail = detail.length > most ? detail.slice(0, most) : detail;
  const room = Math.max(1, height - shownDetail.length - (shownDetail.length > 0 ? 1 : 0) - notices.length);
  const list = windowed(rows, room, selected, width, look);
  const lower = shownDetail.length === 0 ? [] : [plainRow([]), ...shownDetail];
  return [...notices, ...list, ...lower].slice(0, height);
}

function listRow(one: Listed, scene: Scene, codeWidth: number, subjectWidth: number, selected: string | null, width: number, look: Look): Row {
  const { finding } = one;
  const id = keyOf(finding);
  const mark = markOfSeverity(finding.severity);
  const depth = Math.min(one.depth, 2);
  const gone = finding.goneAt !== null;
  const right = gone ? `gone after ${duration((finding.goneAt ?? 0) / 1000 - finding.since / 1000)}` : age((scene.now - finding.since) / 1000);
  const subjectAt = 3 + codeWidth + 1;
  const textAt = subjectAt + subjectWidth + 1;
  const sign = gone ? look.signs.check : depth > 0 ? '' : signOf(mark, look.signs);
  const narrow = width < 80;
  const parts: Part[] = [
    { at: 1, text: sign, token: gone ? 'ok' : tokenOf(mark), id },
    { at: 3 + depth * 2 - 2, text: depth > 0 ? look.signs.fold : '', token: 'muted' },
    { at: 3 + depth * 2, text: finding.code, token: gone ? 'muted' : rankOf(mark) > 1 ? tokenOf(mark) : null, id },
    { at: subjectAt, text: nameField(finding.subject, subjectWidth, look).trimEnd(), token: gone ? 'muted' : 'strong', id },
    { at: textAt, text: narrow ? '' : fit(withoutSubject(finding), width - 3 - cells(right) - textAt, look), token: gone ? 'muted' : null, id },
    { at: width - 2 - cells(right), text: right, token: gone ? 'ok' : 'muted', id },
  ];
  return row(depth > 0 ? parts.map((part) => (part.at === 1 ? { ...part, text: gone ? look.signs.check : ' ' } : part)) : parts, width, look, selected, rankOf(mark));
}

/** The fact without the name that stands before it in the list. */
function withoutSubject(finding: TrackedFinding): string {
  const { fact, subject } = finding;
  const before = [`${subject} `, `${subject}: `, `${subject}'s `, `Group ${subject} `].find((start) => fact.startsWith(start));
  return before === undefined ? fact : fact.slice(before.length);
}

function detailRows(finding: TrackedFinding, width: number, look: Look): Row[] {
  const sections: [string, string[]][] = [
    ['Fact', [finding.fact]], ['Seen by', finding.evidence], ['Consequence', [finding.consequence]], ['What to do', [finding.todo]],
  ];
  const rows = sections.filter(([, texts]) => texts.some((text) => text !== '')).flatMap(([label, texts]) => labelled(label, texts, width, look));
  const title = `${finding.code}   ${fitName(finding.subject, Math.max(8, width - 40), look)}`;
  return [plainRow(ruleLine(title, finding.severity, width, look)), ...rows];
}

/** Evidence is cut to four lines: the first ones say most, and what to do must stay in sight. */
function labelled(label: string, texts: readonly string[], width: number, look: Look): Row[] {
  const lines = texts.flatMap((text) => wrap(text, width - 15, look));
  const shown = lines.length > 4 ? [...lines.slice(0, 3), `${lines.length - 3} more lines`] : lines;
  return shown.map((text, index) => plainRow(compose([
    { at: 1, text: index === 0 ? label : '', token: 'muted' }, { at: 14, text },
  ], width, look)));
}
