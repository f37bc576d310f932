// Jump hosts shared between the nodes behind them.
import { describe, expect, it } from 'vitest';
import { jumpPool } from '../../src/transport/jump-pool.ts';
import type { ConnectFailure } from '../../src/transport/session.ts';

class Connection {
  isClosed = false;
  #gone: () => void = () => undefined;
  readonly closed = new Promise<void>((resolve) => (this.#gone = resolve));

  close(): void {
    this.isClosed = true;
    this.#gone();
  }
}

const refused: ConnectFailure = { kind: 'refused', says: 'bastion: refused', detail: '' };
const auth: ConnectFailure = { kind: 'auth', says: 'bastion: no', detail: '' };

describe('jumpPool', () => {
  it('opens once, and closes after the last', async () => {
    const pool = jumpPool<Connection>();
    let opened = 0;
    const session = new Connection();
    const open = (): Promise<{ ok: true; session: Connection }> => {
      opened += 1;
      return Promise.resolve({ ok: true, session });
    };
    const [one, two] = await Promise.all([pool.take('b', open), pool.take('b', open)]);
    expect(opened).toBe(1);
    if (!one.ok || !two.ok) throw new Error('not opened');
    one.release();
    one.release();
    expect(session.isClosed).toBe(false);
    two.release();
    expect(session.isClosed).toBe(true);
  });

  it('opens anew when the connection was lost', async () => {
    const pool = jumpPool<Connection>();
    const first = new Connection();
    await pool.take('b', () => Promise.resolve({ ok: true, session: first }));
    first.close();
    await first.closed;
    const second = new Connection();
    const again = await pool.take('b', () => Promise.resolve({ ok: true, session: second }));
    expect(again.ok && again.shared).toBe(second);
  });

  it('lets one give up, without harm to the others; the last one who gives up closes it', async () => {
    const pool = jumpPool<Connection>();
    const session = new Connection();
    let answer: (opened: { ok: true; session: Connection }) => void = () => undefined;
    const open = (): Promise<{ ok: true; session: Connection }> => new Promise((resolve) => (answer = resolve));
    const given = new AbortController();
    const gone = pool.take('b', open, given.signal);
    const stays = pool.take('b', open);
    given.abort();
    expect(await gone).toMatchObject({ ok: false, failure: { kind: 'cancelled' } });
    answer({ ok: true, session });
    const share = await stays;
    expect(session.isClosed).toBe(false);
    if (share.ok) share.release();
    expect(session.isClosed).toBe(true);
  });

  it('tries again after a network failure, but not after a refused login until it is forgotten or 30 s have passed', async () => {
    let nowMs = 0;
    const pool = jumpPool<Connection>(() => nowMs);
    let tries = 0;
    const failing = (failure: ConnectFailure) => (): Promise<{ ok: false; failure: ConnectFailure }> => {
      tries += 1;
      return Promise.resolve({ ok: false, failure });
    };
    await pool.take('b', failing(refused));
    await pool.take('b', failing(auth));
    expect(tries).toBe(2);
    expect(await pool.take('b', failing(refused))).toEqual({ ok: false, failure: auth });
    expect(tries).toBe(2);
    pool.forget('b');
    await pool.take('b', failing(auth));
    nowMs = 31_000;
    await pool.take('b', failing(auth));
    expect(tries).toBe(4);
  });
});
