// The kernel's mirror disks and other md arrays, from /proc/mdstat (md_seq_show of drivers/md/md.c).
import type { MdArray, MdStat, MdSync } from '../model/linux-facts.ts';
import { oneFile } from './probe.ts';
import type { Answer, Parsed } from './probe.ts';
import { captured } from './captured.ts';
import { complaintRefusal, firstLine, refusal, statusRefusal } from './refusal.ts';

const PATH = '/proc/mdstat';

/** Reads /proc/mdstat every 5 s; without the md module there is no such file. */
export const mdstat = oneFile('mdstat', PATH, 5, parseMdstat);

/** `crashcart parse mdstat`. */
export const capturedMdstat = captured('mdstat', PATH, parseMdstat);

/**
 * Reads the arrays. The kernel always ends with `unused devices:`; without that line arrays may be missing, and the
 * text counts as cut.
 */
export function parseMdstat(answer: Answer): Parsed<MdStat> {
  const refused = statusRefusal(answer, PATH) ?? complaintRefusal(answer, PATH);
  if (refused) return refused;
  const reading: Reading = { arrays: [], unread: [], current: null };
  let ended = false;
  for (const printed of answer.stdout.split('\n')) {
    const line = printed.trimEnd();
    if (line === '') continue;
    ended ||= /^unused devices:/.test(line);
    if (!takeLine(reading, line)) reading.unread.push(printed);
  }
  finishArray(reading);
  if (!ended && reading.arrays.length === 0 && !/^Personalities\b/m.test(answer.stdout)) {
    return refusal('unreadable', `this is no ${PATH}: ${firstLine(answer.stdout) ?? 'it is blank'}`, answer);
  }
  if (!ended) return refusal('cut', `${PATH} breaks off: its last line, "unused devices", is missing`, answer);
  return { answered: true, facts: { arrays: reading.arrays }, unread: reading.unread };
}

interface Reading {
  arrays: MdArray[];
  unread: string[];
  /** The array whose lines are read; `line` is its first, `mapped` whether its `[UU]` was understood. */
  current: { array: MdArray; line: string; mapped: boolean } | null;
}

const HEAD = /^(\S+) : (active|inactive|broken)(?: \((auto-read-only|read-only)\))?((?: \S+)*)$/;
const DISK = /^([^\s[\]]+)\[\d{1,5}\]((?:\([A-Z]\))*)$/;
const BLOCKS = /^\s+\d{1,18} blocks\b([\w ,.:/-]*)(?:\[(\d{1,4})\/(\d{1,4})\] \[([U_]{1,4096})\])?$/;
const PROGRESS = /^\s+(?:\[=*>?\.*\]\s+)?([a-z]{1,20})\s*=\s*(\d{1,3}\.\d)% \(\d+\/\d+\) finish=(\d{1,12}(?:\.\d)?)min speed=\d+K\/sec$/;
const WAITING = /^\s+([a-z]{1,20})\s*=\s*(DELAYED|PENDING|REMOTE)$/;
/** Lines that say nothing of how an array stands; the last two are those of kernel 2.4. */
const REST = /^(?:Personalities :(?: \[\w+\])*|unused devices:.*|\s+bitmap: .*|read_ahead (?:\d+ sectors|not set)|Event: \d+)$/;
/** Levels without redundancy print no `[UU]`: there a disk that fails is marked, or the array is gone. */
const PLAIN_LEVELS: ReadonlySet<string> = new Set(['raid0', 'linear', 'faulty']);

function takeLine(reading: Reading, line: string): boolean {
  if (REST.test(line)) return true;
  const head = HEAD.exec(line);
  if (head) return takeHead(reading, line, head);
  return reading.current !== null && (takeBlocks(reading.current, line) || takeSync(reading.current.array, line));
}

/** The line of an array; lines below belong to it until the next. Of two arrays of one name the first counts. */
function takeHead(reading: Reading, line: string, head: RegExpExecArray): boolean {
  finishArray(reading);
  const [, name = '', word = '', lock, rest = ''] = head;
  if (reading.arrays.some((array) => array.name === name)) return false;
  const words = rest.split(' ').filter((each) => each !== '');
  const level = words[0] !== undefined && /^[a-z][a-z0-9]{1,15}$/.test(words[0]) ? words[0] : null;
  const disks = words.slice(level === null ? 0 : 1).map(diskOf);
  const known = disks.filter((disk) => disk !== null);
  const array: MdArray = {
    name, level, active: word === 'active', readOnly: lock !== undefined, disksTotal: null, disksUp: null,
    degraded: word === 'broken' ? true : null, failed: known.filter((disk) => disk.mark.includes('F')).length, disks: known, sync: null,
  };
  const understood = known.length === disks.length && (level === null) === (word === 'inactive');
  reading.arrays.push(array);
  reading.current = { array, line, mapped: !understood };
  return understood;
}

function diskOf(word: string): MdArray['disks'][number] | null {
  const match = DISK.exec(word);
  return match ? { name: match[1] ?? '', mark: (match[2] ?? '').replace(/[()]/g, '') } : null;
}

function takeBlocks(current: NonNullable<Reading['current']>, line: string): boolean {
  const match = BLOCKS.exec(line);
  if (!match) return false;
  const { array } = current;
  const [, , total, up, map = ''] = match;
  if (total === undefined) {
    if (!PLAIN_LEVELS.has(array.level ?? '')) return !array.active;
    array.disksTotal = array.disks.length;
    array.disksUp = array.disks.length - array.failed;
    array.degraded = array.degraded === true || array.failed > 0;
    current.mapped = true;
    return true;
  }
  current.mapped = true;
  array.disksTotal = Number(total);
  const inStep = map.replaceAll('_', '').length;
  // Told twice on one line; where the two differ, neither is believed and nothing is called whole.
  const agree = inStep === Number(up) && map.length === Number(total);
  array.disksUp = agree ? inStep : null;
  array.degraded = !agree || inStep < map.length;
  return agree;
}

function takeSync(array: MdArray, line: string): boolean {
  const sync = syncOf(line);
  if (sync === null || array.sync !== null) return false;
  array.sync = sync;
  return true;
}

/** The kernel tells the time left in minutes, to the tenth. */
function syncOf(line: string): MdSync | null {
  const running = PROGRESS.exec(line);
  if (running) return { kind: running[1] ?? '', waits: null, donePercent: Math.min(100, Number(running[2])), finishSeconds: Math.round(Number(running[3]) * 60) };
  const waiting = WAITING.exec(line);
  return waiting ? { kind: waiting[1] ?? '', waits: waiting[2] ?? '', donePercent: null, finishSeconds: null } : null;
}

/** An active array of which nobody said whether it is whole was not understood. */
function finishArray(reading: Reading): void {
  const { current } = reading;
  if (current && current.array.active && !current.mapped) reading.unread.push(current.line);
  reading.current = null;
}
