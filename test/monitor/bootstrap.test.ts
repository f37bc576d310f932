// The way of a script to a node: through any login shell, past any noise, to root by sudo; and why there is none.
import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { BOOTSTRAP, bootText } from '../../src/monitor/shell/bootstrap.ts';
import { SLOW } from '../../src/monitor/shell/slow.ts';
import type { Session } from '../../src/transport/session.ts';
import { NodeDirectory } from './support/node-directory.ts';
import { isHere, sessionWith, SHELLS } from './support/shells.ts';
import { Talk } from './support/talk.ts';
import { until } from './support/until.ts';

let node: NodeDirectory;
const sessions: Session[] = [];

async function talk(command: string, login?: readonly string[], sudo = false): Promise<Talk> {
  const session = await sessionWith(command, node.env, login);
  sessions.push(session);
  return new Talk(session, SLOW, sudo);
}

beforeEach(() => {
  node = new NodeDirectory();
  node.program('who', 'echo "$r $LC_ALL $PATH"');
});
afterEach(async () => {
  for (const session of sessions.splice(0)) {
    session.close();
    await session.closed;
  }
  node.dispose();
});

describe('the bootstrap', () => {
  it('is a constant that csh and tcsh leave alone', () => {
    expect(BOOTSTRAP).not.toMatch(/[\n!]/);
    expect(BOOTSTRAP.match(/'/g)).toHaveLength(2);
    expect(() => bootText('no nonce; reboot', false, '')).toThrow('16 hexadecimal digits');
  });

  const logins = [['sh'], ['bash'], ['csh'], ['tcsh'], ['busybox', 'ash']];
  for (const login of logins.filter(([program = '']) => program !== 'tcsh' || isHere(program))) {
    describe.skipIf(!isHere(login[0] ?? ''))(`with the login shell ${login.join(' ')}`, () => {
      for (const shell of SHELLS) {
        it.skipIf(!shell.here)(`runs a script in ${shell.name}, with the seam at the end of PATH and in the C locale`, async () => {
          const slow = await talk(shell.command, login);
          expect((await slow.command('who')).stdout).toBe(`${node.path} C ${node.path}/bin:/usr/bin:/bin:${node.path}/usr/sbin:${node.path}/sbin:${node.path}/usr/local/sbin\n`);
        });
      }
    });
  }

  it('ignores what a login shell prints before, also a forged hello', async () => {
    node.program('noisy', String.raw`echo 'Welcome to alpha'; printf '\n@0000000000000000 h 1 1 1\n'; seq 1 30000; echo 'rc: oops' >&2; printf 'no end of line'; exec /bin/sh "$@"`);
    const slow = await talk('sh', ['noisy']);
    expect((await slow.hello()).pid).toBeGreaterThan(1);
    expect((await slow.command('who')).stdout).toContain(node.path);
  });
});

describe('why there is no shell', () => {
  it('a restricted login shell is named', async () => {
    const slow = await talk('sh', ['bash', '-r']);
    const end = await until('its end', () => slow.end);
    expect(end).toEqual({ kind: 'shell-refused', says: 'alpha: its login shell is restricted and may not run /bin/sh; give the user a plain shell' });
  });

  it('a login shell that ends at once is quoted', async () => {
    node.program('nologin', 'echo "This account is currently not available."; exit 1');
    const slow = await talk('sh', ['nologin']);
    const end = await until('its end', () => slow.end);
    expect(end.kind).toBe('no-hello');
    expect(end.says).toBe('alpha: its login shell did not run /bin/sh (exit 1): "This account is currently not available."; log in by hand to see why');
  });

  it('a login shell that says nothing is told after eight seconds', async () => {
    node.program('mute', 'cat >/dev/null');
    const slow = await talk('sh', ['mute']);
    const end = await until('its end', () => slow.end);
    expect(end).toEqual({ kind: 'no-hello', says: 'alpha: its login shell said nothing for 8 s' });
  });
});

describe('sudo', () => {
  const asUser = (): void => node.program('id', 'echo 1000');

  for (const shell of SHELLS) {
    it.skipIf(!shell.here)(`goes on as root on ${shell.name}, with the seam and PATH kept and no script in the arguments`, async () => {
      asUser();
      // Like sudo where sudoers allows /bin/sh alone: asks nothing, resets the environment, starts nothing else.
      node.program('sudo', `printf "%s\\n" "$*" >> ${node.path}/sudo.log; [ "$1 $2" = "-n /bin/sh" ] || exit 1; shift; exec env -i PATH=/nowhere "$@"`);
      const slow = await talk(shell.command, undefined, true);
      expect((await slow.command('who')).stdout).toMatch(new RegExp(`^${node.path} C ${node.path}/bin:`));
      const logged = readFileSync(node.real('sudo.log'), 'utf8');
      expect(logged.trim().split('\n')).toHaveLength(1);
      expect(logged).not.toContain('trap');
    });
  }

  it('is not called by root', async () => {
    node.program('id', 'echo 0');
    node.program('sudo', `echo called > ${node.path}/called; exit 1`);
    const slow = await talk('sh', undefined, true);
    expect((await slow.command('who')).stdout).toContain(node.path);
  });

  const refusals = [
    ['a password is asked for', 'echo "sudo: a password is required" >&2; exit 1', '"sudo: a password is required"'],
    ['a terminal is asked for', 'echo "sudo: sorry, you must have a tty to run sudo" >&2; exit 1', '"sudo: sorry, you must have a tty to run sudo"'],
    ['it is not there', null, 'not found'],
  ] as const;
  for (const [when, script, quoted] of refusals) {
    it(`is told to have refused when ${when}`, async () => {
      asUser();
      if (script !== null) node.program('sudo', script);
      const session = await sessionWith('/bin/sh', script === null ? { ...node.env, PATH: `${node.path}/bin` } : node.env);
      sessions.push(session);
      const slow = new Talk(session, SLOW, true);
      const end = await until('its end', () => slow.end);
      expect(end.kind).toBe('no-sudo');
      expect(end.says).toContain('alpha: sudo refused');
      expect(end.says).toContain(quoted);
      expect(end.says.length).toBeLessThanOrEqual(200);
    });
  }
});
