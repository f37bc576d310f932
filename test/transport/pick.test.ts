// Which transport a node gets.
import { afterEach, expect, it } from 'vitest';
import { transportFor } from '../../src/transport/pick.ts';
import { newLab } from '../support/ssh-nodes.ts';
import type { SshTarget } from '../../src/transport/session.ts';

const target: SshTarget = { name: 'alpha', host: 'alpha', transport: 'auto' };
const path = process.env['PATH'];
afterEach(() => {
  process.env['PATH'] = path;
});

it('takes the word of the inventory', () => {
  expect(transportFor({ ...target, transport: 'ssh' }).kind).toBe('ssh');
  expect(transportFor({ ...target, transport: 'ssh2' }).kind).toBe('ssh2');
});

it('takes ssh where it is installed, else ssh2', () => {
  const lab = newLab();
  process.env['PATH'] = `/nonexistent:${lab.directory}`;
  expect(transportFor(target).kind).toBe('ssh2');
  // Not executable: not a program.
  lab.file('ssh', '#!/bin/sh\n');
  expect(transportFor(target).kind).toBe('ssh2');
  lab.remove();
});

it('says what to do when ssh is wanted and not installed', async () => {
  process.env['PATH'] = '/nonexistent';
  const connected = await transportFor({ ...target, transport: 'ssh' }).connect(target);
  expect(connected).toMatchObject({ ok: false, failure: { kind: 'local', says: 'alpha: there is no ssh here; install the OpenSSH client, or write transport: ssh2 in the inventory' } });
});
