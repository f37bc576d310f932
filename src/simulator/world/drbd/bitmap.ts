// Which blocks of a device are out of sync: the bitmap and the activity log that lie on the disk beside the data.

/** Where the guests' writes fall on a device, and how big they are; the same on both sides. */
export interface Geometry {
  /** Size of the device, KiB. */
  sizeKib: number;
  /** Differs from world to world. */
  salt: number;
}

/** A bitmap. Positions are parts of the device, from 0 up to 1; a resync goes from low to high. */
export interface Bitmap {
  /** Everything from here to the end is out of sync; 1: nothing is by this. */
  from: number;
  /** 4 MiB extents that are out of sync, by number. */
  extents: Set<number>;
  /** Single writes that are out of sync. */
  serials: Set<number>;
}

/** What a disk keeps beside data and metadata block. */
export interface OnDisk {
  bitmap: Bitmap;
  /** Extents that a Primary may be writing to. */
  activityLog: Set<number>;
}

/** One piece of out-of-sync device. */
export interface Mark {
  position: number;
  /** In bits of 4 KiB. */
  bits: number;
}

const EXTENT_KIB = 4096;
const BIT_KIB = 4;
/** A guest writes to so many places again and again: its file system's journal, its logs, its data. */
const HOT_EXTENTS = 40;

/** A bitmap with nothing marked. */
export function emptyBitmap(): Bitmap {
  return { from: 1, extents: new Set(), serials: new Set() };
}

/** Marks the whole device. */
export function markAll(bitmap: Bitmap): void {
  bitmap.from = 0;
  bitmap.extents.clear();
  bitmap.serials.clear();
}

/** Marks nothing any more. */
export function clearAll(bitmap: Bitmap): void {
  bitmap.from = 1;
  bitmap.extents.clear();
  bitmap.serials.clear();
}

/** The 4 MiB extent a write falls into. */
export function extentOf(geometry: Geometry, serial: number): number {
  return hotExtent(geometry, hash(serial, geometry.salt) % HOT_EXTENTS);
}

/** All extents that guests ever write to. */
export function hotExtents(geometry: Geometry): number[] {
  return Array.from({ length: HOT_EXTENTS }, (_, index) => hotExtent(geometry, index));
}

function hotExtent({ sizeKib }: Geometry, index: number): number {
  return Math.floor((index * Math.max(1, Math.floor(sizeKib / EXTENT_KIB))) / HOT_EXTENTS);
}

/** How big a write is: 4 to 64 KiB. */
export function writeKib(geometry: Geometry, serial: number): number {
  return BIT_KIB * (1 + (hash(serial, geometry.salt + 1) % 16));
}

/** Where on the device a write falls. */
export function positionOf(geometry: Geometry, serial: number): number {
  const within = (hash(serial, geometry.salt + 2) % 1024) / 1024;
  return ((extentOf(geometry, serial) + within) * EXTENT_KIB) / Math.max(EXTENT_KIB, geometry.sizeKib);
}

/** True when the blocks of a write are marked. */
export function isMarked(bitmap: Bitmap, geometry: Geometry, serial: number): boolean {
  return bitmap.serials.has(serial) || bitmap.extents.has(extentOf(geometry, serial)) || positionOf(geometry, serial) >= bitmap.from;
}

/** Adds what another bitmap marks. */
export function merge(into: Bitmap, other: Bitmap): void {
  into.from = Math.min(into.from, other.from);
  for (const extent of other.extents) into.extents.add(extent);
  for (const serial of other.serials) into.serials.add(serial);
}

/** All that is marked, from low to high, without marking anything twice. */
export function marksOf(bitmap: Bitmap, geometry: Geometry): Mark[] {
  const marks: Mark[] = [];
  for (const extent of bitmap.extents) {
    const position = (extent * EXTENT_KIB) / geometry.sizeKib;
    if (position < bitmap.from) marks.push({ position, bits: EXTENT_KIB / BIT_KIB });
  }
  for (const serial of bitmap.serials) {
    const position = positionOf(geometry, serial);
    if (position < bitmap.from && !bitmap.extents.has(extentOf(geometry, serial))) marks.push({ position, bits: writeKib(geometry, serial) / BIT_KIB });
  }
  if (bitmap.from < 1) marks.push({ position: bitmap.from, bits: Math.ceil(((1 - bitmap.from) * geometry.sizeKib) / BIT_KIB) });
  return marks.sort((one, other) => one.position - other.position);
}

/** How many bits are set. */
export function weightOf(bitmap: Bitmap, geometry: Geometry): number {
  return marksOf(bitmap, geometry).reduce((sum, mark) => sum + mark.bits, 0);
}

/** Takes the marks below a position away. */
export function clearBelow(bitmap: Bitmap, geometry: Geometry, position: number): void {
  bitmap.from = Math.max(bitmap.from, Math.min(1, position));
  for (const extent of [...bitmap.extents]) if (((extent + 1) * EXTENT_KIB) / geometry.sizeKib <= position) bitmap.extents.delete(extent);
  for (const serial of [...bitmap.serials]) if (positionOf(geometry, serial) < position) bitmap.serials.delete(serial);
}

/** KiB of so many bits. */
export function bitsToKib(bits: number): number {
  return bits * BIT_KIB;
}

/** A number of 32 bits that looks like chance and is always the same. */
function hash(value: number, salt: number): number {
  let word = Math.imul(value ^ 0x9e3779b9, 0x85ebca6b) ^ Math.imul(salt + 1, 0xc2b2ae35);
  word = Math.imul(word ^ (word >>> 16), 0x7feb352d);
  word = Math.imul(word ^ (word >>> 15), 0x846ca68b);
  return (word ^ (word >>> 16)) >>> 0;
}
