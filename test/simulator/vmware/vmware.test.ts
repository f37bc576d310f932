import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { pendingQuestion } from '../../../src/probes/vmware-log.ts';
import { begin, pass } from '../guests/mini-world.ts';
import { DELTA, deltaTruth, IMAGE, miniPerugia, move, nodeOf, run, vm, VOLUME } from './mini-perugia.ts';

const sample = (name: string): string => readFileSync(new URL(`../../samples/vmware/${name}`, import.meta.url), 'utf8');
const WRONG_STATE = (asked: string, state: string): string =>
  `VMControl error -8: Invalid operation for virtual machine's current state: The requested operation ("${asked}") could not be completed because it conflicted with the state of the virtual machine ("${state}") at the time the request was received.  This error often occurs because the state of the virtual machine changed before it received the request.\n`;

describe('what vmware-cmd tells', () => {
  test('the list, states and values, in the forms of the samples', () => {
    const mini = miniPerugia();
    expect(run(mini.world, 'alpha', 'vmware-cmd -l').stdout).toBe(`${DELTA}\n`);
    expect(vm(mini, 'bravo', 'getstate').stdout).toBe(sample('server1-getstate-on.txt'));
    expect(vm(mini, 'bravo', 'getconfig displayName').stdout).toBe('getconfig(displayName) = delta\n');
    expect(vm(mini, 'bravo', 'getconfig MEMSIZE').stdout).toBe('getconfig(MEMSIZE) = 256\n');
    expect(vm(mini, 'bravo', 'getconfig uuid.action').stdout).toBe('getconfig(uuid.action) = keep\n');
    expect(vm(mini, 'bravo', 'getuptime').stdout).toMatch(/^getuptime\(\) = \d{7}\n$/);
    expect(run(mini.world, 'bravo', ['vmware-cmd', '-q', DELTA, 'getstate']).stdout).toBe('on\n');
    expect(run(mini.world, 'bravo', 'vmware -v').stdout).toBe('VMware Server 1.0.1 build-29996\n');
  });

  test('a machine whose volume is mounted on the peer cannot be reached', () => {
    const mini = miniPerugia();
    expect(vm(mini, 'alpha', 'getstate')).toMatchObject({ exit: 11, stdout: '', stderr: `/usr/bin/vmware-cmd: Could not connect to VM ${DELTA}\n  (VMControl error -11: No such virtual machine)\n` });
    expect(run(mini.world, 'bravo', 'vmware-cmd /tmp/x.vmx getstate').stderr).toContain('(VMControl error -11: No such virtual machine: The config file /tmp/x.vmx is not registered.\nPlease register');
  });

  test('uptime counts seconds since power on; a machine that is off has none', () => {
    const mini = miniPerugia({ runsOn: null });
    expect(vm(mini, 'bravo', 'getuptime')).toMatchObject({ exit: 8, stderr: WRONG_STATE('getuptime', 'off') });
    vm(mini, 'bravo', 'start');
    pass(mini.world, 75);
    expect(vm(mini, 'bravo', 'getuptime').stdout).toBe('getuptime() = 75\n');
  });

  test('registered machines are kept in a file, and can be taken off and put back', () => {
    const mini = miniPerugia();
    expect(run(mini.world, 'bravo', ['vmware-cmd', '-s', 'register', DELTA])).toMatchObject({ exit: 20, stderr: 'VMControl error -20: Virtual machine already exists\n' });
    expect(run(mini.world, 'bravo', ['vmware-cmd', '-s', 'unregister', DELTA]).stdout).toBe(`unregister(${DELTA}) = 1\n`);
    expect(run(mini.world, 'bravo', 'vmware-cmd -l').stdout).toBe('');
    expect(run(mini.world, 'bravo', ['vmware-cmd', '-s', 'register', DELTA]).exit).toBe(0);
    expect(run(mini.world, 'alpha', ['vmware-cmd', '-s', 'register', `${VOLUME}/x.vmx`])).toMatchObject({ exit: 11, stderr: 'VMControl error -11: No such virtual machine\n' });
  });

  test('the services down, a wrong word, none', () => {
    const mini = miniPerugia();
    expect(run(mini.world, 'bravo', '/etc/init.d/vmware stop')).toMatchObject({ exit: 1 });
    run(mini.world, 'alpha', '/etc/init.d/vmware stop');
    expect(run(mini.world, 'alpha', 'vmware-cmd -l').stderr).toContain('VMControl error -14');
    expect(vm(mini, 'bravo', 'getstat')).toMatchObject({ exit: 1, stdout: '' });
    expect(run(mini.world, 'bravo', 'vmware-cmd').stderr).toMatch(/^Usage: /);
  });
});

describe('power', () => {
  test('a machine takes memory of its node from its start to its end, and of the other after a move', () => {
    const mini = miniPerugia();
    const usedKib = (name: string): number => {
      const text = nodeOf(mini.world, name).kernelFiles.get('/proc/meminfo')?.() ?? '';
      const [total = 0, free = 0, buffers = 0, cached = 0] = ['MemTotal', 'MemFree', 'Buffers', 'Cached'].map((row) => Number(new RegExp(`^${row}: +(\\d+) kB$`, 'm').exec(text)?.[1]));
      return total - free - buffers - cached;
    };
    const [bare, with256MiB] = [usedKib('alpha'), usedKib('bravo')];
    expect(with256MiB - bare).toBeGreaterThan(200 * 1024);
    vm(mini, 'bravo', 'suspend');
    expect(usedKib('bravo')).toBe(bare);
    move(mini, 'bravo', 'alpha');
    vm(mini, 'alpha', 'start');
    expect([usedKib('alpha'), usedKib('bravo')]).toEqual([with256MiB, bare]);
  });

  test('start from off: it answers after its boot', () => {
    const mini = miniPerugia({ runsOn: null });
    expect(deltaTruth(mini)).toEqual({ node: 'bravo', state: 'off', on: [] });
    const started = vm(mini, 'bravo', 'start');
    expect(started).toMatchObject({ exit: 0, stdout: sample('server1-start-ok.txt') });
    expect(mini.guests.answers('delta')).toBe(false);
    pass(mini.world, 42);
    expect(mini.guests.answers('delta')).toBe(true);
    expect(vm(mini, 'bravo', 'start')).toMatchObject({ exit: 8, stdout: '', stderr: WRONG_STATE('start', 'on') });
  });

  test('stop hard, at once; what is off cannot be stopped', () => {
    const mini = miniPerugia();
    expect(vm(mini, 'bravo', 'stop hard')).toMatchObject({ exit: 0, seconds: 0, stdout: sample('server1-stop-hard-ok.txt') });
    expect(deltaTruth(mini)).toEqual({ node: 'bravo', state: 'off', on: [] });
    expect(vm(mini, 'bravo', 'stop hard').stderr).toBe(WRONG_STATE('stop', 'off'));
  });

  test('stop by the guest takes its time, and needs a guest that obeys', () => {
    const mini = miniPerugia();
    expect(vm(mini, 'bravo', 'stop').seconds).toBeGreaterThan(10);
    vm(mini, 'bravo', 'start');
    expect(vm(mini, 'bravo', 'stop soft')).toMatchObject({ exit: 8, stderr: sample('server1-error-wrong-state.txt') });
    expect(vm(mini, 'bravo', 'stop trysoft')).toMatchObject({ exit: 0, stdout: 'stop(trysoft) = 1\n', seconds: 0 });
  });

  test('reset boots it again', () => {
    const mini = miniPerugia();
    const before = mini.guests.bootOf('delta');
    expect(vm(mini, 'bravo', 'reset').stdout).toBe('reset() = 1\n');
    expect(mini.guests.answers('delta')).toBe(false);
    pass(mini.world, 45);
    expect(mini.guests.bootOf('delta')).not.toBe(before);
  });

  test('a power cut leaves no image: the other node finds it off', () => {
    const mini = miniPerugia();
    mini.world.powerCut(nodeOf(mini.world, 'bravo'));
    expect(deltaTruth(mini)).toEqual({ node: null, state: 'off', on: [] });
    mini.disk.primary.add('alpha');
    run(mini.world, 'alpha', `mount -t ext3 /dev/drbd1 ${VOLUME}`);
    expect(vm(mini, 'alpha', 'getstate').stdout).toBe(sample('server1-getstate-off.txt'));
    mini.world.powerOn(nodeOf(mini.world, 'bravo'));
    pass(mini.world, 60);
    expect(nodeOf(mini.world, 'bravo').files.read(DELTA)).toBeNull();
    expect(run(mini.world, 'bravo', 'vmware-cmd -l').stdout).toBe(`${DELTA}\n`);
  });

  test('a running machine keeps its volume busy; fuser -k is a power cut for it', () => {
    const mini = miniPerugia();
    expect(run(mini.world, 'bravo', `umount ${VOLUME}`)).toMatchObject({ exit: 1, stderr: `umount: ${VOLUME}: device is busy\n` });
    expect(run(mini.world, 'bravo', `fuser -m ${VOLUME}`).exit).toBe(0);
    expect(mini.guests.answers('delta')).toBe(true);
    run(mini.world, 'bravo', `fuser -km ${VOLUME}`);
    expect(deltaTruth(mini)).toEqual({ node: 'bravo', state: 'off', on: [] });
    expect(run(mini.world, 'bravo', `umount ${VOLUME}`).exit).toBe(0);
  });

  test('both nodes have it mounted: it runs twice', () => {
    const mini = miniPerugia();
    mini.disk.primary.add('alpha');
    run(mini.world, 'alpha', `mount -t ext3 /dev/drbd1 ${VOLUME}`);
    expect(vm(mini, 'alpha', 'start').exit).toBe(0);
    expect(deltaTruth(mini)).toMatchObject({ node: 'alpha', state: 'running', on: ['alpha', 'bravo'] });
  });
});

describe('suspend and resume', () => {
  test('the image is a file of the volume; after a move between like processors it goes on where it was', () => {
    const mini = miniPerugia({ alike: true });
    const boot = mini.guests.bootOf('delta');
    const suspended = vm(mini, 'bravo', 'suspend');
    expect(suspended.stdout).toBe('suspend() = 1\n');
    // 256 MiB at 40 ms each, give or take a tenth; back at 20 ms.
    expect(suspended.seconds).toBeGreaterThan(9);
    expect(suspended.seconds).toBeLessThan(12);
    const uptime = vm(mini, 'bravo', 'getuptime').stdout;
    expect(vm(mini, 'bravo', 'getstate').stdout).toBe(sample('server1-getstate-suspended.txt'));
    expect(deltaTruth(mini)).toEqual({ node: 'bravo', state: 'suspended', on: [] });
    move(mini, 'bravo', 'alpha');
    expect(deltaTruth(mini)).toEqual({ node: 'alpha', state: 'suspended', on: [] });
    expect(nodeOf(mini.world, 'bravo').files.read(IMAGE)).toBeNull();
    expect(nodeOf(mini.world, 'alpha').files.read(IMAGE)).toContain('processor = "Intel(R) Xeon(TM) CPU 3.20GHz"');
    pass(mini.world, 500);
    expect(vm(mini, 'alpha', 'getuptime').stdout).toBe(uptime);
    const resumed = vm(mini, 'alpha', 'start');
    expect(resumed.stdout).toBe('start() = 1\n');
    expect(resumed.seconds).toBeGreaterThan(4.5);
    expect(resumed.seconds).toBeLessThan(6);
    expect(mini.guests.bootOf('delta')).toBe(boot);
    expect(nodeOf(mini.world, 'alpha').files.read(IMAGE)).toBeNull();
    pass(mini.world, 300);
    expect(deltaTruth(mini)).toEqual({ node: 'alpha', state: 'running', on: ['alpha'] });
  });

  test('between unlike processors it stands still with a question, until that is answered', () => {
    const mini = miniPerugia();
    vm(mini, 'bravo', 'suspend');
    move(mini, 'bravo', 'alpha');
    expect(vm(mini, 'alpha', 'start')).toMatchObject({ exit: 16, stdout: '', stderr: 'VMControl error -16: Virtual machine requires user input to continue\n' });
    expect(vm(mini, 'alpha', 'getstate').stdout).toBe('getstate() = stuck\n');
    expect(deltaTruth(mini)).toEqual({ node: 'alpha', state: 'stuck', on: ['alpha'] });
    const uptime = vm(mini, 'alpha', 'getuptime').stdout;
    pass(mini.world, 100);
    expect(vm(mini, 'alpha', 'getuptime').stdout).toBe(uptime);
    expect(vm(mini, 'alpha', 'suspend').exit).toBe(16);
    expect(vm(mini, 'alpha', 'answer', ['7'])).toMatchObject({ exit: 1 });
    expect(vm(mini, 'alpha', 'getstate').stdout).toBe('getstate() = stuck\n');
    const answered = vm(mini, 'alpha', 'answer', ['0']);
    expect(answered.stdout).toMatch(/\nQuestion \(id = \d{4}\) :The features .*\n\t0\) Yes\n\t1\) No\nSelect choice\. Press enter for default <0> : selected 0 : Yes\n$/);
    expect(mini.guests.answers('delta')).toBe(true);
    expect(vm(mini, 'alpha', 'answer', ['0']).exit).toBe(8);
  });

  test('answered with No it stays suspended', () => {
    const mini = miniPerugia();
    vm(mini, 'bravo', 'suspend');
    move(mini, 'bravo', 'alpha');
    vm(mini, 'alpha', 'start');
    expect(vm(mini, 'alpha', 'answer', ['1']).exit).toBe(0);
    expect(deltaTruth(mini)).toEqual({ node: 'alpha', state: 'suspended', on: [] });
    expect(run(mini.world, 'alpha', `umount ${VOLUME}`).exit).toBe(0);
  });

  test('an image that was removed by hand is gone, here and after the move', () => {
    const mini = miniPerugia();
    vm(mini, 'bravo', 'suspend');
    nodeOf(mini.world, 'bravo').files.remove(IMAGE);
    expect(vm(mini, 'bravo', 'getstate').stdout).toBe('getstate() = off\n');
    move(mini, 'bravo', 'alpha');
    expect(vm(mini, 'alpha', 'getstate').stdout).toBe('getstate() = off\n');
  });

  test('an image that does not reach the disk is none', () => {
    const mini = miniPerugia();
    mini.disk.answers = 'badly';
    const failed = begin(mini.world, 'bravo', ['vmware-cmd', DELTA, 'suspend']);
    pass(mini.world, 60);
    expect(failed.ran).toMatchObject({ exit: 1, stderr: 'VMControl error -999: Unspecified error: the operation was interrupted\n' });
    expect(nodeOf(mini.world, 'bravo').files.read(IMAGE)).toBeNull();
  });

  test('an old image, put back after the guest has gone on, breaks the guest', () => {
    const mini = miniPerugia({ alike: true });
    const { files } = nodeOf(mini.world, 'bravo');
    vm(mini, 'bravo', 'suspend');
    const copy = files.read(IMAGE) ?? '';
    vm(mini, 'bravo', 'start');
    pass(mini.world, 60);
    vm(mini, 'bravo', 'stop hard');
    files.write(IMAGE, copy);
    expect(vm(mini, 'bravo', 'start').exit).toBe(0);
    expect(deltaTruth(mini).state).toBe('running');
    pass(mini.world, 20);
    expect(deltaTruth(mini)).toEqual({ node: 'bravo', state: 'crashed', on: ['bravo'] });
    expect(vm(mini, 'bravo', 'getstate').stdout).toBe('getstate() = on\n');
    expect(mini.guests.answers('delta')).toBe(false);
  });

  test('an image whose disk lost the last writes before it breaks the guest too', () => {
    const mini = miniPerugia({ alike: true });
    pass(mini.world, 30);
    vm(mini, 'bravo', 'suspend');
    const last = mini.world.acknowledged.at(-1)?.serial ?? 0;
    mini.disk.data.delete(last);
    vm(mini, 'bravo', 'start');
    pass(mini.world, 20);
    expect(deltaTruth(mini).state).toBe('crashed');
  });

  test('whoever asked may go away: the suspend goes on', () => {
    const mini = miniPerugia();
    const { world } = mini;
    const bravo = nodeOf(world, 'bravo');
    const activity = bravo.run(['vmware-cmd', DELTA, 'suspend']);
    activity.next(true);
    pass(world, 40);
    expect(deltaTruth(mini).state).toBe('suspended');
  });

  test('a power cut in the middle of a suspend leaves no image', () => {
    const mini = miniPerugia();
    begin(mini.world, 'bravo', ['vmware-cmd', DELTA, 'suspend']);
    pass(mini.world, 5);
    expect(deltaTruth(mini).state).toBe('paused');
    mini.world.powerCut(nodeOf(mini.world, 'bravo'));
    mini.disk.primary = new Set(['alpha']);
    run(mini.world, 'alpha', `mount -t ext3 /dev/drbd1 ${VOLUME}`);
    expect(vm(mini, 'alpha', 'getstate').stdout).toBe('getstate() = off\n');
  });
});

describe('files and questions', () => {
  test('a changed configuration is copied with the volume, by vmware-cmd or by hand', () => {
    const mini = miniPerugia();
    expect(vm(mini, 'bravo', 'setconfig annotation moved').stdout).toBe('setconfig(annotation) = 1\n');
    const { files } = nodeOf(mini.world, 'bravo');
    files.write(DELTA, (files.read(DELTA) ?? '').replace('memsize = "256"', 'memsize = "192"'));
    vm(mini, 'bravo', 'stop hard');
    move(mini, 'bravo', 'alpha');
    expect(vm(mini, 'alpha', 'getconfig annotation').stdout).toBe('getconfig(annotation) = moved\n');
    expect(vm(mini, 'alpha', 'getconfig memsize').stdout).toBe('getconfig(memsize) = 192\n');
    move(mini, 'alpha', 'bravo');
    expect(vm(mini, 'bravo', 'getconfig memsize').stdout).toBe('getconfig(memsize) = 192\n');
  });

  test('stuck on command: it stands still until it is answered', () => {
    const mini = miniPerugia();
    expect(mini.vmware.stuck('delta')).toEqual({ ok: true, says: 'delta stands still on bravo until its question is answered' });
    expect(mini.vmware.stuck('delta')).toEqual({ ok: false, says: 'delta is stuck already' });
    expect(mini.vmware.stuck('golf')).toEqual({ ok: false, says: 'there is no domain golf' });
    expect(mini.guests.answers('delta')).toBe(false);
    expect(deltaTruth(mini)).toEqual({ node: 'bravo', state: 'stuck', on: ['bravo'] });
    expect(vm(mini, 'bravo', 'start').exit).toBe(16);
    vm(mini, 'bravo', 'answer', ['0']);
    expect(deltaTruth(mini).state).toBe('running');
    vm(mini, 'bravo', 'stop hard');
    expect(mini.vmware.stuck('delta')).toEqual({ ok: false, says: 'delta runs nowhere' });
  });

  test.each([['1', 'off', []], ['2', 'crashed', ['bravo']]])('other answers: %s', (choice, state, on) => {
    const mini = miniPerugia();
    mini.vmware.stuck('delta');
    vm(mini, 'bravo', 'answer', [choice]);
    expect(deltaTruth(mini)).toEqual({ node: 'bravo', state, on });
  });
});

test('the log of a machine tells what it asks, and what was answered', () => {
  const mini = miniPerugia();
  const bravo = nodeOf(mini.world, 'bravo');
  const log = (): string => bravo.files.read(DELTA.replace(/[^/]*$/, 'vmware.log')) ?? '';
  expect(mini.vmware.stuck('delta').ok).toBe(true);
  expect(log()).toMatch(/^\w{3} [ \d]\d \d\d:\d\d:\d\d: vmx\| Msg_Question:\n.*\| \[msg\.disk\.operationFailed\] The operation on file .*\n.*\| -{40}\n$/);
  expect(pendingQuestion(log())).toMatchObject({ id: 'msg.disk.operationFailed', text: expect.stringContaining('Select Retry') as string });
  mini.world.schedule.run(bravo.life, bravo.run(['vmware-cmd', DELTA, 'answer'], ['0']));
  pass(mini.world, 1);
  expect(log()).toMatch(/Msg_Question: msg\.disk\.operationFailed reply=0\n$/);
  expect(pendingQuestion(log())).toBeNull();
});
