// Who is heard on which way: when a beat arrives again, when one is missed for too long.
import { say, otherDaemon } from './daemon.ts';
import type { Daemon, Ear } from './daemon.ts';
import { beat, nextBeatAt, openEars, resend } from './wire.ts';

/** Beats are not played one by one: the moments that matter are worked out from the sender's first beat. */
export interface Membership {
  /** To be called when cables, machines or daemons changed. */
  refresh(): void;
  /** The other node's last beat that arrived, world time; null: none yet. */
  lastHeardAt(): number | null;
  /** Notes a message on these ways; says which links came up. `between` runs after the first. */
  heardOn(ears: readonly Ear[], between: () => void): void;
}

/** What follows from what is heard, or not. */
export interface Consequences {
  peerDied(): void;
  linkChanged(ear: Ear): void;
}

/** The daemon looks for timeouts about twice a second. */
const CHECK_MS = 500;

/** The ears of one daemon; `then` hears what comes of it. To be refreshed after the daemon's first beat, and after every change. */
export function createMembership(daemon: Daemon, then: Consequences): Membership {
  const { schedule } = daemon.world;
  const { ears } = daemon.peer;
  let forgetCheck: (() => void) | null = null;
  let beatIsDue = false;

  const membership: Membership = {
    refresh() {
      if (daemon.life.ended || daemon.firstBeatAt === null) return;
      const open = openEars(daemon);
      const other = otherDaemon(daemon);
      for (const ear of ears) {
        const isOpen = open.includes(ear);
        if (ear.isHearing && !isOpen) ear.lastHeardAt = lastBeatBefore(ear) ?? ear.lastHeardAt;
        if (!ear.isHearing && isOpen) since.set(ear, schedule.now());
        if (isOpen && other) beats.set(ear, { firstAt: other.firstBeatAt ?? schedule.now(), everyMs: other.conf.keepaliveMs });
        ear.isHearing = isOpen;
      }
      if (other && ears.some((ear) => ear.isHearing && ear.status === 'dead')) awaitBeat();
      else if (other && other.unsent.length > 0 && open.length > 0) awaitBeat();
      else if (open.length > 0 && gap !== null) awaitBeat();
      if (open.length === 0) gap = membership.lastHeardAt();
      planCheck();
    },
    lastHeardAt() {
      const times = ears.map((ear) => (ear.isHearing ? (lastBeatBefore(ear) ?? ear.lastHeardAt) : ear.lastHeardAt)).filter((time) => time !== null);
      return times.length === 0 ? null : Math.max(...times);
    },
    heardOn(heard, between) {
      heard.forEach((ear, index) => {
        if (ear.lastHeardAt === null) ear.lastHeardAt = schedule.now();
        if (ear.status === 'dead') {
          ear.status = 'up';
          say(daemon, 'info', `Link ${daemon.peer.name}:${ear.name} up.`);
          then.linkChanged(ear);
        }
        if (index === 0) between();
      });
      if (heard.length === 0) between();
    },
  };
  /** When each ear began to hear, and the sender's beats on it. */
  const since = new Map<Ear, number>();
  const beats = new Map<Ear, { firstAt: number; everyMs: number }>();
  /** The last beat before all ways broke; null while one is whole. */
  let gap: number | null = null;
  return membership;

  /** The last beat that came in on this way until now; null: none since it is whole. */
  function lastBeatBefore(ear: Ear): number | null {
    const known = beats.get(ear);
    if (!known) return null;
    const { firstAt, everyMs } = known;
    const now = schedule.now();
    const last = firstAt + Math.floor((now - firstAt) / everyMs) * everyMs;
    return last >= Math.max(firstAt, since.get(ear) ?? 0) ? last : null;
  }

  function awaitBeat(): void {
    const other = otherDaemon(daemon);
    if (beatIsDue || !other) return;
    beatIsDue = true;
    const forget = schedule.at(nextBeatAt(other, schedule.now()), () => {
      forgetEnd();
      beatIsDue = false;
      beatArrives();
    });
    const forgetEnd = daemon.life.onEnd(forget);
  }

  function beatArrives(): void {
    const other = otherDaemon(daemon);
    const open = openEars(daemon);
    if (!other || open.length === 0 || daemon.life.ended) return;
    if (gap !== null && other.generation === daemon.peer.generation) late(schedule.now() - gap);
    gap = null;
    daemon.hear(beat(other), open);
    resend(other);
    planCheck();
  }

  function late(intervalMs: number): void {
    if (intervalMs <= daemon.conf.warntimeMs || daemon.peer.status === 'dead') return;
    const isTooLate = intervalMs > daemon.conf.deadtimeMs;
    say(daemon, isTooLate ? 'CRIT' : 'WARN', `Late heartbeat: Node ${daemon.peer.name}: interval ${Math.round(intervalMs)} ms${isTooLate ? ' (> deadtime)' : ''}`);
  }

  function planCheck(): void {
    forgetCheck?.();
    forgetCheck = null;
    const moments = ears.filter((ear) => !ear.isHearing && ear.status === 'up').map((ear) => ear.lastHeardAt ?? 0);
    if (isMissed()) moments.push(membership.lastHeardAt() ?? 0);
    if (moments.length === 0) return;
    const forget = schedule.at(Math.min(...moments) + daemon.conf.deadtimeMs + daemon.world.takes(CHECK_MS), check);
    const forgetEnd = daemon.life.onEnd(forget);
    forgetCheck = () => {
      forget();
      forgetEnd();
    };
  }

  /** A node that was heard, is not any more, and is not yet known as dead. */
  function isMissed(): boolean {
    return daemon.peer.wasHeard && daemon.peer.status !== 'dead' && ears.every((ear) => !ear.isHearing);
  }

  /** A node first, then its links, as the daemon does it. */
  function check(): void {
    const tooOld = schedule.now() - daemon.conf.deadtimeMs;
    if (isMissed() && (membership.lastHeardAt() ?? 0) < tooOld) then.peerDied();
    for (const ear of ears) {
      if (ear.isHearing || ear.status === 'dead' || (ear.lastHeardAt ?? 0) >= tooOld) continue;
      ear.status = 'dead';
      say(daemon, 'info', `Link ${daemon.peer.name}:${ear.name} dead.`);
      then.linkChanged(ear);
    }
    planCheck();
  }
}
