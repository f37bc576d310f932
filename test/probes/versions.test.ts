// Versions: drbdadm's in each of its forms, packages of dpkg and rpm, Xen's files.
import { describe, expect, test } from 'vitest';
import { answerOf } from '../../src/probes/probe.ts';
import type { Answer } from '../../src/probes/probe.ts';
import { packagesOf, toolsVersion, versions } from '../../src/probes/versions.ts';
import { sample, sampleText } from '../samples/sample.ts';
import { runOn, SHELLS, tree } from './on-tree.ts';
import { talk } from './talk.ts';

const ABSENT = answerOf('', { status: 'absent', exit: null });

/** A node with these programs, by the first word of the command. */
const node = (programs: Record<string, Answer>) => talk(versions, (command) => programs[command.split(' ')[0] ?? ''] ?? ABSENT);

test('a Debian node: rpm is not asked', () => {
  const dpkg = answerOf(sampleText('setup/dpkg-query-1.21.txt'), { stderr: sampleText('setup/dpkg-query-1.21.stderr.txt'), exit: 1 });
  const { commands, result } = node({ drbdadm: sample('setup/9.22-drbdadm-version.txt'), '/usr/bin/dpkg-query': dpkg });
  expect(commands.map((command) => command.split(' ')[0])).toEqual(['drbdadm', 'sh', '/usr/bin/dpkg-query']);
  expect(commands[2]).toMatch(/^\/usr\/bin\/dpkg-query -W -f \$\{Package\}\\t\$\{Version\}\\t\$\{Status\}\\n heartbeat /);
  expect(result).toEqual({
    answered: true,
    facts: { drbdTools: '9.22.0', xen: null, packages: [{ name: 'dash', version: '0.5.12-2' }, { name: 'libdevmapper1.02.1', version: '2:1.02.185-2' }] },
    unread: [],
  });
});

test('a Red Hat node, whose rpm is in /bin; two versions of one package', () => {
  const { commands, result } = node({ '/bin/rpm': sample('setup/rpm-q.txt', { exit: 1 }) });
  expect(commands.map((command) => command.split(' ')[0])).toEqual(['drbdadm', 'sh', '/usr/bin/dpkg-query', '/usr/bin/rpm', '/bin/rpm']);
  expect(result).toEqual({
    answered: true,
    facts: {
      drbdTools: null, xen: null,
      packages: [
        { name: 'drbd83', version: '8.3.8-1.el5.centos' }, { name: 'heartbeat', version: '2.1.3-3.el5.centos' },
        { name: 'kernel-xen', version: '2.6.18-194.el5, 2.6.18-238.el5' }, { name: 'kmod-drbd83', version: '8.3.8-1.el5.centos' },
      ],
    },
    unread: [],
  });
});

test('nothing to ask is absent; what hangs is no answer, and nothing is asked after it', () => {
  expect(node({}).result).toMatchObject({ answered: false, kind: 'absent' });
  const hung = answerOf('', { status: 'timeout', exit: null });
  for (const [program, asked] of [['drbdadm', 1], ['sh', 2], ['/usr/bin/dpkg-query', 3]] as const) {
    const { commands, result } = node({ [program]: hung });
    expect(commands).toHaveLength(asked);
    expect(result).toMatchObject({ answered: false, kind: 'no-answer' });
  }
});

test('drbdadm 0.7 ends the usage that any word gets with its version; one that tells none is null', () => {
  expect(toolsVersion(answerOf('\nUSAGE: drbdadm [OPTION...]\n\nVersion: 0.7.23 (api:79)\nSVN Revision: 2686\n', { exit: 20 }))).toBe('0.7.23');
  expect(toolsVersion(answerOf('', { stderr: "drbdadm: unrecognized option '--version'\n", exit: 20 }))).toBeNull();
  expect(toolsVersion(ABSENT)).toBeNull();
});

test('packages that were removed are not there; lines that are not understood are unread', () => {
  const unread: string[] = [];
  expect(packagesOf(answerOf('heartbeat\t1.2.4-2\tdeinstall ok config-files\nlvm2\t2.02.06-2\thold ok installed\nmdadm\t\tunknown ok not-installed\nwhat is this\n'), unread)).toEqual([{ name: 'lvm2', version: '2.02.06-2' }]);
  expect(unread).toEqual(['what is this']);
});

test('a package manager that only complains is unread, one that knows none of them is not', () => {
  const unread: string[] = [];
  expect(packagesOf(answerOf('', { stderr: 'dpkg-query: error: failed to open package info file\n', exit: 2 }), unread)).toEqual([]);
  expect(unread).toEqual(['dpkg-query: error: failed to open package info file']);
  const none: string[] = [];
  expect(packagesOf(answerOf('', { stderr: 'No packages found matching heartbeat.\ndpkg-query: no packages found matching lvm2\n', exit: 1 }), none)).toEqual([]);
  expect(none).toEqual([]);
});

describe.each(SHELLS)("%s reads Xen's version", (_name, shell) => {
  const xenOf = (root: string) => talk(versions, (command) => (command.startsWith('sh ') ? runOn(root, ['sh', '-c', command.slice('sh -c '.length)], shell) : command.startsWith('drbdadm') ? sample('setup/9.22-drbdadm-version.txt') : ABSENT)).result;
  const V = '/sys/hypervisor/version';

  test('from its three files', () => {
    expect(xenOf(tree({ [`${V}/major`]: '3\n', [`${V}/minor`]: '1\n', [`${V}/extra`]: '.2-194.el5\n' }))).toMatchObject({ facts: { xen: '3.1.2-194.el5' } });
  });

  test('as null where they are not there, or hold something else', () => {
    expect(xenOf(tree({ '/etc/hosts': '' }))).toMatchObject({ facts: { xen: null } });
    expect(xenOf(tree({ [`${V}/major`]: 'three\n', [`${V}/minor`]: '1\n', [`${V}/extra`]: '\n' }))).toMatchObject({ facts: { xen: null } });
  });
});
