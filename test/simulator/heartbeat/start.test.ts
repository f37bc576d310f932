// Starts: alone, both together, with auto_failback off, with an edited or a broken file; and idle days.
import { describe, expect, it } from 'vitest';
import { createPair, haCfWith } from './perugia-pair.ts';
import type { Pair } from './perugia-pair.ts';

function withoutPower(): Pair {
  const pair = createPair();
  pair.world.powerCut(pair.alpha);
  pair.world.powerCut(pair.bravo);
  pair.pass(100);
  return pair;
}

const started = (node: string): object => ({ on: node, state: 'started', holders: [node] });

describe('a start without the other node', () => {
  it('waits initdead, then takes everything', () => {
    const pair = withoutPower();
    pair.world.powerOn(pair.alpha);
    pair.pass(28 + 110);
    expect(pair.said(pair.alpha).at(-1)).toBe('info: Link alpha:bond1 up.');
    expect(pair.world.truth().groups['alpha']).toEqual({ on: null, state: 'stopped', holders: [] });
    expect(pair.world.truth().nodes['alpha']?.manager).toBe('starting');
    pair.pass(90);
    const said = pair.said(pair.alpha);
    // The order of a real start beside a dead node.
    const order = [
      'WARN: node bravo: is dead', 'info: Comm_now_up(): updating status to active', "info: Local status now set to: 'active'", 'WARN: No STONITH device configured.', 'WARN: Shared disks are not protected.',
      'info: Resources being acquired from bravo.', 'info: mach_down takeover complete for node bravo.', 'info: mach_down takeover complete.', 'info: Initial resource acquisition complete (mach_down)',
    ];
    expect(said.filter((line) => order.includes(line))).toEqual(order);
    expect(said).toContain('received ip-request-resp drbddisk::drbd0 OK yes');
    expect(said).toContain('info: Local Resource acquisition completed. (none)');
    expect(pair.world.truth().groups).toEqual({ alpha: started('alpha'), bravo: started('alpha') });
    expect(pair.run(pair.alpha, 'cl_status', 'rscstatus').stdout).toBe('all\n');
  });

  it('gives the groups back to the node that comes later', () => {
    const pair = withoutPower();
    pair.world.powerOn(pair.alpha);
    pair.pass(250);
    pair.world.powerOn(pair.bravo);
    pair.pass(120);
    expect(pair.world.truth().groups).toEqual({ alpha: started('alpha'), bravo: started('bravo') });
  });
});

describe('a start of both', () => {
  it('gives each its own group, ten seconds after they hear each other', () => {
    const pair = withoutPower();
    pair.world.powerOn(pair.alpha);
    pair.world.powerOn(pair.bravo);
    pair.pass(80);
    const said = pair.said(pair.alpha);
    // captures: 03-running of alpha.
    const order = [
      "info: Local status now set to: 'up'", 'info: Comm_now_up(): updating status to active', "info: Local status now set to: 'active'", 'info: local resource transition completed.',
      'info: Initial resource acquisition complete (T_RESOURCES(us))', 'info: remote resource transition completed.', 'info: Local Resource acquisition completed.',
      'received ip-request-resp drbddisk::drbd0 OK yes', 'info: Running /etc/ha.d/resource.d/drbddisk drbd0 start',
    ];
    expect(said.filter((line) => order.includes(line))).toEqual(order);
    expect(said).not.toContain('WARN: node bravo: is dead');
    expect(said).not.toContain('info: all clients are now resumed');
    expect(pair.world.truth().groups).toEqual({ alpha: started('alpha'), bravo: started('bravo') });
  });
});

describe('auto_failback off', () => {
  const pair = (): Pair => createPair({ haCf: haCfWith('auto_failback on', 'auto_failback off') });

  it('leaves the groups where they are when the node is back', () => {
    const p = pair();
    p.world.powerCut(p.bravo);
    p.pass(100);
    p.world.powerOn(p.bravo);
    p.said(p.alpha);
    p.pass(120);
    expect(p.world.truth().groups).toEqual({ alpha: started('alpha'), bravo: started('alpha') });
    expect(p.said(p.alpha).filter((line) => line.includes('standby'))).toEqual([]);
    expect(p.run(p.bravo, 'cl_status', 'rscstatus').stdout).toBe('none\n');
    expect(p.said(p.bravo)).toContain('info: Local Resource acquisition completed. (none)');
  });

  it('lets hb_takeover local bring them home', () => {
    const p = pair();
    p.world.powerCut(p.bravo);
    p.pass(100);
    p.world.powerOn(p.bravo);
    p.pass(120);
    expect(p.run(p.bravo, '/usr/lib/heartbeat/hb_takeover', 'local')).toEqual({ exit: 0, stdout: '', stderr: '' });
    p.pass(60);
    expect(p.world.truth().groups).toEqual({ alpha: started('alpha'), bravo: started('bravo') });
  });

  it('counts from the next start on when it is edited', () => {
    const p = createPair();
    p.run(p.bravo, '/etc/init.d/heartbeat', 'stop');
    p.pass(60);
    p.alpha.files.write('/etc/ha.d/ha.cf', haCfWith('auto_failback on', 'auto_failback off'));
    p.run(p.bravo, '/etc/init.d/heartbeat', 'start');
    p.pass(90);
    expect(p.world.truth().groups['bravo'], 'alpha still runs with the old file').toEqual(started('bravo'));
    p.run(p.alpha, '/etc/init.d/heartbeat', 'restart');
    p.run(p.bravo, '/etc/init.d/heartbeat', 'stop');
    p.pass(60);
    p.run(p.bravo, '/etc/init.d/heartbeat', 'start');
    p.pass(90);
    expect(p.world.truth().groups['bravo']).toEqual(started('alpha'));
  });
});

describe('the init script', () => {
  it('refuses a file that does not know the node, and says what it lacks', () => {
    const pair = createPair();
    pair.run(pair.bravo, '/etc/init.d/heartbeat', 'stop');
    pair.bravo.files.write('/etc/ha.d/ha.cf', haCfWith('node bravo', 'node brava'));
    expect(pair.run(pair.bravo, '/etc/init.d/heartbeat', 'start')).toMatchObject({ exit: 6, stdout: expect.stringContaining('Current node [bravo] not in configuration!') as string });
    pair.bravo.files.remove('/etc/ha.d/ha.cf');
    expect(pair.run(pair.bravo, '/etc/init.d/heartbeat', 'start').stdout).toContain('Heartbeat not configured: /etc/ha.d/ha.cf not found.');
    expect(pair.world.truth().nodes['bravo']?.manager).toBe('down');
  });

  it('tells whether heartbeat runs', () => {
    const pair = createPair();
    expect(pair.run(pair.alpha, '/etc/init.d/heartbeat', 'status').stdout).toMatch(/^heartbeat OK \[pid \d+ et al\] is running on alpha \[alpha\]\.\.\.\n$/);
    pair.run(pair.alpha, '/etc/init.d/heartbeat', 'stop');
    expect(pair.run(pair.alpha, '/etc/init.d/heartbeat', 'status')).toEqual({ exit: 3, stdout: 'heartbeat is stopped. No process\n', stderr: '' });
  });

  it('warns of resources that somebody else has started', () => {
    const pair = createPair();
    pair.run(pair.bravo, '/etc/init.d/heartbeat', 'stop');
    pair.said(pair.bravo);
    pair.running.add('bravo drbddisk drbd1');
    pair.run(pair.bravo, '/etc/init.d/heartbeat', 'start');
    expect(pair.said(pair.bravo)[0]).toBe('CRITICAL: Resource drbddisk::drbd1 is active, and should not be!');
  });
});

it('costs nothing and says nothing while nothing happens', () => {
  const pair = createPair();
  const before = performance.now();
  pair.pass(30 * 24 * 3600);
  expect(performance.now() - before).toBeLessThan(50);
  expect(pair.said(pair.alpha)).toEqual([]);
  expect(pair.world.schedule.next()).toBeNull();
});

it('is the same again with the same seed', () => {
  const play = (): string => {
    const pair = createPair({ seed: 7 });
    pair.world.network.set('all', true);
    pair.pass(70);
    pair.world.network.set('all', false);
    pair.pass(200);
    return (pair.alpha.read('/var/log/ha-log') ?? '') + (pair.bravo.read('/var/log/ha-log') ?? '');
  };
  expect(play()).toBe(play());
});

it('hurries its own work, and takes the times of ha.cf as they stand there', () => {
  const pair = createPair({ hurry: 10, haCf: haCfWith('deadtime 30', 'deadtime 3000ms').replace('keepalive 2', 'keepalive 200ms').replace('warntime 10', 'warntime 1s') });
  pair.world.powerCut(pair.bravo);
  pair.pass(2.9);
  expect(pair.said(pair.alpha)).toEqual([]);
  pair.pass(4);
  expect(pair.said(pair.alpha).at(-1)).toBe('info: mach_down takeover complete.');
});

it('says it in the words of 1.2.4 as well', () => {
  const pair = createPair({ version: '1.2.4' });
  pair.world.powerCut(pair.bravo);
  pair.pass(60);
  pair.world.powerOn(pair.bravo);
  pair.pass(120);
  const said = pair.said(pair.alpha);
  expect(said).toContain('info: Node bravo: status active');
  expect(said).not.toContain('info: all clients are now paused');
  expect(pair.world.truth().groups['bravo']).toEqual(started('bravo'));
});

it('lets a node that returns in the middle of a takeover wait for its group', () => {
  const pair = createPair({ haCf: haCfWith('deadtime 30', 'deadtime 10') });
  pair.world.powerCut(pair.bravo);
  pair.world.powerOn(pair.bravo);
  pair.pass(32);
  const said = pair.said(pair.alpha);
  expect(said).toContain('WARN: T_STARTING received during takeover.');
  expect(pair.world.truth().groups['bravo']).toEqual({ on: null, state: 'starting', holders: [] });
  pair.pass(90);
  const later = pair.said(pair.alpha);
  expect(later.indexOf('info: mach_down takeover complete.')).toBeLessThan(later.indexOf('info: alpha wants to go standby [foreign]'));
  expect(later.join('\n')).not.toContain('Both machines own');
  expect(pair.world.truth().groups['bravo']).toEqual(started('bravo'));
});
