import { describe, expect, test } from 'vitest';
import { createGuests } from '../../../src/simulator/world/guests/guests.ts';
import { HA_LOG } from '../../../src/simulator/world/heartbeat/log.ts';
import { scriptCommands } from '../../../src/simulator/world/scripts/scripts.ts';
import type { Ran, World } from '../../../src/simulator/world/shapes.ts';
import { createXen } from '../../../src/simulator/world/xen/xen.ts';
import { begin, miniWorld, mirror, nodeOf, pass, program, run } from '../guests/mini-world.ts';
import { DELTA, deltaTruth, miniPerugia, move, vm, VOLUME } from '../vmware/mini-perugia.ts';
import type { MiniPerugia } from '../vmware/mini-perugia.ts';

const DRBDDISK = '/etc/ha.d/resource.d/drbddisk';
const FILESYSTEM = '/etc/ha.d/resource.d/Filesystem';
const VMMANAGER = '/etc/ha.d/resource.d/vmmanager BRAVO/DeltaKUBUNTU/DeltaKUBUNTU.vmx';
const HAXEN = '/etc/ha.d/resource.d/haxendomains';

/** Lines of the cluster log without program and time. */
const logOf = (world: World, node: string): string[] =>
  (nodeOf(world, node).files.read(HA_LOG) ?? '').split('\n').slice(0, -1).map((line) => line.replace(/^Filesystem\[\d+\]:\t\d{4}\/\d\d\/\d\d_\d\d:\d\d:\d\d /, ''));

describe('drbddisk', () => {
  /** A node with a drbdadm of the test's. */
  function withDrbdadm(answer: (words: readonly string[]) => Partial<Ran>, hurry = 1): { world: World; asked: string[] } {
    const asked: string[] = [];
    const world = miniWorld((made) => ({
      systems: [{
        commands: { ...scriptCommands(made), drbdadm: program((words) => (asked.push(words.join(' ')), answer(words))) },
        *boot() {}, *shutdown() {}, died: () => undefined, truth: () => ({}),
      }],
    }), { hurry });
    nodeOf(world, 'alpha').files.write('/proc/drbd', 'version: 0.7.23 (api:79/proto:74)\n');
    return { world, asked };
  }

  test('start tries six times within five seconds, then gives up with 20', () => {
    const { world, asked } = withDrbdadm(() => ({ exit: 20, stderr: 'Local replica is inconsistent (--do-what-I-say ?)\n' }));
    const ran = run(world, 'alpha', `${DRBDDISK} drbd1 start`);
    expect(ran).toMatchObject({ exit: 20, seconds: 5 });
    expect(asked).toEqual(Array.from({ length: 6 }, () => 'primary drbd1'));
    expect(ran.stderr.split('\n')).toHaveLength(7);
  });

  test('start succeeds as soon as drbdadm does; in a hurry it tries sooner', () => {
    let left = 3;
    const { world } = withDrbdadm(() => ({ exit: (left -= 1) === 0 ? 0 : 20 }), 4);
    expect(run(world, 'alpha', `${DRBDDISK} drbd1 start`)).toMatchObject({ exit: 0, seconds: 0.5 });
  });

  test('stop hands the exit code on, and is content where DRBD is not loaded', () => {
    const { world, asked } = withDrbdadm(() => ({ exit: 11 }));
    expect(run(world, 'alpha', `${DRBDDISK} drbd1 stop`).exit).toBe(11);
    expect(asked).toEqual(['secondary drbd1']);
    nodeOf(world, 'alpha').files.remove('/proc/drbd');
    expect(run(world, 'alpha', `${DRBDDISK} drbd1 stop`).exit).toBe(0);
  });

  test.each([['Primary/Secondary\n', 'running\n'], ['Secondary/Unknown\n', 'stopped\n'], ['not configured\n', 'not configured\n']])('status of %j', (state, stdout) => {
    const { world } = withDrbdadm(() => ({ stdout: state }));
    expect(run(world, 'alpha', `${DRBDDISK} drbd1 status`)).toMatchObject({ exit: 0, stdout });
    expect(run(world, 'alpha', `${DRBDDISK} status`)).toMatchObject({ exit: 10 });
  });
});

describe('Filesystem', () => {
  test('stop and start write the lines of the thesis', () => {
    const mini = miniPerugia({ runsOn: null });
    expect(run(mini.world, 'bravo', `${FILESYSTEM} /dev/drbd1 ${VOLUME} ext3 stop`).exit).toBe(0);
    expect(logOf(mini.world, 'bravo')).toEqual([
      `INFO: Running stop for /dev/drbd1 on ${VOLUME}`, `INFO: Trying to unmount ${VOLUME}`, `INFO: unmounted ${VOLUME} successfully`, 'INFO: Success',
    ]);
    mini.disk.primary.add('alpha');
    expect(run(mini.world, 'alpha', `${FILESYSTEM} /dev/drbd1 ${VOLUME} ext3 start`).exit).toBe(0);
    expect(logOf(mini.world, 'alpha')).toEqual([`INFO: Running start for /dev/drbd1 on ${VOLUME}`, 'INFO: Success']);
    expect(mini.world.truth().mounts['alpha']).toEqual({ [VOLUME]: '/dev/drbd1' });
  });

  test('a machine that still runs is killed, and the log tells how', () => {
    const mini = miniPerugia();
    expect(run(mini.world, 'bravo', `${FILESYSTEM} /dev/drbd1 ${VOLUME} ext3 stop`).exit).toBe(0);
    expect(logOf(mini.world, 'bravo')).toEqual([
      `INFO: Running stop for /dev/drbd1 on ${VOLUME}`, `INFO: Trying to unmount ${VOLUME}`,
      `ERROR: Couldn't unmount ${VOLUME}; trying cleanup with SIGTERM`, `INFO: Some processes on ${VOLUME} were signalled`,
      `INFO: unmounted ${VOLUME} successfully`, 'INFO: Success',
    ]);
    expect(deltaTruth(mini).on).toEqual([]);
  });

  test('what nobody can be blamed for keeps it mounted: six signals, then it gives up', () => {
    const mini = miniPerugia({ runsOn: null });
    nodeOf(mini.world, 'bravo').holders.set(VOLUME, new Set(['a shell stands in it']));
    expect(run(mini.world, 'bravo', `${FILESYSTEM} /dev/drbd1 ${VOLUME} ext3 stop`).exit).toBe(1);
    const log = logOf(mini.world, 'bravo');
    expect(log.filter((line) => line.includes('SIGTERM'))).toHaveLength(3);
    expect(log.filter((line) => line.includes('SIGKILL'))).toHaveLength(3);
    expect(log.filter((line) => line === `INFO: No processes on ${VOLUME} were signalled`)).toHaveLength(6);
    expect(log.slice(-2)).toEqual([`ERROR: Couldn't unmount ${VOLUME}, giving up!`, 'ERROR: Generic error']);
  });

  test('a device that may not be mounted: an error; what is done is done again without one', () => {
    const mini = miniPerugia();
    expect(run(mini.world, 'alpha', `${FILESYSTEM} /dev/drbd1 ${VOLUME} ext3 start`).exit).toBe(1);
    expect(logOf(mini.world, 'alpha').slice(1)).toEqual([`ERROR: Couldn't mount filesystem /dev/drbd1 on ${VOLUME}`, 'ERROR: Generic error']);
    expect(run(mini.world, 'alpha', `${FILESYSTEM} /dev/drbd1 ${VOLUME} ext3 stop`).exit).toBe(0);
    expect(run(mini.world, 'bravo', `${FILESYSTEM} /dev/drbd1 ${VOLUME} ext3 start`).exit).toBe(0);
    expect(run(mini.world, 'bravo', `${FILESYSTEM} /dev/drbd1 ${VOLUME} ext3 status`)).toMatchObject({ exit: 0 });
    expect(run(mini.world, 'alpha', `${FILESYSTEM} /dev/drbd1 ${VOLUME} ext3 status`)).toMatchObject({ exit: 7 });
  });
});

describe('vmmanager', () => {
  const mailbox = ({ world }: MiniPerugia, node: string): string => nodeOf(world, node).files.read('/var/mail/root') ?? '';

  test('stop suspends and sends a mail', () => {
    const mini = miniPerugia();
    expect(run(mini.world, 'bravo', `${VMMANAGER} stop`).exit).toBe(0);
    expect(deltaTruth(mini)).toMatchObject({ node: 'bravo', state: 'suspended' });
    expect(mailbox(mini, 'bravo')).toMatch(/^From root@bravo Thu Feb 15 10:00:\d\d 2007\n/);
    expect(mailbox(mini, 'bravo')).toContain('\nName: DeltaKUBUNTU\nStatus: suspended\n');
    expect(mailbox(mini, 'bravo')).toContain(`\nConfig: ${DELTA}\n\n`);
  });

  test('start of a machine that was off waits for 60 s of uptime', () => {
    const mini = miniPerugia({ runsOn: null });
    const ran = run(mini.world, 'bravo', `${VMMANAGER} start`);
    expect(ran.exit).toBe(0);
    expect(ran.seconds).toBeGreaterThanOrEqual(60);
    expect(ran.seconds).toBeLessThan(65);
    expect(mailbox(mini, 'bravo')).toMatch(/\nStatus: on\nUptime: 6[01]\n/);
  });

  test('in a hurry it waits less', () => {
    const mini = miniPerugia({ runsOn: null, hurry: 10 });
    expect(run(mini.world, 'bravo', `${VMMANAGER} start`).seconds).toBeLessThan(7.5);
  });

  test('after a move it answers 0 to the question, and waits for 15 s more uptime than before', () => {
    const mini = miniPerugia();
    run(mini.world, 'bravo', `${VMMANAGER} stop`);
    move(mini, 'bravo', 'alpha');
    const before = Number(/\d+/.exec(vm(mini, 'alpha', 'getuptime').stdout)?.[0]);
    const ran = run(mini.world, 'alpha', `${VMMANAGER} start`);
    expect(ran.exit).toBe(0);
    expect(deltaTruth(mini)).toEqual({ node: 'alpha', state: 'running', on: ['alpha'] });
    expect(Number(/\d+/.exec(vm(mini, 'alpha', 'getuptime').stdout)?.[0])).toBeGreaterThanOrEqual(before + 15);
    // The uptime counts from the start, question and resume included.
    expect(ran.seconds).toBeGreaterThan(14);
    expect(ran.seconds).toBeLessThan(18);
  });

  test('what runs is not waited for; what cannot be reached is no failure', () => {
    const mini = miniPerugia();
    expect(run(mini.world, 'bravo', `${VMMANAGER} start`)).toMatchObject({ exit: 0, seconds: 0 });
    expect(run(mini.world, 'alpha', `${VMMANAGER} start`)).toMatchObject({ exit: 0, seconds: 0 });
    expect(mailbox(mini, 'alpha')).toContain('\nStatus: unknown\nUptime: unknown\n');
    expect(run(mini.world, 'bravo', `${VMMANAGER} status`)).toMatchObject({ exit: 0, stdout: '' });
  });

  test('a machine that gets stuck while it is waited for is waited for without end, as in the original', () => {
    const mini = miniPerugia({ runsOn: null });
    const waiting = begin(mini.world, 'bravo', `${VMMANAGER} start`);
    pass(mini.world, 30);
    mini.vmware.stuck('delta');
    pass(mini.world, 1000);
    expect(waiting.ran).toBeNull();
    vm(mini, 'bravo', 'answer', ['0']);
    pass(mini.world, 40);
    expect(waiting.ran).toMatchObject({ exit: 0 });
  });
});

describe('haxendomains', () => {
  function xenWorld(): World {
    const disk = mirror('alpha');
    return miniWorld((made) => {
      for (const node of made.nodes) {
        node.devices.set('/dev/drbd0', disk.on(node));
        node.files.write('/etc/xen/domain1', `name = "domain1"\nmemory = 256\ndisk = [ 'phy:/dev/drbd0,sda1,w' ]\n`);
      }
      const guests = createGuests(made, [{ name: 'domain1', memoryMib: 256, vcpus: 1, bootMs: 30_000, runsOn: null }]);
      const xen = createXen(made, guests, { totalMib: 1023, domain0Mib: 300 });
      return { systems: [{ ...xen, commands: { ...xen.commands, ...scriptCommands(made) } }] };
    });
  }

  test('start creates, status tells, stop shuts down and waits', () => {
    const world = xenWorld();
    expect(run(world, 'alpha', `${HAXEN} domain1 status`)).toMatchObject({ exit: 3, stdout: 'stopped\n' });
    expect(run(world, 'alpha', `${HAXEN} domain1 start`).exit).toBe(0);
    pass(world, 40);
    expect(run(world, 'alpha', `${HAXEN} domain1 start`)).toMatchObject({ exit: 0, seconds: 0 });
    expect(run(world, 'alpha', `${HAXEN} domain1 status`)).toMatchObject({ exit: 0, stdout: 'running\n' });
    const stopped = run(world, 'alpha', `${HAXEN} domain1 stop`);
    expect(stopped.exit).toBe(0);
    expect(stopped.seconds).toBeGreaterThan(8);
    expect(stopped.seconds).toBeLessThan(20);
    expect(run(world, 'alpha', `${HAXEN} domain1 stop`)).toMatchObject({ exit: 0, seconds: 0 });
  });

  test('a domain that does not obey is destroyed after 40 s', () => {
    const world = xenWorld();
    run(world, 'alpha', `${HAXEN} domain1 start`);
    pass(world, 40);
    run(world, 'alpha', 'xm pause domain1');
    expect(run(world, 'alpha', `${HAXEN} domain1 stop`)).toMatchObject({ exit: 0, seconds: 40 });
    expect(world.truth().domains['domain1']?.on).toEqual([]);
  });

  test('without xend nothing is known, so nothing is called done', () => {
    const world = xenWorld();
    run(world, 'alpha', `${HAXEN} domain1 start`);
    run(world, 'alpha', '/etc/init.d/xend stop');
    expect(run(world, 'alpha', `${HAXEN} domain1 stop`)).toMatchObject({ exit: 1 });
    expect(run(world, 'alpha', `${HAXEN} domain1 start`)).toMatchObject({ exit: 1 });
    expect(run(world, 'alpha', `${HAXEN} domain1 status`).stderr).toContain('Is xend running?');
  });
});
