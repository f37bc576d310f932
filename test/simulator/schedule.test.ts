// Virtual time: order, waits, signals, and lives that end in the middle.
import { describe, expect, it } from 'vitest';
import { createLife, createSchedule, createSignal } from '../../src/simulator/world/schedule.ts';
import type { Activity } from '../../src/simulator/world/schedule.ts';

describe('a schedule', () => {
  it('lets things happen in order, and first asked first done at one time', () => {
    const schedule = createSchedule(1000);
    const seen: string[] = [];
    schedule.at(1500, () => seen.push('b'));
    schedule.at(1200, () => seen.push('a'));
    schedule.at(1500, () => seen.push('c'));
    const forget = schedule.at(1400, () => seen.push('never'));
    forget();
    expect(schedule.next()).toBe(1200);
    schedule.advanceTo(1499);
    expect(seen).toEqual(['a']);
    expect(schedule.now()).toBe(1499);
    schedule.advanceTo(2000);
    expect(seen).toEqual(['a', 'b', 'c']);
    expect(schedule.next()).toBeNull();
  });

  it('never goes back, and what is due in the past happens now', () => {
    const schedule = createSchedule(1000);
    schedule.advanceTo(900);
    expect(schedule.now()).toBe(1000);
    let at = 0;
    schedule.at(10, () => (at = schedule.now()));
    schedule.advanceTo(1000);
    expect(at).toBe(1000);
  });

  it('lets what happens ask for more, within the same advance', () => {
    const schedule = createSchedule(0);
    const seen: number[] = [];
    const again = (): void => {
      seen.push(schedule.now());
      if (seen.length < 4) schedule.after(10, again);
    };
    schedule.after(10, again);
    schedule.advanceTo(1000);
    expect(seen).toEqual([10, 20, 30, 40]);
  });
});

describe('an activity', () => {
  function* twoSteps(seen: string[]): Activity<string> {
    seen.push('one');
    yield 100;
    seen.push('two');
    yield 100;
    return 'end';
  }

  it('waits in virtual time and gives its result', () => {
    const schedule = createSchedule(0);
    const seen: string[] = [];
    schedule.run(createLife(), twoSteps(seen), (result) => seen.push(result));
    expect(seen).toEqual(['one']);
    schedule.advanceTo(199);
    expect(seen).toEqual(['one', 'two']);
    schedule.advanceTo(200);
    expect(seen).toEqual(['one', 'two', 'end']);
  });

  it('stops where it stands when its life ends, or a life around it', () => {
    const schedule = createSchedule(0);
    const machine = createLife();
    const daemon = createLife(machine);
    const seen: string[] = [];
    schedule.run(daemon, twoSteps(seen), (result) => seen.push(result));
    schedule.advanceTo(150);
    machine.end();
    expect(daemon.ended).toBe(true);
    schedule.advanceTo(1000);
    expect(seen).toEqual(['one', 'two']);
    schedule.run(daemon, twoSteps(seen));
    expect(seen).toEqual(['one', 'two']);
  });

  it('wakes by a signal, or is told that none came', () => {
    const schedule = createSchedule(0);
    const signal = createSignal();
    const seen: string[] = [];
    function* listen(): Activity<void> {
      seen.push(`${String(yield { signal, atMostMs: 50 })} ${schedule.now()}`);
      seen.push(`${String(yield { signal, atMostMs: 50 })} ${schedule.now()}`);
      yield signal;
      seen.push(`woken ${schedule.now()}`);
    }
    schedule.run(createLife(), listen());
    schedule.advanceTo(20);
    signal.fire();
    schedule.advanceTo(500);
    signal.fire();
    expect(seen).toEqual(['true 20', 'false 70', 'woken 500']);
  });
});
