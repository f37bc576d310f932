// What the cases of the transports' contract are made of: their world, and how they talk to a channel.
import { createHash } from 'node:crypto';
import { createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import type { Channel, ChannelEnd, ConnectFailure, Secrets, Session, SshTarget } from '../../src/transport/session.ts';
import type { Lab, NodeOptions, NodeServer } from '../support/ssh-nodes.ts';

/** What a case gets: one client's transport, one kind of server. */
export interface World {
  lab: Lab;
  /** The server that all cases share; they leave it as it is. */
  server: NodeServer;
  /** Another one, for this case only. */
  start(options?: NodeOptions): Promise<NodeServer>;
  target(server: NodeServer, more?: Partial<SshTarget>): SshTarget;
  connect(target: SshTarget, options?: { signal?: AbortSignal; secrets?: Secrets }): Promise<Session>;
  fail(target: SshTarget, options?: { signal?: AbortSignal; secrets?: Secrets }): Promise<ConnectFailure>;
  /** Kills the process that holds the connection here (ssh's master), or cuts it at the server where there is none. */
  cut(target: SshTarget, server: NodeServer): Promise<void>;
}

export interface Case {
  name: string;
  /** It rests on what ssh_config says, which only an installed ssh can tell (`ssh -G`). */
  needsSshConfig?: true;
  run(world: World): Promise<void>;
}

/** The constant that starts a node shell: reads a script from stdin up to @GO, then runs it. */
export const bootstrap =
  'exec /bin/sh -c \'nl=$(printf "\\n_"); nl=${nl%_}; s=; while IFS= read -r l; do if [ "$l" = @GO ]; then break; fi; s="$s$l$nl"; done; eval "$s"\'';

/** A channel with what it has said. */
export interface Talk {
  channel: Channel;
  /** stdout so far. */
  text(): string;
  done: Promise<{ out: string; err: string; end: ChannelEnd }>;
}

/** Listens to a channel from its start to its end. */
export function converse(channel: Channel): Talk {
  const out: string[] = [];
  const err: string[] = [];
  channel.onStdout((text) => void out.push(text));
  channel.onStderr((text) => void err.push(text));
  return { channel, text: () => out.join(''), done: channel.ended.then((end) => ({ out: out.join(''), err: err.join(''), end })) };
}

/** Runs a command without input. */
export function run(session: Session, command: string): Talk['done'] {
  const { channel, done } = converse(session.exec(command));
  channel.endInput();
  return done;
}

/** Length and hash of a long text: a failure shows these instead of 10 MB. */
export function digest(text: string): string {
  return `${text.length} ${createHash('sha256').update(text).digest('hex')}`;
}

export interface Listening {
  port: number;
  /** Somebody has come. */
  accepted: Promise<void>;
  /** The first that came has gone. */
  closed: Promise<void>;
  close(): void;
}

/** A TCP server on loopback that is no SSH server. */
export async function listen(greet: (socket: Socket) => void): Promise<Listening> {
  const sockets = new Set<Socket>();
  const server = createServer();
  const accepted = new Promise<Socket>((resolve) => server.once('connection', resolve));
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('error', () => socket.destroy());
    socket.resume();
    greet(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    accepted: accepted.then(() => undefined),
    closed: accepted.then((socket) => new Promise<void>((resolve) => (socket.closed ? resolve() : socket.once('close', () => resolve())))),
    close() {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}

/** A port at which nobody listens. */
export async function closedPort(): Promise<number> {
  const { port, close } = await listen(() => undefined);
  close();
  return port;
}
