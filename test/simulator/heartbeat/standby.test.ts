// hb_standby and hb_takeover, resources that will not start or stop, and cl_status through it all.
import { describe, expect, it } from 'vitest';
import { createPair, haCfWith } from './perugia-pair.ts';

const started = (node: string): object => ({ on: node, state: 'started', holders: [node] });
const NOT_SCRIPTS = /^(?!INFO)(?!info: (Running|Releasing|Acquiring)).*/;

describe('hb_standby', () => {
  it('all moves both groups, in the lines of a real run on both nodes', () => {
    const pair = createPair();
    expect(pair.run(pair.alpha, '/usr/share/heartbeat/hb_standby', 'all')).toEqual({ exit: 0, stdout: '2007/02/15_10:22:33 Going standby [all].\n', stderr: '' });
    expect(pair.run(pair.alpha, 'cl_status', 'rscstatus').stdout).toBe('transition\n');
    pair.pass(90);
    // captures: 07-after-hb_standby, alpha gives, bravo takes.
    expect(pair.said(pair.alpha).filter((line) => NOT_SCRIPTS.test(line)).map((line) => line.replace(/\[\d+:\d+\]/, '[A:B]'))).toEqual([
      'Going standby [all].',
      'info: alpha wants to go standby [all]',
      'info: standby: bravo can take our all resources',
      'info: give up all HA resources (standby).',
      'info: all HA resource release completed (standby).',
      'info: Local standby process completed [all].',
      'WARN: 1 lost packet(s) for [bravo] [A:B]',
      'info: remote resource transition completed.',
      'info: No pkts missing from bravo!',
      'info: Other node completed standby takeover of all resources.',
    ]);
    expect(pair.said(pair.bravo).filter((line) => NOT_SCRIPTS.test(line))).toEqual([
      'info: alpha wants to go standby [all]',
      'info: standby: acquire [all] resources from alpha',
      'info: acquire all HA resources (standby).',
      'info: all HA resource acquisition completed (standby).',
      'info: Standby resource acquisition done [all].',
      'info: remote resource transition completed.',
    ]);
    expect(pair.world.truth().groups).toEqual({ alpha: started('bravo'), bravo: started('bravo') });
    expect(pair.run(pair.alpha, 'cl_status', 'rscstatus').stdout).toBe('none\n');
    expect(pair.run(pair.bravo, 'cl_status', 'rscstatus').stdout).toBe('all\n');
    // auto_failback brings nothing home by itself.
    pair.pass(3600);
    expect(pair.world.truth().groups['alpha']).toEqual(started('bravo'));
  });

  it('foreign on the other node brings the group home; what runs is not started again', () => {
    const pair = createPair();
    pair.run(pair.alpha, '/usr/lib/heartbeat/hb_standby', 'local');
    pair.pass(60);
    expect(pair.world.truth().groups).toEqual({ alpha: started('bravo'), bravo: started('bravo') });
    expect(pair.run(pair.bravo, 'cl_status', 'rscstatus', '-m').stdout).toBe('This node is holding all resources.\n');
    pair.run(pair.bravo, '/usr/lib/heartbeat/hb_standby', 'foreign');
    pair.pass(60);
    expect(pair.world.truth().groups).toEqual({ alpha: started('alpha'), bravo: started('bravo') });
    expect(pair.said(pair.bravo).filter((line) => line.startsWith('info: Running /etc/ha.d/resource.d/drbddisk drbd1'))).toEqual([]);
  });

  it('is refused with a wrong word, without heartbeat, and while another is under way', () => {
    const pair = createPair();
    expect(pair.run(pair.alpha, '/usr/share/heartbeat/hb_standby', 'bogus')).toEqual({
      exit: 1, stdout: '/usr/share/heartbeat/hb_standby: wrong resources(bogus).\nusage:\n', stderr: '/usr/share/heartbeat/hb_standby [all|foreign|local|failback]\n',
    });
    pair.run(pair.alpha, '/usr/share/heartbeat/hb_standby', 'all');
    pair.pass(3);
    pair.run(pair.alpha, '/usr/share/heartbeat/hb_standby', 'all');
    expect(pair.said(pair.alpha).at(-1)).toBe('WARN: Standby in progress- new request from alpha ignored');
    pair.pass(60);
    pair.run(pair.bravo, '/etc/init.d/heartbeat', 'stop');
    expect(pair.run(pair.bravo, '/usr/share/heartbeat/hb_standby', 'all').exit).toBe(1);
  });

  it('is cancelled when nobody answers', () => {
    const pair = createPair();
    pair.world.powerCut(pair.bravo);
    pair.pass(80);
    pair.said(pair.alpha);
    pair.run(pair.alpha, '/usr/lib/heartbeat/hb_standby', 'all');
    pair.pass(20);
    expect(pair.said(pair.alpha)).toEqual(['Going standby [all].', 'info: alpha wants to go standby [all]', 'WARN: No reply to standby request.  Standby request cancelled.']);
    expect(pair.world.truth().groups).toEqual({ alpha: started('alpha'), bravo: started('alpha') });
  });

  it('is taken up by the survivor when the taker dies in the middle', () => {
    const pair = createPair();
    pair.run(pair.alpha, '/usr/lib/heartbeat/hb_standby', 'all');
    pair.pass(20);
    pair.world.powerCut(pair.bravo);
    pair.pass(120);
    expect(pair.said(pair.alpha)).toContain('info: Cancelling pending standby operation');
    expect(pair.world.truth().groups).toEqual({ alpha: started('alpha'), bravo: started('alpha') });
  });

  it('delays a stop of heartbeat until it is done', () => {
    const pair = createPair();
    pair.run(pair.alpha, '/usr/lib/heartbeat/hb_standby', 'all');
    pair.pass(3);
    pair.run(pair.alpha, '/etc/init.d/heartbeat', 'stop');
    const said = pair.said(pair.alpha);
    expect(said.indexOf('WARN: Shutdown delayed until current resource activity finishes.')).toBeLessThan(said.indexOf('info: Other node completed standby takeover of all resources.'));
    expect(said.at(-1)).toBe('info: alpha Heartbeat shutdown complete.');
    expect(pair.world.truth().groups).toEqual({ alpha: started('bravo'), bravo: started('bravo') });
  });
});

describe('hb_takeover', () => {
  it('has the other node go standby', () => {
    const pair = createPair();
    expect(pair.run(pair.alpha, '/usr/lib/heartbeat/hb_takeover', 'all')).toEqual({ exit: 0, stdout: '', stderr: '' });
    pair.pass(90);
    expect(pair.said(pair.alpha)[0]).toBe('info: bravo wants to go standby [all]');
    expect(pair.world.truth().groups).toEqual({ alpha: started('alpha'), bravo: started('alpha') });
  });
});

describe('a resource that fails', () => {
  it('to start has its group given up, and mach_down says complete all the same', () => {
    const pair = createPair();
    pair.failing.set('alpha Filesystem /dev/drbd1 start', 1);
    pair.world.powerCut(pair.bravo);
    pair.pass(50);
    const said = pair.said(pair.alpha).filter((line) => !line.startsWith('INFO'));
    const from = said.indexOf('info: Running /etc/ha.d/resource.d/Filesystem /dev/drbd1 /var/lib/vmware/VirtualMachinesBRAVO ext3 start');
    expect(said.slice(from + 1, from + 3)).toEqual([
      'ERROR: Return code 1 from /etc/ha.d/resource.d/Filesystem',
      'CRIT: Giving up resources due to failure of Filesystem::/dev/drbd1::/var/lib/vmware/VirtualMachinesBRAVO::ext3',
    ]);
    expect(said).toContain('info: Running /etc/ha.d/resource.d/drbddisk drbd1 stop');
    expect(said.at(-1)).toBe('info: mach_down takeover complete.');
    expect(pair.world.truth().groups['bravo']).toEqual({ on: null, state: 'failed', holders: [] });
    expect(pair.run(pair.alpha, 'cl_status', 'rscstatus').stdout).toBe('all\n');
    pair.pass(60);
    expect(pair.said(pair.alpha)).toContain('info: alpha wants to go standby [foreign]');
  });

  it('to stop is tried again, and then costs the machine', () => {
    const pair = createPair({ haCf: haCfWith('deadtime 30', 'deadtime 10') });
    pair.run(pair.alpha, '/usr/lib/heartbeat/hb_standby', 'local');
    pair.pass(60);
    pair.failing.set('bravo Filesystem /dev/drbd0 stop', 1);
    pair.said(pair.bravo);
    pair.run(pair.bravo, '/usr/lib/heartbeat/hb_standby', 'foreign');
    pair.pass(24);
    const said = pair.said(pair.bravo);
    expect(said.filter((line) => line.startsWith('info: Retrying failed stop operation'))).toHaveLength(10);
    expect(said.slice(-2)).toEqual(['CRIT: Resource STOP failure. Reboot required!', 'CRIT: Killing heartbeat ungracefully!']);
    expect(pair.world.truth().nodes['bravo']?.machine).toBe('booting');
    pair.pass(120);
    expect(pair.world.truth().groups).toEqual({ alpha: started('alpha'), bravo: started('bravo') });
  });

  it('is not found', () => {
    const pair = createPair({ haresources: 'alpha drbddisk::drbd0\nbravo nosuch::x\n' });
    pair.run(pair.bravo, '/usr/lib/heartbeat/hb_standby', 'local');
    pair.pass(90);
    expect(pair.said(pair.alpha)).toContain('ERROR: Cannot locate resource script nosuch');
  });
});

describe('cl_status', () => {
  it('answers as the daemon believes', () => {
    const pair = createPair();
    const ask = (...argv: string[]): string => pair.run(pair.alpha, 'cl_status', ...argv).stdout;
    expect(ask('hbstatus')).toBe('Heartbeat is running on this machine.\n');
    expect(ask('listnodes')).toBe('141.250.199.62\nbravo\nalpha\n');
    expect(ask('listnodes', '-n')).toBe('bravo\nalpha\n');
    expect(ask('listnodes', '-p')).toBe('141.250.199.62\n');
    expect(ask('nodestatus', 'bravo')).toBe('active\n');
    expect(ask('nodestatus', '141.250.199.62')).toBe('ping\n');
    expect(ask('nodetype', 'bravo')).toBe('normal\n');
    expect(ask('listhblinks', 'bravo')).toBe('\tbond1\n\tbond0\n\t/dev/ttyS0\n');
    expect(ask('hbparameter', '-p', 'deadtime')).toBe('30\n');
    expect(ask('clientstatus', 'bravo', 'ipfail')).toBe('online\n');
    expect(ask('rscstatus')).toBe('local\n');
    pair.world.powerCut(pair.bravo);
    pair.pass(10);
    expect(ask('nodestatus', 'bravo'), 'not yet noticed').toBe('active\n');
    pair.pass(80);
    expect(pair.run(pair.alpha, 'cl_status', 'nodestatus', 'bravo')).toEqual({ exit: 1, stdout: 'dead\n', stderr: '' });
  });

  it('without heartbeat, and in its first seconds, cannot sign on', () => {
    const pair = createPair();
    pair.run(pair.alpha, '/etc/init.d/heartbeat', 'stop');
    const { exit, stdout, stderr } = pair.run(pair.alpha, 'cl_status', 'listnodes');
    expect({ exit, stdout }).toEqual({ exit: 1, stdout: '' });
    expect(stderr).toMatch(/^cl_status\[\d+\]: 2007\S+ ERROR: Cannot signon with heartbeat\ncl_status\[\d+\]: 2007\S+ ERROR: REASON: hb_api_signon: Can't initiate connection {1,2}to heartbeat\n$/);
    expect(pair.run(pair.alpha, 'cl_status', 'hbstatus')).toEqual({ exit: 1, stdout: 'Heartbeat is stopped on this machine.\n', stderr: '' });
    pair.run(pair.alpha, '/etc/init.d/heartbeat', 'start');
    pair.pass(1);
    expect(pair.run(pair.alpha, 'cl_status', 'hbstatus').exit).toBe(1);
    pair.pass(3);
    expect(pair.run(pair.alpha, 'cl_status', 'hbstatus').exit).toBe(0);
  });

  it('refuses what it does not know', () => {
    const pair = createPair();
    expect(pair.run(pair.alpha, 'cl_status', 'bogus')).toMatchObject({ exit: 11, stdout: '' });
    expect(pair.run(pair.alpha, 'cl_status', 'nodestatus', 'charlie')).toMatchObject({ exit: 1, stdout: '' });
    expect(pair.run(pair.alpha, 'cl_status', 'hbparameter', '-p', 'nosuch')).toMatchObject({ exit: 1, stdout: '' });
  });
});
