// From the command line's words to the clusters they mean: finds, reads, checks, chooses.
import { existsSync } from 'node:fs';
import { loadInventory } from '../monitor/inventory-file.ts';
import type { Inventory, InventoryCluster } from '../monitor/inventory.ts';
import { chooseClusters, clusterOfHosts } from './choose-clusters.ts';
import { EXIT, refuse } from './exit-codes.ts';
import type { Refusal } from './exit-codes.ts';
import { findInventory } from './find-inventory.ts';
import type { Io } from './io.ts';

export interface OpenedInventory {
  ok: true;
  inventory: Inventory;
  /** Those that were named, else all. */
  clusters: InventoryCluster[];
}

/** Exit 64 where nothing is named and no inventory found, or a word is unknown; 78 where the file does not do. */
export async function openInventory(io: Io, given: string | null, words: readonly string[]): Promise<OpenedInventory | Refusal> {
  const found = findInventory({ given, env: io.env, cwd: io.cwd, home: io.home }, existsSync);
  if (found.file === null) {
    if (words.length === 0) return refuse(EXIT.usage, `no inventory found (${found.looked.join(', ')}); name hosts as in: crashcart alpha bravo, or try: crashcart demo`);
    const named = clusterOfHosts(words);
    return named.ok ? { ...named, clusters: named.inventory.clusters } : named;
  }
  const loaded = await loadInventory(found.file, io.home);
  if (!loaded.ok) return refuse(EXIT.inventory, loaded.says);
  const chosen = chooseClusters(loaded.inventory, words);
  return chosen.ok ? { ok: true, inventory: loaded.inventory, clusters: chosen.clusters } : chosen;
}
