// Whatever happens, in whatever order: once all is whole again, every group is held once.
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createPair } from './perugia-pair.ts';

const happening = fc.record({
  what: fc.constantFrom('power-cut', 'hang', 'power-on', 'stop', 'start', 'standby all', 'standby local', 'standby foreign', 'cut bond0', 'heal bond0'),
  onAlpha: fc.boolean(),
  thenSeconds: fc.oneof(fc.integer({ min: 0, max: 10 }), fc.integer({ min: 10, max: 150 })),
});

it('holds for machines, daemons and single links', () => {
  fc.assert(
    fc.property(fc.array(happening, { maxLength: 8 }), (happenings) => {
      const pair = createPair();
      for (const { what, onAlpha, thenSeconds } of happenings) {
        const node = onAlpha ? pair.alpha : pair.bravo;
        const type = (...argv: string[]): void => {
          if (node.machine === 'up') pair.world.schedule.run(node.life, node.run(argv));
        };
        if (what === 'power-cut' && node.machine !== 'off') pair.world.powerCut(node);
        else if (what === 'hang' && node.machine === 'up') pair.world.hang(node);
        else if (what === 'power-on' && node.machine === 'off') pair.world.powerOn(node);
        else if (what === 'stop' || what === 'start') type('/etc/init.d/heartbeat', what);
        else if (what.startsWith('standby')) type('/usr/lib/heartbeat/hb_standby', what.slice(8));
        else if (what.endsWith('bond0')) pair.world.network.set('bond0', what.startsWith('cut'));
        pair.pass(thenSeconds);
      }
      for (const node of [pair.alpha, pair.bravo]) {
        if (node.machine === 'hung') pair.world.powerCut(node);
        if (node.machine === 'off') pair.world.powerOn(node);
      }
      pair.pass(400);
      for (const node of [pair.alpha, pair.bravo]) pair.world.schedule.run(node.life, node.run(['/etc/init.d/heartbeat', 'start']));
      // A standby that its other half does not live to answer is forgotten after an hour.
      pair.pass(4000);
      const { groups } = pair.world.truth();
      expect([groups['alpha']?.holders.length, groups['bravo']?.holders.length]).toEqual([1, 1]);
    }),
    { numRuns: 100 },
  );
});
