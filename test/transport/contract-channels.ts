// What every transport promises of commands: what they print, how they end, and behind which login shell they start.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { until } from '../support/ssh-nodes.ts';
import { bootstrap, converse, digest, run } from './contract-kit.ts';
import type { Case } from './contract-kit.ts';

/** The cases. */
export const channelCases: Case[] = [
  {
    name: 'connects, and runs a command on the node',
    async run({ server, target, connect }) {
      const session = await connect(target(server));
      expect(await run(session, 'echo "$r" && exit 3')).toEqual({ out: `${server.node}\n`, err: '', end: { how: 'exited', code: 3 } });
      expect(session.target.name).toBe('alpha');
    },
  },
  {
    name: 'gives every exit code as it is, 255 too',
    async run({ server, target, connect }) {
      const session = await connect(target(server));
      for (const code of [0, 1, 127, 255]) {
        expect((await run(session, `exit ${code}`)).end).toEqual({ how: 'exited', code });
      }
    },
  },
  {
    name: 'tells a command that a signal ended from one that exited',
    async run({ server, target, connect }) {
      const { end } = await run(await connect(target(server)), 'kill -KILL $$');
      expect(end.how).toBe('signalled');
      // ssh hides the signal's name.
      expect(['KILL', 'unknown']).toContain(end.how === 'signalled' ? end.signal : '');
    },
  },
  {
    name: 'keeps stderr apart from stdout',
    async run({ server, target, connect }) {
      expect(await run(await connect(target(server)), 'echo out; echo err >&2')).toEqual({ out: 'out\n', err: 'err\n', end: { how: 'exited', code: 0 } });
    },
  },
  {
    name: 'runs two channels at once without mixing them',
    async run({ server, target, connect }) {
      const session = await connect(target(server));
      const both = ['one', 'two'].map((word) => converse(session.exec(`while read -r line; do echo ${word} $line; done`)));
      for (const line of ['1\n', '2\n']) both.forEach(({ channel }) => channel.write(line));
      both.forEach(({ channel }) => channel.endInput());
      expect(await Promise.all(both.map(({ done }) => done))).toEqual([
        { out: 'one 1\none 2\n', err: '', end: { how: 'exited', code: 0 } },
        { out: 'two 1\ntwo 2\n', err: '', end: { how: 'exited', code: 0 } },
      ]);
    },
  },
  {
    name: 'brings 10 MB of output intact',
    async run({ server, target, connect }) {
      const line = `${'0123456789abcdef'.repeat(8)}\n`;
      const text = line.repeat(Math.ceil(10_000_000 / line.length));
      writeFileSync(join(server.node, 'big'), text);
      const { out, end } = await run(await connect(target(server)), 'cat "$r/big"');
      expect(end).toEqual({ how: 'exited', code: 0 });
      expect(digest(out)).toBe(digest(text));
    },
  },
  {
    name: 'sends 10 MB of input intact',
    async run({ server, target, connect }) {
      const text = 'fedcba9876543210fedcba987654321\n'.repeat(312_500);
      const { channel, done } = converse((await connect(target(server))).exec('cat >"$r/got"'));
      channel.write(text);
      channel.endInput();
      expect((await done).end).toEqual({ how: 'exited', code: 0 });
      expect(digest(readFileSync(join(server.node, 'got'), 'utf8'))).toBe(digest(text));
    },
  },
  {
    name: 'cleans what a terminal would obey out of the output, and keeps what is cut in the middle of a character',
    async run({ server, target, connect }) {
      const words = String.raw`printf 'a\033]0;pwned\007b\033[31mc\302'; sleep 0.05; printf '\240\342\200\256d\303\251\377\r\n'`;
      expect((await run(await connect(target(server)), words)).out).toBe('abc\u00a0dé\ufffd\n');
    },
  },
  {
    name: 'is not delayed by a command that hangs, and can cancel it',
    async run({ server, target, connect }) {
      const session = await connect(target(server));
      const hanging = converse(session.exec('echo on; exec cat'));
      await until('the hanging command has started', () => hanging.text() === 'on\n');
      expect((await run(session, 'echo other')).out).toBe('other\n');
      hanging.channel.cancel();
      expect((await hanging.done).end).toEqual({ how: 'cancelled' });
      expect(hanging.channel.write('more\n')).toBe(false);
      expect((await run(session, 'echo still there')).out).toBe('still there\n');
    },
  },
  {
    name: 'lets the remote side see its stdin end when a channel is cancelled',
    async run({ server, target, connect }) {
      const session = await connect(target(server));
      const { channel, text } = converse(session.exec('echo on; cat >/dev/null; echo ended >"$r/ended"'));
      await until('the command has started', () => text() === 'on\n');
      channel.cancel();
      await until('the remote command has gone on after its stdin', () => existsSync(join(server.node, 'ended')));
    },
  },
  {
    name: 'says that its channels are lost when the session is closed here',
    async run({ server, target, connect }) {
      const session = await connect(target(server));
      const { done, text } = converse(session.exec('echo on; exec cat'));
      await until('the command has started', () => text() === 'on\n');
      session.close();
      expect((await session.closed).byUs).toBe(true);
      expect((await done).end.how).toBe('lost');
      expect((await run(session, 'echo after')).end.how).toBe('lost');
    },
  },
  {
    name: 'starts a node shell behind a csh login',
    async run({ start, target, connect }) {
      const session = await connect(target(await start({ loginShell: ['/bin/csh'] })));
      const { channel, done } = converse(session.exec(bootstrap));
      channel.write('echo "script $0"\nwhile read -r tick; do echo "tick $tick"; done\n@GO\n1\n2\n');
      channel.endInput();
      expect(await done).toEqual({ out: 'script /bin/sh\ntick 1\ntick 2\n', err: '', end: { how: 'exited', code: 0 } });
    },
  },
  {
    name: 'tells of a restricted login shell by its own words',
    async run({ start, target, connect }) {
      const session = await connect(target(await start({ loginShell: ['/bin/bash', '-r'] })));
      const { err, end } = await run(session, bootstrap);
      expect(err).toMatch(/restricted/);
      expect(end.how === 'exited' ? end.code : 0).not.toBe(0);
      expect((await run(session, 'echo plain commands work')).out).toBe('plain commands work\n');
    },
  },
  {
    name: 'shows the banner, cleaned, and apart from all output',
    async run({ start, target, connect }) {
      const session = await connect(target(await start({ banner: 'AUTHORISED \u001b[31mpersonnel\u001b[0m only\n' })));
      expect(session.banner).toContain('AUTHORISED');
      expect(session.banner).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/);
      expect(await run(session, 'echo x')).toEqual({ out: 'x\n', err: '', end: { how: 'exited', code: 0 } });
    },
  },
];
