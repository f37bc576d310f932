// The conversation with drbdadm, with a node played by a table of answers.
import { describe, expect, it } from 'vitest';
import type { DrbdAdm } from '../../src/model/facts.ts';
import { answerOf } from '../../src/probes/probe.ts';
import type { Answer, Parsed } from '../../src/probes/probe.ts';
import { drbdadm } from '../../src/probes/drbdadm.ts';

/** Plays the node; a command that is not in the table is refused as drbdadm does. Gives the argv asked, too. */
function play(answers: Record<string, string | Answer>): { parsed: Parsed<DrbdAdm>; asked: string[] } {
  const asked: string[] = [];
  const conversation = drbdadm.ask();
  let step = conversation.next();
  while (!step.done) {
    const command = step.value.join(' ');
    asked.push(command);
    const answer = answers[command] ?? answerOf('', { exit: 20, stderr: `Unknown command '${step.value[1] ?? ''}'.` });
    step = conversation.next(typeof answer === 'string' ? answerOf(answer) : answer);
  }
  return { parsed: step.value, asked };
}

const TWO = {
  'drbdadm sh-resources': 'mail-root web-root \n',
  'drbdadm sh-dev mail-root': '/dev/drbd1\n', 'drbdadm sh-ll-dev mail-root': '/dev/vg0/drbd1-mail\n',
  'drbdadm sh-dev web-root': '/dev/drbd0\n', 'drbdadm sh-ll-dev web-root': '/dev/vg0/drbd0-web\n',
};

describe('drbdadm', () => {
  it('asks every minute, each command with ten seconds', () => {
    expect(drbdadm).toMatchObject({ name: 'drbdadm', kind: 'commands', everySeconds: 60, deadlineSeconds: 10 });
  });

  it('asks for names, devices and disks', () => {
    const { parsed, asked } = play(TWO);
    expect(parsed).toEqual({ answered: true, unread: [], facts: { resources: [
      { name: 'mail-root', volume: 0, device: '/dev/drbd1', minor: 1, disk: '/dev/vg0/drbd1-mail' },
      { name: 'web-root', volume: 0, device: '/dev/drbd0', minor: 0, disk: '/dev/vg0/drbd0-web' },
    ] } });
    expect(asked).toEqual(Object.keys(TWO));
  });

  it('gives an entry per volume, and asks for the minor of a device with a name of its own', () => {
    const { parsed } = play({ 'drbdadm sh-resources': 'r0\n', 'drbdadm sh-dev r0': '/dev/drbd_data\n/dev/drbd4\n',
      'drbdadm sh-ll-dev r0': '/dev/vg/a\nnone\n', 'drbdadm sh-minor r0': '3\n4\n' });
    expect(parsed).toMatchObject({ answered: true, unread: [], facts: { resources: [
      { volume: 0, device: '/dev/drbd_data', minor: 3, disk: '/dev/vg/a' }, { volume: 1, device: '/dev/drbd4', minor: 4, disk: 'none' }] } });
  });

  it('0.7 has no sh-minor: the minor stays unknown', () => {
    const { parsed } = play({ 'drbdadm sh-resources': 'r0\n', 'drbdadm sh-dev r0': '/dev/replica\n', 'drbdadm sh-ll-dev r0': '/dev/md6\n' });
    expect(parsed).toMatchObject({ answered: true, unread: [], facts: { resources: [{ device: '/dev/replica', minor: null, disk: '/dev/md6' }] } });
  });

  it('takes a minor where a device should be', () => {
    const { parsed } = play({ 'drbdadm sh-resources': 'r0\n', 'drbdadm sh-dev r0': 'minor 5\n', 'drbdadm sh-ll-dev r0': '/dev/md6\n' });
    expect(parsed).toMatchObject({ facts: { resources: [{ device: '/dev/drbd5', minor: 5 }] } });
  });

  it('never asks about a name that could be something else', () => {
    const { parsed, asked } = play({ ...TWO, 'drbdadm sh-resources': `web-root -rf all;reboot $(id) ../x ${'a'.repeat(65)} web-root\n` });
    expect(asked).toEqual(['drbdadm sh-resources', 'drbdadm sh-dev web-root', 'drbdadm sh-ll-dev web-root']);
    expect(parsed).toMatchObject({ unread: ['-rf', 'all;reboot', '$(id)', '../x', 'a'.repeat(65)] });
  });

  it('asks about 256 resources at most, and names the others', () => {
    const names = Array.from({ length: 300 }, (_, index) => `r${index}`);
    const { parsed, asked } = play({ 'drbdadm sh-resources': `${names.join(' ')}\n` });
    expect(new Set(asked.slice(1).map((command) => command.split(' ')[2])).size).toBe(256);
    expect(parsed.answered ? parsed.unread.filter((line) => /^r\d+$/.test(line)) : []).toEqual(names.slice(256));
  });

  it('names what one resource was refused, and goes on', () => {
    const { parsed } = play({ ...TWO, 'drbdadm sh-dev mail-root': answerOf('', { exit: 10, stderr: "'mail-root' not defined in your config (for this host).\n" }) });
    expect(parsed).toMatchObject({ answered: true, facts: { resources: [{ name: 'web-root' }] },
      unread: ["drbdadm sh-dev mail-root: 'mail-root' not defined in your config (for this host)."] });
  });

  it('never pairs disks with devices by guessing', () => {
    const { parsed } = play({ 'drbdadm sh-resources': 'r0\n', 'drbdadm sh-dev r0': '/dev/drbd0\n/dev/drbd1\n', 'drbdadm sh-ll-dev r0': '/dev/md6\n' });
    expect(parsed).toMatchObject({ unread: ['drbdadm sh-ll-dev r0: /dev/md6'], facts: { resources: [{ disk: null }, { disk: null }] } });
  });

  it('names a device that is none', () => {
    const { parsed } = play({ 'drbdadm sh-resources': 'r0\n', 'drbdadm sh-dev r0': 'what now\n', 'drbdadm sh-ll-dev r0': '/dev/md6\n' });
    expect(parsed).toEqual({ answered: true, facts: { resources: [] }, unread: ['drbdadm sh-dev r0: what now'] });
  });

  it('knows empty from not answered', () => {
    const empty = { answered: true, facts: { resources: [] }, unread: [] };
    expect(play({ 'drbdadm sh-resources': answerOf('', { stderr: 'no resources defined!\n' }) }).parsed).toEqual(empty);
    expect(play({ 'drbdadm sh-resources': answerOf('', { exit: 10, stderr: 'no resources defined!\n' }) }).parsed).toEqual(empty);
    expect(play({ 'drbdadm sh-resources': '\n' }).parsed).toEqual(empty);
    expect(play({ 'drbdadm sh-resources': '' }).parsed).toMatchObject({ answered: false, kind: 'no-answer' });
  });

  it.each<[string, Partial<Answer>, string]>([
    ['not there', { status: 'absent', exit: null }, 'absent'],
    ['not found by a shell', { exit: 127, stderr: 'sh: drbdadm: not found' }, 'absent'],
    ['no right to run it', { exit: 126, stderr: 'sh: drbdadm: Permission denied' }, 'forbidden'],
    ['silent', { status: 'timeout', exit: null }, 'no-answer'],
    ['cut', { status: 'cut' }, 'cut'],
    ['no configuration', { exit: 10, stderr: "Can not open '/etc/drbd.conf': No such file or directory" }, 'absent'],
    ['broken configuration', { exit: 10, stderr: "/etc/drbd.conf:7: Parse error: 'protocol' expected" }, 'unreadable'],
  ])('%s', (_what, answer, kind) => {
    const { parsed, asked } = play({ 'drbdadm sh-resources': answerOf('', answer) });
    expect(parsed).toMatchObject({ answered: false, kind });
    expect(parsed.answered ? '' : parsed.why).toMatch(/drbdadm.{5,180}/);
    expect(asked).toHaveLength(1);
  });

  it('stops when the node falls silent half way', () => {
    const { parsed, asked } = play({ ...TWO, 'drbdadm sh-ll-dev mail-root': answerOf('', { status: 'timeout', exit: null }) });
    expect(parsed).toMatchObject({ answered: false, kind: 'no-answer', why: 'drbdadm sh-ll-dev mail-root: no answer before the deadline' });
    expect(asked).toHaveLength(3);
  });
});
