// The truth: how things are in the world, whatever anybody believes.

/** A write that a guest was told is safe, and that is in no copy that can still become Primary. */
export interface LostWrite {
  serial: number;
  domain: string;
  resource: string;
  /** The node the guest ran on. */
  node: string;
  /** World time, ISO 8601 UTC. */
  at: string;
}

export interface ReplicaTruth {
  role: string;
  /** 0.7: Consistent or Inconsistent, as the node itself would say. */
  disk: string;
  connection: string;
  /** Equal on two sides exactly when their data is equal; below 0: its disk gives nothing any more. */
  generation: number;
}

export interface DomainTruth {
  /** Where it runs, or where it lies suspended or off and could be started; null: nowhere. */
  node: string | null;
  /** Words of the status contract: running, paused, suspended, crashed, shutdown, off, stuck. */
  state: string;
  /** How long it gave no answer since the last mark. */
  downSeconds: number;
  /** Every node that runs an instance of it: more than one is a disaster. */
  on: string[];
}

export interface GroupTruth {
  /** The node that holds it, null when none or several do. */
  on: string | null;
  /** Words of the status contract: started, starting, stopping, stopped, failed. */
  state: string;
  holders: string[];
}

/** All of it; the fields of the `truth` command. */
export interface Truth {
  nodes: Record<string, { power: 'on' | 'off'; machine: string; manager: string; clockSeconds: number }>;
  replicas: Record<string, Record<string, ReplicaTruth>>;
  domains: Record<string, DomainTruth>;
  groups: Record<string, GroupTruth>;
  /** By node: mount point → device; only what the cluster is about. */
  mounts: Record<string, Record<string, string>>;
  lostWrites: LostWrite[];
}
