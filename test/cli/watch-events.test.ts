// What changed between two snapshots, as events.
import { describe, expect, it } from 'vitest';
import { eventsBetween } from '../../src/cli/watch-events.ts';
import type { NodeLogLine, NodeView } from '../../src/model/cluster.ts';
import { finding, nodeView, NOW, pairOf, snapshotOf } from './hand-made.ts';

const AT = '2007-02-15T10:22:33.000Z';
const blank = { schema: 'crashcart/event/1', cluster: 'homer', from: null, to: null, severity: null, node: null };

function line(seq: number, over: Partial<NodeLogLine> = {}): NodeLogLine {
  return {
    seq, file: '/var/log/ha-log', heardAt: NOW, at: NOW - 3000, raw: `heartbeat: info: line ${seq}`,
    event: { at: null, stamp: '', level: 'info', daemon: 'heartbeat', pid: null, kind: 'other', node: null, resource: null, text: `line ${seq}` }, ...over,
  };
}

const withoutXen = (): Partial<NodeView> => {
  const { facts } = nodeView('skylla', 'charybda');
  return { facts: Object.fromEntries(Object.entries(facts).filter(([name]) => name !== 'xen-list')) };
};

describe('at the start', () => {
  it('the open findings are told, and nothing else', () => {
    const cluster = pairOf({ log: [line(1)] });
    expect(eventsBetween(null, snapshotOf(cluster, [finding(), finding({ subject: 'old', goneAt: NOW })]))).toEqual([
      { ...blank, at: '2007-02-15T10:22:13.000Z', kind: 'finding-opened', subject: 'eth1', says: 'eth1 is down. One link is left. Check its cable.', severity: 'warning' },
    ]);
  });
});

describe('then', () => {
  it('nothing happened: no event', () => {
    expect(eventsBetween(snapshotOf(pairOf(), [finding()]), snapshotOf(pairOf(), [finding()]))).toEqual([]);
  });

  it('a finding opens, of a node it names the node', () => {
    const events = eventsBetween(snapshotOf(pairOf()), snapshotOf(pairOf(), [finding({ code: 'node.silent', subject: 'charybda', severity: 'unknown', openedAt: NOW })]));
    expect(events).toEqual([{ ...blank, at: AT, kind: 'finding-opened', subject: 'charybda', says: 'eth1 is down. One link is left. Check its cable.', severity: 'unknown', node: 'charybda' }]);
  });

  it('a finding closes once, whether it is kept as gone or has left', () => {
    const open = snapshotOf(pairOf(), [finding()]);
    const gone = snapshotOf(pairOf(), [finding({ goneAt: NOW - 1000 })]);
    const closed = { ...blank, kind: 'finding-closed', subject: 'eth1', says: 'eth1 is down. One link is left. Check its cable.', severity: 'warning' };
    expect(eventsBetween(open, gone)).toEqual([{ ...closed, at: '2007-02-15T10:22:32.000Z' }]);
    expect(eventsBetween(open, snapshotOf(pairOf()))).toEqual([{ ...closed, at: AT }]);
    expect(eventsBetween(gone, snapshotOf(pairOf()))).toEqual([]);
  });

  it('a finding that comes back while it is still shown as gone opens again', () => {
    const events = eventsBetween(snapshotOf(pairOf(), [finding({ goneAt: NOW - 1000 })]), snapshotOf(pairOf(), [finding({ openedAt: NOW })]));
    expect(events.map((event) => event.kind)).toEqual(['finding-opened']);
  });

  it('new lines of a log, once each', () => {
    const before = snapshotOf(pairOf({ log: [line(1), line(2)] }));
    const after = snapshotOf(pairOf({ log: [line(2), line(3), line(4, { at: null, event: { ...line(4).event, node: 'charybda' } })] }, { log: [line(0)] }));
    expect(eventsBetween(before, after)).toEqual([
      { ...blank, at: '2007-02-15T10:22:30.000Z', kind: 'log', subject: 'skylla', says: 'heartbeat: info: line 3', node: 'skylla' },
      { ...blank, at: AT, kind: 'log', subject: 'charybda', says: 'heartbeat: info: line 4', node: 'skylla' },
      { ...blank, at: '2007-02-15T10:22:30.000Z', kind: 'log', subject: 'charybda', says: 'heartbeat: info: line 0', node: 'charybda' },
    ]);
  });

  it('a node, its domain, its group and its replica change state', () => {
    const silent = nodeView('skylla', 'charybda');
    const stopped = { ...silent.facts, 'cl-status': { ...silent.facts['cl-status'], value: { running: false, resources: null, peers: [] } } } as NodeView['facts'];
    const events = eventsBetween(snapshotOf(pairOf()), snapshotOf(pairOf({ facts: stopped })));
    const told = events.filter((event) => event.subject === 'skylla' && event.says.startsWith('node'));
    expect(told).toEqual([{ ...blank, at: AT, kind: 'transition', subject: 'skylla', from: 'online', to: 'offline', says: 'node skylla: online → offline', node: 'skylla' }]);
  });

  it('a domain that is no longer listed is told as gone', () => {
    const events = eventsBetween(snapshotOf(pairOf()), snapshotOf(pairOf(withoutXen())));
    expect(events.find((event) => event.subject === 'domain1' && event.says.startsWith('domain'))).toEqual({ ...blank, at: AT, kind: 'transition', subject: 'domain1', from: 'running on skylla', to: null, says: 'domain domain1: running on skylla → not there', node: 'skylla' });
  });

  it('a domain that runs twice says where', () => {
    const list = nodeView('skylla', 'charybda').facts['xen-list'];
    const events = eventsBetween(snapshotOf(pairOf()), snapshotOf(pairOf({}, { facts: { ...nodeView('charybda', 'skylla').facts, ...(list ? { 'xen-list': list } : {}) } })));
    expect(events.find((event) => event.subject === 'domain1' && event.says.startsWith('domain'))).toMatchObject({ from: 'running on skylla', to: 'running on charybda, running on skylla', node: null });
  });
});
