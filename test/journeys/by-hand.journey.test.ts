// What a person does on the simulated nodes with plain ssh, right and wrong, does there what it does in life.
import { execFile, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { findSshd } from '../../src/simulator/sshd.ts';
import { findBinary } from '../../src/transport/find-binary.ts';
import { serveDemo } from '../support/served-demo.ts';
import type { ServedDemo } from '../support/served-demo.ts';

const noSsh = findBinary('ssh', process.env['PATH']) === null || findSshd() === null;

let demo: ServedDemo | null = null;
afterEach(async () => {
  await demo?.stop();
  demo = null;
});

interface Done { code: number; stdout: string; stderr: string }

/** Runs a line on a node as a person would: `ssh -F DIR/ssh_config NODE LINE`. */
function ssh(on: ServedDemo, node: string, line: string, input = ''): Promise<Done> {
  return new Promise((resolve, reject) => {
    const child = execFile('ssh', ['-F', join(on.directory, 'ssh_config'), node, line], { encoding: 'utf8' }, (error, stdout, stderr) => {
      if (error && typeof error.code !== 'number') reject(error);
      else resolve({ code: error ? Number(error.code) : 0, stdout, stderr });
    });
    child.stdin?.end(input);
  });
}

const log = (on: ServedDemo, node: string): string => readFileSync(join(on.directory, 'nodes', node, 'var/log/ha-log'), 'utf8');

describe.skipIf(noSsh)('plain ssh (needs ssh and sshd)', () => {
  it('has pipes, loops, exit codes and a log that grows', async () => {
    demo = await serveDemo('perugia', '--hurry', '10', '--seed', '3');
    expect((await ssh(demo, 'alpha', 'cat $r/proc/drbd | grep -c cs:Connected')).stdout.trim()).toBe('2');
    expect((await ssh(demo, 'bravo', 'for r2 in $(drbdadm sh-resources); do echo "$r2 $(drbdadm state $r2)"; done')).stdout).toBe('drbd0 Secondary/Primary\ndrbd1 Primary/Secondary\n');
    expect((await ssh(demo, 'alpha', 'uname -n; vmware-cmd -l | wc -l')).stdout.split(/\s+/).slice(0, 2)).toEqual(['alpha', '4']);
    expect((await ssh(demo, 'alpha', 'cl_status nodestatus bravo; echo $?')).stdout).toBe('active\n0\n');
    expect(await ssh(demo, 'alpha', 'drbdadm primary drbd1')).toMatchObject({ code: expect.not.stringMatching('^0$') as number });
    const tail = spawn('ssh', ['-F', join(demo.directory, 'ssh_config'), 'alpha', 'tail -n 0 -F $r/var/log/ha-log'], { stdio: ['ignore', 'pipe', 'inherit'] });
    const heard = new Promise<void>((resolve) => {
      let text = '';
      tail.stdout.setEncoding('utf8').on('data', (more: string) => {
        text += more;
        if (text.includes("Received shutdown notice from 'bravo'.")) resolve();
      });
    });
    // The stop blocks until everything is released, as the init script does.
    expect((await ssh(demo, 'bravo', '$r/etc/init.d/heartbeat stop')).code).toBe(0);
    expect((await ssh(demo, 'bravo', 'cl_status hbstatus')).stdout).toMatch(/stopped/);
    await heard;
    tail.kill();
    await demo.done('wait 30');
    expect((await demo.truth()).domains['delta']).toMatchObject({ node: 'alpha', state: 'running', on: ['alpha'] });
    expect((await demo.truth()).lostWrites).toEqual([]);
  }, 60_000);

  it('a forced primary on the wrong node loses what users were told is safe', async () => {
    demo = await serveDemo('perugia', '--seed', '5');
    // alpha's copy is being written anew when the link goes: half old, half new, and marked so.
    await ssh(demo, 'alpha', 'drbdadm invalidate drbd1');
    await demo.done('wait 20');
    expect((await demo.truth()).replicas['drbd1']?.['alpha']).toMatchObject({ connection: 'SyncTarget', disk: 'Inconsistent' });
    await demo.done('cut bond1');
    await demo.done('wait 40');
    for (let n = 0; n < 5; n += 1) await demo.done('write delta');
    const refused = await ssh(demo, 'alpha', 'drbdadm primary drbd1');
    expect(refused.code).not.toBe(0);
    expect(refused.stdout + refused.stderr).toContain('--do-what-I-say');
    expect((await ssh(demo, 'alpha', 'drbdadm -- --do-what-I-say primary drbd1')).code).toBe(0);
    expect((await demo.truth()).replicas['drbd1']?.['alpha']).toMatchObject({ role: 'Primary', disk: 'Consistent' });
    expect((await demo.truth()).lostWrites).toEqual([]);
    // bravo gives its copy up in order and meets the forced one.
    await ssh(demo, 'bravo', '$r/etc/init.d/heartbeat stop');
    await demo.done('heal bond1');
    await demo.done('wait 900');
    const truth = await demo.truth();
    expect(truth.replicas['drbd1']?.['bravo']).toMatchObject({ connection: 'Connected', disk: 'Consistent' });
    expect(truth.replicas['drbd1']?.['alpha']?.generation).toBe(truth.replicas['drbd1']?.['bravo']?.generation);
    expect(truth.lostWrites.filter((write) => write.resource === 'drbd1' && write.domain === 'delta').length).toBeGreaterThanOrEqual(5);
  }, 120_000);

  it('the trap of 0.7: the old server wins the reconnect, and what the new one served vanishes without a word', async () => {
    demo = await serveDemo('perugia', '--seed', '9');
    await demo.done('cut all');
    await demo.done('wait 300');
    expect((await demo.truth()).domains['delta']?.on).toEqual(['alpha', 'bravo']);
    for (let n = 0; n < 4; n += 1) await demo.done('write delta');
    expect((await demo.truth()).lostWrites).toEqual([]);
    // alpha served delta; it hands drbd1 back before the cable is mended. bravo, the old server, is Primary all the time.
    await ssh(demo, 'alpha', '$r/etc/init.d/heartbeat stop');
    expect((await demo.truth()).replicas['drbd1']?.['alpha']?.role).toBe('Secondary');
    await demo.done('heal bond1');
    await demo.done('wait 120');
    const truth = await demo.truth();
    expect(truth.replicas['drbd1']?.['alpha']).toMatchObject({ connection: 'Connected', disk: 'Consistent', role: 'Secondary' });
    expect(truth.lostWrites.filter((write) => write.node === 'alpha' && write.resource === 'drbd1').length).toBeGreaterThanOrEqual(4);
    expect(truth.lostWrites.filter((write) => write.node === 'bravo' && write.resource === 'drbd1')).toEqual([]);
    const kernel = readFileSync(join(demo.directory, 'nodes/alpha/var/log/kern.log'), 'utf8');
    expect(kernel).not.toMatch(/split.brain/i);
    expect(log(demo, 'alpha')).not.toMatch(/lost write/i);
  }, 120_000);
});
