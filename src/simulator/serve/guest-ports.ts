// The guests as their users see them: a loopback port each, which listens exactly while the guest answers.
import { createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';

/** What the ports show of a domain. */
export interface GuestView {
  answers(domain: string): boolean;
  /** Number of the boot that answers, null when none does or nobody counts. */
  bootOf(domain: string): number | null;
}

export interface GuestPorts {
  /** Domain → its port, the same for ever. */
  ports: ReadonlyMap<string, number>;
  /** Opens and closes them as the guests answer now. */
  follow(): void;
  stop(): Promise<void>;
}

interface Guest {
  domain: string;
  port: number;
  server: Server | null;
  /** The boot its connections belong to. */
  boot: number | null;
  connections: Set<Socket>;
}

/** A line longer than this is echoed in pieces. */
const MAX_LINE = 4096;

/** Finds a port for each domain, and listens where the domain answers. Rejects when there is no port. */
export async function openGuestPorts(domains: readonly string[], view: GuestView): Promise<GuestPorts> {
  const guests = await Promise.all(domains.map(async (domain): Promise<Guest> => {
    const server = createServer();
    await listening(server, 0);
    const { port } = server.address() as AddressInfo;
    await new Promise<void>((resolve) => server.close(() => resolve()));
    return { domain, port, server: null, boot: null, connections: new Set() };
  }));
  const first = guests.map((guest) => look(guest, view));
  await Promise.all(first);
  return {
    ports: new Map(guests.map((guest) => [guest.domain, guest.port])),
    follow() {
      for (const guest of guests) void look(guest, view);
    },
    async stop() {
      await Promise.all(guests.map((guest) => {
        for (const socket of guest.connections) socket.destroy();
        return shut(guest);
      }));
    },
  };
}

async function look(guest: Guest, view: GuestView): Promise<void> {
  const answers = view.answers(guest.domain);
  const boot = answers ? view.bootOf(guest.domain) : null;
  // Another boot though nobody saw it silent: it was so only between two looks.
  if (answers && (guest.server === null || boot !== guest.boot)) {
    wake(guest, boot);
    if (guest.server === null) await open(guest);
  } else if (!answers && guest.server !== null) {
    // No word to anybody: what comes in stays unread, and nothing goes out.
    for (const socket of guest.connections) socket.pause();
    await shut(guest);
  }
}

/** After a silence: sessions of the same boot go on, those of another one get a reset. */
function wake(guest: Guest, boot: number | null): void {
  const livesOn = boot !== null && boot === guest.boot;
  guest.boot = boot;
  for (const socket of [...guest.connections]) {
    if (livesOn) socket.resume();
    else socket.resetAndDestroy();
  }
}

/** A port that somebody else has taken meanwhile is tried again at the next look. */
async function open(guest: Guest): Promise<void> {
  const server = createServer({ noDelay: true }, (socket) => serve(guest, socket));
  guest.server = server;
  try {
    await listening(server, guest.port);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
    if (guest.server === server) guest.server = null;
  }
}

function shut(guest: Guest): Promise<void> {
  const { server } = guest;
  guest.server = null;
  // Closing waits for the connections too; the port itself is free at once.
  server?.close();
  return Promise.resolve();
}

function serve(guest: Guest, socket: Socket): void {
  guest.connections.add(socket);
  socket.on('close', () => guest.connections.delete(socket));
  socket.on('error', () => socket.destroy());
  socket.write(`220 ${guest.domain}.example.org ready\r\n`);
  let rest = '';
  socket.setEncoding('utf8').on('data', (text: string) => {
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    if (rest.length > MAX_LINE) {
      lines.push(rest);
      rest = '';
    }
    for (const line of lines) socket.write(`${line}\n`);
  });
}

function listening(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => resolve());
  });
}
