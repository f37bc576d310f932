// Xen 3.0 on the nodes of a world: the hypervisor, xend, and the domains that run when the world begins.
import { instant } from '../command.ts';
import type { Guests } from '../guests/guests.ts';
import { blockDevice } from '../guests/raw-disk.ts';
import { isAlive } from '../node.ts';
import type { SimNode, System, World } from '../shapes.ts';
import { diskOf, parseXenConfig } from './config.ts';
import type { XenHost, XenMemory } from './host.ts';
import { createXenHost } from './host.ts';
import { xentopCommand, xmCommand } from './xm.ts';

/** The machines are alike. */
export type XenOptions = XenMemory;

/** What xend needs to start, ms; and how long first domains have run, at most as long as their node. */
const XEND_MS = 2400;

/**
 * Xen with the guests that have a `runsOn` running there since days, from that node's /etc/xen/NAME. The scene has made
 * their devices usable there before.
 */
export function createXen(world: World, guests: Guests, options: XenOptions): System {
  const hosts = new Map(world.nodes.map((node) => [node, createXenHost(world, node, guests, options)]));
  const hostOf = (node: SimNode): XenHost => {
    const host = hosts.get(node);
    if (!host) throw new Error(`no Xen on ${node.name}`);
    return host;
  };
  for (const node of world.nodes) {
    node.kernelFiles.set('/proc/xen/capabilities', () => 'control_d\n');
    for (const guest of guests.definitions) if (guest.runsOn === node.name) runAlready(world, hostOf(node), guest.name);
  }
  const parts = { world, guests, memory: options, hostOf };
  return {
    commands: { xm: xmCommand(parts), xentop: xentopCommand(parts), '/etc/init.d/xend': xendScript(hostOf) },
    *boot(node) {
      hostOf(node).died();
      yield world.takes(XEND_MS);
      hostOf(node).xend = true;
    },
    *shutdown(node) {
      hostOf(node).xend = false;
      for (const domain of hostOf(node).domains) hostOf(node).destroy(domain);
    },
    died(node) {
      hostOf(node).died();
      hostOf(node).xend = false;
    },
    truth: () => ({ domains: Object.fromEntries(guests.definitions.map(({ name }) => [name, guests.truth(name, () => resting(world, name))])) }),
  };
}

/** A domain is built in no time where nothing is waited for. */
function runAlready(world: World, host: XenHost, name: string): void {
  const text = host.node.read(`/etc/xen/${name}`);
  if (text === null) throw new Error(`${host.node.name} has no /etc/xen/${name}`);
  const made = host.create(parseXenConfig(text), world.schedule.now() - host.node.bootedAt).next(true).value;
  if (typeof made === 'string') throw new Error(`${name} cannot run on ${host.node.name}: ${made}`);
}

/** Where a domain that does not run could be started: where its first disk may be written. */
function resting(world: World, name: string): { node: string | null; state: string } {
  const could = world.nodes.find((node) => {
    const text = isAlive(node) ? node.read(`/etc/xen/${name}`) : null;
    const path = text === null ? null : diskOf(parseXenConfig(text).disks[0] ?? '').path;
    return path !== null && blockDevice(node, path)?.usable === true;
  });
  return { node: could?.name ?? null, state: 'off' };
}

function xendScript(hostOf: (node: SimNode) => XenHost): System['commands'][string] {
  return instant(([word = ''], node) => {
    const host = hostOf(node);
    if (word === 'status') return host.xend ? { stdout: 'xend is running\n' } : { stdout: 'xend is stopped\n', exit: 3 };
    if (!['start', 'stop', 'restart', 'reload'].includes(word)) return { stderr: 'Usage: /etc/init.d/xend {start|stop|restart|reload|status}\n', exit: 1 };
    host.xend = word !== 'stop';
    return { stdout: `${word === 'stop' ? 'Stopping' : 'Starting'} XEN control daemon: xend.\n` };
  });
}
