// What each domain of a Xen host uses, from the last sample of `xentop -b`.
import type { DomainState, Xentop, XentopDomain } from '../model/xen-facts.ts';
import { captured } from './captured.ts';
import type { Answer, CommandProbe, Conversation, Parsed } from './probe.ts';
import { complaintRefusal, firstLine, refusal, statusRefusal, textOf } from './refusal.ts';
import type { Refusal } from './refusal.ts';

const KIB = 1024;
const COMMAND = 'xentop -b';

/**
 * One sample: a second one, for CPU(%), would hold up all other commands for a second, and the use of the CPU is known
 * from two looks at `xen-list`. With -f names are whole; older ones do not know it and are asked without.
 */
export const xentop: CommandProbe<'xentop'> = {
  name: 'xentop',
  kind: 'commands',
  everySeconds: 10,
  deadlineSeconds: 8,
  ask,
};

/** `crashcart parse xentop`: the contract's `domains[]`, beside them the letters as printed. */
export const capturedXentop = captured('xentop', 'the output of xentop -b, its last sample', parseXentop);

function* ask(): Conversation<Xentop> {
  const whole = yield ['xentop', '-b', '-f', '-i', '1'];
  const answer = isUsage(whole) ? yield ['xentop', '-b', '-i', '1'] : whole;
  const parsed = parseXentop(answer);
  // The tools of a host that was booted without Xen: `xen-list` says so, once is enough.
  return parsed.answered || parsed.kind !== 'down' ? parsed : { ...parsed, kind: 'absent' };
}

/**
 * Reads the samples of any version by the words of their header (xenstat/xentop/xentop.c); the facts are of the last
 * one. CPU(%) is null where only a first sample was printed, in which it is 0.0 for all. Bytes, seconds, percent.
 */
export function parseXentop(answer: Answer): Parsed<Xentop> {
  const missing = statusRefusal(answer, COMMAND);
  if (missing) return missing;
  const lines = answer.stdout.split('\n').filter((line) => line.trim() !== '');
  const heads = lines.flatMap((line, at) => (columnsOf(line) ? [at] : []));
  const last = heads.at(-1);
  const columns = columnsOf(lines[last ?? -1] ?? '');
  if (last === undefined || !columns) return withoutHeader(answer);
  if (answer.exit !== 0 && answer.exit !== null) return refusal('no-answer', `${COMMAND} ended with ${answer.exit}: ${firstLine(answer.stderr) ?? 'no reason given'}`, answer);

  const unread = lines.slice(0, last).filter((line, at) => !heads.includes(at) && !rowOf(line, columns));
  const domains: XentopDomain[] = [];
  for (const line of lines.slice(last + 1)) {
    const domain = rowOf(line, columns);
    if (domain) domains.push(domain);
    if (!domain || domain.state === 'unknown') unread.push(line);
  }
  if (domains.length === 0) {
    return lines.length === last + 1
      ? refusal('cut', `${COMMAND} breaks off behind its header, though every Xen host has Domain-0`, answer)
      : refusal('unreadable', `${COMMAND}: no line of its last sample was understood`, answer);
  }
  const measured = heads.length > 1 || domains.some((domain) => domain.cpuPercent !== null && domain.cpuPercent > 0);
  return { answered: true, facts: { domains: measured ? domains : domains.map((domain) => ({ ...domain, cpuPercent: null })) }, unread };
}

/** Columns that every version prints, beside those of block sectors and the security label. */
const NEEDED = ['CPU(sec)', 'CPU(%)', 'MEM(k)', 'MAXMEM(k)', 'VCPUS', 'NETTX(k)', 'NETRX(k)', 'VBD_RD', 'VBD_WR'];

/** The columns behind NAME and STATE; null: the line is no header. */
function columnsOf(line: string): string[] | null {
  const [name, state, ...columns] = line.trim().split(/\s+/);
  return name === 'NAME' && state === 'STATE' && NEEDED.every((column) => columns.includes(column)) ? columns : null;
}

/** Name, letters, the rest. A long name pushes the rest to the right, and `no limit` has a blank in it. */
const ROW = /^\s*(\S{1,256}(?: \S{1,256}){0,8}?)\s+([A-Za-z?-]{6})\s+(\d.*)$/;

function rowOf(line: string, columns: readonly string[]): XentopDomain | null {
  const match = line.length > 1024 ? null : ROW.exec(line.trimEnd());
  if (!match) return null;
  const cells = (match[3] ?? '').replace('no limit', 'no-limit').split(/\s+/);
  if (cells.length !== columns.length || !cells.every((cell) => /^(?:\d{1,18}(?:\.\d{1,3})?|no-limit|n\/a)$/.test(cell))) return null;
  const cell = (name: string): string => cells[columns.indexOf(name)] ?? '';
  const counted = (name: string): number | null => (/^\d{1,15}$/.test(cell(name)) ? Number(cell(name)) : null);
  const bytes = (name: string): number | null => {
    const kibibytes = counted(name);
    return kibibytes === null || kibibytes * KIB > Number.MAX_SAFE_INTEGER ? null : kibibytes * KIB;
  };
  const measured = (name: string): number | null => (/^\d{1,12}(?:\.\d{1,3})?$/.test(cell(name)) ? Number(cell(name)) : null);
  const letters = match[2] ?? '';
  return {
    name: match[1] ?? '', state: stateOf(letters), letters, cpuSeconds: measured('CPU(sec)'), cpuPercent: measured('CPU(%)'),
    memoryBytes: bytes('MEM(k)'), maxMemoryBytes: bytes('MAXMEM(k)'), vcpus: counted('VCPUS'),
    networkSentBytes: bytes('NETTX(k)'), networkReceivedBytes: bytes('NETRX(k)'), diskReads: counted('VBD_RD'), diskWrites: counted('VBD_WR'),
  };
}

/** The order of xentop's letters, which is not xm's: dying, shutdown, blocked, crashed, paused, running. */
const PLACES = 'dsbcpr';

/** None at all is a domain on the run queue, thus running. */
function stateOf(letters: string): DomainState {
  if ([...letters].some((letter, place) => letter !== '-' && letter !== PLACES[place])) return 'unknown';
  if (letters.startsWith('d')) return 'shutdown';
  if (letters[3] === 'c') return 'crashed';
  if (letters[1] === 's') return 'shutdown';
  return letters[4] === 'p' ? 'paused' : 'running';
}

/** An xentop that does not know -f says how it is called, and nothing else. */
function isUsage(answer: Answer): boolean {
  return answer.status === 'ok' && answer.exit !== 127 && /^(?:Usage: xentop|xentop: (?:invalid|unrecognized) option)/m.test(textOf(answer)) && !/^\s*NAME\s+STATE\s/m.test(answer.stdout);
}

function withoutHeader(answer: Answer): Refusal {
  const text = textOf(answer);
  const line = firstLine(text);
  if (line === null) return refusal('no-answer', `${COMMAND} printed nothing${answer.exit ? ` and ended with ${answer.exit}` : ''}`, answer);
  const says = (pattern: RegExp): string | null => text.split('\n').find((each) => pattern.test(each))?.trim() ?? null;
  const forbidden = says(/need root|as root|Permission denied|Operation not permitted/i);
  if (forbidden !== null) return refusal('forbidden', `${COMMAND}: ${forbidden}`, answer);
  const down = says(/initiali[sz]e xenstat|privileged command interface|^(?:xc|xencall|xenctrl|libxl|xs)\b.*error/i);
  if (down !== null) return refusal('down', `${COMMAND}: ${down}`, answer);
  return complaintRefusal(answer, COMMAND) ?? refusal('unreadable', `${COMMAND}: not understood: ${line}`, answer);
}
