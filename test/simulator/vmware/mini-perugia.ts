// alpha and bravo with one mirrored volume that holds the machine of delta, mounted on bravo, delta running there.
import { createGuests } from '../../../src/simulator/world/guests/guests.ts';
import type { Guests } from '../../../src/simulator/world/guests/guests.ts';
import { hold } from '../../../src/simulator/world/linux.ts';
import { scriptCommands } from '../../../src/simulator/world/scripts/scripts.ts';
import type { World } from '../../../src/simulator/world/shapes.ts';
import type { VmwareSystem } from '../../../src/simulator/world/vmware/vmware.ts';
import { createVmware } from '../../../src/simulator/world/vmware/vmware.ts';
import { miniWorld, mirror, nodeOf, pass, run } from '../guests/mini-world.ts';
import type { Mirror } from '../guests/mini-world.ts';

export const VOLUME = '/var/lib/vmware/VirtualMachinesBRAVO';
export const DELTA = `${VOLUME}/DeltaKUBUNTU/DeltaKUBUNTU.vmx`;
export const IMAGE = DELTA.replace('.vmx', '.vmss');

export interface MiniPerugia {
  world: World;
  guests: Guests;
  vmware: VmwareSystem;
  disk: Mirror;
}

/** `alike`: both nodes have the same processor. */
export function miniPerugia(options: { alike?: boolean; hurry?: number; runsOn?: string | null } = {}): MiniPerugia {
  const disk = mirror('bravo');
  const box: { parts?: { guests: Guests; vmware: VmwareSystem } } = {};
  const world = miniWorld((made) => {
    for (const node of made.nodes) node.devices.set('/dev/drbd1', disk.on(node));
    const bravo = made.nodes[1];
    if (!bravo) throw new Error('no bravo');
    bravo.mounts.push({ device: '/dev/drbd1', path: VOLUME, type: 'ext3', options: 'rw' });
    hold(bravo, '/dev/drbd1', `mounted on ${VOLUME}`);
    const guests = createGuests(made, [{ name: 'delta', memoryMib: 256, vcpus: 1, bootMs: 42_000, runsOn: options.runsOn === undefined ? 'bravo' : options.runsOn }]);
    const vmware = createVmware(made, guests, {
      machines: [{ guest: 'delta', path: DELTA, guestOs: 'ubuntu', mac: '00:50:56:00:00:37' }],
      processors: { alpha: 'Intel(R) Xeon(TM) CPU 3.20GHz', bravo: options.alike === true ? 'Intel(R) Xeon(TM) CPU 3.20GHz' : 'Intel(R) Pentium(R) 4 CPU 2.40GHz' },
    });
    box.parts = { guests, vmware };
    return { systems: [{ commands: scriptCommands(made), *boot() {}, *shutdown() {}, died: () => undefined, truth: () => ({}) }, vmware] };
  }, options);
  if (!box.parts) throw new Error('no parts');
  return { world, disk, ...box.parts };
}

/** Moves the volume from one node to the other by hand. */
export function move({ world, disk }: MiniPerugia, from: string, to: string): void {
  const off = run(world, from, `umount ${VOLUME}`);
  if (off.exit !== 0) throw new Error(off.stderr);
  // What the unmount writes out is on its way for some milliseconds.
  pass(world, 1);
  disk.primary.delete(from);
  disk.primary.add(to);
  const on = run(world, to, `mount -t ext3 /dev/drbd1 ${VOLUME}`);
  if (on.exit !== 0) throw new Error(on.stderr);
}

export function vm(mini: MiniPerugia, node: string, words: string, stdin: readonly string[] = []): ReturnType<typeof run> {
  return run(mini.world, node, ['vmware-cmd', DELTA, ...words.split(' ')], stdin);
}

/** The state of the machine as the world knows it. */
export function deltaTruth({ world }: MiniPerugia): { node: string | null; state: string; on: string[] } {
  const { node = null, state = '', on = [] } = world.truth().domains['delta'] ?? {};
  return { node, state, on };
}

export { nodeOf, run };
