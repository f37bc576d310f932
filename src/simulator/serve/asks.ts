// What the programs of a node say to the world: lines that come in through one FIFO.
import { spawnSync } from 'node:child_process';
import { constants, mkdirSync, openSync, readFileSync, rmSync, statSync } from 'node:fs';
import { Socket } from 'node:net';
import { join } from 'node:path';
import { argvOf } from './stub.ts';

/** One thing a program says; `pid` is its process. */
export type Ask = { pid: number; argv: string[] } | { pid: number; line: string | null } | { pid: number; tooLong: true };

/** An open ear for the programs of one node. */
export interface Asks {
  /** Closes it; programs that ask later find nobody. */
  close(): void;
}

/** Longer lines through the FIFO are nobody's; a program's arguments may be longer, through a file. */
const MAX_LINE = 8192;
const MAX_LONG_BYTES = 1_000_000;

/** Makes the FIFO in `directory` and listens. Throws where this machine cannot make one. */
export function listenForAsks(directory: string, mkfifo: string, hear: (ask: Ask) => void): Asks {
  mkdirSync(directory, { recursive: true });
  const path = join(directory, 'ask');
  const made = spawnSync(mkfifo, ['-m', '600', path], { encoding: 'utf8' });
  if (made.status !== 0) throw new Error(`cannot make the FIFO ${path}: ${made.stderr || String(made.error?.message)}`);
  // Read and write: it is open though nobody writes, and never ends. Non-blocking: no thread waits in it.
  const socket = new Socket({ fd: openSync(path, constants.O_RDWR | constants.O_NONBLOCK), readable: true, writable: false });
  let rest = '';
  socket.setEncoding('utf8').on('data', (text: string) => {
    const lines = (rest + text).split('\n');
    rest = (lines.pop() ?? '').slice(-MAX_LINE);
    for (const line of lines) {
      const ask = askOf(line, directory);
      if (ask) hear(ask);
    }
  });
  return { close: () => void socket.destroy() };
}

/** Null for a line that no program of ours wrote. */
function askOf(line: string, directory: string): Ask | null {
  const [, digits = '', kind, text = ''] = /^(\d{1,10}) ([ale@])([^]*)$/.exec(line) ?? [];
  const pid = Number(digits);
  if (kind === undefined || pid === 0) return null;
  switch (kind) {
    case 'a': return { pid, argv: argvOf(text) };
    case 'l': return { pid, line: text };
    case 'e': return { pid, line: null };
    default: return long(pid, join(directory, `${digits}.long`), directory);
  }
}

function long(pid: number, file: string, directory: string): Ask | null {
  try {
    if (statSync(file).size > MAX_LONG_BYTES) return { pid, tooLong: true };
    const line = readFileSync(file, 'utf8');
    return line.startsWith(`${pid} @`) ? null : askOf(line, directory);
  } catch (error) {
    if (['ENOENT', 'EISDIR', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) return null;
    throw error;
  } finally {
    rmSync(file, { recursive: true, force: true });
  }
}
