// How a message of a daemon gets to itself and to the other node.
import { otherDaemon } from './daemon.ts';
import type { Daemon, Ear, Message, Sent } from './daemon.ts';

/** From one node to the other. */
const ON_THE_WAY_MS = 10;

/** Tells both sides. The sender hears it at once; what no cable carries is kept until one does. */
export function cast(daemon: Daemon, message: Message): void {
  const sent: Sent = { message, from: daemon.node.name, generation: daemon.generation, order: (daemon.sent += 1), seq: sequence(daemon) };
  daemon.hear(sent, []);
  dispatch(daemon, sent);
}

/** The ways on which `daemon` hears the other node now. */
export function openEars(daemon: Daemon): Ear[] {
  const other = otherDaemon(daemon);
  if (!other || other.firstBeatAt === null) return [];
  return daemon.peer.ears.filter((ear) => other.conf.media.some((medium) => medium.link === ear.link) && daemon.world.network.carries(ear.link, other.node.name, daemon.node.name));
}

/** What could not be sent before goes out now, in its order. */
export function resend(daemon: Daemon): void {
  for (const sent of daemon.unsent.splice(0)) dispatch(daemon, sent);
}

/** World time of the next beat, now included. */
export function nextBeatAt(daemon: Daemon, now: number): number {
  const first = daemon.firstBeatAt ?? now;
  return first + Math.max(0, Math.ceil((now - first) / daemon.conf.keepaliveMs)) * daemon.conf.keepaliveMs;
}

/** A beat, as a message of its own; it has no place among the counted ones. */
export function beat(daemon: Daemon): Sent {
  return { message: { type: 'status', status: daemon.status }, from: daemon.node.name, generation: daemon.generation, order: daemon.sent, seq: sequence(daemon) };
}

function dispatch(daemon: Daemon, sent: Sent): void {
  const other = otherDaemon(daemon);
  if (!other || other.firstBeatAt === null) return;
  const ears = openEars(other);
  if (ears.length === 0) {
    // Who takes the sender for dead has forgotten the count of its messages: they will not be asked for again.
    if (other.peer.status !== 'dead') daemon.unsent.push(sent);
    return;
  }
  daemon.world.schedule.after(ON_THE_WAY_MS, () => {
    if (!other.life.ended) other.hear(sent, ears);
  });
}

function sequence(daemon: Daemon): number {
  const first = daemon.firstBeatAt ?? daemon.world.schedule.now();
  return daemon.sent + 1 + Math.floor((daemon.world.schedule.now() - first) / daemon.conf.keepaliveMs);
}
