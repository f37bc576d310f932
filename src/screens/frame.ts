// The frame of every screen: verdict and clock, the one sentence, the title with its keys, and the footer.
import type { Health } from '../model/findings.ts';
import { age, count, list } from '../model/words.ts';
import { isAsking } from './scene.ts';
import type { Scene } from './scene.ts';
import { compose, ruleLine } from './line.ts';
import type { Line, Part } from './line.ts';
import { screensOfFooter } from './keys.ts';
import { placeOf, whereOf } from './state.ts';
import type { UiState } from './state.ts';
import type { Look } from './symbols.ts';
import { cells, clean, fit, fitName, joinFitting } from './text.ts';
import type { Token } from './theme.ts';
import { clockTime, longDay } from './times.ts';

const WORDS: Readonly<Record<Health, string>> = { ok: 'OK', warning: 'WARNING', critical: 'CRITICAL', unknown: 'UNKNOWN' };
const TOKENS: Readonly<Record<Health, Token>> = { ok: 'ok', warning: 'warn', critical: 'alarm', unknown: 'warn' };

/** The sign of a verdict. */
export function verdictSign(verdict: Health, look: Look): string {
  const { ok, warn, bad, unknown } = look.signs;
  return { ok, warning: warn, critical: bad, unknown }[verdict];
}

/** The verdict; before anything was heard nothing is known, whatever the findings say. */
export function verdictOf(scene: Scene): Health {
  return isAsking(scene) ? 'unknown' : scene.health;
}

/** Row 1: how bad, what, how fresh, what time. */
export function verdictLine(scene: Scene, columns: number, look: Look): Line {
  const verdict = verdictOf(scene);
  const narrow = columns < 80;
  const word = WORDS[verdict];
  const nameAt = narrow ? 12 : 14;
  const gap = narrow ? '  ' : '   ';
  const date = columns >= 120 ? `${longDay(scene.now)}   ` : '';
  const oldest = factsAge(scene);
  const clock = `${date}${clockTime(scene.now)}`;
  const facts = `${narrow ? '' : 'facts '}${oldest.seconds === null ? '-' : age(oldest.seconds)}`;
  const right = `${oldest.stale ? `${look.signs.warn} ` : ''}${facts}   ${clock}`;
  const rightAt = columns - cells(right);
  const name = fitName(scene.cluster.config.name, Math.max(8, Math.min(24, rightAt - nameAt - 30)), look);
  const countsAt = nameAt + cells(name) + gap.length;
  const parts: Part[] = [
    { at: 0, text: ` ${verdictSign(verdict, look)} ${word} `, token: TOKENS[verdict] },
    { at: nameAt, text: name, token: 'strong' },
    { at: countsAt, text: countsThatFit(scene, rightAt - countsAt - 2, columns) },
    { at: rightAt, text: right, token: oldest.stale ? 'warn' : null },
  ];
  return compose(parts, columns, look);
}

/** Row 2: the worst finding, or that all is well as far as that is known. */
export function headline(scene: Scene, columns: number, look: Look): Line {
  const trouble = scene.active.filter((finding) => finding.severity !== 'info');
  const [worst] = trouble;
  if (isAsking(scene)) return sentenceLine(`Asking ${list(scene.nodes.map((node) => node.name))} ...`, '', columns, look);
  const notice = scene.notices[0];
  const noticeFirst = notice !== undefined && (worst === undefined || worst.severity === 'warning');
  const others = trouble.length + scene.notices.length - 1;
  const more = others > 0 ? `${others} more (6)` : '';
  if (noticeFirst) return sentenceLine(notice, more, columns, look);
  if (!worst) {
    const sentence = allIsWell(scene);
    const fits = (note: string): boolean => 1 + cells(sentence) + 3 + cells(note) <= columns;
    return sentenceLine(sentence, notes(scene, columns).find(fits) ?? '', columns, look);
  }
  const room = columns - 1 - (more === '' ? 0 : cells(more) + 3);
  const text = joinFitting([worst.fact, ...worst.consequence.split(/(?<=[.;]) /)], room, ' ').replace(/;$/, '.');
  const fresh = scene.now - worst.openedAt < 2000;
  return sentenceLine(text, more, columns, look, worst.severity === 'critical' ? 'alert' : 'strong', fresh);
}

/** Row 3: the screen's title and as many of its keys as fit. */
export function titleLine(title: string, hints: readonly string[], columns: number, look: Look): Line {
  if (columns < 80) return ruleLine(title, hints[0]?.startsWith('?') ? '? close' : '? keys', columns, look, true);
  let right = '';
  for (const hint of hints) {
    const longer = right === '' ? hint : `${right}   ${hint}`;
    if (cells(clean(title, look)) + cells(longer) + 8 > columns) break;
    right = longer;
  }
  return ruleLine(title, right, columns, look, true);
}

/** The last row: the screens there are, always the same, the one shown in capitals; the demo's key for drills. */
export function footerLine(scene: Scene, ui: UiState, columns: number, look: Look): Line {
  const here = placeOf(ui).screen;
  const screens = screensOfFooter().map(({ key, command, label }) => ({ here: command === here, long: `${key} ${label}`, key, label }));
  const long = columns >= 50;
  const parts: Part[] = [];
  let at = 1;
  for (const screen of screens) {
    const label = long ? screen.label : screen.label.slice(0, 4);
    const text = `${screen.key} ${screen.here ? label.toUpperCase() : label}`;
    parts.push({ at, text, token: screen.here ? 'strong' : 'key' });
    at += cells(text) + 1;
  }
  const q = whereOf(ui) === 'drills' ? 'q close' : 'q quit';
  const right = long ? `${scene.drills ? 'T drills ' : ''}? help ${q}` : '? q';
  parts.push({ at: Math.max(at + 1, columns - cells(right)), text: right, token: 'key' });
  return compose(parts, columns, look);
}

/** The oldest fact that the verdict rests on. A dead node's last words are not among them: its peer's word is. */
function factsAge(scene: Scene): { seconds: number | null; stale: boolean } {
  const dead = new Set(scene.nodes.filter((node) => node.state === 'dead').map((node) => node.name));
  const facts = [
    ...scene.nodes.filter((node) => !dead.has(node.name)),
    ...scene.replicas.flatMap((replica) => replica.sides.filter((side) => !dead.has(side.node))),
    ...scene.domains.filter((domain) => !dead.has(domain.node)),
  ];
  const answers = (name: string): boolean => scene.nodes.some((node) => node.name === name && node.reachable);
  const ages = facts.map((fact) => fact.ageSeconds).filter((seconds) => seconds !== null);
  return { seconds: ages.length === 0 ? null : Math.max(...ages), stale: facts.some((fact) => fact.stale && fact.ageSeconds !== null && answers('node' in fact ? fact.node : fact.name)) };
}

/** `2 nodes  2 replicas  4 domains`; with nodes that do not answer only what is then still known. */
function countsThatFit(scene: Scene, room: number, columns: number): string {
  const between = columns >= 120 ? '   ' : '  ';
  const answering = scene.nodes.filter((node) => node.reachable).length;
  const all = answering === scene.nodes.length;
  const nodes = all ? count(scene.nodes.length, 'node') : `${answering} of ${count(scene.nodes.length, 'node')}`;
  const running = new Set(scene.domains.map((domain) => domain.name)).size;
  const pieces = all
    ? [nodes, count(scene.replicas.length, 'replica'), count(running, 'domain'), columns >= 120 ? count(scene.groups.length, 'group') : '']
    : scene.health === 'critical' ? [nodes, count(running, 'domain')] : [`${nodes} answer`];
  let text = '';
  for (const piece of columns < 80 && all ? [nodes, count(running, 'domain')] : pieces) {
    const longer = text === '' ? piece : piece === '' ? text : text + between + piece;
    if (cells(longer) <= room) text = longer;
  }
  return text;
}

function allIsWell(scene: Scene): string {
  const { groups, replicas, domains } = scene;
  const home = groups.length > 0 && groups.every((group) => group.state === 'started' && group.on !== null && group.on === group.preferred);
  const copies = replicas.length > 0 && replicas.every((replica) => replica.state === 'ok' && replica.sides.length === 2);
  const known = scene.nodes.every((node) => node.reachable && !node.stale);
  if (home && copies && known && domains.length > 0) return 'Everything runs at home on two good copies.';
  const things = [count(scene.nodes.length, 'node'), count(replicas.length, 'replica'), count(domains.length, 'domain')];
  return `${things.join(', ')}: nothing wrong is known.`;
}

const NOTES: Readonly<Record<string, string>> = {
  'fencing.none': 'no fencing', 'domain.unmanaged': 'unmanaged domain', 'clock.skew': 'clock skew', 'config.advice': 'advice',
};

/** What there is to note, the longest form first. */
function notes(scene: Scene, columns: number): string[] {
  const infos = scene.active.filter((finding) => finding.severity === 'info');
  const only = infos.length === 1 ? NOTES[infos[0]?.code ?? ''] : undefined;
  if (infos.length === 0) return [];
  const what = only === undefined ? '' : `: ${only}${only === 'no fencing' && columns >= 100 ? ' device' : ''}`;
  return [`${count(infos.length, 'note')}${what} (6)`, `${count(infos.length, 'note')} (6)`];
}

function sentenceLine(text: string, more: string, columns: number, look: Look, token: Token | null = null, inverse = false): Line {
  const room = columns - 1 - (more === '' ? 0 : cells(more) + 3);
  const shown = fit(text, room, look);
  return compose([{ at: 1, text: shown, token, inverse }, { at: 1 + cells(shown) + 3, text: more, token: 'muted' }], columns, look);
}
