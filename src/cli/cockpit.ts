// The cockpit: one cluster's monitor, the inventory watched, and the screens on top.
import type { Inventory, InventoryCluster } from '../monitor/inventory.ts';
import { choice } from '../monitor/near.ts';
import { watchInventory } from '../monitor/inventory-file.ts';
import type { Drills } from '../screens/props.ts';
import { COMMANDS } from './args.ts';
import type { Invocation } from './args.ts';
import { onlyCluster } from './choose-clusters.ts';
import { EXIT, refuse } from './exit-codes.ts';
import type { Refusal } from './exit-codes.ts';
import { wantsColor } from './io.ts';
import type { Io } from './io.ts';
import { replaceableMonitor } from './live-monitor.ts';
import type { ReplaceableMonitor } from './live-monitor.ts';
import { openInventory } from './open-inventory.ts';
import { monitorOf } from './start-monitor.ts';
import { unlockedSessions } from './unlocked.ts';
import { VERSION } from './version.ts';

/** Opens the cluster that the words name. Exit 0 when the operator quits. */
export async function cockpitCommand(io: Io, asked: Invocation): Promise<{ ok: true; exit: number } | Refusal> {
  const opened = await openInventory(io, asked.inventory, asked.words);
  if (!opened.ok) return opened;
  const unknown = opened.inventory.file === null && terminalMissing(io) ? asked.words[0] : undefined;
  if (unknown !== undefined) return refuse(EXIT.usage, `"${unknown.slice(0, 24)}" is no command, there are ${choice([...COMMANDS])}; as a host it opens the cockpit, and that needs a terminal`);
  const only = onlyCluster(opened.clusters);
  if (!only.ok) return only;
  return openOn(io, asked, opened.inventory, only.cluster);
}

/** The refusal of a cockpit without a terminal; null where there is one. */
export function terminalMissing(io: Io): Refusal | null {
  if (io.stdin.isTTY === true && io.stdout.isTTY === true) return null;
  return refuse(EXIT.usage, 'the cockpit needs a terminal on standard input and output; without one use: crashcart status');
}

/** Runs the cockpit on one cluster until it is left; with drills (of a demo) there is a key for them. */
export async function openOn(io: Io, asked: Invocation, inventory: Inventory, cluster: InventoryCluster, drills?: Drills): Promise<{ ok: true; exit: number } | Refusal> {
  const missing = terminalMissing(io);
  if (missing) return missing;
  const color = wantsColor(asked.color, io);
  const { openCockpit } = await import('../screens/cockpit.tsx');
  const unlocked = unlockedSessions();
  const monitor = replaceableMonitor(cluster, (wanted) => monitorOf(wanted, unlocked.transportFor));
  const notices = new Map<string, string>();
  let shown = cluster;
  const watch = inventory.file === null ? null : watchInventory(inventory.file, io.home, {
    onChange: (changed) => {
      const same = changed.clusters.find((each) => each.config.name === cluster.config.name);
      if (same) {
        notices.delete('inventory');
        shown = same;
        void takeUp(monitor, same, notices);
      } else notices.set('inventory', `cluster ${cluster.config.name} is no longer in ${changed.file ?? 'the inventory'}; what it said last stays in force`);
    },
    onProblem: (says) => void notices.set('inventory', `${says} (the last good one stays in force)`),
  });
  monitor.start();
  try {
    const exit = await openCockpit({
      store: monitor,
      actions: {
        askAll: () => monitor.askAll(),
        retry: (node) => monitor.retry(node),
        unlock: async (name) => {
          const node = shown.nodes.find((each) => each.name === name);
          if (!node) return;
          const says = await unlocked.unlock(node.target, io.stderr);
          if (says === null) notices.delete(name);
          else notices.set(name, says);
          if (says === null) monitor.retry(name);
        },
        quit: () => undefined,
        about: { version: VERSION, inventory: inventory.file, notices: () => [...notices.values()] },
      },
      now: io.now,
      color,
      ascii: asked.ascii,
      ...(drills ? { drills } : {}),
      ...(asked.size === null ? {} : { size: asked.size }),
    });
    return { ok: true, exit };
  } finally {
    await Promise.all([watch?.close(), monitor.stop()]);
    unlocked.close();
  }
}

/** A changed cluster is looked at first; a fault of ours in that is told and leaves the old one at work. */
async function takeUp(monitor: ReplaceableMonitor, cluster: InventoryCluster, notices: Map<string, string>): Promise<void> {
  try {
    await monitor.replace(cluster);
  } catch (error) {
    notices.set('inventory', `the changed inventory was not taken up: ${error instanceof Error ? error.message : String(error)}`);
  }
}
