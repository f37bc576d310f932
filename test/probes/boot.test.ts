// What starts at boot: the shell's look at real directories, systemd's words, and what is made of both.
import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { boot } from '../../src/probes/boot.ts';
import { answerOf } from '../../src/probes/probe.ts';
import { sampleText } from '../samples/sample.ts';
import { runOn, SHELLS, tree } from './on-tree.ts';
import { talk } from './talk.ts';

/** A node that prints this for the shell's look, and this for systemctl. */
const told = (look: string, units = answerOf('')) => talk(boot, (command) => (command.startsWith('sh ') ? answerOf(look) : units));

describe.each(SHELLS)('%s on a tree', (_name, shell) => {
  const look = (root: string) => talk(boot, (command) => (command.startsWith('sh ') ? runOn(root, ['sh', '-c', command.slice('sh -c '.length)], shell) : answerOf('')));

  test('a machine of 2007: inittab, links, scripts without a link, domains of Xen', () => {
    const root = tree({
      '/etc/inittab': '# id:5:initdefault: was before\nid:2:initdefault:\nsi::sysinit:/etc/init.d/rcS\n',
      '/etc/rc2.d/S70drbd': '', '/etc/rc2.d/S75heartbeat': '', '/etc/rc2.d/K20xend': '', '/etc/rc3.d/S20xend': '', '/etc/rc2.d/S99drbd-old': '', '/etc/rc2.d/S20ssh': '',
      '/etc/init.d/drbd': '', '/etc/init.d/heartbeat': '', '/etc/init.d/xend': '', '/etc/init.d/xendomains': '', '/etc/init.d/ssh': '',
      '/etc/xen/auto/domain 1': '',
    });
    symlinkSync('/etc/xen/nowhere', join(root, '/etc/xen/auto/dangling'));
    expect(look(root).result).toEqual({
      answered: true,
      facts: {
        runlevel: '2',
        services: [
          { name: 'drbd', atBoot: true, how: '/etc/rc2.d/S70drbd' },
          { name: 'heartbeat', atBoot: true, how: '/etc/rc2.d/S75heartbeat' },
          { name: 'xend', atBoot: false, how: 'no start link in runlevel 2' },
          { name: 'xendomains', atBoot: false, how: 'no start link in runlevel 2' },
        ],
        autostarted: ['dangling', 'domain 1'],
      },
      unread: [],
    });
  });

  test('Red Hat keeps its links in /etc/rc.d, and a link that leads nowhere starts nothing', () => {
    const root = tree({ '/etc/inittab': 'id:3:initdefault:', '/etc/rc.d/rc3.d/S90corosync': '', '/etc/rc.d/init.d/vmware': '', '/etc/rc.d/rc3.d/S01other': '' });
    symlinkSync('../init.d/gone', join(root, '/etc/rc.d/rc3.d/S99pacemaker'));
    expect(look(root).result).toMatchObject({ facts: { services: [
      { name: 'corosync', atBoot: true, how: '/etc/rc.d/rc3.d/S90corosync' },
      { name: 'vmware', atBoot: false },
    ] }, unread: [] });
  });

  test('a machine without any of it has no service, and is no fault', () => {
    expect(look(tree({ '/etc/hosts': '' })).result).toEqual({ answered: true, facts: { runlevel: null, services: [], autostarted: [] }, unread: [] });
  });

  test('more than 64 names in /etc/xen/auto are not told', () => {
    const names = Object.fromEntries(Array.from({ length: 70 }, (_, index) => [`/etc/xen/auto/d${index + 100}`, '']));
    const { result } = look(tree(names));
    expect(result.answered && result.facts.autostarted.length).toBe(64);
  });
});

test('where no runlevel is told, those that serve must agree', () => {
  const links = (name: string, levels: number[]) => levels.map((level) => `link ${name} /etc/rc${level}.d/S70${name}\n`).join('');
  expect(told(`${links('drbd', [2, 3, 4, 5])}${links('heartbeat', [3, 5])}script xend\nend\n`).result).toMatchObject({ facts: { runlevel: null, services: [
    { name: 'drbd', atBoot: true, how: '/etc/rc2.d/S70drbd' },
    { name: 'heartbeat', atBoot: null, how: 'starts in runlevel 3, 5; which one the node boots to is not known' },
    { name: 'xend', atBoot: false, how: 'no start link in runlevels 2 to 5' },
  ] } });
});

describe('systemd', () => {
  const LOOK = 'systemd\nscript drbd\nlink drbd /etc/rc2.d/S70drbd\nscript xend\nlink xend /etc/rc2.d/S20xend\nlink xend /etc/rc3.d/S20xend\nlink xend /etc/rc4.d/S20xend\nlink xend /etc/rc5.d/S20xend\nend\n';

  test('is asked where it rules, and its word outranks the links', () => {
    const units = answerOf('drbd.service disabled enabled\npacemaker.service enabled enabled\nlibvirt-guests.service static -\nxend.service generated -\n');
    const { commands, result } = told(LOOK, units);
    expect(commands).toHaveLength(2);
    expect(commands[1]).toBe('systemctl list-unit-files --no-legend --no-pager drbd.service heartbeat.service corosync.service pacemaker.service xend.service xendomains.service libvirt-guests.service vmware.service');
    expect(result).toMatchObject({ facts: { services: [
      { name: 'drbd', atBoot: false, how: 'systemctl: disabled' },
      { name: 'pacemaker', atBoot: true, how: 'systemctl: enabled' },
      { name: 'xend', atBoot: true, how: '/etc/rc2.d/S20xend' },
      { name: 'libvirt-guests', atBoot: null, how: 'systemctl: static' },
    ] }, unread: [] });
  });

  test('with none of these units says nothing and ends with 1', () => {
    expect(told('systemd\nend\n', answerOf('', { exit: 1 })).result).toEqual({ answered: true, facts: { runlevel: null, services: [], autostarted: [] }, unread: [] });
  });

  test('as captured: another unit is nothing of ours', () => {
    expect(told('systemd\nend\n', answerOf(sampleText('setup/systemctl-252.list-unit-files.txt'))).result).toMatchObject({ facts: { services: [] }, unread: [] });
  });

  test('words that are not known are unread; a complaint too', () => {
    expect(told('systemd\nend\n', answerOf('drbd.service dozing\n')).result).toMatchObject({ facts: { services: [{ name: 'drbd', atBoot: null }] }, unread: ['drbd.service dozing'] });
    expect(told('systemd\nend\n', answerOf('', { stderr: 'Failed to connect to bus: Host is down\n', exit: 1 })).result).toMatchObject({ unread: ['systemctl: Failed to connect to bus: Host is down'] });
  });

  test('that hangs is no answer; that is not there leaves the links', () => {
    expect(told(LOOK, answerOf('', { status: 'timeout', exit: null })).result).toMatchObject({ answered: false, kind: 'no-answer' });
    expect(told(LOOK, answerOf('', { status: 'absent', exit: null })).result).toMatchObject({ facts: { services: [{ name: 'drbd', atBoot: null }, { name: 'xend', atBoot: true }] }, unread: [] });
  });
});

test('systemctl is not asked where systemd does not rule', () => {
  expect(told('level 2\nend\n').commands).toHaveLength(1);
});

test('an answer that breaks off is none; strange lines are unread', () => {
  expect(told('level 2\nscript drbd\n').result).toMatchObject({ answered: false, kind: 'no-answer' });
  expect(told('level 22\nscript nothing\nlink drbd nowhere\n???\nend\n').result).toMatchObject({ facts: { runlevel: null, services: [] }, unread: ['level 22', 'script nothing', 'link drbd nowhere', '???'] });
});
