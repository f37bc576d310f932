// The progress lines of /proc/drbd: the bar with what is left of what, and when it will be finished at what speed.
import type { DrbdSync } from '../model/facts.ts';
import { kibibytes, plain } from './proc-drbd-words.ts';

/** What one progress line says; `complete` is false where a part of it was not understood. */
export interface ProgressLine {
  says: Partial<DrbdSync>;
  complete: boolean;
}

const AMOUNT = String.raw`(-?\d{1,3}(?:,\d{3})+|-?\d{1,15})`;
const DONE = /^(?:\[[=>.]*\] *)?(?:\.\.\. +)?(sync['’´\x60]ed|verified): *(\d{1,3}(?:\.\d+)?)% *\((\d{1,15})\/(\d{1,15})\) *([KM])(?=\W|finish|stalled|$)(.*)$/;
const DELAY = /^(?:queue_delay: *\d+(?:\.\d+)? *ms|delay_probe: *\d+) */;
const FINISH = new RegExp(
  String.raw`^finish: *(?:(\d{1,9}):(\d\d):(\d\d)|∞) +speed: *${AMOUNT} *\((?:${AMOUNT} +-- +)?${AMOUNT}\)` +
    String.raw`(?: +want: *${AMOUNT})? *K\/sec( \(stalled\))?(.*)$`,
);
const POSITION = /^\d{1,3}% sector pos: \d+\/\d+(?: stop sector: \d+)?$/;

/** A sync nobody has said anything about yet. */
export function unknownSync(kind: DrbdSync['kind']): DrbdSync {
  return {
    kind, donePercent: null, remainingBytes: null, totalBytes: null, finishSeconds: null, speedBytesPerSecond: null,
    averageBytesPerSecond: null, wantBytesPerSecond: null, stalled: false,
  };
}

/** The bar's line, the `finish:` line or both glued, `stalled`, or a sector position; null: it is none of them. */
export function readProgress(line: string): ProgressLine | null {
  const text = plain(line);
  return readDone(text) ?? readFinish(text) ?? (POSITION.test(text) ? { says: {}, complete: true } : null);
}

/** `[===>....] sync'ed: 12.3% (left/total)K`: the first number is what is LEFT. */
function readDone(text: string): ProgressLine | null {
  const found = DONE.exec(text);
  if (!found) return null;
  const [, word, percent, left, total, unit, behind] = found;
  const scale = unit === 'M' ? 1024 : 1;
  const says: Partial<DrbdSync> = {
    kind: word === 'verified' ? 'verify' : 'resync',
    donePercent: Number(percent) <= 100 ? Number(percent) : null,
    remainingBytes: scaled(left, scale),
    totalBytes: scaled(total, scale),
  };
  const rest = afterDelays(behind ?? '');
  if (rest === '') return { says, complete: says.donePercent !== null };
  const finish = readFinish(rest);
  return finish ? { says: { ...says, ...finish.says }, complete: finish.complete } : { says, complete: false };
}

/** `finish: H:MM:SS speed: now (average) want: N K/sec (stalled)`, or only `stalled`. */
function readFinish(text: string): ProgressLine | null {
  if (text === 'stalled') return { says: { stalled: true }, complete: true };
  const found = FINISH.exec(text);
  if (!found) return null;
  const [, hours, minutes, seconds, speed, , average, want, stalled, behind] = found;
  return {
    says: {
      finishSeconds: hours === undefined ? null : Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds),
      speedBytesPerSecond: kibibytes(speed ?? ''),
      averageBytesPerSecond: kibibytes(average ?? ''),
      wantBytesPerSecond: want === undefined ? null : kibibytes(want),
      stalled: stalled !== undefined,
    },
    complete: afterDelays(behind ?? '') === '',
  };
}

/** 8.3.8 puts figures of its own between the parts; they are known and not wanted. */
function afterDelays(text: string): string {
  let rest = text.trim();
  while (DELAY.test(rest)) rest = rest.replace(DELAY, '');
  return rest;
}

function scaled(digits: string | undefined, scale: number): number | null {
  const value = kibibytes(digits ?? '');
  return value === null || !Number.isSafeInteger(value * scale) ? null : value * scale;
}
