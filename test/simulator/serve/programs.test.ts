// The programs of a served node: real shells run the stubs, the world answers.
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { directoryFiles } from '../../../src/simulator/serve/directory-files.ts';
import { findProgram } from '../../../src/simulator/serve/find-program.ts';
import { servePrograms } from '../../../src/simulator/serve/programs.ts';
import type { Programs } from '../../../src/simulator/serve/programs.ts';
import type { World } from '../../../src/simulator/world/shapes.ts';
import { createWorld } from '../../../src/simulator/world/world.ts';
import { until } from '../../support/ssh-nodes.ts';
import { miniScene } from './mini-scene.ts';

const START = Date.parse('2007-02-15T10:22:33.250Z');
let directory: string;
let world: World;
let programs: Programs;

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'cc-programs-'));
  world = createWorld(miniScene(['alpha']), { startMs: START, files: () => directoryFiles(directory) });
  const [node] = world.nodes;
  if (!node) throw new Error('no node');
  programs = servePrograms(node, directory, {
    mkfifo: findProgram('mkfifo') ?? '', date: findProgram('date') ?? '',
    advance: () => undefined, refresh: () => world.refresh(), changed: () => undefined,
  });
});
afterAll(() => {
  programs.close();
  rmSync(directory, { recursive: true, force: true });
});

interface Ran { code: number | null; stdout: string; stderr: string }

function run(shell: readonly string[], argv: readonly string[], options: { input?: string; env?: Record<string, string>; program?: string } = {}): Promise<Ran> {
  const [program = '', ...words] = [...shell, options.program ?? join(directory, 'bin/probe'), ...argv];
  const child = spawn(program, words, { env: { PATH: '/usr/bin:/bin', ...options.env } });
  const ran: Ran = { code: null, stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => (ran.stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (ran.stderr += text));
  child.stdin.on('error', () => child.stdin.destroy());
  child.stdin.end(options.input ?? '');
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve({ ...ran, code }));
  });
}

const waitingFifos = (): string[] => readdirSync(join(directory, 'run/world')).filter((name) => /^\d/.test(name));

const SHELLS: [string, string[]][] = [['dash', ['dash']], ['bash', ['bash']], ['bash as sh', ['bash', '--posix']], ['busybox ash', ['busybox', 'ash']]];

describe.each(SHELLS.map(([name, argv]) => ({ name, argv, missing: findProgram(argv[0] ?? '') === null })))('$name', ({ name, argv: shell, missing }) => {
  const test = missing ? it.skip : it;
  const title = (text: string): string => (missing ? `${text} (skipped: ${name} is not installed)` : text);

  test(title('output, errors and exit status, with and without a newline at the end'), async () => {
    expect(await run(shell, ['say', 'hello', 'there'])).toEqual({ code: 7, stdout: 'hello there\nno newline', stderr: 'a word on stderr\n' });
    expect(await run(shell, [])).toEqual({ code: 64, stdout: '', stderr: 'probe: what?\n' });
    expect(await run(shell, ['argv'], { program: join(directory, 'etc/init.d/probe') })).toMatchObject({ stdout: '["/etc/init.d/probe","argv"]\n' });
  });

  test(title('arguments come over as they are'), async () => {
    const odd = ['', ' ', "it's", '"q"', '\\', '\\n', '\\\\t', 'a\nb\n\n', '\t', '\tx\t', '*', '$HOME `id` $(id)', '-e', '--', '%s%n', 'ā ą ü € 😀', '\u0001\u001b[31m\r', '[x]', '?'];
    const ran = await run(shell, ['argv', ...odd]);
    expect(JSON.parse(ran.stdout)).toEqual(['probe', 'argv', ...odd]);
  });

  test(title('a file named below the node\'s directory is the node\'s own file'), async () => {
    const ran = await run(shell, ['argv', `${directory}/var/lib/vm`, directory, `${directory}x/y`, `-f=${directory}/var`]);
    expect(JSON.parse(ran.stdout)).toEqual(['probe', 'argv', '/var/lib/vm', directory, `${directory}x/y`, `-f=${directory}/var`]);
  });

  test(title('any arguments at all'), async () => {
    const word = fc.string({ unit: fc.oneof(fc.constantFrom('\\', '\n', '\t', "'", '"', ' ', '*', '$', '\u0081', '\u0088', 'n', 't'), fc.string({ unit: 'binary', minLength: 1, maxLength: 1 })), maxLength: 12 })
      .filter((text) => !text.includes('\0') && !/[\ud800-\udfff]/.test(text));
    await fc.assert(fc.asyncProperty(fc.array(word, { maxLength: 6 }), async (words) => {
      expect(JSON.parse((await run(shell, ['argv', ...words])).stdout)).toEqual(['probe', 'argv', ...words]);
    }), { numRuns: 25 });
  });

  test(title('arguments and lines longer than a pipe takes at once'), async () => {
    const long = '\\é\n'.repeat(1500);
    expect(JSON.parse((await run(shell, ['argv', long])).stdout)).toEqual(['probe', 'argv', long]);
    const line = 'y'.repeat(30_000);
    expect(await run(shell, ['ask'], { input: `${line}\n` })).toMatchObject({ code: 1, stdout: `Sure? got "${line}"\n` });
  });

  test(title('more output than a pipe holds'), async () => {
    const { code, stdout } = await run(shell, ['flood']);
    expect([code, stdout.length, stdout.endsWith('.2499\n')]).toEqual([0, 200_000, true]);
  });

  test(title('a question: a line, a line without its end, no line'), async () => {
    expect(await run(shell, ['ask'], { input: 'yes\nmore\n' })).toMatchObject({ code: 0, stdout: 'Sure? got "yes"\n' });
    expect(await run(shell, ['ask'], { input: '  y\\es\t' })).toMatchObject({ code: 1, stdout: 'Sure? got "  y\\\\es\\t"\n' });
    expect(await run(shell, ['ask'])).toMatchObject({ code: 1, stdout: 'Sure? got null\n' });
  });

  test(title('many at once do not mix'), async () => {
    const all = await Promise.all(Array.from({ length: 30 }, (_, n) => run(shell, ['argv', String(n), 'z'.repeat(900)])));
    expect(all.map((ran) => JSON.parse(ran.stdout) as string[])).toEqual(all.map((_, n) => ['probe', 'argv', String(n), 'z'.repeat(900)]));
    expect(waitingFifos()).toEqual([]);
  });

  test(title('date shows the clock of the node'), async () => {
    const date = join(directory, 'bin/date');
    expect(await run(shell, ['+%s %z'], { program: date })).toEqual({ code: 0, stdout: '1171534953 +0000\n', stderr: '' });
    expect(await run(shell, ['-u', '+%Y-%m-%d %H:%M:%S'], { program: date, env: { TZ: 'Europe/Rome' } })).toMatchObject({ stdout: '2007-02-15 10:22:33\n' });
  });
});

describe('a program that takes its time', () => {
  it('answers when the world has come so far, and what it did is in the files then', async () => {
    const running = run(['sh'], ['wait', '3', 'long']);
    await until('it runs', () => world.schedule.next() !== null);
    world.advanceTo(START + 2999);
    expect(world.node('alpha')?.files.read('/var/waited')).toBeNull();
    world.advanceTo(START + 3000);
    expect(await running).toEqual({ code: 0, stdout: 'waiting\ndone\n', stderr: '' });
    expect(world.node('alpha')?.files.read('/proc/probe')).toBe('waited long\n');
  });

  it('goes on in the world when its process is killed', async () => {
    const from = world.schedule.now();
    const child = spawn('sh', [join(directory, 'bin/probe'), 'wait', '5', 'killed'], { stdio: ['ignore', 'pipe', 'ignore'] });
    const gone = new Promise((resolve) => child.once('close', resolve));
    await new Promise((resolve) => child.stdout.once('data', resolve));
    child.kill('SIGINT');
    await gone;
    world.advanceTo(from + 5000);
    expect(world.node('alpha')?.files.read('/var/waited')).toBe('killed\n');
    // The next one is answered as ever.
    expect(await run(['sh'], ['say', 'x'])).toMatchObject({ code: 7 });
  });

  it('one that was killed at its question gets the end of its input', async () => {
    const child = spawn('sh', [join(directory, 'bin/probe'), 'ask'], { stdio: ['pipe', 'pipe', 'ignore'] });
    const gone = new Promise((resolve) => child.once('close', resolve));
    await new Promise((resolve) => child.stdout.once('data', resolve));
    child.kill('SIGKILL');
    await gone;
    programs.sweep();
    expect(await run(['sh'], ['ask'], { input: 'yes\n' })).toMatchObject({ code: 0 });
    expect(waitingFifos()).toEqual([]);
  });
});

describe('date', () => {
  const date = (...argv: string[]): Promise<Ran> => run(['sh'], argv, { program: join(directory, 'bin/date') });

  it('sets the clock of the node, never the one of this machine', async () => {
    const real = Date.now();
    expect(await date('-s', '2007-02-15 11:00:00')).toEqual({ code: 0, stdout: 'Thu, 15 Feb 2007 11:00:00 GMT\n', stderr: '' });
    expect((await date('+%H:%M')).stdout).toBe('11:00\n');
    expect((await date('--set=@1171534953')).code).toBe(0);
    expect((await date('+%s')).stdout).toBe('1171534953\n');
    expect(await date('-s', 'next tuesday')).toMatchObject({ code: 1, stderr: "date: invalid date 'next tuesday'\n" });
    expect((await date('021511002007')).code).toBe(1);
    expect(Math.abs(Date.now() - real)).toBeLessThan(60_000);
  });

  it('another day is the caller\'s', async () => {
    expect((await date('-d', '@86400', '+%F')).stdout).toBe('1970-01-02\n');
    expect((await date('--date=@86400', '+%F')).stdout).toBe('1970-01-02\n');
  });
});

it('garbage in the FIFO disturbs nobody', async () => {
  const garbage = ['', 'x', '0 a\tprobe', '12 z', '99999999999 a', '1 l', '77 @', `5 a\t${'x'.repeat(20_000)}`, '../../etc/passwd a\tprobe'].map((line) => `${line}\n`).join('');
  spawnSync('sh', ['-c', 'cat 1<>"$1"', 'sh', join(directory, 'run/world/ask')], { input: garbage });
  expect(await run(['sh'], ['say', 'well'])).toMatchObject({ code: 7, stdout: 'well\nno newline' });
});

it('a stub whose world is gone says so and ends', () => {
  const parted = spawnSync(process.execPath, ['--input-type=module', '-e', `
    import { askText, stubText } from ${JSON.stringify(join(import.meta.dirname, '../../../src/simulator/serve/stub.ts'))};
    import { writeFileSync, mkdirSync } from 'node:fs';
    const place = process.argv[1] + '/parted';
    mkdirSync(place);
    writeFileSync(place + '/ask.sh', askText({ directory: place, root: place, worldPid: process.pid, mkfifo: 'mkfifo', date: 'date' }));
    writeFileSync(place + '/prog', stubText('prog', place));`, directory], { encoding: 'utf8' });
  expect(parted.stderr).toBe('');
  const ran = spawnSync('sh', [join(directory, 'parted/prog'), 'x'], { encoding: 'utf8', timeout: 5000 });
  expect([ran.status, ran.stderr]).toEqual([127, 'prog: the simulated cluster is gone\n']);
});
