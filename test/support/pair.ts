// The directory-backed pair: two nodes that are directories, each behind an SSH server of its own on loopback.
// Whoever rewrites a file of a node has changed the node. ~/.ssh is neither read nor written.
import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { dirname, join } from 'node:path';
import { HOMER_NODES, liveFiles, nodeFiles, UP_SECONDS } from './pair-files.ts';
import type { NodeFiles } from './pair-files.ts';
import { newKey, startSshServer } from '../../src/simulator/ssh-server.ts';
import { startSshd } from '../../src/simulator/sshd.ts';
import { findBinary } from '../../src/transport/find-binary.ts';

export interface PairNode {
  name: string;
  /** The directory that is the node. */
  directory: string;
  host: string;
  port: number;
}

export interface Pair {
  /** Private (0700); holds everything. */
  directory: string;
  inventoryFile: string;
  /** For `ssh -F FILE skylla`. */
  sshConfigFile: string;
  nodes: PairNode[];
  /** What serves the nodes: OpenSSH's sshd, or the ssh2 server where that cannot run. */
  servedBy: 'sshd' | 'ssh2';
  /** Ends the servers and removes the directory. */
  stop(): Promise<void>;
}

export interface PairOptions {
  /** `auto`: sshd where it and ssh are there and may run. */
  server?: 'auto' | 'ssh2';
  /** Epoch ms. */
  now: number;
}

interface Served {
  host: string;
  port: number;
  user: string;
  hostKeyLine: string;
  stop(): Promise<void>;
}

/** How often the nodes' load and uptime are rewritten. */
const TICK_MS = 1000;

/** Makes and serves the pair. Rejects only when this machine gives no directory or no port. */
export async function startPair(options: PairOptions): Promise<Pair> {
  const directory = mkdtempSync(join(tmpdir(), 'crashcart-demo-'));
  const running: Served[] = [];
  const removeAll = async (): Promise<void> => {
    await Promise.all(running.map((server) => server.stop()));
    rmSync(directory, { recursive: true, force: true });
  };
  try {
    const key = newKey('crashcart-demo');
    writeFileSync(join(directory, 'key'), key.private, { mode: 0o600 });
    const nodes: PairNode[] = [];
    let servedBy: Pair['servedBy'] = options.server === 'ssh2' || findBinary('ssh') === null ? 'ssh2' : 'sshd';
    for (const node of HOMER_NODES) {
      const nodeDirectory = join(directory, 'nodes', node.name);
      writeNode(nodeDirectory, nodeFiles(node, options.now));
      const sshd = servedBy === 'sshd' ? await startSshd({ directory: join(directory, 'sshd', node.name), nodeDirectory, authorizedKeys: [key.public] }) : null;
      if (sshd && !sshd.ok) servedBy = 'ssh2';
      const served: Served = sshd?.ok ? sshd.sshd : { ...(await startSshServer({ authorizedKeys: [key.public], node: { directory: nodeDirectory } })), user: userInfo().username };
      running.push(served);
      nodes.push({ name: node.name, directory: nodeDirectory, host: served.host, port: served.port });
    }
    const files = writeAccess(directory, running, servedBy);
    const timer = setInterval(() => tick(directory, options.now, timer), TICK_MS);
    timer.unref();
    return {
      directory,
      ...files,
      nodes,
      servedBy,
      stop: async () => {
        clearInterval(timer);
        await removeAll();
      },
    };
  } catch (error) {
    await removeAll();
    throw error;
  }
}

/** Writes a file of a node as the kernel would change it: at once, never half. */
export function rewrite(file: string, text: string): void {
  writeFileSync(`${file}.new`, text);
  renameSync(`${file}.new`, file);
}

function writeNode(nodeDirectory: string, files: NodeFiles): void {
  for (const [path, text] of Object.entries(files)) {
    const file = join(nodeDirectory, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text, { mode: path.startsWith('bin/') ? 0o755 : 0o644 });
  }
}

/** Load and uptime go on. Where that cannot be written (directory removed, disk full) the nodes stand still. */
function tick(directory: string, startedAt: number, timer: NodeJS.Timeout): void {
  const up = UP_SECONDS + (Date.now() - startedAt) / 1000;
  try {
    for (const node of HOMER_NODES) {
      for (const [path, text] of Object.entries(liveFiles(up, node.minor))) rewrite(join(directory, 'nodes', node.name, path), text);
    }
  } catch (error) {
    if (!(error instanceof Error && 'code' in error)) throw error;
    clearInterval(timer);
  }
}

/** What an operator needs to come in: inventory, ssh_config, known_hosts. */
function writeAccess(directory: string, servers: readonly Served[], servedBy: Pair['servedBy']): Pick<Pair, 'inventoryFile' | 'sshConfigFile'> {
  const at = (name: string): string => join(directory, name);
  const [inventoryFile, sshConfigFile] = [at('inventory.yaml'), at('ssh_config')];
  writeFileSync(at('known_hosts'), `${servers.map((server) => server.hostKeyLine).join('\n')}\n`, { mode: 0o600 });
  const hosts = HOMER_NODES.map((node, index) => ({ name: node.name, server: servers[index] })).filter((host): host is { name: string; server: Served } => host.server !== undefined);
  const blocks = hosts.map(({ name, server }) => `Host ${name}\n  HostName ${server.host}\n  Port ${server.port}\n  User ${server.user}\n`);
  const common = `Host *\n  IdentityFile "${at('key')}"\n  IdentitiesOnly yes\n  UserKnownHostsFile "${at('known_hosts')}"\n  GlobalKnownHostsFile /dev/null\n  StrictHostKeyChecking yes\n  LogLevel ERROR\n`;
  writeFileSync(sshConfigFile, `${blocks.join('')}${common}`, { mode: 0o600 });
  // JSON's strings are YAML's.
  const quoted = (text: string): string => JSON.stringify(text);
  const lines = hosts.map(({ name, server }) =>
    `      - name: ${name}\n        ssh:\n          host: ${server.host}\n          port: ${server.port}\n          user: ${quoted(server.user)}\n` +
    `          identityFile: ${quoted(at('key'))}\n          knownHostsFile: ${quoted(at('known_hosts'))}\n          configFile: ${quoted(sshConfigFile)}\n          transport: ${servedBy === 'sshd' ? 'auto' : 'ssh2'}\n`);
  writeFileSync(inventoryFile, `clusters:\n  homer:\n    nodes:\n${lines.join('')}    logs: [/var/log/ha-log]\n`, { mode: 0o600 });
  return { inventoryFile, sshConfigFile };
}
