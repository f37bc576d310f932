// How big a device is: the smaller of both disks, or what was agreed last.
import { says, writeMetadata } from './minor.ts';
import type { Minor } from './shapes.ts';

/** What the own disk offers, KiB, without metadata; 0 without a disk. */
export function ownSizeKib(minor: Minor): number {
  const { backing } = minor;
  if (!backing) return 0;
  return Math.floor((backing.metaIndex < 0 ? backing.metaOffset : backing.disk.sizeBytes) / 1024);
}

/** What the size of the device has to be now, KiB. */
export function newSizeKib(minor: Minor): number {
  const own = ownSizeKib(minor);
  const { partnerKib, sizeKib, wantedKib } = minor;
  const known = [own, partnerKib].filter((kib) => kib > 0);
  let size = own > 0 && partnerKib > 0 ? Math.min(own, partnerKib) : (known[0] ?? 0);
  if (known.length < 2 && sizeKib > 0) size = Math.min(sizeKib, ...known);
  return wantedKib > 0 && wantedKib <= size ? wantedKib : size;
}

/** Sets it, and writes it down where it changed. */
export function determineSize(minor: Minor): void {
  const size = newSizeKib(minor);
  if (size === minor.sizeKib) return;
  minor.sizeKib = size;
  says(minor, `size = ${printed(size)} (${size} KB)`);
  writeMetadata(minor);
}

/** `10 GB`: at most four digits, rounded down. */
function printed(kib: number): string {
  let size = kib;
  let unit = 0;
  for (; size >= 10_000; unit += 1) size = Math.floor(size / 1024);
  return `${size} ${['K', 'M', 'G', 'T'][unit] ?? 'T'}B`;
}
