// One node: keeps a session open, with a quick and a slow shell on it, and tells what becomes of both as events.
import type { Link } from '../model/cluster.ts';
import type { Probe } from '../probes/probe.ts';
import type { ConnectFailure, Secrets, Session, Transport } from '../transport/session.ts';
import { Asker } from './asker.ts';
import { reconnectDelayMs } from './backoff.ts';
import type { Clock } from './clock.ts';
import type { InventoryNode } from './inventory.ts';
import { Looker } from './looker.ts';
import type { NodeEvent } from './reduce.ts';
import type { ShellEnd } from './shell-channel.ts';

export interface NodeMonitorOptions {
  node: InventoryNode;
  logs: readonly string[];
  probes: readonly Probe[];
  transport: Transport;
  clock: Clock;
  random: () => number;
  secrets: () => Secrets | undefined;
  emit(event: NodeEvent): void;
}

/** Followed where nothing else is said; then the file that ha.cf names is followed too. */
export const DEFAULT_LOG = '/var/log/ha-log';

/** A transport that says neither yes nor no for this long is given up. */
const CONNECT_MS = 30_000;
/** Closing waits for the connection's end at most this long. */
const CLOSE_MS = 3000;

/** The live connection to one node; what it hears goes to `emit`. */
export class NodeMonitor {
  /** Resolves when everything was asked once, or the node could not be reached. */
  readonly firstLook: Promise<void>;
  readonly #options: NodeMonitorOptions;
  readonly #looker: Looker;
  readonly #asker: Asker;
  #lookDone: () => void = () => undefined;
  #looked = false;
  #asked = false;
  #running = false;
  /** The attempt that goes on, if any. */
  #attempt: AbortController | null = null;
  #session: Session | null = null;
  /** The ends of all sessions that still have one before them; also those given up. */
  readonly #ending = new Set<Promise<unknown>>();
  #failures = 0;
  #cancelRetry: (() => void) | null = null;
  #state: Link['state'] = 'connecting';
  #heardAt: number | null = null;
  #startedAt = 0;

  constructor(options: NodeMonitorOptions) {
    this.#options = options;
    this.firstLook = new Promise((resolve) => {
      this.#lookDone = resolve;
    });
    const { node, clock, probes, random, emit } = options;
    const common = { nodeName: node.name, sudo: node.sudo, probes, clock, heard: () => this.#heard() };
    this.#looker = new Looker({
      ...common,
      logs: options.logs.length > 0 ? options.logs : [DEFAULT_LOG],
      emit: (event) => this.#lookerSaid(event),
      ready: () => this.#quickReady(),
      looked: () => this.#oneLook(),
      kernelNowhere: (isNowhere) => this.#asker.askKernel(isNowhere),
      poke: () => this.#asker.poke(),
      silent: (since) => this.#link({ state: 'silent', since, says: `${node.name} is connected but does not answer` }),
      ended: (end) => this.#shellEnded(end),
    });
    this.#asker = new Asker({
      ...common,
      random,
      emit,
      ready: (identity) => {
        this.#looker.guard(identity);
        if (this.#looker.ready) this.#asker.guarded();
      },
      kill: (identity) => this.#looker.kill(identity),
      askedOnce: () => {
        this.#asked = true;
        this.#maybeFirstLook();
      },
    });
  }

  start(): void {
    if (this.#running) return;
    this.#running = true;
    this.#startedAt = this.#options.clock.now();
    this.#connect();
  }

  /** Ends the session; resolves when it is gone. */
  async stop(): Promise<void> {
    this.#running = false;
    this.#cancelRetry?.();
    this.#attempt?.abort();
    this.#endSession();
    this.#lookDone();
    if (this.#ending.size === 0) return;
    let cancel = (): void => undefined;
    const bound = new Promise<void>((resolve) => {
      cancel = this.#options.clock.setTimer(resolve, CLOSE_MS);
    });
    await Promise.race([Promise.all(this.#ending), bound]);
    cancel();
  }

  askAll(): void {
    this.#looker.askAll();
    this.#asker.askAll();
  }

  /** Tries now: after the operator acted, or before the next try is due. */
  retry(): void {
    if (!this.#running || this.#session || this.#attempt) return;
    this.#failures = 0;
    this.#connect();
  }

  /** The node is said to be back: a try that hangs is given up for a new one, and the next is not waited for. */
  tryAgain(): void {
    this.#failures = 0;
    if (this.#attempt) this.#attempt.abort();
    else this.retry();
  }

  setPace(everyMs: number): void {
    this.#looker.setPace(everyMs);
  }

  #connect(): void {
    const { transport, node, clock } = this.#options;
    this.#cancelRetry?.();
    this.#cancelRetry = null;
    const attempt = new AbortController();
    this.#attempt = attempt;
    if (this.#state !== 'connecting' && this.#state !== 'silent') this.#link({ state: 'connecting', since: clock.now() });
    const secrets = this.#options.secrets();
    const cancelBound = clock.setTimer(() => attempt.abort(), CONNECT_MS);
    void transport.connect(node.target, { signal: attempt.signal, ...(secrets ? { secrets } : {}) }).then((connected) => {
      cancelBound();
      if (this.#attempt === attempt) this.#attempt = null;
      if (!this.#running) {
        if (connected.ok) connected.session.close();
      } else if (connected.ok) this.#open(connected.session);
      else this.#refused(connected.failure);
    });
  }

  #open(session: Session): void {
    this.#session = session;
    this.#options.emit({ kind: 'via', via: session.kind });
    this.#ending.add(session.closed);
    void session.closed.then(({ says }) => {
      this.#ending.delete(session.closed);
      if (this.#session === session) this.#lost(says);
    });
    this.#looker.open(session);
    this.#asker.open(session);
  }

  /** The way there failed. Keys and passwords wait for the operator: trying again could lock him out. */
  #refused(failure: ConnectFailure): void {
    const since = this.#options.clock.now();
    const says = failure.says;
    if (failure.kind === 'auth') this.#wait({ state: 'auth-stopped', since, says });
    else if (failure.kind === 'hostkey-changed') this.#wait({ state: 'hostkey-changed', since, says });
    else if (failure.kind === 'hostkey-unknown') this.#wait({ state: 'hostkey-unknown', since, says, fingerprint: failure.fingerprint ?? null });
    else this.#lost(says);
  }

  #shellEnded(end: ShellEnd): void {
    const since = this.#options.clock.now();
    if (end.kind === 'shell-refused' || end.kind === 'no-sudo') this.#wait({ state: end.kind, since, says: end.says });
    else this.#lost(end.says);
  }

  /** Stops until `retry()`. */
  #wait(link: Link): void {
    this.#endSession();
    this.#link(link);
    this.#lookDone();
  }

  /** The node is silent as long as nothing is heard; tried again, later each time. */
  #lost(reason: string): void {
    const { name } = this.#options.node;
    const says = (reason.startsWith(`${name}: `) ? reason : `${name}: ${reason}`).slice(0, 200);
    this.#endSession();
    this.#link({ state: 'silent', since: this.#heardAt ?? this.#startedAt, says });
    this.#lookDone();
    if (!this.#running) return;
    const delay = reconnectDelayMs(this.#failures, this.#options.random);
    this.#failures += 1;
    this.#cancelRetry = this.#options.clock.setTimer(() => this.#connect(), delay);
  }

  #endSession(): void {
    const session = this.#session;
    this.#session = null;
    this.#asker.close();
    this.#looker.close();
    session?.close();
  }

  #quickReady(): void {
    this.#failures = 0;
    this.#heard();
    this.#up();
    const slow = this.#asker.identity;
    if (slow) {
      this.#looker.guard(slow);
      this.#asker.guarded();
    }
  }

  #oneLook(): void {
    this.#up();
    this.#looked = true;
    this.#maybeFirstLook();
  }

  #maybeFirstLook(): void {
    if (this.#looked && this.#asked) this.#lookDone();
  }

  /** What the looker tells; ha.cf may name a log that nobody named to us. */
  #lookerSaid(event: NodeEvent): void {
    this.#options.emit(event);
    if (event.kind !== 'answered' || event.probe.name !== 'ha-cf' || !event.parsed.answered) return;
    const { logs } = this.#options;
    const operatorSaid = logs.length > 0 && !(logs.length === 1 && logs[0] === DEFAULT_LOG);
    const { facts } = event.parsed;
    if (operatorSaid || typeof facts !== 'object' || facts === null || !('logfile' in facts)) return;
    if (typeof facts.logfile === 'string') this.#looker.follow(facts.logfile);
  }

  #heard(): void {
    this.#heardAt = this.#options.clock.now();
    this.#looker.heard();
  }

  #up(): void {
    if (this.#state !== 'up') this.#link({ state: 'up', since: this.#options.clock.now() });
  }

  #link(link: Link): void {
    this.#state = link.state;
    this.#options.emit({ kind: 'link', link });
  }
}
