// drbdadm and drbdsetup by hand: what they refuse, in which words, with which code; and what they do all the same.
import { describe, expect, it } from 'vitest';
import { createPair, drbdConf } from './pair.ts';

describe('primary', () => {
  it('is refused while the partner is Primary', () => {
    const { alpha, run } = createPair();
    expect(run(alpha, 'drbdadm primary drbd1')).toEqual({
      exit: 20, stdout: '',
      stderr: "ioctl(,SET_STATE,) failed: Permission denied\nPartner is already primary\nCommand 'drbdsetup /dev/drbd1 primary' terminated with exit code 20\ndrbdadm aborting\n",
    });
    expect(run(alpha, 'drbdsetup /dev/drbd1 primary').exit).toBe(20);
  });

  it('is refused on an inconsistent replica without a peer, and forced by --do-what-I-say at the price of the data', () => {
    const { world, alpha, bravo, run, wait, write, counters, state } = createPair();
    run(alpha, 'drbdadm disconnect drbd1');
    expect(run(alpha, 'drbdadm invalidate drbd1').exit).toBe(0);
    const kept = write(bravo, 'drbd1');
    wait(1);
    expect(kept.answer).toBe(true);
    world.powerCut(bravo);
    const refused = run(alpha, 'drbdadm primary drbd1');
    expect(refused.exit).toBe(20);
    expect(refused.stderr).toContain("ioctl(,SET_STATE,) failed: Input/output error\nLocal replica is inconsistent (--do-what-I-say ?)\nCommand 'drbdsetup /dev/drbd1 primary' terminated with exit code 21\n");
    const before = counters(alpha, 'drbd1').split(' ').map(Number);
    expect(run(alpha, 'drbdadm -- --do-what-I-say primary drbd1').exit).toBe(0);
    expect(counters(alpha, 'drbd1').split(' ').map(Number)).toEqual([(before[0] ?? 0) + 1, before[1], before[2], before[3]]);
    // A human's word outranks all else: the whole server is overwritten with the half copy when it returns.
    const fresh = write(alpha, 'drbd1');
    expect(run(alpha, 'drbdadm connect drbd1').exit).toBe(0);
    world.powerOn(bravo);
    wait(60);
    expect(state(bravo, 'drbd1')).toBe('Secondary/Primary SyncTarget');
    wait(340);
    expect(state(bravo, 'drbd1')).toBe('Secondary/Primary Connected');
    expect(fresh.answer).toBe(true);
    expect(world.truth().lostWrites.map((one) => one.serial)).toEqual([kept.serial]);
  });

  it('counts: connected on both sides, alone Arbitrary, --timeout-expired Timeout, and --human means nothing when connected', () => {
    const pair = createPair();
    const { alpha, bravo, run, counters, wait } = pair;
    const [h = 0, t = 0, c = 0, a = 0] = counters(alpha, 'drbd0').split(' ').map(Number);
    run(alpha, 'drbdadm secondary drbd0');
    expect(run(bravo, 'drbdadm -- --human primary drbd0').exit).toBe(0);
    expect([counters(alpha, 'drbd0'), counters(bravo, 'drbd0')]).toEqual([`${h} ${t} ${c + 1} ${a}`, `${h} ${t} ${c + 1} ${a}`]);
    run(bravo, 'drbdadm secondary drbd0');
    run(bravo, 'drbdadm disconnect drbd0');
    run(bravo, 'drbdadm -- --timeout-expired primary drbd0');
    expect(counters(bravo, 'drbd0')).toBe(`${h} ${t + 1} ${c + 1} ${a}`);
    run(bravo, 'drbdadm secondary drbd0');
    run(bravo, 'drbdadm primary drbd0');
    expect(counters(bravo, 'drbd0')).toBe(`${h} ${t + 1} ${c + 1} ${a + 1}`);
    wait(1);
    expect(pair.block(bravo, 'drbd0')).toMatchObject({ primaryInd: true, connectedInd: false, consistent: true });
    expect(run(alpha, 'drbdadm -- --do-what primary drbd0').stderr).toContain('--do-what\nYou have to spell out --do-what-I-say, if you mean it\n');
  });
});

describe('secondary', () => {
  it('is refused while the device is open, and drops the peer\'s view at once when it is not', () => {
    const { bravo, alpha, run, state } = createPair();
    expect(run(bravo, 'mount -t ext3 /dev/drbd1 /home').exit).toBe(0);
    expect(run(bravo, 'drbdadm secondary drbd1')).toEqual({
      exit: 20, stdout: '',
      stderr: "ioctl(,SET_STATE,) failed: Device or resource busy\nSomeone has opened the device for RW access!\nCommand 'drbdsetup /dev/drbd1 secondary' terminated with exit code 20\ndrbdadm aborting\n",
    });
    expect(run(bravo, 'drbdadm down all').stderr).toContain("Command 'drbdsetup /dev/drbd1 down' terminated with exit code 20\ndrbdsetup exited with code 20\n");
    run(bravo, 'umount /home');
    expect(run(bravo, 'drbdadm secondary drbd1').exit).toBe(0);
    expect(state(alpha, 'drbd1')).toBe('Secondary/Secondary Connected');
    expect(run(alpha, 'mount /dev/drbd1 /home').exit).toBe(32);
  });

  it('waits for a write under way; drbdadm gives up after 5 s', () => {
    const { world, bravo, wait, run, write, state } = createPair();
    world.network.set('bond1', true);
    write(bravo, 'drbd1');
    const ran = run(bravo, 'drbdadm secondary drbd1');
    expect(ran).toEqual({ exit: 20, stdout: '', stderr: 'Child process does not terminate!\nExiting.\n' });
    wait(15);
    // The child went on.
    expect(state(bravo, 'drbd1')).toBe('Secondary/Unknown WFConnection');
  });
});

describe('other refusals', () => {
  it('speak as the tools do', () => {
    const { alpha, bravo, run } = createPair();
    expect(run(bravo, 'drbdadm invalidate drbd1').stderr).toContain("ioctl(,INVALIDATE,) failed: Operation now in progress\nOnly in 'Connected' cstate possible.\n");
    expect(run(alpha, 'drbdadm invalidate_remote drbd1').stderr).toContain("ioctl(,INVALIDATE_REM,) failed: Operation now in progress\nOnly in 'Connected' cstate possible.\n");
    expect(run(alpha, 'drbdadm attach drbd1').stderr).toBe("ioctl(,SET_DISK_CONFIG,) failed: Device or resource busy\nCommand 'drbdsetup /dev/drbd1 disk /dev/md7 internal -1 --on-io-error=detach' terminated with exit code 20\ndrbdadm aborting\n");
    expect(run(alpha, 'drbdadm state foo')).toEqual({ exit: 3, stdout: '', stderr: "'foo' not defined in your config.\n" });
    expect(run(alpha, 'drbdadm role drbd1')).toEqual({ exit: 3, stdout: '', stderr: "Unknown command 'role'.\n" });
    expect(run(alpha, 'drbdadm --do-what-I-say primary drbd1')).toEqual({ exit: 20, stdout: '', stderr: "drbdadm: unrecognized option `--do-what-I-say'\ntry 'drbdadm help'\n" });
    expect(run(alpha, 'drbdadm primary').stdout).toMatch(/^\nUSAGE: drbdadm .*\nVersion: 0\.7\.23 \(api:79\)\n.*\n\nmissing arguments\n$/s);
    expect(run(alpha, 'drbdsetup /dev/drbd1 verify')).toEqual({ exit: 20, stdout: '', stderr: 'verify is not a command\n' });
    expect(run(alpha, 'drbdsetup /dev/drbd7 state').stderr).toBe('can not open /dev/drbd7: No such file or directory\n');
    run(alpha, 'drbdadm disconnect drbd0');
    expect(run(alpha, 'drbdadm detach drbd0').stderr).toContain('Not possible, since the device is in primary state\nand not connected.\n');
  });

  it('of a broken configuration name the line', () => {
    const { alpha, bravo, run } = createPair();
    alpha.files.write('/etc/drbd.conf', 'resource drbd0 {\n  protocol C\n}\n');
    expect(run(alpha, 'drbdadm state all')).toEqual({ exit: 2, stdout: '', stderr: '/etc/drbd.conf:3: syntax error\n' });
    alpha.files.remove('/etc/drbd.conf');
    expect(run(alpha, 'drbdadm state all')).toEqual({ exit: 10, stdout: '', stderr: "Can not open '/etc/drbd.conf': No such file or directory\n" });
    bravo.files.write('/etc/drbd.conf', drbdConf({}).replaceAll('192.168.1.24', '192.168.1.99'));
    expect(run(bravo, 'drbdadm connect drbd1').stderr).toContain('in resource drbd1, on bravo:\n\tIP 192.168.1.99 not found on this host.\n');
    expect(run(bravo, 'drbdadm state drbd1').stdout).toBe('Primary/Secondary\n');
  });
});

describe('what drbdadm prints', () => {
  it('of names and of the calls it would make', () => {
    const { bravo, run } = createPair();
    expect(run(bravo, 'drbdadm sh-resources').stdout).toBe('drbd0 drbd1\n');
    expect(run(bravo, 'drbdadm sh-dev all').stdout).toBe('/dev/drbd0\n/dev/drbd1\n');
    expect(run(bravo, 'drbdadm sh-ll-dev drbd1').stdout).toBe('/dev/md7\n');
    expect(run(bravo, 'drbdadm sh-mod-parms').stdout).toBe('minor_count=2\n');
    expect(run(bravo, 'drbdadm -d -- --human primary drbd1').stdout).toBe('drbdsetup /dev/drbd1 primary --human \n');
    expect(run(bravo, 'drbdadm -d up drbd1').stdout).toBe(
      'drbdsetup /dev/drbd1 disk /dev/md7 internal -1 --on-io-error=detach \ndrbdsetup /dev/drbd1 syncer --rate=256M --group=1 \ndrbdsetup /dev/drbd1 net 192.168.1.24:7789 192.168.1.23:7789 C \n',
    );
    expect(run(bravo, 'drbdadm -d adjust all').stdout).toBe('');
    bravo.files.write('/etc/drbd.conf', drbdConf({ syncer: ['rate 256M; group 1;', 'rate 20M; group 2;'] }));
    expect(run(bravo, 'drbdadm -d adjust all').stdout).toBe('drbdsetup /dev/drbd1 syncer --rate=20M --group=2 \n');
  });
});
