// The real program against nodes and settings that mean it no good: what it says, and that it leaves nothing behind.
import { appendFileSync, chmodSync, mkdirSync, truncateSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { newKey } from '../../src/simulator/ssh-server.ts';
import { findSshd, nodeProcesses, startSshd } from '../../src/simulator/sshd.ts';
import type { Sshd } from '../../src/simulator/sshd.ts';
import { findBinary } from '../../src/transport/find-binary.ts';
import { run, start } from '../cli/program.ts';
import type { Running } from '../cli/program.ts';
import { newLab, processesMarked, until } from '../support/ssh-nodes.ts';
import type { Lab } from '../support/ssh-nodes.ts';

interface Status {
  nodes: { name: string; reachable: boolean }[];
  findings: { code: string; subject: string }[];
  errors: { node: string; probe: string; why: string }[];
}

const missing = findSshd() === null || findBinary('ssh') === null;

describe.skipIf(missing)(`hostile nodes and settings${missing ? ' (skipped: no ssh or sshd here)' : ''}`, () => {
  let lab: Lab;
  let mark: string;
  const servers: Sshd[] = [];
  const running: Running[] = [];

  beforeEach(() => {
    lab = newLab();
    mark = `hostile-${newKey().public.slice(30, 50).replaceAll(/\W/g, 'x')}`;
  });
  afterEach(async () => {
    for (const { child } of running) child.kill('SIGKILL');
    await Promise.all(running.splice(0).map(({ ended }) => ended));
    await Promise.all(servers.splice(0).map((server) => server.stop()));
    lab.remove();
  });

  /** A node with a few good files behind an sshd of its own. */
  async function newNode(config: string[] = [], more: { port?: number; hostKeys?: string[] } = {}): Promise<Sshd & { node: string }> {
    const node = lab.newNode();
    const files = { 'proc/loadavg': '0.10 0.20 0.30 1/60 4000\n', 'proc/uptime': '1000.00 900.00\n', 'var/log/ha-log': '', 'bin/xm': '#!/bin/sh\nprintf "Name ID Mem(MiB) VCPUs State Time(s)\\nDomain-0 0 256 2 r----- 31.0\\n"\n' };
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(node, path)), { recursive: true });
      writeFileSync(join(node, path), text);
    }
    chmodSync(join(node, 'bin/xm'), 0o755);
    const started = await startSshd({ directory: `${node}.sshd`, nodeDirectory: node, authorizedKeys: [lab.key.public], config, ...more });
    if (!started.ok) throw new Error(started.says);
    servers.push(started.sshd);
    return { ...started.sshd, node };
  }

  function inventory(nodes: Record<string, { port: number; user: string; hostKeyLine: string }>, settings = ''): string {
    const configFile = lab.file('given_config', settings);
    const entries = Object.entries(nodes).map(([name, server]) => {
      const keys = lab.file(`known_${name}`, `${server.hostKeyLine}\n`);
      return `      - { name: ${name}, ssh: { host: 127.0.0.1, port: ${server.port}, user: ${server.user}, identityFile: ${join(lab.directory, 'id')}, knownHostsFile: ${keys}, configFile: ${configFile}, transport: ssh } }\n`;
    });
    return lab.file('inventory.yaml', `clusters:\n  lab:\n    nodes:\n${entries.join('')}`);
  }

  function opened(args: string[]): Running {
    const one = start(args, { env: { CRASHCART_TEST_MARK: mark } });
    running.push(one);
    return one;
  }

  async function look(file: string): Promise<Status> {
    const ran = await run(['status', '--json', '--inventory', file], { env: { CRASHCART_TEST_MARK: mark } });
    expect(ran.stderr).toBe('');
    return JSON.parse(ran.stdout) as Status;
  }

  const nothingLeft = (): Promise<void> => until('nothing of ours runs here', () => processesMarked(mark).length === 0, 3000);

  it("the operator's own ControlMaster, ControlPersist, RequestTTY and RemoteCommand change nothing, and no ssh stays behind", async () => {
    const alpha = await newNode();
    const status = await look(inventory({ alpha }, `Host *\n  ControlMaster auto\n  ControlPath ${lab.directory}/cm-%p\n  ControlPersist 600\n  RequestTTY force\n  RemoteCommand sleep 600\n  LogLevel DEBUG3\n`));
    expect(status.nodes).toMatchObject([{ name: 'alpha', reachable: true }]);
    expect(status.errors.filter(({ probe }) => probe === 'ssh')).toEqual([]);
    await nothingLeft();
  });

  it('a node that gives one session only is looked at all the same, and told', async () => {
    const [alpha, bravo] = await Promise.all([newNode(['MaxSessions 1']), newNode()]);
    const status = await look(inventory({ alpha, bravo }));
    expect(status.nodes).toMatchObject([{ name: 'alpha', reachable: true }, { name: 'bravo', reachable: true }]);
    const why = status.errors.find(({ node, probe }) => node === 'alpha' && probe === 'xen-list')?.why;
    expect(why).toBe('alpha: the node gives no more sessions on this connection (MaxSessions in its sshd_config)');
    expect(status.errors.some(({ node, probe }) => node === 'bravo' && probe === 'xen-list')).toBe(false);
  });

  it('a log that begins with a hole of a gigabyte holds nothing up', async () => {
    const alpha = await newNode();
    const log = join(alpha.node, 'var/log/ha-log');
    truncateSync(log, 2 ** 30);
    appendFileSync(log, '\nheartbeat[1]: 2006/11/20_20:52:32 info: Link bravo:eth1 up.\n');
    const ran = await run(['doctor', '--inventory', inventory({ alpha })]);
    expect(ran.stdout).toMatch(/alpha +logs +followed: \/var\/log\/ha-log/);
  });

  it.each([['ProxyCommand', 'Host *\n  ProxyCommand sh -c "sleep 600; true"\n'], ['Match exec', 'Match exec "sleep 600; true"\n']])(
    'kill -9 while the %s of the operator hangs leaves nothing running here',
    async (_, settings) => {
      const alpha = await newNode();
      const program = opened(['watch', '--json', '--inventory', inventory({ alpha }, settings)]);
      await until('the program, its guard, ssh, its shell and the sleep run', () => processesMarked(mark).length >= 5, 10_000);
      program.child.kill('SIGKILL');
      await program.ended;
      await nothingLeft();
    },
  );

  it('kill -9 while a program hangs that ignores signals leaves nothing running, here or on the node', async () => {
    const alpha = await newNode();
    writeFileSync(join(alpha.node, 'bin/xm'), "#!/bin/sh\ntrap '' TERM HUP INT PIPE\nwhile :; do sleep 600; done\n");
    const program = opened(['watch', '--json', '--inventory', inventory({ alpha })]);
    await until('both shells, xm and its sleep run', () => nodeProcesses(alpha.node).length >= 4, 10_000);
    program.child.kill('SIGKILL');
    await program.ended;
    await nothingLeft();
    await until('nothing runs on the node', () => nodeProcesses(alpha.node).length === 0, 3000);
  });

  it('a node that stands still is told within 3 s; one that comes back with another key is not contacted', async () => {
    const alpha = await newNode([], { port: await freePort() });
    const bravo = await newNode();
    // Something to find, so that the first look is seen to be over.
    writeFileSync(join(bravo.node, 'proc/drbd'), 'rubbish\n');
    const program = opened(['watch', '--json', '--inventory', inventory({ alpha, bravo })]);
    await program.until(/"kind":"finding-opened"/);
    const stoppedAt = performance.now();
    for (const pid of alpha.pids()) process.kill(pid, 'SIGSTOP');
    await program.until(/"kind":"finding-opened"[^\n]*"subject":"alpha"[^\n]*has not answered/);
    expect(performance.now() - stoppedAt).toBeLessThan(3500);
    for (const pid of alpha.pids()) process.kill(pid, 'SIGKILL');
    await alpha.stop();
    await newNode([], { port: alpha.port, hostKeys: [newKey().private] });
    await program.until(/"kind":"finding-opened"[^\n]*"subject":"alpha"[^\n]*its host key is not the one in known_hosts/);
  });
});

/** A port that nobody has, below those that the system gives out by itself. */
async function freePort(): Promise<number> {
  for (let port = 21_000 + (process.pid % 5000); ; port += 1) {
    const server = createServer();
    const isFree = await new Promise<boolean>((resolve) => {
      server.once('error', () => resolve(false));
      server.listen(port, '127.0.0.1', () => resolve(true));
    });
    if (!isFree) continue;
    const { port: free } = server.address() as AddressInfo;
    await new Promise<void>((resolve) => server.close(() => resolve()));
    return free;
  }
}
