// What a command may touch of the process it runs in; handed in by main.ts.
import type { Readable, Writable } from 'node:stream';

export interface Io {
  stdin: Readable & { isTTY?: boolean };
  stdout: Writable & { isTTY?: boolean };
  stderr: Writable;
  env: Readonly<Record<string, string | undefined>>;
  cwd: string;
  /** The operator's home folder. */
  home: string;
  /** Aborted by SIGINT, SIGTERM, SIGHUP, and when nobody reads stdout any more. */
  signal: AbortSignal;
  /** Our clock, epoch ms. */
  now(): number;
}

/** The longest line an error may be. */
const MAX_LINE = 200;

/** Writes one line `crashcart: ...` to stderr, at most 200 characters, without control characters. */
export function complain(io: Pick<Io, 'stderr'>, says: string): void {
  io.stderr.write(`${errorLine(says)}\n`);
}

/** The line that `complain` writes. */
export function errorLine(says: string): string {
  const line = `crashcart: ${says.replace(/\s+/g, ' ').replace(/\p{C}/gu, '?').trim()}`;
  return line.length > MAX_LINE ? `${line.slice(0, MAX_LINE - 1)}…` : line;
}

/** True when colours may be written to stdout: `--color`, then NO_COLOR, then whether it is a terminal. */
export function wantsColor(choice: 'auto' | 'always' | 'never', io: Pick<Io, 'stdout' | 'env'>): boolean {
  if (choice !== 'auto') return choice === 'always';
  if ((io.env['NO_COLOR'] ?? '') !== '' || io.env['TERM'] === 'dumb') return false;
  return io.stdout.isTTY === true;
}

/** Resolves when the signal is aborted. */
export function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}

/** Every character beyond ASCII as `?`; our own text has none but the ellipsis. */
export function inAscii(text: string): string {
  return text.replaceAll('…', '...').replaceAll('→', '->').replace(/[^\x00-\x7f]/gu, '?');
}
