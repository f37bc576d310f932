// What every transport promises when it does not get in: one kind, one sentence, nothing tried twice.
import { createHash, createHmac } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { NodeServer } from '../support/ssh-nodes.ts';
import { closedPort, listen, run } from './contract-kit.ts';
import type { Case } from './contract-kit.ts';

/** The cases. */
export const refusalCases: Case[] = [
  {
    name: 'refused: nobody listens',
    async run({ server, target, fail }) {
      const failure = await fail(target(server, { port: await closedPort() }));
      expect(failure.kind).toBe('refused');
      expect(failure.says).toMatch(/^alpha: 127\.0\.0\.1 port \d+ refuses the connection; /);
    },
  },
  {
    name: 'dns: a host name that is not known',
    async run({ server, target, fail }) {
      expect((await fail(target(server, { host: 'no-such-host.invalid' }))).kind).toBe('dns');
    },
  },
  {
    name: 'local: a host name that would be an option, or more than a name, reaches no command line',
    async run({ lab, server, target, fail }) {
      const trap = join(lab.directory, 'trapped');
      for (const host of [`-oProxyCommand=touch ${trap}`, `-oProxyCommand=touch\t${trap}`, `x;touch$IFS${trap}`, '$(id)', '']) {
        const failure = await fail(target(server, { host }));
        expect(failure.kind).toBe('local');
        expect(failure.says).toMatch(/^alpha: .*is not a host name/);
      }
      expect((await fail(target(server, { jump: `-oProxyCommand=touch${trap}` }))).kind).toBe('local');
      expect(existsSync(trap)).toBe(false);
    },
  },
  {
    name: 'hostkey-unknown: says what to type, writes no known_hosts, and never logs in',
    async run({ lab, start, target, fail }) {
      const server = await start();
      const knownHostsFile = lab.file('empty', '# nobody\n');
      const failure = await fail(target(server, { knownHostsFile }));
      expect(failure.kind).toBe('hostkey-unknown');
      expect(failure.says).toMatch(/^alpha: its host key is not in known_hosts.*; type: ssh -F .* 127\.0\.0\.1$/);
      expect(readFileSync(knownHostsFile, 'utf8')).toBe('# nobody\n');
      expect(server.refused('publickey')).toBe(0);
    },
  },
  {
    name: 'hostkey-changed: another key on file',
    async run({ lab, server, target, fail }) {
      const text = `${known(server)} ${lab.stranger.public}\n`;
      const knownHostsFile = lab.file('changed', text);
      const failure = await fail(target(server, { knownHostsFile }));
      expect(failure.kind).toBe('hostkey-changed');
      expect(failure.fingerprint).toBe(fingerprint(server));
      expect(failure.says).toContain(fingerprint(server));
      expect(readFileSync(knownHostsFile, 'utf8')).toBe(text);
    },
  },
  {
    name: 'hostkey-changed: the right key, but revoked',
    async run({ lab, server, target, fail }) {
      const knownHostsFile = lab.file('revoked', `${server.hostKeyLine}\n@revoked * ${keyOf(server)}\n`);
      const failure = await fail(target(server, { knownHostsFile }));
      expect(failure.kind).toBe('hostkey-changed');
      expect(failure.says).toMatch(/revoked/);
    },
  },
  {
    name: 'accepts a hashed name in known_hosts, among others and beside a key of another type',
    async run({ lab, server, target, connect }) {
      const salt = Buffer.from('0123456789abcdefghij');
      const hashed = `|1|${salt.toString('base64')}|${createHmac('sha1', salt).update(known(server)).digest('base64')}`;
      const ecdsa = 'ecdsa-sha2-nistp256 AAAAE2VjZHNhLXNoYTItbmlzdHAyNTYAAAAIbmlzdHAyNTYAAABBBEmKSENjQEezOmxkZMy7opKgwFB9nkt5YRrYMjNuG5N87uRgg6CLrbo5wAdT/y6v0mKV0U2w0WZ2YB/++Tpockg=';
      const knownHostsFile = lab.file('hashed', `${known(server)} ${ecdsa}\nother ${lab.stranger.public}\n${hashed} ${keyOf(server)}\n`);
      expect((await run(await connect(target(server, { knownHostsFile })), 'echo in')).out).toBe('in\n');
    },
  },
  {
    name: 'auth: a key that is not accepted is offered once, on one connection',
    async run({ lab, start, target, fail }) {
      const server = await start();
      const failure = await fail(target(server, { identityFile: join(lab.directory, 'stranger') }));
      expect(failure.kind).toBe('auth');
      expect(failure.says).toMatch(/^alpha: it does not let us in/);
      expect(server.logins()).toBe(1);
      expect(server.refused('publickey')).toBe(1);
    },
  },
  {
    name: 'auth: a wrong password is sent once at most, and shown nowhere',
    async run({ lab, start, target, fail }) {
      const server = await start({ password: 'right' });
      const secrets = { password: { reveal: () => 'wrong-secret' } };
      const failure = await fail(target(server, { identityFile: join(lab.directory, 'stranger') }), { secrets });
      expect(failure.kind).toBe('auth');
      expect(server.refused('password')).toBeLessThanOrEqual(1);
      expect(server.logins()).toBe(1);
      expect(JSON.stringify(failure)).not.toContain('wrong-secret');
    },
  },
  {
    name: 'protocol: what listens is no SSH server',
    async run({ server, target, fail }) {
      const closePort = await listen((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n\u001b]0;pwned\u0007rubbish\r\n'));
      const failure = await fail(target(server, { port: closePort.port }));
      closePort.close();
      expect(failure.kind).toBe('protocol');
      expect(failure.says).toMatch(/^alpha: 127\.0\.0\.1 port \d+ (does not speak SSH with us|hangs up before the login)/);
      expect(failure.says + failure.detail).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/);
    },
  },
  {
    name: 'timeout: what listens says nothing',
    async run({ server, target, fail }) {
      const mute = await listen(() => undefined);
      const start = performance.now();
      const failure = await fail(target(server, { port: mute.port }));
      mute.close();
      expect(failure.kind).toBe('timeout');
      expect(performance.now() - start).toBeLessThan(8000);
    },
  },
  {
    name: 'cancelled: a connect that is given up',
    async run({ server, target, fail }) {
      const mute = await listen(() => undefined);
      const given = new AbortController();
      const failing = fail(target(server, { port: mute.port }), { signal: given.signal });
      await mute.accepted;
      given.abort();
      expect((await failing).kind).toBe('cancelled');
      expect((await fail(target(server), { signal: given.signal })).kind).toBe('cancelled');
      await mute.closed;
      mute.close();
    },
  },
];

function known(server: NodeServer): string {
  return server.hostKeyLine.split(' ')[0] ?? '';
}

function keyOf(server: NodeServer): string {
  return server.hostKeyLine.split(' ').slice(1).join(' ');
}

function fingerprint(server: NodeServer): string {
  const key = Buffer.from(server.hostKeyLine.split(' ')[2] ?? '', 'base64');
  return `SHA256:${createHash('sha256').update(key).digest('base64').replace(/=+$/, '')}`;
}
