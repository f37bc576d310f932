// A VMware Server host: its machines on, suspended, stuck, and the ways between these.
import type { GuestDefinition, Guests, Instance } from '../guests/guests.ts';
import { blockDevice } from '../guests/raw-disk.ts';
import { hold, release } from '../linux.ts';
import type { Activity } from '../schedule.ts';
import type { SimNode, World } from '../shapes.ts';
import type { Failed } from './failed.ts';
import { logQuestion } from './machine-log.ts';
import type { Question } from './questions.ts';
import { processorQuestion } from './questions.ts';
import type { SuspendImage } from './suspend-image.ts';
import { imageSerial, imageText, isStale } from './suspend-image.ts';
import type { Volumes } from './volume.ts';
import { imagePath } from './vmx.ts';

/** A machine that has its process. `instance` is null while it is being powered on or resumed. */
export interface Machine {
  readonly path: string;
  readonly guest: GuestDefinition;
  readonly pid: number;
  readonly mountPath: string;
  instance: Instance | null;
  question: Question | null;
  /** Ends as soon as nothing is to be done with it any more. */
  gone: boolean;
}

export type MachineState = 'on' | 'off' | 'suspended' | 'stuck';

export interface VmwareHost {
  readonly node: SimNode;
  /** vmware-serverd answers. */
  services: boolean;
  /** Those with a process, in the order of their start. */
  readonly machines: readonly Machine[];
  machine(path: string): Machine | undefined;
  state(path: string): MachineState;
  /** The image in the machine's directory, as it can be read now. */
  image(path: string): SuspendImage | null;
  start(path: string, guest: GuestDefinition): Activity<Failed | null>;
  suspend(path: string): Activity<Failed | null>;
  stop(path: string, how: 'soft' | 'hard' | 'trysoft'): Activity<Failed | null>;
  reset(path: string): Activity<Failed | null>;
  /** It runs already, for so many ms. */
  runsAlready(path: string, guest: GuestDefinition, ranMs: number): void;
  /** Its process is gone, without a word to its guest. */
  kill(machine: Machine): void;
  died(): void;
}

/** What the hosts of a world share. */
export interface VmwareParts {
  world: World;
  guests: Guests;
  volumes: Volumes;
  /** By node, as the kernel names it. */
  processors: Readonly<Record<string, string>>;
  /** Images ever made, by serial. */
  images: Map<number, SuspendImage>;
}

/** Times in ms: powering on; per MiB of memory suspending and resuming; a guest's own shutdown; until a broken guest falls. */
const POWER_ON_MS = 2300;
const SUSPEND_MS_PER_MIB = 40;
const RESUME_MS_PER_MIB = 20;
const SHUTDOWN_MS = 14_000;
const FALLS_MS = [4000, 12_000] as const;

/** VMware Server on one node, with no machine running. */
export function createVmwareHost(parts: VmwareParts, node: SimNode): VmwareHost {
  const { world, guests, volumes, images } = parts;
  const random = node.random.branch('vmware');
  const processor = parts.processors[node.name] ?? 'unknown processor';
  let machines: Machine[] = [];
  const wavers = (ms: number): number => world.takes(ms * (0.9 + 0.2 * random.next()));
  const opened = (path: string, guest: GuestDefinition): Machine => {
    const mountPath = node.mounts.filter((one) => path.startsWith(`${one.path}/`)).reduce((best, one) => (one.path.length > best.length ? one.path : best), '');
    const machine: Machine = { path, guest, mountPath, pid: node.pid(), instance: null, question: null, gone: false };
    machines.push(machine);
    hold(node, mountPath, holder(machine));
    return machine;
  };

  const host: VmwareHost = {
    node, services: true,
    get machines() {
      return machines;
    },
    machine: (path) => machines.find((one) => one.path === path),
    state(path) {
      const machine = host.machine(path);
      if (machine?.question) return 'stuck';
      if (machine?.instance) return 'on';
      return host.image(path) ? 'suspended' : 'off';
    },
    image(path) {
      const serial = imageSerial(node.files.read(imagePath(path)) ?? '');
      return (serial === null ? undefined : images.get(serial)) ?? null;
    },
    *start(path, guest) {
      const before = host.machine(path);
      if (before) return before.question ? 'question' : 'busy';
      const machine = opened(path, guest);
      const image = host.image(path);
      const begunAt = world.schedule.now();
      if (!image) return yield* powerOn(machine);
      if (image.processor === processor) return yield* resume(machine, image);
      yield wavers(1500);
      if (machine.gone) return 'failed';
      machine.instance = guests.start(guest, node, device(path), { answersInMs: 0, boot: image.boot, ranMs: image.ranMs, lastWrite: image.lastWrite, stuck: true });
      machine.question = processorQuestion(random.whole(1000, 9999), {
        *goOn() {
          if (machine.instance) guests.end(machine.instance);
          machine.instance = null;
          return yield* resume(machine, image, begunAt);
        },
        *cancel() {
          host.kill(machine);
          return null;
        },
      });
      logQuestion(node, path, machine.question);
      return 'question';
    },
    *suspend(path) {
      const machine = host.machine(path);
      const instance = machine?.instance;
      if (!machine || !instance) return 'busy';
      if (machine.question) return 'question';
      const crashed = instance.state === 'crashed';
      guests.put(instance, crashed ? 'crashed' : 'paused');
      while (instance.pending) yield instance.settled;
      const image: SuspendImage = { serial: world.nextSerial(), domain: machine.guest.name, processor, boot: instance.boot, ranMs: guests.ranMs(instance), lastWrite: instance.lastWrite, crashed: crashed || instance.state === 'crashed' };
      images.set(image.serial, image);
      yield wavers(SUSPEND_MS_PER_MIB * machine.guest.memoryMib);
      const written = !machine.gone && (yield* volumes.write(node, imagePath(path), imageText(image)));
      if (machine.gone) return 'failed';
      if (written) host.kill(machine);
      else guests.put(instance, image.crashed ? 'crashed' : 'running');
      return written ? null : 'failed';
    },
    *stop(path, how) {
      const machine = host.machine(path);
      const instance = machine?.instance;
      if (!machine || !instance) return 'busy';
      if (machine.question && how !== 'hard') return 'question';
      const obeys = instance.state === 'running' && world.schedule.now() >= instance.answersFrom;
      if (!obeys && how === 'soft') return 'tools';
      if (obeys && how !== 'hard') yield wavers(SHUTDOWN_MS);
      while (obeys && how !== 'hard' && instance.pending && instance.state === 'running') yield instance.settled;
      host.kill(machine);
      return null;
    },
    *reset(path) {
      const machine = host.machine(path);
      if (!machine?.instance) return 'busy';
      if (machine.question) return 'question';
      guests.end(machine.instance);
      machine.instance = null;
      return yield* powerOn(machine);
    },
    runsAlready(path, guest, ranMs) {
      opened(path, guest).instance = guests.start(guest, node, device(path), { answersInMs: 0, ranMs });
    },
    kill(machine) {
      machine.gone = true;
      machine.question = null;
      if (machine.instance) guests.end(machine.instance);
      machine.instance = null;
      machines = machines.filter((one) => one !== machine);
      release(node, machine.mountPath, holder(machine));
    },
    died() {
      for (const machine of machines) host.kill(machine);
      guests.nodeDied(node);
    },
  };
  return host;

  function device(path: string): string {
    return volumes.deviceUnder(node, path) ?? '';
  }

  function* powerOn(machine: Machine): Activity<Failed | null> {
    yield wavers(POWER_ON_MS);
    if (machine.gone) return 'failed';
    machine.instance = guests.start(machine.guest, node, device(machine.path), { answersInMs: world.takes(machine.guest.bootMs) });
    return null;
  }

  function* resume(machine: Machine, image: SuspendImage, begunAt = world.schedule.now()): Activity<Failed | null> {
    yield wavers(RESUME_MS_PER_MIB * machine.guest.memoryMib);
    if (machine.gone) return 'failed';
    const stale = isStale(world, image, blockDevice(node, device(machine.path))?.contents() ?? null);
    const removed = yield* volumes.write(node, imagePath(machine.path), null);
    if (machine.gone) return 'failed';
    if (!removed) {
      host.kill(machine);
      return 'failed';
    }
    // The uptime counts from the beginning of the resume: the machine's process is there from then on.
    const ranMs = image.ranMs + world.schedule.now() - begunAt;
    const instance = guests.start(machine.guest, node, device(machine.path), { answersInMs: 0, boot: image.boot, ranMs, lastWrite: image.lastWrite });
    machine.instance = instance;
    if (image.crashed) guests.put(instance, 'crashed');
    else if (stale) world.schedule.after(wavers(random.whole(...FALLS_MS)), () => guests.put(instance, 'crashed'));
    return null;
  }
}

function holder(machine: Machine): string {
  return `vmware-vmx ${machine.path}`;
}
