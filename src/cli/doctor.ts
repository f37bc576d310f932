// `doctor`: is everything there that crashcart needs, on this machine and on each node, and how to mend what is not.
import { execa } from 'execa';
import { typeThis } from '../transport/unlock.ts';
import type { InventoryCluster } from '../monitor/inventory.ts';
import type { Invocation } from './args.ts';
import { nodeChecks } from './doctor-report.ts';
import type { Check } from './doctor-report.ts';
import { doctorText } from './doctor-text.ts';
import { EXIT } from './exit-codes.ts';
import type { Refusal } from './exit-codes.ts';
import { wantsColor } from './io.ts';
import type { Io } from './io.ts';
import { isoTime } from './iso-time.ts';
import { openInventory } from './open-inventory.ts';
import { firstLook, monitorOf, WHOLE } from './start-monitor.ts';

/** Exit 0 when nothing is to be mended, else 1. */
export async function doctorCommand(io: Io, asked: Invocation): Promise<{ ok: true; exit: number } | Refusal> {
  const opened = await openInventory(io, asked.inventory, asked.words);
  if (!opened.ok) return opened;
  const local = [inventoryCheck(opened.inventory.file), await sshCheck(), terminalCheck(io)];
  const monitors = opened.clusters.map((cluster) => ({ cluster, monitor: monitorOf(cluster, undefined, WHOLE) }));
  let isFine = true;
  try {
    for (const { monitor } of monitors) monitor.start();
    if ((await firstLook(monitors.map(({ monitor }) => monitor), io.signal)) === 'interrupted') return { ok: true, exit: EXIT.interrupted };
    for (const { cluster, monitor } of monitors) {
      const now = io.now();
      const checks = [...local, ...nodeChecks(monitor.get().cluster, cluster.nodes.map(accessOf), now)];
      const fine = checks.every((check) => check.state !== 'bad');
      isFine &&= fine;
      if (asked.json) io.stdout.write(`${JSON.stringify({ schema: 'crashcart/doctor/1', cluster: cluster.config.name, at: isoTime(now), ok: fine, checks })}\n`);
      else io.stdout.write(doctorText(cluster.config.name, checks, wantsColor(asked.color, io), asked.ascii));
    }
  } finally {
    await Promise.all(monitors.map(({ monitor }) => monitor.stop()));
  }
  return { ok: true, exit: isFine ? EXIT.ok : EXIT.warning };
}

function accessOf(node: InventoryCluster['nodes'][number]): { name: string; typeThis: string; user: string | null; sudo: boolean } {
  return { name: node.name, typeThis: typeThis(node.target), user: node.target.user ?? null, sudo: node.sudo };
}

function inventoryCheck(file: string | null): Check {
  return { node: null, check: 'inventory', state: 'ok', says: file === null ? 'none; the hosts were named on the command line' : `${file} reads well`, mend: null };
}

/** The user's own ssh; without it everything goes over ssh2, which knows less of his configuration. */
async function sshCheck(): Promise<Check> {
  const asked = await execa('ssh', ['-V'], { reject: false, stdin: 'ignore', timeout: 5000 });
  const version = String(asked.stderr).split('\n')[0]?.trim() ?? '';
  if (asked.exitCode === 0 && version !== '') return { node: null, check: 'ssh', state: 'ok', says: version, mend: null };
  return { node: null, check: 'ssh', state: 'note', says: 'no ssh here; ssh2 is used, without certificates, hardware keys and ssh_config', mend: null };
}

function terminalCheck(io: Io): Check {
  const locale = io.env['LC_ALL'] || io.env['LC_CTYPE'] || io.env['LANG'] || '';
  const term = io.env['TERM'] || 'not set';
  if (term === 'dumb' || term === 'not set') return { node: null, check: 'terminal', state: 'note', says: `TERM is ${term}: status and watch work, the cockpit needs a terminal`, mend: null };
  if (!/utf-?8/i.test(locale)) return { node: null, check: 'terminal', state: 'note', says: `TERM ${term}, locale ${locale || 'not set'}: no UTF-8; use --ascii`, mend: null };
  return { node: null, check: 'terminal', state: 'ok', says: `TERM ${term}, UTF-8`, mend: null };
}
