// Where the resources have their devices and disks: by the drbd.conf of the nodes, the last that could be read.
import { minorOf, readConfig, sidesOf } from './config.ts';
import type { Config } from './config.ts';
import type { SimNode, World } from '../shapes.ts';

/** One side of a resource. */
export interface Place {
  resource: string;
  node: SimNode;
  number: number;
  device: string;
  disk: string;
  metaDisk: string;
  metaIndex: number;
}

export interface Places {
  /** The resources that any node knows, in the order of their files. */
  names(): string[];
  /** The sides of a resource, in the order of the world's nodes. */
  of(resource: string): Place[];
  resourceOf(node: SimNode, device: string): string | null;
  /** The configuration of a node. */
  config(node: SimNode): Config;
}

/** Reads the files when they are asked for, and again only where they changed. */
export function createPlaces(world: World): Places {
  const read = new Map<SimNode, { text: string; config: Config }>();
  const config = (node: SimNode): Config => {
    const text = node.files.read('/etc/drbd.conf') ?? '';
    const known = read.get(node);
    if (known?.text === text) return known.config;
    const reading = readConfig(text);
    // A file that somebody is just breaking does not move the devices.
    const now = reading.ok ? reading.config : (known?.config ?? { minorCount: null, dialogRefresh: 1, verifiesIps: true, resources: [] });
    read.set(node, { text, config: now });
    return now;
  };
  const placesOn = (node: SimNode): Place[] => config(node).resources.flatMap((resource) => {
    const { me } = sidesOf(resource, node.name);
    if (!me) return [];
    return [{ resource: resource.name, node, number: minorOf(me.device), device: me.device, disk: me.disk, metaDisk: me.metaDisk, metaIndex: Number(me.metaIndex) }];
  });
  return {
    config,
    names: () => [...new Set(world.nodes.flatMap((node) => placesOn(node).map((place) => place.resource)))],
    of: (resource) => world.nodes.flatMap((node) => placesOn(node).filter((place) => place.resource === resource)),
    resourceOf: (node, device) => placesOn(node).find((place) => place.device === device)?.resource ?? null,
  };
}
