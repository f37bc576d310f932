// Jump hosts: one login there serves every node behind it. It is opened by the first that needs it and closed after
// the last; a login that a jump host has refused is not tried again for each of its nodes.
import type { ConnectFailure } from './session.ts';

/** What a jump host's connection must be able to do here. */
export interface Sharable {
  readonly closed: Promise<unknown>;
  close(): void;
}

/** A share of a connection; `release` when the node behind is gone. */
export type Share<S> = { ok: true; shared: S; release(): void } | { ok: false; failure: ConnectFailure };

type Opened<S> = { ok: true; session: S } | { ok: false; failure: ConnectFailure };

export interface JumpPool<S extends Sharable> {
  /**
   * The connection to a jump host (`key` names it and how to get there); opened when nobody has it yet. Whoever gives
   * up leaves the others' login alone.
   */
  take(key: string, open: () => Promise<Opened<S>>, signal?: AbortSignal): Promise<Share<S>>;
  /** The operator has acted: a refused login may be tried again. */
  forget(key: string): void;
}

/** For so long nodes behind it are told of a refused login without knocking again. */
const rememberMs = 30_000;

interface Entry<S> {
  opened: Promise<Opened<S>>;
  users: number;
}

/** Makes a pool. */
export function jumpPool<S extends Sharable>(now: () => number = Date.now): JumpPool<S> {
  const entries = new Map<string, Entry<S>>();
  const refused = new Map<string, { failure: ConnectFailure; untilMs: number }>();

  function leave(key: string, entry: Entry<S>, session: S): void {
    entry.users -= 1;
    if (entry.users > 0) return;
    if (entries.get(key) === entry) entries.delete(key);
    session.close();
  }

  function keep(key: string, opened: Promise<Opened<S>>): Entry<S> {
    const entry: Entry<S> = { opened, users: 0 };
    const drop = (): void => {
      if (entries.get(key) === entry) entries.delete(key);
    };
    entries.set(key, entry);
    void opened.then((result) => {
      if (result.ok) return result.session.closed.then(drop);
      drop();
      if (waitsForOperator(result.failure)) refused.set(key, { failure: result.failure, untilMs: now() + rememberMs });
      return undefined;
    });
    return entry;
  }

  return {
    async take(key, open, signal) {
      const known = refused.get(key);
      if (known && known.untilMs > now()) return { ok: false, failure: known.failure };
      refused.delete(key);
      const entry = entries.get(key) ?? keep(key, open());
      entry.users += 1;
      const result = await unlessAborted(entry.opened, signal);
      if (result === null) {
        void entry.opened.then((late) => (late.ok ? leave(key, entry, late.session) : undefined));
        return { ok: false, failure: { kind: 'cancelled', says: 'given up before it was connected', detail: '' } };
      }
      if (!result.ok) return result;
      let isHeld = true;
      return {
        ok: true,
        shared: result.session,
        release: () => {
          if (isHeld) leave(key, entry, result.session);
          isHeld = false;
        },
      };
    },
    forget: (key) => void refused.delete(key),
  };
}

/** The answer, or null as soon as it is not wanted any more. */
function unlessAborted<T>(answer: Promise<T>, signal: AbortSignal | undefined): Promise<T | null> {
  if (!signal) return answer;
  return new Promise((resolve) => {
    const giveUp = (): void => resolve(null);
    if (signal.aborted) return giveUp();
    signal.addEventListener('abort', giveUp, { once: true });
    void answer.then((value) => {
      signal.removeEventListener('abort', giveUp);
      resolve(value);
    });
  });
}

function waitsForOperator(failure: ConnectFailure): boolean {
  return failure.kind === 'auth' || failure.kind === 'hostkey-unknown' || failure.kind === 'hostkey-changed';
}
