// A world: nodes, cables and the systems that run on them. It changes by commands and by time, and knows the truth.
import { memoryFiles } from './files.ts';
import { linuxCommands, linuxFiles } from './linux.ts';
import { createNetwork } from './network.ts';
import { createNode, isAlive } from './node.ts';
import { createRandom } from './random.ts';
import { createLife, createSchedule } from './schedule.ts';
import type { Activity } from './schedule.ts';
import type { Built, Scene, SimNode, World, WorldOptions } from './shapes.ts';
import type { Truth } from './truth.ts';

const NOTHING: Built = {
  systems: [], domains: [],
  diskError: () => ({ ok: false, says: 'there are no disks' }),
  stuck: () => ({ ok: false, says: 'there are no domains' }),
  write: () => ({ ok: false, says: 'there are no domains' }),
  answers: () => false,
};

/** From the power to the moment the kernel and sshd answer. */
const BOOT_MS = 28_000;

/** A world whose nodes have booted and run since days; nothing in it is out of order. */
export function createWorld(scene: Scene, options: WorldOptions): World {
  const schedule = createSchedule(options.startMs);
  const random = createRandom(options.seed ?? 1);
  const hurry = options.hurry ?? 1;
  const hearers: ((node: SimNode) => void)[] = [];
  const written = new Map<string, string | null>();
  let serial = 0;
  let markedAt = options.startMs;
  let built: Built = NOTHING;
  const nodes = scene.nodes.map((name) => createNode(name, { schedule, random: random.branch(`node ${name}`), files: options.files?.(name) ?? memoryFiles(), life: createLife() }));
  const network = createNetwork(scene.links, (name) => nodes.some((node) => node.name === name && isAlive(node)));

  const changed = (node: SimNode): void => {
    network.changed();
    for (const hear of hearers) hear(node);
  };
  const dies = (node: SimNode, how: 'power' | 'hang'): void => {
    node.life.end();
    node.machine = how === 'power' ? 'off' : 'hung';
    if (how === 'power') {
      node.holders.clear();
      node.mounts = [];
    }
    for (const system of built.systems) system.died(node, how);
    changed(node);
  };
  const world: World = {
    scene, schedule, random, hurry, nodes, network,
    get built() {
      return built;
    },
    acknowledged: [],
    node: (name) => nodes.find((node) => node.name === name),
    takes: (ms) => ms / hurry,
    nextSerial: () => (serial += 1),
    advanceTo: (ms) => schedule.advanceTo(ms),
    refresh() {
      for (const node of nodes.filter(isAlive)) {
        for (const [path, text] of node.kernelFiles) {
          const key = `${node.name}:${path}`;
          const now = text();
          if (written.has(key) && written.get(key) === now) continue;
          written.set(key, now);
          if (now === null) node.files.remove(path);
          else node.files.write(path, now, { at: node.clock() });
        }
      }
    },
    powerCut(node) {
      node.isShuttingDown = false;
      dies(node, 'power');
    },
    hang(node) {
      node.isShuttingDown = false;
      dies(node, 'hang');
    },
    powerOn(node) {
      node.isShuttingDown = false;
      node.life = createLife();
      node.machine = 'booting';
      node.bootedAt = schedule.now();
      node.bootId = bootId(node);
      schedule.run(node.life, boot(node));
      changed(node);
    },
    shutDown(node, again) {
      node.isShuttingDown = true;
      schedule.run(node.life, shutdown(node), () => {
        dies(node, 'power');
        if (again) world.powerOn(node);
      });
    },
    onMachine: (hear) => void hearers.push(hear),
    truth: () => theTruth(world),
    mark: () => void (markedAt = schedule.now()),
    markedAt: () => markedAt,
  };
  for (const node of nodes) {
    node.machine = 'up';
    node.bootedAt = options.startMs - UP_MS - node.random.whole(0, 900_000);
    node.bootId = bootId(node);
    linuxFiles(world, node);
  }
  built = scene.build(world);
  for (const node of nodes) {
    for (const commands of [linuxCommands(world), ...built.systems.map((system) => system.commands)]) {
      for (const [name, command] of Object.entries(commands)) node.commands.set(name, command);
    }
  }
  world.refresh();
  return world;

  function* boot(node: SimNode): Activity<void> {
    yield world.takes(BOOT_MS);
    node.machine = 'up';
    changed(node);
    for (const system of built.systems) yield* system.boot(node);
  }

  function* shutdown(node: SimNode): Activity<void> {
    for (const system of [...built.systems].reverse()) yield* system.shutdown(node);
  }
}

/** How long the nodes of a new world have been up. */
const UP_MS = (12 * 24 + 4) * 3_600_000;

function bootId(node: SimNode): string {
  const hex = (digits: number): string => Array.from({ length: digits }, () => node.random.whole(0, 15).toString(16)).join('');
  return `${hex(8)}-${hex(4)}-4${hex(3)}-8${hex(3)}-${hex(12)}`;
}

function theTruth(world: World): Truth {
  const truth: Truth = { nodes: {}, replicas: {}, domains: {}, groups: {}, mounts: {}, lostWrites: [] };
  const parts = world.built.systems.map((system) => system.truth());
  for (const part of parts) {
    Object.assign(truth.replicas, part.replicas);
    Object.assign(truth.domains, part.domains);
    Object.assign(truth.groups, part.groups);
    truth.lostWrites.push(...(part.lostWrites ?? []));
  }
  const manager = Object.assign({}, ...parts.map((part) => part.manager ?? {})) as Record<string, string>;
  for (const node of world.nodes) {
    truth.nodes[node.name] = {
      power: node.machine === 'off' ? 'off' : 'on', machine: node.machine, manager: manager[node.name] ?? 'none',
      clockSeconds: Math.floor(node.clock() / 1000),
    };
    truth.mounts[node.name] = Object.fromEntries(node.mounts.map((mount) => [mount.path, mount.device]));
  }
  return truth;
}
