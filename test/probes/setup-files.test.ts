// Checksums of configuration, from a real shell on real files; the secret of heartbeat never appears.
import { execFileSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { answerOf } from '../../src/probes/probe.ts';
import { parseSetupFiles, setupFiles } from '../../src/probes/setup-files.ts';
import { runOn, SHELLS, tree } from './on-tree.ts';
import { talk } from './talk.ts';

describe.each(SHELLS)('%s on a tree', (_name, shell) => {
  const look = (root: string) => {
    let printed = '';
    const { commands, result } = talk(setupFiles, (command) => {
      const answer = runOn(root, ['sh', '-c', command.slice('sh -c '.length)], shell);
      printed += answer.stdout + answer.stderr;
      return answer;
    });
    return { commands, result, printed };
  };

  test('tells sum, size and mode of each file, in one command', () => {
    const root = tree({
      '/etc/drbd.conf': 'abc\n', '/etc/drbd.d/r0.res': '', '/etc/drbd.d/notes.txt': 'x', '/etc/xen/domain 1': 'abc\n', '/etc/xen/auto/domain1': 'x', '/etc/xen/scripts/vif': 'x',
      '/etc/ha.d/authkeys': { text: 'auth 1\n1 sha1 a-secret\n', mode: 0o600 },
    });
    const { commands, result, printed } = look(root);
    expect(commands).toHaveLength(1);
    const sum = execFileSync('cksum', [`${root}/etc/ha.d/authkeys`], { encoding: 'utf8' }).split(' ')[0];
    expect(result).toEqual({
      answered: true,
      facts: {
        files: [
          // 1112837078: what POSIX's cksum gives for "abc" and a newline; 4294967295 for nothing.
          { path: '/etc/drbd.conf', sum: '1112837078', sizeBytes: 4, mode: '644' },
          { path: '/etc/ha.d/authkeys', sum, sizeBytes: 23, mode: '600' },
          { path: '/etc/drbd.d/r0.res', sum: '4294967295', sizeBytes: 0, mode: '644' },
          { path: '/etc/xen/domain 1', sum: '1112837078', sizeBytes: 4, mode: '644' },
        ],
        moreIn: [],
      },
      unread: [],
    });
    expect(printed).not.toContain('secret');
  });

  test('looks at 64 files of a directory and says that there are more', () => {
    const { result } = look(tree(Object.fromEntries(Array.from({ length: 66 }, (_, index) => [`/etc/xen/d${index + 100}`, '']))));
    expect(result.answered && result.facts.files.length).toBe(64);
    expect(result).toMatchObject({ facts: { moreIn: ['/etc/xen'] } });
  });

  test('a name with a line break is left out', () => {
    expect(look(tree({ '/etc/xen/a\nf ': 'x', '/etc/xen/b': 'x' })).result).toMatchObject({ facts: { files: [{ path: '/etc/xen/b' }] }, unread: [] });
  });

  test('a node without any of them has nothing to tell', () => {
    expect(look(tree({ '/etc/hosts': '' })).result).toMatchObject({ answered: false, kind: 'absent' });
  });
});

test('what may not be read, or was told by nobody, is null', () => {
  expect(parseSetupFiles(answerOf('f /etc/drbd.conf\nf /etc/ha.d/authkeys\ns 644 4 /etc/drbd.conf\ns 600 23 /etc/ha.d/authkeys\n1112837078 4 etc/drbd.conf\nend\n'))).toEqual({
    answered: true,
    facts: { files: [{ path: '/etc/drbd.conf', sum: '1112837078', sizeBytes: 4, mode: '644' }, { path: '/etc/ha.d/authkeys', sum: null, sizeBytes: 23, mode: '600' }], moreIn: [] },
    unread: [],
  });
  expect(parseSetupFiles(answerOf('f /etc/drbd.conf\nend\n'))).toMatchObject({ facts: { files: [{ sum: null, sizeBytes: null, mode: null }] } });
});

test('an answer that breaks off is none; lines about other files are unread', () => {
  expect(parseSetupFiles(answerOf('f /etc/drbd.conf\n'))).toMatchObject({ answered: false, kind: 'no-answer' });
  expect(parseSetupFiles(answerOf('', { stderr: 'sh: 1: cd: can\'t cd to /\n', exit: 1 }))).toMatchObject({ answered: false, why: expect.stringContaining("can't cd") as string });
  expect(parseSetupFiles(answerOf('f /etc/drbd.conf\n1 2 etc/passwd\nauth 1\nend\n'))).toMatchObject({ unread: ['1 2 etc/passwd', 'auth 1'] });
});
