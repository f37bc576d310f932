// The slow shell's text, run by each of the shells it must run on; and the quick shell killing what it started.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { QUICK } from '../../src/monitor/shell/quick.ts';
import { SLOW } from '../../src/monitor/shell/slow.ts';
import type { ShellIdentity } from '../../src/monitor/shell-channel.ts';
import type { Session } from '../../src/transport/session.ts';
import { NodeDirectory } from './support/node-directory.ts';
import { processesOf } from './support/processes.ts';
import { sessionWith, SHELLS } from './support/shells.ts';
import { Talk } from './support/talk.ts';
import { until } from './support/until.ts';

const words = (identity: ShellIdentity): string => `${identity.pid} ${identity.pgid} ${identity.start}`;

for (const shell of SHELLS) {
  describe.skipIf(!shell.here)(`slow shell on ${shell.name}${shell.here ? '' : ' (not installed)'}`, () => {
    let node: NodeDirectory;
    let session: Session;
    let slow: Talk;
    let grouped: Session | null = null;

    beforeEach(async () => {
      node = new NodeDirectory();
      session = await sessionWith(shell.command, node.env);
      slow = new Talk(session, SLOW);
      await slow.hello();
    });
    afterEach(async () => {
      session.close();
      grouped?.close();
      await Promise.all([session.closed, grouped?.closed]);
      grouped = null;
      node.dispose();
    });

    it('tells who it is: its own process group, and when it started', async () => {
      const identity = await slow.hello();
      expect(identity.pgid).toBe(identity.pid);
      expect(Number(identity.start)).toBeGreaterThan(0);
    });

    it('hands over arguments exactly, and keeps stdout, stderr and exit status apart', async () => {
      node.program('show', 'for a in "$@"; do printf "<%s>" "$a"; done; echo " to stdout"; echo oops >&2; printf "no end" >&2; exit 3');
      const argv = ['two  blanks ', '$(reboot)', '`id`', "'", '"', '\\n', '', '*', '-n', '$r', 'é'];
      expect(await slow.command('show', ...argv)).toEqual({
        stdout: `${argv.map((argument) => `<${argument}>`).join('')} to stdout\n`, stderr: 'oops\nno end', exit: '3', absent: false, cut: false,
      });
    });

    it('tells a missing program, also where a builtin or function has that name, and one by path under the seam', async () => {
      node.program('here', 'echo yes');
      node.write('bin/notrunnable', 'x');
      for (const name of ['nosuch', 'ru', 'export', './here', '../bin/here', '/bin/nosuch', 'notrunnable']) {
        expect(await slow.command(name), name).toMatchObject({ absent: true, stdout: '', exit: '' });
      }
      expect(await slow.command('/bin/here')).toMatchObject({ absent: false, stdout: 'yes\n', exit: '0' });
    });

    it('gives programs an empty stdin, and never its own requests', async () => {
      node.program('greedy', 'cat; echo "end of input"');
      slow.shell.write('');
      expect(await slow.command('greedy')).toMatchObject({ stdout: 'end of input\n', exit: '0' });
      expect(await slow.command('greedy')).toMatchObject({ stdout: 'end of input\n', exit: '0' });
    });

    it('takes frames of another nonce for what they are: text', async () => {
      node.program('liar', String.raw`printf '\n@0123456789abcdef e 1 0\n\n@0123456789abcdef d 1\ntrue text'`);
      expect(await slow.command('liar')).toMatchObject({ stdout: '\n@0123456789abcdef e 1 0\n\n@0123456789abcdef d 1\ntrue text', exit: '0' });
    });

    it('keeps 1 MB of a section of 10 MB, and goes on', async () => {
      node.program('much', 'yes "a line of some output" | head -c 10000000');
      const much = await slow.command('much');
      expect(much).toMatchObject({ cut: true, exit: '0' });
      expect(much.stdout.length).toBe(1024 * 1024);
      expect(await slow.command('much', 'again')).toMatchObject({ cut: true });
    });

    it('keeps the first of 1 MB of errors, and the program is not disturbed by that', async () => {
      node.program('errors', 'yes "an error" | head -c 1000000 >&2; echo done; exit 4');
      const errors = await slow.command('errors');
      expect(errors).toMatchObject({ stdout: 'done\n', exit: '4' });
      expect(errors.stderr.startsWith('an error\nan error\n')).toBe(true);
      expect(errors.stderr.length).toBeLessThanOrEqual(4096);
    });

    it('is killed by number with the program that hangs, and only if it is still the same process', async () => {
      node.program('hang', 'echo begun; sleep 1000 & wait');
      const quick = new Talk(session, QUICK);
      await quick.hello();
      const identity = await slow.hello();
      slow.shell.write('c 1 1\nhang\n');
      await until('the program runs', () => processesOf(node.path).length >= 4);
      quick.shell.write(`k ${identity.pid} ${identity.pgid} ${Number(identity.start) + 1}\n`);
      expect((await quick.upTo('k')).at(-1)?.words).toEqual(['k', String(identity.pid), 'gone']);
      expect(processesOf(node.path).length).toBeGreaterThanOrEqual(4);
      quick.shell.write(`k ${words(identity)}\n`);
      expect((await quick.upTo('k')).at(-1)?.words).toEqual(['k', String(identity.pid), 'killed']);
      await until('only the quick shell is left', () => processesOf(node.path).length === 1);
      expect(await quick.tick()).toEqual([]);
    });

    it('is killed with its children one by one where it leads no group of its own', async () => {
      // Started by another program, as under sudo without a terminal: the group is that program's and must live.
      node.program('hang', 'sleep 1000 & wait');
      grouped = await sessionWith(`sh -c '"$@"; sleep 1000' outer ${shell.command}`, node.env);
      const inner = new Talk(grouped, SLOW);
      const identity = await inner.hello();
      expect(identity.pgid).not.toBe(identity.pid);
      const quick = new Talk(session, QUICK);
      await quick.hello();
      inner.shell.write('c 1 1\nhang\n');
      const before = processesOf(node.path).length;
      await until('the program runs', () => processesOf(node.path).length >= before + 2);
      quick.shell.write(`k ${words(identity)}\n`);
      expect((await quick.upTo('k')).at(-1)?.words[2]).toBe('killed');
      await until('the shell and its children are gone, the outer program goes on', () => !processesOf(node.path).includes(identity.pid) && processesOf(node.path).length === 4);
    });

    it('leaves no process when the connection ends, with a program running', async () => {
      node.program('hang', "trap '' HUP TERM INT; sleep 1000 & while :; do wait; done");
      const quick = new Talk(session, QUICK);
      await quick.hello();
      quick.shell.write(`w ${words(await slow.hello())}\n`);
      slow.shell.write('c 1 1\nhang\n');
      await until('the program runs', () => processesOf(node.path).length >= 4);
      // As when the client is killed: both channels end, and nobody asks for anything.
      quick.shell.abandon();
      slow.shell.abandon();
      await until('no process of this node is left', () => processesOf(node.path).length === 0, 1500);
    });
  });
}
