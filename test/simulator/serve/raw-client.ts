// A plain TCP client that notes all that it hears.
import { connect } from 'node:net';
import type { Socket } from 'node:net';

export interface RawClient {
  socket: Socket;
  /** `data` texts joined, and each of connect, end, error CODE, close as it came. */
  heard: string;
  events: string[];
  /** Resolves when something is so; looks after each event. Rejects after `timeoutMs`. */
  until(what: string, isSo: () => boolean, timeoutMs?: number): Promise<void>;
  /** Resolves when nothing at all was heard for so long. */
  silence(ms: number): Promise<void>;
}

export function rawClient(port: number): RawClient {
  const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
  const lookers = new Set<() => void>();
  const client: RawClient = {
    socket, heard: '', events: [],
    until: (what, isSo, timeoutMs = 5000) => new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        lookers.delete(look);
        reject(new Error(`not within ${timeoutMs} ms: ${what}; heard ${JSON.stringify(client.heard)}, ${client.events.join(', ')}`));
      }, timeoutMs);
      const look = (): void => {
        if (!isSo()) return;
        clearTimeout(timer);
        lookers.delete(look);
        resolve();
      };
      lookers.add(look);
      look();
    }),
    silence: (ms) => new Promise((resolve) => {
      socket.setTimeout(ms);
      socket.once('timeout', () => {
        socket.setTimeout(0);
        resolve();
      });
    }),
  };
  const note = (event: string): void => {
    client.events.push(event);
    for (const look of [...lookers]) look();
  };
  socket.setEncoding('utf8').on('data', (text: string) => {
    client.heard += text;
    for (const look of [...lookers]) look();
  });
  socket.on('connect', () => note('connect'));
  socket.on('end', () => note('end'));
  socket.on('error', (error: NodeJS.ErrnoException) => note(`error ${error.code ?? ''}`));
  socket.on('close', () => note('close'));
  return client;
}
