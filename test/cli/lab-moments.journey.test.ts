// The real program against clusters made of what real machines printed at known moments. What must come out was
// worked out by hand from the captured texts.
import { appendFileSync, readFileSync } from 'node:fs';
import { afterEach, describe, expect, it } from 'vitest';
import { rewrite } from '../support/pair.ts';
import { findSshd } from '../../src/simulator/sshd.ts';
import { findBinary } from '../../src/transport/find-binary.ts';
import { doctorSchema, eventSchema, statusSchema } from './contract.ts';
import { startLab } from './lab-cluster.ts';
import type { LabCluster, LabNode } from './lab-cluster.ts';
import { run, start } from './program.ts';

const opened: LabCluster[] = [];
afterEach(async () => {
  await Promise.all(opened.splice(0).map((lab) => lab.stop()));
});

async function open(nodes: Record<string, LabNode>, at: string): Promise<LabCluster> {
  const lab = await startLab(nodes, at);
  opened.push(lab);
  return lab;
}

/** One look, in lines short enough to be written by hand. Notes (info) are left out of the findings. */
async function look(nodes: Record<string, LabNode>, at: string): Promise<Record<string, unknown>> {
  const lab = await open(nodes, at);
  const ran = await run(['status', '--json', '--inventory', lab.inventory]);
  expect(ran.stderr).toBe('');
  const status = statusSchema.parse(JSON.parse(ran.stdout));
  const word = (value: string | null): string => value ?? '-';
  return {
    exit: ran.code,
    health: status.health,
    nodes: status.nodes.map((node) => `${node.name} ${node.state}${node.reachable ? '' : ' not reachable'}, manager ${word(node.manager.kind)} ${word(node.manager.version)}, said by ${JSON.stringify(node.saidBy)}, links ${node.links.map((link) => `${link.name}-${link.peer} ${String(link.up)}`).join()}`),
    replicas: status.replicas.map((replica) => `${replica.name} ${String(replica.minor)} ${word(replica.protocol)} ${replica.state}: ${replica.sides.map((side) => `${side.node} ${word(side.role)} ${word(side.disk)} ${word(side.connection)}`).join(', ')}`),
    peerSays: status.replicas.flatMap((replica) => replica.sides.map((side) => side.peerSays && `${replica.name}: ${side.node} is ${word(side.peerSays.role)} ${word(side.peerSays.disk)} by ${side.peerSays.by}`)),
    sync: status.replicas.map((replica) => replica.sync && `${word(replica.sync.from)}>${word(replica.sync.to)} ${String(replica.sync.donePercent)} % ${String(replica.sync.finishSeconds)} s`),
    domains: status.domains.map((domain) => `${domain.name} ${domain.state} on ${domain.node}, ${String(domain.vcpus)} CPU, ${String(domain.memoryBytes)} B, ${String(domain.cpuSeconds)} s, group ${word(domain.group)}`),
    groups: status.groups.map((group) => `${group.name} ${group.state} on ${word(group.on)}, home ${word(group.preferred)}`),
    findings: status.findings.filter((finding) => finding.severity !== 'info').map((finding) => `${finding.severity} ${finding.code} ${finding.subject}`).sort(),
    notes: status.findings.filter((finding) => finding.severity === 'info').map((finding) => finding.code).filter((code) => code !== 'clock.skew'),
    errors: status.errors.map((error) => `${error.node} ${error.probe}`),
  };
}

const both = (moment: string, ...logs: string[]): Record<string, LabNode> => Object.fromEntries(['alpha', 'bravo'].map((name) => [
  name, { moment: `heartbeat/${name}/${moment}`, logs: ['03-running', ...logs].map((log) => `heartbeat/${name}/${log}.ha-log.txt`) },
]));
const drbd = (moment: string): Record<string, LabNode> => Object.fromEntries(['alpha', 'bravo'].map((name) => [name, { drbd: `drbd84/${name}/${moment}.proc-drbd.txt` }]));

/** A node with no manager known to be there. */
const BARE = (name: string): string => `${name} online, manager none -, said by {}, links `;

const missing = findSshd() === null || findBinary('ssh') === null;
const why = missing ? ' (skipped: no ssh or sshd here)' : '';

describe.skipIf(missing)(`heartbeat${why}`, () => {
  it('steady state: each node runs its own group', async () => {
    expect(await look(both('03-running'), '2026-11-20T20:56:06Z')).toEqual({
      exit: 0, health: 'ok',
      nodes: [
        'alpha online, manager heartbeat 3.0.6, said by {"bravo":"active"}, links eth1-bravo true',
        'bravo online, manager heartbeat 3.0.6, said by {"alpha":"active"}, links eth1-alpha true',
      ],
      replicas: [
        'web-root 0 C ok: alpha Primary UpToDate Connected, bravo Secondary UpToDate Connected',
        'mail-root 1 C ok: alpha Secondary UpToDate Connected, bravo Primary UpToDate Connected',
      ],
      peerSays: [
        'web-root: alpha is Primary UpToDate by bravo', 'web-root: bravo is Secondary UpToDate by alpha',
        'mail-root: alpha is Secondary UpToDate by bravo', 'mail-root: bravo is Primary UpToDate by alpha',
      ],
      sync: [null, null], domains: [],
      groups: ['alpha started on alpha, home alpha', 'bravo started on bravo, home bravo'],
      findings: [], notes: ['fencing.none'], errors: [],
    });
  });

  it('after a graceful takeover: a stopped node is no dead one', async () => {
    expect(await look(both('05-after-graceful-takeover', '05-after-graceful-takeover'), '2026-11-20T20:57:02Z')).toMatchObject({
      exit: 1, health: 'warning',
      nodes: [
        'alpha online, manager heartbeat 3.0.6, said by {}, links eth1-bravo false',
        'bravo offline, manager heartbeat 3.0.6, said by {"alpha":"dead"}, links ',
      ],
      replicas: [
        'web-root 0 C ok: alpha Primary UpToDate Connected, bravo Secondary UpToDate Connected',
        'mail-root 1 C ok: alpha Primary UpToDate Connected, bravo Secondary UpToDate Connected',
      ],
      groups: ['alpha started on alpha, home alpha', 'bravo started on alpha, home bravo'],
      findings: ['warning group.misplaced bravo', 'warning link.down eth1', 'warning node.stopped bravo'],
      errors: [],
    });
  });

  it('after hb_standby: all is well and not at home', async () => {
    expect(await look(both('07-after-hb_standby', '05-after-graceful-takeover', '07-after-hb_standby'), '2026-11-20T20:58:46Z')).toMatchObject({
      exit: 1, health: 'warning',
      nodes: [
        'alpha online, manager heartbeat 3.0.6, said by {"bravo":"active"}, links eth1-bravo true',
        'bravo online, manager heartbeat 3.0.6, said by {"alpha":"active"}, links eth1-alpha true',
      ],
      groups: ['alpha started on bravo, home alpha', 'bravo started on bravo, home bravo'],
      findings: ['warning group.misplaced alpha'],
    });
  });

  it('a node crashed a moment ago: silent, and its peer still hears it; nobody says dead', async () => {
    const nodes = { alpha: { moment: 'heartbeat/alpha/09-crash-before-deadtime', logs: ['heartbeat/alpha/03-running.ha-log.txt'] }, bravo: { off: true } };
    expect(await look(nodes, '2026-11-20T20:59:30Z')).toMatchObject({
      exit: 3, health: 'unknown',
      nodes: [
        'alpha online, manager heartbeat 3.0.6, said by {}, links eth1-bravo true',
        'bravo unreachable not reachable, manager - -, said by {"alpha":"active"}, links ',
      ],
      replicas: [
        'web-root 0 C unknown: alpha Primary UpToDate Connected, bravo - - -',
        'mail-root 1 C degraded: alpha Secondary UpToDate WFConnection, bravo - - -',
      ],
      peerSays: [null, 'web-root: bravo is Secondary UpToDate by alpha', null, 'mail-root: bravo is Unknown DUnknown by alpha'],
      groups: ['alpha started on alpha, home alpha', 'bravo unknown on -, home bravo'],
      findings: ['unknown node.silent bravo', 'warning replica.degraded mail-root'],
      errors: ['bravo ssh'],
    });
  });

  it('a dead node: its peer calls it dead and holds its group', async () => {
    const logs = ['heartbeat/alpha/03-running.ha-log.txt', 'heartbeat/alpha/15-nofailback-crash.ha-log.txt'];
    expect(await look({ alpha: { moment: 'heartbeat/alpha/12-link-cut', logs }, bravo: { off: true } }, '2026-11-20T21:06:30Z')).toMatchObject({
      exit: 2, health: 'critical',
      nodes: [
        'alpha online, manager heartbeat 3.0.6, said by {}, links eth1-bravo false',
        'bravo dead not reachable, manager - -, said by {"alpha":"dead"}, links ',
      ],
      replicas: [
        'web-root 0 C degraded: alpha Primary UpToDate WFConnection, bravo - - -',
        'mail-root 1 C degraded: alpha Primary UpToDate WFConnection, bravo - - -',
      ],
      groups: ['alpha started on alpha, home alpha', 'bravo started on alpha, home bravo'],
      findings: ['critical node.dead bravo', 'warning group.misplaced bravo', 'warning link.down eth1', 'warning replica.degraded mail-root', 'warning replica.degraded web-root'],
      errors: ['bravo ssh'],
    });
  });

  const CUT = {
    exit: 2, health: 'critical',
    nodes: [
      'alpha online, manager heartbeat 3.0.6, said by {"bravo":"dead"}, links eth1-bravo false',
      'bravo online, manager heartbeat 3.0.6, said by {"alpha":"dead"}, links eth1-alpha false',
    ],
  };
  const CUT_FINDINGS = ['critical group.failed alpha', 'critical group.failed bravo', 'warning link.down eth1', 'warning views.disagree alpha', 'warning views.disagree bravo'];

  it('the only link cut: each takes the other for dead, and its work', async () => {
    expect(await look(both('12-link-cut', '12-link-cut'), '2026-11-20T21:02:43Z')).toMatchObject({
      ...CUT,
      replicas: [
        'web-root 0 C split-brain: alpha Primary UpToDate WFConnection, bravo Primary UpToDate WFConnection',
        'mail-root 1 C split-brain: alpha Primary UpToDate WFConnection, bravo Primary UpToDate WFConnection',
      ],
      findings: [...CUT_FINDINGS, 'critical replica.split-brain mail-root', 'critical replica.split-brain web-root'].sort(),
    });
  });

  it('the same where no DRBD is', async () => {
    const nodes = Object.fromEntries(Object.entries(both('12-link-cut', '12-link-cut')).map(([name, node]) => [name, { ...node, drbd: null }]));
    expect(await look(nodes, '2026-11-20T21:02:43Z')).toMatchObject({ ...CUT, replicas: [], findings: CUT_FINDINGS, errors: [] });
  });

  it('heartbeat stopped on both: what nobody runs is critical at the first look', async () => {
    const stopped = both('05-after-graceful-takeover', '05-after-graceful-takeover')['bravo'] ?? {};
    const alpha = { ...stopped, drbd: 'heartbeat/bravo/03-running.proc-drbd.txt' };
    expect(await look({ alpha, bravo: stopped }, '2026-11-20T20:57:02Z')).toMatchObject({
      exit: 2, health: 'critical',
      groups: ['alpha stopped on -, home alpha', 'bravo stopped on -, home bravo'],
      findings: ['critical group.nowhere alpha', 'critical group.nowhere bravo', 'warning node.stopped alpha', 'warning node.stopped bravo'],
    });
  });
});

describe.skipIf(missing)(`DRBD alone${why}`, () => {
  it('resyncing: the target tells what is left', async () => {
    expect(await look(drbd('13-resync-later'), '2026-11-20T20:35:02Z')).toEqual({
      exit: 1, health: 'warning',
      nodes: [BARE('alpha'), BARE('bravo')],
      replicas: [
        'web-root 0 C syncing: alpha Primary UpToDate SyncSource, bravo Secondary Inconsistent SyncTarget',
        'mail-root 1 C ok: alpha Primary UpToDate Connected, bravo Secondary UpToDate Connected',
      ],
      peerSays: [
        'web-root: alpha is Primary UpToDate by bravo', 'web-root: bravo is Secondary Inconsistent by alpha',
        'mail-root: alpha is Primary UpToDate by bravo', 'mail-root: bravo is Secondary UpToDate by alpha',
      ],
      sync: ['alpha>bravo 22 % 39 s', null],
      domains: [], groups: [], findings: ['warning replica.syncing web-root'], notes: [], errors: [],
    });
  });

  it.each<[string, Record<string, LabNode>, number, string[], string[]]>([
    ['a disk lost on the Secondary side', drbd('25-bravo-diskless'), 1, [
      'web-root 0 C ok: alpha Primary UpToDate Connected, bravo Secondary UpToDate Connected',
      'mail-root 1 C diskless: alpha Primary UpToDate Connected, bravo Secondary Diskless Connected',
    ], ['warning replica.diskless mail-root']],
    ['a split being mended: the victim waits, the survivor still stands alone', drbd('42-split-victim-waiting'), 1, [
      'web-root 0 C ok: alpha Primary UpToDate Connected, bravo Secondary UpToDate Connected',
      'mail-root 1 C degraded: alpha Primary UpToDate StandAlone, bravo Secondary UpToDate WFConnection',
    ], ['warning replica.degraded mail-root']],
    ['module loaded, nothing brought up', drbd('00-unconfigured'), 1, [
      'web-root 0 C down: alpha - - Unconfigured, bravo - - Unconfigured',
      'mail-root 1 C down: alpha - - Unconfigured, bravo - - Unconfigured',
    ], ['warning replica.degraded mail-root', 'warning replica.degraded web-root']],
    ['a crashed node is back, its resources are not', {
      alpha: { drbd: 'drbd84/alpha/34-peer-crashed.proc-drbd.txt' }, bravo: { drbd: 'drbd84/bravo/35-crashed-node-back-unconfigured.proc-drbd.txt' },
    }, 1, [
      'web-root 0 C degraded: alpha Primary UpToDate WFConnection, bravo - - Unconfigured',
      'mail-root 1 C degraded: alpha Secondary UpToDate Connected, bravo - - Unconfigured',
    ], ['warning replica.degraded mail-root', 'warning replica.degraded web-root']],
    ['module absent on one node', { alpha: { drbd: 'drbd84/alpha/34-peer-crashed.proc-drbd.txt' }, bravo: {} }, 1, [
      'web-root 0 C degraded: alpha Primary UpToDate WFConnection, bravo - - -',
      'mail-root 1 C degraded: alpha Secondary UpToDate Connected, bravo - - -',
    ], ['warning replica.degraded mail-root', 'warning replica.degraded web-root']],
  ])('%s', async (_name, nodes, exit, replicas, findings) => {
    expect(await look(nodes, '2026-11-20T20:35:02Z')).toMatchObject({ exit, replicas, findings, errors: [] });
  });
});

describe.skipIf(missing)(`other shapes${why}`, () => {
  it('Xen on one of two nodes, and a domain that both run', async () => {
    const [alpha, bravo] = [drbd('13-resync-later')['alpha'] ?? {}, drbd('13-resync-later')['bravo'] ?? {}];
    const seen = await look({ alpha: { ...alpha, xl: 'xen417/xen1/03-paused.xl-list.txt' }, bravo: { ...bravo, xl: 'xen417/xen1/01-one-domu.xl-list.txt' } }, '2026-11-20T20:35:02Z');
    expect(seen).toMatchObject({
      exit: 2,
      domains: [
        'web paused on alpha, 1 CPU, 100663296 B, 4.6 s, group -',
        'mail running on alpha, 1 CPU, 100663296 B, 52.4 s, group -',
        'db crashed on alpha, 1 CPU, 100663296 B, 4.7 s, group -',
        'web running on bravo, 1 CPU, 100663296 B, 4.2 s, group -',
      ],
      findings: ['critical domain.crashed db', 'critical domain.twice web', 'warning replica.syncing web-root'],
    });
  });

  it('names by uname -n, by short name and by the inventory are the same nodes', async () => {
    const { alpha = {}, bravo = {} } = both('03-running');
    const seen = await look({ left: { ...alpha, hostname: 'alpha' }, 'bravo.example.org': { ...bravo, hostname: 'bravo' } }, '2026-11-20T20:56:06Z');
    expect(seen).toMatchObject({
      exit: 0,
      nodes: [
        'left online, manager heartbeat 3.0.6, said by {"bravo.example.org":"active"}, links eth1-bravo.example.org true',
        'bravo.example.org online, manager heartbeat 3.0.6, said by {"left":"active"}, links eth1-left true',
      ],
      groups: ['left started on left, home left', 'bravo.example.org started on bravo.example.org, home bravo.example.org'],
    });
  });

  it('a third machine with nothing on it changes nothing', async () => {
    const seen = await look({ ...both('03-running'), charlie: {} }, '2026-11-20T20:56:06Z');
    expect(seen).toMatchObject({ exit: 0, findings: [], errors: [], groups: ['alpha started on alpha, home alpha', 'bravo started on bravo, home bravo'] });
    expect(seen['nodes']).toContain(BARE('charlie'));
  });

  it('one node of a pair: its other side is not well', async () => {
    expect(await look({ alpha: { moment: 'heartbeat/alpha/12-link-cut', logs: ['heartbeat/alpha/03-running.ha-log.txt'] } }, '2026-11-20T21:02:43Z')).toMatchObject({
      exit: 1,
      replicas: ['web-root 0 C degraded: alpha Primary UpToDate WFConnection', 'mail-root 1 C degraded: alpha Primary UpToDate WFConnection'],
      groups: ['alpha started on alpha, home alpha', 'bravo started on alpha, home -'],
    });
  });

  it('two lines of one node are two groups; drbddisk with an address only is enough', async () => {
    const files = { 'etc/ha.d/haresources': 'alpha drbddisk::web-root IPaddr::10.9.9.10\nalpha IPaddr::10.9.9.12/24/eth1:0\nbravo drbddisk::mail-root IPaddr::10.9.9.11\n' };
    const nodes = Object.fromEntries(Object.entries(both('03-running')).map(([name, node]) => [name, { ...node, files }]));
    expect(await look(nodes, '2026-11-20T20:56:06Z')).toMatchObject({
      exit: 0, groups: ['alpha started on alpha, home alpha', 'alpha-2 started on alpha, home alpha', 'bravo started on bravo, home bravo'],
    });
  });
});

describe.skipIf(missing)(`the other documents${why}`, () => {
  it('doctor: a sound pair has nothing to mend but its clocks', async () => {
    const lab = await open(both('03-running'), '2026-11-20T20:56:06Z');
    const ran = await run(['doctor', '--json', '--inventory', lab.inventory]);
    const { checks, ok } = doctorSchema.parse(JSON.parse(ran.stdout));
    expect(checks.filter((check) => check.state === 'bad').map((check) => `${check.node ?? 'here'} ${check.check}`)).toEqual(['alpha clock', 'bravo clock']);
    expect({ ok, code: ran.code, stderr: ran.stderr }).toEqual({ ok: false, code: 1, stderr: '' });
  });

  it('watch: what is open, then transitions, findings and log lines as they come', async () => {
    const lab = await open(both('07-after-hb_standby'), '2026-11-20T20:58:46Z');
    const running = start(['watch', '--json', '--inventory', lab.inventory]);
    await running.until(/group\.|"subject":"alpha"/);
    const file = `${lab.directory('bravo')}/proc/drbd`;
    rewrite(file, readFileSync(file, 'utf8').replace('0: cs:Connected ro:Primary/Secondary ds:UpToDate/UpToDate', '0: cs:Connected ro:Primary/Secondary ds:UpToDate/Diskless'));
    appendFileSync(`${lab.directory('bravo')}/var/log/ha-log`, 'Nov 20 20:58:46 bravo heartbeat: [4163]: WARN: node alpha: is dead\n');
    await running.until(/"kind":"transition"[^\n]*"to":"diskless"/);
    await running.until(/"kind":"log"[^\n]*is dead/);
    rewrite(file, readFileSync(file, 'utf8').replace('UpToDate/Diskless', 'UpToDate/UpToDate'));
    await running.until(/"kind":"finding-closed"/);
    running.child.kill('SIGTERM');
    const ended = await running.ended;
    expect(ended).toMatchObject({ code: 0, stderr: '' });
    const events = ended.stdout.trim().split('\n').map((line) => eventSchema.parse(JSON.parse(line)));
    const of = (kind: string): string[] => events.filter((event) => event.kind === kind).map((event) => [event.subject, event.from, event.to, event.severity, event.node].join(' '));
    expect(events[0]).toMatchObject({ kind: 'finding-opened', cluster: 'lab' });
    expect(of('finding-opened')).toEqual(expect.arrayContaining(['alpha   warning alpha', 'web-root   warning ']));
    expect(of('finding-closed')).toEqual(['web-root   warning ']);
    expect(of('transition')).toEqual(expect.arrayContaining(['web-root ok diskless  ', 'web-root diskless ok  ']));
    expect(events.find((event) => event.kind === 'log')).toMatchObject({ says: 'Nov 20 20:58:46 bravo heartbeat: [4163]: WARN: node alpha: is dead', node: 'bravo', subject: 'alpha', severity: null });
  });
});
