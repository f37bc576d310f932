// A pair of nodes with DRBD 0.7 and nothing else, for the tests here.
import { createDrbd } from '../../../src/simulator/world/drbd/drbd.ts';
import type { DrbdSystem } from '../../../src/simulator/world/drbd/drbd.ts';
import { decodeMetadata, internalOffset } from '../../../src/simulator/world/drbd/metadata.ts';
import type { MetadataBlock } from '../../../src/simulator/world/drbd/metadata.ts';
import type { Ran, Scene, SimNode, World } from '../../../src/simulator/world/shapes.ts';
import { createWorld } from '../../../src/simulator/world/world.ts';

export const START = Date.UTC(2007, 1, 15, 10, 0, 0);
const ADDRESSES = { alpha: '192.168.1.23', bravo: '192.168.1.24' };
const DISK_BYTES = 10_000_000 * 1024;

export interface PairOptions {
  seed?: number;
  hurry?: number;
  /** Instead of the usual sections; `{}` of each resource without the hosts. */
  sections?: string;
  startup?: string;
  syncer?: readonly [string, string];
}

export interface Pair {
  world: World;
  drbd: DrbdSystem;
  alpha: SimNode;
  bravo: SimNode;
  /** Lets so many seconds pass. */
  wait(seconds: number): void;
  /** Runs a program to its end, and lets the time pass that it takes (at most an hour). */
  run(node: SimNode, line: string): Ran;
  /** What `drbdadm state` and `cstate` say: `Primary/Secondary Connected`. */
  state(node: SimNode, resource: string): string;
  /** The metadata block on the node's disk as it lies there. */
  block(node: SimNode, resource: string): MetadataBlock;
  /** `1 1 7 2`: human, timeout, connected, arbitrary, as on the disk. */
  counters(node: SimNode, resource: string): string;
  /** A guest writes; answers whether and when it was told, seconds after now. */
  write(node: SimNode, resource: string): { serial: number; answer: boolean | null; at: number };
  log(node: SimNode): string;
}

const DISKS: Readonly<Record<string, string>> = { drbd0: '/dev/md6', drbd1: '/dev/md7' };

export function drbdConf({ sections, startup = '', syncer = ['rate 256M; group 1;', 'rate 256M; group 1;'] }: PairOptions): string {
  const side = (host: keyof typeof ADDRESSES, minor: number): string =>
    `  on ${host} {\n    device    /dev/drbd${minor};\n    disk      /dev/md${6 + minor};\n    address   ${ADDRESSES[host]}:${7788 + minor};\n    meta-disk internal;\n  }\n`;
  return [0, 1].map((minor) => `resource drbd${minor} {\n  protocol C;\n  startup { degr-wfc-timeout 120; ${startup} }\n  ${sections ?? 'disk { on-io-error detach; }'}\n  syncer { ${syncer[minor] ?? ''} }\n${side('alpha', minor)}${side('bravo', minor)}}\n`).join('');
}

export function createPair(options: PairOptions = {}): Pair {
  let built: DrbdSystem | null = null;
  const scene: Scene = {
    name: 'pair', says: '', nodes: ['alpha', 'bravo'],
    links: [{ name: 'bond0', kind: 'net', nodes: ['alpha', 'bravo'] }, { name: 'bond1', kind: 'net', nodes: ['alpha', 'bravo'] }],
    build(world) {
      for (const node of world.nodes) {
        node.files.write('/etc/drbd.conf', drbdConf(options));
        node.files.write('/etc/network/interfaces', `auto bond1\niface bond1 inet static\n  address ${ADDRESSES[node.name as 'alpha']}\n  netmask 255.255.255.0\n`);
        for (const path of Object.values(DISKS)) node.disks.set(path, { sizeBytes: DISK_BYTES, failed: false, data: new Set() });
      }
      built = createDrbd(world, {
        versionLines: ['version: 0.7.23 (api:79/proto:74)', 'SVN Revision: 2686 build by root@alpha, 2007-01-15 13:08:27'],
        resources: [{ name: 'drbd0', primary: 'alpha' }, { name: 'drbd1', primary: 'bravo' }],
      });
      const drbd = built;
      return {
        systems: [drbd], domains: [], diskError: (node, resource) => drbd.diskError(node, resource),
        stuck: () => ({ ok: false, says: '' }), write: () => ({ ok: false, says: '' }), answers: () => false,
      };
    },
  };
  const world = createWorld(scene, { startMs: START, seed: options.seed ?? 7, hurry: options.hurry ?? 1 });
  const [alpha, bravo] = world.nodes;
  if (!alpha || !bravo || !built) throw new Error('no pair');
  return handles(world, built, alpha, bravo);
}

function handles(world: World, drbd: DrbdSystem, alpha: SimNode, bravo: SimNode): Pair {
  const { schedule } = world;
  const wait = (seconds: number): void => world.advanceTo(schedule.now() + seconds * 1000);
  const run = (node: SimNode, line: string): Ran => {
    let ran: Ran | null = null;
    schedule.run(node.life, node.run(line.split(' ')), (result) => {
      ran = result;
    });
    const until = schedule.now() + 3_600_000;
    for (let next = schedule.next(); ran === null && next !== null && next <= until; next = schedule.next()) world.advanceTo(next);
    if (ran === null) throw new Error(`no end: ${line}`);
    return ran;
  };
  const block = (node: SimNode, resource: string): MetadataBlock => {
    const bytes = node.files.readAt(DISKS[resource] ?? '', internalOffset(DISK_BYTES), 512);
    const read = bytes && decodeMetadata(bytes);
    if (!read) throw new Error('no metadata');
    return read;
  };
  return {
    world, drbd, alpha, bravo, wait, run, block,
    state: (node, resource) => `${run(node, `drbdadm state ${resource}`).stdout.trim()} ${run(node, `drbdadm cstate ${resource}`).stdout.trim()}`,
    counters: (node, resource) => Object.values(block(node, resource).counters).join(' '),
    write(node, resource) {
      const device = `/dev/${resource}`;
      const told = { serial: world.nextSerial(), answer: null as boolean | null, at: -1 };
      const began = schedule.now();
      node.devices.get(device)?.write(told.serial, (ok) => {
        told.answer = ok;
        told.at = (schedule.now() - began) / 1000;
        if (ok) world.acknowledged.push({ serial: told.serial, domain: 'delta', node, device, at: schedule.now() });
      });
      return told;
    },
    log: (node) => (node.files.read('/var/log/kern.log') ?? '').replaceAll(/^\S+ +\d+ \S+ \S+ kernel: /gm, ''),
  };
}
