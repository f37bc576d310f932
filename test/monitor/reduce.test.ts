// The fold of what was heard into a node's view, by table.
import { describe, expect, it } from 'vitest';
import type { NodeView, Observation } from '../../src/model/cluster.ts';
import { KERNEL_LINES_KEPT, LOG_LINES_KEPT } from '../../src/monitor/log-lines.ts';
import { newNodeView, reduce } from '../../src/monitor/reduce.ts';
import type { NodeEvent } from '../../src/monitor/reduce.ts';
import { proc } from './support/probes.ts';

const probe = { name: 'proc-drbd', everySeconds: 1 } as const;
const asked = (at: number): NodeEvent => ({ kind: 'asked', probes: [probe], at });
const good = (version: string, at: number, unread: string[] = []): NodeEvent => ({
  kind: 'answered', probe, parsed: { answered: true, facts: proc(version), unread }, raw: version, at,
});
const bad = (why: string, at: number): NodeEvent => ({ kind: 'answered', probe, parsed: { answered: false, kind: 'absent', why, raw: '' }, raw: '', at });
const same = (at: number): NodeEvent => ({ kind: 'confirmed', probes: [probe], at });
const late = (at: number): NodeEvent => ({ kind: 'unanswered', probe, why: 'xm did not answer within 5 s', at });
const after = (...events: NodeEvent[]): NodeView => events.reduce(reduce, newNodeView('alpha', 0));
const fact = (...events: NodeEvent[]): Observation<unknown> | undefined => after(...events).facts['proc-drbd'];

describe('an observation', () => {
  const cases: [string, NodeEvent[], Partial<Observation<unknown>>][] = [
    ['asked, not answered yet', [asked(5)], { askedAt: 5, heardAt: null, value: null, failure: null, everySeconds: 1 }],
    ['answered', [asked(5), good('1', 6)], { askedAt: 5, heardAt: 6, changedAt: 6, value: proc('1'), previous: null, raw: '1', failure: null }],
    ['the same answer: heard again, changed before', [good('1', 6), good('1', 9)], { heardAt: 9, changedAt: 6, previous: { value: proc('1'), heardAt: 6 } }],
    ['what was heard first stays known, over a failure too', [good('1', 6), bad('gone', 9), good('2', 12)], { changedAt: 12, firstHeardAt: 6 }],
    ['another answer', [good('1', 6), good('2', 9)], { heardAt: 9, changedAt: 9, value: proc('2'), previous: { value: proc('1'), heardAt: 6 } }],
    ['two answers of one moment make no rate', [good('1', 6), good('2', 6)], { value: proc('2'), previous: null }],
    ['confirmed: the sample before moves too', [good('1', 6), same(7), same(8)], { heardAt: 8, changedAt: 6, previous: { value: proc('1'), heardAt: 7 } }],
    ['confirmed before any answer is nothing', [same(7)], { heardAt: null, value: null }],
    ['failed: the last value stays with its time', [good('1', 6), bad('gone', 9)], { heardAt: 6, value: proc('1'), failure: { kind: 'absent', why: 'gone', since: 9 } }],
    ['failing since the first time', [good('1', 6), bad('gone', 9), late(15), bad('gone again', 20)], { heardAt: 6, failure: { kind: 'absent', why: 'gone again', since: 9 } }],
    ['a failure is confirmed, not the value before it', [good('1', 6), bad('gone', 9), same(12)], { heardAt: 6, failure: { kind: 'absent', why: 'gone', since: 9 } }],
    ['not answered in time', [good('1', 6), late(15)], { heardAt: 6, value: proc('1'), failure: { kind: 'no-answer', why: 'xm did not answer within 5 s', since: 15 } }],
    ['good again', [bad('gone', 9), good('1', 20), bad('gone', 30)], { heardAt: 20, failure: { kind: 'absent', why: 'gone', since: 30 } }],
    ['not understood since the first time', [good('1', 6, ['?']), good('2', 9, ['??'])], { unread: ['??'], unreadSince: 6 }],
    ['understood again', [good('1', 6, ['?']), good('2', 9), good('3', 12, ['?'])], { unread: ['?'], unreadSince: 12 }],
  ];
  for (const [what, events, expected] of cases) {
    it(what, () => {
      expect(fact(...events)).toMatchObject(expected);
    });
  }

  it('keeps at most 1 MB of an answer', () => {
    const event: NodeEvent = { kind: 'answered', probe, parsed: { answered: true, facts: proc('1'), unread: [] }, raw: 'x'.repeat(2_000_000), at: 1 };
    expect(fact(event)?.raw).toHaveLength(1024 * 1024);
  });
});

describe('the view', () => {
  it('takes link, transport and the time of the last word', () => {
    const view = after({ kind: 'via', via: 'ssh2' }, { kind: 'link', link: { state: 'up', since: 3 } }, { kind: 'heard', at: 4 });
    expect(view).toMatchObject({ name: 'alpha', via: 'ssh2', link: { state: 'up', since: 3 }, heardAt: 4 });
  });

  it('lists logs that cannot be followed, since when, until they can', () => {
    const file = '/var/log/ha-log';
    const missing: NodeEvent[] = [{ kind: 'log-file', file, why: 'no such file', at: 5 }, { kind: 'log-file', file, why: 'not readable', at: 9 }];
    expect(after(...missing).logFailures).toEqual([{ file, why: 'not readable', since: 5 }]);
    expect(after(...missing, { kind: 'log-file', file, why: null, at: 12 }).logFailures).toEqual([]);
  });
});

describe('log lines', () => {
  // 12:00:10 UTC on our clock; the node's is a year and an hour ahead, in a zone two hours east.
  const now = Date.UTC(2026, 0, 15, 12, 0, 10);
  const ahead = Date.UTC(2027, 0, 15, 13, 0, 10) - now;
  const clock: NodeEvent = { kind: 'clock', clock: { offsetSeconds: ahead / 1000, errorSeconds: 0.01, zoneMinutes: 120, at: now } };
  const line = 'Jan 15 15:00:05 alpha heartbeat: [4163]: info: node bravo: is dead';
  const log = (raw: string): NodeEvent => ({ kind: 'log', file: '/var/log/ha-log', lines: [raw], at: now });

  it('are dated on our clock, whatever the node thinks the year is', () => {
    const [heard] = after(clock, log(line)).log;
    expect(heard).toMatchObject({ seq: 0, file: '/var/log/ha-log', heardAt: now, raw: line, event: { kind: 'node-dead', node: 'bravo', at: '2027-01-15T13:00:05.000Z' } });
    expect(heard?.at).toBe(Date.UTC(2026, 0, 15, 12, 0, 5));
  });

  it('have no date before the clock was measured, and get one then', () => {
    expect(after(log(line)).log[0]?.at).toBeNull();
    expect(after(log(line), clock).log[0]?.at).toBe(Date.UTC(2026, 0, 15, 12, 0, 5));
  });

  it('keep their date when the clock is set later', () => {
    const set: NodeEvent = { kind: 'clock', clock: { offsetSeconds: 0, errorSeconds: 0.01, zoneMinutes: 120, at: now + 30_000 } };
    expect(after(clock, log(line), set).log[0]?.at).toBe(Date.UTC(2026, 0, 15, 12, 0, 5));
  });

  it('are bounded, oldest first out, and numbered on', () => {
    const many: NodeEvent = { kind: 'log', file: 'f', lines: Array.from({ length: LOG_LINES_KEPT + 10 }, (_, i) => `line ${i}`), at: now };
    const view = after(many, log('one more'));
    expect(view.log).toHaveLength(LOG_LINES_KEPT);
    expect(view.log[0]?.raw).toBe('line 11');
    expect(view.log.at(-1)).toMatchObject({ raw: 'one more', seq: LOG_LINES_KEPT + 10 });
  });

  describe('of the kernel', () => {
    const role = 'Jan 15 15:00:05 alpha kernel: drbd1: Secondary/Unknown --> Primary/Unknown';
    const kernel = (lines: string[], file = '/var/log/kern.log'): NodeEvent => ({ kind: 'log', file, lines, at: now, isForKernel: true });
    const up = (uptimeSeconds: number): NodeEvent => ({
      kind: 'answered', probe: { name: 'vitals', everySeconds: 1 }, raw: '', at: now, parsed: { answered: true, unread: [], facts: { uptimeSeconds } },
    });

    it('are read, dated, and known by minor; what is none of ours is dropped', () => {
      const view = after(clock, kernel([role, 'Jan 15 15:00:05 alpha cron[3]: (root) CMD', 'Jan 15 15:00:06 alpha kernel: usb 1-1: new device', 'Jan 15 15:00:06 alpha kernel: drbd1: asender terminated']));
      expect(view.log).toHaveLength(1);
      expect(view.log[0]).toMatchObject({
        seq: 0, at: Date.UTC(2026, 0, 15, 12, 0, 5), raw: role, event: { daemon: 'kernel', kind: 'other', resource: 'drbd1' },
        kernel: { kind: 'drbd-role', minor: 1, from: 'Secondary/Unknown', to: 'Primary/Unknown', at: '2027-01-15T13:00:05.000Z' },
      });
    });

    it('in a log that somebody named are known too, and all other lines stay', () => {
      const view = after(clock, { kind: 'log', file: '/var/log/messages', lines: [role, 'Jan 15 15:00:06 alpha kernel: usb 1-1: new device', line], at: now });
      expect(view.log.map((one) => one.kernel?.kind ?? one.event.kind)).toEqual(['drbd-role', 'other', 'node-dead']);
    });

    it('of dmesg are dated by the boot, as soon as the node tells when that was', () => {
      const lines = kernel(['[  100.500000] block drbd1: role( Secondary -> Primary )'], 'dmesg');
      expect(after(clock, lines).log[0]?.at).toBeNull();
      const expected = now - 3600_000 + 100_500;
      expect(after(clock, up(3600), lines).log[0]?.at).toBe(expected);
      const view = after(lines, up(3600));
      expect(view.log[0]?.at).toBe(expected);
      expect(reduce(view, clock).log[0]?.at).toBe(expected);
      expect(reduce(view, up(3605)).log[0]?.at).toBe(expected);
    });

    it('never push out what others said', () => {
      const flood = Array.from({ length: LOG_LINES_KEPT + 10 }, (_, i) => `Jan 15 15:00:05 alpha kernel: end_request: I/O error, dev sdb, sector ${i}`);
      const view = after(clock, log(line), kernel(flood));
      expect(view.log).toHaveLength(KERNEL_LINES_KEPT + 1);
      expect(view.log[0]?.raw).toBe(line);
      expect(view.log.at(-1)?.raw).toMatch(/sector 2009$/);
      expect(reduce(view, kernel(['Jan 15 15:00:07 alpha kernel: md: md0: recovery done.'])).log.at(-1)?.seq).toBe(LOG_LINES_KEPT + 11);
    });
  });
});
