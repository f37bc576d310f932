// What is mounted, from /proc/mounts and from mount.
import { expect, test } from 'vitest';
import { answerOf } from '../../src/probes/probe.ts';
import { capturedMounts, mounts } from '../../src/probes/mounts.ts';
import { sample, sampleText } from '../samples/sample.ts';

test('kernel 2.6.15: blanks, # and backslashes are unescaped, what would break a screen is not', () => {
  const parsed = mounts.parse(new Map([['/proc/mounts', answerOf(sampleText('linux/2.6.15/mounts'), { exit: null })]]));
  expect(parsed).toEqual({
    answered: true,
    facts: {
      mounts: [
        { device: 'rootfs', path: '/', type: 'rootfs', options: 'rw' },
        { device: '/dev/md0', path: '/', type: 'ext3', options: 'rw,errors=remount-ro' },
        { device: 'proc', path: '/proc', type: 'proc', options: 'rw,nodiratime' },
        { device: 'sysfs', path: '/sys', type: 'sysfs', options: 'rw' },
        { device: '/dev/drbd0', path: '/var/lib/vmware/VirtualMachinesALPHA', type: 'ext3', options: 'rw' },
        { device: '/dev/md5', path: '/srv/Old backups#2006', type: 'ext3', options: 'ro' },
        { device: '//nas/a\\b', path: '/mnt/with\\012newline', type: 'smbfs', options: 'rw' },
      ],
    },
    unread: [],
  });
});

test('captured output of mount', () => {
  expect(capturedMounts.parse(sample('linux/alpha-12-link-cut.mounts.txt'))).toEqual({
    answered: true,
    mounts: [
      { device: '/dev/drbd0', path: '/mnt/web', type: 'ext4', options: 'rw,relatime' },
      { device: '/dev/drbd1', path: '/mnt/mail', type: 'ext4', options: 'rw,relatime' },
    ],
    unread: [],
  });
});

test.each(['/dev/drbd0 /srv ext3', '/dev/drbd0 /srv ext3 rw 0', '/dev/drbd0 /srv ext3 rw 0 0 0', 'what is this'])('%j is unread', (line) => {
  expect(capturedMounts.parse(answerOf(`rootfs / rootfs rw 0 0\n${line}\n`))).toMatchObject({ answered: true, mounts: [{ path: '/' }], unread: [line] });
});

test.each([
  ['nothing asked', new Map(), 'absent'],
  ['empty', new Map([['/proc/mounts', answerOf('')]]), 'cut'],
  ['cut', new Map([['/proc/mounts', answerOf('rootfs / rootfs rw 0 0\n', { status: 'cut' })]]), 'cut'],
  ['no line understood: not "nothing is mounted"', new Map([['/proc/mounts', answerOf('perfectly good soup\n')]]), 'unreadable'],
])('%s: no facts', (_name, answers, kind) => {
  expect(mounts.parse(answers)).toMatchObject({ answered: false, kind });
});
