// What the kernel says of the machine under DRBD: mirrored disks, bonds, network cards, disks and file systems.
import type { KernelMeaning } from './kernel-log-drbd.ts';

/** The meaning of a message; null when it is about none of these. */
export function machineMeaning(text: string): KernelMeaning | null {
  for (const [about, kind, pattern] of MESSAGES) {
    if (!pattern.test(text)) continue;
    // A disk that is a DRBD device: `Buffer I/O error on device drbd1, logical block 5`.
    const minor = about === 'disk' ? /\b(?:device|dev|on) \(?drbd(\d{1,7})\b/.exec(text)?.[1] : undefined;
    return { about, kind, minor: minor === undefined ? null : Number(minor), resource: null, peer: null, from: null, to: null, changes: [], text };
  }
  return null;
}

/** `raid1: ` of 2.6, `md/raid1:md0: ` of later kernels. */
const RAID = String.raw`^(?:md\/)?(?:raid\d*|linear|multipath)(?::md\w+)?: `;

/** The first that matches counts. */
const MESSAGES: readonly [NonNullable<KernelMeaning['about']>, KernelMeaning['kind'], RegExp][] = [
  ['md', 'io-error', new RegExp(`${RAID}(?:Disk failure on |.*rescheduling sector|.*unrecoverable I/O|.*read error )`)],
  ['md', 'io-error', /^md: (?:super_written gets error|disabled device )|^md\d+: .*(?:unrecoverable I\/O|rescheduling sector)/],
  ['md', 'other', new RegExp(`^md: |${RAID}`)],
  ['bonding', 'other', /^bonding: |^\S+: (?:link status |now running without any active interface|making interface \S+ the new active one|first active interface up|(?:\([^)]*\): )?Enslaving|Removing slave )/],
  ['network', 'other', /\bLink is (?:Down|Up)\b|\blink (?:down|up)\b|NETDEV WATCHDOG|\bnetwork connection (?:down|up)\b/i],
  ['disk', 'io-error', /\bI\/O error\b|\bcritical (?:medium|target|nexus|space allocation) error\b|\bMedium Error\b|\bUnrecovered read error\b|\bSCSI (?:disk )?error ?:/i],
  ['disk', 'io-error', /\brejecting I\/O to (?:offline|dead) device|^ata\d+(?:\.\d+)?: failed command: |^hd[a-z]: \w+: error=0x|\{ UncorrectableError \}/],
  ['disk', 'other', /^(?:ata\d+(?:\.\d+)?|sd \S+|scsi\d*|scsi \S+): .*(?:exception Emask|offlined|disabled|timed? ?out|reset)|^(?:EXT\d-fs|JBD\d?|XFS|ReiserFS|REISERFS)\b.*(?:error|abort|read-only|corrupt)|^Aborting journal|Remounting filesystem read-only|^device-mapper: multipath: (?:Failing|Reinstating) path/i],
];
