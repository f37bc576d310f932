// Disks that fail, machines that boot alone, and the kernel that stops itself.
import { describe, expect, it } from 'vitest';
import { createPair } from './pair.ts';

describe('a disk error', () => {
  it('of a Primary with a peer: it works on over the network', () => {
    const { world, drbd, alpha, bravo, wait, write, state, counters, log } = createPair();
    const before = counters(alpha, 'drbd1').split(' ').map(Number);
    expect(drbd.diskError(bravo, 'drbd1')).toEqual({ ok: true });
    expect(state(bravo, 'drbd1')).toBe('Primary/Secondary Connected');
    const first = write(bravo, 'drbd1');
    wait(1);
    expect(first.answer).toBe(true);
    expect(bravo.read('/proc/drbd')).toContain(' 1: cs:DiskLessClient st:Primary/Secondary ld:Inconsistent');
    expect(alpha.read('/proc/drbd')).toContain(' 1: cs:ServerForDLess st:Secondary/Primary ld:Consistent');
    expect(world.truth().replicas['drbd1']?.['bravo']).toMatchObject({ disk: 'Inconsistent', connection: 'DiskLessClient', role: 'Primary' });
    // The side with the disk counts, so that it is newer from now on.
    expect(counters(alpha, 'drbd1').split(' ').map(Number)).toEqual([before[0], before[1], (before[2] ?? 0) + 1, before[3]]);
    const device = bravo.devices.get('/dev/drbd1');
    expect(device?.usable).toBe(true);
    const second = write(bravo, 'drbd1');
    wait(1);
    expect(second.answer).toBe(true);
    expect([...(device?.contents() ?? [])]).toEqual([first.serial, second.serial]);
    expect(world.truth().lostWrites).toEqual([]);
    expect(log(bravo)).toContain('drbd1: Local IO failed. Detaching...');
    expect(log(alpha)).toContain('drbd1: PARTNER DISKLESS');
    // The other resource goes on.
    expect(state(alpha, 'drbd0')).toBe('Primary/Secondary Connected');
  });

  it('of a Secondary is found by the next mirrored write, which is safe on the Primary', () => {
    const { world, drbd, alpha, bravo, wait, write } = createPair();
    drbd.diskError(alpha, 'drbd1');
    wait(600);
    expect(alpha.read('/proc/drbd')).toContain(' 1: cs:Connected');
    const told = write(bravo, 'drbd1');
    wait(1);
    expect(told.answer).toBe(true);
    expect(alpha.read('/proc/drbd')).toContain(' 1: cs:DiskLessClient st:Secondary/Primary ld:Inconsistent');
    expect(bravo.read('/proc/drbd')).toContain(' 1: cs:ServerForDLess st:Primary/Secondary ld:Consistent');
    expect(world.truth().lostWrites).toEqual([]);
    expect(drbd.copies('drbd1').map((copy) => copy.mayBecomePrimary)).toEqual([false, true]);
  });

  it('is found by a mounted file system within seconds, and a new disk is filled from the peer', () => {
    const { drbd, alpha, bravo, wait, run, write, state } = createPair();
    write(bravo, 'drbd1');
    run(bravo, 'mount /dev/drbd1 /home');
    drbd.diskError(bravo, 'drbd1');
    wait(5.5);
    expect(bravo.read('/proc/drbd')).toContain('DiskLessClient');
    run(bravo, 'umount /home');
    expect(run(bravo, 'drbdadm disconnect drbd1').stderr).toContain('ioctl(,UNCONFIG_NET,) failed: No data available\n');
    expect(run(bravo, 'drbdadm down drbd1').exit).toBe(0);
    expect(run(bravo, 'drbdadm up drbd1').stderr).toContain('IO error on meta device\n');
    const disk = bravo.disks.get('/dev/md7');
    bravo.disks.set('/dev/md7', { sizeBytes: disk?.sizeBytes ?? 0, failed: false, data: new Set() });
    bravo.files.writeAt('/dev/md7', (disk?.sizeBytes ?? 0) - 134_217_728, new Uint8Array(512));
    expect(run(bravo, 'drbdadm up drbd1')).toEqual({ exit: 0, stdout: '', stderr: '' });
    wait(20);
    expect(state(alpha, 'drbd1')).toBe('Secondary/Secondary SyncSource');
    wait(300);
    expect(state(alpha, 'drbd1')).toBe('Secondary/Secondary Connected');
    expect(bravo.disks.get('/dev/md7')?.data.size).toBe(1);
  });

  it('of a Primary without a peer: the write counts as done and is nowhere', () => {
    const { world, drbd, alpha, bravo, wait, write } = createPair();
    world.powerCut(alpha);
    wait(20);
    drbd.diskError(bravo, 'drbd1');
    const told = write(bravo, 'drbd1');
    wait(1);
    expect(told.answer).toBe(true);
    expect(world.truth().lostWrites.map((one) => one.serial)).toEqual([told.serial]);
    const next = write(bravo, 'drbd1');
    wait(1);
    expect(next.answer).toBe(false);
  });

  it('names the resources when there is no such one', () => {
    const { drbd, alpha } = createPair();
    expect(drbd.diskError(alpha, 'drbd7')).toEqual({ ok: false, says: 'alpha has no disk under drbd7; resources: drbd0, drbd1' });
  });
});

describe('a diskless Primary that loses its peer', () => {
  it('has no data any more, and its kernel stops', () => {
    const { world, drbd, alpha, bravo, wait, write, log } = createPair();
    drbd.diskError(bravo, 'drbd1');
    write(bravo, 'drbd1');
    wait(1);
    world.powerCut(alpha);
    wait(20);
    expect(bravo.machine).toBe('hung');
    expect(log(bravo)).toContain('drbd1: Sorry, I have no access to good data anymore.');
    expect(world.truth().lostWrites).toEqual([]);
  });
});

describe('boot', () => {
  it('of a node whose peer is up connects and goes on', () => {
    const { world, alpha, bravo, wait, state } = createPair();
    world.powerCut(bravo);
    wait(20);
    expect(bravo.read('/proc/drbd')).toBeNull();
    world.powerOn(bravo);
    wait(45);
    expect([state(bravo, 'drbd1'), state(alpha, 'drbd1')]).toEqual(['Secondary/Secondary Connected', 'Secondary/Secondary Connected']);
  });

  it('alone after a degraded life waits degr-wfc-timeout, and a promotion after that counts as Timeout', () => {
    const { world, alpha, bravo, wait, run, counters, log } = createPair();
    world.powerCut(alpha);
    wait(20);
    world.powerCut(bravo);
    world.powerOn(bravo);
    wait(28 + 60);
    expect(bravo.read('/proc/drbd')).toContain(' 1: cs:WFConnection st:Secondary/Unknown ld:Consistent');
    wait(70);
    expect(log(bravo)).toContain('drbd1: using degr_wfc_timeout=120 seconds');
    // drbd0 was no degraded Primary here, and waits for ever.
    const [h = 0, t = 0, c = 0, a = 0] = counters(bravo, 'drbd1').split(' ').map(Number);
    run(bravo, 'drbdadm wait_connect drbd1');
    run(bravo, 'drbdadm primary drbd1');
    expect(counters(bravo, 'drbd1')).toBe(`${h} ${t + 1} ${c} ${a}`);
  });

  it('and shutdown in order run the init script', () => {
    const { bravo, run } = createPair();
    run(bravo, 'drbdadm secondary drbd1');
    expect(run(bravo, '/etc/init.d/drbd stop')).toEqual({ exit: 0, stdout: 'Stopping all DRBD resources.\n', stderr: '' });
    expect(run(bravo, '/etc/init.d/drbd status')).toEqual({ exit: 3, stdout: '', stderr: 'drbd not loaded\n' });
    expect(run(bravo, 'drbdadm state drbd1').stderr).toContain('can not open /dev/drbd1: No such file or directory\n');
    const started = run(bravo, '/etc/init.d/drbd start');
    expect(started.stdout).toContain('Starting DRBD resources:    [ d0 d1 s0 s1 n0 n1 ].\n');
    expect(run(bravo, '/etc/init.d/drbd status').stdout).toContain('drbd driver loaded OK; device status:\nversion: 0.7.23 (api:79/proto:74)\n');
    expect(bravo.read('/proc/drbd')).toContain(' 1: cs:Connected st:Secondary/Secondary ld:Consistent');
  });
});
