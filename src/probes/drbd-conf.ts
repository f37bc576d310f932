// Probe `drbd-conf`: which resources drbd.conf of 0.7, 8.x and 9 describes, with their sides; includes followed.
import type { DrbdConf } from '../model/facts.ts';
import { captured } from './captured.ts';
import type { Answer, CapturedParser, FileProbe, Parsed } from './probe.ts';
import { readResource, takeSetting } from './drbd-conf-resource.ts';
import type { ConfSettings } from './drbd-conf-resource.ts';
import { readConfTree } from './drbd-conf-tokens.ts';
import type { ConfNode } from './drbd-conf-tokens.ts';
import { complaintRefusal, firstLine, refusal, statusRefusal, textOf } from './refusal.ts';
import type { Refusal } from './refusal.ts';

const MAIN = '/etc/drbd.conf';

/** /etc/drbd.conf and what it usually includes, every 30 seconds. */
export const drbdConf: FileProbe<'drbd-conf'> = {
  name: 'drbd-conf',
  kind: 'files',
  everySeconds: 30,
  files: [MAIN, '/etc/drbd.d/*.conf', '/etc/drbd.d/*.res'],
  parse: parseDrbdConfFiles,
};

/** One text: /etc/drbd.conf alone, or what `drbdadm dump` printed. */
export function parseDrbdConf(answer: Answer): Parsed<DrbdConf> {
  return parseDrbdConfFiles(new Map([[MAIN, answer]]));
}

/**
 * The configuration as DRBD's own tools would read it: from /etc/drbd.conf on, files only where they are included.
 * `includes` are all include patterns met, made absolute; those that are not under /etc/drbd.d were not read. Text
 * that is not understood is in `unread` as `FILE:LINE: text`, and the rest is given.
 */
export function parseDrbdConfFiles(answers: ReadonlyMap<string, Answer>): Parsed<DrbdConf> {
  const main = answers.get(MAIN);
  if (!main) return { answered: false, kind: 'no-answer', why: `nothing was heard of ${MAIN}`, raw: '' };
  const refused = main.status === 'ok' && main.stdout.trim() === '' ? saysWhy(main) : statusRefusal(main, MAIN);
  if (refused) return refused;
  const reading: Reading = { answers, lines: new Map(), resources: [], common: [], includes: new Set(), unread: new Set(), sections: 0 };
  readFile(reading, MAIN, main.stdout);
  if (reading.sections === 0 && reading.unread.size > 0) return saysWhy(main);
  const common: ConfSettings = { protocol: null, allowTwoPrimaries: null };
  for (const node of reading.common) readCommon(reading, common, node);
  const resources = namedOnce(reading).map((node) => readResource(node.words[1] ?? '', node.body ?? [], common, complainTo(reading)));
  return { answered: true, facts: { resources, includes: [...reading.includes] }, unread: [...reading.unread] };
}

/** `crashcart parse drbd-conf`. */
export const capturedDrbdConf: CapturedParser = captured(
  'drbd-conf',
  '/etc/drbd.conf of DRBD 0.7, 8.x and 9, or the output of drbdadm dump',
  parseDrbdConf,
);

interface Reading {
  answers: ReadonlyMap<string, Answer>;
  /** Lines of the files read; a file that includes itself is read once. */
  lines: Map<string, string[]>;
  resources: ConfNode[];
  common: ConfNode[];
  includes: Set<string>;
  unread: Set<string>;
  /** How many nodes were met that a drbd.conf has. */
  sections: number;
}

function readFile(reading: Reading, file: string, text: string): void {
  if (reading.lines.has(file)) return;
  reading.lines.set(file, text.split('\n'));
  const { nodes, broken } = readConfTree(file, text);
  for (const line of broken) complainAt(reading, file, line);
  for (const node of nodes) {
    if (takeAtTop(reading, node)) reading.sections += 1;
    else complainTo(reading)(node);
  }
}

function takeAtTop(reading: Reading, node: ConfNode): boolean {
  const [word, name, ...rest] = node.words;
  if (node.body === null) return word === 'include' && name !== undefined && rest.length === 0 && include(reading, node.file, name);
  if (word === 'skip') return true;
  if (word === 'resource' && name !== undefined && rest.length === 0) reading.resources.push(node);
  else if (word === 'common' && name === undefined) reading.common.push(node);
  else return word === 'global' && name === undefined;
  return true;
}

/** Reads the files an include names, of those that were asked for; always true: a pattern may match nothing. */
function include(reading: Reading, from: string, pattern: string): boolean {
  const absolute = pattern.startsWith('/') ? pattern : `${from.slice(0, from.lastIndexOf('/'))}/${pattern}`;
  reading.includes.add(absolute);
  const matches = [...reading.answers.keys()].filter((path) => matchesGlob(absolute, path)).sort();
  for (const path of matches) {
    const answer = reading.answers.get(path);
    if (answer?.status === 'ok' || answer?.status === 'cut') readFile(reading, path, answer.stdout);
    if (answer && answer.status !== 'ok') reading.unread.add(`${path}: not read completely (${answer.status})`);
  }
  return true;
}

function readCommon(reading: Reading, settings: ConfSettings, common: ConfNode): void {
  const complain = complainTo(reading);
  for (const node of common.body ?? []) if (!takeSetting(settings, node, complain)) complain(node);
}

/** The first section of each resource; another one of the same name is not understood. */
function namedOnce(reading: Reading): ConfNode[] {
  const names = new Set<string>();
  return reading.resources.filter((node) => {
    const name = node.words[1] ?? '';
    if (names.has(name)) complainTo(reading)(node);
    return !names.has(name) && names.add(name);
  });
}

function complainTo(reading: Reading): (node: ConfNode) => void {
  return (node) => complainAt(reading, node.file, node.line);
}

function complainAt(reading: Reading, file: string, line: number): void {
  reading.unread.add(`${file}:${line}: ${(reading.lines.get(file)?.[line - 1] ?? '').trim().slice(0, 200)}`);
}

/** Shell pattern with `*` in its last part, matched without backtracking. */
function matchesGlob(pattern: string, path: string): boolean {
  const base = pattern.lastIndexOf('/') + 1;
  const [name, inFolder] = [path.slice(base), path.slice(0, base) === pattern.slice(0, base)];
  const [first = '', ...rest] = pattern.slice(base).split('*');
  const last = rest.pop();
  if (!inFolder || name.includes('/') || !name.startsWith(first)) return false;
  if (last === undefined) return name === first;
  let at = first.length;
  for (const part of rest) {
    const found = name.indexOf(part, at);
    if (found < 0) return false;
    at = found + part.length;
  }
  return name.length - last.length >= at && name.endsWith(last);
}

/** Text in which nothing of a drbd.conf was found: what it says instead. */
function saysWhy(answer: Answer): Refusal {
  const text = textOf(answer);
  if (text.trim() === '') return refusal('no-answer', `${MAIN} was answered with nothing at all`, answer);
  const says = `"${(firstLine(text) ?? '').slice(0, 80)}"`;
  return complaintRefusal(answer, MAIN) ?? refusal('unreadable', `this is no drbd.conf, it has no section that one has: ${says}`, answer);
}
