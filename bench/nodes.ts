// N nodes for the bench: directories behind one sshd each, in DRBD pairs, whose files move once a second.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { rewrite } from '../test/support/pair.ts';
import { HOMER_NODES, liveFiles, nodeFiles, UP_SECONDS } from '../test/support/pair-files.ts';
import { newKey } from '../src/simulator/ssh-server.ts';
import { startSshd, type Sshd } from '../src/simulator/sshd.ts';

/** The nodes, served. */
export interface BenchNodes {
  names: string[];
  directories: string[];
  inventory: string;
  sshConfig: string;
  /** Process ids of the listening sshds. */
  servers: number[];
  stop(): Promise<void>;
}

/** Starts `count` nodes (an even number). Throws where sshd cannot run: there is nothing to measure then. */
export async function startNodes(count: number): Promise<BenchNodes> {
  const directory = mkdtempSync(join(tmpdir(), 'crashcart-bench-'));
  const key = newKey('bench');
  writeFileSync(join(directory, 'key'), key.private, { mode: 0o600 });
  const startedAt = Date.now();
  const nodes: { name: string; minor: 0 | 1; directory: string; sshd: Sshd }[] = [];
  for (let index = 0; index < count; index += 1) {
    const model = HOMER_NODES[index % 2];
    if (!model) throw new Error('homer has two nodes');
    const pair = Math.floor(index / 2);
    const words: Record<string, string> = { skylla: `n${two(pair * 2 + 1)}`, charybda: `n${two(pair * 2 + 2)}`, domain1: `d${two(pair * 2 + 1)}`, domain2: `d${two(pair * 2 + 2)}` };
    const rename = (text: string): string => text.replaceAll(/skylla|charybda|domain[12]/g, (word) => words[word] ?? word);
    const nodeDirectory = join(directory, 'nodes', rename(model.name));
    for (const [path, text] of Object.entries(nodeFiles(model, startedAt))) {
      const file = join(nodeDirectory, rename(path));
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, rename(text), { mode: path.startsWith('bin/') ? 0o755 : 0o644 });
    }
    const started = await startSshd({ directory: join(directory, 'sshd', String(index)), nodeDirectory, authorizedKeys: [key.public] });
    if (!started.ok) throw new Error(started.says);
    nodes.push({ name: rename(model.name), minor: model.minor, directory: nodeDirectory, sshd: started.sshd });
  }
  const at = (name: string): string => join(directory, name);
  writeFileSync(at('known_hosts'), nodes.map((node) => `${node.sshd.hostKeyLine}\n`).join(''));
  writeFileSync(at('ssh_config'), nodes.map((node) => [
    `Host ${node.name}`, `  HostName ${node.sshd.host}`, `  Port ${node.sshd.port}`, `  User ${node.sshd.user}`,
    `  IdentityFile ${at('key')}`, '  IdentitiesOnly yes', `  UserKnownHostsFile ${at('known_hosts')}`, '  StrictHostKeyChecking yes', '',
  ].join('\n')).join(''));
  writeFileSync(at('inventory.yaml'), `clusters:\n  bench:\n    nodes:\n${nodes.map((node) => `      - { name: ${node.name}, ssh: { host: ${node.name}, configFile: ${at('ssh_config')} } }\n`).join('')}`);
  const timer = setInterval(() => {
    const up = UP_SECONDS + (Date.now() - startedAt) / 1000;
    for (const node of nodes) for (const [path, text] of Object.entries(liveFiles(up, node.minor))) rewrite(join(node.directory, path), text);
  }, 1000);
  return {
    names: nodes.map((node) => node.name),
    directories: nodes.map((node) => node.directory),
    inventory: at('inventory.yaml'),
    sshConfig: at('ssh_config'),
    servers: nodes.map((node) => node.sshd.pid),
    stop: async () => {
      clearInterval(timer);
      await Promise.all(nodes.map((node) => node.sshd.stop()));
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

function two(n: number): string {
  return String(n).padStart(2, '0');
}
