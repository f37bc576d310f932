// Which processes of a test's node still run, found by the environment they were started with.
import { readdirSync, readFileSync } from 'node:fs';

/** Process ids (zombies apart) whose environment has `r` as this directory. */
export function processesOf(directory: string): number[] {
  return readdirSync('/proc').filter((name) => /^\d+$/.test(name)).map(Number).filter((pid) => {
    try {
      const isOfNode = readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0').includes(`r=${directory}`);
      return isOfNode && !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
    } catch (error) {
      if (isGone(error)) return false;
      throw error;
    }
  });
}

/** The command line of a process, '' when it is gone. */
export function commandOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
  } catch (error) {
    if (isGone(error)) return '';
    throw error;
  }
}

/** It ended while we looked, or is not ours to read. */
function isGone(error: unknown): boolean {
  return error instanceof Error && 'code' in error && ['ENOENT', 'ESRCH', 'EACCES'].includes(String(error.code));
}
