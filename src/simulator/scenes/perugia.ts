// The scene "perugia": alpha and bravo of the thesis of 2007, heartbeat 2 with haresources, VMware Server 1, DRBD 0.7 on md.
import { createDrbd } from '../world/drbd/drbd.ts';
import { createGuests } from '../world/guests/guests.ts';
import { createHeartbeat } from '../world/heartbeat/heartbeat.ts';
import { hold, setHardware } from '../world/linux.ts';
import { scriptCommands } from '../world/scripts/scripts.ts';
import type { Built, Scene, SimNode, World } from '../world/shapes.ts';
import { createVmware } from '../world/vmware/vmware.ts';
import {
  PERUGIA, PERUGIA_HARESOURCES, PERUGIA_MACHINES, PERUGIA_MDSTAT, PERUGIA_PING, bondingText, perugiaDrbdConf, perugiaHaCf, perugiaInterfaces,
} from './perugia-files.ts';
import { startLinks } from './boot-files.ts';
import { packageCommands } from './packages.ts';
import { startLog } from './start-log.ts';
import { withPrograms } from './with-programs.ts';

/** Both md devices, KiB: 9402 MiB for the data and 128 MiB for DRBD's metadata. */
const MD_KIB = 9_758_720;
/** How long a machine boots until its users reach it, ms: the Windows ones take longer. */
const BOOT_MS: Readonly<Record<string, number>> = { charlie: 46_000, echo: 52_000, delta: 38_000, foxtrot: 49_000 };

const PACKAGES = { 'heartbeat-2': '2.0.8-1', 'drbd0.7-utils': '0.7.23-1', mdadm: '2.4.1-6' };

/** Two nodes, each at home with two virtual machines. */
export const perugia: Scene = {
  name: 'perugia',
  says: 'two nodes, heartbeat 2, VMware Server 1, DRBD 0.7 on md (alpha, bravo)',
  nodes: PERUGIA.map((node) => node.name),
  links: [
    { name: 'bond0', kind: 'net', nodes: ['alpha', 'bravo'] },
    { name: 'bond1', kind: 'net', nodes: ['alpha', 'bravo'] },
    { name: 'ttyS0', kind: 'serial', nodes: ['alpha', 'bravo'] },
  ],
  drills: { node: 'bravo', peer: 'alpha', link: 'bond1', resource: 'drbd1', domain: 'delta' },
  build,
};

function build(world: World): Built {
  for (const node of world.nodes) prepare(world, node);
  const drbd = createDrbd(world, {
    versionLines: ['version: 0.7.23 (api:79/proto:74)', 'SVN Revision: 2686 build by root@alpha, 2007-01-15 13:08:27'],
    resources: PERUGIA.map((home) => ({ name: home.resource, primary: home.name })),
  });
  for (const home of PERUGIA) mountAtHome(world, home);
  const guests = createGuests(world, PERUGIA_MACHINES.map(({ name, memoryMib, home }) => ({ name, memoryMib, vcpus: 1, bootMs: BOOT_MS[name] ?? 40_000, runsOn: home })));
  const vmware = createVmware(world, guests, {
    machines: PERUGIA_MACHINES.map(({ name, path, guest, mac }) => ({ guest: name, path: `/var/lib/vmware/VirtualMachines${path}`, guestOs: guest, mac })),
    processors: Object.fromEntries(PERUGIA.map((node) => [node.name, node.cpu])),
  });
  const heartbeat = createHeartbeat(world, { version: '2.0.8' });
  return {
    systems: [drbd, vmware, withPrograms(heartbeat, { ...scriptCommands(world), ...packageCommands(PACKAGES) })],
    domains: PERUGIA_MACHINES.map((machine) => machine.name),
    diskError: (node, resource) => drbd.diskError(node, resource),
    stuck: (domain) => vmware.stuck(domain),
    write: (domain) => guests.write(domain),
    answers: (domain) => guests.answers(domain),
    bootOf: (domain) => guests.bootOf(domain),
  };
}

function prepare(world: World, node: SimNode): void {
  const { files } = node;
  const self = PERUGIA.find((one) => one.name === node.name);
  if (!self) throw new Error(`${node.name} is not of perugia`);
  setHardware(node, { release: '2.6.15-28-server', version: '#1 SMP Wed Jul 18 23:14:26 UTC 2007', cpus: 1, memoryKib: 1_035_084, usedKib: 230_000 });
  files.write('/etc/drbd.conf', perugiaDrbdConf(world.hurry));
  files.write('/etc/ha.d/ha.cf', perugiaHaCf(world.hurry));
  files.write('/etc/ha.d/haresources', PERUGIA_HARESOURCES);
  files.write('/etc/ha.d/authkeys', 'auth 1\n1 sha1 perugia-of-the-demo\n', { mode: 0o600 });
  files.write('/etc/network/interfaces', perugiaInterfaces(self));
  startLinks(files, ['S70drbd', 'S75heartbeat', 'S90vmware']);
  files.write('/proc/cpuinfo', `processor\t: 0\nvendor_id\t: GenuineIntel\nmodel name\t: ${self.cpu}\n`);
  for (const { md } of PERUGIA) {
    node.disks.set(md, { sizeBytes: MD_KIB * 1024, failed: false, data: new Set() });
    files.disk(md, MD_KIB * 1024);
  }
  node.kernelFiles.set('/proc/mdstat', () => PERUGIA_MDSTAT);
  bond(world, node, 'bond0', ['eth2', 'eth3']);
  bond(world, node, 'bond1', ['eth0', 'eth1']);
  const peer = PERUGIA.find((one) => one.name !== node.name)?.name ?? '';
  startLog(world, node, { version: '2.0.8', peer, links: ['/dev/ttyS0', 'bond0', 'bond1'], ping: PERUGIA_PING, group: PERUGIA_HARESOURCES.split('\n').find((line) => line.startsWith(`${node.name} `)) ?? '' });
}

/** A bond of two cables: both are pulled when the link is cut, and each pull counts as a failure. */
function bond(world: World, node: SimNode, name: string, slaves: readonly string[]): void {
  let wasUp = true;
  let failures = 0;
  const addresses = slaves.map(() => `00:0d:60:${[0, 1, 2].map(() => node.random.whole(16, 255).toString(16)).join(':')}`);
  const isUp = (): boolean => world.network.link(name)?.cut !== true;
  world.network.onChange(() => {
    if (wasUp && !isUp()) failures += 1;
    wasUp = isUp();
  });
  node.kernelFiles.set(`/proc/net/bonding/${name}`, () => bondingText(slaves.map((slave, index) => ({ name: slave, mac: addresses[index] ?? '', failures })), isUp()));
}

function mountAtHome(world: World, home: (typeof PERUGIA)[number]): void {
  const node = world.node(home.name);
  const [device, path] = [`/dev/drbd${home.minor}`, `/var/lib/vmware/${home.tree}`];
  if (!node) return;
  node.mounts.push({ device, path, type: 'ext3', options: 'rw' });
  hold(node, device, `mounted on ${path}`);
}
