// The metadata block of DRBD 0.7 on a disk: where it lies, and its bytes.

/** The generation counters, in the order of their weight. */
export interface Counters {
  human: number;
  timeout: number;
  connected: number;
  arbitrary: number;
}

/** What the block says. */
export interface MetadataBlock {
  /** Size both sides agreed on, KiB. */
  sizeKib: number;
  consistent: boolean;
  /** Was Primary at the last write. */
  primaryInd: boolean;
  /** Was connected at the last write. */
  connectedInd: boolean;
  /** The next resync has to be a full one. */
  fullSync: boolean;
  counters: Counters;
  alExtents: number;
}

/** What is reserved for metadata, KiB: 128 MiB. */
export const RESERVED_KIB = 131_072;
/** 0x83740267, third form of the file. */
const MAGIC = 0x8374026a;
const BLOCK_BYTES = 512;

/** Byte offset of internal metadata on a lower device: 4 KiB aligned, 128 MiB before its end. */
export function internalOffset(sizeBytes: number): number {
  return Math.floor(sizeBytes / 4096) * 4096 - RESERVED_KIB * 1024;
}

/** The 512 bytes of a block, big endian. */
export function encodeMetadata(block: MetadataBlock): Uint8Array {
  const bytes = new Uint8Array(BLOCK_BYTES);
  const view = new DataView(bytes.buffer);
  view.setBigUint64(0, BigInt(block.sizeKib));
  const { counters } = block;
  const flags = (block.consistent ? 1 : 0) | (block.primaryInd ? 2 : 0) | (block.connectedInd ? 4 : 0) | (block.fullSync ? 8 : 0);
  const words = [flags, counters.human, counters.timeout, counters.connected, counters.arbitrary, MAGIC, RESERVED_KIB, 8, block.alExtents, 72];
  for (const [index, word] of words.entries()) view.setUint32(8 + 4 * index, word >>> 0);
  return bytes;
}

/** Reads a block; null when there is none of 0.7. */
export function decodeMetadata(bytes: Uint8Array): MetadataBlock | null {
  if (bytes.length < 48) return null;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const word = (index: number): number => view.getUint32(8 + 4 * index);
  if (word(5) !== MAGIC) return null;
  const flags = word(0);
  return {
    sizeKib: Number(view.getBigUint64(0)),
    consistent: (flags & 1) !== 0, primaryInd: (flags & 2) !== 0, connectedInd: (flags & 4) !== 0, fullSync: (flags & 8) !== 0,
    counters: { human: word(1), timeout: word(2), connected: word(3), arbitrary: word(4) },
    // The module takes its default when the number cannot be right.
    alExtents: word(8) < 7 ? 127 : word(8),
  };
}
