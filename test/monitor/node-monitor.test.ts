// The life of a node's connection on a clock turned by hand: up, silent, lost, stopped, tried again.
import { describe, expect, it } from 'vitest';
import type { Probe } from '../../src/probes/probe.ts';
import type { ConnectFailure } from '../../src/transport/session.ts';
import { fakeLive } from './support/live.ts';
import { commandProbe, fileProbe, proc, PROBES } from './support/probes.ts';

const failure = (kind: ConnectFailure['kind'], says: string): ConnectFailure => ({ kind, says, detail: '' });
const repeat = (one: ConnectFailure, times: number): ConnectFailure[] => Array.from({ length: times }, () => one);

describe('a node that answers', () => {
  it('is up, looked at every second, and its facts are confirmed without being sent', async () => {
    const { clock, node, live } = fakeLive();
    await clock.advance(300);
    expect(live.view.link.state).toBe('up');
    expect(live.view.via).toBe('ssh');
    expect(live.fact('proc-drbd').value).toEqual(proc('8.4.11'));
    const changedAt = live.fact('proc-drbd').changedAt;
    await clock.advance(10_000);
    expect(node.requests.filter((line) => line.startsWith('quick: t '))).toHaveLength(11);
    expect(live.fact('proc-drbd')).toMatchObject({ changedAt, failure: null });
    expect(clock.now() - (live.fact('proc-drbd').heardAt ?? 0)).toBeLessThan(1300);
  });

  it('is asked its commands at their intervals, one list and one date', async () => {
    const { clock, node } = fakeLive();
    await clock.advance(60_100);
    expect(node.commands.filter((command) => command === 'xm list')).toHaveLength(13);
    expect(node.commands.filter((command) => command.startsWith('date'))).toHaveLength(3);
  });

  it('is asked what can wait a second after the first look, which does not wait for it, and then at its interval', async () => {
    const later: Probe = { ...commandProbe, everySeconds: 30, afterFirstLook: true };
    const { clock, node, live } = fakeLive(undefined, { probes: [fileProbe, later] });
    let isLooked = false;
    void live.monitor.firstLook.then(() => { isLooked = true; });
    await clock.advance(900);
    expect(isLooked).toBe(true);
    expect(node.commands).not.toContain('xm list');
    await clock.advance(1000);
    expect(node.commands.filter((command) => command === 'xm list')).toHaveLength(1);
    await clock.advance(60_000);
    expect(node.commands.filter((command) => command === 'xm list')).toHaveLength(3);
  });

  it('is looked at four times a second when asked to, and everything is asked at once on demand', async () => {
    const { clock, node, live } = fakeLive();
    await clock.advance(3000);
    live.monitor.setPace(250);
    node.requests.length = 0;
    await clock.advance(2000);
    expect(node.requests.filter((line) => line.startsWith('quick: t ')).length).toBeGreaterThanOrEqual(8);
    node.commands.length = 0;
    live.monitor.askAll();
    await clock.advance(10);
    expect(node.commands).toEqual(['xm list', 'date +%s %N %z']);
  });

  it('names the slow shell to the quick one before the first command', async () => {
    const { clock, node } = fakeLive((fake) => fake.programs.set('xm', () => {
      expect(fake.requests).toContain('quick: w 100 100 5');
      return { stdout: 'xm' };
    }));
    await clock.advance(300);
    expect(node.commands).toContain('xm list');
  });
});

describe('silence', () => {
  it('is told 2.5 s after the last word, with the time of that word; an answer ends it', async () => {
    const { clock, node, live } = fakeLive();
    await clock.advance(5100);
    const heardAt = live.view.heardAt ?? 0;
    node.mute = true;
    await clock.advance(2400);
    expect(live.view.link.state).toBe('up');
    await clock.advance(600);
    expect(live.view.link).toEqual({ state: 'silent', since: heardAt, says: 'alpha is connected but does not answer' });
    expect(live.fact('proc-drbd')).toMatchObject({ value: proc('8.4.11'), heardAt, failure: null });
    expect(node.attempts).toHaveLength(1);
    node.mute = false;
    node.session.channels[0]?.write(`t ${node.requests.filter((line) => line.startsWith('quick: t ')).length}\n`);
    await clock.advance(300);
    expect(live.view.link).toMatchObject({ state: 'up' });
  });

  it('is not told of a node where reading one file blocks: that file is left alone, and all others are read', async () => {
    const other: Probe = {
      name: 'mounts', kind: 'files', everySeconds: 1, files: ['/proc/mounts'],
      parse: (answers) => ({ answered: true, facts: { mounts: [] }, unread: [answers.get('/proc/mounts')?.stdout ?? 'nothing'] }),
    };
    const { clock, node, live } = fakeLive((fake) => fake.files.set('/proc/mounts', 'first'), { probes: [...PROBES, other] });
    await clock.advance(5000);
    const states = new Set<string>();
    live.monitor.subscribe(() => states.add(live.view.link.state));
    node.blockingFile = '/proc/drbd';
    await clock.advance(20_000);
    expect(node.requests).toContain('slow: p');
    expect(live.fact('proc-drbd').failure).toMatchObject({ kind: 'no-answer', why: 'reading /proc/drbd takes longer than 8 s' });
    expect(live.fact('proc-drbd').value).toEqual(proc('8.4.11'));
    node.files.set('/proc/mounts', 'second');
    await clock.advance(1500);
    expect(live.fact('mounts')).toMatchObject({ unread: ['second'], failure: null });
    expect(node.sessions).toHaveLength(1);
    expect([...states]).toEqual(['up']);
    node.blockingFile = null;
    await clock.advance(70_000);
    expect(live.fact('proc-drbd').failure).toBeNull();
  });
});

describe('a node that gives no slow shell', () => {
  it('is looked at all the same; what has no answer says why, and the first look ends', async () => {
    const { clock, live } = fakeLive((fake) => {
      fake.maxSessions = 1;
    });
    await clock.advance(1500);
    await live.monitor.firstLook;
    expect(live.view.link.state).toBe('up');
    expect(live.fact('proc-drbd').failure).toBeNull();
    expect(live.fact('xen-list').failure).toMatchObject({ kind: 'no-answer', why: 'alpha: the node gives no more sessions' });
  });

  it('because a program ends it: that program is asked later, the others are not held up', async () => {
    const { clock, node, live } = fakeLive((fake) => {
      fake.programs.set('xm', () => 'ends its shell');
      fake.programs.set('date', () => ({ stdout: '1164000000 000000000 +0000\n' }));
    });
    await clock.advance(3000);
    expect(live.fact('xen-list').failure).toMatchObject({ kind: 'no-answer', why: 'alpha: a shell of crashcart ended (connection lost)' });
    expect(live.view.clock).not.toBeNull();
    expect(node.sessions).toHaveLength(1);
    node.programs.set('xm', () => ({ stdout: 'xm' }));
    await clock.advance(8000);
    expect(live.fact('xen-list').failure).toBeNull();
  });
});

describe('a lost connection', () => {
  it('is silent at once, keeps the last words, and is made again after a second', async () => {
    const { clock, node, live } = fakeLive();
    await clock.advance(5100);
    const heardAt = live.view.heardAt ?? 0;
    node.session.drop('alpha: the node closed the connection');
    await clock.advance(300);
    expect(live.view.link).toEqual({ state: 'silent', since: heardAt, says: 'alpha: the node closed the connection' });
    expect(live.fact('proc-drbd').value).toEqual(proc('8.4.11'));
    node.files.set('/proc/drbd', '8.4.12');
    await clock.advance(1000);
    expect(node.attempts).toHaveLength(2);
    expect(live.view.link.state).toBe('up');
    expect(live.fact('proc-drbd').value).toEqual(proc('8.4.12'));
  });

  it('is tried again after 1, 2, 4 .. 30 s while it fails', async () => {
    const { clock, node } = fakeLive((fake) => {
      fake.failures = repeat(failure('refused', 'alpha: refused'), 20);
    });
    await clock.advance(200_000);
    const waits = node.attempts.slice(1).map((attempt, i) => (attempt.at - (node.attempts[i]?.at ?? 0)) / 1000);
    expect(waits.slice(0, 8)).toEqual([1, 2, 4, 8, 16, 30, 30, 30]);
  });

  it('spreads the tries by a quarter either way', async () => {
    for (const [random, first] of [[0, 750], [0.999, 1250]] as const) {
      const { clock, node } = fakeLive((fake) => {
        fake.failures = repeat(failure('timeout', 'alpha: timeout'), 5);
      }, { random: () => random });
      await clock.advance(2000);
      expect(Math.round(((node.attempts[1]?.at ?? 0) - (node.attempts[0]?.at ?? 0)) / 10) * 10).toBe(first);
    }
  });

  it('reads no log line twice', async () => {
    const { clock, node, live } = fakeLive((fake) => fake.logs.set('/var/log/ha-log', ['one', 'two', 'three']));
    await clock.advance(300);
    expect(live.view.log.map((line) => line.raw)).toEqual(['one', 'two', 'three']);
    node.session.drop('gone');
    node.logs.set('/var/log/ha-log', ['one', 'two', 'three', 'four']);
    await clock.advance(3000);
    expect(live.view.log.map((line) => line.raw)).toEqual(['one', 'two', 'three', 'four']);
    expect(live.view.log.map((line) => line.seq)).toEqual([0, 1, 2, 3]);
  });
});

describe('what waits for the operator', () => {
  const cases = [
    ['auth', { state: 'auth-stopped' }],
    ['hostkey-unknown', { state: 'hostkey-unknown', fingerprint: 'SHA256:abc' }],
    ['hostkey-changed', { state: 'hostkey-changed' }],
  ] as const;
  for (const [kind, link] of cases) {
    it(`${kind} is not tried again before he acts`, async () => {
      const { clock, node, live } = fakeLive((fake) => {
        fake.failures = [{ ...failure(kind, 'what to do'), fingerprint: 'SHA256:abc' }];
      });
      await clock.advance(3_600_000);
      expect(live.view.link).toMatchObject({ ...link, says: 'what to do' });
      expect(node.attempts).toHaveLength(1);
      live.monitor.retry('alpha');
      await clock.advance(300);
      expect(node.attempts).toHaveLength(2);
      expect(live.view.link.state).toBe('up');
    });
  }

  it('retry does nothing to a node that is connected', async () => {
    const { clock, node, live } = fakeLive();
    await clock.advance(300);
    live.monitor.retry('alpha');
    await clock.advance(300);
    expect(node.attempts).toHaveLength(1);
  });
});

describe('a program that hangs', () => {
  it('is killed at its deadline and asked again later each time; nothing else is held up', async () => {
    const asked: number[] = [];
    const { clock, node, live } = fakeLive((fake) => fake.programs.set('xm', () => {
      asked.push(clock.now());
      return 'hang';
    }));
    const begin = clock.now();
    await clock.advance(3300);
    expect(live.fact('xen-list').failure).toMatchObject({ kind: 'no-answer', why: 'xm did not answer' });
    expect(node.requests).toContain('quick: k 100 100 5');
    expect(node.session.channels.filter((channel) => channel.kind === 'slow')).toHaveLength(2);
    expect(live.view.link.state).toBe('up');
    expect(live.view.clock).not.toBeNull();
    await clock.advance(200_000);
    expect(asked.slice(0, 6).map((at) => Math.round((at - begin) / 1000))).toEqual([0, 8, 21, 44, 87, 150]);
    expect(clock.now() - (live.fact('proc-drbd').heardAt ?? 0)).toBeLessThan(1300);
    expect(live.fact('xen-list').failure?.since).toBeLessThan(begin + 4000);
    node.programs.set('xm', () => ({ stdout: 'xm' }));
    await clock.advance(70_000);
    expect(live.fact('xen-list')).toMatchObject({ failure: null, value: { tool: 'xm' } });
  });
});

describe('the first look', () => {
  it('is done when everything was asked once', async () => {
    let done = false;
    const { clock, live } = fakeLive((fake) => fake.programs.set('xm', () => 'hang'));
    void live.monitor.firstLook.then(() => {
      done = true;
    });
    await clock.advance(2900);
    expect(done).toBe(false);
    await clock.advance(200);
    expect(done).toBe(true);
  });

  it('does not wait for a node that cannot be reached', async () => {
    for (const kind of ['refused', 'auth', 'dns'] as const) {
      const { clock, live } = fakeLive((fake) => {
        fake.failures = repeat(failure(kind, 'no'), 100);
      });
      let done = false;
      void live.monitor.firstLook.then(() => {
        done = true;
      });
      await clock.advance(10);
      expect(done, kind).toBe(true);
    }
  });
});

describe('stopping', () => {
  it('ends the session and leaves no timer', async () => {
    const { clock, node, live } = fakeLive();
    await clock.advance(5000);
    const stopped = live.monitor.stop();
    await clock.settle();
    await stopped;
    expect(clock.waiting).toBe(0);
    expect((await node.session.closed).byUs).toBe(true);
    const attempts = node.attempts.length;
    await clock.advance(100_000);
    expect(node.attempts).toHaveLength(attempts);
  });

  it('gives up an attempt that goes on', async () => {
    let aborted = false;
    const { clock, live } = fakeLive(undefined, {
      transportFor: () => ({
        kind: 'ssh',
        connect: (_target, options) => new Promise((resolve) => options?.signal?.addEventListener('abort', () => {
          aborted = true;
          resolve({ ok: false, failure: failure('cancelled', 'cancelled') });
        })),
      }),
    });
    await clock.advance(100);
    await live.monitor.stop();
    await clock.settle();
    expect(aborted).toBe(true);
    expect(clock.waiting).toBe(0);
  });
});

describe('logs', () => {
  it('that ha.cf names are followed too, where the operator named none', async () => {
    for (const [logs, followed] of [[[], true], [['/var/log/ha-log'], true], [['/var/log/mine'], false]] as const) {
      const haCf: Probe = {
        name: 'ha-cf', kind: 'files', everySeconds: 60, files: ['/etc/ha.d/ha.cf'],
        parse: () => ({ answered: true, unread: [], facts: {
          nodes: [], keepaliveSeconds: null, deadtimeSeconds: null, warntimeSeconds: null, initdeadSeconds: null, autoFailback: null,
          links: [], ping: [], stonith: [], logfile: '/var/log/heartbeat.log', debugfile: null, watchdog: null, crm: false,
        } }),
      };
      const { clock, node } = fakeLive((fake) => fake.files.set('/etc/ha.d/ha.cf', 'x'), { logs, probes: [haCf] });
      await clock.advance(300);
      expect(node.requests.includes('quick: l 4 /var/log/heartbeat.log'), logs.join()).toBe(followed);
    }
  });
});
