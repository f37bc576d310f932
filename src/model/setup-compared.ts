// The set-up of the nodes side by side: which files are the same, which versions differ. What was last heard counts.
import type { Cluster, NodeName, NodeView } from './cluster.ts';
import { lastWord } from './heard.ts';
import type { SetupFiles, Versions } from './setup-facts.ts';

/** How one file stands on all nodes. What is certain wins: a difference, then a lack, then what could not be read. */
export interface FileCompared {
  path: string;
  is: 'same' | 'differs' | 'only-on' | 'not-read';
  /** differs: those that have it; only-on: those that have it; not-read: those that did not tell; same: all. */
  nodes: NodeName[];
}

/** One version on all nodes. */
export interface VersionCompared {
  name: string;
  /** By node that told; null: it has none. A node that is not there did not tell. */
  versions: Record<NodeName, string | null>;
  /** Two nodes told different ones. */
  differs: boolean;
}

/** Every path that some node has, by path. Empty until a node told. */
export function filesCompared(cluster: Cluster): FileCompared[] {
  const told = cluster.nodes.map((node) => ({ node: node.name, facts: lastWord(node, 'files') }));
  const paths = new Set(told.flatMap(({ facts }) => facts?.files.map(({ path }) => path) ?? []));
  return [...paths].sort().map((path) => compared(path, told));
}

/** Kernel, DRBD's module and tools, heartbeat, hypervisors, and packages by name. Only what some node has is listed. */
export function versionsCompared(cluster: Cluster): VersionCompared[] {
  const packages = cluster.nodes.map((node) => packagesOf(node));
  const names = [...new Set(packages.flatMap((each) => [...(each?.keys() ?? [])]))].sort();
  const rows: [string, (node: NodeView, index: number) => string | null | undefined][] = [
    ...WELL_KNOWN.map(([name, of]): [string, (node: NodeView) => string | null | undefined] => [name, of]),
    ...names.map((name): [string, (node: NodeView, index: number) => string | null | undefined] => [
      `package ${name}`, (_node, index) => (packages[index] ? packages[index].get(name) ?? null : undefined),
    ]),
  ];
  return rows.flatMap(([name, of]) => {
    const all = cluster.nodes.map((node, index): [NodeName, string | null | undefined] => [node.name, of(node, index)]);
    const versions = all.filter((each): each is [NodeName, string | null] => each[1] !== undefined);
    if (!versions.some(([, version]) => version !== null)) return [];
    return [{ name, versions: Object.fromEntries(versions), differs: new Set(versions.map(([, version]) => version)).size > 1 }];
  });
}

/** undefined: the node did not tell, or tells none for what it may well have. */
const WELL_KNOWN: readonly [string, (node: NodeView) => string | undefined][] = [
  ['kernel', (node) => lastWord(node, 'vitals')?.kernel ?? undefined],
  ['DRBD', (node) => lastWord(node, 'proc-drbd')?.version ?? undefined],
  ['drbdadm', (node) => lastWord(node, 'versions')?.drbdTools ?? undefined],
  ['Xen', (node) => lastWord(node, 'versions')?.xen ?? undefined],
  ['VMware Server', (node) => lastWord(node, 'vmware-cmd')?.version ?? undefined],
];

function packagesOf(node: NodeView): Map<string, string> | null {
  const packages: Versions['packages'] = lastWord(node, 'versions')?.packages ?? null;
  return packages && new Map(packages.map(({ name, version }) => [name, version]));
}

function compared(path: string, told: readonly { node: NodeName; facts: SetupFiles | null }[]): FileCompared {
  const sides = told.map(({ node, facts }) => ({ node, has: sideOf(path, facts) }));
  const named = (wanted: (has: Side) => boolean): NodeName[] => sides.filter(({ has }) => wanted(has)).map(({ node }) => node);
  const sums = new Set(sides.flatMap(({ has }) => (typeof has === 'object' ? [`${has.sum} ${has.sizeBytes ?? ''}`] : [])));
  const isThere = (has: Side): boolean => typeof has === 'object' || has === 'unread';
  if (sums.size > 1) return { path, is: 'differs', nodes: named(isThere) };
  if (sides.some(({ has }) => has === 'none')) return { path, is: 'only-on', nodes: named(isThere) };
  const silent = named((has) => has === 'unread' || has === 'untold');
  return silent.length > 0 ? { path, is: 'not-read', nodes: silent } : { path, is: 'same', nodes: named(isThere) };
}

/** unread: it is there, its sum is not known. none: it is not there. untold: the node did not say. */
type Side = { sum: string; sizeBytes: number | null } | 'unread' | 'none' | 'untold';

function sideOf(path: string, facts: SetupFiles | null): Side {
  if (facts === null) return 'untold';
  const file = facts.files.find((each) => each.path === path);
  if (file) return file.sum === null ? 'unread' : { sum: file.sum, sizeBytes: file.sizeBytes };
  return facts.moreIn.some((directory) => path.slice(0, path.lastIndexOf('/')) === directory) ? 'untold' : 'none';
}
