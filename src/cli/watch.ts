// `watch --json`: a line of JSON per event, until a signal comes or nobody reads any more.
import type { Snapshot } from '../monitor/store.ts';
import type { Invocation } from './args.ts';
import { EXIT, refuse } from './exit-codes.ts';
import type { Refusal } from './exit-codes.ts';
import { aborted } from './io.ts';
import type { Io } from './io.ts';
import { openInventory } from './open-inventory.ts';
import { firstLook, monitorOf } from './start-monitor.ts';
import { eventsBetween } from './watch-events.ts';

/** Begins with the findings that are open after the first look. Exit 0. */
export async function watchCommand(io: Io, asked: Invocation): Promise<{ ok: true; exit: number } | Refusal> {
  if (!asked.json) return refuse(EXIT.usage, 'watch prints JSON only; write: crashcart watch --json');
  const opened = await openInventory(io, asked.inventory, asked.words);
  if (!opened.ok) return opened;
  const monitors = opened.clusters.map((cluster) => monitorOf(cluster));
  try {
    for (const monitor of monitors) monitor.start();
    await Promise.all(monitors.map(async (monitor) => {
      await firstLook([monitor], io.signal);
      let before: Snapshot | null = null;
      const tell = (): void => {
        const after = monitor.get();
        if (io.signal.aborted || after === before) return;
        for (const event of eventsBetween(before, after)) io.stdout.write(`${JSON.stringify(event)}\n`);
        before = after;
      };
      tell();
      monitor.subscribe(tell);
    }));
    await aborted(io.signal);
  } finally {
    await Promise.all(monitors.map((monitor) => monitor.stop()));
  }
  return { ok: true, exit: EXIT.ok };
}
