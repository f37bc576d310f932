// A program in a real pseudo-terminal, with a terminal emulator that shows what a person would see.
import { spawn, type IPty } from '@lydell/node-pty';
import xterm from '@xterm/headless';

/** The terminal's own state beside its cells: what must be back in order after the program ends. */
export interface TerminalState { alternateScreen: boolean; cursorHidden: boolean }

/** A running program and its screen. */
export class PtyProgram {
  readonly #pty: IPty;
  readonly #terminal: InstanceType<typeof xterm.Terminal>;
  readonly #waiting = new Set<() => void>();
  readonly exited: Promise<{ code: number; signal: number | undefined }>;
  #over = false;
  #cursorHidden = false;
  /** Everything the program wrote, for looking at bytes. */
  output = '';

  constructor(argv: readonly string[], options: { columns?: number; rows?: number; cwd?: string; env?: Record<string, string | undefined> } = {}) {
    const columns = options.columns ?? 80;
    const rows = options.rows ?? 24;
    this.#terminal = new xterm.Terminal({ cols: columns, rows, scrollback: 200, allowProposedApi: true });
    const env = { ...process.env, TERM: 'xterm-256color', LANG: 'C.UTF-8', TZ: 'UTC', CI: 'false', NO_COLOR: undefined, FORCE_COLOR: undefined, ...options.env };
    this.#pty = spawn(argv[0] ?? '', argv.slice(1), { cols: columns, rows, cwd: options.cwd, env: definedOnly(env) });
    this.#pty.onData((data) => {
      this.output += data;
      for (const match of data.matchAll(/\x1b\[\?25([hl])/g)) this.#cursorHidden = match[1] === 'l';
      this.#terminal.write(data, () => this.#wake());
    });
    this.exited = new Promise((resolve) => {
      this.#pty.onExit(({ exitCode, signal }) => {
        this.#over = true;
        this.#terminal.write('', () => {
          resolve({ code: exitCode, signal });
          this.#wake();
        });
      });
    });
  }

  get pid(): number {
    return this.#pty.pid;
  }

  /** The visible lines, right-trimmed. */
  lines(): string[] {
    const buffer = this.#terminal.buffer.active;
    return Array.from({ length: this.#terminal.rows }, (_, row) => buffer.getLine(buffer.viewportY + row)?.translateToString(true) ?? '');
  }

  screen(): string {
    return this.lines().join('\n');
  }

  state(): TerminalState {
    return { alternateScreen: this.#terminal.buffer.active.type === 'alternate', cursorHidden: this.#cursorHidden };
  }

  /** Waits until the screen matches; the error shows the screen. Gives the milliseconds it took. */
  async until(wanted: RegExp | ((screen: string) => boolean), timeoutMs = 15_000): Promise<number> {
    const start = performance.now();
    const holds = (): boolean => (wanted instanceof RegExp ? wanted.test(this.screen()) : wanted(this.screen()));
    await new Promise<void>((resolve, reject) => {
      const check = (): void => {
        if (holds()) done();
        else if (this.#over) done(new Error(`the program ended before the screen matched ${String(wanted)}:\n${this.screen()}`));
      };
      const timer = setTimeout(() => done(new Error(`the screen did not match ${String(wanted)} within ${timeoutMs} ms:\n${this.screen()}`)), timeoutMs);
      const done = (error?: Error): void => {
        clearTimeout(timer);
        this.#waiting.delete(check);
        if (error) reject(error);
        else resolve();
      };
      this.#waiting.add(check);
      check();
    });
    return performance.now() - start;
  }

  key(text: string): void {
    this.#pty.write(text);
  }

  resize(columns: number, rows: number): void {
    this.#terminal.resize(columns, rows);
    this.#pty.resize(columns, rows);
  }

  kill(signal: NodeJS.Signals = 'SIGTERM'): void {
    if (!this.#over) process.kill(this.#pty.pid, signal);
  }

  #wake(): void {
    for (const check of [...this.#waiting]) check();
  }
}

function definedOnly(env: Record<string, string | undefined>): Record<string, string> {
  return Object.fromEntries(Object.entries(env).filter((entry): entry is [string, string] => entry[1] !== undefined));
}
