// The terminal's own state: raw mode and the alternate screen, set before the first frame and always given back.
import { PassThrough } from 'node:stream';
import { F1_LETTER } from './key-names.ts';
import type { Size } from './draw.ts';

/** What may be left on after Ink's own end, switched off: paste, held frames, hidden cursor, colours. */
const LEAVE = '\x1b[?2004l\x1b[?2026l\x1b[?25h\x1b[0m';
/** Only where Ink could not: twice would put the cursor back over what was written since. */
export const LEAVE_ALTERNATE = '\x1b[?1049l';
/** An empty screen with the cursor in its corner. */
export const CLEAR = '\x1b[2J\x1b[H';

/** What of a terminal's input is used. */
export interface TerminalInput extends NodeJS.ReadableStream {
  isTTY?: boolean;
  setRawMode?(on: boolean): unknown;
  ref?(): unknown;
  unref?(): unknown;
}

/** Raw mode first of all: a key typed before the first frame would be echoed onto the screen and shift it. */
export function enterRawMode(stdin: TerminalInput): void {
  stdin.setRawMode?.(true);
}

/** Gives the terminal back as it was found, but for the alternate screen, which Ink leaves. Safe to call twice. */
export function leaveTerminal(stdin: TerminalInput, write: (text: string) => void): void {
  try {
    write(LEAVE);
    stdin.setRawMode?.(false);
  } catch (error) {
    // The terminal itself is gone (hang-up): nothing is left to give back. Anything else is a fault of ours.
    if (!isGone(error)) throw error;
  }
}

/** The input as Ink reads it, with the terminal's F1 (which Ink has no name for) as a letter of its own. */
export function inkInput(stdin: TerminalInput): PassThrough & TerminalInput {
  const proxy = Object.assign(new PassThrough(), {
    isTTY: true,
    setRawMode(on: boolean) {
      stdin.setRawMode?.(on);
      // While another program has the terminal its keys are not ours to read.
      if (on) stdin.resume();
      else stdin.pause();
      return proxy;
    },
    ref: () => stdin.ref?.(),
    unref: () => stdin.unref?.(),
  });
  stdin.on('data', (chunk: Buffer | string) => {
    const text = chunk.toString('utf8');
    proxy.write(text.replace(/\x1bOP|\x1b\[11~|\x1b\[\[A/g, F1_LETTER));
  });
  return proxy;
}

/** The output with a size of its own, for lines (serial consoles) that tell none. */
export function sizedOutput(stdout: NodeJS.WriteStream, size: Size | undefined): NodeJS.WriteStream {
  if (!size) return stdout;
  return new Proxy(stdout, {
    get(target, name) {
      if (name === 'columns') return size.columns;
      if (name === 'rows') return size.rows;
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}

function isGone(error: unknown): boolean {
  return error instanceof Error && 'code' in error && ['EIO', 'EPIPE', 'EBADF', 'ENXIO', 'ENOTTY'].includes(String(error.code));
}
