// Cut cables: one of several, all for a while, all for longer than deadtime, and what comes of the return.
import { describe, expect, it } from 'vitest';
import { createPair } from './perugia-pair.ts';

const BOTH = ['alpha', 'bravo'];
const HOME = { alpha: { on: 'alpha', state: 'started', holders: ['alpha'] }, bravo: { on: 'bravo', state: 'started', holders: ['bravo'] } };

describe('one link of several', () => {
  it('gives link lines on both nodes and moves nothing', () => {
    const pair = createPair();
    pair.world.network.set('bond0', true);
    pair.pass(40);
    const lines = (peer: string, status: string): string[] => [`info: Link ${peer}:bond0 ${status}.`, `info: Link Status update: Link ${peer}/bond0 now has status ${status}`];
    const ipfail = ['info: Asking other side for ping node count.', 'info: Checking remote count of ping nodes.', 'info: Ping node count is balanced.'];
    // Which node's ipfail asks first depends on whose beat is missed first.
    expect(pair.said(pair.alpha).sort()).toEqual([...lines('bravo', 'dead'), ...ipfail].sort());
    expect(pair.said(pair.bravo).sort()).toEqual([...lines('alpha', 'dead'), ...ipfail].sort());
    expect(pair.run(pair.alpha, 'cl_status', 'hblinkstatus', 'bravo', 'bond0')).toEqual({ exit: 1, stdout: 'dead\n', stderr: '' });
    expect(pair.run(pair.alpha, 'cl_status', 'hblinkstatus', 'bravo', '/dev/ttyS0')).toEqual({ exit: 0, stdout: 'up\n', stderr: '' });
    pair.world.network.set('bond0', false);
    pair.pass(5);
    expect(pair.said(pair.alpha)).toEqual(lines('bravo', 'up'));
    expect(pair.world.truth().groups).toEqual(HOME);
  });
});

describe('all links for less than deadtime', () => {
  it('gives a late heartbeat and nothing else', () => {
    const pair = createPair();
    pair.pass(10);
    pair.world.network.set('all', true);
    pair.pass(14);
    pair.world.network.set('all', false);
    pair.pass(100);
    const said = pair.said(pair.alpha);
    expect(said).toHaveLength(1);
    expect(said[0]).toMatch(/^WARN: Late heartbeat: Node bravo: interval 1[46]000 ms$/);
  });

  it('says nothing below warntime', () => {
    const pair = createPair();
    pair.world.network.set('all', true);
    pair.pass(5);
    pair.world.network.set('all', false);
    pair.pass(100);
    expect(pair.said(pair.alpha)).toEqual([]);
  });
});

describe('all links for longer than deadtime', () => {
  it('has both say dead and take everything', () => {
    const pair = createPair();
    pair.world.network.set('all', true);
    pair.pass(80);
    expect(pair.world.truth().groups).toEqual({ alpha: { on: null, state: 'started', holders: BOTH }, bravo: { on: null, state: 'started', holders: BOTH } });
    const said = pair.said(pair.bravo);
    expect(said.slice(0, 4)).toEqual(['WARN: node alpha: is dead', 'WARN: No STONITH device configured.', 'WARN: Shared disks are not protected.', 'info: Resources being acquired from alpha.']);
    expect(said.at(-1)).toBe('info: mach_down takeover complete.');
    expect(said.join('\n')).not.toContain('Both machines own');
    expect(pair.run(pair.bravo, 'cl_status', 'rscstatus').stdout).toBe('all\n');
  });

  it('on return both say so, restart by themselves, and end up as usual', () => {
    const pair = createPair();
    pair.world.network.set('all', true);
    pair.pass(80);
    pair.said(pair.alpha);
    pair.world.network.set('all', false);
    pair.pass(30);
    const said = pair.said(pair.alpha);
    expect(said.filter((line) => !line.startsWith('info: Link Status'))[0]).toBe('CRIT: Cluster node bravo returning after partition.');
    expect(said[2]).toBe('WARN: Deadtime value may be too small.');
    const order = ['info: Status update for node bravo: status active', 'info: Giving up all HA resources.', 'info: All HA resources relinquished.', 'info: alpha Heartbeat shutdown complete.', 'info: Heartbeat restart triggered.', 'info: Restarting heartbeat.', 'info: Performing heartbeat restart exec.'];
    expect(said.filter((line) => order.includes(line))).toEqual(order);
    expect(pair.world.truth().nodes['alpha']?.manager).toBe('starting');
    expect(pair.run(pair.alpha, '/etc/init.d/heartbeat', 'status').stdout).toMatch(/^heartbeat OK /);
    pair.pass(180);
    expect(pair.world.truth().groups).toEqual(HOME);
    expect(pair.world.truth().nodes['alpha']?.manager).toBe('up');
    for (const node of [pair.alpha, pair.bravo]) expect(pair.run(node, 'cl_status', 'rscstatus').stdout).toBe('local\n');
    expect((pair.bravo.read('/var/log/ha-log') ?? '').match(/returning after partition/g)).toHaveLength(1);
    expect([...pair.running].sort()).toEqual([
      'alpha Filesystem /dev/drbd0', 'alpha drbddisk drbd0', 'alpha vmmanager ALPHA/Charlie/Charlie.vmx',
      'bravo Filesystem /dev/drbd1', 'bravo drbddisk drbd1', 'bravo vmmanager BRAVO/DeltaKUBUNTU/DeltaKUBUNTU.vmx', 'bravo vmmanager BRAVO/Foxtrot2000AS/Foxtrot2000AS.vmx',
    ]);
  });

  it('ends the wait for the restart when heartbeat is stopped by hand', () => {
    const pair = createPair();
    pair.world.network.set('all', true);
    pair.pass(80);
    pair.world.network.set('all', false);
    pair.pass(30);
    pair.run(pair.alpha, '/etc/init.d/heartbeat', 'stop');
    pair.pass(200);
    expect(pair.world.truth().nodes['alpha']?.manager).toBe('down');
    expect(pair.world.truth().groups).toEqual({ alpha: { on: 'bravo', state: 'started', holders: ['bravo'] }, bravo: HOME.bravo });
  });
});
