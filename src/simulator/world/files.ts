// The files of a node, wherever they are kept: in memory here, in a real directory where the node is served.

/** Paths are absolute as on the node, `/etc/ha.d/ha.cf`. What cannot be read is null. */
export interface FileStore {
  read(path: string): string | null;
  /** Replaces at once, never half; makes the directories. `mode` default 0644. `at`: the file's time, epoch ms. */
  write(path: string, text: string, options?: { mode?: number; at?: number }): void;
  append(path: string, text: string): void;
  /** Removes a file or a directory with all in it; one that is not there is removed already. */
  remove(path: string): void;
  /** A sparse file of that size: a disk. Keeps what it holds. */
  disk(path: string, sizeBytes: number): void;
  writeAt(path: string, offset: number, bytes: Uint8Array): void;
  readAt(path: string, offset: number, length: number): Uint8Array | null;
}

/** Files in memory, for worlds that nobody logs in to. */
export function memoryFiles(): FileStore {
  const texts = new Map<string, string>();
  const disks = new Map<string, { size: number; blocks: Map<number, Uint8Array> }>();
  return {
    read: (path) => texts.get(path) ?? null,
    write: (path, text) => void texts.set(path, text),
    append: (path, text) => void texts.set(path, (texts.get(path) ?? '') + text),
    remove(path) {
      for (const kept of [texts, disks]) for (const name of [...kept.keys()]) if (name === path || name.startsWith(`${path}/`)) kept.delete(name);
    },
    disk(path, size) {
      disks.set(path, { size, blocks: disks.get(path)?.blocks ?? new Map<number, Uint8Array>() });
    },
    writeAt(path, offset, bytes) {
      disks.get(path)?.blocks.set(offset, bytes.slice());
    },
    readAt(path, offset, length) {
      const disk = disks.get(path);
      if (!disk || offset + length > disk.size) return null;
      return disk.blocks.get(offset)?.slice(0, length) ?? new Uint8Array(length);
    },
  };
}
