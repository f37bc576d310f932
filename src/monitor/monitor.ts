// A live cluster: one node monitor per node, their events folded into views, the views judged and told to the screens.
import type { Cluster, ClusterConfig, NodeName, NodeView } from '../model/cluster.ts';
import type { Finding } from '../model/findings.ts';
import { track } from '../model/track.ts';
import type { Probe } from '../probes/probe.ts';
import type { Secrets, SshTarget, Transport } from '../transport/session.ts';
import type { Clock } from './clock.ts';
import type { InventoryNode } from './inventory.ts';
import { NodeMonitor } from './node-monitor.ts';
import { newNodeView, reduce } from './reduce.ts';
import { returned } from './returned.ts';
import type { Monitor, Snapshot } from './store.ts';

export interface MonitorOptions {
  config: ClusterConfig;
  /** In the order of the inventory. */
  nodes: readonly InventoryNode[];
  /** Log files to follow on every node; empty: the default, and what ha.cf names. */
  logs: readonly string[];
  probes: readonly Probe[];
  transportFor: (target: SshTarget) => Transport;
  clock: Clock;
  /** 0 to below 1, for the jitter of reconnecting. */
  random: () => number;
  /** What is believed of a cluster at a time (epoch ms). */
  judge: (cluster: Cluster, now: number) => readonly Finding[];
  /** What the operator gave once for a node, asked at each attempt; never stored here. */
  secretsFor?: (node: NodeName) => Secrets | undefined;
}

/** A Monitor that can look more often, while something is being done to a node. */
export interface LiveMonitor extends Monitor {
  /** Milliseconds between two looks at the files: 1000, or 250 while a runbook watches. */
  setPace(everyMs: number): void;
}

/** At most four words a second to who listens. */
const NOTIFY_EVERY_MS = 250;
/** A first change waits this long for those that come with it. */
const GATHER_MS = 30;
/** Ages grow by themselves: where nobody says a word, what is believed is gone over this long after the last time. */
const QUIET_MS = 1200;

/** Makes the monitor of one cluster; nothing is connected before `start()`. */
export function createMonitor(options: MonitorOptions): LiveMonitor {
  return new ClusterMonitor(options);
}

class ClusterMonitor implements LiveMonitor {
  readonly firstLook: Promise<void>;
  readonly #options: MonitorOptions;
  readonly #nodes: Map<NodeName, NodeMonitor>;
  readonly #views: Map<NodeName, NodeView>;
  readonly #listeners = new Set<() => void>();
  #snapshot: Snapshot;
  #flushTimer: (() => void) | null = null;
  #quietTimer: (() => void) | null = null;
  #flushedAt = -Infinity;
  #running = false;
  #lookedOnce = false;

  constructor(options: MonitorOptions) {
    this.#options = options;
    const now = options.clock.now();
    this.#views = new Map(options.nodes.map((node) => [node.name, newNodeView(node.name, now)]));
    this.#nodes = new Map(options.nodes.map((node) => [node.name, this.#nodeMonitor(node)]));
    this.#snapshot = this.#look({ cluster: this.#cluster(), findings: [], at: now });
    const looks = [...this.#nodes.values()].map((node) => node.firstLook);
    this.firstLook = Promise.all(looks).then(() => {
      this.#flush();
      this.#lookedOnce = true;
    });
  }

  get(): Snapshot {
    return this.#snapshot;
  }

  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  start(): void {
    if (this.#running) return;
    this.#running = true;
    for (const node of this.#nodes.values()) node.start();
    this.#whenQuiet();
  }

  async stop(): Promise<void> {
    this.#running = false;
    this.#quietTimer?.();
    this.#flushTimer?.();
    this.#flushTimer = null;
    await Promise.all([...this.#nodes.values()].map((node) => node.stop()));
  }

  askAll(): void {
    for (const node of this.#nodes.values()) node.askAll();
  }

  retry(name: NodeName): void {
    this.#nodes.get(name)?.retry();
  }

  setPace(everyMs: number): void {
    for (const node of this.#nodes.values()) node.setPace(everyMs);
  }

  #nodeMonitor(node: InventoryNode): NodeMonitor {
    const { logs, probes, clock, random, secretsFor } = this.#options;
    return new NodeMonitor({
      node,
      logs,
      probes,
      clock,
      random,
      transport: this.#options.transportFor(node.target),
      secrets: () => secretsFor?.(node.name),
      emit: (event) => {
        const view = this.#views.get(node.name);
        if (!view) return;
        this.#views.set(node.name, reduce(view, event));
        this.#wantFlush();
      },
    });
  }

  #cluster(): Cluster {
    return { config: this.#options.config, nodes: [...this.#views.values()] };
  }

  /**
   * The next snapshot after `before`: the views as they stand, judged now. Before the first look is over a finding may
   * only mean that we have not asked yet: such a one leaves no trace when it goes.
   */
  #look(before: Snapshot): Snapshot {
    const at = this.#options.clock.now();
    const cluster = this.#cluster();
    const findings = track(before.findings, this.#options.judge(cluster, at), at);
    return { cluster, findings: this.#lookedOnce ? findings : findings.filter((finding) => finding.goneAt === null), at };
  }

  /** Where words come they judge anew by themselves, once a second at least. */
  #whenQuiet(): void {
    if (!this.#running) return;
    const quietFor = this.#options.clock.now() - this.#flushedAt;
    if (quietFor >= QUIET_MS) this.#flush();
    this.#quietTimer = this.#options.clock.setTimer(() => this.#whenQuiet(), quietFor >= QUIET_MS ? QUIET_MS : QUIET_MS - quietFor);
  }

  #wantFlush(): void {
    if (this.#flushTimer || !this.#running) return;
    const delay = Math.max(GATHER_MS, this.#flushedAt + NOTIFY_EVERY_MS - this.#options.clock.now());
    this.#flushTimer = this.#options.clock.setTimer(() => this.#flush(), delay);
  }

  #flush(): void {
    this.#flushTimer?.();
    this.#flushTimer = null;
    this.#flushedAt = this.#options.clock.now();
    const before = this.#snapshot;
    this.#snapshot = this.#look(before);
    for (const name of returned(before, this.#snapshot)) this.#nodes.get(name)?.tryAgain();
    for (const listener of [...this.#listeners]) listener();
  }
}
