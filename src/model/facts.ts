// What one node said, typed: the facts that probes make. Words a node prints stay as printed.
import type { DrbdStatus } from './drbd-status-facts.ts';
import type { Bonding, FileSystems, Lvm, MdStat, Watchdog } from './linux-facts.ts';
import type { Boot, SetupFiles, Versions } from './setup-facts.ts';
import type { DomainState, XenList, Xentop } from './xen-facts.ts';

export type { DomainState, XenDomain, XenList } from './xen-facts.ts';

/** One cleaned line of text, as the node printed it. */
export type Text = string;

// ---- DRBD ---------------------------------------------------------------------------------------------------

/** How a resync or verify is going, as /proc/drbd tells (drbd_proc.c). */
export interface DrbdSync {
  kind: 'resync' | 'verify';
  /** null when the side that speaks prints no progress line (paused). */
  donePercent: number | null;
  remainingBytes: number | null;
  totalBytes: number | null;
  finishSeconds: number | null;
  speedBytesPerSecond: number | null;
  averageBytesPerSecond: number | null;
  wantBytesPerSecond: number | null;
  stalled: boolean;
}

/** One minor of /proc/drbd. A field that this version does not print is null. */
export interface DrbdMinor {
  minor: number;
  /** `cs:` as printed: StandAlone, WFConnection, Connected, SyncSource ... or a word we do not know. */
  connection: string;
  role: string | null;
  peerRole: string | null;
  disk: string | null;
  peerDisk: string | null;
  /** A, B, C; null when there is no network configuration. */
  protocol: string | null;
  /** Flag field as printed, without NUL bytes; 0.7 prints at most one letter. */
  ioFlags: string | null;
  unconfigured: boolean;
  networkSentBytes: number | null;
  networkReceivedBytes: number | null;
  diskWrittenBytes: number | null;
  diskReadBytes: number | null;
  activityLogUpdates: number | null;
  bitmapUpdates: number | null;
  localPending: number | null;
  pending: number | null;
  unacknowledged: number | null;
  applicationPending: number | null;
  epochs: number | null;
  /** `wo:` as printed (b, f, d, n). */
  writeOrder: string | null;
  outOfSyncBytes: number | null;
  sync: DrbdSync | null;
}

export interface ProcDrbd {
  version: string | null;
  api: string | null;
  /** `proto:` as printed, one number or a range. */
  protocol: string | null;
  /** Second header line: SVN revision, GIT-hash or srcversion, as printed. */
  build: string | null;
  resources: DrbdMinor[];
}

/** One side of a resource in drbd.conf: an `on HOST` section, per volume. */
export interface DrbdConfSide {
  node: string;
  volume: number;
  device: string | null;
  minor: number | null;
  disk: string | null;
  address: string | null;
  metaDisk: string | null;
}

export interface DrbdConfResource {
  name: string;
  protocol: string | null;
  allowTwoPrimaries: boolean;
  sides: DrbdConfSide[];
}

export interface DrbdConf {
  resources: DrbdConfResource[];
  /** Include patterns named in what was read. */
  includes: string[];
}

/** What `drbdadm sh-resources`, `sh-dev`, `sh-ll-dev` answer: this node's own side. */
export interface DrbdAdm {
  resources: { name: string; volume: number; device: string; minor: number | null; disk: string | null }[];
}

// ---- VMware Server ------------------------------------------------------------------------------------------

/** One machine that is registered on a node; the same one is, as a rule, registered on its peer too. */
export interface VmwareMachine {
  /** Its .vmx, absolute: what tells one machine from another. */
  path: string;
  /** Its displayName; the name of its file (without .vmx) where that cannot be read. */
  name: string;
  /**
   * null: not here, as its .vmx cannot be reached (its file system is mounted on the peer). unknown: registered, but
   * what it does was not told.
   */
  state: DomainState | null;
  /** `getuptime`; null where it does not run, or did not say. */
  uptimeSeconds: number | null;
  /** `memsize`. */
  memoryBytes: number | null;
  /**
   * `getheartbeat`, a counter that VMware's tools in the guest drive: it beats where two readings differ. null where it
   * does not run, or was not told.
   */
  heartbeat: number | null;
  /** What a stuck machine waits for; null: nothing, or not known. */
  question: VmwareQuestion | null;
  /** `uuid.action` of its .vmx, '' where that does not say; null: the file could not be read. */
  uuidAction: string | null;
  /** `autostart` of its .vmx (`none`, `poweron`: the host starts it at boot), '' where that does not say; absent: the file could not be read. */
  autostart?: string;
}

/** A question that VMware asks before a machine goes on. */
export interface VmwareQuestion {
  /** `msg.uuid.altered` in the log, a number where it was printed; null where it has none. */
  id: string | null;
  text: string;
  /** In the order of their numbers; null: not told. */
  choices: string[] | null;
}

export interface VmwareList {
  /** `1.0.1` of `VMware Server 1.0.1 build-29996`. */
  version: string | null;
  /** As `vmware-cmd -l` lists them. */
  machines: VmwareMachine[];
}

// ---- heartbeat ----------------------------------------------------------------------------------------------

export type ResourcesHeld = 'none' | 'local' | 'foreign' | 'all' | 'transition';

export interface HeartbeatPeer {
  name: string;
  /** `cl_status nodestatus` as printed: active, up, init, dead, ping; null when not answered. */
  status: string | null;
  /** `cl_status hblinkstatus` per link as printed: up, dead; null when not answered. */
  links: { name: string; status: string | null }[];
}

/** All that cl_status tells on one node. */
export interface HeartbeatStatus {
  running: boolean;
  /** `rscstatus` as printed; null where this version lacks it or it was not answered. */
  resources: ResourcesHeld | (string & {}) | null;
  peers: HeartbeatPeer[];
}

export interface HaCf {
  nodes: string[];
  keepaliveSeconds: number | null;
  deadtimeSeconds: number | null;
  warntimeSeconds: number | null;
  initdeadSeconds: number | null;
  autoFailback: string | null;
  links: { kind: 'bcast' | 'mcast' | 'ucast' | 'serial'; name: string }[];
  ping: string[];
  /** Lines `stonith` and `stonith_host`, as written. Empty: no fencing device is configured. */
  stonith: string[];
  logfile: string | null;
  debugfile: string | null;
  /** The device that resets the node when heartbeat hangs; null: none is named. */
  watchdog: string | null;
  /** `crm` / `pacemaker` true: haresources is not used. */
  crm: boolean;
}

export interface HaResourceGroup {
  /** The node the line names: the preferred one. */
  preferred: string;
  /** As written, `drbddisk::drbd1`; started left to right, stopped right to left. */
  members: string[];
}

export interface HaResources {
  groups: HaResourceGroup[];
}

// ---- Linux --------------------------------------------------------------------------------------------------

export interface Vitals {
  /** `uname -n`. */
  nodeName: string | null;
  kernel: string | null;
  bootId: string | null;
  uptimeSeconds: number | null;
  load: [number, number, number] | null;
  memoryTotalBytes: number | null;
  /** MemAvailable, or MemFree + Buffers + Cached on kernels that lack it. */
  memoryFreeBytes: number | null;
  swapUsedBytes: number | null;
  /** Counters of the `cpu` line of /proc/stat, in clock ticks; the use between two samples is what counts. */
  cpuTicks: { busy: number; total: number } | null;
  cpus: number | null;
}

export interface Mounts {
  mounts: { device: string; path: string; type: string; options: string }[];
}

// ---- logs ---------------------------------------------------------------------------------------------------

export type LogKind =
  | 'node-dead' | 'node-up' | 'link-dead' | 'link-up' | 'shutdown-notice' | 'shutdown-complete' | 'restart'
  | 'acquiring' | 'releasing' | 'resource-start' | 'resource-stop' | 'takeover-complete' | 'standby'
  | 'returning-after-partition' | 'both-own-resources' | 'no-stonith' | 'late-heartbeat' | 'other';

/** One line of a heartbeat log. */
export interface LogEvent {
  /** ISO 8601 UTC; null without a year or a zone to go by. */
  at: string | null;
  /** The time as printed, '' where the line has none. */
  stamp: string;
  /** As printed: info, WARN, ERROR, CRIT ...; null where the line has none. */
  level: string | null;
  daemon: string | null;
  pid: number | null;
  kind: LogKind;
  node: string | null;
  resource: string | null;
  text: string;
}

export interface HaLog {
  events: LogEvent[];
}

// ---- the table ----------------------------------------------------------------------------------------------

/** The fact each probe gives, by the probe's name. */
export interface FactTypes {
  vitals: Vitals;
  mounts: Mounts;
  mdstat: MdStat;
  bonding: Bonding;
  lvm: Lvm;
  'file-systems': FileSystems;
  watchdog: Watchdog;
  'proc-drbd': ProcDrbd;
  'drbd-conf': DrbdConf;
  drbdadm: DrbdAdm;
  'drbd-status': DrbdStatus;
  'xen-list': XenList;
  xentop: Xentop;
  'vmware-cmd': VmwareList;
  'cl-status': HeartbeatStatus;
  'ha-cf': HaCf;
  haresources: HaResources;
  boot: Boot;
  files: SetupFiles;
  versions: Versions;
}

/** Probes whose last answer is a fact of the node's view. Logs are events, not facts. */
export type FactName = keyof FactTypes;
