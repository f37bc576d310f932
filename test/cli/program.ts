// Runs the real, built program, as an operator would.
import { spawn } from 'node:child_process';
import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
export const PROGRAM = join(root, 'dist', 'crashcart.mjs');

export interface Ran {
  code: number | null;
  signal: NodeJS.Signals | null;
  stdout: string;
  stderr: string;
}

export interface Running {
  child: ChildProcessWithoutNullStreams;
  ended: Promise<Ran>;
  /** Resolves when stdout matches. Rejects when the program ends before. */
  until(wanted: RegExp): Promise<string>;
}

export interface RunOptions {
  input?: string | null;
  env?: Record<string, string>;
  cwd?: string;
}

/** Starts it, by the Node that runs the tests, without a terminal and without any inventory of this machine. */
export function start(args: readonly string[], options: RunOptions = {}): Running {
  if (!existsSync(PROGRAM)) throw new Error('dist/crashcart.mjs is not built; npm test builds it');
  const env = { PATH: process.env['PATH'] ?? '', HOME: '/nonexistent', LANG: 'C.UTF-8', TZ: 'UTC', ...options.env };
  const child = spawn(process.execPath, [PROGRAM, ...args], { cwd: options.cwd ?? '/', env });
  let stdout = '';
  let stderr = '';
  const waiting = new Set<() => void>();
  const wake = (): void => waiting.forEach((look) => look());
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
    wake();
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  // A program that does not read its input may be gone before it is written.
  child.stdin.on('error', () => child.stdin.destroy());
  if (options.input !== null) child.stdin.end(options.input ?? '');
  let over = false;
  const ended = new Promise<Ran>((resolve) => {
    child.once('close', (code, signal) => {
      over = true;
      wake();
      resolve({ code, signal, stdout, stderr });
    });
  });
  return {
    child,
    ended,
    until: (wanted) => new Promise((resolve, reject) => {
      const look = (): void => {
        if (wanted.test(stdout)) resolve(stdout);
        else if (over) reject(new Error(`ended before ${String(wanted)}: ${stdout}${stderr}`));
        else return;
        waiting.delete(look);
      };
      waiting.add(look);
      look();
    }),
  };
}

/** Runs it to its end. */
export function run(args: readonly string[], options: RunOptions = {}): Promise<Ran> {
  return start(args, options).ended;
}
