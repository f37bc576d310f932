// What Linux and its storage tools say of the machine: mirror disks, bonds, LVM, file systems, watchdogs.

/** What md does to an array in the background. */
export interface MdSync {
  /** As printed: resync, recovery, check, reshape, repair. */
  kind: string;
  /** DELAYED (another array on the same disks goes first), PENDING (until the first write), REMOTE; null: it runs. */
  waits: string | null;
  donePercent: number | null;
  finishSeconds: number | null;
}

/** One array of /proc/mdstat. */
export interface MdArray {
  name: string;
  /** raid1, raid0, linear ...; null where the array is inactive. */
  level: string | null;
  active: boolean;
  /** `(read-only)` and `(auto-read-only)`: the latter ends with the first write. */
  readOnly: boolean;
  /** As many disks as it should have, and as are in step. */
  disksTotal: number | null;
  disksUp: number | null;
  /** One disk at least is missing or not in step; null where that is not said (inactive). */
  degraded: boolean | null;
  /** How many disks are marked as failed, `(F)`. */
  failed: number;
  /** The disks that are listed; `mark` is F (failed), S (spare), W (write-mostly), R, J, or ''. */
  disks: { name: string; mark: string }[];
  sync: MdSync | null;
}

export interface MdStat {
  arrays: MdArray[];
}

/** One bond of /proc/net/bonding. */
export interface Bond {
  name: string;
  /** As printed: `fault-tolerance (active-backup)`. */
  mode: string | null;
  /** The bond's own MII status; false also where it has no active aggregator. null: not said. */
  up: boolean | null;
  /** The member that carries the traffic; null where the mode has none, or none is. */
  active: string | null;
  /** `failures`: how often its link was lost since it joined; it never goes back. */
  members: { name: string; up: boolean | null; failures: number | null }[];
  /** It is up, and so are two or more members. */
  redundant: boolean;
}

export interface Bonding {
  bonds: Bond[];
}

/** A volume group, as vgs tells. */
export interface VolumeGroup {
  name: string;
  sizeBytes: number | null;
  freeBytes: number | null;
  clustered: boolean | null;
  /** A physical volume of it is missing. */
  partial: boolean | null;
  /** `wz--n-` as printed; null where it was not asked for. */
  attributes: string | null;
}

/** A logical volume, as lvs tells. */
export interface LogicalVolume {
  name: string;
  group: string | null;
  sizeBytes: number | null;
  /** LVM's sense of the word: the kernel has it, though it may be suspended (the attributes tell). */
  active: boolean | null;
  open: boolean | null;
  /** A physical volume of it is missing; null where this version does not say. */
  partial: boolean | null;
  /** `-wi-ao` as printed, 6 to 10 places; null where it was not asked for. */
  attributes: string | null;
}

export interface Lvm {
  groups: VolumeGroup[];
  volumes: LogicalVolume[];
  /** What LVM said beside its lists, such as `Couldn't find device with uuid ...`. */
  messages: string[];
}

/** One line of df. */
export interface FileSystem {
  device: string;
  path: string;
  sizeBytes: number | null;
  usedBytes: number | null;
  /** For ordinary users: what is kept for root is not in it. */
  freeBytes: number | null;
  usedPercent: number | null;
}

export interface FileSystems {
  mounts: FileSystem[];
  /** What df could not look at, and why: a stale server, a user's own mount. */
  failures: { path: string; why: string }[];
}

/** A watchdog device; null is what this kernel does not tell. */
export interface WatchdogDevice {
  name: string;
  /** `Software Watchdog`: the driver's own name. */
  identity: string | null;
  /** As printed: active (somebody must feed it or the node resets), inactive. */
  state: string | null;
  timeoutSeconds: number | null;
}

export interface Watchdog {
  devices: WatchdogDevice[];
}
