// Xen lists that were damaged: nothing is lost in silence, and nothing bad becomes good.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { XenDomain } from '../../src/model/facts.ts';
import { answerOf } from '../../src/probes/probe.ts';
import { parseXenList } from '../../src/probes/xen-list.ts';
import { sampleText } from '../samples/sample.ts';

const LISTS = [
  '3.0-xm-list.txt', '3.1-xm-list-inactive-padded.txt', '4.0.1-xl-list-dom0-only.txt', '4.0.1-xl-list-four.txt',
  'xen417/01-one-domu.xl-list.txt', 'xen417/01-one-domu.xl-list-v.txt', 'xen417/03-paused.xl-list.txt', 'xen417/03-paused.xl-list-v.txt',
].map((name) => [name, sampleText(`xen/${name}`)] as const);

/** Two more of the kind that is torn down or long named, in the form of the format strings. */
const MADE = [
  'made',
  `${LISTS[3]?.[1] ?? ''}(null)                                   28441   789     1     --pscd      1.2\n` +
    'suspended-machine                           12   512     1     ---ss-      7.5\n' +
    'a-name-that-is-longer-than-the-forty-columns-of-names    13   512     1     --p---      7.5\n',
] as const;
const ALL = [...LISTS, MADE];

function domainsOf(text: string): XenDomain[] | null {
  const parsed = parseXenList(answerOf(text));
  return parsed.answered ? parsed.facts.domains : null;
}

/** A line that could pass for a row of the list. */
const looksLikeRow = (line: string): boolean => /\d+\.\d/.test(line) || /^\s*Name\s+ID\s/.test(line);

describe.each(ALL)('%s', (_name, text) => {
  const before = domainsOf(text) ?? [];

  test('is read whole to begin with', () => {
    expect(before).toHaveLength(text.trim().split('\n').length - 1);
  });

  test('a line inserted anywhere turns up in unread', () => {
    const lines = text.split('\n');
    fc.assert(
      fc.property(fc.string({ minLength: 1, maxLength: 120, unit: 'grapheme-ascii' }).filter((line) => line.trim() !== '' && !looksLikeRow(line)), fc.nat(lines.length - 1), (line, at) => {
        const parsed = parseXenList(answerOf(lines.toSpliced(at, 0, line).join('\n')));
        if (!parsed.answered) return;
        expect(parsed.unread).toContain(line);
        expect(parsed.facts.domains).toEqual(before);
      }),
      { numRuns: 300 },
    );
  });

  test('a token deleted never makes a bad domain good, and no domain vanishes in silence', () => {
    for (const token of text.matchAll(/\S+/g)) {
      const damaged = text.slice(0, token.index) + text.slice(token.index + token[0].length);
      const parsed = parseXenList(answerOf(damaged));
      if (!parsed.answered) continue;
      const lost = before.filter((was) => !parsed.facts.domains.some((is) => is.name === was.name && is.id === was.id));
      expect(lost.length, `${token[0]} at ${token.index}`).toBeLessThanOrEqual(parsed.unread.length);
      for (const is of parsed.facts.domains) {
        const was = before.find((each) => each.name === is.name && each.id === is.id);
        expect(was, `${is.name} out of nothing, without ${token[0]}`).toBeDefined();
        if (is.state === 'running') expect(was?.state, `${is.name} without ${token[0]}`).toBe('running');
      }
    }
  });

  test('cut at any byte: what is left is true, or unread', () => {
    for (let length = 0; length < text.length; length += 1) {
      const parsed = parseXenList(answerOf(text.slice(0, length)));
      if (!parsed.answered) continue;
      const whole = text.slice(0, length).split('\n').filter((line) => line !== '').length - 1;
      expect(parsed.facts.domains.length + parsed.unread.length, `${length} bytes`).toBe(whole);
      for (const domain of parsed.facts.domains) expect(before.map(({ name, id, state }) => ({ name, id, state }))).toContainEqual({ name: domain.name, id: domain.id, state: domain.state });
    }
  });
});

test('a letter that changes never makes a crashed, paused or dying domain run', () => {
  const row = (letters: string): string => `${LISTS[2]?.[1] ?? ''}web                                          1   256     1     ${letters}    12.5\n`;
  for (const bad of ['---sc-', '--p---', '--pscd', '---s--', '----c-', '---ss-']) {
    for (let place = 0; place < 6; place += 1) {
      for (const letter of ['x', '?', ' ']) {
        const letters = bad.slice(0, place) + letter + bad.slice(place + 1);
        const web = domainsOf(row(letters))?.find(({ name }) => name === 'web');
        expect(web?.state, letters).not.toBe('running');
      }
    }
  }
});

test('anything at all is read without an exception', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 600 }), fc.constantFrom(...ALL), fc.nat(), (noise, [, text], at) => {
      const cut = at % (text.length + 1);
      for (const garbled of [noise, text.slice(0, cut) + noise + text.slice(cut)]) {
        const parsed = parseXenList(answerOf(garbled));
        if (!parsed.answered) expect(parsed.why.length).toBeLessThanOrEqual(200);
      }
    }),
    { numRuns: 500 },
  );
});

test('a megabyte of hostile text is read at once', () => {
  const header = LISTS[3]?.[1].split('\n')[0] ?? '';
  const hostile = [`${'1 '.repeat(2000)}x`, `a${' '.repeat(4000)}b`, `${'a '.repeat(2000)}`, `x 1 1 1 -b---- 1.0${' '.repeat(4000)}\u0000`];
  const text = `${header}\n${Array.from({ length: 256 }, (_, i) => hostile[i % hostile.length] ?? '').join('\n')}\n`;
  const started = performance.now();
  parseXenList(answerOf(text));
  expect(performance.now() - started).toBeLessThan(2000);
});
