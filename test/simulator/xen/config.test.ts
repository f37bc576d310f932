import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { deviceNumber, diskOf, parseXenConfig } from '../../../src/simulator/world/xen/config.ts';

const sample = (name: string): string => readFileSync(new URL(`./samples/${name}`, import.meta.url), 'utf8');

test('the configuration of the HOWTO of 2006', () => {
  expect(parseXenConfig(sample('howto-2006-domain1.cfg'))).toEqual({
    name: 'domain1', memoryMib: 256, vcpus: 1, kernel: '/boot/vmlinuz-2.6.1?-xenU', root: '/dev/sda1 rw', extra: '3',
    disks: ['phy:/dev/drbd0,sda1,w'], interfaces: [''], onPoweroff: 'destroy', onReboot: 'restart', onCrash: 'restart',
  });
});

test('lists over several lines, quoted numbers, other ends of a domain', () => {
  expect(parseXenConfig(sample('talk-2010-web.cfg'))).toMatchObject({
    name: 'web', memoryMib: 1024, vcpus: 2, disks: ['drbd:web-root,xvda2,w', 'drbd:web-swap,xvda1,w'], interfaces: ['mac=00:16:3E:61:01:03'], onReboot: 'destroy', onCrash: 'destroy',
  });
});

test('the command line wins over the file', () => {
  expect(parseXenConfig('name = "a"\nmemory = 64\n', ['memory=128', 'name=b'])).toMatchObject({ name: 'b', memoryMib: 128 });
});

test('a # in a string is no comment', () => {
  expect(parseXenConfig(`extra = "a#b" # c\n`).extra).toBe('a#b');
});

test('where disks lie', () => {
  expect(diskOf('phy:lvm/domain1,sda1,w')).toEqual({ path: '/dev/lvm/domain1', device: 'sda1', mode: 'w' });
  expect(diskOf('drbd:web-root,xvda2,w').path).toBeNull();
});

test.each([['sda1', 2049], ['sdb', 2064], ['hda1', 769], ['hdb', 832], ['hdc2', 5634], ['xvda1', 51_713]])('%s is %i', (device, number) => {
  expect(deviceNumber(device)).toBe(number);
});
