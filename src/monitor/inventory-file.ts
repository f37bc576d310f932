// The inventory as a file: read within bounds, its paths made absolute, and watched for changes.
import { open, realpath, stat } from 'node:fs/promises';
import { dirname, isAbsolute, join, resolve } from 'node:path';
import { watch } from 'chokidar';
import type { Inventory, InventoryNode } from './inventory.ts';
import { INVENTORY_MAX_BYTES, parseInventory, shortFile } from './inventory-parse.ts';
import type { InventoryParsed } from './inventory-parse.ts';

/** An editor may write in two steps; a change is read when the file has been quiet for this long. */
const QUIET_MS = 120;

/** What a watched inventory tells. */
export interface InventoryListener {
  /** The file changed and reads well. */
  onChange(inventory: Inventory): void;
  /** The file changed and does not read well (one sentence): the last good one stays in force. */
  onProblem(says: string): void;
}

export interface InventoryWatch {
  /** Resolves when changes are being noticed. */
  readonly ready: Promise<void>;
  close(): Promise<void>;
}

/** Reads and checks `file`; `shownAs` names it in sentences. `home` is what `~/` means in its paths. */
export async function loadInventory(file: string, home: string, shownAs = file): Promise<InventoryParsed> {
  const read = await readBounded(file);
  if (!read.ok) return { ok: false, says: `inventory ${shortFile(shownAs)} ${read.says}` };
  const parsed = parseInventory(read.text, shownAs);
  if (!parsed.ok) return parsed;
  const base = dirname(resolve(file));
  return { ok: true, inventory: { file, clusters: parsed.inventory.clusters.map((cluster) => ({ ...cluster, nodes: cluster.nodes.map((node) => withPaths(node, base, home)) })) } };
}

/** Tells of each later change of `file`, also when it is replaced by a rename or was away for a while. */
export function watchInventory(file: string, home: string, listener: InventoryListener, shownAs = file): InventoryWatch {
  let timer: NodeJS.Timeout | null = null;
  let last = '';
  let closed = false;
  const read = async (): Promise<void> => {
    const loaded = await loadInventory(file, home, shownAs);
    const seen = JSON.stringify(loaded);
    if (closed || seen === last) return;
    last = seen;
    if (loaded.ok) listener.onChange(loaded.inventory);
    else listener.onProblem(loaded.says);
  };
  const soon = (): void => {
    if (timer) clearTimeout(timer);
    timer = setTimeout(() => void read(), QUIET_MS);
  };
  const started = start(file, soon, listener);
  return {
    // What the file says at the start is not a change.
    ready: started.then(async () => {
      last = JSON.stringify(await loadInventory(file, home, shownAs));
    }),
    close: async () => {
      closed = true;
      if (timer) clearTimeout(timer);
      await (await started).close();
    },
  };
}

/** Watches the folder (and the one a symlink leads to): the file itself is another one after a rename. */
async function start(file: string, soon: () => void, listener: InventoryListener): Promise<{ close(): Promise<void> }> {
  const named = resolve(file);
  const real = await realpath(named).catch((error: unknown) => {
    listener.onProblem(`inventory ${file} ${whyNot(error)}`);
    return named;
  });
  const wanted = new Set([named, real, dirname(named), dirname(real)]);
  const watcher = watch([...new Set([dirname(named), dirname(real)])], {
    depth: 0,
    ignoreInitial: true,
    ignored: (path) => !wanted.has(resolve(path)),
  });
  watcher.on('all', soon);
  watcher.on('error', (error) => listener.onProblem(`inventory ${file} can no longer be watched (${error instanceof Error ? error.message : String(error)}); restart crashcart after a change`));
  await new Promise<void>((done) => watcher.once('ready', done));
  return watcher;
}

/** Relative paths are of the inventory's folder, `~/` of the operator's home. */
function withPaths(node: InventoryNode, base: string, home: string): InventoryNode {
  const absolute = (path: string): string => (path.startsWith('~/') ? join(home, path.slice(2)) : isAbsolute(path) ? path : resolve(base, path));
  const { identityFile, knownHostsFile, configFile } = node.target;
  return {
    ...node,
    target: {
      ...node.target,
      ...(identityFile === undefined ? {} : { identityFile: absolute(identityFile) }),
      ...(knownHostsFile === undefined ? {} : { knownHostsFile: absolute(knownHostsFile) }),
      ...(configFile === undefined ? {} : { configFile: absolute(configFile) }),
    },
  };
}

async function readBounded(file: string): Promise<{ ok: true; text: string } | { ok: false; says: string }> {
  try {
    const kind = await stat(file);
    if (kind.isDirectory()) return { ok: false, says: 'is a folder; name the file in it' };
    // To open a pipe that nobody writes into blocks for ever, and no signal would end it.
    if (!kind.isFile()) return { ok: false, says: 'is a pipe or a device; write the inventory to a file and name that' };
    const handle = await open(file, 'r');
    try {
      const buffer = Buffer.alloc(INVENTORY_MAX_BYTES + 1);
      let filled = 0;
      for (let got = -1; got !== 0 && filled < buffer.length; filled += got) {
        got = (await handle.read(buffer, filled, buffer.length - filled, null)).bytesRead;
      }
      if (filled > INVENTORY_MAX_BYTES) return { ok: false, says: 'is larger than 1 MiB; an inventory must be smaller' };
      return { ok: true, text: new TextDecoder('utf-8', { fatal: true }).decode(buffer.subarray(0, filled)) };
    } finally {
      await handle.close();
    }
  } catch (error) {
    return { ok: false, says: whyNot(error) };
  }
}

function whyNot(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (code === 'ENOENT') return 'is not there; write it, or name another with --inventory FILE';
  if (code === 'EACCES' || code === 'EPERM') return 'may not be read by you; change its mode or owner';
  if (code === 'ERR_ENCODING_INVALID_ENCODED_DATA') return 'is not UTF-8 text; save it as UTF-8';
  return `cannot be read (${code || String(error)})`;
}
