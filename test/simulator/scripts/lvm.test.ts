import { expect, test } from 'vitest';
import { hold } from '../../../src/simulator/world/linux.ts';
import { lvmCommands } from '../../../src/simulator/world/lvm/lvm.ts';
import { setVolumeGroup } from '../../../src/simulator/world/lvm/volume-group.ts';
import type { World } from '../../../src/simulator/world/shapes.ts';
import { miniWorld, nodeOf, run } from '../guests/mini-world.ts';

const EXTENT = 4 * 1024 ** 2;

/** The group of the HOWTO of 2006 on alpha; bravo has none. */
function setup(): World {
  return miniWorld((made) => {
    const alpha = made.nodes[0];
    if (!alpha) throw new Error('no alpha');
    setVolumeGroup(alpha, { name: 'lvm', extentBytes: EXTENT, physical: [{ device: '/dev/hda5', extents: 9000 }, { device: '/dev/hda6', extents: 8293 }] });
    for (const [name, extents] of [['home', 8960], ['domain1', 2649], ['domain2', 2649]] as const) {
      alpha.disks.set(`/dev/lvm/${name}`, { sizeBytes: extents * EXTENT, failed: false, data: new Set() });
    }
    hold(alpha, '/dev/lvm/home', 'mounted on /home');
    return { systems: [{ commands: lvmCommands(made), *boot() {}, *shutdown() {}, died: () => undefined, truth: () => ({}) }] };
  });
}

test('vgdisplay has the numbers of the document', () => {
  const { stdout } = run(setup(), 'alpha', 'vgdisplay');
  for (const line of ['  VG Name               lvm', '  Cur LV                3', '  Open LV               1', '  VG Size               67.55 GB', '  PE Size               4.00 MB',
    '  Total PE              17293', '  Alloc PE / Size       14258 / 55.70 GB', '  Free  PE / Size       3035 / 11.86 GB']) expect(stdout.split('\n')).toContain(line);
});

test('lvdisplay of one volume', () => {
  const { stdout } = run(setup(), 'alpha', 'lvdisplay /dev/lvm/domain1');
  expect(stdout).toMatch(/^ {2}--- Logical volume ---\n {2}LV Name {16}\/dev\/lvm\/domain1\n/);
  for (const line of ['  LV Status              available', '  # open                 0', '  LV Size                10.35 GB', '  Current LE             2649']) expect(stdout.split('\n')).toContain(line);
});

test('reports for people and for programs', () => {
  const world = setup();
  expect(run(world, 'alpha', 'lvs').stdout.split('\n').slice(0, 3)).toEqual([
    '  LV      VG  Attr    LSize Origin Snap% Move Log Copy%', expect.stringMatching(/^ {2}home {4}lvm -wi-ao 35\.00G/), expect.stringMatching(/^ {2}domain1 lvm -wi-a- 10\.35G/),
  ]);
  expect(run(world, 'alpha', ['vgs', '--noheadings', '--separator', '|', '--units', 'b', '--nosuffix', '-o', 'vg_name,vg_size,vg_free,lv_count']).stdout).toBe('  lvm|72532099072|12729712640|3\n');
  expect(run(world, 'alpha', 'pvs --noheadings -o pv_name,pv_free').stdout).toBe('  /dev/hda5     0 \n  /dev/hda6 11.86G\n');
  expect(run(world, 'alpha', 'lvs -o foo')).toMatchObject({ exit: 3, stderr: '  Unrecognised field: foo\n' });
  expect(run(world, 'alpha', 'lvs other')).toMatchObject({ exit: 5, stderr: '  Volume group "other" not found\n' });
  expect(run(world, 'bravo', 'vgs').stderr).toBe('  No volume groups found\n');
});

test('make, grow, remove; each with its refusals', () => {
  const world = setup();
  expect(run(world, 'alpha', 'lvcreate -n domain3 -L 2G lvm')).toMatchObject({ exit: 0, stdout: '  Logical volume "domain3" created\n' });
  expect(nodeOf(world, 'alpha').disks.get('/dev/lvm/domain3')?.sizeBytes).toBe(2 * 1024 ** 3);
  expect(run(world, 'alpha', 'lvcreate -n domain3 -L 2G lvm')).toMatchObject({ exit: 5, stderr: '  Logical volume "domain3" already exists in volume group "lvm"\n' });
  expect(run(world, 'alpha', 'lvcreate -n domain4 -L 20G lvm')).toMatchObject({ exit: 5, stderr: '  Insufficient free extents (2523) in volume group lvm: 5120 required\n' });
  expect(run(world, 'alpha', 'lvcreate -n domain4 -L 1G vg1')).toMatchObject({ exit: 5, stderr: '  Volume group "vg1" not found\n' });
  expect(run(world, 'alpha', 'lvcreate -n swap --size=5M lvm').stdout).toBe('  Rounding up size to full physical extent 8.00 MB\n  Logical volume "swap" created\n');
  expect(run(world, 'alpha', 'lvextend -L +1G /dev/lvm/domain3').stdout).toBe('  Extending logical volume domain3 to 3.00 GB\n  Logical volume domain3 successfully resized\n');
  expect(run(world, 'alpha', 'lvextend -L 1G /dev/lvm/domain3')).toMatchObject({ exit: 3, stderr: '  New size given (256 extents) not larger than existing size (768 extents)\n' });
  expect(run(world, 'alpha', 'lvremove -f /dev/lvm/home')).toMatchObject({ exit: 5, stderr: '  Can\'t remove open logical volume "home"\n' });
  expect(run(world, 'alpha', 'lvremove lvm/domain3', ['n']).exit).toBe(5);
  expect(run(world, 'alpha', 'lvremove lvm/domain3', ['y'])).toMatchObject({ exit: 0 });
  expect(nodeOf(world, 'alpha').disks.has('/dev/lvm/domain3')).toBe(false);
});
