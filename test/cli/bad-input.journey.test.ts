// Bad input to the real program: one sentence on stderr, the documented exit code, nothing on stdout.
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PROGRAM, run, start } from './program.ts';

const folder = mkdtempSync(join(tmpdir(), 'crashcart-bad-'));
const file = (name: string): string => join(folder, name);

beforeAll(() => {
  writeFileSync(file('good.yaml'), 'clusters:\n  perugia: { nodes: [alpha, bravo] }\n  via: { nodes: [status] }\n');
  writeFileSync(file('broken.yaml'), 'clusters:\n  perugia:\n    nodes:\n      - name: alpha\n        ssh: { prot: 22 }\n');
  writeFileSync(file('empty.yaml'), '');
  writeFileSync(file('twice.yaml'), 'clusters:\n  perugia: { nodes: [alpha] }\n  alpha: { nodes: [bravo] }\n');
  execFileSync('mkfifo', [file('pipe')]);
});
afterAll(() => rmSync(folder, { recursive: true }));

describe('one line, at most 200 characters, and the exit code', () => {
  it.each<[string[], number, RegExp]>([
    [['status', '--jsn'], 64, /option --jsn is not taken by status; there is --json/],
    [['status', '--json', '--oneline'], 64, /not both/],
    [['watch'], 64, /watch --json/],
    [['plan', 'takeover', '--param', 'node=bravo'], 64, /plan is not in this version yet/],
    [['status'], 64, /no inventory found \(\.\/crashcart\.yaml, .*\/etc\/crashcart\/crashcart\.yaml\); name hosts/],
    [['status', '-x;y'], 64, /option -x/],
    [['status', '--', '-oProxyCommand=x'], 64, /cannot be an SSH host/],
    [['--inventory', file('good.yaml'), 'status', 'brvao'], 64, /no cluster or node is named "brvao" in .*; there is bravo/],
    [['--inventory', file('good.yaml')], 64, /there are 2 clusters .* name it: crashcart perugia or via/],
    [['--inventory', file('good.yaml'), 'perugia'], 64, /the cockpit needs a terminal .* crashcart status/],
    [['--inventory', file('good.yaml'), '--', 'status'], 64, /the cockpit needs a terminal/],
    [['status', '--inventory', file('broken.yaml')], 78, /:5:\d+: "prot" is not known in nodes\[0\]\.ssh; write port/],
    [['status', '--inventory', file('empty.yaml')], 78, /is empty; write clusters/],
    [['status', '--inventory', file('none.yaml')], 78, /none\.yaml is not there/],
    [['doctor', '--inventory', folder], 78, /is a folder/],
    [['stauts'], 64, /"stauts" is no command, there are status, watch, parse, doctor, demo or help; as a host it opens the cockpit, and that needs a terminal/],
    [['status', '--inventory', '/dev/zero'], 78, /is a pipe or a device; write the inventory to a file/],
    [['status', '--inventory', file('pipe')], 78, /is a pipe or a device/],
    [['status', '--inventory', `/${'x'.repeat(250)}/a.yaml`], 78, /x\/a\.yaml is not there; write it/],
    [['parse', 'xen-list', `/${'x'.repeat(250)}/a.txt`], 65, /x\/a\.txt is not there; name a file/],
    [['status', '--inventory', file('twice.yaml'), 'nosuch'], 64, /there are perugia, alpha or bravo$/m],
    [['parse'], 64, /parse needs a probe; there are proc-drbd, /],
    [['parse', 'proc-drdb'], 64, /no probe is named "proc-drdb"; there is proc-drbd/],
    [['parse', 'proc-drbd', 'a', 'b'], 64, /reads one file/],
    [['parse', 'proc-drbd', file('none')], 65, /none is not there/],
    [['parse', 'proc-drbd', folder], 65, /is a folder/],
    [['parse', 'proc-drbd', '--stderr', file('none'), '/dev/null'], 65, /none is not there/],
    [['demo'], 64, /the cockpit needs a terminal/],
    [['demo', 'perugai'], 64, /no scene is named "perugai" in this version; there are homer or perugia/],
  ])('crashcart %j', async (args, code, says) => {
    const ran = await run(args);
    expect(ran.stderr).toMatch(says);
    expect(ran).toMatchObject({ code, stdout: '' });
    expect(ran.stderr).toMatch(/^crashcart: [^\n]*\n$/);
    expect(ran.stderr.length).toBeLessThanOrEqual(201);
  });

  it('a variable that names no file is an error too, never another inventory', async () => {
    expect(await run(['status'], { env: { CRASHCART_INVENTORY: file('none.yaml') } })).toMatchObject({ code: 78 });
  });
});

describe('parse', () => {
  const XEND_DOWN = 'Error: Unable to connect to xend: Connection refused. Is xend running?\n';
  const LIST = 'Name                                      ID Mem(MiB) VCPUs State   Time(s)\nDomain-0                                   0     1229     2 r----- 137356.4\n';

  it('reads standard input, with exit 0', async () => {
    const ran = await run(['parse', 'xen-list'], { input: LIST });
    expect(ran).toMatchObject({ code: 0, stderr: '' });
    expect(JSON.parse(ran.stdout)).toMatchObject({ schema: 'crashcart/parse/1', probe: 'xen-list', answered: true, unread: [], domains: [{ name: 'Domain-0', id: 0, memoryBytes: 1_288_699_904, vcpus: 2, state: 'running', cpuSeconds: 137_356.4 }] });
  });

  it('reads a file, and takes terminal escapes out of it', async () => {
    writeFileSync(file('list'), LIST.replace('Domain-0', '\u001b]0;pwn\u0007Domain-0'));
    const ran = await run(['parse', 'xen-list', file('list')]);
    expect(JSON.parse(ran.stdout)).toMatchObject({ answered: true, domains: [{ name: 'Domain-0' }] });
    expect(ran.stdout).not.toContain('\\u001b');
  });

  it('takes what the tool wrote to stderr, and its exit status: "could not be asked" is a reading', async () => {
    writeFileSync(file('err'), XEND_DOWN);
    const ran = await run(['parse', 'xen-list', '/dev/null', '--exit', '1', '--stderr', file('err')]);
    expect(ran).toMatchObject({ code: 0, stderr: '' });
    expect(JSON.parse(ran.stdout)).toMatchObject({ probe: 'xen-list', answered: false, raw: XEND_DOWN });
    expect(JSON.parse(ran.stdout)).not.toHaveProperty('domains');
  });

  it('what no such tool prints is 65, and still JSON', async () => {
    const ran = await run(['parse', 'xen-list'], { input: 'perfectly good soup\n' });
    expect(ran.code).toBe(65);
    expect(ran.stderr).toMatch(/^crashcart: standard input is not what xen-list prints: [^\n]+\n$/);
    expect(JSON.parse(ran.stdout)).toMatchObject({ answered: false, raw: 'perfectly good soup\n' });
  });

  it('names its probes one a line', async () => {
    const ran = await run(['parse', '--list']);
    expect(ran.stdout.split('\n')).toEqual(expect.arrayContaining(['proc-drbd', 'xen-list', 'cl-status', 'ha-log', '']));
    expect(ran.stdout).toMatch(/^([a-z-]+\n)+$/);
  });
});

describe('standard output', () => {
  it('that nobody reads ends it quietly', async () => {
    const running = start(['parse', 'ha-log'], { input: null });
    running.child.stdout.destroy();
    running.child.stdin.end('heartbeat[8]: 2026/11/20_20:52:32 info: text\n'.repeat(20_000));
    expect(await running.ended).toMatchObject({ signal: null, stderr: '' });
  });

  it('that takes nothing is told, once, and is never exit 0', async () => {
    const full = openSync('/dev/full', 'w');
    const child = spawn(process.execPath, [PROGRAM, 'parse', '--list'], { stdio: ['ignore', full, 'pipe'], env: { PATH: process.env['PATH'] ?? '', HOME: '/nonexistent' } });
    closeSync(full);
    let stderr = '';
    child.stderr?.on('data', (text: Buffer) => {
      stderr += text.toString('utf8');
      if (stderr.length > 1000) child.kill('SIGKILL');
    });
    const [code] = (await once(child, 'close')) as [number | null];
    expect({ code, stderr }).toEqual({ code: 70, stderr: 'crashcart: standard output cannot be written (ENOSPC)\n' });
  });

  it('--version and --help are answers', async () => {
    expect(await run(['--version'])).toMatchObject({ code: 0, stdout: 'crashcart 1.0.0\n', stderr: '' });
    const help = await run(['--help']);
    expect(help).toMatchObject({ code: 0, stderr: '' });
    expect(help.stdout.split('\n').every((line) => line.length <= 80)).toBe(true);
  });
});
