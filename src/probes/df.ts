// How full the file systems are, from df.
import type { FileSystem, FileSystems } from '../model/linux-facts.ts';
import type { Answer, CommandProbe, Conversation, Parsed } from './probe.ts';
import { captured } from './captured.ts';
import { complaintRefusal, firstLine, refusal, statusRefusal, textOf } from './refusal.ts';

/**
 * By its path, which is that of every Linux and of busybox: a df found elsewhere in PATH could be that of another
 * machine where a node is a directory.
 */
const DF = '/bin/df';

/**
 * Asks for local file systems only, as a dead NFS server makes df hang; a df that has no `-l` (busybox) is asked without.
 * Always with -P, or long names break the line.
 */
export const df: CommandProbe<'file-systems'> = { name: 'file-systems', kind: 'commands', everySeconds: 30, deadlineSeconds: 8, ask };

/** `crashcart parse df`. */
export const capturedDf = captured('df', 'the output of df -P -k, or of df', parseDf);

function* ask(): Conversation<FileSystems> {
  const local = yield [DF, '-P', '-k', '-l'];
  const knowsNot = local.status === 'ok' && local.stdout.trim() === '' && /(?:invalid|unrecognized|illegal|unknown) option/i.test(local.stderr);
  return parseDf(knowsNot ? yield [DF, '-P', '-k'] : local);
}

/**
 * One mount a line. Rounded sizes (`df -h`) are null, percentages stay. What df could not look at is in `failures`;
 * lines that are not understood are `unread`.
 */
export function parseDf(answer: Answer): Parsed<FileSystems> {
  const refused = statusRefusal(answer, 'df');
  if (refused) return refused;
  const lines = answer.stdout.split('\n').filter((line) => line.trim() !== '');
  const at = lines.findIndex((line) => HEADER.test(line));
  if (at < 0) return withoutHeader(answer);
  const unit = unitOf(HEADER.exec(lines[at] ?? '')?.[1] ?? '');
  const facts: FileSystems = { mounts: [], failures: [] };
  const complaints = [...lines.slice(0, at), ...answer.stderr.split('\n').filter((line) => line.trim() !== '')];
  const unread = takeRows(facts, joined(lines.slice(at + 1)), unit);
  unread.push(...complaints.filter((line) => !takeFailure(facts, line)));
  // Every node has a root.
  if (facts.mounts.length === 0) return refusal('cut', `df printed its header and no file system: ${firstLine(unread.join('\n')) ?? 'nothing more'}`, answer);
  return { answered: true, facts, unread };
}

const HEADER = /^Filesystem\s+(\S+)\s+Used\s+Avail(?:able)?\s+(?:Use%|Capacity)\s+Mounted on\s*$/;
/** Size, used, free, percent, path; the device before them may hold blanks. */
const ROW = /\s(\d[\d.]{0,17}[KMGTPE]?|-)\s+(\d[\d.]{0,17}[KMGTPE]?|-)\s+(-?\d[\d.]{0,17}[KMGTPE]?|-)\s+(\d{1,4}%|-)\s+(\/.*)$/;
/** Quotes as coreutils of 2006, of today, and of a UTF-8 locale print them. */
const FAILURE = /^df: [`'"\u2018]?(\/[^:]{0,4095}?)['"\u2019]?: (\S.{0,300})$/;

function takeRows(facts: FileSystems, lines: readonly string[], unit: number | null): string[] {
  return lines.filter((line) => {
    const mount = mountOf(line, unit);
    if (mount) facts.mounts.push(mount);
    return !mount && !takeFailure(facts, line);
  });
}

/** Without -P a device whose name is long stands on a line of its own, its numbers on the next. */
function joined(lines: readonly string[]): string[] {
  const whole: string[] = [];
  for (const line of lines) {
    const before = whole.at(-1);
    if (before !== undefined && /^\s+\d/.test(line) && /^\S+$/.test(before)) whole[whole.length - 1] = before + line;
    else whole.push(line);
  }
  return whole;
}

function mountOf(line: string, unit: number | null): FileSystem | null {
  const match = ROW.exec(line);
  const device = line.slice(0, match?.index ?? 0).trim();
  if (!match || device === '') return null;
  const [, size = '', used = '', free = '', percent = '', path = ''] = match;
  const bytes = (text: string): number | null => (unit !== null && /^\d+$/.test(text) ? Number(text) * unit : null);
  return {
    device, path,
    sizeBytes: bytes(size),
    usedBytes: bytes(used),
    // Below zero the part kept for root is in use: nobody else may write.
    freeBytes: free.startsWith('-') && free !== '-' && unit !== null ? 0 : bytes(free),
    usedPercent: percent === '-' ? null : Math.min(100, Number(percent.slice(0, -1))),
  };
}

/** Bytes a block; null where sizes are rounded (`Size` of df -h, blocks of a megabyte and more). */
function unitOf(blocks: string): number | null {
  return new Map([['1024-blocks', 1024], ['1K-blocks', 1024], ['1k-blocks', 1024], ['512-blocks', 512], ['1B-blocks', 1], ['1-blocks', 1]]).get(blocks) ?? null;
}

function takeFailure(facts: FileSystems, line: string): boolean {
  const match = FAILURE.exec(line.trimEnd());
  if (!match) return false;
  facts.failures.push({ path: match[1] ?? '', why: match[2] ?? '' });
  return true;
}

function withoutHeader(answer: Answer): Parsed<FileSystems> {
  const line = firstLine(textOf(answer));
  if (line === null) return refusal('no-answer', `df printed nothing${answer.exit ? ` and ended with ${answer.exit}` : ''}`, answer);
  const complaint = complaintRefusal(answer, 'df');
  if (complaint) return complaint;
  return /^df: /.test(line) ? refusal('no-answer', line, answer) : refusal('unreadable', `df: not understood: ${line}`, answer);
}
