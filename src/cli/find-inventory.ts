// Where the inventory is looked for, in order.
import { join } from 'node:path';

export interface Places {
  /** `--inventory FILE`. */
  given: string | null;
  env: Readonly<Record<string, string | undefined>>;
  cwd: string;
  home: string;
}

/** The file to read, as shown to people; null: none is there. `looked` says where, for a sentence. */
export interface FoundInventory {
  file: string | null;
  looked: string[];
}

/**
 * The first place that counts. A file that was named (option, variable) is taken whether it exists or not, so that
 * a slip of the pen is an error and never another inventory. With CRASHCART_CHECKOUT=1 only the first three places.
 */
export function findInventory(places: Places, exists: (file: string) => boolean): FoundInventory {
  if (places.given !== null) return { file: places.given, looked: ['--inventory'] };
  const named = places.env['CRASHCART_INVENTORY'] ?? '';
  if (named !== '') return { file: named, looked: ['$CRASHCART_INVENTORY'] };
  const xdg = places.env['XDG_CONFIG_HOME'] ?? '';
  const folder = xdg.startsWith('/') ? xdg : join(places.home, '.config');
  const candidates = ['./crashcart.yaml'];
  if (places.env['CRASHCART_CHECKOUT'] !== '1') candidates.push(join(folder, 'crashcart', 'crashcart.yaml'), '/etc/crashcart/crashcart.yaml');
  const file = candidates.find((candidate) => exists(candidate.startsWith('./') ? join(places.cwd, candidate) : candidate));
  return { file: file ?? null, looked: candidates };
}
