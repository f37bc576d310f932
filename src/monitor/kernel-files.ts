// Which file of a node has its kernel's log: kern.log, else messages, else none, and then a program is asked.

/** In the order of preference; the second is opened where the first is not there. */
export const KERNEL_FILES = ['/var/log/kern.log', '/var/log/messages'] as const;

/** What is known of the files of one node. */
export class KernelFiles {
  readonly #states = new Map<string, 'ok' | 'not'>();

  /** True for a file of the list. */
  includes(file: string): boolean {
    return KERNEL_FILES.some((one) => one === file);
  }

  /** Whether a file could be opened. */
  told(file: string, isOpen: boolean): void {
    if (this.includes(file)) this.#states.set(file, isOpen ? 'ok' : 'not');
  }

  /** The file that counts; lines of the kernel in any other are the same lines again. null: none so far. */
  get current(): string | null {
    return KERNEL_FILES.find((file) => this.#states.get(file) === 'ok') ?? null;
  }

  /** The file to try next; null: one is open, or all were tried, or the first is not known yet. */
  get next(): string | null {
    if (this.current !== null || !this.#states.has(KERNEL_FILES[0])) return null;
    return KERNEL_FILES.find((file) => !this.#states.has(file)) ?? null;
  }

  /** True when no file has it. */
  get isNowhere(): boolean {
    return this.current === null && KERNEL_FILES.every((file) => this.#states.has(file));
  }
}
