// The cluster's monitor: snapshots, who is told and how often, and what is believed over time.
import { describe, expect, it } from 'vitest';
import type { Cluster } from '../../src/model/cluster.ts';
import type { Finding } from '../../src/model/findings.ts';
import { createMonitor } from '../../src/monitor/monitor.ts';
import { FakeNode } from './support/fake-node.ts';
import { HandClock } from './support/hand-clock.ts';
import { CONFIG, fakeLive, inventoryNode } from './support/live.ts';
import { PROBES } from './support/probes.ts';

const silentNodes = (cluster: Cluster): Finding[] =>
  cluster.nodes.filter((node) => node.link.state === 'silent').map((node) => ({
    code: 'node.silent', severity: 'unknown', subject: node.name, fact: '', consequence: '', todo: '', evidence: [], since: null, because: null,
  }));

describe('the monitor', () => {
  it('has a snapshot before it starts: all nodes, connecting, in the inventory\'s order', () => {
    const clock = new HandClock();
    const node = new FakeNode(() => clock.now());
    const monitor = createMonitor({
      config: CONFIG, nodes: ['bravo', 'alpha'].map(inventoryNode), logs: [], probes: PROBES, clock, random: () => 0.5, judge: silentNodes, transportFor: () => node.transport(),
    });
    expect(monitor.get().cluster.nodes.map(({ name, link }) => [name, link.state])).toEqual([['bravo', 'connecting'], ['alpha', 'connecting']]);
    expect(node.attempts).toHaveLength(0);
  });

  it('tells at most four times a second, also when much happens', async () => {
    const { clock, node, live } = fakeLive();
    await clock.advance(1000);
    let calls = 0;
    live.monitor.subscribe(() => {
      calls += 1;
    });
    live.monitor.setPace(50);
    for (let i = 0; i < 100; i += 1) {
      node.files.set('/proc/drbd', `8.4.${i}`);
      await clock.advance(100);
    }
    expect(calls).toBeGreaterThan(30);
    expect(calls).toBeLessThanOrEqual(41);
  });

  it('judges anew every 1.2 s though nothing is heard, and stops telling who stopped listening', async () => {
    const { clock, live } = fakeLive((fake) => {
      fake.failures = Array.from({ length: 50 }, () => ({ kind: 'auth' as const, says: 'no', detail: '' }));
    });
    await clock.advance(1000);
    let calls = 0;
    const unsubscribe = live.monitor.subscribe(() => {
      calls += 1;
    });
    await clock.advance(6000);
    expect(calls).toBe(5);
    unsubscribe();
    await clock.advance(6000);
    expect(calls).toBe(5);
  });

  it('opens findings, keeps them ten seconds when they are over, and then not', async () => {
    const { clock, node, live } = fakeLive(undefined, { judge: silentNodes });
    await clock.advance(5000);
    expect(live.monitor.get().findings).toEqual([]);
    node.session.drop('gone');
    await clock.advance(500);
    expect(live.monitor.get().findings).toMatchObject([{ code: 'node.silent', subject: 'alpha', goneAt: null }]);
    await clock.advance(3000);
    expect(live.view.link.state).toBe('up');
    expect(live.monitor.get().findings).toMatchObject([{ code: 'node.silent', goneAt: expect.any(Number) as number }]);
    await clock.advance(10_000);
    expect(live.monitor.get().findings).toEqual([]);
  });

  it('keeps no trace of what was only believed because nothing was asked yet', async () => {
    const unheard = (cluster: Cluster): Finding[] => silentNodes({ ...cluster, nodes: cluster.nodes.map((node) => (node.heardAt === null ? { ...node, link: { state: 'silent', since: 0, says: '' } } : node)) });
    const { clock, live } = fakeLive(undefined, { judge: unheard });
    expect(live.monitor.get().findings).toMatchObject([{ code: 'node.silent' }]);
    await clock.advance(1000);
    expect(live.monitor.get().findings).toEqual([]);
  });

  it('has the whole first look in its snapshot when it says so', async () => {
    const { clock, live } = fakeLive();
    let drbd: unknown = null;
    void live.monitor.firstLook.then(() => {
      drbd = live.view.facts['proc-drbd']?.value;
    });
    await clock.advance(1);
    expect(drbd).toMatchObject({ version: '8.4.11' });
  });

  it('shows a probe that throws as not readable, and goes on', async () => {
    const broken = { ...PROBES[0], parse: (): never => { throw new Error('a mistake of ours'); } };
    const { clock, live } = fakeLive(undefined, { probes: [broken as (typeof PROBES)[number], ...PROBES.slice(1)] });
    await clock.advance(300);
    expect(live.fact('proc-drbd').failure).toMatchObject({ kind: 'unreadable', why: 'crashcart could not read the answer: a mistake of ours' });
    expect(live.fact('xen-list').failure).toBeNull();
  });
});
