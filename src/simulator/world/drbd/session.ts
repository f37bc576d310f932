// A connection between two sides: what is sent over it arrives at once, or waits for the cable.
import type { Minor, Packet, Session } from './shapes.ts';
import { isAlive } from '../node.ts';

/** A connection as the kernel of the world sees it. */
export interface OpenSession extends Session {
  /** Lets arrive what waited. */
  flush(): void;
  /** True when both sides' machines could hear each other over its cable now. */
  reaches(): boolean;
}

/** Opens one. `deliver` hands a packet to the side it is for. */
export function openSession(link: string, sides: readonly [Minor, Minor], deliver: (to: Minor, from: Minor, packet: Packet) => void): OpenSession {
  const [one, other] = sides;
  const { network } = one.kernel.world;
  const waiting: { from: Minor; packet: Packet }[] = [];
  const session: OpenSession = {
    sides,
    reaches: () => network.carries(link, one.node.name, other.node.name),
    carries: () => one.session === session && other.session === session && session.reaches(),
    send(from, packet) {
      if (from.session !== session || !isAlive(from.node)) return;
      waiting.push({ from, packet });
      session.flush();
    },
    flush() {
      while (session.carries()) {
        const first = waiting.shift();
        if (!first) return;
        deliver(first.from === one ? other : one, first.from, first.packet);
      }
    },
  };
  return session;
}
