// What the map says of a replica's sides and of a domain: their marks, the connection between sides, the exposure.
import { copyOf, isTalking } from '../model/drbd-words.ts';
import type { Domain, Replica, ReplicaSide } from '../model/joined.ts';
import { bytes, duration, percent } from '../model/words.ts';
import { findingAbout } from './scene.ts';
import type { Scene } from './scene.ts';
import { markOfSeverity, worse } from './mark.ts';
import type { Mark } from './mark.ts';

const AT_REST = new Set<Replica['state']>(['ok', 'syncing', 'verifying']);

/** The mark of one side. A side is `●` or `○` only when all that is known of it is fresh and good. */
export function sideMark(replica: Replica, side: ReplicaSide | undefined): Mark {
  if (!side || side.stale || side.role === null || side.disk === null) return 'unknown';
  const primary = side.role === 'Primary';
  if (primary && replica.state === 'split-brain') return 'bad';
  if (primary && replica.state === 'dual-primary' && !replica.allowTwoPrimaries) return 'bad';
  if (replica.state === 'split-brain') return 'warn';
  if (copyOf(side.disk) !== 'good') return primary || replica.state === 'inconsistent' ? 'bad' : 'warn';
  if (side.role !== 'Primary' && side.role !== 'Secondary') return 'unknown';
  const calm = AT_REST.has(replica.state) || (replica.state === 'dual-primary' && replica.allowTwoPrimaries);
  if (!calm) return replica.state === 'unknown' && replica.sides.some((other) => other.stale || other.role === null) ? lonely(side) : 'warn';
  return primary ? 'ok' : 'passive';
}

/** A fresh side that says Connected and good beside a silent one: what it says is the best there is. */
function lonely(side: ReplicaSide): Mark {
  if (side.connection !== 'Connected') return 'warn';
  return side.role === 'Primary' ? 'ok' : 'passive';
}

/** How bad a replica is as a whole. */
export function replicaMark(scene: Scene, replica: Replica): Mark {
  const finding = findingAbout(scene, 'replica', replica.name);
  const allowed = replica.state === 'dual-primary' && replica.allowTwoPrimaries;
  const own = allowed ? 'note' : REPLICA_MARKS[replica.state];
  return finding && finding.severity !== 'info' ? worse(own, markOfSeverity(finding.severity)) : own;
}

const REPLICA_MARKS: Readonly<Record<Replica['state'], Mark>> = {
  ok: 'ok', syncing: 'warn', verifying: 'going', paused: 'warn', degraded: 'warn', 'split-brain': 'bad', inconsistent: 'bad',
  diskless: 'warn', 'dual-primary': 'bad', down: 'warn', unknown: 'unknown',
};

export interface Connection {
  /** As printed; null: no side said. */
  word: string | null;
  talking: boolean;
  /** No fresh side said it. */
  stale: boolean;
}

/** The word for what is between the sides: a fresh side's; a broken one outranks a whole one. */
export function connectionOf(replica: Replica): Connection {
  const fresh = replica.sides.filter((side) => !side.stale && side.connection !== null);
  const sides = fresh.length > 0 ? fresh : replica.sides.filter((side) => side.connection !== null);
  const broken = sides.find((side) => side.connection === 'StandAlone') ?? sides.find((side) => !isTalking(side.connection));
  const word = (broken ?? sides[0])?.connection ?? null;
  return { word, talking: word !== null && !broken, stale: fresh.length === 0 };
}

/** Which node receives while it copies; null: not copying, or not known. */
export function receiverOf(replica: Replica): string | null {
  return replica.sync?.kind === 'resync' ? replica.sync.to : null;
}

/** What is said under the arrow, at most two short lines. */
export function middleNotes(scene: Scene, replica: Replica): string[] {
  const { sync } = replica;
  const finding = findingAbout(scene, 'replica', replica.name);
  const timer = finding ? `for ${duration((scene.now - finding.since) / 1000)}` : '';
  switch (replica.state) {
    case 'syncing': {
      if (sync?.stalled === true) return ['stalled', timer];
      const speed = sync?.speedBytesPerSecond ?? null;
      const left = sync?.finishSeconds ?? null;
      const going = [speed === null ? '' : `${bytes(speed)}/s`, left === null ? '' : `${duration(left)} left`].filter((part) => part !== '').join(' ');
      return timer === '' ? [going] : [going, timer.replace('for', 'one copy')];
    }
    case 'verifying':
      return [sync?.finishSeconds === null || sync?.finishSeconds === undefined ? 'verifying' : `verify ${duration(sync.finishSeconds)} left`];
    case 'paused':
      return ['copying is paused', timer];
    case 'degraded':
    case 'diskless':
      return ['one good copy', timer];
    case 'inconsistent':
      return ['no good copy', timer];
    case 'split-brain':
      return ['do not connect'];
    case 'dual-primary':
      return replica.allowTwoPrimaries ? [] : ['two writers', timer];
    case 'down':
      return ['not running', timer];
    case 'ok':
    case 'unknown': {
      const differs = Math.max(0, ...replica.sides.map((side) => side.outOfSyncBytes ?? 0));
      return differs > 0 ? [`${bytes(differs)} differ`] : [];
    }
  }
}

/** What is said under the side that receives: it is no copy yet. `clock` writes a time. */
export function receiverNotes(scene: Scene, replica: Replica, clock: (at: number) => string): string[] {
  const { sync } = replica;
  if (!sync || sync.kind !== 'resync') return [];
  const until = sync.finishSeconds === null ? 'not usable yet' : `not usable until ${clock(scene.now + sync.finishSeconds * 1000)}`;
  if (sync.remainingBytes === null) return [until];
  const [left, unit] = bytes(sync.remainingBytes).split(' ');
  const total = sync.totalBytes === null ? '' : bytes(sync.totalBytes);
  const some = total.endsWith(` ${unit ?? ''}`) ? `${left ?? ''} of ${total}` : `${left ?? ''} ${unit ?? ''}${total === '' ? '' : ` of ${total}`}`;
  return [until, `${some} to come`];
}

/** `42 %`, `? %` while that is not known. */
export function doneText(replica: Replica): string {
  const done = replica.sync?.donePercent ?? null;
  return done === null ? '? %' : percent(done);
}

/** The mark of a domain; a finding about it makes it worse, an old fact makes it unknown. */
export function domainMark(scene: Scene, domain: Domain): Mark {
  if (domain.stale) return 'unknown';
  const finding = findingAbout(scene, 'domain', domain.name);
  const own = DOMAIN_MARKS[domain.state];
  return finding && finding.severity !== 'info' ? worse(own, markOfSeverity(finding.severity)) : own;
}

const DOMAIN_MARKS: Readonly<Record<Domain['state'], Mark>> = {
  running: 'ok', paused: 'going', suspended: 'passive', crashed: 'bad', shutdown: 'passive', off: 'passive', stuck: 'warn', unknown: 'unknown',
};
