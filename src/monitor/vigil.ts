// Watches over one question to a node: when its silence means something, and when the asking is stuck.
import type { Clock } from './clock.ts';

/** Nothing heard for this long with a question open: the node is silent. */
export const SILENT_MS = 2500;
/** A little before, the other shell is asked too: one file that blocks is no silent node. */
const POKE_MS = 1200;
/** A question open for this long will not be answered. */
export const STUCK_MS = 8000;
/** A timer this late means that we stood still, not the node: what it said waits to be read first. */
const LATE_MS = 500;
const MIN_WAIT_MS = 50;

export interface VigilEvents {
  poke(): void;
  silent(lastHeardAt: number): void;
  stuck(): void;
}

/** One question at a time; anything heard from the node counts against its silence. */
export class Vigil {
  readonly #clock: Clock;
  readonly #events: VigilEvents;
  #lastHeardAt = 0;
  #askedAt: number | null = null;
  #patienceMs = SILENT_MS;
  #said: 'nothing' | 'poke' | 'silent' = 'nothing';
  #cancel: (() => void) | null = null;

  constructor(clock: Clock, events: VigilEvents) {
    this.#clock = clock;
    this.#events = events;
  }

  /** A question was sent; silence counts after `patienceMs`. */
  asked(patienceMs = SILENT_MS): void {
    this.#askedAt = this.#clock.now();
    this.#patienceMs = patienceMs;
    this.#said = 'nothing';
    this.#wait();
  }

  /** Something was heard, whatever it was. */
  heard(): void {
    this.#lastHeardAt = this.#clock.now();
    this.#said = 'nothing';
  }

  /** The question was answered, or nobody waits for it any more. */
  rest(): void {
    this.#askedAt = null;
    this.#cancel?.();
    this.#cancel = null;
  }

  #wait(): void {
    this.#cancel?.();
    const pokeAt = this.#lastHeardAt + POKE_MS;
    const silentAt = this.#lastHeardAt + this.#patienceMs;
    const stuckAt = (this.#askedAt ?? 0) + STUCK_MS;
    const next = this.#said === 'nothing' ? pokeAt : this.#said === 'poke' ? silentAt : stuckAt;
    const wakeAt = Math.max(this.#clock.now() + MIN_WAIT_MS, Math.min(next, stuckAt));
    this.#cancel = this.#clock.setTimer(() => this.#wake(wakeAt), wakeAt - this.#clock.now());
  }

  #wake(plannedAt: number): void {
    if (this.#askedAt === null) return;
    const now = this.#clock.now();
    if (now - plannedAt < LATE_MS) this.#look(now, this.#askedAt);
    if (this.#askedAt !== null) this.#wait();
  }

  #look(now: number, askedAt: number): void {
    const quietMs = now - this.#lastHeardAt;
    if (now - askedAt >= STUCK_MS) {
      this.rest();
      this.#events.stuck();
    } else if (quietMs >= this.#patienceMs && this.#said !== 'silent') {
      this.#said = 'silent';
      this.#events.silent(this.#lastHeardAt);
    } else if (quietMs >= POKE_MS && this.#said === 'nothing') {
      this.#said = 'poke';
      this.#events.poke();
    }
  }
}
