// Where a program is, as the shell would find it.
import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** The first executable of this name in PATH, or null. */
export function findBinary(name: string, path = process.env['PATH'] ?? ''): string | null {
  const places = path.split(delimiter).filter((directory) => directory !== '');
  return places.map((directory) => join(directory, name)).find((file) => isProgram(file)) ?? null;
}

function isProgram(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch (error) {
    // Not here, or not for us: both mean to look on.
    if (['ENOENT', 'EACCES', 'ENOTDIR', 'ELOOP'].includes((error as NodeJS.ErrnoException).code ?? '')) return false;
    throw error;
  }
}
