// The world's answer to one running program: lines into its FIFO, written when it has room for them.
import { constants, openSync, rmSync } from 'node:fs';
import { Socket } from 'node:net';
import { join } from 'node:path';
import { printed } from './stub.ts';

/** The way to one running program. Once that is gone every word to it is forgotten. */
export interface Answer {
  print(stream: 'out' | 'err', text: string): void;
  /** Asks for a line of its stdin. */
  askLine(): void;
  /** Lets it become `date` at that time, in seconds of the epoch. */
  date(seconds: string): void;
  exit(code: number): void;
  /** Drops it without a word. */
  drop(): void;
}

/** Opens the way to a program that has just asked; null when it is gone already. */
export function openAnswer(directory: string, pid: number): Answer | null {
  const path = join(directory, String(pid));
  const fd = openForWriting(path);
  // The program has it open; its name is needed no more.
  rmSync(path, { force: true });
  if (fd === null) return null;
  const socket = new Socket({ fd, readable: false, writable: true });
  let isGone = false;
  // A program that was killed breaks its pipe: that is nobody's fault.
  socket.on('error', () => {
    isGone = true;
    socket.destroy();
  });
  const tell = (text: string): void => {
    if (!isGone && text !== '') socket.write(text);
  };
  const last = (text: string): void => {
    if (!isGone) socket.end(text);
    isGone = true;
  };
  tell('k\n');
  return {
    print: (stream, text) => tell(printed(stream, text)),
    askLine: () => tell('i\n'),
    date: (seconds) => last(`d${seconds}\n`),
    exit: (code) => last(`x${code & 255}\n`),
    drop() {
      isGone = true;
      socket.destroy();
    },
  };
}

/** Null where the program has gone (ENXIO), or no FIFO is there. Whoever put something else there gets nothing. */
function openForWriting(path: string): number | null {
  try {
    return openSync(path, constants.O_WRONLY | constants.O_NONBLOCK | constants.O_NOFOLLOW);
  } catch (error) {
    if (['ENXIO', 'ENOENT', 'ENOTDIR', 'EISDIR', 'ELOOP'].includes((error as NodeJS.ErrnoException).code ?? '')) return null;
    throw error;
  }
}
