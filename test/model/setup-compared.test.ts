// The set-up of two nodes side by side, by hand.
import { expect, test } from 'vitest';
import { filesCompared, versionsCompared } from '../../src/model/setup-compared.ts';
import type { SetupFile, SetupFiles, Versions } from '../../src/model/setup-facts.ts';
import { cluster, failing, heard, proc, view, vitals } from './build.ts';

const file = (path: string, sum: string | null, sizeBytes = 10): SetupFile => ({ path, sum, sizeBytes, mode: '644' });
const files = (list: SetupFile[], moreIn: string[] = []) => heard('files', { files: list, moreIn } satisfies SetupFiles);
const versions = (over: Partial<Versions>) => heard('versions', { drbdTools: null, xen: null, packages: null, ...over });

test('each path: same, differs, only on one, not read', () => {
  expect(filesCompared(cluster(
    view('alpha', { files: files([file('/etc/a', '1'), file('/etc/b', '2'), file('/etc/c', '3'), file('/etc/d', null), file('/etc/e', '5')]) }),
    view('bravo', { files: files([file('/etc/a', '1'), file('/etc/b', '3'), file('/etc/d', '4'), file('/etc/e', '5', 11)]) }),
  ))).toEqual([
    { path: '/etc/a', is: 'same', nodes: ['alpha', 'bravo'] },
    { path: '/etc/b', is: 'differs', nodes: ['alpha', 'bravo'] },
    { path: '/etc/c', is: 'only-on', nodes: ['alpha'] },
    { path: '/etc/d', is: 'not-read', nodes: ['alpha'] },
    { path: '/etc/e', is: 'differs', nodes: ['alpha', 'bravo'] },
  ]);
});

test('a node that did not tell is never called the same, and lacks nothing', () => {
  const alpha = view('alpha', { files: files([file('/etc/a', '1')]) });
  expect(filesCompared(cluster(alpha, view('bravo', {})))).toEqual([{ path: '/etc/a', is: 'not-read', nodes: ['bravo'] }]);
  expect(filesCompared(cluster(alpha, view('bravo', { files: failing('files', 'no-answer', 'sh: no answer') })))).toMatchObject([{ is: 'not-read' }]);
  expect(filesCompared(cluster(view('alpha', {}), view('bravo', {})))).toEqual([]);
});

test('where a directory has more than is looked at, a file that was not seen may be there', () => {
  expect(filesCompared(cluster(
    view('alpha', { files: files([file('/etc/xen/z', '1'), file('/etc/z', '1')]) }),
    view('bravo', { files: files([], ['/etc/xen']) }),
  ))).toEqual([{ path: '/etc/xen/z', is: 'not-read', nodes: ['bravo'] }, { path: '/etc/z', is: 'only-on', nodes: ['alpha'] }]);
});

test('of three nodes, two that differ outrank one that lacks it', () => {
  expect(filesCompared(cluster(
    view('alpha', { files: files([file('/etc/a', '1')]) }), view('bravo', { files: files([file('/etc/a', '2')]) }), view('charlie', { files: files([]) }),
  ))).toEqual([{ path: '/etc/a', is: 'differs', nodes: ['alpha', 'bravo'] }]);
});

test('versions by name; a package that one node lacks differs, one that was not told does not', () => {
  const packages = [{ name: 'heartbeat', version: '2.0.8-1' }, { name: 'lvm2', version: '2.02' }];
  expect(versionsCompared(cluster(
    view('alpha', { vitals: heard('vitals', vitals('alpha', { kernel: '2.6.15' })), 'proc-drbd': heard('proc-drbd', proc('0.7.23')), versions: versions({ drbdTools: '0.7.23', packages }) }),
    view('bravo', { vitals: heard('vitals', vitals('bravo', { kernel: '2.6.16' })), 'proc-drbd': heard('proc-drbd', proc('0.7.23')), versions: versions({ packages: packages.slice(0, 1) }) }),
    view('charlie', {}),
  ))).toEqual([
    { name: 'kernel', versions: { alpha: '2.6.15', bravo: '2.6.16' }, differs: true },
    { name: 'DRBD', versions: { alpha: '0.7.23', bravo: '0.7.23' }, differs: false },
    { name: 'drbdadm', versions: { alpha: '0.7.23' }, differs: false },
    { name: 'package heartbeat', versions: { alpha: '2.0.8-1', bravo: '2.0.8-1' }, differs: false },
    { name: 'package lvm2', versions: { alpha: '2.02', bravo: null }, differs: true },
  ]);
});

test('nodes with no package manager that could be asked say nothing of packages', () => {
  expect(versionsCompared(cluster(view('alpha', { versions: versions({ xen: '3.1.2' }) }), view('bravo', { versions: versions({ xen: '3.1.3' }) }))))
    .toEqual([{ name: 'Xen', versions: { alpha: '3.1.2', bravo: '3.1.3' }, differs: true }]);
});
