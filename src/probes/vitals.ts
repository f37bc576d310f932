// A node's vital signs, from the small files of /proc.
import type { Vitals } from '../model/facts.ts';
import type { Answer, FileProbe, Parsed } from './probe.ts';
import { captured } from './captured.ts';
import { complaintRefusal, firstLine, refusal, statusRefusal } from './refusal.ts';
import { parseLoad, parseMemory, parseStat, parseUptime, refuse } from './vitals-files.ts';

const LOADAVG = '/proc/loadavg';
const MEMINFO = '/proc/meminfo';
const UPTIME = '/proc/uptime';
const STAT = '/proc/stat';
const HOSTNAME = '/proc/sys/kernel/hostname';
const OSRELEASE = '/proc/sys/kernel/osrelease';
const BOOT_ID = '/proc/sys/kernel/random/boot_id';
const FILES = [LOADAVG, MEMINFO, UPTIME, STAT, HOSTNAME, OSRELEASE, BOOT_ID] as const;

/** Reads seven files of /proc every second. */
export const vitals: FileProbe<'vitals'> = { name: 'vitals', kind: 'files', everySeconds: 1, files: FILES, parse: parseVitals };

/** `crashcart parse loadavg`. */
export const capturedLoadavg = captured('loadavg', LOADAVG, (answer) => parseAlone(LOADAVG, answer), ({ load }) => ({ load }));
/** `crashcart parse meminfo`. */
export const capturedMeminfo = captured(
  'meminfo',
  MEMINFO,
  (answer) => parseAlone(MEMINFO, answer),
  ({ memoryTotalBytes, memoryFreeBytes, swapUsedBytes }) => ({ memoryTotalBytes, memoryFreeBytes, swapUsedBytes }),
);

/** A file that is missing or not understood leaves its fields null; refused only when none of the files could be read. */
export function parseVitals(answers: ReadonlyMap<string, Answer>): Parsed<Vitals> {
  const unread: string[] = [];
  const text = (path: string): string => readable(answers.get(path));
  if (FILES.every((path) => text(path) === '')) return noneOf(answers);
  const facts: Vitals = {
    nodeName: wordOf(text(HOSTNAME), /^[\w.()-]{1,255}$/, unread),
    kernel: wordOf(text(OSRELEASE), /^[!-~]{1,255}$/, unread),
    bootId: wordOf(text(BOOT_ID), /^[0-9a-f-]{8,64}$/i, unread),
    uptimeSeconds: parseUptime(text(UPTIME), unread),
    load: parseLoad(text(LOADAVG), unread),
    ...parseMemory(text(MEMINFO), unread),
    ...parseStat(text(STAT), answers.get(STAT)?.status === 'cut', unread),
  };
  return { answered: true, facts, unread };
}

/** The text of a file that was read, though perhaps not to its end: /proc/stat of a large machine is cut. */
function readable(answer: Answer | undefined): string {
  return answer && (answer.status === 'ok' || answer.status === 'cut') ? answer.stdout : '';
}

/** One file alone: of that a word at least must be understood. */
function parseAlone(path: string, answer: Answer): Parsed<Vitals> {
  const parsed = statusRefusal(answer, path) ?? complaintRefusal(answer, path) ?? parseVitals(new Map([[path, answer]]));
  if (!parsed.answered || Object.values(parsed.facts).some((value) => value !== null)) return parsed;
  return refusal('unreadable', `${path}: not understood: ${firstLine(answer.stdout) ?? 'it is blank'}`, answer);
}

function noneOf(answers: ReadonlyMap<string, Answer>): Parsed<Vitals> {
  const refused = [...answers].map(([path, answer]) => statusRefusal(answer, path)).find((each) => each !== null);
  if (refused) return refused;
  const asked = answers.size > 0;
  return { answered: false, kind: asked ? 'cut' : 'absent', why: asked ? 'the files of /proc are empty' : 'no file of /proc was read', raw: '' };
}

function wordOf(text: string, pattern: RegExp, unread: string[]): string | null {
  const word = text.trim();
  if (word === '') return null;
  if (pattern.test(word)) return word;
  return refuse(text, unread);
}
