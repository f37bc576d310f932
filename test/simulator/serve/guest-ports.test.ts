// The guests' ports: open exactly while the guest answers; sessions live through a suspend, not through a boot.
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openGuestPorts } from '../../../src/simulator/serve/guest-ports.ts';
import type { GuestPorts } from '../../../src/simulator/serve/guest-ports.ts';
import { rawClient } from './raw-client.ts';
import type { RawClient } from './raw-client.ts';

let boot: number | null;
let ports: GuestPorts;
let clients: RawClient[];

beforeEach(async () => {
  boot = 1;
  clients = [];
  ports = await openGuestPorts(['delta'], { answers: () => boot !== null, bootOf: () => boot });
});
afterEach(async () => {
  for (const { socket } of clients) socket.destroy();
  await ports.stop();
});

function client(): RawClient {
  const one = rawClient(ports.ports.get('delta') ?? 0);
  clients.push(one);
  return one;
}

async function session(): Promise<RawClient> {
  const one = client();
  await one.until('its greeting', () => one.heard === '220 delta.example.org ready\r\n');
  return one;
}

function becomes(next: number | null): void {
  boot = next;
  ports.follow();
}

it('greets and echoes lines', async () => {
  const one = await session();
  one.socket.write('noop\r\nhalf');
  await one.until('the echo', () => one.heard.endsWith('ready\r\nnoop\r\n'));
});

it('refuses while the guest does not answer, and open sessions fall silent', async () => {
  const one = await session();
  becomes(null);
  const other = client();
  await other.until('a refusal', () => other.events.includes('error ECONNREFUSED'));
  one.socket.write('hello?\n');
  await one.silence(400);
  expect(one).toMatchObject({ heard: '220 delta.example.org ready\r\n', events: ['connect'] });
});

it('after a suspend the session goes on', async () => {
  const one = await session();
  becomes(null);
  one.socket.write('said while asleep\n');
  becomes(1);
  await one.until('its echo', () => one.heard.endsWith('said while asleep\n'));
  await session();
});

it('after a boot the old session is reset and new ones are served', async () => {
  const one = await session();
  becomes(null);
  becomes(2);
  await one.until('a reset', () => one.events.includes('error ECONNRESET'));
  await session();
});

it('a boot between two looks resets too', async () => {
  const one = await session();
  becomes(3);
  await one.until('a reset', () => one.events.includes('error ECONNRESET'));
  await session();
});

it('goes on though the port is taken for a while', async () => {
  becomes(null);
  const port = ports.ports.get('delta') ?? 0;
  const { createServer } = await import('node:net');
  const squatter = createServer();
  await new Promise<void>((resolve) => squatter.listen(port, '127.0.0.1', resolve));
  becomes(1);
  await new Promise<void>((resolve) => squatter.close(() => resolve()));
  const one = client();
  await one.until('an answer or a refusal', () => one.heard !== '' || one.events.some((event) => event.startsWith('error')));
  ports.follow();
  await session();
});
