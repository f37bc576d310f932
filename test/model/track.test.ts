// The life of findings over several looks.
import { describe, expect, it } from 'vitest';
import type { Finding } from '../../src/model/findings.ts';
import { track } from '../../src/model/track.ts';

const finding = (code: Finding['code'], severity: Finding['severity'], since: number | null = null): Finding => ({
  code, severity, subject: 'alpha', fact: '', consequence: '', todo: '', evidence: [], since, because: null,
});
const silent = finding('node.silent', 'unknown');
const syncing = finding('replica.syncing', 'warning', 400);

describe('track', () => {
  it('opens a finding when it is first seen, and keeps that time', () => {
    const first = track([], [silent, syncing], 1000);
    expect(first.map(({ code, openedAt, since, goneAt }) => [code, openedAt, since, goneAt])).toEqual([
      ['node.silent', 1000, 1000, null],
      ['replica.syncing', 1000, 400, null],
    ]);
    const [second] = track(first, [{ ...silent, fact: 'alpha is silent for 2 s' }], 3000);
    expect(second).toMatchObject({ openedAt: 1000, since: 1000, fact: 'alpha is silent for 2 s', goneAt: null });
  });

  it('keeps what is over for ten seconds, last in the list', () => {
    const first = track([], [silent, syncing], 1000);
    const gone = track(first, [syncing], 2000);
    expect(gone.map(({ code, goneAt }) => [code, goneAt])).toEqual([['replica.syncing', null], ['node.silent', 2000]]);
    expect(track(gone, [syncing], 11_999)).toHaveLength(2);
    expect(track(gone, [syncing], 12_000)).toHaveLength(1);
  });

  it('opens anew what comes back', () => {
    const gone = track(track([], [silent], 1000), [], 2000);
    expect(track(gone, [silent], 5000)).toMatchObject([{ openedAt: 5000, since: 5000, goneAt: null }]);
  });

  it('counts how long there is one good copy from its loss on, through every state until there are two again', () => {
    const first = track([], [finding('replica.degraded', 'warning')], 1000);
    const copying = track(first, [finding('replica.syncing', 'warning')], 5000);
    expect(copying[0]).toMatchObject({ code: 'replica.syncing', openedAt: 5000, since: 1000 });
    const stalled = track(copying, [finding('replica.stalled', 'warning')], 6000);
    expect(stalled[0]).toMatchObject({ code: 'replica.stalled', since: 1000 });
    const later = track(stalled, [finding('replica.stalled', 'warning', 5500)], 7000);
    expect(later[0]).toMatchObject({ openedAt: 6000, since: 1000 });
    const again = track(track(later, [], 8000), [finding('replica.syncing', 'warning')], 9000);
    expect(again[0]).toMatchObject({ code: 'replica.syncing', since: 9000 });
  });

  it('counts a verify, which leaves two good copies, by itself', () => {
    const verify = track(track([], [finding('replica.degraded', 'warning')], 1000), [finding('replica.syncing', 'info')], 2000);
    expect(verify[0]).toMatchObject({ severity: 'info', since: 2000 });
    expect(track(verify, [finding('replica.syncing', 'warning')], 3000)[0]).toMatchObject({ severity: 'warning', since: 3000 });
  });

  it('sorts by severity, then by age', () => {
    const codes = track([], [
      finding('clock.skew', 'info', 1), finding('link.down', 'warning', 50), finding('node.dead', 'critical', 90),
      finding('bond.degraded', 'warning', 20), finding('auth.stopped', 'unknown', 80),
    ], 100).map(({ code }) => code);
    expect(codes).toEqual(['node.dead', 'auth.stopped', 'bond.degraded', 'link.down', 'clock.skew']);
  });

  it('lists one finding once, though it was judged twice', () => {
    expect(track([], [silent, { ...silent, fact: 'again' }], 1000)).toMatchObject([{ fact: '' }]);
  });
});
