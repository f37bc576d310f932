// `status`: one look at each cluster, printed, with an exit code for monitoring.
import type { InventoryCluster } from '../monitor/inventory.ts';
import type { Monitor, Snapshot } from '../monitor/store.ts';
import type { Health } from '../model/findings.ts';
import { health } from '../model/health.ts';
import type { Invocation } from './args.ts';
import { EXIT, HEALTH_EXIT, refuse, worst } from './exit-codes.ts';
import type { Refusal } from './exit-codes.ts';
import { inAscii, wantsColor } from './io.ts';
import type { Io } from './io.ts';
import { openInventory } from './open-inventory.ts';
import { firstLook, monitorOf } from './start-monitor.ts';
import { statusDocument } from './status-document.ts';
import { statusOneLine, statusText } from './status-text.ts';

/** Exit 0 ok, 1 warning, 2 critical, 3 unknown: the worst of the clusters. */
export async function statusCommand(io: Io, asked: Invocation): Promise<{ ok: true; exit: number } | Refusal> {
  if (asked.json && asked.oneline) return refuse(EXIT.usage, 'status takes --json or --oneline, not both');
  const opened = await openInventory(io, asked.inventory, asked.words);
  if (!opened.ok) return opened;
  const monitors = opened.clusters.map((cluster) => ({ cluster, monitor: monitorOf(cluster) }));
  const healths: Health[] = [];
  try {
    for (const { monitor } of monitors) monitor.start();
    if ((await firstLook(monitors.map(({ monitor }) => monitor), io.signal)) === 'interrupted') return { ok: true, exit: EXIT.interrupted };
    for (const { cluster, monitor } of monitors) {
      const snapshot = openOnly(monitor);
      healths.push(health(snapshot.findings));
      io.stdout.write(printed(cluster, snapshot, asked, wantsColor(asked.color, io)));
    }
  } finally {
    await Promise.all(monitors.map(({ monitor }) => monitor.stop()));
  }
  return { ok: true, exit: HEALTH_EXIT[worst(healths)] };
}

function printed(cluster: InventoryCluster, { cluster: seen, findings, at }: Snapshot, asked: Invocation, color: boolean): string {
  if (asked.json) return `${JSON.stringify(statusDocument(seen, findings, cluster.services.map((service) => service.name), at))}\n`;
  const text = asked.oneline ? statusOneLine(seen, findings, at) : statusText(seen, findings, at, color);
  return asked.ascii ? inAscii(text) : text;
}

/** The snapshot without the findings that are over. */
function openOnly(monitor: Monitor): Snapshot {
  const snapshot = monitor.get();
  return { ...snapshot, findings: snapshot.findings.filter((finding) => finding.goneAt === null) };
}
