// Runs a probe's commands with this machine's own sh, on a directory that is the node's root.
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';
import { answerOf } from '../../src/probes/probe.ts';
import type { Answer } from '../../src/probes/probe.ts';

/** A directory with these files (paths as on the node); removed when the test is done. */
export function tree(files: Record<string, string | { text: string; mode: number }>): string {
  const root = mkdtempSync(join(tmpdir(), 'tree-'));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  for (const [path, file] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    if (typeof file === 'string') writeFileSync(join(root, path), file, { mode: 0o644 });
    else writeFileSync(join(root, path), file.text, { mode: file.mode });
  }
  return root;
}

/** The shells that a node may have. */
export const SHELLS: readonly (readonly [string, readonly string[]])[] = [['dash', ['dash']], ['bash', ['bash', '--posix']], ['busybox', ['busybox', 'sh']]];

/** Runs `sh -c SCRIPT` as the slow shell would, with `shell` in the place of sh. */
export function runOn(root: string, argv: readonly string[], shell: readonly string[] = ['sh']): Answer {
  // Arguments go to a node line by line.
  if (argv.some((argument) => argument.includes('\n'))) throw new Error('a line break in an argument');
  const [program = '', ...before] = shell;
  const ran = spawnSync(program, [...before, ...argv.slice(1)], { env: { PATH: process.env['PATH'], LC_ALL: 'C', r: root }, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
  return answerOf(ran.stdout, { stderr: ran.stderr, exit: ran.status });
}
