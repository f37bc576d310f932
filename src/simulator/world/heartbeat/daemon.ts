// One running heartbeat: what it knows, what it believes of the other side, and how it speaks in the log.
import type { Life } from '../schedule.ts';
import type { Activity } from '../schedule.ts';
import type { SimNode, World } from '../shapes.ts';
import type { HaCf } from './config.ts';
import { haLog } from './log.ts';
import type { HaLevel } from './log.ts';

/** Which groups, seen from one node: bit 1 its own ("local"), bit 2 the other node's ("foreign"). */
export type Holds = 0 | 1 | 2 | 3;
export const NONE = 0;
export const LOCAL = 1;
export const FOREIGN = 2;
export const ALL = 3;

/** none, local, foreign, all. */
export function holdsName(holds: Holds): string {
  return ['none', 'local', 'foreign', 'all'][holds] ?? 'none';
}

/** What daemons tell each other; each is heard by its sender too. */
export type Message =
  | { type: 'status'; status: NodeStatus }
  /** "I am starting; who holds what?" */
  | { type: 'starting' }
  /** What the sender holds; `full` replaces what was known, else it is added. `stable` is null where a script says it. */
  | { type: 'resources'; holds: Holds; full: boolean; stable: boolean | null; comment?: 'mach_down' | 'shutdown' | 'standby' }
  /** The three steps of a standby. */
  | { type: 'ask'; info: 'me' | 'other' | 'done'; what: Holds }
  /** All is given up, the sender ends. */
  | { type: 'shutdone' }
  /** ipfail's question. */
  | { type: 'num_ping_nodes' };

/** A message on its way; `order` counts the sender's messages, `seq` its beats as well, as the log shows it. */
export interface Sent {
  message: Message;
  from: string;
  generation: number;
  order: number;
  seq: number;
}

export type NodeStatus = 'init' | 'up' | 'active';

/** One way on which the other node is heard, or not. */
export interface Ear {
  /** As in ha.cf, and as the cable is called. */
  name: string;
  link: string;
  status: 'up' | 'dead';
  /** True while beats arrive, or are about to. */
  isHearing: boolean;
  /** World time of the last beat before the way broke; null: none yet. */
  lastHeardAt: number | null;
}

/** The other node as this daemon sees it. */
export interface Peer {
  name: string;
  status: NodeStatus | 'dead' | 'unknown';
  generation: number;
  /** False until something came from it, and again after it was declared dead. */
  wasHeard: boolean;
  lastOrder: number | null;
  ears: Ear[];
  /** It returned after a partition, and the restart is under way. */
  isReturning: boolean;
}

/** State of the resource side; the names of hb_resource.c. */
export type Phase = 'init' | 'starting' | 'both-starting' | 'resources-received' | 'stable' | 'shutdown';

export interface Standby {
  stage: 'not' | 'me' | 'other' | 'done';
  what: Holds;
  /** Forgets the timer of the current stage; null: none runs. */
  forget: (() => void) | null;
}

export interface Daemon {
  readonly world: World;
  readonly node: SimNode;
  readonly cluster: Cluster;
  readonly life: Life;
  readonly pid: number;
  readonly generation: number;
  conf: HaCf;
  startedAt: number;
  /** The API answers from then on; world time. */
  answersAt: number;
  /** World time of the first beat; null before it. */
  firstBeatAt: number | null;
  status: NodeStatus;
  /** The other node was heard, or is known to be dead: resources may be talked about. */
  isCommUp: boolean;
  peer: Peer;
  pingsUp: boolean;
  sent: number;
  /** Messages that no whole cable carried; sent again when one is whole. */
  unsent: Sent[];
  holds: Holds;
  otherHolds: Holds;
  isOtherStable: boolean;
  phase: Phase;
  standby: Standby;
  isTakingOver: boolean;
  needsFailback: boolean;
  localWorkDone: boolean;
  foreignWorkDone: boolean;
  isAnnounced: boolean;
  /** Children at work on resources, and what waits for them to end. */
  children: number;
  queue: (() => Activity<void>)[];
  ipfailPid: number | null;
  /** Flow control: clients wait until a node that came up has answered. */
  areClientsPaused: boolean;
  isShuttingDown: boolean;
  needsShutdown: boolean;
  restartsAfterwards: boolean;
  /** Hears what arrived, over which ways; set by whoever puts the parts together. */
  hear: (sent: Sent, ears: readonly Ear[]) => void;
  /** Gives up all and ends, as soon as nothing is under way. */
  giveUp: () => void;
}

/** What one node's copy of a group is doing; absent: it is not there. */
export type GroupState = 'starting' | 'started' | 'stopping' | 'failed';

/** Everything of the cluster manager that outlives a daemon. */
export interface Cluster {
  readonly world: World;
  readonly version: '1.2.4' | '2.0.8';
  /** Running daemons, by node. */
  readonly daemons: Map<string, Daemon>;
  /** By the group's first resource, then by node. */
  readonly groups: Map<string, Map<string, GroupState>>;
  /** Counts the starts of each node's daemon; kept on disk in life. */
  readonly generations: Map<string, number>;
  /** Nodes whose daemon waits to start again by itself; calling it ends the wait. */
  readonly restarts: Map<string, () => void>;
}

/** A line of the daemon itself. */
export function say(daemon: Daemon, level: HaLevel, text: string): void {
  haLog(daemon.node, `heartbeat[${daemon.pid}]`, level, text);
}

/** True for the version that has flow control, and words of its own. */
export function isVersion2(daemon: Daemon): boolean {
  return daemon.cluster.version === '2.0.8';
}

/** The daemon on the other node, while one runs. */
export function otherDaemon(daemon: Daemon): Daemon | undefined {
  return daemon.cluster.daemons.get(daemon.peer.name);
}
