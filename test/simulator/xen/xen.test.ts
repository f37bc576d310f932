import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { createGuests } from '../../../src/simulator/world/guests/guests.ts';
import type { Guests } from '../../../src/simulator/world/guests/guests.ts';
import type { World } from '../../../src/simulator/world/shapes.ts';
import { createXen } from '../../../src/simulator/world/xen/xen.ts';
import { begin, miniWorld, mirror, nodeOf, pass, run } from '../guests/mini-world.ts';
import type { Mirror } from '../guests/mini-world.ts';

const sample = (name: string): string => readFileSync(new URL(`../../samples/xen/${name}`, import.meta.url), 'utf8');
const config = (name: string, minor: number): string => `kernel = "/boot/vmlinuz-2.6.16-xenU"\nmemory = 256\nname = "${name}"\nvif = [ '' ]\ndisk = [ 'phy:/dev/drbd${minor},sda1,w' ]\nroot = "/dev/sda1 rw"\nextra = "3"\n`;

/** alpha runs domain1 on drbd0; domain2 on drbd1 is off, and could run on bravo. */
function setup(): { world: World; guests: Guests; disks: [Mirror, Mirror] } {
  const disks: [Mirror, Mirror] = [mirror('alpha'), mirror('bravo')];
  const box: { guests?: Guests } = {};
  const world = miniWorld((made) => {
    for (const node of made.nodes) {
      disks.forEach((disk, minor) => node.devices.set(`/dev/drbd${minor}`, disk.on(node)));
      node.files.write('/etc/xen/domain1', config('domain1', 0));
      node.files.write('/etc/xen/domain2', config('domain2', 1));
    }
    const guests = (box.guests = createGuests(made, [
      { name: 'domain1', memoryMib: 256, vcpus: 1, bootMs: 30_000, runsOn: 'alpha' },
      { name: 'domain2', memoryMib: 256, vcpus: 1, bootMs: 30_000, runsOn: null },
    ]));
    return { systems: [createXen(made, guests, { totalMib: 1023, domain0Mib: 300 })] };
  });
  if (!box.guests) throw new Error('no guests');
  return { world, guests: box.guests, disks };
}

/** Names and states of `xm list`. */
const states = (world: World, node: string): string[] => run(world, node, 'xm list').stdout.split('\n').slice(1, -1).map((line) => `${line.split(' ')[0]} ${line.slice(45).trim().split(/ +/)[2]}`);

describe('xm list', () => {
  test('has the columns of Xen 3.0', () => {
    const { world } = setup();
    const [head, first, second] = run(world, 'alpha', 'xm list').stdout.split('\n');
    expect(head).toBe(sample('3.0-xm-list.txt').split('\n')[0]);
    expect(first).toMatch(/^Domain-0 {35}0 {6}300 {5}1 r----- {1,8}\d+\.\d$/);
    expect(second).toMatch(/^domain1 {36}1 {6}256 {5}1 -b---- {1,8}\d+\.\d$/);
    expect(second).toHaveLength((head ?? '').length);
  });

  test('shows time that grows, and one domain by name or number', () => {
    const { world } = setup();
    const time = (): number => Number(run(world, 'alpha', 'xm list domain1').stdout.trim().split(' ').at(-1));
    const before = time();
    pass(world, 1000);
    const used = time() - before;
    expect(used).toBeGreaterThan(5);
    expect(used).toBeLessThan(60);
    expect(run(world, 'alpha', 'xm list 1').stdout.split('\n')).toHaveLength(3);
  });

  test('of what is not there is an error', () => {
    const { world } = setup();
    expect(run(world, 'bravo', 'xm list domain1')).toMatchObject({ exit: 1, stdout: '', stderr: "Error: Domain 'domain1' does not exist.\n" });
  });

  test('-l prints nested lists', () => {
    const { world } = setup();
    const { stdout } = run(world, 'alpha', 'xm list -l domain1');
    expect(stdout).toMatch(/^\(domain\n {4}\(domid 1\)\n/);
    expect(stdout).toContain('(uname phy:/dev/drbd0)');
    expect(stdout.split('(').length).toBe(stdout.split(')').length);
  });
});

describe('xm create', () => {
  test('starts a domain, which answers after its boot and holds its device', () => {
    const { world, guests } = setup();
    const made = run(world, 'bravo', 'xm create domain2');
    expect(made).toMatchObject({ exit: 0, stderr: '', stdout: 'Using config file "/etc/xen/domain2".\nStarted domain domain2\n' });
    expect(made.seconds).toBeGreaterThan(1);
    expect([...(nodeOf(world, 'bravo').holders.get('/dev/drbd1') ?? [])]).toEqual(['domain domain2']);
    expect(guests.answers('domain2')).toBe(false);
    pass(world, 30);
    expect(guests.answers('domain2')).toBe(true);
    expect(world.truth().domains['domain2']).toMatchObject({ node: 'bravo', state: 'running', on: ['bravo'] });
  });

  test.each([
    ['a name that is in use', 'alpha', 'xm create domain1', "Error: VM name 'domain1' already in use by domain 1\n"],
    ['a file that is missing', 'alpha', 'xm create domain9', 'Error: Cannot open config file "domain9"\n'],
    ['a device that is Secondary', 'alpha', 'xm create domain2', 'Error: Device 2049 (vbd) could not be connected. Backend device not found.\n'],
    ['a device that another domain has', 'alpha', 'xm create domain1 name=other', 'Error: Device 2049 (vbd) could not be connected. Device /dev/drbd0 is mounted in a guest domain,\nand so cannot be mounted now.\n'],
    ['too little memory', 'bravo', 'xm create domain2 memory=800', 'Error: I need 819200 KiB, but dom0_min_mem is 307200 and shrinking to 307200 KiB would leave only 740352 KiB free.\n'],
  ])('is refused for %s', (_what, node, line, stderr) => {
    const { world } = setup();
    expect(run(world, node, line)).toMatchObject({ exit: 1, stderr });
    expect(world.truth().domains['domain2']).toMatchObject({ on: [] });
  });

  test('is refused for a device with a file system in use, and for one that does not exist', () => {
    const { world } = setup();
    expect(run(world, 'bravo', 'mount /dev/drbd1 /mnt').exit).toBe(0);
    expect(run(world, 'bravo', 'xm create domain2').stderr).toContain('Device /dev/drbd1 is mounted in the privileged domain,');
    nodeOf(world, 'bravo').files.write('/etc/xen/domain2', config('domain2', 7));
    expect(run(world, 'bravo', 'xm create domain2').stderr).toBe('Error: Device 2049 (vbd) could not be connected. /dev/drbd7 does not exist.\n');
  });

  test('twice on two nodes whose device is Primary is the disaster it is in life', () => {
    const { world, disks } = setup();
    disks[0].primary.add('bravo');
    expect(run(world, 'bravo', 'xm create domain1').exit).toBe(0);
    expect(world.truth().domains['domain1']?.on).toEqual(['alpha', 'bravo']);
  });

  test('on the bare disk below, past the replication, is possible too', () => {
    const { world } = setup();
    const bravo = nodeOf(world, 'bravo');
    bravo.disks.set('/dev/lvm/domain2', { sizeBytes: 1e9, failed: false, data: new Set() });
    bravo.files.write('/etc/xen/raw', config('domain2', 1).replace('/dev/drbd1', 'lvm/domain2'));
    expect(run(world, 'bravo', 'xm create raw').exit).toBe(0);
    pass(world, 30);
    expect(bravo.disks.get('/dev/lvm/domain2')?.data.size).toBeGreaterThan(3);
    expect(world.acknowledged.some((write) => write.device === '/dev/lvm/domain2')).toBe(true);
  });
});

describe('a domain goes', () => {
  test('by shutdown -w, which waits for it', () => {
    const { world, guests } = setup();
    const ended = run(world, 'alpha', 'xm shutdown -w domain1');
    expect(ended).toMatchObject({ exit: 0, stdout: 'Domain domain1 terminated\n' });
    expect(ended.seconds).toBeGreaterThan(8);
    expect(states(world, 'alpha')).toEqual(['Domain-0 r-----']);
    expect(guests.answers('domain1')).toBe(false);
    expect(nodeOf(world, 'alpha').holders.get('/dev/drbd0')?.size).toBe(0);
    expect(world.truth().domains['domain1']).toMatchObject({ node: 'alpha', state: 'off', on: [] });
  });

  test('at once by destroy', () => {
    const { world } = setup();
    expect(run(world, 'alpha', 'xm destroy domain1')).toMatchObject({ exit: 0, seconds: 0 });
    expect(states(world, 'alpha')).toEqual(['Domain-0 r-----']);
    expect(run(world, 'alpha', 'xm destroy domain1').stderr).toBe("Error: Domain 'domain1' does not exist.\n");
  });

  test('and comes back with another number by reboot', () => {
    const { world, guests } = setup();
    run(world, 'alpha', 'xm reboot domain1');
    pass(world, 25);
    expect(run(world, 'alpha', 'xm list domain1').stdout.split('\n')[1]).toMatch(/^domain1 +2 /);
    expect(guests.answers('domain1')).toBe(false);
    pass(world, 30);
    expect(guests.answers('domain1')).toBe(true);
  });

  test('not while it is paused, whatever it is asked', () => {
    const { world, guests } = setup();
    run(world, 'alpha', 'xm pause domain1');
    expect(states(world, 'alpha')[1]).toBe('domain1 --p---');
    expect(guests.answers('domain1')).toBe(false);
    run(world, 'alpha', 'xm shutdown domain1');
    pass(world, 300);
    expect(states(world, 'alpha')[1]).toBe('domain1 --p---');
    run(world, 'alpha', 'xm unpause domain1');
    pass(world, 5);
    expect(states(world, 'alpha')).toEqual(['Domain-0 r-----']);
  });

  test('after an I/O error: it is started again, unless that fails too', () => {
    const { world, disks } = setup();
    const seen = new Set<string>();
    disks[0].answers = 'badly';
    for (let second = 0; second < 30; second += 1) {
      pass(world, 1);
      seen.add(/\ndomain1 +(\d+) /.exec(run(world, 'alpha', 'xm list').stdout)?.[1] ?? 'none');
    }
    expect([...seen].filter((id) => id !== 'none')).toEqual(['1', '2']);
    expect(states(world, 'alpha')).toEqual(['Domain-0 r-----']);
  });

  test('after an I/O error and stays to be looked at with on_crash preserve', () => {
    const { world, disks } = setup();
    nodeOf(world, 'bravo').files.write('/etc/xen/domain2', `${config('domain2', 1)}on_crash = 'preserve'\n`);
    run(world, 'bravo', 'xm create domain2');
    disks[1].answers = 'badly';
    pass(world, 10);
    expect(states(world, 'bravo')[1]).toBe('domain2 ----c-');
    expect(world.truth().domains['domain2']).toMatchObject({ node: 'bravo', state: 'crashed' });
  });

  test('with the power, and is not started by the boot', () => {
    const { world } = setup();
    const alpha = nodeOf(world, 'alpha');
    world.powerCut(alpha);
    expect(world.truth().domains['domain1']).toMatchObject({ node: null, state: 'off', on: [] });
    world.powerOn(alpha);
    pass(world, 60);
    expect(states(world, 'alpha')).toEqual(['Domain-0 r-----']);
    expect(run(world, 'alpha', 'xm create domain1').exit).toBe(0);
  });
});

describe('the programs around', () => {
  test('without xend, xm says so and domains run on', () => {
    const { world, guests } = setup();
    run(world, 'alpha', '/etc/init.d/xend stop');
    expect(run(world, 'alpha', 'xm list')).toMatchObject({ exit: 1, stdout: '', stderr: sample('xm-error-xend-down.txt') });
    expect(run(world, 'alpha', '/etc/init.d/xend status').exit).toBe(3);
    expect(guests.answers('domain1')).toBe(true);
    run(world, 'alpha', '/etc/init.d/xend start');
    expect(states(world, 'alpha')).toHaveLength(2);
  });

  test('xentop in batch form: the columns of the sample, no percent in the first screen', () => {
    const { world } = setup();
    const lines = run(world, 'alpha', 'xentop -b -i 2 -d 10').stdout.split('\n');
    expect(lines[0]).toBe(readFileSync(new URL('./samples/3.3-xentop-batch.txt', import.meta.url), 'utf8').split('\n')[0]);
    expect(lines[1]).toMatch(/^ +Domain-0 -----r +\d+ {4}0\.0 /);
    expect(lines[2]).toMatch(/^ +domain1 --b--- +\d+ {4}0\.0 +262144 +25\.0 +262144 +25\.0 +1 +1 /);
    expect(lines[4]).toMatch(/^ +Domain-0 -----r +\d+ {4}6\.0 /);
    expect(run(world, 'alpha', 'xm top').stdout.split('\n')).toHaveLength(4);
  });

  test('info tells the memory, vcpu-list the processors', () => {
    const { world } = setup();
    const { stdout } = run(world, 'alpha', 'xm info');
    expect(stdout).toContain('total_memory           : 1023\n');
    expect(stdout).toContain('free_memory            : 467\n');
    expect(run(world, 'alpha', 'xm vcpu-list').stdout).toContain('domain1');
  });

  test('a wrong word gets the usage, a missing one too', () => {
    const { world } = setup();
    expect(run(world, 'alpha', 'xm lisst').stderr).toMatch(/^Error: Sub Command lisst not found!\nUsage: xm /);
    expect(run(world, 'alpha', 'xm destroy')).toMatchObject({ exit: 1, stderr: "Error: 'xm destroy' requires 1 argument!\nUsage: xm destroy <Domain>\n" });
  });

  test('a shutdown that is waited for and a power cut: the waiting never ends, the domain does', () => {
    const { world } = setup();
    const waiting = begin(world, 'alpha', 'xm shutdown -w domain1');
    pass(world, 2);
    world.powerCut(nodeOf(world, 'alpha'));
    pass(world, 100);
    expect(waiting.ran).toBeNull();
    expect(world.truth().domains['domain1']?.on).toEqual([]);
  });
});
