// Probe `drbdadm`: the names, devices and lower disks behind the minors, as this node's own tool resolves them.
import type { DrbdAdm } from '../model/facts.ts';
import type { Answer, CommandProbe, Conversation } from './probe.ts';
import { firstLine, refusal, statusRefusal, textOf } from './refusal.ts';
import type { Refusal } from './refusal.ts';

type Entry = DrbdAdm['resources'][number];
/** The lines of a good answer; or that nobody answers any more; or what one command said against it. */
type Lines = { lines: string[] } | { stop: Refusal } | { refused: string };

const NAME = /^[A-Za-z0-9_][A-Za-z0-9._:@+-]{0,63}$/;
const MAX_RESOURCES = 256;
const TOOL = 'drbdadm';

/** `drbdadm sh-resources`, then `sh-dev` and `sh-ll-dev` of each, every minute. */
export const drbdadm: CommandProbe<'drbdadm'> = {
  name: 'drbdadm',
  kind: 'commands',
  everySeconds: 60,
  deadlineSeconds: 10,
  ask: askDrbdadm,
};

/** The conversation; works with 0.7 too, which knows these three commands. At most 256 resources are asked about. */
export function* askDrbdadm(): Conversation<DrbdAdm> {
  const answer = yield [TOOL, 'sh-resources'];
  const listed = linesOf(answer, 'sh-resources');
  if ('stop' in listed) return listed.stop;
  if (nothingConfigured(answer)) return { answered: true, facts: { resources: [] }, unread: [] };
  if ('refused' in listed) return refusedAll(answer, listed.refused);
  if (answer.stdout === '') return refusal('no-answer', `${TOOL} sh-resources answered with nothing at all`, answer);
  const { names, unread } = checkedNames(listed.lines);
  const resources: Entry[] = [];
  for (const name of names) {
    const devices = linesOf(yield [TOOL, 'sh-dev', name], `sh-dev ${name}`);
    if ('stop' in devices) return devices.stop;
    if ('refused' in devices) {
      unread.push(devices.refused);
      continue;
    }
    const disks = linesOf(yield [TOOL, 'sh-ll-dev', name], `sh-ll-dev ${name}`);
    if ('stop' in disks) return disks.stop;
    if ('refused' in disks) unread.push(disks.refused);
    const entries = entriesOf(name, devices.lines, 'lines' in disks ? disks.lines : [], unread);
    if (entries.some((entry) => entry.minor === null)) {
      const minors = linesOf(yield [TOOL, 'sh-minor', name], `sh-minor ${name}`);
      if ('stop' in minors) return minors.stop;
      if ('lines' in minors) giveMinors(entries, minors.lines);
    }
    resources.push(...entries);
  }
  return { answered: true, facts: { resources }, unread };
}

/** The words of `sh-resources` (one line, blanks between), each once; what cannot be a name is never asked about. */
function checkedNames(lines: readonly string[]): { names: string[]; unread: string[] } {
  const words = [...new Set(lines.flatMap((line) => line.split(/\s+/)).filter((word) => word !== ''))];
  const good = words.filter((word) => NAME.test(word));
  const names = good.slice(0, MAX_RESOURCES);
  return { names, unread: words.filter((word) => !names.includes(word)) };
}

/** One entry per line of `sh-dev`; the n-th disk belongs to the n-th device, or to nobody where the counts differ. */
function entriesOf(name: string, devices: readonly string[], disks: readonly string[], unread: string[]): Entry[] {
  const paired = devices.length === disks.length;
  if (!paired) unread.push(...disks.map((disk) => `${TOOL} sh-ll-dev ${name}: ${disk}`));
  return devices.flatMap((line, volume) => {
    const device = /^(?:minor )?\d{1,7}$/.test(line) ? `/dev/drbd${line.replace('minor ', '')}` : line;
    if (!/^\/\S+$/.test(device)) {
      unread.push(`${TOOL} sh-dev ${name}: ${line}`);
      return [];
    }
    return [{ name, volume, device, minor: minorOf(device), disk: paired ? disks[volume] ?? null : null }];
  });
}

/** Minors of devices with names of their own (`/dev/drbd_r0`), from a tool that has `sh-minor` (not 0.7). */
function giveMinors(entries: readonly Entry[], lines: readonly string[]): void {
  if (lines.length !== entries.length || !lines.every((line) => /^\d{1,7}$/.test(line))) return;
  entries.forEach((entry, index) => {
    entry.minor = Number(lines[index]);
  });
}

function minorOf(device: string): number | null {
  const digits = /^\/dev\/drbd(\d{1,7})$/.exec(device)?.[1];
  return digits === undefined ? null : Number(digits);
}

/** Sorts an answer: usable lines, one refused command, or nobody there to ask the next one. */
function linesOf(answer: Answer, what: string): Lines {
  const asked = `${TOOL} ${what}`;
  const gone = statusRefusal(answer, asked);
  if (gone) return { stop: gone };
  if (answer.exit === 126) return { stop: refusal('forbidden', `${asked}: not to be run by this account`, answer) };
  if (answer.exit !== 0) return { refused: `${asked}: ${complaint(answer) ?? `exit status ${answer.exit ?? 'unknown'}`}` };
  return { lines: answer.stdout.split(/\r?\n/).map((line) => line.trim()).filter((line) => line !== '') };
}

/** `sh-resources` itself was refused. */
function refusedAll(answer: Answer, says: string): Refusal {
  const text = textOf(answer);
  if (/permission denied|not permitted/i.test(text)) return refusal('forbidden', says, answer);
  return refusal(/no such file|can ?not open/i.test(text) ? 'absent' : 'unreadable', says, answer);
}

/** What drbdadm says, on stderr, when its configuration holds no resource. */
function nothingConfigured(answer: Answer): boolean {
  return /no resources defined/i.test(textOf(answer));
}

/** What a refused command says, short enough for a sentence. */
function complaint(answer: Answer): string | null {
  return (firstLine(answer.stderr) ?? firstLine(answer.stdout))?.slice(0, 120) ?? null;
}
