// Durations, sizes and percentages in the words of the screens (one place, so that a sentence and a table agree).

/** `0:42`, `3:10`, `2:05:00`, from a day on `12 d`. Negative counts as 0. */
export function duration(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  if (whole >= 86_400) return `${Math.floor(whole / 86_400)} d`;
  const two = (n: number): string => String(n).padStart(2, '0');
  const minutes = Math.floor(whole / 60) % 60;
  const hours = Math.floor(whole / 3600);
  return hours > 0 ? `${hours}:${two(minutes)}:${two(whole % 60)}` : `${minutes}:${two(whole % 60)}`;
}

/** Age beside a fact: `7 s`, `48 s`, from a minute on as `duration`. */
export function age(seconds: number): string {
  return seconds < 60 ? `${Math.max(0, Math.floor(seconds))} s` : duration(seconds);
}

/** `297 MB`, `3.1 GB`, `64 kB`: powers of 1024, one decimal below 10 from MB on. */
export function bytes(count: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB', 'PB'];
  let value = Math.max(0, count);
  let unit = 0;
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024;
    unit += 1;
  }
  const digits = unit >= 2 && value < 10 && value % 1 !== 0 ? 1 : 0;
  return `${value.toFixed(digits)} ${units[unit]}`;
}

/** `42 %`; a sync is never shown as 100 % while it goes on. */
export function percent(value: number): string {
  return `${Math.min(99, Math.floor(value))} %`;
}

/** `a`, `a and b`, `a, b and c`. */
export function list(words: readonly string[]): string {
  if (words.length <= 1) return words[0] ?? '';
  return `${words.slice(0, -1).join(', ')} and ${words.at(-1) ?? ''}`;
}

/** `1 node`, `2 nodes`. */
export function count(n: number, noun: string): string {
  return `${n} ${noun}${n === 1 ? '' : 's'}`;
}
