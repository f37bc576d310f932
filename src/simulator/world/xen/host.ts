// A Xen host: its domains, and what happens to them: created, shut down, destroyed, crashed.
import type { Guests, Instance } from '../guests/guests.ts';
import { blockDevice } from '../guests/raw-disk.ts';
import { hold, release } from '../linux.ts';
import type { Activity } from '../schedule.ts';
import type { SimNode, World } from '../shapes.ts';
import type { XenConfig } from './config.ts';
import { deviceNumber, diskOf } from './config.ts';

export interface XenDomain {
  readonly id: number;
  readonly config: XenConfig;
  readonly uuid: string;
  readonly instance: Instance;
  /** Of one processor's time, what it uses. */
  readonly share: number;
  /** The guest has been asked to shut down, or to boot again. */
  asked: 'no' | 'poweroff' | 'reboot';
}

export interface XenHost {
  readonly node: SimNode;
  /** xend answers. Domains run on without it. */
  xend: boolean;
  /** In the order of their numbers, without Domain-0. */
  readonly domains: readonly XenDomain[];
  /** Memory that no domain has, MiB. */
  freeMib(): number;
  /** Makes a domain and starts it; else says why not, in xend's words. `since`: it has run that long already, and takes no time. */
  create(config: XenConfig, since?: number): Activity<XenDomain | string>;
  /** Off at once. */
  destroy(domain: XenDomain): void;
  /** Asks the guest; it goes, or boots again, when it is done; a crashed or paused one never is. */
  ask(domain: XenDomain, what: 'poweroff' | 'reboot'): void;
  /** The machine died. */
  died(): void;
}

export interface XenMemory {
  /** Of the machine, and of Domain-0. */
  totalMib: number;
  domain0Mib: number;
}

/** What building a domain takes, what a guest needs to shut down, and how soon a crash may not repeat, ms. */
const BUILD_MS = 1900;
const HOTPLUG_MS = 900;
const SHUTDOWN_MS = 11_000;
const MOST_OFTEN_MS = 20_000;

/** Xen on one node, xend up, with no domain but Domain-0. */
export function createXenHost(world: World, node: SimNode, guests: Guests, memory: XenMemory): XenHost {
  const random = node.random.branch('xen');
  let domains: XenDomain[] = [];
  let lastId = 0;

  const add = (config: XenConfig, device: string, ranMs: number | null): XenDomain => {
    const guest = guests.define(config.name) ?? { name: config.name, memoryMib: config.memoryMib, vcpus: config.vcpus, bootMs: 30_000, runsOn: null };
    const instance = guests.start(guest, node, device, ranMs === null ? { answersInMs: world.takes(guest.bootMs) } : { answersInMs: 0, ranMs });
    const domain: XenDomain = { id: (lastId += 1), config, uuid: uuid(), instance, share: 0.008 + 0.03 * random.next(), asked: 'no' };
    domains.push(domain);
    for (const path of paths(config)) hold(node, path, holder(config));
    return domain;
  };
  const uuid = (): string => [8, 4, 4, 4, 12].map((digits) => Array.from({ length: digits }, () => random.whole(0, 15).toString(16)).join('')).join('-');

  const host: XenHost = {
    node, xend: true,
    get domains() {
      return domains;
    },
    freeMib: () => memory.totalMib - memory.domain0Mib - domains.reduce((sum, domain) => sum + domain.config.memoryMib, 0),
    *create(config, since) {
      const refused = refusal(host, config, memory);
      if (refused !== null) return refused;
      if (since === undefined) yield world.takes(BUILD_MS + random.whole(0, 700));
      const bad = badDisk(node, config) ?? doubled(host, config);
      if (bad !== null) {
        yield world.takes(HOTPLUG_MS);
        return bad;
      }
      return add(config, paths(config)[0] ?? '', since ?? null);
    },
    destroy(domain) {
      guests.end(domain.instance);
      domains = domains.filter((one) => one !== domain);
      for (const path of paths(domain.config)) release(node, path, holder(domain.config));
    },
    ask(domain, what) {
      const first = domain.asked === 'no';
      domain.asked = what;
      if (first) world.schedule.run(node.life, goesDown(domain));
    },
    died() {
      guests.nodeDied(node);
      domains = [];
      lastId = 0;
    },
  };
  guests.onCrash((instance) => {
    const domain = domains.find((one) => one.instance === instance);
    if (domain) world.schedule.run(node.life, afterCrash(domain));
  });
  return host;

  /** A guest obeys once it has booted and while it runs; its last writes are answered first. */
  function* goesDown(domain: XenDomain): Activity<void> {
    const { instance } = domain;
    const bootsMs = instance.answersFrom - world.schedule.now();
    if (bootsMs > 0) yield bootsMs;
    yield world.takes(SHUTDOWN_MS + random.whole(-2000, 3000));
    while (instance.state === 'paused' || instance.pending) yield instance.pending ? instance.settled : world.takes(1000);
    if (instance.state === 'running') yield* after(domain, domain.asked === 'reboot' ? domain.config.onReboot : domain.config.onPoweroff);
  }

  function* afterCrash(domain: XenDomain): Activity<void> {
    const tooOften = domain.config.onCrash.endsWith('restart') && guests.ranMs(domain.instance) < world.takes(MOST_OFTEN_MS);
    yield* after(domain, tooOften ? 'destroy' : domain.config.onCrash);
  }

  function* after(domain: XenDomain, action: string): Activity<void> {
    if (action === 'preserve') return;
    host.destroy(domain);
    if (action.endsWith('restart')) yield* host.create(domain.config);
  }
}

/** Devices the domain writes to or reads, in the order of its configuration. */
function paths(config: XenConfig): string[] {
  return config.disks.flatMap((disk) => diskOf(disk).path ?? []);
}

function holder(config: XenConfig): string {
  return `domain ${config.name}`;
}

/** Why xend will not even begin. */
function refusal(host: XenHost, config: XenConfig, memory: XenMemory): string | null {
  if (config.name === '') return 'Missing domain name';
  const free = host.freeMib();
  if (config.memoryMib <= free) return doubled(host, config);
  return `I need ${config.memoryMib * 1024} KiB, but dom0_min_mem is ${memory.domain0Mib * 1024} and shrinking to ${memory.domain0Mib * 1024} KiB would leave only ${free * 1024} KiB free.`;
}

function doubled(host: XenHost, config: XenConfig): string | null {
  const same = host.domains.find((domain) => domain.config.name === config.name);
  return same ? `VM name '${config.name}' already in use by domain ${same.id}` : null;
}

/** Why a disk cannot be given to the domain: what the block script or the backend says. */
function badDisk(node: SimNode, config: XenConfig): string | null {
  for (const disk of config.disks) {
    const { path, device } = diskOf(disk);
    const fails = (why: string): string => `Device ${deviceNumber(device)} (vbd) could not be connected. ${why}`;
    if (path === null) return fails('Hotplug scripts not working.');
    const block = blockDevice(node, path);
    if (!block) return fails(`${path} does not exist.`);
    const holders = [...(node.holders.get(path) ?? [])];
    if (holders.some((why) => why.startsWith('mounted'))) return fails(`Device ${path} is mounted in the privileged domain,\nand so cannot be mounted by a guest.`);
    if (holders.some((why) => why.startsWith('domain'))) return fails(`Device ${path} is mounted in a guest domain,\nand so cannot be mounted now.`);
    if (!block.usable) return fails('Backend device not found.');
  }
  return null;
}
