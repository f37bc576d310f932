// Sessions that the operator opened himself (his ssh asked him for a password or a host key), handed to the monitor.
import { transportFor } from '../transport/pick.ts';
import type { Session, SshTarget, Transport } from '../transport/session.ts';
import { unlock } from '../transport/unlock.ts';

export interface Unlocked {
  /** As `transportFor`, but the next connection to an unlocked node is the operator's. */
  transportFor(target: SshTarget): Transport;
  /** Lets ssh ask in the foreground. The sentence says why it did not work; null: it did. */
  unlock(target: SshTarget, stderr: NodeJS.WritableStream): Promise<string | null>;
  /** Closes what nobody took. */
  close(): void;
}

/** None yet. */
export function unlockedSessions(): Unlocked {
  const waiting = new Map<string, Session>();
  const keyOf = (target: SshTarget): string => JSON.stringify(target);
  return {
    transportFor(target) {
      const usual = transportFor(target);
      return {
        kind: usual.kind,
        async connect(to, options) {
          const session = waiting.get(keyOf(to));
          waiting.delete(keyOf(to));
          return session ? { ok: true, session } : usual.connect(to, options);
        },
      };
    },
    async unlock(target, stderr) {
      const connected = await unlock(target, { stderr });
      if (!connected.ok) return connected.failure.says;
      const { session } = connected;
      waiting.set(keyOf(target), session);
      // It may go again before the monitor takes it: then the monitor connects as usual.
      void session.closed.then(() => {
        if (waiting.get(keyOf(target)) === session) waiting.delete(keyOf(target));
      });
      return null;
    },
    close() {
      for (const session of waiting.values()) session.close();
      waiting.clear();
    },
  };
}
