// Times on the operator's clock (the zone of this machine), absolute or relative.
import { duration } from '../model/words.ts';

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const DAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];

/** `11:22:33`. */
export function clockTime(at: number): string {
  const date = new Date(at);
  return [date.getHours(), date.getMinutes(), date.getSeconds()].map((part) => String(part).padStart(2, '0')).join(':');
}

/** `14 Feb`. */
export function shortDay(at: number): string {
  const date = new Date(at);
  return `${date.getDate()} ${MONTHS[date.getMonth()] ?? ''}`;
}

/** `Thu 15 Feb 2007`. */
export function longDay(at: number): string {
  const date = new Date(at);
  return `${DAYS[date.getDay()] ?? ''} ${shortDay(at)} ${date.getFullYear()}`;
}

/** Whether two times (epoch ms) fall on the same day in this machine's zone. */
export function sameDay(a: number, b: number): boolean {
  return new Date(a).toDateString() === new Date(b).toDateString();
}

/** Eight cells at most: the time today, the day before that, or how long ago. */
export function shortTime(at: number, now: number, relative: boolean): string {
  if (relative) return relativeTime(at, now);
  return sameDay(at, now) ? clockTime(at) : shortDay(at);
}

/** `-0:42`, `-12 d`. */
export function relativeTime(at: number, now: number): string {
  return at > now + 1000 ? `+${duration((at - now) / 1000)}` : `-${duration((now - at) / 1000)}`;
}

/** `+0.02 s ±0.01`: a node's clock against ours; from a minute on `+366 d`. */
export function clockOffset(offsetSeconds: number, errorSeconds: number, tolerance: string): string {
  const size = Math.abs(offsetSeconds).toFixed(2);
  const sign = offsetSeconds < 0 && size !== '0.00' ? '-' : '+';
  return Math.abs(offsetSeconds) >= 60 ? sign + duration(Math.abs(offsetSeconds)) : `${sign}${size} s ${tolerance}${errorSeconds.toFixed(2)}`;
}

/** How long a node is up: `12 d`, `5 h`, `12:30`. */
export function uptime(seconds: number): string {
  if (seconds >= 86_400 || seconds < 3600) return duration(seconds);
  return `${Math.floor(seconds / 3600)} h`;
}
