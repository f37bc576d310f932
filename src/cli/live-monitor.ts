// A monitor whose cluster may change under it: the screen stays while a changed inventory is taken up.
import type { InventoryCluster } from '../monitor/inventory.ts';
import type { Monitor, Snapshot } from '../monitor/store.ts';

export interface ReplaceableMonitor extends Monitor {
  /**
   * Takes up a changed cluster: a monitor of it is started beside the one at work and takes its place after its
   * first look, so that nothing on the screen is erased meanwhile. Nothing happens where nothing changed.
   */
  replace(cluster: InventoryCluster): Promise<void>;
}

/** `make` gives a monitor that is not started. */
export function replaceableMonitor(cluster: InventoryCluster, make: (cluster: InventoryCluster) => Monitor): ReplaceableMonitor {
  let current = make(cluster);
  let shape = JSON.stringify(cluster);
  let coming: Monitor | null = null;
  let stopped = false;
  const listeners = new Set<() => void>();
  const tell = (): void => listeners.forEach((listener) => listener());
  let unsubscribe = current.subscribe(tell);
  const endings = new Set<Promise<void>>();
  const end = (monitor: Monitor): void => {
    const ending = monitor.stop().finally(() => endings.delete(ending));
    endings.add(ending);
  };

  return {
    firstLook: current.firstLook,
    get: (): Snapshot => current.get(),
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    start: () => current.start(),
    askAll: () => current.askAll(),
    retry: (node) => {
      current.retry(node);
      coming?.retry(node);
    },
    stop: async () => {
      stopped = true;
      unsubscribe();
      if (coming) end(coming);
      end(current);
      await Promise.all(endings);
    },
    replace: async (changed) => {
      const wanted = JSON.stringify(changed);
      if (wanted === shape || stopped) return;
      shape = wanted;
      if (coming) end(coming);
      const next = make(changed);
      coming = next;
      next.start();
      await next.firstLook;
      // A later change, or the end, overtook this one: whoever did has stopped it.
      if (coming !== next) return;
      coming = null;
      if (stopped) return;
      unsubscribe();
      end(current);
      current = next;
      unsubscribe = current.subscribe(tell);
      tell();
    },
  };
}
