// The scene "homer": skylla and charybda, heartbeat 1, Xen 3.0, DRBD 0.7 on LVM. Each runs one domain and mirrors the other's.
import { createDrbd } from '../world/drbd/drbd.ts';
import { createGuests } from '../world/guests/guests.ts';
import { createHeartbeat } from '../world/heartbeat/heartbeat.ts';
import { setHardware } from '../world/linux.ts';
import { lvmCommands } from '../world/lvm/lvm.ts';
import { setVolumeGroup } from '../world/lvm/volume-group.ts';
import { scriptCommands } from '../world/scripts/scripts.ts';
import type { Built, Scene, SimNode, World } from '../world/shapes.ts';
import { createXen } from '../world/xen/xen.ts';
import { startLinks } from './boot-files.ts';
import { HOMER, HOMER_HARESOURCES, homerDrbdConf, homerHaCf, homerInterfaces, xenConfig } from './homer-files.ts';
import { packageCommands } from './packages.ts';
import { startLog } from './start-log.ts';
import { withPrograms } from './with-programs.ts';

const EXTENT_BYTES = 4 * 2 ** 20;
/** Logical volumes in extents: home 35.00 GB, the domains 10.35 GB each. */
const VOLUMES = { home: 8960, domain1: 2649, domain2: 2649 };

const PACKAGES = { heartbeat: '1.2.4-2', 'drbd0.7-utils': '0.7.17-1', lvm2: '2.02.06-2' };

/** Two nodes, each at home with one domain. */
export const homer: Scene = {
  name: 'homer',
  says: 'two nodes, heartbeat 1, Xen 3, DRBD 0.7 on LVM (skylla, charybda)',
  nodes: HOMER.map((node) => node.name),
  links: ['eth1', 'eth2'].map((name) => ({ name, kind: 'net', nodes: ['skylla', 'charybda'] })),
  drills: { node: 'charybda', peer: 'skylla', link: 'eth1', resource: 'domain2', domain: null },
  build,
};

function build(world: World): Built {
  for (const node of world.nodes) prepare(world, node);
  const drbd = createDrbd(world, {
    versionLines: ['version: 0.7.17 (api:77/proto:74)', 'SVN Revision: 2125 build by root@build, 2006-05-08 12:31:04'],
    resources: HOMER.map((home) => ({ name: home.domain, primary: home.name })),
  });
  const guests = createGuests(world, HOMER.map((home) => ({ name: home.domain, memoryMib: 256, vcpus: 1, bootMs: 24_000, runsOn: home.name })));
  const xen = createXen(world, guests, { totalMib: 1024, domain0Mib: 256 });
  const heartbeat = createHeartbeat(world, { version: '1.2.4' });
  return {
    systems: [drbd, xen, withPrograms(heartbeat, { ...scriptCommands(world), ...lvmCommands(world), ...packageCommands(PACKAGES) })],
    domains: HOMER.map((home) => home.domain),
    diskError: (node, resource) => drbd.diskError(node, resource),
    stuck: (domain) => ({ ok: false, says: `${domain} runs on Xen, where no domain waits for an answer` }),
    write: (domain) => guests.write(domain),
    answers: (domain) => guests.answers(domain),
    bootOf: (domain) => guests.bootOf(domain),
  };
}

function prepare(world: World, node: SimNode): void {
  const { files } = node;
  const self = HOMER.find((one) => one.name === node.name);
  if (!self) throw new Error(`${node.name} is not of homer`);
  setHardware(node, { release: '2.6.16-xen', version: '#1 SMP Mon May 8 12:00:00 UTC 2006', cpus: 2, memoryKib: 262_144, usedKib: 110_000 });
  files.write('/etc/drbd.conf', homerDrbdConf(world.hurry));
  files.write('/etc/ha.d/ha.cf', homerHaCf(world.hurry));
  files.write('/etc/ha.d/haresources', HOMER_HARESOURCES);
  files.write('/etc/ha.d/authkeys', 'auth 1\n1 sha1 homer-of-the-demo\n', { mode: 0o600 });
  files.write('/etc/network/interfaces', homerInterfaces(self));
  startLinks(files, ['S20xend', 'S70drbd', 'S75heartbeat']);
  for (const home of HOMER) files.write(`/etc/xen/${home.domain}`, xenConfig(home));
  setVolumeGroup(node, { name: 'lvm', extentBytes: EXTENT_BYTES, physical: [{ device: '/dev/sda6', extents: 9000 }, { device: '/dev/sdb1', extents: 8293 }] });
  for (const [name, extents] of Object.entries(VOLUMES)) {
    node.disks.set(`/dev/lvm/${name}`, { sizeBytes: extents * EXTENT_BYTES, failed: false, data: new Set() });
    files.disk(`/dev/lvm/${name}`, extents * EXTENT_BYTES);
  }
  node.mounts.push({ device: '/dev/lvm/home', path: '/home', type: 'ext3', options: 'rw' });
  startLog(world, node, { version: '1.2.4', peer: HOMER.find((one) => one.name !== node.name)?.name ?? '', links: ['eth1', 'eth2'], ping: '10.0.1.254', group: HOMER_HARESOURCES.split('\n').find((line) => line.startsWith(`${node.name} `)) ?? '' });
}
