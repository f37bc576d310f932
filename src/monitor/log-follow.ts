// The logs followed on a node: which descriptor of the quick shell reads which file, and what came of it.
import { isKernelLine } from '../probes/kernel-log.ts';
import { KERNEL_FILES, KernelFiles } from './kernel-files.ts';
import { linesAfter, remembered } from './log-place.ts';
import type { NodeEvent } from './reduce.ts';
import { LOG_FDS } from './shell/quick.ts';

/** Why a log cannot be followed, by the quick shell's word. */
const WHY: Readonly<Record<string, string>> = { absent: 'no such file', denied: 'not a file this user may read' };
/** A log line is kept up to here. */
const MAX_LINE = 4096;

/** A followed file: of one that is read for the kernel's sake, only the kernel's lines count. */
interface Followed {
  file: string;
  isForKernel: boolean;
}

/** The followed logs of one node, over as many quick shells as it takes. */
export class LogFollow {
  /** By descriptor: files somebody named from the first on, the kernel's from the last. */
  readonly #files = new Map<number, Followed>();
  readonly #kernel = new KernelFiles();
  readonly #emit: (event: NodeEvent) => void;
  /** The last lines heard of each file. */
  readonly #last = new Map<string, readonly string[]>();
  /** Files that are open on the node. */
  readonly #isOpen = new Set<string>();
  /** Files of which a new shell begins with lines that an earlier one may have sent already. */
  readonly #again = new Set<string>();

  constructor(files: readonly string[], emit: (event: NodeEvent) => void) {
    this.#emit = emit;
    for (const file of files) this.#add(file, LOG_FDS, false);
    const named = KERNEL_FILES.filter((file) => files.includes(file));
    if (named.length === 0) this.#addForKernel(KERNEL_FILES[0]);
    // Whoever names one of them says which it is.
    else for (const file of KERNEL_FILES) if (!named.includes(file)) this.#kernel.told(file, false);
  }

  /** One file more: the request for the quick shell, or null when there is nothing to ask. */
  follow(file: string, now: number): string | null {
    const before = this.#fdOf(file);
    if (before !== undefined) {
      // Somebody wants all of it now.
      this.#files.set(before, { file, isForKernel: false });
      return null;
    }
    const fd = this.#add(file, LOG_FDS, false);
    if (fd !== null) return request(fd, file);
    const why = this.#files.size >= LOG_FDS.length ? `crashcart follows ${LOG_FDS.length} logs of a node at most` : 'not an absolute path';
    this.#emit({ kind: 'log-file', file, why, at: now });
    return null;
  }

  /** The requests for a shell that follows nothing yet. */
  requests(): string {
    for (const file of this.#last.keys()) this.#again.add(file);
    return [...this.#files].map(([fd, { file }]) => request(fd, file)).join('');
  }

  /** The files that are open on the node, named by somebody or for the kernel's sake. */
  get openFiles(): readonly string[] {
    return [...this.#isOpen];
  }

  /** True when no file has the kernel's log: a program must be asked for it. */
  get isKernelNowhere(): boolean {
    return this.#kernel.isNowhere;
  }

  /** Lines of descriptor `fd`, each with its end. */
  lines(fd: number, body: string, at: number): void {
    const followed = this.#files.get(fd);
    if (followed === undefined) return;
    const { file, isForKernel } = followed;
    const all = body.split('\n').map((line) => line.slice(0, MAX_LINE)).filter((line) => line.trim() !== '');
    const last = this.#last.get(file) ?? [];
    const fresh = this.#again.delete(file) ? linesAfter(all, last) : all;
    if (fresh.length === 0) return;
    this.#last.set(file, remembered(last, fresh));
    const lines = this.#isOtherOf(file) ? fresh.filter((line) => !isForKernel && !isKernelLine(line)) : fresh;
    if (lines.length > 0) this.#emit({ kind: 'log', file, lines, at, isForKernel });
  }

  /** Whether descriptor `fd` could be opened; the request for another file to try, or null. */
  state(fd: number, status: string, at: number): string | null {
    const followed = this.#files.get(fd);
    if (followed === undefined) return null;
    const { file, isForKernel } = followed;
    this.#kernel.told(file, status === 'ok');
    if (status === 'ok') this.#isOpen.add(file);
    else this.#isOpen.delete(file);
    if (!isForKernel) this.#emit({ kind: 'log-file', file, why: status === 'ok' ? null : (WHY[status] ?? status), at });
    const next = this.#kernel.next;
    return next === null ? null : this.#addForKernel(next);
  }

  /** A file beside the one that has the kernel's log, and may hold the same lines. */
  #isOtherOf(file: string): boolean {
    const { current } = this.#kernel;
    return current !== null && current !== file && this.#kernel.includes(file);
  }

  #addForKernel(file: string): string | null {
    const fd = this.#add(file, LOG_FDS.toReversed(), true);
    if (fd !== null) return request(fd, file);
    // No descriptor is left, or it is followed already and will be told of.
    if (this.#fdOf(file) !== undefined) return null;
    this.#kernel.told(file, false);
    const next = this.#kernel.next;
    return next === null ? null : this.#addForKernel(next);
  }

  /** The descriptor the file got; null: none is left, it is followed already, or it is no path. */
  #add(file: string, order: readonly number[], isForKernel: boolean): number | null {
    if (this.#fdOf(file) !== undefined || !/^\/[^\n\0]*$/.test(file)) return null;
    const fd = order.find((one) => !this.#files.has(one));
    if (fd === undefined) return null;
    this.#files.set(fd, { file, isForKernel });
    return fd;
  }

  #fdOf(file: string): number | undefined {
    return [...this.#files].find(([, followed]) => followed.file === file)?.[0];
  }
}

function request(fd: number, file: string): string {
  return `l ${fd} ${file}\n`;
}
