// What the map shows below the nodes: groups, then replicas of no group, then domains of neither; each once.
import type { Domain, Group, Replica } from '../model/joined.ts';
import { viewOf } from './scene.ts';
import type { Scene } from './scene.ts';
import { domainMark, replicaMark } from './map-marks.ts';
import { worse } from './mark.ts';
import type { Mark } from './mark.ts';

export interface Section {
  /** `group alpha`, the replica's name, or `no group`. */
  title: string;
  /** `started, at home`; '' where there is nothing to say. */
  state: string;
  group: Group | null;
  replicas: readonly Replica[];
  domains: readonly Domain[];
  /** The worst of what it holds. */
  mark: Mark;
}

/** All sections in order. */
export function sectionsOf(scene: Scene): Section[] {
  const replicas = new Set(scene.replicas);
  const domains = new Set(scene.domains);
  const sections: Section[] = [];
  for (const group of scene.groups) {
    const its = take(replicas, (replica) => group.replicas.includes(replica.name.split('/')[0] ?? '') || group.replicas.includes(replica.name));
    const inIt = take(domains, (domain) => domain.group === group.name);
    const state = groupText(scene, group);
    sections.push(section(scene, { title: `group ${group.name}`, state, group, replicas: its, domains: inIt }));
  }
  for (const replica of [...replicas]) {
    const onIt = take(domains, (domain) => domain.replicas.includes(replica.name));
    sections.push(section(scene, { title: replica.name, state: '', group: null, replicas: [replica], domains: onIt }));
  }
  if (domains.size > 0) sections.push(section(scene, { title: 'no group', state: '', group: null, replicas: [], domains: [...domains] }));
  return sections;
}

/** `started, at home`, `started on alpha, home is bravo`, `owned by alpha AND bravo`. */
export function groupText(scene: Scene, group: Group): string {
  const { state, on, preferred, owners } = group;
  const inOrder = scene.nodes.map((node) => node.name).filter((name) => owners.includes(name));
  if (owners.length > 1) return `owned by ${inOrder.join(' AND ')}`;
  if (on === null) return state === 'unknown' ? 'not known where' : state;
  const silent = viewOf(scene, on)?.link.state !== 'up';
  const witness = silent ? scene.nodes.find((node) => node.name !== on && node.reachable)?.name : undefined;
  const says = silent && witness !== undefined ? `, says ${witness}` : '';
  if (preferred === null) return `${state} on ${on}${says}`;
  return on === preferred ? `${state}, at home${says}` : `${state} on ${on}, home is ${preferred}${says}`;
}

/** How bad a group is by itself. */
export function groupMark(group: Group): Mark {
  if (group.owners.length > 1) return 'bad';
  switch (group.state) {
    case 'started':
      return group.preferred !== null && group.on !== group.preferred ? 'warn' : 'ok';
    case 'starting':
    case 'stopping':
      return 'going';
    case 'stopped':
      return 'warn';
    case 'failed':
    case 'blocked':
      return 'bad';
    case 'unknown':
      return 'unknown';
  }
}

function section(scene: Scene, made: Omit<Section, 'mark'>): Section {
  const marks = [
    ...made.replicas.map((replica) => replicaMark(scene, replica)),
    ...made.domains.map((domain) => domainMark(scene, domain)),
    ...(made.group ? [groupMark(made.group)] : []),
  ];
  return { ...made, mark: marks.reduce(worse, 'ok') };
}

function take<T>(from: Set<T>, wanted: (item: T) => boolean): T[] {
  const taken = [...from].filter(wanted);
  for (const item of taken) from.delete(item);
  return taken;
}
