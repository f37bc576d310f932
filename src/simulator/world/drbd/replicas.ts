// The truth about the copies: what each holds, which are equal, and which acknowledged writes are in none that can serve again.
import { readMetadata } from './minor.ts';
import type { Kernel, Minor } from './shapes.ts';
import { internalOffset, RESERVED_KIB } from './metadata.ts';
import type { Place, Places } from './places.ts';
import { shownState } from './proc-drbd.ts';
import type { LostWrite, ReplicaTruth } from '../truth.ts';
import type { SimNode } from '../shapes.ts';

/** Numbers for contents: the same content of a resource has the same number. */
export interface Generations {
  /** Numbers of some contents of one resource, equal exactly where they are equal. */
  of(resource: string, contents: readonly ReadonlySet<number>[]): number[];
}

/** Remembers the contents by their size and two sums; beside each other they are compared member by member. */
export function createGenerations(): Generations {
  const known = new Map<string, Map<string, number>>();
  return {
    of(resource, contents) {
      const numbers = known.get(resource) ?? new Map<string, number>();
      known.set(resource, numbers);
      const given: number[] = [];
      for (const [index, content] of contents.entries()) {
        const twin = contents.slice(0, index).findIndex((other) => isEqual(other, content));
        given.push(twin >= 0 ? (given[twin] ?? 0) : numberOf(numbers, content, given));
      }
      return given;
    },
  };
}

function numberOf(numbers: Map<string, number>, content: ReadonlySet<number>, taken: readonly number[]): number {
  let [sum, mixed] = [0, 0];
  for (const serial of content) {
    sum += serial;
    mixed = (mixed + Math.imul(serial ^ 0x9e3779b9, 0x85ebca6b) * 3) >>> 0;
  }
  for (let salt = 0; ; salt += 1) {
    const key = `${content.size} ${sum} ${mixed} ${salt}`;
    const number = numbers.get(key) ?? numbers.size + 1;
    numbers.set(key, number);
    if (!taken.includes(number)) return number;
  }
}

function isEqual(one: ReadonlySet<number>, other: ReadonlySet<number>): boolean {
  if (one.size !== other.size) return false;
  for (const serial of one) if (!other.has(serial)) return false;
  return true;
}

/** One copy on a node's disk. */
export interface Copied {
  node: SimNode;
  data: ReadonlySet<number>;
  /** The disk works, and its replica counts as consistent: without force it can serve again. */
  mayBecomePrimary: boolean;
}

/** The copies of a resource, those of nodes without power too: their disks are whole. */
export function copiesOf(kernel: Kernel, places: Places, resource: string): Copied[] {
  return places.of(resource).flatMap((place) => {
    const disk = place.node.disks.get(place.disk);
    return disk ? [{ node: place.node, data: disk.data, mayBecomePrimary: !disk.failed && isConsistent(kernel, place) }] : [];
  });
}

/** By the module while it has the disk, else by the metadata on it. */
function isConsistent(kernel: Kernel, place: Place): boolean {
  const minor = minorAt(kernel, place);
  if (minor?.backing) return minor.consistent;
  const disk = place.node.disks.get(place.disk);
  const path = place.metaDisk === 'internal' ? place.disk : place.metaDisk;
  const offset = place.metaIndex < 0 ? internalOffset(disk?.sizeBytes ?? 0) : place.metaIndex * RESERVED_KIB * 1024;
  return offset >= 0 && (readMetadata(place.node, path, offset)?.consistent ?? false);
}

function minorAt(kernel: Kernel, place: Place): Minor | undefined {
  return kernel.modules.get(place.node)?.minors[place.number];
}

/** Resource → node → how its side stands. */
export function replicas(kernel: Kernel, places: Places, generations: Generations): Record<string, Record<string, ReplicaTruth>> {
  const all: Record<string, Record<string, ReplicaTruth>> = {};
  for (const resource of places.names()) {
    const sides = places.of(resource);
    const numbers = generations.of(resource, sides.map((place) => place.node.disks.get(place.disk)?.data ?? new Set<number>()));
    all[resource] = Object.fromEntries(sides.map((place, index) => [place.node.name, sideTruth(kernel, place, place.node.disks.get(place.disk)?.failed === true ? -1 - index : (numbers[index] ?? 0))]));
  }
  return all;
}

function sideTruth(kernel: Kernel, place: Place, generation: number): ReplicaTruth {
  const minor = minorAt(kernel, place);
  const word = (isGood: boolean): string => (isGood ? 'Consistent' : 'Inconsistent');
  if (!minor || minor.cstate === 'Unconfigured') return { role: 'Unknown', disk: word(isConsistent(kernel, place)), connection: 'Unconfigured', generation };
  // 0.7 has no word for a side without a disk but its connection's, DiskLessClient.
  return { role: minor.role, disk: word(minor.consistent), connection: shownState(minor), generation };
}

/** Every write a guest was told is safe, and that is in no copy that may become Primary. */
export function lostWrites(kernel: Kernel, places: Places): LostWrite[] {
  const good = new Map<string, readonly ReadonlySet<number>[]>();
  const lost: LostWrite[] = [];
  const found = new Map<string, string | null>();
  const resourceOf = (node: SimNode, device: string): string | null => {
    const key = `${node.name} ${device}`;
    if (!found.has(key)) found.set(key, places.resourceOf(node, device));
    return found.get(key) ?? null;
  };
  for (const { serial, domain, node, device, at } of kernel.world.acknowledged) {
    const resource = resourceOf(node, device);
    if (resource === null) continue;
    const copies = good.get(resource) ?? copiesOf(kernel, places, resource).filter((copy) => copy.mayBecomePrimary).map((copy) => copy.data);
    good.set(resource, copies);
    if (!copies.some((data) => data.has(serial))) lost.push({ serial, domain, resource, node: node.name, at: new Date(at).toISOString() });
  }
  return lost;
}
