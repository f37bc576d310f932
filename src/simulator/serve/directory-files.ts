// A node's files in a real directory: what the world writes there any program may read, and a person may change.
import { appendFileSync, chmodSync, closeSync, fstatSync, ftruncateSync, mkdirSync, openSync, readFileSync, readSync, renameSync, rmSync, utimesSync, writeFileSync, writeSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import type { FileStore } from '../world/files.ts';

/** Files under `root`; no path leads out of it. Throws only where this machine cannot write (disk full, no rights). */
export function directoryFiles(root: string): FileStore {
  const at = (path: string): string => join(root, normalize(`/${path}`));
  return {
    read: (path) => unless(MISSING, null, () => readFileSync(at(path), 'utf8')),
    write(path, text, options = {}) {
      unless(IN_THE_WAY, undefined, () => {
        const file = at(path);
        const fresh = `${file}.new`;
        inDirectory(file, () => writeFileSync(fresh, text));
        // Not as a mode of the writing: a file that was left over would keep its own.
        if (options.mode !== undefined) chmodSync(fresh, options.mode);
        if (options.at !== undefined) utimesSync(fresh, options.at / 1000, options.at / 1000);
        renameSync(fresh, file);
      });
    },
    append(path, text) {
      unless(IN_THE_WAY, undefined, () => {
        const file = at(path);
        inDirectory(file, () => appendFileSync(file, text));
      });
    },
    remove: (path) => rmSync(at(path), { recursive: true, force: true }),
    disk(path, sizeBytes) {
      unless(IN_THE_WAY, undefined, () => {
        mkdirSync(dirname(at(path)), { recursive: true });
        withFile(at(path), 'a', (fd) => ftruncateSync(fd, sizeBytes));
      });
    },
    writeAt(path, offset, bytes) {
      unless(MISSING, undefined, () => withFile(at(path), 'r+', (fd) => void writeSync(fd, bytes, 0, bytes.length, offset)));
    },
    readAt: (path, offset, length) => unless(MISSING, null, () => withFile(at(path), 'r', (fd) => {
      if (offset + length > fstatSync(fd).size) return null;
      const bytes = new Uint8Array(length);
      readSync(fd, bytes, 0, length, offset);
      return bytes;
    })),
  };
}

const MISSING = ['ENOENT', 'ENOTDIR', 'EISDIR'];
/** Somebody on the node put a directory where a file goes, or the other way round: a program could not write either. */
const IN_THE_WAY = ['EISDIR', 'ENOTDIR', 'ENOTEMPTY', 'EEXIST'];

/** What `act` gives, or `otherwise` when it fails in one of these ways. */
function unless<Result>(codes: readonly string[], otherwise: Result, act: () => Result): Result {
  try {
    return act();
  } catch (error) {
    if (codes.includes((error as NodeJS.ErrnoException).code ?? '')) return otherwise;
    throw error;
  }
}

/** Does it, and when the directory is not there makes that and does it again: it is there nearly always. */
function inDirectory(file: string, write: () => void): void {
  try {
    write();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    mkdirSync(dirname(file), { recursive: true });
    write();
  }
}

function withFile<Result>(file: string, flags: string, act: (fd: number) => Result): Result {
  const fd = openSync(file, flags);
  try {
    return act(fd);
  } finally {
    closeSync(fd);
  }
}
