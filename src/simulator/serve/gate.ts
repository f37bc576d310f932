// The way to one node: a port of its own that passes bytes on to the node's server, falls silent, and resets.
import { connect, createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';

/** A TCP port that never changes, whatever becomes of the node behind it. */
export interface TcpGate {
  host: string;
  port: number;
  /** Everything passes; silent connections go on, those of a machine that died get a reset. */
  open(): void;
  /** Nothing passes in either direction, and nobody is told; new connections are taken and hear nothing. */
  hold(): void;
  /** The machine died: as `hold`, and what was connected to it has nobody behind it any more. */
  kill(): void;
  /** The machine went down in order: its connections end, new ones hear nothing. */
  end(): void;
  /** Closes the port and drops everything. */
  stop(): Promise<void>;
}

/** `inside` is null before there was anything behind it; `isDead`: what was behind it is no more. */
interface Passage {
  outside: Socket;
  inside: Socket | null;
  isDead: boolean;
}

/** Listens on a free loopback port, closed: call `open`. Rejects when there is no port. */
export async function createGate(inside: { host: string; port: number }): Promise<TcpGate> {
  const passages = new Set<Passage>();
  let isOpen = false;
  const server = createServer({ allowHalfOpen: true, pauseOnConnect: true, noDelay: true }, (outside) => {
    const passage: Passage = { outside, inside: null, isDead: false };
    passages.add(passage);
    outside.on('error', () => outside.destroy());
    outside.on('close', () => {
      // Behind a cut cable the node does not learn of it, but on the day the cable is whole.
      if (isOpen) passage.inside?.destroy();
      if (isOpen || passage.inside === null || passage.isDead) passages.delete(passage);
    });
    if (isOpen) enter(passage);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  const hold = (): void => {
    isOpen = false;
    for (const { outside, inside: within } of passages) {
      outside.pause();
      within?.pause();
    }
  };
  const kill = (): void => {
    hold();
    for (const passage of passages) {
      if (passage.inside === null) continue;
      passage.isDead = true;
      passage.inside.destroy();
    }
  };
  return {
    host: '127.0.0.1', port, hold, kill,
    open() {
      isOpen = true;
      for (const passage of [...passages]) reopen(passage);
    },
    end() {
      kill();
      for (const passage of passages) if (passage.isDead) passage.outside.end();
    },
    async stop() {
      isOpen = false;
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      for (const passage of passages) {
        passage.inside?.destroy();
        passage.outside.destroy();
      }
      passages.clear();
      await closed;
    },
  };

  function reopen(passage: Passage): void {
    const { outside, inside: within, isDead } = passage;
    if (isDead) {
      passages.delete(passage);
      outside.resetAndDestroy();
    } else if (outside.destroyed) {
      passages.delete(passage);
      within?.destroy();
    } else if (within === null) enter(passage);
    else if (within.destroyed) {
      passages.delete(passage);
      outside.destroy();
    } else {
      outside.resume();
      within.resume();
    }
  }

  /** Connects what came from outside with the server. */
  function enter(passage: Passage): void {
    const { outside } = passage;
    const within = connect({ host: inside.host, port: inside.port, allowHalfOpen: true, noDelay: true });
    passage.inside = within;
    within.on('error', () => within.destroy());
    within.on('close', (hadError) => {
      if (!isOpen || passage.isDead) return;
      if (hadError) outside.destroy();
      else outside.end();
    });
    pass(outside, within);
    pass(within, outside);
  }

  function pass(from: Socket, to: Socket): void {
    from.on('data', (chunk) => {
      if (!to.write(chunk)) from.pause();
    });
    to.on('drain', () => {
      if (isOpen) from.resume();
    });
    from.on('end', () => to.end());
    if (isOpen) from.resume();
  }
}
