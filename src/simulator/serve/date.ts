// `date` on a node: this machine's own program shows the node's time; it never sets this machine's clock.
import type { SimNode } from '../world/shapes.ts';
import type { Answer } from './answer.ts';

/** Options that only say how the time is shown. A -d of the caller's counts, the last one wins. */
const SHOWS = /^(-u|--utc|--universal|-R|--rfc-email|--rfc-822|-I\w*|--iso-8601(=\w+)?|--rfc-3339=\w+|-d|-d.+|--date|--date=.+|\+[^]*|--help|--version)$/;

/** Answers one `date`: shows the node's clock in its own way, sets it for `-s` (@SECONDS, or a date and time, UTC). */
export function dateAnswer(words: readonly string[], node: SimNode, answer: Answer): void {
  const wanted = setting(words);
  if (wanted !== null) {
    const ms = timeOf(wanted, node.clock());
    if (ms === null) {
      answer.print('err', `date: invalid date '${wanted}'\n`);
      answer.exit(1);
      return;
    }
    node.clockAheadMs += ms - node.clock();
    answer.print('out', `${new Date(ms).toUTCString()}\n`);
    answer.exit(0);
    return;
  }
  const strange = words.find((word, index) => !SHOWS.test(word) && !/^(-d|--date)$/.test(words[index - 1] ?? ''));
  if (strange !== undefined) {
    answer.print('err', `date: '${strange}' is not for a simulated node: here date takes -u, -R, -I, -d WHEN, -s WHEN and +FORMAT\n`);
    answer.exit(1);
    return;
  }
  answer.date((node.clock() / 1000).toFixed(6));
}

/** What `-s WHEN`, `-sWHEN` or `--set=WHEN` asks for; null: nothing is to be set. */
function setting(words: readonly string[]): string | null {
  const at = words.findIndex((word) => word === '-s' || word === '--set');
  if (at >= 0) return words[at + 1] ?? '';
  const joined = words.find((word) => /^(-s.|--set=)/.test(word));
  return joined === undefined ? null : joined.replace(/^(-s|--set=)/, '');
}

/** Epoch ms; null for what is no time. A time of day alone is today's. */
function timeOf(text: string, now: number): number | null {
  const [, seconds] = /^@(-?\d{1,11}(?:\.\d+)?)$/.exec(text) ?? [];
  if (seconds !== undefined) return Number(seconds) * 1000;
  const full = /^\d{1,2}:\d{2}(:\d{2})?$/.test(text) ? `${new Date(now).toISOString().slice(0, 10)}T${text.padStart(text.length < 6 ? 5 : 8, '0')}` : text.trim().replace(' ', 'T');
  const ms = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2})?)?$/.test(full) ? Date.parse(full.length > 10 ? `${full}Z` : full) : Number.NaN;
  return Number.isNaN(ms) ? null : ms;
}
