// The arrow between the two sides of a replica: from Primary to Secondary, with the bar in it while it copies.
import { connectionKind } from '../model/drbd-words.ts';
import type { Replica } from '../model/joined.ts';
import { connectionOf, doneText, receiverOf } from './map-marks.ts';
import type { Look } from './symbols.ts';
import { bar, cells, fit } from './text.ts';
import type { Token } from './theme.ts';

export interface Arrow {
  /** Exactly `width` cells. */
  text: string;
  token: Token | null;
}

/** The arrow of a replica between `left` and `right`, `width` cells; `label` stands for the connection's word. */
export function arrowOf(replica: Replica, left: string, right: string, width: number, look: Look, label?: string): Arrow {
  const connection = connectionOf(replica);
  const token: Token | null = connection.stale ? 'stale' : null;
  if (connection.word === null) return { text: centred('not heard', width), token: 'stale' };
  const leftWrites = replica.primaries.includes(left);
  const rightWrites = replica.primaries.includes(right);
  const word = `${replica.protocol ?? ''} ${label ?? connection.word}`.trim();
  const two = leftWrites && rightWrites;
  if (!connection.talking) return { text: broken(connection.word, replica, label, width, look, rightWrites && !leftWrites, two), token: token ?? 'alert' };
  const receiver = receiverOf(replica);
  if (replica.state === 'syncing' && receiver !== null) {
    return { text: copying(replica, receiver === left, width, look), token: token ?? 'warn' };
  }
  if (replica.state === 'verifying') return { text: lineWith(`${word} ${doneText(replica)}`, '', '', width, look), token };
  if (two && !replica.allowTwoPrimaries) {
    const { line, bad } = look.signs;
    const head = `${line} ${fit(word, width - 6, look)} `;
    return { text: `${head}${line}${bad}`.padEnd(width, line), token: token ?? 'alert' };
  }
  return { text: lineWith(word, rightWrites ? look.signs.toLeft : '', leftWrites ? look.signs.toRight : '', width, look), token };
}

/** `━ C Connected ━━▶`: the head side gets the longer line. */
function lineWith(word: string, leftHead: string, rightHead: string, width: number, look: Look): string {
  const { line } = look.signs;
  const room = Math.max(0, width - 4);
  const text = ` ${fit(cells(word) > room ? word.replace(/^[ABC] /, '') : word, room, look)} `;
  const rest = Math.max(0, width - cells(text) - leftHead.length - rightHead.length);
  const shorter = Math.floor(rest / 3) || Math.min(1, rest);
  const before = leftHead !== '' && rightHead === '' ? rest - shorter : leftHead === rightHead ? Math.ceil(rest / 2) : shorter;
  return leftHead + line.repeat(before) + text + line.repeat(rest - before) + rightHead;
}

/** `━━ C WFConn ✘    `, mirrored where only the right side writes; `━ StandAlone ✘ ━━` where both do. */
function broken(word: string, replica: Replica, label: string | undefined, width: number, look: Look, mirrored: boolean, two: boolean): string {
  const { line, unknown } = look.signs;
  const bad = connectionKind(word) === 'unknown' ? unknown : look.signs.bad;
  const short = word.replace('WFConnection', 'WFConn');
  const said = label === undefined ? short : `${label} ${short}`;
  const protocol = word === 'StandAlone' || replica.protocol === null ? '' : `${replica.protocol} `;
  if (two) return `${line} ${fit(said, Math.max(0, width - 6), look)} ${bad} `.padEnd(width, line);
  // A long word matters more than the protocol and the length of the line.
  const long = cells(protocol + said) > width - 6;
  const core = long ? fit(said, Math.max(0, width - 4), look) : protocol + said;
  const stub = long ? line : line + line;
  const text = mirrored ? `${bad} ${core} ${stub}` : `${stub} ${core} ${bad}`;
  return mirrored ? text.padStart(width) : text.padEnd(width);
}

/** `◀ C ░░░░███ 42 %`: fills towards the side that receives. */
function copying(replica: Replica, toLeft: boolean, width: number, look: Look): string {
  const { toLeft: left, toRight: right } = look.signs;
  const done = doneText(replica).padStart(4);
  const protocol = replica.protocol ?? '?';
  const size = Math.max(1, width - 8 - protocol.length - 1);
  const share = (replica.sync?.donePercent ?? 0) / 100;
  const filled = bar(share, size, look);
  const mirrored = [...filled].reverse().join('');
  const text = toLeft ? `${left} ${protocol} ${mirrored} ${done}` : `${done} ${filled} ${protocol} ${right}`;
  return toLeft ? text.padEnd(width) : text.padStart(width);
}

function centred(text: string, width: number): string {
  const before = Math.max(0, Math.floor((width - text.length) / 2));
  return (' '.repeat(before) + text).slice(0, width).padEnd(width);
}
