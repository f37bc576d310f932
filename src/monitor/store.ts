// What the screens and commands read: one snapshot at a time, and a word when it changed.
import type { Cluster, NodeName } from '../model/cluster.ts';
import type { TrackedFinding } from '../model/findings.ts';

export interface Snapshot {
  cluster: Cluster;
  /** Sorted: severity, then age (oldest first); gone ones last. */
  findings: readonly TrackedFinding[];
  /** When this snapshot was made (our clock, epoch ms). */
  at: number;
}

export interface ClusterStore {
  get(): Snapshot;
  /** Called after each change; returns how to stop it. Calls are coalesced to at most 4 a second. */
  subscribe(listener: () => void): () => void;
}

/** A live cluster. */
export interface Monitor extends ClusterStore {
  start(): void;
  /** Ends every session; resolves when no process of ours is left here. */
  stop(): Promise<void>;
  /** Asks every probe on every node now. */
  askAll(): void;
  /** Tries a stopped node again (auth-stopped, hostkey-unknown, no-sudo ...). */
  retry(node: NodeName): void;
  /** Resolves when every probe of every node that can be reached was asked once, or its deadline passed. */
  readonly firstLook: Promise<void>;
}
