// The block device a guest writes to: what a node shows by that name, else the bare disk itself.
import type { BlockDevice, SimNode } from '../shapes.ts';

/** How long a disk takes for one write, ms. */
const WRITE_MS = 6;

/**
 * The device of that path on the node, or null. A disk or logical volume without DRBD on it works too, and is then what
 * it is in life: one copy, on this node alone.
 */
export function blockDevice(node: SimNode, path: string): BlockDevice | null {
  return node.devices.get(path) ?? (node.disks.has(path) ? rawDisk(node, path) : null);
}

function rawDisk(node: SimNode, path: string): BlockDevice {
  const whole = () => {
    const disk = node.disks.get(path);
    return disk && !disk.failed ? disk : null;
  };
  return {
    get usable() {
      return whole() !== null;
    },
    contents: () => whole()?.data ?? null,
    write(serial, done) {
      const life = node.life;
      node.schedule.after(WRITE_MS, () => {
        if (life.ended) return;
        const disk = whole();
        disk?.data.add(serial);
        done(disk !== null);
      });
    },
  };
}
