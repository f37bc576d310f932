// What has just changed: the words of roles, disks, domains and nodes, remembered from picture to picture.
import { domainId } from './map-pair.ts';
import type { Scene } from './scene.ts';

/** How long a changed word is marked. */
export const MARKED_MS = 2000;

export interface Changes {
  /** The last word heard of each thing. */
  words: ReadonlyMap<string, string>;
  /** When a word became another, epoch ms. */
  at: ReadonlyMap<string, number>;
}

export const NO_CHANGES: Changes = { words: new Map(), at: new Map() };

/** The words of this scene against those before. A first word is no change, nor is silence or `unknown`: old words stay. */
export function noteChanges(before: Changes, scene: Scene): Changes {
  const words = new Map(before.words);
  const at = new Map([...before.at].filter(([, time]) => isYoung(time, scene.now)));
  for (const [key, word] of wordsOf(scene)) {
    if (words.has(key) && words.get(key) !== word) at.set(key, scene.now);
    words.set(key, word);
  }
  return { words, at };
}

/** Keys of what is to be marked at the scene's time. */
export function markedAt(changes: Changes, now: number): ReadonlySet<string> {
  return new Set([...changes.at].filter(([, time]) => isYoung(time, now)).map(([key]) => key));
}

function isYoung(time: number, now: number): boolean {
  return now - time < MARKED_MS;
}

function wordsOf(scene: Scene): [string, string][] {
  const sides = scene.replicas.flatMap((replica) => replica.sides.filter((side) => !side.stale).flatMap((side): [string, string | null][] => [
    [`role:${replica.name}/${side.node}`, side.role], [`disk:${replica.name}/${side.node}`, side.disk],
  ]));
  const domains = scene.domains.filter((domain) => !domain.stale).map((domain): [string, string] => [domainId(domain), domain.state]);
  const nodes = scene.nodes.filter((node) => node.reachable).map((node): [string, string] => [`node:${node.name}`, node.state]);
  return [...sides, ...domains, ...nodes].filter((entry): entry is [string, string] => entry[1] !== null && entry[1] !== 'unknown');
}
