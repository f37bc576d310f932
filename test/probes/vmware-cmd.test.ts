// The machines of a VMware Server host: the whole conversation, with a node that is played.
import { describe, expect, test } from 'vitest';
import { answerOf } from '../../src/probes/probe.ts';
import type { Answer } from '../../src/probes/probe.ts';
import { vmwareCmd } from '../../src/probes/vmware-cmd.ts';
import { sample } from '../samples/sample.ts';
import { talk } from './talk.ts';

const DELTA = '/var/lib/vmware/VirtualMachinesBRAVO/DeltaKUBUNTU/DeltaKUBUNTU.vmx';
const ECHO = '/var/lib/vmware/VirtualMachinesALPHA/EchoSUSE/EchoSUSE.vmx';
const MIB = 1_048_576;
const timedOut = answerOf('', { status: 'timeout', exit: null });

/** The peer has the file system with this machine: what VMware prints, with either exit status. */
function notHere(path: string, exit = 255): Answer {
  return answerOf('', { stderr: `/usr/bin/vmware-cmd: Could not connect to VM ${path}\n  (VMControl error -11: No such virtual machine)\n`, exit });
}

function error(code: number, text: string): Answer {
  return answerOf('', { stderr: `VMControl error ${code}: ${text}\n`, exit: -code });
}

/** A node by its answers; `DELTA getstate` without the program before it. What is not listed is not here. */
function node(answers: Record<string, string | Answer>): (command: string) => Answer {
  return (command) => {
    const answer = answers[command.replace(/^vmware-cmd /, '')];
    if (answer === undefined) return notHere(command.split(' ')[1] ?? '');
    return typeof answer === 'string' ? answerOf(answer) : answer;
  };
}

/** bravo at home: delta runs, echo is on alpha. */
const BRAVO = {
  '-l': `${ECHO}\n${DELTA}\n`,
  [`${DELTA} getstate`]: 'getstate() = on\n',
  [`${DELTA} getuptime`]: 'getuptime() = 1234\n',
  [`${DELTA} getconfig displayName`]: 'getconfig(displayName) = delta\n',
  [`${DELTA} getconfig memsize`]: 'getconfig(memsize) = 256\n',
  'vmware -v': 'VMware Server 1.0.1 build-29996\n',
};
const echo = { path: ECHO, name: 'EchoSUSE', state: null, uptimeSeconds: null, memoryBytes: null, heartbeat: null, question: null, uuidAction: null };
const delta = { path: DELTA, name: 'delta', state: 'running', uptimeSeconds: 1234, memoryBytes: 256 * MIB, heartbeat: null, question: null, uuidAction: null };
/** Up to the version; what comes behind it has its own tests. */
const first = (commands: string[]): string[] => commands.slice(0, commands.indexOf('vmware -v') + 1);

describe('the conversation', () => {
  test('asks states first, then names and sizes of what is here, then the version', () => {
    const { commands, result } = talk(vmwareCmd, node(BRAVO));
    expect(first(commands)).toEqual([
      'vmware-cmd -l', `vmware-cmd ${ECHO} getstate`, `vmware-cmd ${DELTA} getstate`, `vmware-cmd ${DELTA} getuptime`,
      `vmware-cmd ${DELTA} getconfig displayName`, `vmware-cmd ${DELTA} getconfig memsize`, 'vmware -v',
    ]);
    expect(result).toEqual({ answered: true, facts: { version: '1.0.1', machines: [echo, delta] }, unread: [] });
  });

  test('a path with blanks is one argument', () => {
    const conversation = vmwareCmd.ask();
    conversation.next();
    expect(conversation.next(sample('vmware/server1-list.txt')).value).toEqual([
      'vmware-cmd', '/var/lib/vmware/Virtual Machines/Windows XP Professional/Windows XP Professional.vmx', 'getstate']);
    expect(conversation.next(sample('vmware/server1-getstate-off.txt')).value).toEqual([
      'vmware-cmd', '/var/lib/vmware/Virtual Machines/Windows 98/Windows 98.vmx', 'getstate']);
  });

  test.each<[string, string, string[]]>([
    ['off', 'off', [`${DELTA} getconfig displayName`, `${DELTA} getconfig memsize`]],
    ['suspended', 'suspended', [`${DELTA} getconfig displayName`, `${DELTA} getconfig memsize`]],
    ['on', 'running', [`${DELTA} getuptime`, `${DELTA} getconfig displayName`, `${DELTA} getconfig memsize`]],
    ['stuck', 'stuck', [`${DELTA} getuptime`, `${DELTA} getconfig displayName`, `${DELTA} getconfig memsize`]],
  ])('%s is %s', (word, state, then) => {
    const { commands, result } = talk(vmwareCmd, node({ ...BRAVO, [`${DELTA} getstate`]: `getstate() = ${word}\n` }));
    expect(first(commands).slice(3, -1)).toEqual(then.map((command) => `vmware-cmd ${command}`));
    expect(result).toMatchObject({ facts: { machines: [echo, { name: 'delta', state, uptimeSeconds: word === 'on' || word === 'stuck' ? 1234 : null }] }, unread: [] });
  });

  test('what is stuck need not tell an uptime, what is on must', () => {
    const refuses = { [`${DELTA} getuptime`]: error(-999, 'Unspecified error') };
    const stuck = talk(vmwareCmd, node({ ...BRAVO, ...refuses, [`${DELTA} getstate`]: 'getstate() = stuck\n' })).result;
    expect(stuck).toMatchObject({ facts: { machines: [echo, { state: 'stuck', uptimeSeconds: null }] }, unread: [] });
    const on = talk(vmwareCmd, node({ ...BRAVO, ...refuses })).result;
    expect(on).toMatchObject({ facts: { machines: [echo, { state: 'running', uptimeSeconds: null }] }, unread: [`${DELTA}: getuptime: VMControl error -999: Unspecified error`] });
  });

  test.each(['getuptime', 'getconfig displayName', 'getconfig memsize'])('what was stopped or unmounted before %s is nothing to wonder at', (what) => {
    for (const changed of [error(-8, 'Invalid operation for virtual machine\'s current state'), notHere(DELTA)]) {
      const { result } = talk(vmwareCmd, node({ ...BRAVO, [`${DELTA} ${what}`]: changed }));
      expect(result).toMatchObject({ answered: true, facts: { version: '1.0.1', machines: [echo, { path: DELTA, state: 'running' }] }, unread: [] });
    }
  });

  test.each([11, 255])('what the peer has mounted is not here, whatever the exit status (%i)', (exit) => {
    const { result } = talk(vmwareCmd, node({ ...BRAVO, [`${DELTA} getstate`]: notHere(DELTA, exit) }));
    expect(result).toMatchObject({ facts: { machines: [echo, { name: 'DeltaKUBUNTU', state: null }] }, unread: [] });
  });

  test.each<[string, string | Answer, string]>([
    ['a word not known', 'getstate() = wobbly\n', 'getstate() = wobbly'],
    ['a bare word', 'on\n', 'getstate: on'],
    ['no word', 'getstate() =\n', 'getstate() = '],
    ['another answer', 'getuptime() = 12\n', 'getstate: getuptime() = 12'],
    ['two words', 'getstate() = on\ngetstate() = off\n', 'getstate: getstate() = on'],
    ['nothing', '', 'getstate: nothing was printed'],
    ['an error', error(-999, 'Unspecified error'), 'getstate: VMControl error -999: Unspecified error'],
    ['a cut answer', answerOf('getstate() = on\n', { status: 'cut', exit: null }), 'getstate: longer than is read, or cut off'],
  ])('%s: that machine is unknown and unread, but has its name; the others are told', (_why, getstate, unread) => {
    const { result } = talk(vmwareCmd, node({ ...BRAVO, [`${ECHO} getstate`]: getstate, [`${ECHO} getconfig displayName`]: 'getconfig(displayName) = echo\n', [`${ECHO} getconfig memsize`]: 'getconfig(memsize) = 256\n' }));
    expect(result).toMatchObject({ answered: true, facts: { version: '1.0.1', machines: [{ path: ECHO, name: 'echo', state: 'unknown', uptimeSeconds: null, memoryBytes: 256 * MIB }, delta] } });
    if (result.answered) expect(result.unread[0]).toBe(`${ECHO}: ${unread}`);
  });

  test('a name that cannot be read is the name of the file', () => {
    for (const displayName of ['getconfig(displayName) = \n', `getconfig(displayName) = ${'x'.repeat(129)}\n`, error(-999, 'Unspecified error'), 'getconfig(memsize) = 1\n', '']) {
      const { result } = talk(vmwareCmd, node({ ...BRAVO, [`${DELTA} getconfig displayName`]: displayName }));
      expect(result).toMatchObject({ facts: { machines: [echo, { ...delta, name: 'DeltaKUBUNTU' }] } });
      if (result.answered) expect(result.unread).toHaveLength(displayName === 'getconfig(displayName) = \n' ? 0 : 1);
    }
  });

  test('keys come back in any case; a size that is no number is unread', () => {
    const { result } = talk(vmwareCmd, node({ ...BRAVO, [`${DELTA} getconfig displayName`]: 'getconfig(displayname) = delta\n', [`${DELTA} getconfig memsize`]: 'getconfig(memSize) = much\n' }));
    expect(result).toEqual({ answered: true, facts: { version: '1.0.1', machines: [echo, { ...delta, memoryBytes: null }] }, unread: [`${DELTA}: not a number: much`] });
  });

  test.each<[string, string | Answer, string | null, string[]]>([
    ['GSX', 'VMware GSX Server 3.2.1 build-19281\n', '3.2.1', []],
    ['with words behind', 'VMware Server 1.0.3 build-44356 for Linux\n', '1.0.3', []],
    ['not there', answerOf('', { status: 'absent', exit: null }), null, []],
    ['another product', 'VMware Workstation 5.5.1 build-19175\n', null, ['vmware -v: VMware Workstation 5.5.1 build-19175']],
    ['hangs', timedOut, null, ['vmware -v: no answer before the deadline']],
  ])('version: %s', (_why, printed, version, unread) => {
    const { result } = talk(vmwareCmd, node({ ...BRAVO, 'vmware -v': printed }));
    expect(result).toEqual({ answered: true, facts: { version, machines: [echo, delta] }, unread });
  });
});

describe('a command that hangs', () => {
  test('getstate: what was told stays, the rest is unknown, and nothing more is asked', () => {
    const { commands, result } = talk(vmwareCmd, node({ ...BRAVO, '-l': `${ECHO}\n${DELTA}\n/vm/last.vmx\n`, [`${ECHO} getstate`]: 'getstate() = off\n', [`${DELTA} getstate`]: timedOut }));
    expect(commands.at(-1)).toBe(`vmware-cmd ${DELTA} getstate`);
    expect(result).toMatchObject({
      facts: { version: null, machines: [{ name: 'EchoSUSE', state: 'off' }, { name: 'DeltaKUBUNTU', state: 'unknown' }, { name: 'last', state: 'unknown' }] },
      unread: [`${DELTA}: getstate: no answer before the deadline`, '/vm/last.vmx: not asked, as vmware-cmd hung before'],
    });
  });

  test.each(['getuptime', 'getconfig displayName', 'getconfig memsize'])('%s: the states stay', (what) => {
    const { commands, result } = talk(vmwareCmd, node({ ...BRAVO, [`${DELTA} ${what}`]: timedOut }));
    expect(commands.at(-1)).toBe(`vmware-cmd ${DELTA} ${what}`);
    expect(result).toMatchObject({ facts: { machines: [echo, { path: DELTA, state: 'running' }] }, unread: [`${DELTA}: ${what}: no answer before the deadline`] });
  });
});

describe('the list', () => {
  test('paths that could not stand in an argv, or on a screen, are not asked about', () => {
    const list = 'relative.vmx\n-l.vmx\n/vm/a\tb.vmx\n/vm/notes.txt\n/vm/a\u0007.vmx\n/usr/bin/vmware-cmd: a warning\n/vm/a.vmx\n/vm/a.vmx\n';
    const { commands, result } = talk(vmwareCmd, node({ ...BRAVO, '-l': list }));
    expect(commands).toEqual(['vmware-cmd -l', 'vmware-cmd /vm/a.vmx getstate', 'vmware -v']);
    expect(result).toMatchObject({ unread: ['relative.vmx', '-l.vmx', '/vm/a\tb.vmx', '/vm/notes.txt', '/vm/a\u0007.vmx', '/usr/bin/vmware-cmd: a warning'] });
  });

  test('at most 64 machines are asked, 32 of them for names', () => {
    const paths = Array.from({ length: 70 }, (_, i) => `/vm/${i}.vmx`);
    const { commands, result } = talk(vmwareCmd, (command) => {
      if (command === 'vmware-cmd -l') return answerOf(paths.join('\n'));
      return answerOf(command.endsWith('getstate') ? 'getstate() = on\n' : command.endsWith('getuptime') ? 'getuptime() = 5\n' : command.endsWith('memsize') ? 'getconfig(memsize) = 4\n' : command === 'vmware -v' ? 'VMware Server 1.0.1\n' : 'getconfig(displayName) = n\n');
    });
    expect(first(commands)).toHaveLength(1 + 64 * 2 + 32 * 2 + 1);
    expect(commands.length).toBeLessThan(200);
    expect(result).toMatchObject({ answered: true, unread: paths.slice(64) });
  });

  test.each<[string, string | Answer, boolean]>([['root', '0\n', true], ['no id', answerOf('', { status: 'absent', exit: null }), true], ['another', '1000\n', false], ['hangs', timedOut, false]])(
    'no machine is an answer to root only (%s)', (_who, id, answered) => {
      const { commands, result } = talk(vmwareCmd, node({ ...BRAVO, '-l': '', 'id -u': id }));
      expect(commands.slice(0, 2)).toEqual(['vmware-cmd -l', 'id -u']);
      expect(result.answered).toBe(answered);
      if (result.answered) expect(result.facts).toEqual({ version: '1.0.1', machines: [] });
    });

  test.each<[string, Answer, string]>([
    ['absent', answerOf('', { status: 'absent', exit: null }), 'absent'],
    ['exit 127', answerOf('', { stderr: 'sh: 1: vmware-cmd: not found\n', exit: 127 }), 'absent'],
    ['hangs', timedOut, 'no-answer'],
    ['cut', answerOf('/vm/a.vmx\n', { status: 'cut', exit: null }), 'cut'],
    ['daemon down', answerOf('', { stderr: '/usr/bin/vmware-cmd: Could not connect to vmware-authd\n  (VMControl error -14: Unexpected response from vmware-authd: 511 Error connecting to /usr/sbin/vmware-serverd process.)\n', exit: 14 }), 'down'],
    ['daemon down, on stdout', answerOf('/usr/bin/vmware-cmd: Could not connect to vmware-authd\n  (VMControl error -14: 511 Error connecting to /usr/sbin/vmware-serverd process.)\n'), 'down'],
    ['forbidden', answerOf('', { stderr: 'sh: /usr/bin/vmware-cmd: Permission denied\n', exit: 126 }), 'forbidden'],
    ['a list, but it failed', answerOf('/vm/a.vmx\n', { exit: 1, stderr: 'broken pipe\n' }), 'no-answer'],
    ['not a list', answerOf('usage: vmware-cmd\n'), 'unreadable'],
  ])('%s: no facts', (_why, list, kind) => {
    expect(talk(vmwareCmd, node({ ...BRAVO, '-l': list })).result).toMatchObject({ answered: false, kind });
  });
});
