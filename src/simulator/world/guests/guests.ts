// The guests themselves, whatever runs them: they boot, answer their users, write, stand still, crash.
import { isAlive } from '../node.ts';
import type { Signal } from '../schedule.ts';
import { createSignal } from '../schedule.ts';
import type { Outcome, SimNode, World } from '../shapes.ts';
import type { DomainTruth } from '../truth.ts';
import { blockDevice } from './raw-disk.ts';
import { createService } from './service.ts';

export interface GuestDefinition {
  name: string;
  memoryMib: number;
  vcpus: number;
  /** From power-on until it answers its users, ms of life. */
  bootMs: number;
  /** The node it runs on when the world begins, since days; null: it is off. */
  runsOn: string | null;
}

/** stuck: stands still with a question to its operator. crashed: its machine is on, its system is dead. gone: no more. */
export type GuestState = 'running' | 'paused' | 'stuck' | 'crashed' | 'gone';

/** One running of a guest on one node; only `Guests` changes it. Two of one guest at once are possible: the disaster. */
export interface Instance {
  readonly guest: GuestDefinition;
  readonly node: SimNode;
  /** Block device its writes go to. */
  readonly device: string;
  /** Number of the boot of its system; a suspend keeps it, and with it the users' sessions. */
  readonly boot: number;
  state: GuestState;
  /** World time from which on it answers. */
  answersFrom: number;
  /** How long it ran in all, since power-on, up to `since`; and from when it runs now. */
  ranMs: number;
  since: number;
  /** A write that was not answered yet. */
  pending: boolean;
  /** Writes to do after that one. */
  owed: number;
  /** Number of its last write that was acknowledged. */
  lastWrite: number | null;
  /** Fires when a write was answered, or the instance is gone. */
  readonly settled: Signal;
  stopWriting: () => void;
}

export interface StartOptions {
  /** Virtual ms until it answers; 0: at once. */
  answersInMs: number;
  /** What one that continues brings along: its boot, how long it ran, its last write. */
  boot?: number;
  ranMs?: number;
  lastWrite?: number | null;
  /** Begins with a question. */
  stuck?: boolean;
}

export interface Guests {
  readonly definitions: readonly GuestDefinition[];
  define(name: string): GuestDefinition | undefined;
  start(guest: GuestDefinition, node: SimNode, device: string, options: StartOptions): Instance;
  /** Changes between running, paused, stuck and crashed. */
  put(instance: Instance, state: Exclude<GuestState, 'gone'>): void;
  /** Its power is off; what it had in memory is lost. */
  end(instance: Instance): void;
  /** Its live instances, in the order of the nodes. */
  instances(domain: string): readonly Instance[];
  /** All that live on a node, in the order of their start. */
  on(node: SimNode): readonly Instance[];
  /** The node lost its power or hangs: none of its guests runs any more. */
  nodeDied(node: SimNode): void;
  /** How long it has run since power-on, ms; suspends and pauses not counted. */
  ranMs(instance: Instance): number;
  write(domain: string): Outcome;
  answers(domain: string): boolean;
  /** Number of the boot that answers now; null when none does. The same number after a silence: sessions live on. */
  bootOf(domain: string): number | null;
  /** Called when `answers` of a domain has changed. */
  onChange(hear: (domain: string) => void): void;
  /** Called when an instance has crashed by itself, after an I/O error. */
  onCrash(hear: (instance: Instance) => void): void;
  /** The truth of a domain; `resting` says where it lies and how while no instance lives. */
  truth(domain: string, resting: () => { node: string | null; state: string }): DomainTruth;
}

/** Between two writes of a running guest, ms. */
const WRITES = [2000, 6000] as const;
/** When several instances live, the one to name first. */
const RANK: readonly GuestState[] = ['running', 'stuck', 'paused', 'crashed'];

/** Guests of a world; none runs until somebody starts it: the hypervisor reads `runsOn`. */
export function createGuests(world: World, definitions: readonly GuestDefinition[]): Guests {
  const { schedule } = world;
  const random = world.random.branch('guests');
  const services = new Map(definitions.map(({ name }) => [name, createService(world)]));
  const hearers: ((domain: string) => void)[] = [];
  const crashHearers: ((instance: Instance) => void)[] = [];
  let live: Instance[] = [];
  let boots = 0;

  const answering = (domain: string): Instance | undefined =>
    guests.instances(domain).find((one) => one.state === 'running' && schedule.now() >= one.answersFrom && isAlive(one.node));
  const look = (domain: string): void => {
    if (services.get(domain)?.see(answering(domain) !== undefined)) for (const hear of hearers) hear(domain);
  };
  const writeLater = (one: Instance): void => {
    one.stopWriting();
    one.stopWriting = schedule.after(random.whole(...WRITES), () => writeNow(one));
  };
  const writeNow = (one: Instance): void => {
    const device = blockDevice(one.node, one.device);
    if (!device) return crash(one);
    one.stopWriting();
    one.pending = true;
    const serial = world.nextSerial();
    device.write(serial, (ok) => answered(one, serial, ok));
  };
  const answered = (one: Instance, serial: number, ok: boolean): void => {
    one.pending = false;
    if (one.state !== 'gone' && ok) {
      one.lastWrite = serial;
      world.acknowledged.push({ serial, domain: one.guest.name, node: one.node, device: one.device, at: schedule.now() });
    }
    if (!ok && one.state !== 'gone') crash(one);
    else if (one.state === 'running') goOn(one);
    one.settled.fire();
  };
  const goOn = (one: Instance): void => {
    if (one.owed === 0) return writeLater(one);
    one.owed -= 1;
    writeNow(one);
  };
  const lookAtBoot = (one: Instance): void => {
    if (one.answersFrom > schedule.now()) schedule.at(one.answersFrom, () => look(one.guest.name));
  };
  const crash = (one: Instance): void => {
    guests.put(one, 'crashed');
    for (const hear of crashHearers) hear(one);
  };

  const guests: Guests = {
    definitions,
    define: (name) => definitions.find((guest) => guest.name === name),
    start(guest, node, device, { answersInMs, boot, ranMs = 0, lastWrite = null, stuck = false }) {
      const now = schedule.now();
      const one: Instance = {
        guest, node, device, boot: boot ?? (boots += 1), state: stuck ? 'stuck' : 'running',
        answersFrom: now + answersInMs, ranMs, since: now,
        pending: false, owed: 0, lastWrite, settled: createSignal(), stopWriting: () => undefined,
      };
      live.push(one);
      if (!stuck) writeLater(one);
      lookAtBoot(one);
      look(guest.name);
      return one;
    },
    put(one, state) {
      if (one.state === 'gone' || one.state === state) return;
      const stoodMs = one.state === 'running' ? 0 : schedule.now() - one.since;
      const boots = one.answersFrom > one.since;
      one.ranMs = guests.ranMs(one);
      one.since = schedule.now();
      one.state = state;
      if (boots) one.answersFrom += stoodMs;
      if (state !== 'running') one.stopWriting();
      else if (!one.pending) writeLater(one);
      lookAtBoot(one);
      look(one.guest.name);
    },
    end(one) {
      if (one.state === 'gone') return;
      one.ranMs = guests.ranMs(one);
      one.state = 'gone';
      one.stopWriting();
      live = live.filter((other) => other !== one);
      one.settled.fire();
      look(one.guest.name);
    },
    instances: (domain) => world.nodes.flatMap((node) => live.filter((one) => one.node === node && one.guest.name === domain)),
    on: (node) => live.filter((one) => one.node === node),
    nodeDied: (node) => guests.on(node).forEach((one) => guests.end(one)),
    ranMs: (one) => one.ranMs + (one.state === 'running' ? schedule.now() - one.since : 0),
    write(domain) {
      const running = guests.instances(domain).filter((one) => one.state === 'running' && isAlive(one.node));
      for (const one of running) {
        if (one.pending) one.owed += 1;
        else writeNow(one);
      }
      if (!services.has(domain)) return { ok: false, says: `there is no domain ${domain}` };
      return running.length > 0 ? { ok: true } : { ok: false, says: `${domain} runs nowhere` };
    },
    answers: (domain) => answering(domain) !== undefined,
    bootOf: (domain) => answering(domain)?.boot ?? null,
    onChange: (hear) => void hearers.push(hear),
    onCrash: (hear) => void crashHearers.push(hear),
    truth(domain, resting) {
      const all = guests.instances(domain);
      const first = RANK.flatMap((state) => all.filter((one) => one.state === state))[0];
      const { node, state } = first ? { node: first.node.name, state: first.state } : resting();
      return { node, state, downSeconds: services.get(domain)?.downSeconds() ?? 0, on: [...new Set(all.map((one) => one.node.name))] };
    },
  };
  return guests;
}
