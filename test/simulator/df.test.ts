// df of a node of perugia: sizes from its own devices, and only what is mounted there.
import { expect, it } from 'vitest';
import { parseDf } from '../../src/probes/df.ts';
import { perugia } from '../../src/simulator/scenes/perugia.ts';
import { createWorld } from '../../src/simulator/world/world.ts';
import type { Ran } from '../../src/simulator/world/shapes.ts';

it('lists root and the mounted volume, and follows the mounts', () => {
  const world = createWorld(perugia, { startMs: Date.UTC(2007, 1, 15), seed: 1 });
  const bravo = world.node('bravo');
  const df = (): string => {
    const out: Ran[] = [];
    if (bravo) world.schedule.run(bravo.life, bravo.run(['df', '-P', '-k', '-l']), (ran) => out.push(ran));
    expect(out[0]?.exit).toBe(0);
    return out[0]?.stdout ?? '';
  };
  const read = parseDf({ status: 'ok', exit: 0, stdout: df(), stderr: '' });
  // 9402 MiB of DRBD less the file system's own tables (1.6 %).
  const kib = Math.round(9402 * 1024 * 0.984);
  expect(read).toMatchObject({ answered: true, unread: [], facts: { mounts: [{ path: '/' }, { device: '/dev/drbd1', path: '/var/lib/vmware/VirtualMachinesBRAVO', sizeBytes: kib * 1024 }] } });
  const before = df();
  world.advanceTo(world.schedule.now() + 3600_000);
  expect(df()).not.toBe(before);
  if (bravo) world.schedule.run(bravo.life, bravo.run(['/etc/init.d/heartbeat', 'stop']));
  world.advanceTo(world.schedule.now() + 120_000);
  expect(df()).not.toContain('drbd1');
});
