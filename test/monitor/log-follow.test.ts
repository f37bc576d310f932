// Which logs are followed for the kernel's sake, and whose lines count.
import { beforeEach, describe, expect, it } from 'vitest';
import { LogFollow } from '../../src/monitor/log-follow.ts';
import type { NodeEvent } from '../../src/monitor/reduce.ts';

let said: NodeEvent[];
const emit = (event: NodeEvent): number => said.push(event);
const heard = (): string[] => said.flatMap((event) => (event.kind === 'log' ? event.lines.map((line) => `${event.file}: ${line}`) : []));
const KERNEL = 'Nov 20 20:43:10 alpha kernel: drbd1: Secondary/Unknown --> Primary/Unknown';
const OTHER = 'Nov 20 20:43:11 alpha heartbeat: [8]: info: Link bravo:eth1 dead.';

beforeEach(() => {
  said = [];
});

describe('the kernel\'s log', () => {
  it('is kern.log, beside heartbeat\'s; that it is there or not is no news', () => {
    const logs = new LogFollow(['/var/log/ha-log'], emit);
    expect(logs.requests()).toBe('l 3 /var/log/ha-log\nl 9 /var/log/kern.log\n');
    expect(logs.state(9, 'ok', 1)).toBeNull();
    expect(logs.isKernelNowhere).toBe(false);
    expect(said).toEqual([]);
    logs.lines(9, `${KERNEL}\n`, 2);
    expect(said).toEqual([{ kind: 'log', file: '/var/log/kern.log', lines: [KERNEL], at: 2, isForKernel: true }]);
  });

  it('is messages where kern.log is not there, and again kern.log once it is', () => {
    const logs = new LogFollow(['/var/log/ha-log'], emit);
    expect(logs.state(9, 'absent', 1)).toBe('l 8 /var/log/messages\n');
    expect(logs.state(9, 'denied', 1)).toBeNull();
    expect(logs.isKernelNowhere).toBe(false);
    expect(logs.state(8, 'ok', 1)).toBeNull();
    logs.lines(8, `${OTHER}\n${KERNEL}\n`, 2);
    expect(heard()).toEqual([`/var/log/messages: ${OTHER}`, `/var/log/messages: ${KERNEL}`]);
    logs.state(9, 'ok', 3);
    said = [];
    logs.lines(8, `${KERNEL}\n`, 4);
    logs.lines(9, `${KERNEL}\n`, 4);
    expect(heard()).toEqual([`/var/log/kern.log: ${KERNEL}`]);
  });

  it('is nowhere where neither can be read: nobody is told of a file that nobody named', () => {
    const logs = new LogFollow([], emit);
    logs.state(9, 'absent', 1);
    logs.state(8, 'denied', 1);
    expect(logs.isKernelNowhere).toBe(true);
    expect(logs.openFiles).toEqual([]);
    expect(said).toEqual([]);
    logs.state(8, 'ok', 2);
    expect(logs.isKernelNowhere).toBe(false);
    expect(logs.openFiles).toEqual(['/var/log/messages']);
    logs.state(8, 'absent', 3);
    expect(logs.openFiles).toEqual([]);
  });

  it('is the one the operator names: nothing else is opened, and all of its lines count', () => {
    const logs = new LogFollow(['/var/log/messages'], emit);
    expect(logs.requests()).toBe('l 3 /var/log/messages\n');
    expect(logs.state(3, 'ok', 1)).toBeNull();
    logs.lines(3, `${OTHER}\n${KERNEL}\n`, 2);
    expect(said.at(-1)).toMatchObject({ lines: [OTHER, KERNEL], isForKernel: false });
  });

  it('named and not there is told, and a program is asked', () => {
    const logs = new LogFollow(['/var/log/messages'], emit);
    expect(logs.state(3, 'absent', 1)).toBeNull();
    expect(said).toEqual([{ kind: 'log-file', file: '/var/log/messages', why: 'no such file', at: 1 }]);
    expect(logs.isKernelNowhere).toBe(true);
  });

  it('that ha.cf names too counts whole from then on', () => {
    const logs = new LogFollow(['/var/log/ha-log'], emit);
    logs.state(9, 'absent', 1);
    logs.state(8, 'ok', 1);
    expect(logs.follow('/var/log/messages', 2)).toBeNull();
    logs.lines(8, `${OTHER}\n`, 3);
    expect(said.at(-1)).toMatchObject({ lines: [OTHER], isForKernel: false });
  });

  it('has no descriptor left where seven logs are named', () => {
    const logs = new LogFollow(['1', '2', '3', '4', '5', '6', '7'].map((name) => `/log/${name}`), emit);
    expect(logs.requests().split('\n')).toHaveLength(8);
    expect(logs.isKernelNowhere).toBe(true);
    expect(logs.follow('/log/8', 5)).toBeNull();
    expect(said).toEqual([{ kind: 'log-file', file: '/log/8', why: 'crashcart follows 7 logs of a node at most', at: 5 }]);
  });
});
