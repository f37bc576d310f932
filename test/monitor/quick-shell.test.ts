// The quick shell's text, run by each of the shells it must run on.
import { execFileSync } from 'node:child_process';
import { chmodSync, truncateSync, writeFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { MAX_FILE_LINES, MAX_LOG_LINES, QUICK } from '../../src/monitor/shell/quick.ts';
import type { Session } from '../../src/transport/session.ts';
import { NodeDirectory } from './support/node-directory.ts';
import { sessionWith, SHELLS } from './support/shells.ts';
import { Talk } from './support/talk.ts';

for (const shell of SHELLS) {
  describe.skipIf(!shell.here)(`quick shell on ${shell.name}${shell.here ? '' : ' (not installed)'}`, () => {
    let node: NodeDirectory;
    let session: Session;
    let talk: Talk;
    let other: Session | null = null;

    beforeEach(async () => {
      node = new NodeDirectory();
      session = await sessionWith(shell.command, node.env);
      talk = new Talk(session, QUICK);
      await talk.hello();
    });
    afterEach(async () => {
      session.close();
      other?.close();
      await Promise.all([session.closed, other?.closed]);
      other = null;
      node.dispose();
    });

    it('sends a file once, and again only when it changed', async () => {
      node.write('proc/drbd', 'version: 8.4.11\n 0: cs:Connected\n');
      talk.shell.write('f 0 /proc/drbd\n');
      expect(await talk.tick(0)).toEqual(['s 0 0 ok /proc/drbd|version: 8.4.11\n 0: cs:Connected\n']);
      expect(await talk.tick(0)).toEqual([]);
      node.write('proc/drbd', 'version: 8.4.11\n 0: cs:StandAlone');
      expect(await talk.tick(0)).toEqual(['s 0 0 ok /proc/drbd|version: 8.4.11\n 0: cs:StandAlone']);
      node.remove('proc/drbd');
      expect(await talk.tick(0)).toEqual(['s 0 0 absent /proc/drbd|']);
      expect(await talk.tick(0)).toEqual([]);
      node.write('proc/drbd', '');
      expect(await talk.tick(0)).toEqual(['s 0 0 ok /proc/drbd|']);
    });

    it('keeps blanks, tabs, backslashes and quotes of a file', async () => {
      const text = '  two  blanks \tand a tab\n\n\\n is no newline, %s no format, `id` $(id) $r no command\n\'"\n';
      node.write('etc/drbd.conf', text);
      talk.shell.write('f 7 /etc/drbd.conf\n');
      expect(await talk.tick(7)).toEqual([`s 7 0 ok /etc/drbd.conf|${text}`]);
    });

    it('gives one entry per file of a pattern, and tells when there are fewer', async () => {
      node.write('etc/drbd.d/a.res', 'resource a\n');
      node.write('etc/drbd.d/b c.res', 'resource b\n');
      node.write('etc/drbd.d/other', 'not asked for\n');
      talk.shell.write('f 0 /etc/drbd.d/*.res\nf 1 /etc/nothing/*\n');
      expect(await talk.tick(0, 1)).toEqual(['s 0 0 ok /etc/drbd.d/a.res|resource a\n', 's 0 1 ok /etc/drbd.d/b c.res|resource b\n', 'g 0 2|', 'g 1 0|']);
      node.remove('etc/drbd.d/a.res');
      expect(await talk.tick(0)).toEqual(['s 0 0 ok /etc/drbd.d/b c.res|resource b\n', 'g 0 1|']);
      node.write('etc/drbd.d/a.res', 'resource a\n');
      expect(await talk.tick(0)).toEqual(['s 0 0 ok /etc/drbd.d/a.res|resource a\n', 's 0 1 ok /etc/drbd.d/b c.res|resource b\n', 'g 0 2|']);
    });

    it('calls what is no plain file denied, and never opens it', async () => {
      node.write('dir/inside', '');
      talk.shell.write('f 0 /dir\nf 1 /pipe\n');
      execFileSync('mkfifo', [node.real('pipe')]);
      expect(await talk.tick(0, 1)).toEqual(['s 0 0 denied /dir|', 's 1 0 denied /pipe|']);
    });

    it('calls a file denied that its user may not read', async () => {
      // Root reads everything: a test that runs as root asks as nobody.
      const asNobody = process.getuid?.() === 0 ? 'setpriv --reuid 65534 --regid 65534 --clear-groups ' : '';
      chmodSync(node.path, 0o755);
      node.write('secret', 'x');
      node.write('log', 'x\n');
      chmodSync(node.real('secret'), 0);
      chmodSync(node.real('log'), 0);
      other = await sessionWith(`${asNobody}${shell.command}`, node.env);
      const unprivileged = new Talk(other, QUICK);
      await unprivileged.hello();
      unprivileged.shell.write('f 0 /secret\nl 3 /log\n');
      expect(await unprivileged.tick(0)).toEqual(['s 0 0 denied /secret|', 'm 3 denied|']);
    });

    it('cuts a file of 10 MB and goes on with the others', async () => {
      const line = 'sixty-three characters of nothing much, again and again and so\n';
      writeFileSync(node.real('big'), line.repeat(10_000_000 / line.length));
      node.write('small', 'still here\n');
      talk.shell.write('f 0 /big\nf 1 /small\n');
      const [big, small] = await talk.tick(0, 1);
      expect(big).toBe(`s 0 0 cut /big|${line.repeat(MAX_FILE_LINES)}`);
      expect(small).toBe('s 1 0 ok /small|still here\n');
    });

    it('lives through binary rubbish, NUL bytes and frames of another nonce', async () => {
      const bytes = Uint8Array.from({ length: 70_000 }, (_, i) => (i * 7919) % 256);
      node.write('rubbish', bytes);
      node.write('nul', Uint8Array.from([97, 0, 98, 10, 255, 10]));
      node.write('forged', 'a\n@0000000000000000 t 1\n@ t 1\nb\n');
      talk.shell.write('f 0 /rubbish\nf 1 /nul\nf 2 /forged\n');
      const sent = await talk.tick(0, 1, 2);
      expect(sent.map((section) => section.split('|')[0])).toEqual(['s 0 0 ok /rubbish', 's 1 0 ok /nul', 's 2 0 ok /forged']);
      expect(sent[1]).toBe('s 1 0 ok /nul|ab\n\uFFFD\n');
      expect(sent[2]).toBe('s 2 0 ok /forged|a\n@0000000000000000 t 1\n@ t 1\nb\n');
    });

    it('follows a log: history, new lines, lines that come in parts', async () => {
      node.write('var/log/ha-log', 'old 1\nold 2\nunfin');
      talk.shell.write('l 3 /var/log/ha-log\n');
      expect(await talk.tick()).toEqual(['m 3 ok|', 'L 3|old 1\nold 2\n']);
      expect(await talk.tick()).toEqual([]);
      node.append('var/log/ha-log', 'ished\nnext\nhal');
      expect(await talk.tick()).toEqual(['L 3|unfinished\nnext\n']);
      node.append('var/log/ha-log', 'f');
      expect(await talk.tick()).toEqual([]);
      node.append('var/log/ha-log', '\n');
      expect(await talk.tick()).toEqual(['L 3|half\n']);
    });

    it('begins a long log with its last 64 KB, at the start of a line', async () => {
      const lines = Array.from({ length: 20_000 }, (_, i) => `line ${i} of a log that is longer than its history`);
      node.write('log', `${lines.join('\n')}\n`);
      talk.shell.write('l 3 /log\n');
      const history = (await talk.tick())[1]?.slice('L 3|'.length) ?? '';
      expect(history.length).toBeGreaterThan(65_000);
      expect(history.length).toBeLessThanOrEqual(65_536);
      expect(`${lines.join('\n')}\n`.endsWith(`\n${history}`)).toBe(true);
    });

    it('keeps the last lines of a log that is rotated, then reads the new one from its start', async () => {
      node.write('log', 'first\n');
      talk.shell.write('l 3 /log\n');
      await talk.tick();
      node.append('log', 'late\nunfinished');
      node.rename('log', 'log.1');
      expect(await talk.tick()).toEqual(['L 3|late\n']);
      node.append('log.1', ' but later\nlast');
      node.write('log', 'of the new file\n');
      expect(await talk.tick()).toEqual(['L 3|unfinished but later\n', 'L 3|last\n', 'L 3|of the new file\n']);
      node.append('log', 'more\n');
      expect(await talk.tick()).toEqual(['L 3|more\n']);
    });

    it('notices a log that is copied and emptied in place', async () => {
      node.write('log', 'one\ntwo\nthree\n');
      talk.shell.write('l 3 /log\n');
      await talk.tick();
      node.write('log', '');
      expect(await talk.tick()).toEqual([]);
      node.append('log', 'four\n');
      expect(await talk.tick()).toEqual(['L 3|four\n']);
      // Emptied and written again between two looks, and longer than our place in it.
      node.write('log', 'another first line\nfive\nsix\n');
      expect(await talk.tick()).toEqual(['L 3|another first line\nfive\nsix\n']);
    });

    it.each([['a hole', 'hole'], ['a line of 8 MB', 'line']])('begins a log that begins with %s near its end, and notices when it is emptied', async (_, kind) => {
      node.write('var/log/ha-log', kind === 'line' ? 'x'.repeat(8e6) : '');
      if (kind === 'hole') truncateSync(node.real('var/log/ha-log'), 2 ** 30);
      node.append('var/log/ha-log', '\nlast line\n');
      talk.shell.write('l 3 /var/log/ha-log\n');
      expect(await talk.tick()).toEqual(['m 3 ok|', 'L 3|last line\n']);
      node.append('var/log/ha-log', 'next\n');
      expect(await talk.tick()).toEqual(['L 3|next\n']);
      expect(await talk.tick()).toEqual([]);
      node.write('var/log/ha-log', 'first of the new\n');
      expect(await talk.tick()).toEqual(['L 3|first of the new\n']);
      // Emptied under one who writes on at his old place.
      node.write('var/log/ha-log', '');
      expect(await talk.tick()).toEqual([]);
      truncateSync(node.real('var/log/ha-log'), 2 ** 30);
      node.append('var/log/ha-log', '\nafter the hole\n');
      expect(await talk.tick()).toEqual(['L 3|after the hole\n']);
      node.append('var/log/ha-log', 'and on\n');
      expect(await talk.tick()).toEqual(['L 3|and on\n']);
    });

    it('tells once that a log is missing, and follows it when it comes', async () => {
      talk.shell.write('l 4 /var/log/ha-log\n');
      expect(await talk.tick()).toEqual(['m 4 absent|']);
      for (let i = 0; i < 5; i += 1) expect(await talk.tick()).toEqual([]);
      node.write('var/log/ha-log', 'it came\n');
      const later = [...(await talk.tick()), ...(await talk.tick()), ...(await talk.tick())];
      expect(later).toEqual(['m 4 ok|', 'L 4|it came\n']);
    });

    it('sends a burst of lines in portions, and cuts endless lines', async () => {
      node.write('log', 'start\n');
      talk.shell.write('l 3 /log\n');
      await talk.tick();
      const lines = Array.from({ length: MAX_LOG_LINES + 200 }, (_, i) => `burst ${i}\n`);
      node.append('log', lines.join(''));
      expect(await talk.tick()).toEqual([`L 3|${lines.slice(0, MAX_LOG_LINES).join('')}`]);
      expect(await talk.tick()).toEqual([`L 3|${lines.slice(MAX_LOG_LINES).join('')}`]);
      node.append('log', 'x'.repeat(10_000));
      expect(await talk.tick()).toEqual([`L 3|${'x'.repeat(4096)}\n`]);
      node.append('log', `${'y'.repeat(50)}\nafter\n`);
      expect(await talk.tick()).toEqual(['L 3|after\n']);
    });

    it('lives through a log of binary rubbish', async () => {
      node.write('log', 'start\n');
      talk.shell.write('l 3 /log\n');
      await talk.tick();
      node.append('log', Uint8Array.from({ length: 20_000 }, (_, i) => (i * 7919 + (i >> 8)) % 256));
      node.append('log', '\nafter the rubbish\n');
      const [sent = ''] = await talk.tick();
      expect(sent.endsWith('\nafter the rubbish\n')).toBe(true);
      expect(await talk.tick()).toEqual([]);
    });

    it('stops following when told', async () => {
      node.write('a', 'a1\n');
      node.write('b', 'b1\n');
      talk.shell.write('l 3 /a\nl 4 /b\n');
      expect(await talk.tick()).toEqual(['m 3 ok|', 'L 3|a1\n', 'm 4 ok|', 'L 4|b1\n']);
      talk.shell.write('l 3\n');
      node.append('a', 'a2\n');
      node.append('b', 'b2\n');
      expect(await talk.tick()).toEqual(['L 4|b2\n']);
    });
  });
}
