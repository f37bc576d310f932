// One pair of the contract: a transport against a kind of server. Each pair has a test file, so that they run side by side.
import { readFileSync, readdirSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { findBinary } from '../../src/transport/find-binary.ts';
import type { Session, SshTarget } from '../../src/transport/session.ts';
import { sshTransport } from '../../src/transport/ssh.ts';
import { ssh2Transport } from '../../src/transport/ssh2.ts';
import { newLab } from '../support/ssh-nodes.ts';
import type { Lab, NodeServer, ServerKind } from '../support/ssh-nodes.ts';
import { cases } from './contract.ts';
import type { World } from './contract-kit.ts';

// An agent of whoever runs the tests must not lend its keys.
delete process.env['SSH_AUTH_SOCK'];

/** The clients: how each is missing here, and how the process that holds its connection is killed. */
const clients = {
  ssh: { transport: sshTransport, missing: findBinary('ssh') === null ? 'ssh is not installed' : null, cut: killMaster },
  ssh2: { transport: ssh2Transport, missing: null, cut: (_target: SshTarget, server: NodeServer) => server.drop() },
};

/** Runs every case of the contract for one pair. */
export function describePair(client: keyof typeof clients, kind: ServerKind): void {
  const { transport, missing, cut } = clients[client];
  const why = missing ?? kind.missing;
  describe.skipIf(why !== null)(`${client} to ${kind.name}${why === null ? '' : ` (skipped: ${why})`}`, () => {
    const sessions: Session[] = [];
    const servers: NodeServer[] = [];
    let lab: Lab;
    let world: World;

    beforeAll(async () => {
      lab = newLab();
      const target: World['target'] = (server, more = {}) => lab.target(server, { transport: client, ...more });
      world = {
        lab,
        server: await kind.start(lab),
        async start(options) {
          const server = await kind.start(lab, options);
          servers.push(server);
          return server;
        },
        target,
        async connect(to, options) {
          const connected = await transport.connect(to, options);
          if (!connected.ok) throw new Error(`${connected.failure.kind}: ${connected.failure.says}\n${connected.failure.detail}`);
          sessions.push(connected.session);
          return connected.session;
        },
        async fail(to, options) {
          const connected = await transport.connect(to, options);
          if (connected.ok) throw new Error('it connected');
          expect(connected.failure.says.length).toBeLessThanOrEqual(200);
          expect(connected.failure.says).not.toContain('\n');
          return connected.failure;
        },
        cut,
      };
    });
    afterEach(async () => {
      for (const session of sessions) session.close();
      await Promise.all(sessions.splice(0).map((session) => session.closed));
      await Promise.all(servers.splice(0).map((server) => server.stop()));
    });
    afterAll(async () => {
      await world.server.stop();
      lab.remove();
    });

    for (const each of cases) {
      const blind = each.needsSshConfig === true && clients.ssh.missing !== null;
      it.skipIf(blind)(`${each.name}${blind ? ' (skipped: ssh is not installed)' : ''}`, () => each.run(world));
    }
  });
}

/** Kills the master of a target's connection: the ssh that was given its port and -M. */
async function killMaster(target: SshTarget): Promise<void> {
  const masters = readdirSync('/proc')
    .map(Number)
    .filter((pid) => pid > 0 && isMaster(pid, target));
  expect(masters).toHaveLength(1);
  for (const pid of masters) process.kill(pid, 'SIGKILL');
}

function isMaster(pid: number, target: SshTarget): boolean {
  try {
    const words = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
    return words.includes('-M') && words.includes(String(target.port));
  } catch (error) {
    if (['ENOENT', 'ESRCH'].includes((error as NodeJS.ErrnoException).code ?? '')) return false;
    throw error;
  }
}
