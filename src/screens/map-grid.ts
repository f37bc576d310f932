// The map of many nodes: one row per node, arrows become counts; then what is not at rest.
import type { NodeSummary, Replica } from '../model/joined.ts';
import { age, duration } from '../model/words.ts';
import { findingAbout } from './scene.ts';
import type { Scene } from './scene.ts';
import { domainMark, replicaMark } from './map-marks.ts';
import { linkMark, memory, nodeMark } from './map-nodes.ts';
import { domainFigures, domainId } from './map-pair.ts';
import { rankOf, signOf, tokenOf, TROUBLE } from './mark.ts';
import { compose, plainRow, row, ruleLine } from './line.ts';
import type { Row } from './line.ts';
import type { Look } from './symbols.ts';
import { bar, cells, nameField } from './text.ts';

/** One row per node, worst first, under a line of titles. */
export function gridRows(scene: Scene, width: number, look: Look, selected: string | null): Row[] {
  const wide = Math.max(6, Math.min(20, width - 74, Math.max(...scene.nodes.map((node) => cells(node.name)))));
  const at = (column: number): number => column + wide - 6;
  const head = compose([
    { at: 3, text: 'NODE', token: 'muted' }, { at: at(10), text: 'STATE', token: 'muted' }, { at: at(23), text: 'LOAD  MEMORY', token: 'muted' },
    { at: at(39), text: 'DOMS  PRIM  SEC  LINKS', token: 'muted' }, { at: at(63), text: 'WORST', token: 'muted' }, { at: width - 4, text: 'AGE', token: 'muted' },
  ], width, look);
  const marked = scene.nodes.map((node) => ({ node, mark: nodeMark(scene, node) }));
  const ordered = [...marked].sort((a, b) => rankOf(b.mark) - rankOf(a.mark));
  return [plainRow(head), ...ordered.map(({ node, mark }) => {
    const id = `node:${node.name}`;
    const old = !node.reachable || node.stale;
    const used = memory(node);
    const counts = countsOf(scene, node);
    const doubt = old ? look.signs.unknown : '';
    const grey = old ? 'stale' as const : null;
    return row([
      { at: 1, text: signOf(mark, look.signs), token: tokenOf(mark), id },
      { at: 3, text: nameField(node.name, wide, look), token: rankOf(mark) >= TROUBLE ? tokenOf(mark) : 'strong', id },
      { at: at(10), text: node.state, token: rankOf(mark) >= TROUBLE ? tokenOf(mark) : null },
      { at: at(22), text: `${node.load === null ? '?' : node.load[0].toFixed(1)}${doubt}`.padStart(5), token: grey },
      { at: at(29), text: used === null ? '?' : bar(used.total === 0 ? 0 : used.used / used.total, 8, look), token: grey },
      { at: at(39), text: `${counts.domains}${doubt}`.padStart(4), token: grey },
      { at: at(45), text: `${counts.primary}${doubt}`.padStart(4), token: grey },
      { at: at(51), text: `${counts.secondary}${doubt}`.padStart(3), token: grey },
      { at: at(56), text: counts.links, token: counts.linksDown ? 'warn' : null },
      { at: at(63), text: worstOf(scene, node), token: rankOf(mark) >= TROUBLE ? tokenOf(mark) : null },
      { at: width - 6, text: (node.ageSeconds === null ? '-' : age(node.ageSeconds)).padStart(5), token: grey },
    ], width, look, selected, rankOf(mark));
  })];
}

/** Replicas and domains that are not at rest. */
export function unrestRows(scene: Scene, width: number, look: Look, selected: string | null): Row[] {
  const replicas = scene.replicas.filter((replica) => rankOf(replicaMark(scene, replica)) > 0).map((replica) => {
    const mark = replicaMark(scene, replica);
    const id = `replica:${replica.name}`;
    const finding = findingAbout(scene, 'replica', replica.name);
    const since = finding ? `for ${duration((scene.now - finding.since) / 1000)}` : '';
    return row([
      { at: 1, text: signOf(mark, look.signs), token: tokenOf(mark), id },
      { at: 3, text: nameField(replica.name, 14, look), id },
      { at: 18, text: sidesText(replica), token: mark === 'unknown' ? 'stale' : null, id },
      { at: width - 26, text: `${replica.state} ${since}`, token: tokenOf(mark), id },
    ], width, look, selected, rankOf(mark));
  });
  const domains = scene.domains.filter((domain) => rankOf(domainMark(scene, domain)) > 0).map((domain) => {
    const mark = domainMark(scene, domain);
    const id = domainId(domain);
    return row([
      { at: 1, text: signOf(mark, look.signs), token: tokenOf(mark), id },
      { at: 3, text: nameField(domain.name, 14, look), id },
      { at: 18, text: `on ${domain.node}`, id },
      { at: width - 26, text: domainFigures(domain), token: tokenOf(mark), id },
    ], width, look, selected, rankOf(mark));
  });
  const all = [...replicas, ...domains].sort((a, b) => b.rank - a.rank);
  return all.length === 0 ? [] : [plainRow(ruleLine('not at rest', String(all.length), width, look)), ...all];
}

function countsOf(scene: Scene, node: NodeSummary): { domains: number; primary: number; secondary: number; links: string; linksDown: boolean } {
  const sides = scene.replicas.flatMap((replica) => replica.sides.filter((side) => side.node === node.name));
  const links = scene.links.filter((link) => link.ends.some((end) => end.node === node.name));
  const up = links.filter((link) => linkMark(link) === 'ok').length;
  return {
    domains: scene.domains.filter((domain) => domain.node === node.name && domain.state === 'running').length,
    primary: sides.filter((side) => side.role === 'Primary').length,
    secondary: sides.filter((side) => side.role === 'Secondary').length,
    links: links.length === 0 ? '-' : `${up}/${links.length}`,
    linksDown: up < links.length,
  };
}

function worstOf(scene: Scene, node: NodeSummary): string {
  const finding = scene.active.find((one) => one.severity !== 'info' && one.subject === node.name);
  return finding ? (finding.code.split('.')[1] ?? finding.code) : '-';
}

function sidesText(replica: Replica): string {
  return replica.sides.map((side) => `${side.node} ${side.role ?? '?'} ${side.disk ?? '?'}`).join(', ');
}
