// What the sides of a replica say, in the words that findings about them are made of.
import { bestDisk, connectionKind, copyOf, isRole, isTalking } from '../drbd-words.ts';
import type { Replica, ReplicaSide } from '../joined.ts';
import type { NodeName } from '../cluster.ts';
import { age, list } from '../words.ts';

/** A side that speaks now, with what it says of its peer. */
export interface LivingSide extends ReplicaSide {
  peerRole: string | null;
  peerDisk: string | null;
}

/** The sides whose words are fresh. */
export function livingSides(replica: Replica): LivingSide[] {
  return replica.sides.filter((side) => !side.stale).map((side) => {
    const ofPeer = replica.sides.find((other) => other.peerSays?.by === side.node)?.peerSays;
    return { ...side, peerRole: ofPeer?.role ?? null, peerDisk: ofPeer?.disk ?? null };
  });
}

/** `from bravo to alpha`, or as much as is known. */
export function ends(replica: Replica): string {
  const { from = null, to = null } = replica.sync ?? {};
  if (from !== null && to !== null) return `from ${from} to ${to}`;
  return `between ${list(replica.sides.map((side) => side.node))}`;
}

/**
 * The nodes whose copy is good and kept up to date: of two good ones that do not hear each other only the Primary's
 * goes on being so. A side that does not answer counts by its connected peer's word.
 */
export function goodOn(replica: Replica): NodeName[] {
  const living = livingSides(replica);
  const talking = living.some((side) => isTalking(side.connection));
  const good = replica.sides.filter((side) => {
    const disk = side.stale ? (talking ? side.peerSays?.disk ?? null : null) : side.disk;
    return side.connection !== 'DiskLessClient' && copyOf(disk) === 'good';
  });
  const primary = good.filter((side) => side.role === 'Primary');
  return (good.length > 1 && !talking && primary.length === 1 ? primary : good).map((side) => side.node);
}

/** True when a Primary works on a copy that is bad, or its I/O stands still. */
export function primaryIsBad(replica: Replica): boolean {
  return livingSides(replica).some((side) => side.role === 'Primary'
    && (copyOf(side.disk) === 'bad' || side.connection === 'DiskLessClient' || side.suspended === true));
}

/** Each side's own words, for evidence: `alpha (1 s): WFConnection Primary Consistent`. */
export function sidesSay(replica: Replica): string[] {
  return replica.sides.map((side) => {
    const when = side.ageSeconds === null ? 'never heard' : age(side.ageSeconds);
    const words = [side.connection, side.role, side.disk].filter((word) => word !== null);
    return `${side.node} (${when}): ${words.length > 0 ? words.join(' ') : 'nothing known'}`;
  });
}

/** Why the replica is less than two good copies, subject first, without a full stop; null: its words are all good. */
export function degraded(replica: Replica): string | null {
  const living = livingSides(replica);
  const reasons = living.flatMap((side) => badWords(side, replica));
  if (reasons.length === 0) return null;
  const good = goodOn(replica);
  const away = replica.sides.filter((side) => side.stale).map((side) => side.node);
  const told = away.length > 0 ? `${list(away)} ${away.length === 1 ? 'is' : 'are'} away (${reasons.join(', ')})` : reasons.join(', ');
  if (good.length === 1) return `${replica.name} has one good copy, on ${list(good)}; ${told}`;
  if (good.length === 0) return `${replica.name} has no copy that is known to be good; ${told}`;
  return living.some((side) => isTalking(side.connection)) ? `${replica.name} is not well: ${told}` : `${replica.name} is not connected; ${told}`;
}

function badWords(side: LivingSide, replica: Replica): string[] {
  const { node, connection, role, disk, peerRole, peerDisk } = side;
  if (connection === null && role === null && disk === null) return [`DRBD is not loaded on ${node}`];
  const best = bestDisk(side.drbdVersion ?? null);
  const talking = isTalking(connection);
  const words: (string | null)[] = [
    connection === 'Connected' || connectionKind(connection) === 'verifying' ? null : `${node} says ${connectionWord(connection)}`,
    role === null || isRole(role) ? null : `${node} says role ${role}`,
    !talking || peerRole === null || isRole(peerRole) ? null : `${node} says its peer is ${peerRole}`,
    disk === null || disk === best ? null : `${node}'s is ${disk}`,
    !talking || peerDisk === null || peerDisk === 'UpToDate' || tellsItself(replica, node, peerDisk)
      ? null : `${node} says its peer's is ${peerDisk}`,
    side.suspended === true ? `I/O on ${node} is suspended` : null,
  ];
  return words.filter((word) => word !== null);
}

function connectionWord(connection: string | null): string {
  if (connection === null) return 'nothing of its connection';
  return connectionKind(connection) === 'unknown' ? `${connection}, a word not known here` : connection;
}

/** True when the peer says the same of its own disk, so that it need not be said twice. */
function tellsItself(replica: Replica, node: NodeName, disk: string): boolean {
  return replica.sides.some((side) => side.node !== node && !side.stale && side.disk === disk);
}
