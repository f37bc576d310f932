// The node's clock against ours, from what `date` prints on different systems.
import { describe, expect, it } from 'vitest';
import { bestOf, sampleOf, withSample } from '../../src/monitor/clock-offset.ts';

// Asked at ...000.000 and heard 40 ms later, on our clock: the middle is 1000000000.020 s.
const before = 1_000_000_000_000;
const heard = before + 40;

describe('one sample', () => {
  const cases: [string, string, ReturnType<typeof sampleOf>][] = [
    ['GNU', '1000000000 520000000 +0100\n', { offsetSeconds: 0.5, errorSeconds: 0.02, zoneMinutes: 60, at: heard }],
    ['west of Greenwich', '1000000000 020000000 -0330\n', { offsetSeconds: 0, errorSeconds: 0.02, zoneMinutes: -210, at: heard }],
    ['a year ahead', '1031536000 020000000 +0000\n', { offsetSeconds: 31_536_000, errorSeconds: 0.02, zoneMinutes: 0, at: heard }],
    ['whole seconds, %N left as it is', '1000000000 %N +0000\n', { offsetSeconds: 0.48, errorSeconds: 0.52, zoneMinutes: 0, at: heard }],
    ['whole seconds, %N empty', '1000000000  +0000\n', { offsetSeconds: 0.48, errorSeconds: 0.52, zoneMinutes: 0, at: heard }],
    ['no zone', '1000000000 020000000 \n', { offsetSeconds: 0, errorSeconds: 0.02, zoneMinutes: null, at: heard }],
    ['no date at all', "date: invalid option -- '%'\n", null],
    ['nothing', '', null],
  ];
  for (const [what, stdout, expected] of cases) {
    it(what, () => {
      const sample = sampleOf(stdout, before, heard);
      if (expected === null) expect(sample).toBeNull();
      else {
        expect(sample).toMatchObject({ zoneMinutes: expected.zoneMinutes, at: expected.at });
        expect(sample?.offsetSeconds).toBeCloseTo(expected.offsetSeconds, 6);
        expect(sample?.errorSeconds).toBeCloseTo(expected.errorSeconds, 6);
      }
    });
  }
});

describe('several samples', () => {
  const sample = (offsetSeconds: number, errorSeconds: number, at: number) => ({ offsetSeconds, errorSeconds, zoneMinutes: 0, at });

  it('the one with the shortest way wins, and is as old as the newest look', () => {
    const samples = [sample(0.3, 0.4, 1), sample(0.02, 0.01, 2), sample(-0.2, 0.5, 3)].reduce(withSample, []);
    expect(bestOf(samples)).toEqual(sample(0.02, 0.01, 3));
  });

  it('a clock that was set makes the older ones worthless', () => {
    const samples = [sample(3600, 0.01, 1), sample(3600.02, 0.01, 2), sample(0.1, 0.5, 3)].reduce(withSample, []);
    expect(bestOf(samples)).toEqual(sample(0.1, 0.5, 3));
  });

  it('there is none before the first', () => {
    expect(bestOf([])).toBeNull();
  });
});
