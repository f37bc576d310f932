// Findings about replicas. A side that is bad under a Primary is critical, under a Secondary a warning.
import type { NodeLogLine } from '../cluster.ts';
import { connectionKind, copyOf, isTalking } from '../drbd-words.ts';
import type { LogKind } from '../facts.ts';
import type { Finding, FindingCode, Severity } from '../findings.ts';
import { changedAt, lastWord } from '../heard.ts';
import type { Replica, ReplicaSide } from '../joined.ts';
import { bytes, duration, list, percent } from '../words.ts';
import { explained } from './fact-trouble.ts';
import { UNHEARD, causeAmong, finding, standOn, unheardSince, verb } from './look.ts';
import type { Look } from './look.ts';
import { degraded, ends, goodOn, livingSides, primaryIsBad, sidesSay } from './replica-words.ts';

/** replica.*: at most one about the state, and one when a verify found differences. */
export function judgeReplicas(look: Look): Finding[] {
  return look.replicas.flatMap((replica) => [...aboutState(look, replica), ...outOfSync(look, replica)]);
}

function aboutState(look: Look, replica: Replica): Finding[] {
  switch (replica.state) {
    case 'ok':
      return [];
    case 'split-brain':
      return [split(look, replica)];
    case 'dual-primary':
      return [dualPrimary(look, replica)];
    case 'inconsistent':
      return [inconsistent(look, replica)];
    case 'diskless':
      return [diskless(look, replica)];
    case 'syncing':
    case 'paused':
      return [copying(look, replica)];
    case 'verifying':
      return [verifying(look, replica)];
    case 'degraded':
      if (degraded(replica) !== null) return [lessThanTwo(look, replica)];
      return outOfSync(look, replica).length > 0 ? [] : [notKnown(look, replica)];
    case 'down':
      return [down(look, replica)];
    case 'unknown':
      return explained(look, replica.sides.map((side) => side.node), 'proc-drbd') ? [] : [notKnown(look, replica)];
  }
}

/** What every finding about a replica carries: the sides' words, and the node whose trouble explains it. */
function about(
  look: Look, replica: Replica, code: FindingCode, severity: Severity, rest: Pick<Finding, 'fact' | 'consequence' | 'todo'>,
): Finding {
  const nodes = replica.sides.map((side) => side.node);
  const because = causeAmong(look, nodes, UNHEARD);
  return finding(code, severity, replica.name, {
    ...rest, because, evidence: sidesSay(replica), since: because === null ? null : unheardSince(look, nodes),
  });
}

function split(look: Look, replica: Replica): Finding {
  const apart = livingSides(replica).filter((side) => !isTalking(side.connection));
  const primary = apart.filter((side) => side.role === 'Primary').map((side) => side.node);
  const alone = apart.filter((side) => side.connection === 'StandAlone').map((side) => side.node);
  const fact = primary.length > 1
    ? `${replica.name} has split: ${list(primary)} are Primary, each alone.`
    : alone.length > 1
      ? `${replica.name} has split: ${list(alone)} are StandAlone.`
      : `${replica.name} has split: ${list(alone)} is StandAlone after a partition.`;
  const found = about(look, replica, 'replica.split-brain', 'critical', {
    fact,
    consequence: 'Each side may hold writes that the other lacks; one side\'s will be lost.',
    todo: 'Do not connect; find out which side served the clients first.',
  });
  return { ...found, because: null, since: partedSince(look, replica), evidence: [...found.evidence, ...partitionLines(look)] };
}

/**
 * DRBD does not say since when. The first moment within the day at which a side's heartbeat lost the other, in the life
 * that it has now: what it lost before its restart was another trouble.
 */
function partedSince(look: Look, replica: Replica): number | null {
  const nodes = replica.sides.map((side) => side.node);
  const isSide = (host: string | null): boolean => host !== null && nodes.includes(look.resolve(host) ?? '');
  const times = look.cluster.nodes.filter((view) => nodes.includes(view.name)).flatMap((view) => {
    const lost = (line: NodeLogLine): boolean => LOST.includes(line.event.kind) && isSide(line.event.node);
    const until = view.log.slice(0, view.log.findLastIndex(lost) + 1);
    const restart = until.findLastIndex(({ event }) => event.kind === 'restart' && isSide(event.node));
    const told = until.slice(restart + 1).filter(lost).map((line) => line.at);
    const missed = lastWord(view, 'cl-status')?.peers.some((peer) => peer.status === 'dead' && isSide(peer.name));
    return missed ? [...told, changedAt(view, 'cl-status')] : told;
  });
  const known = times.filter((at) => at !== null).filter((at) => look.now - at <= DAY_MS);
  return known.length > 0 ? Math.min(...known) : null;
}

const LOST: readonly LogKind[] = ['node-dead', 'returning-after-partition'];
const DAY_MS = 86_400_000;

function partitionLines(look: Look): string[] {
  return look.cluster.nodes.flatMap((node) => {
    const line = node.log.findLast(({ event }) => event.kind === 'returning-after-partition');
    return line ? [`${node.name}: ${line.raw}`] : [];
  });
}

function dualPrimary(look: Look, replica: Replica): Finding {
  const allowed = replica.allowTwoPrimaries;
  const on = replica.primaries.length > 1 ? replica.primaries : replica.sides.map((side) => side.node);
  return {
    ...about(look, replica, 'replica.dual-primary', allowed ? 'info' : 'critical', {
      fact: `${replica.name} is Primary on ${list(on)}${allowed ? ', as drbd.conf allows' : ''}.`,
      consequence: allowed ? '' : 'Two writers ruin a file system.',
      todo: allowed ? '' : 'Stop the domains on one side now.',
    }),
    because: null,
  };
}

function inconsistent(look: Look, replica: Replica): Finding {
  const bad = livingSides(replica).map((side) => `${side.node}'s is ${side.disk ?? 'not known'}`);
  const stands = standOn(look, replica.name);
  const others = replica.sides.filter((side) => side.stale).map((side) => side.node);
  return about(look, replica, 'replica.inconsistent', 'critical', {
    fact: `${replica.name} has no good copy in reach${bad.length > 0 ? `; ${list(bad)}` : ''}.`,
    consequence: stands.length > 0 ? `${list(stands)} cannot run on it.` : 'Nothing can run on it.',
    todo: others.length > 0
      ? `Do not promote it: bring ${list(others)} back, or restore from backup.`
      : 'Do not promote it before you know which copy to trust; a new device needs its first sync.',
  });
}

function diskless(look: Look, replica: Replica): Finding {
  const { without, keeper } = disklessSides(replica);
  const stands = standOn(look, replica.name);
  const runs = keeper !== null && stands.length > 0 && replica.primaries.includes(without)
    ? `; ${list(stands)} ${verb(stands, 'runs', 'run')} on over ${keeper}'s copy` : '';
  const serving = replica.primaries.includes(without);
  return about(look, replica, 'replica.diskless', serving ? 'critical' : 'warning', {
    fact: `${replica.name} on ${without} has lost its disk${runs}.`,
    consequence: keeper === null ? 'There is no second copy.' : `${keeper} has the only copy.`,
    todo: serving ? 'Move what runs on it to the other side, then replace the disk.' : `Replace the disk of ${without}, then attach it.`,
  });
}

/** The side without a disk (a Primary first), by its own word or its peer's, and the side that keeps a good copy. */
function disklessSides(replica: Replica): { without: string; keeper: string | null } {
  const living = livingSides(replica).sort(primaryFirst);
  const own = living.find((side) => side.connection === 'DiskLessClient' || isGone(side.disk));
  const teller = living.find((side) => side.connection === 'ServerForDLess' || isGone(side.peerDisk));
  const other = [...replica.sides].sort(primaryFirst).find((side) => side.node !== teller?.node);
  const without = own?.node ?? other?.node ?? 'its peer';
  const keeper = living.find((side) => side.node !== without && copyOf(side.disk) === 'good');
  return { without, keeper: keeper?.node ?? null };
}

function primaryFirst(a: ReplicaSide, b: ReplicaSide): number {
  return Number(b.role === 'Primary') - Number(a.role === 'Primary') || (a.node < b.node ? -1 : 1);
}

function isGone(disk: string | null): boolean {
  return disk === 'Diskless' || disk === 'Failed' || disk === 'Detaching';
}

function copying(look: Look, replica: Replica): Finding {
  const { sync } = replica;
  const stands = sync?.stalled === true || replica.state === 'paused';
  const done = sync?.donePercent === null || sync?.donePercent === undefined ? '' : percent(sync.donePercent);
  const left = sync?.finishSeconds === null || sync?.finishSeconds === undefined ? '' : `, ${duration(sync.finishSeconds)} left`;
  const word = livingSides(replica).find((side) => connectionKind(side.connection) === 'paused')?.connection ?? null;
  const at = done === '' ? '' : ` at ${done}`;
  const fact = replica.state === 'paused'
    ? `${replica.name} has paused copying ${ends(replica)}${at} (${word ?? 'paused'}).`
    : stands
      ? `${replica.name} has stopped copying ${ends(replica)}${at}: stalled.`
      : done === '' ? `${replica.name} is about to copy ${ends(replica)}.` : `${replica.name} is copying ${ends(replica)}: ${done}${left}.`;
  const from = sync?.from ?? null;
  const keep = stands ? 'Look at the link between them, then let it go on.' : '';
  return about(look, replica, stands ? 'replica.stalled' : 'replica.syncing', primaryIsBad(replica) ? 'critical' : 'warning', {
    fact,
    consequence: from === null ? 'Until then one copy is not usable.' : `Until then only ${from}'s copy is good.`,
    todo: from === null ? keep : [`Do not take ${from} down.`, keep].filter((part) => part !== '').join(' '),
  });
}

function verifying(look: Look, replica: Replica): Finding {
  const done = replica.sync?.donePercent ?? null;
  const left = replica.sync?.finishSeconds ?? null;
  return about(look, replica, 'replica.syncing', primaryIsBad(replica) ? 'critical' : 'info', {
    fact: `${replica.name} is being verified${done === null ? '' : `: ${percent(done)}`}${left === null ? '' : `, ${duration(left)} left`}.`,
    consequence: '', todo: '',
  });
}

function lessThanTwo(look: Look, replica: Replica): Finding {
  const [good] = goodOn(replica);
  const one = goodOn(replica).length === 1 && good !== undefined;
  const stands = standOn(look, replica.name);
  const alone = livingSides(replica).some((side) => side.connection === 'StandAlone');
  const away = replica.sides.filter((side) => side.stale).map((side) => side.node);
  return about(look, replica, 'replica.degraded', primaryIsBad(replica) ? 'critical' : 'warning', {
    fact: `${degraded(replica) ?? replica.name}.`,
    consequence: one
      ? `If ${good} fails now, ${stands.length > 0 ? `${list(stands)} ${verb(stands, 'stops', 'stop')}` : 'no good copy is left'}.`
      : 'Its copies are not proven equal.',
    todo: away.length > 0 ? `Bring ${list(away)} back.`
      : alone ? 'Find out in the kernel log why it dropped the connection before you connect.'
        : 'Look at the words of both sides, and at the link between them.',
  });
}

function down(look: Look, replica: Replica): Finding {
  const stands = standOn(look, replica.name);
  return about(look, replica, 'replica.degraded', 'warning', {
    fact: `${replica.name} is down on ${list(replica.sides.map((side) => side.node))}.`,
    consequence: stands.length > 0 ? `${list(stands)} cannot run on it.` : 'Nothing is copied.',
    todo: 'Bring it up, or take it out of drbd.conf.',
  });
}

function notKnown(look: Look, replica: Replica): Finding {
  const missing = replica.missingSides ?? 0;
  const nodes = replica.sides.map((side) => side.node);
  return about(look, replica, 'replica.degraded', 'unknown', {
    fact: whyNotKnown(replica, nodes, missing),
    consequence: 'Whether a second copy is good is not known.',
    todo: nodes.length === 0 ? 'Name its nodes as uname -n does.' : missing > 0 ? 'Name the node of the other side too.' : 'Look at what both sides say.',
  });
}

function whyNotKnown(replica: Replica, nodes: readonly string[], missing: number): string {
  if (nodes.length === 0) return `${replica.name} is in drbd.conf only; no node here is one of its sides.`;
  if (missing > 0) return `${replica.name} is known on ${list(nodes)} only; its other side is not known.`;
  if ((replica.drbdVersion ?? '').startsWith('9')) return `${replica.name}: DRBD ${replica.drbdVersion ?? '9'} tells no states in /proc/drbd; they are not known.`;
  return `${replica.name}: its state is not known.`;
}

/** Differences count while both sides are connected and at rest; apart they are only what is to be copied. */
function outOfSync(look: Look, replica: Replica): Finding[] {
  // While a copy goes on the count is what is left of it; two copies of which none is good were never equal.
  if (['syncing', 'paused', 'inconsistent'].includes(replica.state)) return [];
  const rest = livingSides(replica).filter((side) => ['connected', 'verifying'].includes(connectionKind(side.connection)));
  const most = Math.max(0, ...rest.map((side) => side.outOfSyncBytes ?? 0));
  if (most === 0) return [];
  return [{
    ...about(look, replica, 'replica.out-of-sync', 'warning', {
      fact: `${replica.name} differs in ${bytes(most)} between ${list(replica.sides.map((side) => side.node))}.`,
      consequence: 'Which copy is right is not known.',
      todo: 'Look at the causes before a resync.',
    }),
    because: null,
  }];
}
