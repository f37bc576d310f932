// VMware's machines beside their states: uuid.action of the .vmx, the open question, the guest's heart.
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import type { VmwareMachine } from '../../src/model/facts.ts';
import { answerOf } from '../../src/probes/probe.ts';
import type { Answer } from '../../src/probes/probe.ts';
import { vmwareCmd } from '../../src/probes/vmware-cmd.ts';
import { pendingQuestion } from '../../src/probes/vmware-log.ts';
import { readVmx } from '../../src/probes/vmx.ts';
import { sampleText } from '../samples/sample.ts';

const DELTA = '/vm/B/Delta K/Delta.vmx';
const ECHO = '/vm/A/Echo.vmx';
const LOG = sampleText('vmware/server1-vmware.log-question');
const OPEN = LOG.slice(0, LOG.indexOf('Feb 19 16:11:02'));
const LOCK = 'Failed to acquire lock to grab keyboard and mouse input. This may be because another virtual machine crashed or is hung. You can override the lock, but this may corrupt some of the X server state, such as keyboard autorepeat settings and the modifier mapping. Do you want to override the lock?';
const timedOut = answerOf('', { status: 'timeout', exit: null });

/** A look at both machines; `answer` plays what comes behind the version. Says what was asked of it. */
function look(state: string, answer: (argv: readonly string[]) => Answer): { asked: (readonly string[])[]; machines: VmwareMachine[]; unread: string[] } {
  const asked: (readonly string[])[] = [];
  const conversation = vmwareCmd.ask();
  let step = conversation.next();
  while (step.done !== true) {
    const argv = step.value;
    const method = argv[2];
    if (argv[1] === '-l') step = conversation.next(answerOf(`${DELTA}\n${ECHO}\n`));
    else if (argv[0] === 'vmware') step = conversation.next(answerOf('VMware Server 1.0.1 build-29996\n'));
    else if (method === 'getstate') step = conversation.next(answerOf(`getstate() = ${argv[1] === DELTA ? state : 'off'}\n`));
    else if (method === 'getuptime') step = conversation.next(answerOf('getuptime() = 5\n'));
    else if (method === 'getconfig') step = conversation.next(answerOf(`getconfig(${argv[3]}) = 64\n`));
    else {
      asked.push(argv);
      step = conversation.next(answer(argv));
    }
  }
  if (!step.value.answered) throw new Error(step.value.why);
  return { asked, machines: step.value.facts.machines, unread: step.value.unread };
}

describe('a .vmx', () => {
  test('the sample', () => {
    const values = readVmx(sampleText('vmware/server1.vmx'));
    expect(values.size).toBe(23);
    expect([values.get('uuid.action'), values.get('ethernet0.vnet'), values.get('checkpoint.vmstate'), values.get('ide1:0.startconnected')]).toEqual(['keep', '/dev/vmnet8', '', 'TRUE']);
    expect(values.get('annotation')).toBe('WinXP Pro SP2 with Paint Shop Pro, InDesign CS, and Xara Xtreme installed.');
  });

  test('any case, the last counts, comments and broken lines do not', () => {
    const text = '#!/usr/bin/vmware\nUUID.Action = "create"\nuuid.ACTION="keep"\r\n# uuid.action = "ask"\nuuid.action = "ke\nmemsize = 256\n';
    expect([...readVmx(text)]).toEqual([['uuid.action', 'keep'], ['memsize', '256']]);
  });

  test('a megabyte of hostile text is read at once', () => {
    const started = performance.now();
    for (const text of ['a'.repeat(1_000_000), 'a = '.repeat(250_000), `a${' '.repeat(4000)}\n`.repeat(250), 'a="b"\n'.repeat(150_000)]) readVmx(text);
    expect(performance.now() - started).toBeLessThan(3000);
  });
});

describe('vmware.log', () => {
  test('a question that waits', () => {
    expect(pendingQuestion(OPEN)).toEqual({ id: 'msg.mks.lockFail', text: LOCK, choices: null });
  });

  test.each([['answered', LOG], ['none', 'Feb 19 16:10:56: mks| MKS lock already locked\n'], ['not yet whole', OPEN.split('\n').slice(0, 4).join('\n')], ['nothing', '']])('%s: no question', (_why, log) => {
    expect(pendingQuestion(log)).toBeNull();
  });

  test('of two questions the last', () => {
    const uuid = "Feb 19 17:00:00: vmx| Msg_Question:\nFeb 19 17:00:00: vmx| [msg.uuid.moved] The location of this virtual machine's configuration file has changed.\nFeb 19 17:00:00: vmx| ----------------------------------------\n";
    expect(pendingQuestion(LOG + uuid)?.id).toBe('msg.uuid.moved');
    expect(pendingQuestion(`${LOG}${uuid}Feb 19 17:00:09: vmx| Msg_Question: msg.uuid.moved reply=2\n`)).toBeNull();
  });
});

describe('the conversation', () => {
  test('never answers a question: vmware-cmd is told nothing but to get', () => {
    for (const state of ['on', 'off', 'stuck', 'suspended']) {
      const { asked } = look(state, (argv) => answerOf(argv[0] === 'sh' ? OPEN : 'getheartbeat() = 7\n'));
      for (const argv of asked) expect(argv[0] === 'sh' || argv[2] === 'getheartbeat', argv.join(' ')).toBe(true);
    }
  });

  test('a machine that runs has a heartbeat', () => {
    const { machines, unread, asked } = look('on', (argv) => answerOf(argv[0] === 'sh' ? '1:\n1:uuid.action = "keep"\n1:autostart = "poweron"\n2:\n' : 'getheartbeat() = 77\n'));
    expect(machines).toMatchObject([{ path: DELTA, heartbeat: 77, question: null, uuidAction: 'keep', autostart: 'poweron' }, { path: ECHO, heartbeat: null, question: null, uuidAction: '', autostart: '' }]);
    expect(unread).toEqual([]);
    expect(asked).toHaveLength(2);
    expect(asked[0]?.slice(-2)).toEqual([DELTA, ECHO]);
  });

  test('one that is stuck has a question, and no heartbeat', () => {
    const { machines, asked } = look('stuck', (argv) => answerOf(argv.at(-1) === '/vm/B/Delta K/vmware.log' ? OPEN : ''));
    expect(machines).toMatchObject([{ heartbeat: null, question: { id: 'msg.mks.lockFail', text: LOCK, choices: null }, uuidAction: null }, { question: null }]);
    expect(asked).toHaveLength(2);
  });

  test.each<[string, Answer, string[]]>([
    ['was stopped', answerOf('', { stderr: 'VMControl error -8: Invalid operation\n', exit: 8 }), []],
    ['has no tools', answerOf('', { stderr: 'VMControl error -16: Virtual machine requires tools\n', exit: 16 }), []],
    ['fails', answerOf('', { stderr: 'VMControl error -999: Unspecified error\n', exit: 1 }), [`${DELTA}: getheartbeat: VMControl error -999: Unspecified error`]],
    ['is no number', answerOf('getheartbeat() = strong\n'), [`${DELTA}: getheartbeat: getheartbeat() = strong`]],
  ])('a heartbeat of one that %s', (_why, answer, unread) => {
    const read = look('on', (argv) => (argv[0] === 'sh' ? answerOf('') : answer));
    expect(read.machines[0]?.heartbeat).toBeNull();
    expect(read.unread).toEqual(unread);
  });

  test('where a file hangs nothing more is asked, and nothing is lost', () => {
    const { asked, machines } = look('on', () => timedOut);
    expect(asked).toHaveLength(1);
    expect(machines).toMatchObject([{ state: 'running', uptimeSeconds: 5, name: '64', uuidAction: null }, { state: 'off' }]);
  });
});

describe('the shell texts, in a node that is a directory', () => {
  const root = mkdtempSync(join(tmpdir(), 'crashcart-vmx-'));
  afterAll(() => rmSync(root, { recursive: true, force: true }));
  mkdirSync(join(root, 'vm/B/Delta K'), { recursive: true });
  mkdirSync(join(root, 'vm/A'), { recursive: true });
  writeFileSync(join(root, DELTA), `#!/usr/bin/vmware\nmemsize = "256"\nUUID.action = "create"\nAutoStart = "none"\nuuid.action = "keep"\n2:uuid.action = "forged"\n${'x'.repeat(70_000)}\nuuid.action = "too late"\n`);
  writeFileSync(join(root, 'vm/B/Delta K/vmware.log'), `${'x\n'.repeat(100_000)}${OPEN}`);
  const run = (argv: readonly string[]): Answer => answerOf(execFileSync('/bin/sh', argv.slice(1), { env: { r: root, PATH: '/usr/bin:/bin' }, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] }));

  test('the last of a key within 64 KiB counts; a file cannot speak for another, and one that is not there is not known', () => {
    expect(look('off', run).machines.map(({ uuidAction, autostart }) => [uuidAction, autostart])).toEqual([['keep', 'none'], [null, undefined]]);
  });

  test('the question is at the end of a long log', () => {
    expect(look('stuck', run).machines[0]?.question?.id).toBe('msg.mks.lockFail');
  });
});
