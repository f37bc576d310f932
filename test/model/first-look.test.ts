// One look is all that `status` has: what a node says for the first time may be as old as the cluster. It is judged
// at once, and no length of time is told of it.
import { describe, expect, it } from 'vitest';
import type { FactName, FactTypes, HaResources } from '../../src/model/facts.ts';
import type { Cluster, Facts, NodeView } from '../../src/model/cluster.ts';
import { groups } from '../../src/model/groups.ts';
import { judge } from '../../src/model/judge.ts';
import { failing, heard, minor, NOW, proc, view } from './build.ts';

const haresources: HaResources = { groups: [{ preferred: 'alpha', members: ['drbddisk::web', 'Filesystem::/dev/drbd0::/srv/web::ext3'] }] };

const NO_HYPERVISOR: Facts = { 'xen-list': failing('xen-list', 'absent', 'not there'), 'vmware-cmd': failing('vmware-cmd', 'absent', 'not there') };
const NO_DRBD: Facts = { 'proc-drbd': failing('proc-drbd', 'absent', 'not there') };

/** Heard once, half a second ago. */
function first<N extends FactName>(name: N, value: FactTypes[N]): Facts {
  return { [name]: heard(name, value, { ago: 0.5, changedAgo: 0.5, firstHeardAt: NOW - 500 }) };
}

function node(name: string, resources: string | null, mounted: boolean): NodeView {
  const peer = name === 'alpha' ? 'bravo' : 'alpha';
  const links = [{ name: 'eth1', status: 'up' }];
  const status = { running: resources !== null, resources, peers: resources === null ? [] : [{ name: peer, status: 'active', links }] };
  const mounts = mounted ? [{ device: '/dev/drbd0', path: '/srv/web', type: 'ext3', options: 'rw' }] : [];
  return view(name, { ...first('cl-status', status), ...first('haresources', haresources), ...first('mounts', { mounts }), ...NO_DRBD, ...NO_HYPERVISOR });
}

function clusterOf(...nodes: NodeView[]): Cluster {
  return { config: { name: 'perugia', manager: 'auto', hypervisor: 'auto', readOnly: false }, nodes };
}

const said = (cluster: Cluster): string[] => judge(cluster, NOW).filter((each) => each.severity !== 'info').map((each) => `${each.code} ${each.severity} ${each.subject}: ${each.fact}`);

describe('the first look', () => {
  it('a group that runs nowhere is critical', () => {
    expect(said(clusterOf(node('alpha', null, false), node('bravo', null, false)))).toEqual(expect.arrayContaining([
      'group.nowhere critical alpha: Group alpha runs nowhere.',
      'node.stopped warning alpha: heartbeat on alpha is stopped.',
    ]));
  });

  it('a group that heartbeat holds for started, and is not, has failed', () => {
    const cluster = clusterOf(node('alpha', 'local', false), node('bravo', 'local', false));
    expect(groups(cluster, NOW).map((group) => [group.name, group.state])).toEqual([['alpha', 'failed']]);
    expect(said(cluster)).toEqual(['group.failed critical alpha: Group alpha has failed on alpha: /srv/web not mounted.']);
  });

  it('a group that two nodes own is critical', () => {
    expect(said(clusterOf(node('alpha', 'all', true), node('bravo', 'all', true)))).toEqual(['group.failed critical alpha: Group alpha is owned by alpha and bravo.']);
  });

  it('a change that was seen a moment ago still gets its time to settle', () => {
    const [alpha, bravo] = [node('alpha', 'local', false), node('bravo', 'local', false)];
    const status = alpha.facts['cl-status'];
    if (!status) throw new Error('no cl-status');
    const changed = { ...alpha, facts: { ...alpha.facts, 'cl-status': { ...status, firstHeardAt: NOW - 90_000 } } };
    expect(groups(clusterOf(changed, bravo), NOW).map((group) => group.state)).toEqual(['starting']);
  });

  it('a dead node that crashcart never heard is dead since its peer told, not since we asked', () => {
    const bravo = node('bravo', 'all', true);
    const status = bravo.facts['cl-status']?.value;
    if (!status) throw new Error('no cl-status');
    const peers = [{ name: 'alpha', status: 'dead', links: [{ name: 'eth1', status: 'dead' }] }];
    const alone: NodeView = { ...bravo, facts: { ...bravo.facts, ...first('cl-status', { ...status, peers }) } };
    const alpha = view('alpha', {}, { link: { state: 'silent', since: NOW - 300, says: 'refused' }, heardAt: null });
    expect(said(clusterOf(alpha, alone))).toContain('node.dead critical alpha: alpha is dead. bravo took over its group.');
    const event = { at: null, stamp: '', level: 'WARN', daemon: null, pid: null, kind: 'node-dead', node: 'alpha', resource: null, text: '' } as const;
    const told = { ...alone, log: [{ seq: 1, file: '/var/log/ha-log', heardAt: NOW - 500, at: NOW - 54_000, event, raw: 'node alpha: is dead' }] };
    expect(said(clusterOf(alpha, told))).toContain('node.dead critical alpha: alpha is dead for 0:54. bravo took over its group.');
  });

  it('a new device that was never synced is inconsistent, and no verify is spoken of', () => {
    const side = (name: string): NodeView => view(name, {
      ...first('proc-drbd', proc('8.4.11', minor(0, 'Connected Secondary/Secondary Inconsistent/Inconsistent', { outOfSyncBytes: 209_670_144 }))),
      'cl-status': failing('cl-status', 'absent', 'not there'),
      ...NO_HYPERVISOR,
    });
    expect(said(clusterOf(side('alpha'), side('bravo')))).toEqual([
      "replica.inconsistent critical drbd0: drbd0 has no good copy in reach; alpha's is Inconsistent and bravo's is Inconsistent.",
    ]);
  });
});
