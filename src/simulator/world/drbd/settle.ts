// How the devices stand when a world begins: attached, connected, in step, as after days of work.
import { hotExtents } from './bitmap.ts';
import { optionOf, sidesOf } from './config.ts';
import { connectAtOnce } from './connection.ts';
import { attach, inStep, kib, netConf } from './configure.ts';
import { encodeMetadata, internalOffset, RESERVED_KIB } from './metadata.ts';
import { geometryOf, writeMetadata } from './minor.ts';
import type { Kernel, Minor } from './shapes.ts';
import { minorCount } from './drbdadm.ts';
import { loadModule } from './module.ts';
import type { Place, Places } from './places.ts';

/** Puts all resources into the state of a healthy pair. Nothing of it is written into a log. */
export function settle(kernel: Kernel, places: Places, resources: readonly { name: string; primary: string | null }[]): void {
  for (const node of kernel.world.nodes) {
    if (places.config(node).resources.length > 0) silently(kernel, () => loadModule(kernel, node, minorCount(places.config(node), node.name)));
  }
  for (const { name, primary } of resources) silently(kernel, () => settleResource(kernel, places, name, primary));
}

function settleResource(kernel: Kernel, places: Places, name: string, primary: string | null): void {
  const random = kernel.random.branch(`resource ${name}`);
  const counters = { human: 1, timeout: 1, connected: random.whole(4, 14), arbitrary: random.whole(1, 3) };
  const written = random.whole(40_000, 400_000);
  const sides = places.of(name).flatMap((place) => {
    prepareDisk(place, counters);
    const minor = kernel.modules.get(place.node)?.minors[place.number];
    return minor ? [{ place, minor }] : [];
  });
  for (const { place, minor } of sides) begin(places, place, minor, place.node.name === primary, written);
  connectAtOnce(sides.map(({ minor }) => minor));
  for (const { minor } of sides) writeMetadata(minor);
}

/** A disk with the metadata block of a long life. */
function prepareDisk(place: Place, counters: { human: number; timeout: number; connected: number; arbitrary: number }): void {
  const { node, metaIndex } = place;
  const disk = node.disks.get(place.disk);
  const path = place.metaDisk === 'internal' ? place.disk : place.metaDisk;
  const metaOn = node.disks.get(path);
  if (!disk || !metaOn) return;
  const offset = metaIndex < 0 ? internalOffset(disk.sizeBytes) : metaIndex * RESERVED_KIB * 1024;
  node.files.disk(path, metaOn.sizeBytes);
  const sizeKib = Math.floor((metaIndex < 0 ? offset : disk.sizeBytes) / 1024);
  node.files.writeAt(path, offset, encodeMetadata({ sizeKib, consistent: true, primaryInd: false, connectedInd: true, fullSync: false, counters, alExtents: 127 }));
}

function begin(places: Places, place: Place, minor: Minor, isPrimary: boolean, written: number): void {
  const resource = places.config(place.node).resources.find((one) => one.name === place.resource);
  const { me, peer } = resource ? sidesOf(resource, place.node.name) : { me: null, peer: null };
  if (!resource || !me || !peer) return;
  attach(minor, place.disk, place.metaDisk, place.metaIndex, resource.disk);
  inStep(minor);
  minor.syncer = {
    rateKib: kib(optionOf(resource.syncer, 'rate')) || 250, group: Number(optionOf(resource.syncer, 'group') ?? 0),
    alExtents: Number(optionOf(resource.syncer, 'al-extents') ?? 127), skip: false,
  };
  minor.net = netConf(`${me.address}:${me.port}`, `${peer.address}:${peer.port}`, resource.protocol ?? 'C', resource.net);
  minor.threads = { receiver: minor.node.pid(), asender: minor.node.pid(), worker: minor.node.pid() };
  minor.role = isPrimary ? 'Primary' : 'Secondary';
  // A Primary has had all its places in the activity log for long.
  if (isPrimary) for (const extent of hotExtents(geometryOf(minor))) minor.backing?.onDisk.activityLog.add(extent);
  minor.stat = { ...minor.stat, ns: isPrimary ? written : 0, nr: isPrimary ? 0 : written, dw: written, dr: isPrimary ? Math.floor(written * 0.4) : 0, al: isPrimary ? 61 : 0, bm: 0, primarySinceMs: minor.kernel.world.schedule.now() };
}

/** The log begins when the world begins. */
function silently(kernel: Kernel, act: () => void): void {
  const voices = kernel.world.nodes.map((node) => ({ node, kernelSays: node.kernelSays }));
  for (const { node } of voices) node.kernelSays = () => undefined;
  act();
  for (const { node, kernelSays } of voices) node.kernelSays = kernelSays;
}
