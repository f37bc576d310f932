// Single captured answers of vmware-cmd: what each says, and what says nothing.
import { describe, expect, test } from 'vitest';
import { answerOf } from '../../src/probes/probe.ts';
import type { Answer } from '../../src/probes/probe.ts';
import { capturedVmwareCmd } from '../../src/probes/vmware-cmd-captured.ts';
import { sample } from '../samples/sample.ts';

describe('samples', () => {
  test.each<[string, string, string | null, unknown]>([
    ['getstate-on', 'getstate', null, 'on'],
    ['getstate-off', 'getstate', null, 'off'],
    ['getstate-suspended', 'getstate', null, 'suspended'],
    ['getconfig', 'getconfig', 'ide0:0.deviceType', 'cdrom-raw'],
    ['start-ok', 'start', null, '1'],
    ['stop-hard-ok', 'stop', 'hard', '1'],
    ['list', 'list', null, [
      '/var/lib/vmware/Virtual Machines/Windows XP Professional/Windows XP Professional.vmx', '/var/lib/vmware/Virtual Machines/Windows 98/Windows 98.vmx']],
  ])('server1-%s', (name, answer, argument, value) => {
    expect(capturedVmwareCmd.parse(sample(`vmware/server1-${name}.txt`))).toEqual({ answered: true, answer, argument, value, unread: [] });
  });

  test('server1-error-wrong-state', () => {
    expect(capturedVmwareCmd.parse(sample('vmware/server1-error-wrong-state.txt'))).toEqual({
      answered: false, kind: 'no-answer',
      why: "vmware-cmd: VMControl error -8: Invalid operation for virtual machine's current state: Make sure the VMware Server Tools are running",
      raw: "VMControl error -8: Invalid operation for virtual machine's current state: Make sure the VMware Server Tools are running\n",
    });
  });

  test('a configuration file is no answer', () => {
    expect(capturedVmwareCmd.parse(sample('vmware/server1.vmx'))).toMatchObject({ answered: false, kind: 'unreadable' });
  });
});

describe('answers in their one form', () => {
  test.each<[string, string, string | null, unknown]>([
    ['getstate() = stuck\n', 'getstate', null, 'stuck'],
    ['getuptime() = 1234\n', 'getuptime', null, 1234],
    ['getheartbeat() = 77\n', 'getheartbeat', null, 77],
    ['getid() = 96\n', 'getid', null, 96],
    ['getpid() = 4711\n', 'getpid', null, 4711],
    ['suspend() = 1\n', 'suspend', null, '1'],
    ['reset(soft) = 1\n', 'reset', 'soft', '1'],
    ['register(/vm (1)/a b.vmx) = 1\n', 'register', '/vm (1)/a b.vmx', '1'],
    ['unregister(/vm/a.vmx) = 1\n', 'unregister', '/vm/a.vmx', '1'],
    ['getconfig(displayName) = delta\n', 'getconfig', 'displayName', 'delta'],
    ['getconfig(checkpoint.vmState) = \n', 'getconfig', 'checkpoint.vmState', ''],
    ['getconfig(checkpoint.vmState) =\n', 'getconfig', 'checkpoint.vmState', ''],
    ['getconfig(annotation) = see f(x) = 2, VMControl error -8: old\n', 'getconfig', 'annotation', 'see f(x) = 2, VMControl error -8: old'],
    ['getstate() = on\r\n', 'getstate', null, 'on'],
  ])('%j', (text, answer, argument, value) => {
    expect(capturedVmwareCmd.parse(answerOf(text))).toEqual({ answered: true, answer, argument, value, unread: [] });
  });

  test.each<[string, string, unknown, string[]]>([
    ['getstate() = wobbly\n', 'getstate', null, ['getstate() = wobbly']],
    ['getstate() = On\n', 'getstate', null, ['getstate() = On']],
    ['getstate() =\n', 'getstate', null, ['getstate() =']],
    ['getuptime() = long\n', 'getuptime', null, ['getuptime() = long']],
    ['getpid() = \n', 'getpid', null, ['getpid() = ']],
    ['start() = \n', 'start', null, ['start() = ']],
    ['frobnicate() = 3\n', 'frobnicate', '3', ['frobnicate() = 3']],
    ['Warning: the clock is slow\ngetstate() = on\n', 'getstate', 'on', ['Warning: the clock is slow']],
  ])('%j is not understood, or not all of it', (text, answer, value, unread) => {
    expect(capturedVmwareCmd.parse(answerOf(text))).toEqual({ answered: true, answer, argument: null, value, unread });
  });

  test('of a list only what is a path is a machine', () => {
    const text = 'Warning: slow\n/vm/a.vmx\n/usr/bin/vmware-cmd: something\n/vm/b c.vmx\n/vm/d\u0007.vmx\n';
    expect(capturedVmwareCmd.parse(answerOf(text))).toEqual({
      answered: true, answer: 'list', argument: null, value: ['/vm/a.vmx', '/vm/b c.vmx'], unread: ['Warning: slow', '/usr/bin/vmware-cmd: something', '/vm/d\u0007.vmx'],
    });
  });
});

const NOT_REGISTERED = '/usr/bin/vmware-cmd: Could not connect to VM /var/lib/vmware/Virtual\n  (VMControl error -11: No such virtual machine: The config file /var/lib/vmware/Virtual is not registered.\nPlease register the config file on the server.  For example:\nvmware-cmd -s register "/var/lib/vmware/Virtual")\n';
const DAEMON_DOWN = '/usr/bin/vmware-cmd: Could not connect to vmware-authd\n  (VMControl error -14: Unexpected response from vmware-authd: 511 Error connecting to /usr/sbin/vmware-serverd process.)\n';

test('a question, as `answer` prints it before it waits', () => {
  const text = '\nQuestion (id = 5577) :The operation on file "/vm/a.vmdk" failed.\nSelect Retry to attempt it again.\n\t0) Retry\n\t1) Abort\n\t2) Continue\nSelect choice. Press enter for default <0> : ';
  expect(capturedVmwareCmd.parse(answerOf(text))).toEqual({
    answered: true, answer: 'answer', argument: null, value: 'The operation on file "/vm/a.vmdk" failed. Select Retry to attempt it again.', choices: ['Retry', 'Abort', 'Continue'], unread: [],
  });
  for (const cut of ['\nQuestion (id = 5577) :The operation', 'Question (id = 1) :\n\t1) Abort\n', 'Question (id = x) :What?\n\t0) Yes\n']) expect(capturedVmwareCmd.parse(answerOf(cut)).answered).toBe(false);
});

describe('no answer', () => {
  test.each<[string, Answer, string, string]>([
    ['not registered', answerOf('', { stderr: NOT_REGISTERED, exit: 11 }), 'absent', 'vmware-cmd: VMControl error -11: No such virtual machine: The config file /var/lib/vmware/Virtual is not registered.'],
    ['not registered, in one file', answerOf(NOT_REGISTERED), 'absent', 'vmware-cmd: VMControl error -11: No such virtual machine'],
    ['no reason', answerOf('/usr/bin/vmware-cmd: Could not connect to VM /vm/a.vmx\n  (VMControl error -11: No such virtual machine)\n', { exit: 255 }), 'absent', 'vmware-cmd: VMControl error -11: No such virtual machine'],
    ['daemon down', answerOf(DAEMON_DOWN), 'down', 'vmware-cmd: VMControl error -14: Unexpected response from vmware-authd'],
    ['on already', answerOf('VMControl error -8: Invalid operation for virtual machine\'s current state:\nThe requested operation ("start") could not be completed because it\nconflicted with the state of the virtual machine ("on") at the time the\nrequest was received.\n', { exit: 8 }), 'no-answer', 'vmware-cmd: VMControl error -8: Invalid operation for virtual machine\'s current state: The requested operation ("start")'],
    ['forbidden', answerOf('VMControl error -6: Insufficient permission to access object\n'), 'forbidden', 'vmware-cmd: VMControl error -6'],
    ['cut off', answerOf('/usr/bin/vmware-cmd: Could not connect to VM /vm/a.vmx\n'), 'no-answer', 'vmware-cmd: /usr/bin/vmware-cmd: Could not connect to VM'],
    ['no vmware-cmd', answerOf('bash: line 1: vmware-cmd: command not found\n'), 'absent', 'vmware-cmd: bash: line 1'],
    ['not for us', answerOf('', { stderr: 'sh: /usr/bin/vmware-cmd: Permission denied\n', exit: 126 }), 'forbidden', 'vmware-cmd: sh: /usr/bin/vmware-cmd'],
    ['a bare value of -q', answerOf('on\n'), 'unreadable', 'not an answer of vmware-cmd: on'],
    ['a bare number of -q', answerOf('1234\n'), 'unreadable', 'not an answer of vmware-cmd: 1234'],
    ['nothing', answerOf(''), 'unreadable', 'not an answer of vmware-cmd: nothing was printed'],
    ['two answers', answerOf('getstate() = on\ngetuptime() = 5\n'), 'unreadable', '2 answers of vmware-cmd, not one: getstate() = on'],
    ['a list that failed', answerOf('/vm/a.vmx\n', { exit: 1 }), 'no-answer', 'vmware-cmd -l ended with 1'],
    ["another tool's words", answerOf('Name ID Mem VCPUs State Time(s)\n'), 'unreadable', 'not an answer of vmware-cmd: Name'],
    ['a timeout', answerOf('getstate() = on\n', { status: 'timeout', exit: null }), 'no-answer', 'vmware-cmd: no answer before the deadline'],
  ])('%s', (_name, answer, kind, why) => {
    const read = capturedVmwareCmd.parse(answer);
    expect(read).toMatchObject({ answered: false, kind });
    if (read.answered) return;
    expect(read.why.startsWith(why), read.why).toBe(true);
    expect(read.why).toMatch(/^[^\n]{1,200}$/);
    expect(read.raw).toBe(answer.stdout + answer.stderr);
  });
});
