// The shapes of a world: a machine, its programs and devices, the systems that run on it, and the whole.
import type { FileStore } from './files.ts';
import type { Network, SimLink } from './network.ts';
import type { Random } from './random.ts';
import type { Activity, Life, Schedule } from './schedule.ts';
import type { LostWrite, Truth } from './truth.ts';

/** One run of a program. */
export interface Call {
  node: SimNode;
  /** The program first, as it was typed. */
  argv: readonly string[];
  /** Prints on stdout or stderr, at once; the newline is the caller's. */
  out(text: string): void;
  err(text: string): void;
  /** One line of stdin without its newline; null at its end. */
  line(): Activity<string | null>;
}

/** What a program does; returns its exit code. */
export type Command = (call: Call) => Activity<number>;

/** What a program left behind. */
export interface Ran {
  exit: number;
  stdout: string;
  stderr: string;
}

/** off: no power. booting: power, but nothing answers yet. up. hung: power, and nothing goes on any more, the kernel included. */
export type Machine = 'off' | 'booting' | 'up' | 'hung';

/** A block device that a file system or a guest may stand on, as this node shows it. */
export interface BlockDevice {
  /** True when it may be opened for writing now (a DRBD device: this node is Primary and has data to show). */
  readonly usable: boolean;
  /** What is left for a file system; where it is not said, that of the disk by the same name. */
  readonly sizeBytes?: number;
  /** Numbers of the guests' writes that can be read here now; null when nothing can. */
  contents(): ReadonlySet<number> | null;
  /** Hands a guest's write over. `done(true)`: acknowledged, it is the guest's from now on; `done(false)`: an I/O error. Never called when the node dies first. */
  write(serial: number, done: (ok: boolean) => void): void;
}

/** A disk, partition or logical volume of a node, with what is on it. Survives the loss of power. */
export interface Disk {
  sizeBytes: number;
  /** Every access ends with an I/O error. */
  failed: boolean;
  /** Numbers of the guests' writes that are on it. */
  data: Set<number>;
}

/** A machine. Paths are absolute as the node knows them. */
export interface SimNode {
  readonly name: string;
  readonly schedule: Schedule;
  readonly random: Random;
  readonly files: FileStore;
  machine: Machine;
  /** True from the beginning of an orderly shutdown to the next power-on; a cut cord or a hang ends it. Connections know it. */
  isShuttingDown: boolean;
  /** From power-on to its loss, or to a hang; everything that runs on the node runs in it. */
  life: Life;
  /** When it got its power last, world time; and the boot's own id. */
  bootedAt: number;
  bootId: string;
  /** How far the node's clock is ahead of the world's, ms. */
  clockAheadMs: number;
  /** The node's clock, epoch ms. */
  clock(): number;
  /** Who keeps a block device open: device path → reasons ("mounted on /home", "domain domain1"). Lost with the power. */
  readonly holders: Map<string, Set<string>>;
  /** Its disks by path: `/dev/md6`, `/dev/lvm/domain1`. */
  readonly disks: Map<string, Disk>;
  /** Block devices by path, `/dev/drbd1`. */
  readonly devices: Map<string, BlockDevice>;
  /** What is mounted, in order; lost with the power. */
  mounts: { device: string; path: string; type: string; options: string }[];
  /** Called after a file system was mounted or unmounted, with the mount point; the hypervisor hangs in here. */
  mounted: (path: string) => void;
  unmounted: (path: string) => void;
  /** Programs: by name where they are in PATH, by absolute path where not. */
  readonly commands: Map<string, Command>;
  /** Files the kernel makes at the moment of reading: path → text; null: not there. Kept current by `World.refresh`. */
  readonly kernelFiles: Map<string, () => string | null>;
  /** What a file says now: one of the kernel's, else a stored one; null when there is none. */
  read(path: string): string | null;
  /** Runs a program as a script on the node would; `stdin` are its lines. Unknown programs end with 127. */
  run(argv: readonly string[], stdin?: readonly string[]): Activity<Ran>;
  /** A new process id. */
  pid(): number;
  /** A line of the kernel's log (/var/log/kern.log, and what dmesg shows). */
  kernelSays(text: string): void;
}

/** One thing that runs on the nodes: DRBD, the hypervisor, the cluster manager. Made per world, knows all its nodes. */
export interface System {
  /** Programs it brings, the same on every node: by name, or by absolute path where they are not in PATH. */
  commands: Readonly<Record<string, Command>>;
  /** What its init script does at boot; systems boot one after the other, in the order of the world's list. */
  boot(node: SimNode): Activity<void>;
  /** What its init script does when the node shuts down; in reverse order. */
  shutdown(node: SimNode): Activity<void>;
  /** The node lost its power or hung: what was in its memory is gone (power) or stands still (hang). Its life has ended already. */
  died(node: SimNode, how: 'power' | 'hang'): void;
  /** Its part of the truth. */
  truth(): Partial<Pick<Truth, 'replicas' | 'domains' | 'groups'>> & { manager?: Record<string, string>; lostWrites?: LostWrite[] };
}

/** What came of a command to the world; `says` is one sentence. */
export type Outcome = { ok: true; says?: string } | { ok: false; says: string };

/** What the commands of the world need from a scene's systems. */
export interface Built {
  /** In the order of their boot. */
  systems: readonly System[];
  /** Names of the domains, as in `truth`. */
  domains: readonly string[];
  /** From now on every access to this node's disk under the resource fails. */
  diskError(node: SimNode, resource: string): Outcome;
  /** The domain stands still with a question. */
  stuck(domain: string): Outcome;
  /** Each running instance of the domain writes once, now. */
  write(domain: string): Outcome;
  /** True while some instance of the domain answers the users. */
  answers(domain: string): boolean;
  /** Number of the boot that answers now, null when none does; the same number after a silence: its users' sessions live on. */
  bootOf?(domain: string): number | null;
}

/** A guest's write that it was told is safe. */
export interface AckedWrite {
  serial: number;
  domain: string;
  node: SimNode;
  /** The block device it went to, `/dev/drbd1`. */
  device: string;
  /** World time, epoch ms. */
  at: number;
}

/** What a scene's drills are about. */
export interface DrillParts {
  /** The node things happen to, and the one that stays. */
  node: string;
  peer: string;
  /** The link the resources are replicated over. */
  link: string;
  /** A resource whose Primary is `node`. */
  resource: string;
  /** A domain that can be stuck with a question; null where the hypervisor asks none. */
  domain: string | null;
}

/** What a scene is made of. */
export interface Scene {
  name: string;
  /** One line for `demo --list`. */
  says: string;
  nodes: readonly string[];
  links: readonly Omit<SimLink, 'cut'>[];
  /** What its drills are about; a scene without has none. */
  drills?: DrillParts;
  /** Puts configuration files, disks and log history in place and gives the systems. */
  build(world: World): Built;
}

export interface WorldOptions {
  /** Epoch ms: where the world's time begins. */
  startMs: number;
  seed?: number;
  /** Durations of the world's own processes are divided by this, and so are the times in the nodes' own files. */
  hurry?: number;
  /** Where a node's files are kept; default: in memory. */
  files?: (node: string) => FileStore;
}

export interface World {
  readonly scene: Scene;
  readonly schedule: Schedule;
  readonly random: Random;
  readonly hurry: number;
  readonly nodes: readonly SimNode[];
  readonly network: Network;
  readonly built: Built;
  /** Every write that a guest was told is safe, in order. */
  readonly acknowledged: AckedWrite[];
  /** The node of that name, or undefined. */
  node(name: string): SimNode | undefined;
  /** How long something takes that takes so many milliseconds in life. */
  takes(ms: number): number;
  /** A number for the next write of a guest. */
  nextSerial(): number;
  /** Lets time pass. */
  advanceTo(ms: number): void;
  /** Writes the kernel's files of living nodes where they changed. */
  refresh(): void;
  /** Pulls the power cord: nothing is said to anybody. */
  powerCut(node: SimNode): void;
  /** Gives the power back; the machine boots. */
  powerOn(node: SimNode): void;
  /** The machine stands still, kernel and all. */
  hang(node: SimNode): void;
  /** Runs the shutdown of every system, then cuts the power, or boots again. */
  shutDown(node: SimNode, again: boolean): void;
  /** Called after a machine came up, died or hung. */
  onMachine(hear: (node: SimNode) => void): void;
  truth(): Truth;
  /** Starts the count of `downSeconds` anew. */
  mark(): void;
  markedAt(): number;
}
