// The gate: what passes when, and who is told.
import { createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createGate } from '../../../src/simulator/serve/gate.ts';
import type { TcpGate } from '../../../src/simulator/serve/gate.ts';
import { rawClient } from './raw-client.ts';
import type { RawClient } from './raw-client.ts';

let server: Server;
let inside: Socket[];
let gate: TcpGate;
let clients: RawClient[];

beforeEach(async () => {
  inside = [];
  clients = [];
  server = createServer({ allowHalfOpen: true }, (socket) => {
    inside.push(socket);
    socket.on('error', () => socket.destroy());
    socket.write('hello\n');
    socket.on('data', (chunk) => socket.write(chunk));
    socket.on('end', () => socket.end('bye\n'));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()));
  gate = await createGate({ host: '127.0.0.1', port: (server.address() as AddressInfo).port });
  gate.open();
});

afterEach(async () => {
  for (const { socket } of clients) socket.destroy();
  await gate.stop();
  for (const socket of inside) socket.destroy();
  await new Promise<void>((resolve) => server.close(() => resolve()));
});

async function greeted(): Promise<RawClient> {
  const client = rawClient(gate.port);
  clients.push(client);
  await client.until('a greeting', () => client.heard.includes('hello\n'));
  return client;
}

function newcomer(): RawClient {
  const client = rawClient(gate.port);
  clients.push(client);
  return client;
}

describe('open', () => {
  it('passes bytes both ways, and each end by itself', async () => {
    const client = await greeted();
    client.socket.write('ping\n');
    await client.until('the echo', () => client.heard === 'hello\nping\n');
    client.socket.end();
    await client.until('what comes after our end', () => client.heard === 'hello\nping\nbye\n' && client.events.includes('end'));
    expect(client.events).not.toContain('error ECONNRESET');
  });

  it('passes more than any buffer holds', async () => {
    const client = await greeted();
    client.socket.write('x'.repeat(5_000_000));
    client.socket.end();
    await client.until('all of it', () => client.heard.length === 6 + 5_000_000 + 4, 10_000);
  });

  it('tells of a server that breaks off', async () => {
    const client = await greeted();
    inside[0]?.resetAndDestroy();
    await client.until('the end', () => client.events.includes('close') || client.events.includes('end'));
  });
});

describe.each(['hold', 'kill'] as const)('%s', (how) => {
  it('says nothing to anybody, and takes newcomers without a word', async () => {
    const client = await greeted();
    gate[how]();
    client.socket.write('anybody there?\n');
    inside[0]?.write('from behind\n');
    const second = newcomer();
    await second.until('the kernel took it', () => second.events.includes('connect'));
    second.socket.write('SSH-2.0-x\r\n');
    await Promise.all([second.silence(600), client.silence(600)]);
    expect(client).toMatchObject({ heard: 'hello\n', events: ['connect'] });
    expect(second).toMatchObject({ heard: '', events: ['connect'] });
  });
});

describe('a cut cable that is mended', () => {
  it('the same connection goes on, and nothing is lost', async () => {
    const client = await greeted();
    gate.hold();
    client.socket.write('while cut\n');
    const second = newcomer();
    await second.until('the kernel took it', () => second.events.includes('connect'));
    gate.open();
    await client.until('what was said meanwhile', () => client.heard === 'hello\nwhile cut\n');
    await second.until('a greeting', () => second.heard === 'hello\n');
    expect(client.events).toEqual(['connect']);
  });

  it('a client that went meanwhile has gone for the server then', async () => {
    const client = await greeted();
    gate.hold();
    client.socket.destroy();
    await client.until('closed', () => client.events.includes('close'));
    let isClosed = false;
    inside[0]?.on('close', () => (isClosed = true));
    gate.open();
    const second = newcomer();
    await second.until('a greeting', () => second.heard === 'hello\n');
    second.socket.write('x');
    await second.until('the first is closed', () => isClosed || (second.socket.write('x'), false));
  });
});

describe('a machine that died and came back', () => {
  it('resets what was connected before, and serves who came meanwhile', async () => {
    const client = await greeted();
    gate.kill();
    const meanwhile = newcomer();
    await meanwhile.until('the kernel took it', () => meanwhile.events.includes('connect'));
    gate.open();
    await client.until('a reset', () => client.events.includes('error ECONNRESET'));
    expect(client.events).not.toContain('end');
    await meanwhile.until('a greeting', () => meanwhile.heard === 'hello\n');
    await greeted();
  });

  it('after an orderly shutdown: an end at once, and newcomers hear nothing', async () => {
    const client = await greeted();
    gate.end();
    await client.until('an end', () => client.events.includes('end'));
    const second = newcomer();
    await second.until('the kernel took it', () => second.events.includes('connect'));
    await second.silence(300);
    expect(second).toMatchObject({ heard: '', events: ['connect'] });
  });
});
