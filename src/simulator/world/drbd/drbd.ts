// DRBD 0.7 in a world: replicated devices on the nodes, each as its own kernel module and disk have it.
import { networkChanged } from './connection.ts';
import { drbdadm } from './drbdadm.ts';
import { drbdsetup } from './drbdsetup.ts';
import { localError, touchSoon } from './local-error.ts';
import { cleanUp } from './minor.ts';
import type { Kernel } from './shapes.ts';
import { moduleCommands } from './module.ts';
import { createPlaces } from './places.ts';
import type { Places } from './places.ts';
import { procDrbd } from './proc-drbd.ts';
import { copiesOf, createGenerations, lostWrites, replicas } from './replicas.ts';
import { settle } from './settle.ts';
import type { Outcome, SimNode, System, World } from '../shapes.ts';

/** What a scene says of its DRBD; everything else stands in /etc/drbd.conf of the nodes. */
export interface DrbdOptions {
  /** The two lines at the top of /proc/drbd. */
  versionLines: readonly [string, string];
  /** Who is Primary of what when the world begins. */
  resources: readonly { name: string; primary: string | null }[];
}

export interface DrbdSystem extends System {
  /** From now on every access to the node's disk under the resource fails; DRBD finds out at the next one. */
  diskError(node: SimNode, resource: string): Outcome;
  /** The resource a device belongs to by the node's drbd.conf. */
  resourceOf(node: SimNode, device: string): string | null;
  /** The copies of a resource, one a node that has a disk for it. */
  copies(resource: string): { node: SimNode; data: ReadonlySet<number>; mayBecomePrimary: boolean }[];
}

/** A mounted file system comes back to its disk after so long at the latest. */
const JOURNAL_MS = 5000;

/** Everything runs as if since days: Connected, Consistent, with the given Primaries. */
export function createDrbd(world: World, options: DrbdOptions): DrbdSystem {
  const random = world.random.branch('drbd');
  const kernel: Kernel = {
    world, random, salt: random.whole(0, 0x7fffffff), modules: new Map(), onDisk: new WeakMap(), sessions: new Set(), localError,
    versionLines: options.versionLines,
  };
  const places = createPlaces(world);
  settle(kernel, places, options.resources);
  const generations = createGenerations();
  for (const node of world.nodes) node.kernelFiles.set('/proc/drbd', () => procDrbd(kernel, node));
  world.network.onChange(() => networkChanged(kernel));
  const [adm, setup] = [drbdadm(kernel), drbdsetup(kernel)];
  return {
    commands: { drbdadm: adm, '/sbin/drbdadm': adm, drbdsetup: setup, '/sbin/drbdsetup': setup, ...moduleCommands(kernel) },
    *boot(node) {
      yield* node.run(['/etc/init.d/drbd', 'start']);
    },
    *shutdown(node) {
      yield* node.run(['/etc/init.d/drbd', 'stop']);
    },
    died(node, how) {
      if (how === 'hang') return;
      for (const minor of kernel.modules.get(node)?.minors ?? []) cleanUp(minor);
      kernel.modules.delete(node);
    },
    truth: () => ({ replicas: replicas(kernel, places, generations), lostWrites: lostWrites(kernel, places) }),
    diskError: (node, resource) => diskError(kernel, places, node, resource),
    resourceOf: (node, device) => places.resourceOf(node, device),
    copies: (resource) => copiesOf(kernel, places, resource),
  };
}

function diskError(kernel: Kernel, places: Places, node: SimNode, resource: string): Outcome {
  const place = places.of(resource).find((one) => one.node === node);
  const disk = place && node.disks.get(place.disk);
  if (!place || !disk) return { ok: false, says: `${node.name} has no disk under ${resource}; resources: ${places.names().join(', ')}` };
  disk.failed = true;
  const minor = kernel.modules.get(node)?.minors[place.number];
  if (minor?.backing) touchSoon(minor, kernel.world.takes(JOURNAL_MS));
  return { ok: true };
}
