// The shells that /bin/sh is on one node or another, and a local transport whose /bin/sh is one of them.
import { accessSync, constants } from 'node:fs';
import { join } from 'node:path';
import { localTransport } from '../../support/local-transport.ts';
import type { Session, SshTarget, Transport } from '../../../src/transport/session.ts';

export interface TestShell {
  name: string;
  /** In place of /bin/sh. */
  command: string;
  here: boolean;
}

export const SHELLS: readonly TestShell[] = [
  { name: 'dash', command: 'dash', here: isHere('dash') },
  { name: 'bash', command: 'bash', here: isHere('bash') },
  { name: 'bash --posix', command: 'bash --posix', here: isHere('bash') },
  { name: 'busybox ash', command: 'busybox ash', here: isHere('busybox') },
];

export function isHere(program: string): boolean {
  return (process.env['PATH'] ?? '').split(':').some((directory) => {
    try {
      accessSync(join(directory, program), constants.X_OK);
      return true;
    } catch (error) {
      if (error instanceof Error && 'code' in error) return false;
      throw error;
    }
  });
}

export const TARGET: SshTarget = { name: 'alpha', host: 'alpha', transport: 'auto' };

/** A local transport where `exec /bin/sh` of the bootstrap, and only that, starts `command`. */
export function transportWith(command: string, env: Record<string, string>, login?: readonly string[]): Transport {
  const inner = localTransport({ env, ...(login ? { shell: login } : {}) });
  return {
    kind: 'local',
    async connect(target, options) {
      const connected = await inner.connect(target, options);
      return connected.ok ? { ok: true, session: replacing(connected.session, command) } : connected;
    },
  };
}

/** A session of such a transport. */
export async function sessionWith(command: string, env: Record<string, string>, login?: readonly string[]): Promise<Session> {
  const connected = await transportWith(command, env, login).connect(TARGET);
  if (!connected.ok) throw new Error(connected.failure.says);
  return connected.session;
}

function replacing(session: Session, command: string): Session {
  return {
    kind: session.kind,
    target: session.target,
    banner: session.banner,
    closed: session.closed,
    close: () => session.close(),
    exec: (line) => session.exec(line.replace(/^exec \/bin\/sh /, `exec ${command} `)),
  };
}
