// The SSH server of one node: OpenSSH's sshd, or the ssh2 server where that cannot run, behind a gate.
import { userInfo } from 'node:os';
import { knownHostsName, newKey, startSshServer } from '../ssh-server.ts';
import { killProcess, nodeProcesses, startSshd } from '../sshd.ts';
import { findSftpServer } from './find-program.ts';
import { createGate } from './gate.ts';
import type { TcpGate } from './gate.ts';
import { LOGIN } from './login.ts';

export type ServerKind = 'sshd' | 'ssh2';

/** What serves a node, and the way to it. Its port and its host key stay the same whatever becomes of the node. */
export interface NodeServer {
  kind: ServerKind;
  gate: TcpGate;
  user: string;
  /** A line of known_hosts for the gate's port. */
  hostKeyLine: string;
  /** Everything that runs on the node is gone at once, as by a loss of power; the server itself waits for the next boot. */
  killAll(): void;
  stop(): Promise<void>;
}

interface NodeServerOptions {
  /** The node's directory, and a private one for the server. */
  nodeDirectory: string;
  directory: string;
  /** Line of authorized_keys. */
  authorizedKey: string;
  kind: ServerKind;
}

/** Starts it, closed. Null where sshd was wanted and cannot run. */
export async function startNodeServer(options: NodeServerOptions): Promise<NodeServer | null> {
  const server = options.kind === 'sshd' ? await withSshd(options) : await withSsh2(options);
  if (!server) return null;
  try {
    const gate = await createGate(server);
    const hostKeyLine = [knownHostsName(gate.host, gate.port), ...server.hostKeyLine.split(' ').slice(1)].join(' ');
    return {
      kind: options.kind, gate, user: userInfo().username, hostKeyLine, killAll: server.killAll,
      async stop() {
        await gate.stop();
        await server.stop();
      },
    };
  } catch (error) {
    await server.stop();
    throw error;
  }
}

interface Inside {
  host: string;
  port: number;
  hostKeyLine: string;
  killAll(): void;
  stop(): Promise<void>;
}

async function withSshd({ directory, nodeDirectory, authorizedKey }: NodeServerOptions): Promise<Inside | null> {
  const sftp = findSftpServer();
  const config = sftp === null ? [] : [`Subsystem sftp ${sftp}`];
  const started = await startSshd({ directory, nodeDirectory, authorizedKeys: [authorizedKey], hostKeys: [newKey().private], config, login: LOGIN });
  return started.ok ? started.sshd : null;
}

async function withSsh2({ nodeDirectory, authorizedKey }: NodeServerOptions): Promise<Inside> {
  const server = await startSshServer({ authorizedKeys: [authorizedKey], hostKeys: [newKey().private], node: { directory: nodeDirectory } });
  const killAll = (): void => {
    server.killAll();
    // What has left its process group.
    for (const pid of nodeProcesses(nodeDirectory)) killProcess(pid);
  };
  return {
    ...server, killAll,
    async stop() {
      killAll();
      await server.stop();
    },
  };
}
