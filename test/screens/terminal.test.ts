// The cockpit on a real pseudo-terminal: whatever ends it, the terminal is given back as it was.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { spawn } from '@lydell/node-pty';
import type { IPty } from '@lydell/node-pty';
import { Terminal } from '@xterm/headless';
import { build } from 'esbuild';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';

let folder = '';
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'cockpit-'));
  await build({
    entryPoints: [join(import.meta.dirname, 'opened.ts')], outdir: folder, outExtension: { '.js': '.mjs' }, bundle: true, splitting: true,
    platform: 'node', format: 'esm', target: 'node26', jsx: 'automatic', external: ['react-devtools-core'], logLevel: 'error',
    define: { 'process.env.NODE_ENV': '"production"', 'process.env.DEV': '"false"' },
    banner: { js: "import {createRequire as __cr} from 'node:module';const require=__cr(import.meta.url);" },
  });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Session {
  pty: IPty;
  terminal: Terminal;
  /** All bytes so far. */
  bytes(): string;
  lines(): string[];
  until(what: RegExp): Promise<void>;
  /** Resolves when the full screen was left and entered again. */
  back(): Promise<void>;
  ended: Promise<number>;
}

const running = new Set<IPty>();
afterEach(() => {
  for (const pty of running) pty.kill('SIGKILL');
});

/** `sh -c 'program; stty -a'`: what the terminal's settings are afterwards is printed by stty itself. */
function open(args: string, env: Record<string, string> = {}, columns = 80, rows = 24): Session {
  const terminal = new Terminal({ cols: columns, rows, allowProposedApi: true, scrollback: 200 });
  const script = `before=$(stty -g); ${process.execPath} ${join(folder, 'opened.mjs')} ${args}; code=$?; [ "$before" = "$(stty -g)" ] && echo "stty as before"; echo "exit $code"`;
  const pty = spawn('/bin/sh', ['-c', script], {
    cols: columns, rows, name: 'xterm-256color', env: { PATH: process.env['PATH'] ?? '', TERM: 'xterm-256color', LC_ALL: 'C.UTF-8', TZ: 'UTC', ...env },
  });
  running.add(pty);
  let bytes = '';
  const waiting = new Set<() => void>();
  const look = (): void => {
    for (const check of waiting) check();
  };
  pty.onData((data) => {
    bytes += data;
    terminal.write(data, look);
  });
  const lines = (): string[] => Array.from({ length: terminal.rows }, (_, at) => terminal.buffer.active.getLine(terminal.buffer.active.viewportY + at)?.translateToString(true) ?? '');
  const waitFor = (holds: () => boolean, what: string): Promise<void> => new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      waiting.delete(check);
      reject(new Error(`never saw ${what}; the screen was:\n${lines().join('\n')}`));
    }, 10_000);
    const check = (): void => {
      if (!holds()) return;
      clearTimeout(timer);
      waiting.delete(check);
      resolve();
    };
    waiting.add(check);
    check();
  });
  return {
    pty, terminal, bytes: () => bytes, lines,
    back: () => waitFor(() => /\[\?1049h[^]*\[\?1049l[^]*\[\?1049h[^]*q quit/.test(bytes), 'the full screen twice'),
    until: (what) => waitFor(() => what.test(lines().join('\n')), String(what)),
    ended: new Promise((resolve) => pty.onExit(({ exitCode }) => {
      running.delete(pty);
      resolve(exitCode);
    })),
  };
}

/** The pid of the cockpit itself: the shell's only child. */
async function childOf(session: Session): Promise<number> {
  const { readFile } = await import('node:fs/promises');
  const pid = session.pty.pid;
  return Number((await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8')).trim().split(' ')[0]);
}

async function expectClean(session: Session, code: number): Promise<void> {
  await session.until(new RegExp(`exit ${code}`));
  expect(session.lines().join('\n')).toContain('stty as before');
  expect(session.terminal.buffer.active.type).toBe('normal');
  expect(session.bytes().lastIndexOf('\u001b[?25h')).toBeGreaterThan(session.bytes().lastIndexOf('\u001b[?25l'));
  expect(session.bytes().lastIndexOf('\u001b[?2004l')).toBeGreaterThan(session.bytes().lastIndexOf('\u001b[?2004h'));
  await session.ended;
}

const SHOWN = /group skylla {3}started, at home[^]*\? help q quit/;

describe('left clean after', () => {
  test.each([['q', 'q'], ['Ctrl-C', '\u0003']])('%s, exit 0', async (_, key) => {
    const session = open('HEALTHY');
    await session.until(SHOWN);
    expect(session.terminal.buffer.active.type).toBe('alternate');
    session.pty.write(key);
    await expectClean(session, 0);
  });

  test.each([['SIGTERM', 143], ['SIGHUP', 129], ['SIGINT', 130]] as const)('%s, exit %i', async (signal, code) => {
    const session = open('HEALTHY');
    await session.until(SHOWN);
    process.kill(await childOf(session), signal);
    await expectClean(session, code);
  });

  test.each([['a fault while a key is handled', 'throws', 'a fault in a key'], ['a fault while drawing', 'breaks', 'the store broke in the middle']])(
    '%s: exit 70 and one sentence, no stack', async (_, mode, what) => {
      const session = open(`HEALTHY ${mode}`);
      await session.until(SHOWN);
      session.pty.write('\u0012');
      await expectClean(session, 70);
      expect(session.bytes()).toContain(`crashcart: a fault in crashcart itself ended the cockpit: ${what}\r\n`);
      expect(session.lines().join('\n')).not.toMatch(/^\s+at /m);
    });
});

describe('on the screen', () => {
  test('keys typed before the first frame neither shift it nor get lost', async () => {
    const session = open('HEALTHY');
    session.pty.write('6');
    await session.until(/6 FINDINGS/);
    expect(session.lines()[0]).toMatch(/^ ● OK {9}homer/);
    expect(session.lines()[23]).toMatch(/^ 1 Map 5 Timeline 6 FINDINGS/);
    session.pty.write('q');
    await expectClean(session, 0);
  });

  test('after each resize the picture is whole', async () => {
    const session = open('DEAD');
    await session.until(/charybda is dead/);
    for (const [columns, rows, seen] of [[120, 36, /Thu 15 Feb 2007/], [60, 16, /─ \? keys ─/], [20, 5, /crashcart needs/], [80, 24, /5 all ─[^]*\? help q quit/]] as const) {
      session.terminal.resize(columns, rows);
      session.pty.resize(columns, rows);
      await session.until(seen);
    }
    expect(session.lines()[2]).toMatch(/^─ Map ─/);
    expect(session.lines()[23]).toMatch(/^ 1 MAP 5 Timeline 6 Findings/);
    session.pty.write('q');
    await expectClean(session, 0);
  });

  test('^L draws a spoilt screen anew', async () => {
    const session = open('HEALTHY');
    await session.until(SHOWN);
    await new Promise<void>((resolve) => session.terminal.write('\u001b[5;1Hrubbish from elsewhere', resolve));
    expect(session.lines()[4]).toMatch(/^rubbish/);
    session.pty.write('\u000c');
    await session.until(/^ {3}heartbeat {18}●━━ ttyS0/m);
    expect(session.lines().join('\n')).not.toContain('rubbish');
    session.pty.write('q');
    await expectClean(session, 0);
  });

  test('Enter on a node that waits leaves the full screen for ssh, and comes back', async () => {
    const session = open('REFUSED unlocks');
    await session.until(/waits: login refused/);
    session.pty.write('j\r');
    await session.back();
    session.pty.write('q');
    await expectClean(session, 0);
    const asked = session.bytes().indexOf('ssh asks about charybda');
    expect(asked).toBeGreaterThan(session.bytes().indexOf('\u001b[?1049h'));
    expect(session.bytes().slice(0, asked)).toContain('\u001b[?1049l');
    expect(session.bytes().slice(asked)).toContain('\u001b[?1049h');
  });

  test('a quit while ssh has the terminal ends the cockpit as well', async () => {
    const session = open('REFUSED unlocks');
    await session.until(/waits: login refused/);
    session.pty.write('j\rq');
    await expectClean(session, 0);
  });

  test('T opens the drills that were handed in, Enter starts one, q leaves the list and then the cockpit', async () => {
    const session = open('HEALTHY drills');
    await session.until(/T drills \? help q quit/);
    session.pty.write('T\r');
    await session.until(/─ Drills ─[^]*◆ power-cut begins: look at charybda[^]*q close/);
    session.pty.write('q');
    await session.until(SHOWN);
    session.pty.write('q');
    await expectClean(session, 0);
  });

  test('F1 opens the help', async () => {
    const session = open('HEALTHY');
    await session.until(SHOWN);
    session.pty.write('\u001bOP');
    await session.until(/─ Help: Map ─/);
    session.pty.write('q');
    await expectClean(session, 0);
  });

  test('NO_COLOR: attributes only; a locale without UTF-8: ASCII only', async () => {
    const session = open('DEAD', { NO_COLOR: '1', LC_ALL: 'C' });
    await session.until(/X CRITICAL[^]*q quit/);
    session.pty.write('q');
    await expectClean(session, 0);
    expect(session.bytes()).not.toMatch(/[^\x00-\x7e]/);
    for (const [, codes] of session.bytes().matchAll(/\u001b\[([0-9;]*)m/g)) expect(codes).toMatch(/^(0|1|2|7|22|27)?(;(1|2|7))*$/);
  });
});
