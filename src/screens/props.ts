// What the cockpit is handed: a store to read, the few things it may ask for, and facts about this crashcart.
import type { Cluster } from '../model/cluster.ts';
import type { TrackedFinding } from '../model/findings.ts';

export interface CockpitSnapshot {
  cluster: Cluster;
  findings: readonly TrackedFinding[];
  /** When it was made, epoch ms. */
  at: number;
}

/** The same object until something changed; `subscribe` returns how to stop. */
export interface CockpitStore {
  get(): CockpitSnapshot;
  subscribe(listener: () => void): () => void;
}

/** One exercise, as the list of drills shows it. */
export interface Drill {
  /** As the command line calls it: `power-cut`. */
  name: string;
  /** One line: what happens. */
  says: string;
}

/** What became of a drill that was asked for; `says` is what to look for, or why it was not begun. */
export type DrillAnswer = { ok: true; says: string } | { ok: false; says: string };

/** Exercises on simulated nodes, in their order. Only a demo has them: they break nodes. */
export interface Drills {
  list: readonly Drill[];
  /** Resolves when it was begun, or refused. */
  start(name: string): Promise<DrillAnswer>;
  /** What is going on now, or null: `power-cut: bravo's power cord is out, 0:12`. */
  current(): string | null;
}

export interface About {
  version: string;
  /** The inventory's path; null when nodes were named on the command line. */
  inventory: string | null;
  /** Sentences for the operator about this crashcart itself, e.g. a broken inventory that keeps its last good. */
  notices(): readonly string[];
}

/** All that the screens can set going. Nothing here changes a node. */
export interface CockpitActions {
  /** Asks every probe on every node now. */
  askAll(): void;
  /** Tries a stopped node again. */
  retry(node: string): void;
  /**
   * Lets the operator's own ssh ask in the foreground (host key, password), then tries again. Runs while the
   * cockpit has left the full screen. Absent where there is no such way.
   */
  unlock?(node: string): Promise<void>;
  /** The operator leaves. */
  quit(): void;
  about: About;
}
