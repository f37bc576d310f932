// Files of a node that block whoever reads them: left alone for a while, longer each time.

/** One minute, then ten: each try may hold up all other files for as long as a look may take. */
const PAUSE_MS = [60_000, 600_000] as const;

/** By the index of a FileTable. */
export class BlockedFiles {
  readonly #files = new Map<number, { until: number; times: number }>();

  /** The file of this index was what a look hung on. */
  blame(index: number, now: number): void {
    const times = (this.#files.get(index)?.times ?? 0) + 1;
    this.#files.set(index, { until: now + (times === 1 ? PAUSE_MS[0] : PAUSE_MS[1]), times });
  }

  /** True while it should not be read. */
  isBlocked(index: number, now: number): boolean {
    return now < (this.#files.get(index)?.until ?? 0);
  }
}
