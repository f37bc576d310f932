// Small files on replicated volumes: each change is a write to the device, so it is copied, lost and overwritten like a guest's.
import { blockDevice } from '../guests/raw-disk.ts';
import type { Activity } from '../schedule.ts';
import { createSignal } from '../schedule.ts';
import type { SimNode, World } from '../shapes.ts';

/** Files below the mount points of volumes; in a node's files exactly while the volume is mounted there. */
export interface Volumes {
  /** Changes a file where it is mounted, null removes it; false when the device gave an I/O error or nothing is mounted there. */
  write(node: SimNode, path: string, text: string | null): Activity<boolean>;
  /** The volume was mounted, or unmounted: then what was changed in its files by hand goes to the device first. */
  mounted(node: SimNode, mountPath: string): void;
  unmounted(node: SimNode, mountPath: string): void;
  /** The node has lost what was mounted. */
  lost(node: SimNode): void;
  /** What a file last said on any disk of any node, whether it is mounted somewhere or not; null: it is on none. */
  onAnyDisk(path: string): string | null;
  /** The device under a path on a node; null: nothing is mounted there. */
  deviceUnder(node: SimNode, path: string): string | null;
}

interface Change {
  serial: number;
  path: string;
  text: string | null;
  /** World time. */
  at: number;
}

/** `original`: files that are on every copy from the beginning, by absolute path. */
export function createVolumes(world: World, original: Readonly<Record<string, string>>): Volumes {
  const changes: Change[] = [];
  const shown = new Map<SimNode, { mountPath: string; device: string }[]>();
  const onNode = (node: SimNode): { mountPath: string; device: string }[] => shown.get(node) ?? [];

  /** What the device says of a file: its last change that can be read there. */
  const latest = (node: SimNode, device: string, path: string): { text: string | null; at: number } => {
    const contents = blockDevice(node, device)?.contents();
    const change = changes.findLast((one) => one.path === path && contents?.has(one.serial) === true);
    return change ?? { text: original[path] ?? null, at: world.schedule.now() - OLD_MS };
  };
  const pathsBelow = (mountPath: string): string[] =>
    [...new Set([...Object.keys(original), ...changes.map(({ path }) => path)])].filter((path) => path.startsWith(`${mountPath}/`));
  const note = (node: SimNode, device: string, path: string, text: string | null, done: (ok: boolean) => void): void => {
    const block = blockDevice(node, device);
    if (!block) return done(false);
    const serial = world.nextSerial();
    changes.push({ serial, path, text, at: world.schedule.now() });
    block.write(serial, done);
  };
  const show = (node: SimNode, path: string, text: string | null, at: number): void => {
    if (text === null) node.files.remove(path);
    else if (node.files.read(path) !== text) node.files.write(path, text, { at: at + node.clockAheadMs });
  };
  const forget = (node: SimNode, mountPath: string): void => {
    for (const top of new Set(pathsBelow(mountPath).map((path) => path.slice(mountPath.length + 1).split('/')[0] ?? ''))) node.files.remove(`${mountPath}/${top}`);
    shown.set(node, onNode(node).filter((one) => one.mountPath !== mountPath));
  };

  const volumes: Volumes = {
    *write(node, path, text) {
      const device = volumes.deviceUnder(node, path);
      if (device === null) return false;
      const answer = createSignal();
      const came: boolean[] = [];
      note(node, device, path, text, (ok) => {
        came.push(ok);
        answer.fire();
      });
      while (came.length === 0) yield answer;
      const ok = came[0] === true;
      if (ok) show(node, path, text, world.schedule.now());
      return ok;
    },
    onAnyDisk(path) {
      const disks = world.nodes.flatMap((node) => [...node.disks.values()]);
      const change = changes.findLast((one) => one.path === path && disks.some((disk) => disk.data.has(one.serial)));
      return change ? change.text : (original[path] ?? null);
    },
    mounted(node, mountPath) {
      const device = node.mounts.find((one) => one.path === mountPath)?.device;
      if (device === undefined || onNode(node).some((one) => one.mountPath === mountPath)) return;
      shown.set(node, [...onNode(node), { mountPath, device }]);
      for (const path of pathsBelow(mountPath)) {
        const { text, at } = latest(node, device, path);
        show(node, path, text, at);
      }
    },
    unmounted(node, mountPath) {
      const device = onNode(node).find((one) => one.mountPath === mountPath)?.device;
      if (device === undefined) return;
      for (const path of pathsBelow(mountPath)) {
        const text = node.files.read(path);
        if (text !== latest(node, device, path).text) note(node, device, path, text, () => undefined);
      }
      forget(node, mountPath);
    },
    lost(node) {
      for (const { mountPath } of onNode(node)) forget(node, mountPath);
    },
    deviceUnder(node, path) {
      const below = node.mounts.filter((one) => path.startsWith(`${one.path}/`));
      return below.reduce<{ device: string; path: string } | null>((best, one) => (best && best.path.length >= one.path.length ? best : one), null)?.device ?? null;
    },
  };
  return volumes;
}

/** Age of the files that were there from the beginning, ms. */
const OLD_MS = 40 * 24 * 3_600_000;
