// VMware machines across the nodes: one .vmx is registered on several, and has one name.
import type { Cluster } from './cluster.ts';
import { byName, observed } from './heard.ts';

/** What the agent's script puts before the file that haresources names: no slash between, `VirtualMachines` + `BRAVO/...`. */
const BEFORE_FILE = '/var/lib/vmware/VirtualMachines';

/** A machine among the members of a group. */
export interface GroupMachine {
  /** Its displayName; of the file where no node tells it. */
  name: string;
  /** The .vmx; null where no node lists one that ends so. */
  path: string | null;
}

/**
 * The names of all machines that any node lists, by path. Where the .vmx cannot be read a machine is called after its
 * file: the displayName that another node reads, or last read, outranks that.
 */
export function machineNames(cluster: Cluster): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  const heard = byName(cluster).flatMap((node) => observed(node, 'vmware-cmd') ?? []);
  for (const { value } of heard.sort((a, b) => (b.heardAt ?? 0) - (a.heardAt ?? 0))) {
    for (const { path, name } of value?.machines ?? []) {
      const known = names.get(path);
      if (known === undefined || known === fileName(path)) names.set(path, name);
    }
  }
  return names;
}

/**
 * The machine that a member's file means. The end of a path may be the end of several: a whole file name outranks one
 * that begins within a name, and of those only the one that is alone is believed.
 */
export function machineOf(file: string, names: ReadonlyMap<string, string>): GroupMachine {
  const ending = [...names.keys()].filter((path) => path.endsWith(file));
  const within = ending.length === 1 && file.includes('/') ? ending[0] : undefined;
  const path = [file, `${BEFORE_FILE}${file}`].find((whole) => names.has(whole)) ?? only(ending.filter((one) => one.endsWith(`/${file}`))) ?? within ?? null;
  return { name: (path === null ? undefined : names.get(path)) ?? fileName(file), path };
}

function only(paths: readonly string[]): string | undefined {
  return paths.length === 1 ? paths[0] : undefined;
}

function fileName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1).replace(/\.(?:vmx|cfg)$/i, '');
}
