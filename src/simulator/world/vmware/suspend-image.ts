// The image of a suspended machine: what is in it, how it looks as a file, when it no longer fits its disk.
import type { World } from '../shapes.ts';

export interface SuspendImage {
  /** Taken from the numbers of the writes: what the guest wrote later has a higher one. */
  serial: number;
  domain: string;
  /** Of the node it was suspended on. */
  processor: string;
  boot: number;
  ranMs: number;
  /** The guest's last write before. */
  lastWrite: number | null;
  /** Its system had crashed already. */
  crashed: boolean;
}

/** A few lines that stand for the memory of the guest. */
export function imageText(image: SuspendImage): string {
  return `VMware suspended state\nmachine = "${image.domain}"\nprocessor = "${image.processor}"\nimage = "${image.serial}"\n`;
}

/** The number of the image in such a text, which may have been copied or damaged by hand; null: it is none. */
export function imageSerial(text: string): number | null {
  const match = /^image = "(\d{1,15})"$/m.exec(text);
  return match ? Number(match[1]) : null;
}

/** True when the disk has changed since, or lacks what the guest had written: a guest that goes on from it destroys itself. */
export function isStale(world: World, image: SuspendImage, contents: ReadonlySet<number> | null): boolean {
  if (contents === null) return true;
  if (image.lastWrite !== null && !contents.has(image.lastWrite)) return true;
  return world.acknowledged.some((write) => write.domain === image.domain && write.serial > image.serial && contents.has(write.serial));
}
