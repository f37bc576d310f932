// The domains of a Xen host, from `xm list` or `xl list`.
import type { DomainState, XenDomain, XenList } from '../model/facts.ts';
import type { Answer, CommandProbe, Conversation, Parsed } from './probe.ts';
import { captured } from './captured.ts';
import { complaintRefusal, firstLine, refusal, statusRefusal, textOf } from './refusal.ts';
import type { Refusal } from './refusal.ts';

const MIB = 1_048_576;

/** Asks `xm list`; where that is absent or cannot be asked (xend down), `xl list`. */
export const xenList: CommandProbe<'xen-list'> = {
  name: 'xen-list',
  kind: 'commands',
  everySeconds: 5,
  deadlineSeconds: 8,
  ask,
};

/** `crashcart parse xen-list`: the contract's `domains[]`, beside them `tool` and the letters as printed. */
export const capturedXenList = captured('xen-list', 'the output of xm list or xl list', (answer) => parseXenList(answer));

function* ask(): Conversation<XenList> {
  const xm = parseXenList(yield ['xm', 'list'], 'xm');
  // A tool that hangs would hang in its other spelling too: the deadline is not spent twice.
  if (xm.answered || xm.kind === 'no-answer') return xm;
  const xl = parseXenList(yield ['xl', 'list'], 'xl');
  if (xl.answered) return xl;
  if (xm.kind === 'absent' && xl.kind === 'absent') return { ...xl, why: 'neither xm nor xl is there' };
  return xm.kind === 'absent' ? xl : xm;
}

/**
 * Reads the list of xm 3.0, 3.1 and later, and of xl (format strings of xm/main.py and xl_list.c). Lines before the
 * header and rows that are not understood are `unread`. No row at all is a cut list: every Xen host has Domain-0.
 */
export function parseXenList(answer: Answer, tool: 'xm' | 'xl' | null = null): Parsed<XenList> {
  const command = tool === null ? 'xm list or xl list' : `${tool} list`;
  const missing = statusRefusal(answer, command);
  if (missing) return missing;
  const lines = answer.stdout.split('\n').filter((line) => line.trim() !== '');
  const at = lines.findIndex((line) => headerOf(line) !== null);
  const header = headerOf(lines[at] ?? '');
  if (header === null) return withoutHeader(answer, command);
  if (answer.exit !== 0 && answer.exit !== null) return refusal('no-answer', `${command} ended with ${answer.exit}: ${firstLine(answer.stderr) ?? 'no reason given'}`, answer);

  const unread = lines.slice(0, at);
  const domains: XenDomain[] = [];
  for (const line of lines.slice(at + 1)) {
    const domain = domainOf(line, header);
    if (domain) domains.push(domain);
    if (!domain || domain.state === 'unknown') unread.push(line);
  }
  if (domains.length === 0) {
    return lines.length === at + 1
      ? refusal('cut', `${command} printed its header only, though every Xen host has Domain-0`, answer)
      : refusal('unreadable', `${command}: no line of the list was understood`, answer);
  }
  return { answered: true, facts: { tool: tool ?? header.tool, domains }, unread };
}

interface Header {
  /** Where the right-aligned ID column ends. */
  idEnd: number;
  /** True when columns follow Time(s): `xl list -v`, `-n`, `xm list --label`. */
  more: boolean;
  /** Only xl prints TABs in its header. */
  tool: 'xl' | null;
}

function headerOf(line: string): Header | null {
  const match = /^(\s*Name\s+ID)\s+Mem(?:\(MiB\))?\s+VCPUs\s+State\s+Time\(s\)(.*)$/.exec(line);
  if (!match) return null;
  return { idEnd: match[1]?.length ?? 0, more: (match[2] ?? '').trim() !== '', tool: line.includes('\t') ? 'xl' : null };
}

/** Name, ID, Mem, VCPUs, State, Time(s), read from the right because a long name pushes the rest out of its columns. */
const ROW = /^(\s*\S(?:.*?\S)?)(\s+)(\d{1,9})\s+(\d{1,9})\s+(\d{1,6})\s+([A-Za-z?-]{4,10})\s+(\d{1,12}\.\d{1,3})(\s.*)?$/;
/** A managed domain that does not run: blank ID and State. Strict (one word, three numbers) or it would eat broken rows. */
const OFF_ROW = /^\s*(\S+)\s+(\d{1,9})\s+(\d{1,6})\s+(\d{1,12}\.\d{1,3})(\s.*)?$/;
/** Security numbers that xm 3.0 adds behind Time(s). */
const SECURITY = /^\s+s:[0-9a-f]+\/p:[0-9a-f]+$/;

function domainOf(line: string, header: Header): XenDomain | null {
  const row = ROW.exec(line);
  if (row) {
    const [, indented = '', gap = '', id = '', memory, vcpus, letters = '', seconds, rest = ''] = row;
    const name = indented.trimStart();
    // A blank in a name is believed only where the ID stands in its column: else a lost number would join the name.
    const inColumn = indented.length + gap.length + id.length === header.idEnd || name.length > header.idEnd;
    if ((/\s/.test(name) && !inColumn) || !restFits(rest, header)) return null;
    return { name, id: Number(id), memoryBytes: Number(memory) * MIB, vcpus: Number(vcpus), state: stateOf(letters), letters, cpuSeconds: Number(seconds) };
  }
  const off = OFF_ROW.exec(line);
  if (!off || !restFits(off[5] ?? '', header)) return null;
  return { name: off[1] ?? '', id: null, memoryBytes: Number(off[2]) * MIB, vcpus: Number(off[3]), state: 'off', letters: '', cpuSeconds: Number(off[4]) };
}

function restFits(rest: string, header: Header): boolean {
  return rest.trim() === '' || header.more || SECURITY.test(rest.trimEnd());
}

/** Which letters may stand in which place. */
const PLACES = ['r', 'b', 'p', 's', 'crsw?', 'd'];

/** Reasons of a shutdown. A watchdog stopped a guest that hung: not an end that anybody asked for, thus a crash. */
const ENDS: Readonly<Record<string, DomainState>> = { '-': 'shutdown', r: 'shutdown', s: 'suspended', w: 'crashed' };

/**
 * The letters `rbpscd`, each in its place; `-` elsewhere. Very old xm prints the first four or five. No letter at all is
 * a domain on the run queue, thus running. xl prints in the fifth place the REASON of a shutdown: - r s c w ?.
 */
function stateOf(letters: string): DomainState {
  if (letters.length < 4 || letters.length > PLACES.length) return 'unknown';
  if ([...letters].some((letter, place) => letter !== '-' && !PLACES[place]?.includes(letter))) return 'unknown';
  const reason = letters[4] ?? '-';
  // While a domain is torn down xl prints `--pscd` whatever its end was: the `c` proves no crash then, and it no longer runs.
  if (letters[5] === 'd') return 'shutdown';
  if (reason === 'c') return 'crashed';
  if (letters[3] === 's') return ENDS[reason] ?? 'unknown';
  if (reason !== '-') return 'unknown';
  return letters[2] === 'p' ? 'paused' : 'running';
}

function withoutHeader(answer: Answer, command: string): Refusal {
  const text = textOf(answer);
  const line = firstLine(text);
  if (line === null) return refusal('no-answer', `${command} printed nothing${answer.exit ? ` and ended with ${answer.exit}` : ''}`, answer);
  const says = (pattern: RegExp): string | null => text.split('\n').find((each) => pattern.test(each))?.trim() ?? null;
  const forbidden = says(/need root access|as root|Permission denied|Operation not permitted/i);
  if (forbidden !== null) return refusal('forbidden', `${command}: ${forbidden}`, answer);
  const down = says(/connect to xend|xend running|different toolstack|^(?:xc|xencall|xenctrl|libxl|xentoollog|xl)\b.*error|^cannot init xl context/i);
  if (down !== null) return refusal('down', `${command}: ${down}`, answer);
  return complaintRefusal(answer, command) ?? refusal('unreadable', `${command}: not understood: ${line}`, answer);
}
