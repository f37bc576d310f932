// What a line of a node's kernel log says: DRBD's changes first. Words the kernel prints stay as printed.

export type KernelKind =
  | 'drbd-role' | 'drbd-connection' | 'drbd-disk' | 'split-brain' | 'resync-started' | 'resync-done'
  | 'io-error' | 'detached' | 'other';

/** One line of the kernel's log: DRBD 0.7 to 9, md, bonding, disks, network cards; anything else is `other`. */
export interface KernelEvent {
  /** ISO 8601 UTC; null without a year or a zone to go by, and where the line counts from the boot. */
  at: string | null;
  /** The time as printed, '' where the line has none. */
  stamp: string;
  /** `[12345.678901]`: seconds since the boot; null where the line has none. */
  sinceBootSeconds: number | null;
  kind: KernelKind;
  /** Which part of the kernel speaks; null: not one of those that are known, or no line of the kernel at all. */
  about: 'drbd' | 'md' | 'bonding' | 'network' | 'disk' | null;
  /** Of a DRBD device; null where the line names only the resource, and for all that is no DRBD device. */
  minor: number | null;
  /** DRBD's resource; null where the line names only the minor (8.3, many of 8.4). */
  resource: string | null;
  /** The other node, as DRBD 9 names it in front of a line. */
  peer: string | null;
  /** As printed; of several changes in one line the connection's, else the role's, else the disk's. 0.7 prints roles as pairs. */
  from: string | null;
  to: string | null;
  /** All changes of the line by DRBD's own words: role, peer, conn, repl, disk, pdsk, ... */
  changes: { of: string; from: string; to: string }[];
  /** The message without its time and host. */
  text: string;
}

export interface KernelLog {
  events: KernelEvent[];
}
