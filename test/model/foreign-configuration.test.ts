// Configuration that names hosts which no node of the inventory is: shown, never guessed at, never good.
import { describe, expect, it } from 'vitest';
import { judge } from '../../src/model/judge.ts';
import { replicas } from '../../src/model/replicas.ts';
import { cluster, conf, heard, NOW, view } from './build.ts';

const foreign = cluster(
  view('left', { 'drbd-conf': heard('drbd-conf', conf('web alpha:0 bravo:0')) }),
  view('right', { 'drbd-conf': heard('drbd-conf', conf('web alpha:0 bravo:0')) }),
);

describe('a resource between hosts that nobody knows', () => {
  it('has no minor and no sides', () => {
    expect(replicas(foreign, NOW)).toMatchObject([{ name: 'web', minor: null, state: 'unknown', sides: [], missingSides: 2 }]);
  });

  it('is told in a whole sentence', () => {
    expect(judge(foreign, NOW).filter((each) => each.subject === 'web').map((each) => `${each.code} ${each.severity} ${each.fact} ${each.todo}`)).toEqual([
      'replica.degraded unknown web is in drbd.conf only; no node here is one of its sides. Name its nodes as uname -n does.',
    ]);
  });
});
