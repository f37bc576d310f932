// The status document: every field of the contract, unknown is null, and the plain-text forms.
import { describe, expect, it } from 'vitest';
import { statusDocument } from '../../src/cli/status-document.ts';
import { statusOneLine, statusText } from '../../src/cli/status-text.ts';
import type { NodeView } from '../../src/model/cluster.ts';
import type { DrbdMinor } from '../../src/model/facts.ts';
import { factsOf, finding, minor, NOW, nodeView, clusterOf, pairOf, unheard } from './hand-made.ts';

describe('a healthy pair', () => {
  const document = statusDocument(pairOf(), [], ['web'], NOW);

  it('holds the contract\'s fields', () => {
    expect(document).toMatchObject({
      schema: 'crashcart/status/1', cluster: 'homer', at: '2007-02-15T10:22:33.000Z', health: 'ok', findings: [], errors: [],
      services: [{ name: 'web', up: null, sinceSeconds: null }],
    });
    expect(document.nodes[0]).toMatchObject({
      name: 'skylla', reachable: true, state: 'online', ageSeconds: 0.5, stale: false,
      manager: { kind: 'heartbeat', version: null }, hypervisor: { kind: 'xen', version: null },
      uptimeSeconds: 1_036_800, load: [0.4, 0.3, 0.2], memoryBytes: { total: 1_073_741_824, free: 268_435_456 }, clockSkewSeconds: 0.02,
      links: [{ name: 'eth1', peer: 'charybda', up: true }], saidBy: { charybda: 'active' },
    });
    expect(document.replicas[0]).toMatchObject({
      name: 'domain1', minor: 0, protocol: 'C', state: 'ok', sync: null,
      sides: [
        { node: 'skylla', role: 'Primary', disk: 'Consistent', connection: 'Connected', ageSeconds: 0.5, peerSays: { role: 'Primary', disk: null, by: 'charybda', ageSeconds: 0.5 } },
        { node: 'charybda', role: 'Secondary', disk: 'Consistent', connection: 'Connected', ageSeconds: 0.5, peerSays: { role: 'Secondary', disk: null, by: 'skylla', ageSeconds: 0.5 } },
      ],
    });
    expect(document.domains[0]).toMatchObject({ name: 'domain1', node: 'skylla', state: 'running', vcpus: 1, memoryBytes: 268_435_456, cpuSeconds: 1234.5, cpuPercent: null, replicas: ['domain1'], group: 'skylla' });
    expect(document.groups[0]).toMatchObject({ name: 'skylla', preferred: 'skylla', on: 'skylla', state: 'started', members: ['drbddisk::domain1', 'haxendomains::domain1'] });
  });

  it('is JSON without undefined', () => {
    expect(JSON.parse(JSON.stringify(document))).toEqual(document);
  });
});

describe('what is not known', () => {
  it('of a node that never answered is null, and the reason is an error', () => {
    const cluster = clusterOf(nodeView('skylla', 'charybda'), nodeView('charybda', 'skylla', { link: { state: 'silent', since: NOW - 5000, says: 'charybda refused the connection' }, heardAt: null, facts: {}, clock: null, via: null }));
    const document = statusDocument(cluster, [], [], NOW);
    expect(document.nodes[1]).toMatchObject({ name: 'charybda', reachable: false, ageSeconds: null, uptimeSeconds: null, load: null, memoryBytes: null, clockSkewSeconds: null, manager: { kind: null, version: null } });
    expect(document.errors).toEqual([{ node: 'charybda', probe: 'ssh', why: 'charybda refused the connection' }]);
    expect(document.replicas[0]).toMatchObject({ sides: [{ node: 'skylla', role: 'Primary' }, { node: 'charybda', role: null, disk: null, connection: null, ageSeconds: null }] });
  });

  it('of a group that two nodes run is where it is: nobody can say, so both are named; where one runs it, it is there', () => {
    const own = (name: string, peer: string): NodeView['facts'] => nodeView(name, peer).facts;
    const { 'proc-drbd': primary, 'xen-list': running } = own('skylla', 'charybda');
    const entitled = (name: string, peer: string, over: Partial<NodeView['facts']>): NodeView => nodeView(name, peer, { facts: {
      ...own(name, peer), ...over, ...factsOf({ 'cl-status': { running: true, resources: 'all', peers: [{ name: peer, status: 'dead', links: [{ name: 'eth1', status: 'dead' }] }] } }),
    } });
    const both = clusterOf(entitled('skylla', 'charybda', {}), entitled('charybda', 'skylla', { ...(primary && { 'proc-drbd': primary }), ...(running && { 'xen-list': running }) }));
    expect(statusDocument(both, [], [], NOW).groups[0]).toMatchObject({ name: 'skylla', on: null, owners: ['charybda', 'skylla'], state: 'started' });
    expect(statusText(both, [], NOW, false)).toContain('\ngroup  skylla  started  on charybda and skylla  at home on skylla\n');
    const one = clusterOf(entitled('skylla', 'charybda', {}), entitled('charybda', 'skylla', {}));
    expect(statusDocument(one, [], [], NOW).groups[0]).toMatchObject({ name: 'skylla', on: 'skylla', owners: ['charybda', 'skylla'] });
  });

  it.each<[string, Parameters<typeof nodeView>[2], { probe: string; why: string }[]]>([
    ['a tool that hangs', { facts: { 'xen-list': unheard({ failure: { kind: 'no-answer', why: 'xm list: no answer before the deadline', since: NOW } }) } }, [{ probe: 'xen-list', why: 'xm list: no answer before the deadline' }]],
    ['a tool that is not there is no error', { facts: { 'xen-list': unheard({ failure: { kind: 'absent', why: 'xm: not there', since: NOW } }) } }, []],
    ['what was never asked', { facts: { mounts: unheard({ askedAt: null }) } }, [{ probe: 'mounts', why: 'not asked yet' }]],
    ['what was asked and not heard', { facts: { mounts: unheard({ askedAt: NOW - 4000 }) } }, [{ probe: 'mounts', why: 'no answer for 4 s' }]],
    ['a log that cannot be read', { facts: {}, logFailures: [{ file: '/var/log/ha-log', why: 'not readable by this account', since: NOW }] }, [{ probe: 'ha-log', why: '/var/log/ha-log: not readable by this account' }]],
    ['a node that is being connected', { facts: {}, link: { state: 'connecting', since: NOW } }, [{ probe: 'ssh', why: 'not connected yet' }]],
  ])('%s', (_name, over, errors) => {
    const document = statusDocument(clusterOf(nodeView('skylla', 'charybda', over)), [], [], NOW);
    expect(document.errors).toEqual(errors.map((error) => ({ node: 'skylla', ...error })));
  });
});

describe("heartbeat's log that is not there", () => {
  const log = (file: string): Partial<NodeView> => ({ logFailures: [{ file, why: 'no such file', since: NOW }] });
  const absent = unheard({ failure: { kind: 'absent', why: 'not there', since: NOW } });
  const without = { facts: { 'cl-status': absent, 'ha-cf': absent } };

  it('is an error where heartbeat is', () => {
    expect(statusDocument(pairOf(log('/var/log/ha-log')), [], [], NOW).errors).toEqual([{ node: 'skylla', probe: 'ha-log', why: '/var/log/ha-log: no such file' }]);
  });

  it('is none where there is no heartbeat, unless somebody named the file', () => {
    expect(statusDocument(pairOf({ ...without, ...log('/var/log/ha-log') }), [], [], NOW).errors).toEqual([]);
    expect(statusDocument(pairOf({ ...without, ...log('/srv/ha-log') }), [], [], NOW).errors).toEqual([{ node: 'skylla', probe: 'ha-log', why: '/srv/ha-log: no such file' }]);
  });
});

describe('findings', () => {
  it('carry sentence, evidence and since', () => {
    expect(statusDocument(pairOf(), [finding()], [], NOW).findings).toEqual([{
      code: 'link.down', severity: 'warning', subject: 'eth1', says: 'eth1 is down. One link is left. Check its cable.',
      evidence: ['skylla: hblinkstatus dead'], since: '2007-02-15T10:22:09.000Z', because: null,
    }]);
  });

  it('of a node whose clock says nonsense have no time, and nothing breaks', () => {
    expect(statusDocument(pairOf(), [finding({ since: Number.NaN })], [], NOW).findings[0]?.since).toBeNull();
    expect(statusDocument(pairOf(), [finding({ since: 1e20 })], [], NOW).findings[0]?.since).toBeNull();
  });

  it.each([['warning', 'warning'], ['critical', 'critical'], ['unknown', 'unknown'], ['info', 'ok']] as const)('%s makes health %s', (severity, health) => {
    expect(statusDocument(pairOf(), [finding({ severity })], [], NOW).health).toBe(health);
  });
});

describe('for people', () => {
  it('one line a thing, the findings first', () => {
    expect(statusText(pairOf(), [finding()], NOW, false).split('\n')).toEqual([
      'WARNING  homer  2 nodes  1 replica  1 domain  2007-02-15T10:22:33Z',
      'warning  link.down  eth1 is down. One link is left. Check its cable.',
      'node  skylla  online  up 12 d  heartbeat  xen  load 0.40 0.30 0.20  memory 768 MB of 1 GB  eth1-charybda up',
      'node  charybda  online  up 12 d  heartbeat  xen  load 0.40 0.30 0.20  memory 768 MB of 1 GB  eth1-skylla up',
      'replica  domain1  ok  skylla Primary Consistent Connected  charybda Secondary Consistent Connected',
      'domain  domain1  running  on skylla  256 MB',
      'group  skylla  started  on skylla',
      '',
    ]);
  });

  it('a sync with its figures', () => {
    const sync = { kind: 'resync' as const, donePercent: 42.4, remainingBytes: 1, totalBytes: 2, finishSeconds: 25, speedBytesPerSecond: 1, averageBytesPerSecond: 1, wantBytesPerSecond: null, stalled: false };
    const withMinor = (name: string, peer: string, over: Partial<DrbdMinor>) =>
      ({ facts: { ...nodeView(name, peer).facts, ...factsOf({ 'proc-drbd': { version: '0.7.17', api: '77', protocol: '74', build: null, resources: [minor({ ...over, sync })] } }) } });
    const source = withMinor('skylla', 'charybda', { connection: 'SyncSource' });
    const target = withMinor('charybda', 'skylla', { connection: 'SyncTarget', disk: 'Inconsistent', role: 'Secondary', peerRole: 'Primary' });
    const text = statusText(pairOf(source, target), [], NOW, false);
    expect(text).toContain('replica  domain1  syncing  skylla Primary Consistent SyncSource  charybda Secondary Inconsistent SyncTarget  42 %  0:25 left');
  });

  it('colour only where it is wanted', () => {
    expect(statusText(pairOf(), [finding()], NOW, false)).not.toContain('\u001b');
    expect(statusText(pairOf(), [finding()], NOW, true)).toMatch(/^\u001b\[33;1mWARNING\u001b\[0m {2}homer/);
  });

  it('the one line is about a cause, not about what follows from it, though that was dated earlier', () => {
    const cause = finding({ code: 'node.stopped', subject: 'charybda', fact: 'heartbeat on charybda is stopped.', consequence: '', todo: '', since: NOW });
    const follows = finding({ because: 'node.stopped charybda', since: NOW - 24_000 });
    expect(statusOneLine(pairOf(), [follows, cause], NOW)).toBe('WARNING homer: heartbeat on charybda is stopped. (+1)\n');
  });

  it('one line for monitoring', () => {
    expect(statusOneLine(pairOf(), [finding(), finding({ subject: 'eth2' }), finding({ severity: 'info' })], NOW)).toBe('WARNING homer: eth1 is down. One link is left. Check its cable. (+1)\n');
    expect(statusOneLine(pairOf(), [finding({ severity: 'info' })], NOW)).toBe('OK homer: 2 nodes, 1 replica, 1 domain\n');
  });
});
