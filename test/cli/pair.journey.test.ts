// The real program against a pair of nodes behind real SSH servers on loopback, whose nodes are directories.
import { execFile } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { SaidStatus } from '../support/agreement.ts';
import { rewrite, startPair } from '../support/pair.ts';
import type { Pair } from '../support/pair.ts';
import { findBinary } from '../../src/transport/find-binary.ts';
import { run, start } from './program.ts';

interface Status extends SaidStatus {
  errors: { node: string; probe: string; why: string }[];
}

describe.each(['auto', 'ssh2'] as const)('status of the pair, served by %s', (server) => {
  let pair: Pair;
  beforeAll(async () => {
    pair = await startPair({ now: Date.now(), server });
  });
  afterAll(async () => {
    await pair.stop();
    expect(existsSync(pair.directory)).toBe(false);
  });
  const look = async (...args: string[]): Promise<{ code: number | null; status: Status }> => {
    const ran = await run(['status', '--json', '--inventory', pair.inventoryFile, ...args]);
    expect(ran.stderr).toBe('');
    return { code: ran.code, status: JSON.parse(ran.stdout) as Status };
  };
  const file = (node: string, path: string): string => join(pair.directory, 'nodes', node, path);
  const changed: [string, string][] = [];
  const change = (node: string, path: string, from: string, to: string): void => {
    const before = readFileSync(file(node, path), 'utf8');
    expect(before).toContain(from);
    changed.push([file(node, path), before]);
    rewrite(file(node, path), before.replace(from, to));
  };
  afterEach(() => {
    for (const [path, before] of changed.splice(0).reverse()) rewrite(path, before);
  });

  it('healthy: exit 0, every thing by its own name', async () => {
    const { code, status } = await look();
    expect(status.findings.filter((finding) => finding.severity !== 'info')).toEqual([]);
    expect({ code, health: status.health }).toEqual({ code: 0, health: 'ok' });
    expect(status.errors).toEqual([]);
    expect(status.nodes.map((node) => [node.name, node.reachable, node.state])).toEqual([['skylla', true, 'online'], ['charybda', true, 'online']]);
    expect(status.replicas.map((replica) => [replica.name, replica.state, ...replica.sides.map((side) => `${side.node} ${side.role ?? ''} ${side.disk ?? ''} ${side.connection ?? ''}`)])).toEqual([
      ['domain1', 'ok', 'skylla Primary Consistent Connected', 'charybda Secondary Consistent Connected'],
      ['domain2', 'ok', 'skylla Secondary Consistent Connected', 'charybda Primary Consistent Connected'],
    ]);
    expect(status.domains.map((domain) => [domain.name, domain.node, domain.state])).toEqual([['domain1', 'skylla', 'running'], ['domain2', 'charybda', 'running']]);
    expect(status.groups.map((group) => [group.name, group.on, group.state])).toEqual([['skylla', 'skylla', 'started'], ['charybda', 'charybda', 'started']]);
  });

  it('a Primary whose disk is bad is critical: exit 2', async () => {
    change('skylla', 'proc/drbd', ' 0: cs:Connected st:Primary/Secondary ld:Consistent', ' 0: cs:Connected st:Primary/Secondary ld:Inconsistent');
    const { code, status } = await look();
    expect({ code, health: status.health }).toEqual({ code: 2, health: 'critical' });
    expect(status.findings.some((finding) => finding.severity === 'critical' && finding.subject.startsWith('domain1'))).toBe(true);
  });

  it('both sides Primary and apart is critical, and the rest is as it was', async () => {
    change('skylla', 'proc/drbd', ' 0: cs:Connected st:Primary/Secondary', ' 0: cs:StandAlone st:Primary/Unknown');
    change('charybda', 'proc/drbd', ' 0: cs:Connected st:Secondary/Primary', ' 0: cs:StandAlone st:Primary/Unknown');
    const { code, status } = await look('homer');
    expect(code).toBe(2);
    expect(status.replicas.map((replica) => [replica.name, replica.state])).toEqual([['domain1', 'split-brain'], ['domain2', 'ok']]);
    expect(status.findings.some((finding) => finding.code === 'replica.split-brain')).toBe(true);
  });

  it('a /proc/drbd that is cut is never ok', async () => {
    rewriteCut('skylla');
    const { code, status } = await look();
    expect(code).not.toBe(0);
    expect(status.health).not.toBe('ok');
  });

  it('a domain on both nodes is critical', async () => {
    change('charybda', 'state/domains', 'domain2', 'domain1 9 256 1 -b---- 3\ndomain2');
    const { code, status } = await look();
    expect(code).toBe(2);
    expect(status.findings.some((finding) => finding.code === 'domain.twice' && finding.subject === 'domain1')).toBe(true);
  });

  const noSsh = findBinary('ssh') === null;
  it.skipIf(noSsh)(`plain ssh reaches the nodes too, with pipes${noSsh ? ' (skipped: ssh is not installed)' : ''}`, async () => {
    const { stdout } = await promisify(execFile)('ssh', ['-F', pair.sshConfigFile, 'skylla', 'cat "$r/proc/drbd" | grep -c cs:Connected; xm list | tail -n 1']);
    expect(stdout.split('\n')[0]).toBe('2');
    expect(stdout).toMatch(/^domain1 +4 +256 +1 -b---- +\d+\.\d$/m);
  });

  it('oneline and text', async () => {
    const oneline = await run(['status', '--oneline', '--inventory', pair.inventoryFile]);
    expect(oneline).toMatchObject({ code: 0, stdout: 'OK homer: 2 nodes, 2 replicas, 2 domains\n' });
    const text = await run(['status', '--inventory', pair.inventoryFile]);
    expect(text.stdout).toMatch(/^OK {2}homer {2}2 nodes {2}2 replicas {2}2 domains {2}2/);
    expect(text.stdout).not.toContain('\u001b');
  });

  function rewriteCut(node: string): void {
    const path = file(node, 'proc/drbd');
    const before = readFileSync(path, 'utf8');
    changed.push([path, before]);
    rewrite(path, before.slice(0, before.indexOf(' 1: cs:') + 9));
  }
});

describe('a node that cannot be reached', () => {
  let pair: Pair;
  beforeAll(async () => {
    pair = await startPair({ now: Date.now() });
  });
  afterAll(() => pair.stop());
  const inventory = (from: string | RegExp, to: string): string => {
    const path = join(dirname(pair.inventoryFile), 'changed.yaml');
    writeFileSync(path, readFileSync(pair.inventoryFile, 'utf8').replace(from, to));
    return path;
  };

  it.each<[string, (pair: Pair) => string, RegExp]>([
    ['refused', (at) => inventory(`port: ${at.nodes[1]?.port ?? 0}`, 'port: 1'), /^charybda: 127\.0\.0\.1 port 1 refuses the connection/],
    ['an unknown key', () => {
      writeFileSync(join(pair.directory, 'no_hosts'), '');
      return inventory(/(charybda[\s\S]*)known_hosts"/, '$1no_hosts"');
    }, /known_hosts|host key|unknown key/i],
    ['another key than the one known', () => {
      const [first = '', second = ''] = readFileSync(join(pair.directory, 'known_hosts'), 'utf8').split('\n');
      writeFileSync(join(pair.directory, 'swapped_hosts'), `${first}\n${second.split(' ')[0] ?? ''} ${first.split(' ').slice(1).join(' ')}\n`);
      return inventory(/(charybda[\s\S]*)known_hosts"/, '$1swapped_hosts"');
    }, /^charybda: its host key is not the one in known_hosts, but SHA256:/],
  ])('%s: its sentence, exit 2 or 3, and the rest goes on', async (_name, change, says) => {
    const ran = await run(['status', '--json', '--inventory', change(pair)]);
    expect(ran.stderr).toBe('');
    const status = JSON.parse(ran.stdout) as Status;
    expect([2, 3]).toContain(ran.code);
    expect(status.nodes.map((node) => node.reachable)).toEqual([true, false]);
    expect(status.errors.find((error) => error.node === 'charybda' && error.probe === 'ssh')?.why).toMatch(says);
    expect(status.findings.some((finding) => finding.subject === 'charybda' && finding.severity !== 'info')).toBe(true);
    expect(status.domains.map((domain) => domain.name)).toContain('domain1');
  });
});

describe('watch and doctor', () => {
  let pair: Pair;
  beforeAll(async () => {
    pair = await startPair({ now: Date.now() });
  });
  afterAll(() => pair.stop());

  it('watch tells a change as it happens, and ends on a signal with 0', async () => {
    const watching = start(['watch', '--json', '--inventory', pair.inventoryFile], { input: null });
    await watching.until(/"kind":"finding-opened"/);
    const state = join(pair.directory, 'nodes', 'skylla', 'state', 'domains');
    const before = readFileSync(state, 'utf8');
    rewrite(state, before.replace('-b----', '--p---'));
    await watching.until(/"subject":"domain1","from":"running on skylla","to":"paused on skylla"/);
    const log = join(pair.directory, 'nodes', 'skylla', 'var', 'log', 'ha-log');
    writeFileSync(log, 'heartbeat[1]: 2006/05/10_10:22:33 info: a line for the watcher\n', { flag: 'a' });
    await watching.until(/"kind":"log".*a line for the watcher/);
    rewrite(state, before);
    watching.child.kill('SIGINT');
    const ran = await watching.ended;
    expect(ran).toMatchObject({ code: 0, stderr: '' });
    for (const line of ran.stdout.trimEnd().split('\n')) expect(JSON.parse(line)).toMatchObject({ schema: 'crashcart/event/1', cluster: 'homer' });
  });

  it('doctor finds nothing to mend', async () => {
    const ran = await run(['doctor', '--json', '--inventory', pair.inventoryFile]);
    const report = JSON.parse(ran.stdout) as { ok: boolean; checks: { node: string | null; check: string; state: string; says: string }[] };
    expect(report.checks.filter((check) => check.state === 'bad')).toEqual([]);
    expect({ code: ran.code, ok: report.ok, stderr: ran.stderr }).toEqual({ code: 0, ok: true, stderr: '' });
    expect(report.checks.find((check) => check.node === 'skylla' && check.check === 'versions')?.says).toBe('Linux 2.6.16-xen, DRBD 0.7.17, Xen (xm), heartbeat');
  });
});
