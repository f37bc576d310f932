// Answers of vmware-cmd that were damaged: nothing is lost in silence, and nothing bad becomes good.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { VmwareMachine } from '../../src/model/facts.ts';
import { answerOf } from '../../src/probes/probe.ts';
import { capturedVmwareCmd } from '../../src/probes/vmware-cmd-captured.ts';
import { vmwareCmd } from '../../src/probes/vmware-cmd.ts';
import { sampleText, samplesIn } from '../samples/sample.ts';
import { talk } from './talk.ts';

const SAMPLES = [
  ...samplesIn('vmware', '.txt').map((name) => [name, sampleText(name)] as const),
  ['made/stuck', 'getstate() = stuck\n'] as const,
  ['made/uptime', 'getuptime() = 1234\n'] as const,
];
const PATHS = sampleText('vmware/server1-list.txt').trim().split('\n');
const [XP = '', W98 = ''] = PATHS;

/** A whole look; `damaged` takes the place of one answer. */
function look(at: string, damaged: string, states: Record<string, string> = { [XP]: 'off', [W98]: 'suspended' }): { machines: VmwareMachine[]; unread: string[] } | null {
  const { result } = talk(vmwareCmd, (command) => {
    const asked = command.replace(/^vmware-cmd /, '');
    if (asked === at) return answerOf(damaged);
    if (asked === '-l') return answerOf(sampleText('vmware/server1-list.txt'));
    const path = PATHS.find((one) => asked.startsWith(`${one} `)) ?? '';
    const what = asked.slice(path.length + 1);
    if (what === 'getstate') return answerOf(`getstate() = ${states[path] ?? 'on'}\n`);
    if (what === 'getuptime') return answerOf('getuptime() = 7\n');
    if (what === 'getconfig memsize') return answerOf('getconfig(memsize) = 64\n');
    return asked === 'id -u' ? answerOf('0\n') : what === 'getconfig displayName' ? answerOf('getconfig(displayName) = box\n') : answerOf('VMware Server 1.0.1 build-29996\n');
  });
  return result.answered ? { machines: result.facts.machines, unread: result.unread } : null;
}

describe.each(SAMPLES)('%s', (name, text) => {
  const whole = capturedVmwareCmd.parse(answerOf(text));

  test('a line inserted anywhere turns up in unread, or there is no answer', () => {
    const lines = text.split('\n');
    fc.assert(
      fc.property(fc.string({ minLength: 1, maxLength: 80, unit: 'grapheme-ascii' }).filter((line) => line.trim() !== '' && !line.startsWith('/')), fc.nat(lines.length - 1), (line, at) => {
        const read = capturedVmwareCmd.parse(answerOf(lines.toSpliced(at, 0, line).join('\n')));
        if (!read.answered) return;
        expect(read.unread).toContain(line);
        expect(read['value']).toEqual(whole.answered ? whole['value'] : null);
      }),
      { numRuns: 200 },
    );
  });

  test('cut at any byte: a word of a state is whole, unread or no answer', () => {
    for (let length = 0; length < text.length; length += 1) {
      const read = capturedVmwareCmd.parse(answerOf(text.slice(0, length)));
      if (!read.answered || !whole.answered || read['answer'] !== 'getstate') continue;
      if (read['value'] === null) expect(read.unread, `${length} bytes`).toHaveLength(1);
      else expect(read['value'], `${length} bytes`).toBe(whole['value']);
    }
  });

  test('a character deleted never makes one state another', () => {
    if (!name.includes('state') && !name.includes('stuck')) return;
    for (let at = 0; at < text.length; at += 1) {
      const read = capturedVmwareCmd.parse(answerOf(text.slice(0, at) + text.slice(at + 1)));
      if (!read.answered || read['answer'] !== 'getstate') continue;
      expect([null, whole.answered ? whole['value'] : null], `${at}`).toContain(read['value']);
    }
  });
});

describe('a look with one damaged answer', () => {
  test('the list cut at any byte: no machine out of nothing but one whose path was cut within its end, none vanishes but from the end', () => {
    const list = sampleText('vmware/server1-list.txt');
    for (let length = 0; length < list.length; length += 1) {
      const found = look('-l', list.slice(0, length));
      if (found === null) continue;
      const lines = list.slice(0, length).split('\n').filter((line) => line !== '');
      const listed = found.machines.map((machine) => machine.path);
      expect([...listed, ...found.unread.filter((line) => lines.includes(line))].sort(), `${length} bytes`).toEqual([...lines].sort());
    }
  });

  test('a state that is anything at all never runs, and hides nobody', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary', maxLength: 200 }), fc.string({ maxLength: 12 }).map((word) => `getstate() = ${word}\n`)).filter((text) => !/^getstate\(\) = (?:on|stuck)\s*$/m.test(text)), (text) => {
        const found = look(`${XP} getstate`, text);
        expect(found?.machines.map((machine) => machine.path)).toEqual(PATHS);
        expect(['running', 'stuck', 'paused']).not.toContain(found?.machines[0]?.state);
        if (found?.machines[0]?.state === 'unknown') expect(found.unread.length).toBeGreaterThan(0);
        expect(found?.machines[1]).toMatchObject({ name: 'box', state: 'suspended', memoryBytes: 64 * 1_048_576 });
      }),
      { numRuns: 500 },
    );
  });

  test('anything at all is read without an exception, and refused in one sentence', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 600 }), fc.constantFrom(...SAMPLES), fc.nat(), fc.constantFrom('-l', `${XP} getuptime`, `${W98} getconfig displayName`, `${W98} getconfig memsize`, 'vmware -v'), (noise, [, text], at, command) => {
        const cut = at % (text.length + 1);
        for (const garbled of [noise, text.slice(0, cut) + noise + text.slice(cut)]) {
          const read = capturedVmwareCmd.parse(answerOf(garbled));
          if (!read.answered) expect(read.why.length).toBeLessThanOrEqual(200);
          for (const machine of look(command, garbled, {})?.machines ?? []) {
            expect(machine.name).toMatch(/^[^\u0000-\u001f\u007f-\u009f]{1,1024}$/);
            expect(machine.path).toMatch(/^\/[^\u0000-\u001f\u007f-\u009f]+$/);
          }
        }
      }),
      { numRuns: 500 },
    );
  });
});

test('a megabyte of hostile text is read at once', () => {
  const hostile = ['\n'.repeat(1_000_000), ' '.repeat(1_000_000), `getstate(${')'.repeat(1_000_000)}`, `/${' '.repeat(1_000_000)}x`, 'VMControl error -'.repeat(60_000), `getconfig(a) = ${') = '.repeat(250_000)}`, '/a.vmx\n'.repeat(140_000)];
  const started = performance.now();
  for (const text of hostile) {
    capturedVmwareCmd.parse(answerOf(text));
    look('-l', text);
    look(`${XP} getstate`, text);
  }
  expect(performance.now() - started).toBeLessThan(5000);
});
