// The watchdog devices, as the kernel tells in /sys. /dev/watchdog itself is never opened: that would arm it.
import type { Watchdog, WatchdogDevice } from '../model/linux-facts.ts';
import type { Answer, FileProbe, Parsed } from './probe.ts';
import { statusRefusal } from './refusal.ts';

/** More than the hardware's and the software's own is not seen in practice. */
const NAMES = ['watchdog0', 'watchdog1', 'watchdog2', 'watchdog3'] as const;
const PARTS = ['dev', 'identity', 'state', 'timeout'] as const;
const CLASS = '/sys/class/watchdog';
/** The device of kernels before 3.5, which had one and told nothing of it; later ones keep the name for the first. */
const OLD = '/sys/class/misc/watchdog/dev';

/** Reads the attributes of up to four devices once a minute. */
export const watchdog: FileProbe<'watchdog'> = {
  name: 'watchdog',
  kind: 'files',
  everySeconds: 60,
  files: [...NAMES.flatMap((name) => PARTS.map((part) => `${CLASS}/${name}/${part}`)), OLD],
  parse: parseWatchdog,
};

/**
 * The devices that are there. `dev` is there for each; the rest only where the kernel was built to tell
 * (CONFIG_WATCHDOG_SYSFS, from 4.5), and is null elsewhere. States other than active and inactive are `unread`.
 */
export function parseWatchdog(answers: ReadonlyMap<string, Answer>): Parsed<Watchdog> {
  const unread: string[] = [];
  const isThere = (path: string): boolean => (answers.get(path)?.status ?? 'absent') !== 'absent';
  const devices: WatchdogDevice[] = NAMES
    .filter((name) => PARTS.some((part) => isThere(`${CLASS}/${name}/${part}`)))
    .map((name) => {
      const text = (part: (typeof PARTS)[number]): string => textOf(answers.get(`${CLASS}/${name}/${part}`));
      return { name, identity: text('identity') || null, state: stateOf(text('state'), unread), timeoutSeconds: secondsOf(text('timeout'), unread) };
    });
  if (devices.length > 0) return { answered: true, facts: { devices }, unread };
  const old = answers.get(OLD);
  const refused = old && statusRefusal(old, OLD);
  if (!old || refused?.kind === 'absent') return { answered: false, kind: 'absent', why: 'this node has no watchdog device', raw: '' };
  return refused ?? { answered: true, facts: { devices: [{ name: 'watchdog', identity: null, state: null, timeoutSeconds: null }] }, unread };
}

function textOf(answer: Answer | undefined): string {
  return answer?.status === 'ok' ? answer.stdout.trim().slice(0, 200) : '';
}

function stateOf(text: string, unread: string[]): string | null {
  if (text !== '' && text !== 'active' && text !== 'inactive') unread.push(text);
  return text || null;
}

function secondsOf(text: string, unread: string[]): number | null {
  if (/^\d{1,9}$/.test(text)) return Number(text);
  if (text !== '') unread.push(text);
  return null;
}
