// Cleaning: nothing that a terminal obeys gets through, and the cuts between chunks never matter.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { capLine, cleaner, cleanText } from '../../src/transport/clean.ts';

const control = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]/;

describe('cleanText', () => {
  it.each([
    ['a window title, ended by BEL or by ST', 'a\u001b]0;pwned\u0007b\u001b]2;again\u001b\\c', 'abc'],
    ['colours and cursor movements', '\u001b[31mred\u001b[0m \u001b[2J\u001b[1;1Hhome', 'red home'],
    ['the 8-bit forms of CSI and OSC', 'a\u009b31mb\u009d0;t\u009cc', 'abc'],
    ['DCS, SOS, PM and APC strings', 'a\u001bPq#0\u001b\\b\u001bXs\u001b\\c\u001b^p\u001b\\d\u001b_a\u001b\\e', 'abcde'],
    ['sequences of two and three characters', 'a\u001bcb\u001b(Bc\u001b#8d', 'abcd'],
    ['a carriage return, alone or before a newline', 'one\r\ntwo\rTWO\n', 'one\ntwoTWO\n'],
    ['bells, backspaces, NUL, DEL', 'a\u0007\b\u0000\u007fb', 'ab'],
    ['text that runs backwards, and hidden characters', 'user\u202egnp.exe\u202c \u2066x\u2069 z\u200bw\ufeff', 'usergnp.exe x zw'],
    ['tabs, newlines and foreign letters stay', '\tnäme\n日本 🙂\n', '\tnäme\n日本 🙂\n'],
    ['half a character of UTF-16', 'a\ud800b', 'a\ufffdb'],
  ])('%s', (_, dirty, clean) => expect(cleanText(dirty)).toBe(clean));

  it('ends a string sequence that nobody ends at the next newline', () => {
    expect(cleanText('before\u001b]0;title without end\nthe next line\n')).toBe('before\nthe next line\n');
  });

  it('ends it after 4096 characters where no newline comes', () => {
    expect(cleanText(`\u001b]0;${'x'.repeat(5000)}`)).toBe('x'.repeat(5000 + 2 - 4096));
  });

  it('ends a broken CSI sequence at a newline and keeps what follows', () => {
    expect(cleanText('a\u001b[31\nb')).toBe('a\nb');
  });
});

describe('cleaner', () => {
  it('keeps characters that are cut in the middle, and marks what is no UTF-8', () => {
    const clean = cleaner();
    expect(clean.push(Uint8Array.of(0x61, 0xc3))).toBe('a');
    expect(clean.push(Uint8Array.of(0xa9, 0xff))).toBe('é\ufffd');
    expect(clean.push(Uint8Array.of(0xe2, 0x82))).toBe('');
    expect(clean.end()).toBe('\ufffd');
  });

  it('gives no control character but newline and tab, whatever comes', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => {
      const clean = cleaner();
      expect(clean.push(bytes) + clean.end()).not.toMatch(control);
    }));
    fc.assert(fc.property(nasty, (text) => {
      expect(cleanText(text)).not.toMatch(control);
    }));
  });

  it('gives the same wherever the bytes are cut', () => {
    fc.assert(fc.property(nasty, fc.array(fc.nat(60), { maxLength: 20 }), (text, sizes) => {
      const bytes = new TextEncoder().encode(text);
      const clean = cleaner();
      let given = '';
      let at = 0;
      for (const size of sizes) given += clean.push(bytes.subarray(at, (at += size)));
      given += clean.push(bytes.subarray(at)) + clean.end();
      expect(given).toBe(cleanText(text));
    }));
  });

  it('leaves ordinary text as it is', () => {
    fc.assert(fc.property(fc.stringMatching(/^[ -~\n\tà-ÿ]*$/), (text) => {
      expect(cleanText(text)).toBe(text);
    }));
  });
});

it('capLine cuts a long line, never in the middle of a character', () => {
  expect(capLine('short')).toBe('short');
  expect(capLine('abcdef', 4)).toBe('abc…');
  expect(capLine('ab🙂def', 4)).toBe('ab…');
  expect(capLine('x'.repeat(5000))).toHaveLength(4096);
});

/** Text in which escape sequences begin, end and break off everywhere. */
const nasty = fc
  .array(fc.oneof(fc.constantFrom('\u001b', '\u001b[', '\u001b]', '\u001bP', '\u009b', '\u009d', '\u0007', '\u001b\\', '\u009c', '\n', '\r', 'm', ';', '\u202e', '🙂', 'é'), fc.string({ maxLength: 5 })), { maxLength: 60 })
  .map((parts) => parts.join('').toWellFormed());
