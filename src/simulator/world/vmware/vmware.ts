// VMware Server 1.0.1 on the nodes of a world: its machines lie on replicated volumes and are registered on every node.
import { instant } from '../command.ts';
import type { GuestDefinition, Guests } from '../guests/guests.ts';
import { setMemoryTaken } from '../linux.ts';
import { isAlive } from '../node.ts';
import type { Command, Outcome, SimNode, System, World } from '../shapes.ts';
import type { DomainTruth } from '../truth.ts';
import type { Machine, VmwareHost } from './host.ts';
import { createVmwareHost } from './host.ts';
import { logQuestion } from './machine-log.ts';
import { diskQuestion } from './questions.ts';
import { register, vmwareCmd } from './vmware-cmd.ts';
import type { SuspendImage } from './suspend-image.ts';
import { createVolumes } from './volume.ts';
import type { Volumes } from './volume.ts';
import type { MachineDefinition } from './vmx.ts';
import { diskPath, imagePath, machineFiles } from './vmx.ts';

export interface VmwareOptions {
  machines: readonly MachineDefinition[];
  /** The processor of each node, by its name; a suspended machine asks before it goes on upon another one. */
  processors: Readonly<Record<string, string>>;
}

export interface VmwareSystem extends System {
  /** The running machine of that domain stands still with a question. */
  stuck(domain: string): Outcome;
}

/** The services' start at boot, ms. */
const SERVICES_MS = 5200;

/**
 * VMware Server with the machines registered everywhere. What is mounted already shows its machines' files, and guests
 * with a `runsOn` run there since days: the scene mounts their volumes before.
 */
export function createVmware(world: World, guests: Guests, options: VmwareOptions): VmwareSystem {
  const machines = options.machines.map((machine) => ({ machine, guest: defined(guests, machine) }));
  const volumes = createVolumes(world, Object.assign({}, ...machines.map(({ machine, guest }) => machineFiles(machine, guest))) as Record<string, string>);
  const parts = { world, guests, volumes, processors: options.processors, images: new Map<number, SuspendImage>() };
  const hosts = new Map(world.nodes.map((node) => [node, createVmwareHost(parts, node)]));
  const hostOf = (node: SimNode): VmwareHost => {
    const host = hosts.get(node);
    if (!host) throw new Error(`no VMware Server on ${node.name}`);
    return host;
  };
  for (const node of world.nodes) {
    register(node, options.machines.map(({ path }) => path));
    hangIn(node, volumes);
    setMemoryTaken(node, () => hostOf(node).machines.reduce((sum, { guest }) => sum + guest.memoryMib * 1024, 0));
    for (const { path } of node.mounts) volumes.mounted(node, path);
    for (const { machine, guest } of machines) if (guest.runsOn === node.name) runAlready(world, hostOf(node), machine, guest);
  }
  const guestOf = (path: string): GuestDefinition | undefined => machines.find(({ machine }) => machine.path === path)?.guest;
  const lost = (node: SimNode): void => {
    hostOf(node).died();
    hostOf(node).services = false;
    volumes.lost(node);
  };
  return {
    commands: {
      'vmware-cmd': vmwareCmd({ guests, volumes, hostOf, guestOf }), vmware: vmwareProgram, fuser: fuser(hostOf), '/etc/init.d/vmware': vmwareScript(hostOf),
    },
    *boot(node) {
      lost(node);
      yield world.takes(SERVICES_MS);
      hostOf(node).services = true;
    },
    *shutdown(node) {
      for (const machine of hostOf(node).machines) hostOf(node).kill(machine);
      hostOf(node).services = false;
    },
    died: lost,
    truth: () => ({ domains: Object.fromEntries(machines.map(({ machine, guest }) => [guest.name, truthOf(world, guests, hostOf, volumes, machine)])) }),
    stuck: (domain) => stuck(world, guests, hostOf, domain),
  };
}

function defined(guests: Guests, { guest, path }: MachineDefinition): GuestDefinition {
  const found = guests.define(guest);
  if (!found) throw new Error(`${path}: there is no guest ${guest}`);
  return found;
}

function hangIn(node: SimNode, volumes: ReturnType<typeof createVolumes>): void {
  const { mounted, unmounted } = node;
  node.mounted = (path) => {
    mounted(path);
    volumes.mounted(node, path);
  };
  node.unmounted = (path) => {
    unmounted(path);
    volumes.unmounted(node, path);
  };
}

function runAlready(world: World, host: VmwareHost, { path }: MachineDefinition, guest: GuestDefinition): void {
  if (host.node.files.read(path) === null) throw new Error(`${guest.name} cannot run on ${host.node.name}: ${path} is not mounted there`);
  host.runsAlready(path, guest, world.schedule.now() - host.node.bootedAt - SINCE_MS);
}

/** How long after its node a first machine was started, ms. */
const SINCE_MS = 190_000;

function truthOf(world: World, guests: Guests, hostOf: (node: SimNode) => VmwareHost, volumes: Volumes, { guest, path }: MachineDefinition): DomainTruth {
  return guests.truth(guest, () => {
    const here = world.nodes.filter((node) => isAlive(node) && node.files.read(path) !== null);
    // While its volume is mounted nowhere it is what it was when it was last.
    if (here.length === 0) return { node: null, state: volumes.onAnyDisk(imagePath(path)) === null ? 'off' : 'suspended' };
    const suspended = here.find((node) => hostOf(node).image(path) !== null);
    return { node: (suspended ?? here[0])?.name ?? null, state: suspended ? 'suspended' : 'off' };
  });
}

function stuck(world: World, guests: Guests, hostOf: (node: SimNode) => VmwareHost, domain: string): Outcome {
  const found = world.nodes.flatMap((node) => hostOf(node).machines.filter((machine) => machine.guest.name === domain).map((machine) => ({ machine, node })));
  const first = found.find(({ machine }) => machine.instance?.state === 'running');
  if (!guests.define(domain)) return { ok: false, says: `there is no domain ${domain}` };
  if (!first) return { ok: false, says: found.some(({ machine }) => machine.question) ? `${domain} is stuck already` : `${domain} runs nowhere` };
  ask(guests, hostOf(first.node), first.machine);
  return { ok: true, says: `${domain} stands still on ${first.node.name} until its question is answered` };
}

function ask(guests: Guests, host: VmwareHost, machine: Machine): void {
  const { instance } = machine;
  if (!instance) return;
  guests.put(instance, 'stuck');
  machine.question = diskQuestion(host.node.random.whole(1000, 9999), diskPath(machine.path), {
    *retry() {
      guests.put(instance, 'running');
      return null;
    },
    *abort() {
      host.kill(machine);
      return null;
    },
    *goOn() {
      guests.put(instance, 'crashed');
      return null;
    },
  });
  logQuestion(host.node, machine.path, machine.question);
}

const vmwareProgram: Command = instant(([word]) =>
  word === '-v' ? { stdout: 'VMware Server 1.0.1 build-29996\n' } : { stderr: 'vmware: cannot open display: \n', exit: 1 });

/** Who uses a mounted directory; -k kills them, whatever the signal: a machine dies of each. */
function fuser(hostOf: (node: SimNode) => VmwareHost): Command {
  return instant((argv, node) => {
    const path = argv.findLast((word) => !word.startsWith('-'));
    const host = hostOf(node);
    const users = host.machines.filter((machine) => machine.mountPath === path || machine.path.startsWith(`${path}/`));
    if (path === undefined) return { stderr: 'No process specification given\n', exit: 1 };
    if (argv.some((word) => /^-[a-zA-Z]*k/.test(word))) for (const machine of users) host.kill(machine);
    return users.length > 0 ? { stdout: users.map(({ pid }) => ` ${pid}`).join(''), stderr: `${path}:\n`, exit: 0 } : { exit: 1 };
  });
}

function vmwareScript(hostOf: (node: SimNode) => VmwareHost): Command {
  return instant(([word = ''], node) => {
    const host = hostOf(node);
    if (word === 'status') return { stdout: host.services ? 'At least one instance of VMware Server services is running.\n' : 'VMware Server services are stopped.\n', exit: host.services ? 0 : 3 };
    if (!['start', 'stop', 'restart'].includes(word)) return { stderr: 'Usage: vmware {start|stop|status|restart}\n', exit: 1 };
    if (word !== 'start' && host.machines.length > 0) return { stderr: `At least one virtual machine is still running, ${host.machines.length} in all.\nThe VMware Server services were not stopped.\n`, exit: 1 };
    host.services = word !== 'stop';
    return { stdout: `${word === 'stop' ? 'Stopping' : 'Starting'} VMware Server services: done\n` };
  });
}
