// Bad text for the DRBD parsers: inserted lines, deleted tokens, text cut anywhere, rubbish.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { DrbdMinor, ProcDrbd } from '../../src/model/facts.ts';
import { answerOf } from '../../src/probes/probe.ts';
import { parseDrbdConf } from '../../src/probes/drbd-conf.ts';
import { parseProcDrbd } from '../../src/probes/proc-drbd.ts';
import { parsed, procSamples, sample } from './drbd-samples.ts';

const SAMPLES = procSamples().map((name) => ({ name, text: sample(name) }));

/** Good, by hand: connected, both roles known, both sides' data whole, nothing paused or suspended, nothing out of sync. */
function isGood(device: DrbdMinor, version: string | null): boolean {
  const roles = [device.role, device.peerRole].every((role) => role === 'Primary' || role === 'Secondary');
  if (device.connection !== 'Connected' || !roles) return false;
  if (version?.startsWith('0.7.')) return device.disk === 'Consistent' && device.peerDisk === null && device.ioFlags === null;
  const whole = device.disk === 'UpToDate' && device.peerDisk === 'UpToDate';
  if (version === '8.3.0') return whole; // the init script's table: neither flags nor counters
  const running = device.ioFlags !== null && /^r-{1,5}$/.test(device.ioFlags);
  const inSync = device.outOfSyncBytes === 0 || (device.outOfSyncBytes === null && (version?.startsWith('8.0.') ?? false));
  return whole && running && inSync;
}

/** What may never happen: a device good that was not, or gone without a word. */
function expectNoBetter(before: ProcDrbd, text: string, how: string, mayEndEarly: boolean): void {
  const after = parseProcDrbd(answerOf(text));
  if (!after.answered) return;
  const { facts, unread } = after;
  for (const device of facts.resources) {
    const was = before.resources.find((other) => other.minor === device.minor);
    const better = isGood(device, facts.version) && !(was && isGood(was, before.version));
    if (better) expect.fail(`${how}: minor ${device.minor} looks good`);
  }
  const gone = before.resources.filter((was) => !facts.resources.some((device) => device.minor === was.minor));
  if (gone.length > 0 && !mayEndEarly && unread.length === 0) expect.fail(`${how}: minor ${gone[0]?.minor} is gone without a word`);
}

/** Every figure is as in the whole text, or null: half a number is never a number. */
function expectNoInvention(before: ProcDrbd, text: string, how: string): void {
  const after = parseProcDrbd(answerOf(text));
  if (!after.answered) return;
  for (const device of after.facts.resources) {
    const was = before.resources.find((other) => other.minor === device.minor);
    const [figures, whole] = [figuresOf(device), was ? figuresOf(was) : {}];
    for (const [field, value] of Object.entries(figures)) {
      if (value !== whole[field]) expect.fail(`${how}: ${field} is ${value}`);
    }
  }
}

function figuresOf(device: DrbdMinor): Record<string, number> {
  const all = Object.entries({ ...device, ...device.sync }).filter((entry): entry is [string, number] => typeof entry[1] === 'number');
  return Object.fromEntries(all);
}

describe('/proc/drbd', () => {
  it('the samples have good and bad devices, or the rest of this file shows nothing', () => {
    const all = SAMPLES.flatMap(({ text }) => parsed(text).facts).flatMap((facts) => facts.resources.map((device) => isGood(device, facts.version)));
    expect(all.filter(Boolean).length).toBeGreaterThan(20);
    expect(all.filter((good) => !good).length).toBeGreaterThan(30);
  });

  it('a token deleted never makes a device good, nor lets it vanish, nor gives it figures of another', () => {
    for (const { name, text } of SAMPLES) {
      const before = parsed(text).facts;
      for (const token of text.matchAll(/\S+/g)) {
        const after = text.slice(0, token.index) + text.slice(token.index + token[0].length);
        expectNoBetter(before, after, `${name} without "${token[0]}" at ${token.index}`, false);
        expectNoInvention(before, after, `${name} without "${token[0]}" at ${token.index}`);
      }
    }
  });

  it('a text cut at any byte never makes a device good, nor a figure out of half a one', () => {
    for (const { name, text } of SAMPLES) {
      const before = parsed(text).facts;
      const bytes = Buffer.from(text, 'utf8');
      for (let length = 0; length < bytes.length; length += 1) {
        const cut = bytes.subarray(0, length).toString('utf8');
        expectNoBetter(before, cut, `${name} cut at ${length}`, true);
        expectNoInvention(before, cut, `${name} cut at ${length}`);
      }
    }
  });

  it('a line inserted anywhere is named', () => {
    const nearMiss = fc.constantFrom('cs:Connected', '0 cs:Connected ro:Primary/Secondary', 'ro:Primary/Secondary', '1:', ' 7: ', 'oos',
      "[==>...] sync'ed: 5%", 'K/sec', 'finish: soon', 'root@alpha:~# cat /proc/drbd', 'GIT-hash:', 'version:', 'stalled?', 'resync: used:1',
      '9: cs: ro:Primary/Secondary', 'BUG: soft lockup - CPU#0 stuck for 61s! [drbd0_asender:3004]', 'ns:', 'm:res', '... ...', '(null)');
    const printable = fc.string({ unit: 'grapheme-ascii', minLength: 1, maxLength: 120 })
      .filter((line) => line.trim() !== '' && !/^\s*(?:\d+:\s*cs:\S|version: *[^\s(]|srcversion:.*\S|GIT-hash:.*\S|SVN Rev|stalled|\[)/.test(line));
    fc.assert(fc.property(fc.constantFrom(...SAMPLES), fc.oneof(nearMiss, printable), fc.nat(), ({ text }, inserted, where) => {
      const lines = text.split('\n');
      lines.splice(where % lines.length, 0, inserted);
      const after = parseProcDrbd(answerOf(lines.join('\n')));
      if (after.answered) expect(after.unread).toContain(inserted);
    }), { numRuns: 3000 });
  });

  it('an inserted line makes no device better', () => {
    fc.assert(fc.property(fc.constantFrom(...SAMPLES), fc.string({ unit: 'grapheme-ascii', maxLength: 60 }), fc.nat(), ({ name, text }, inserted, where) => {
      const lines = text.split('\n');
      lines.splice(where % lines.length, 0, inserted);
      expectNoBetter(parsed(text).facts, lines.join('\n'), `${name} with "${inserted}"`, false);
    }), { numRuns: 2000 });
  });

  it('rubbish never throws, and is never answered', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 600 }), (bytes) => {
      for (const encoding of ['utf8', 'latin1'] as const) expect(parseProcDrbd(answerOf(Buffer.from(bytes).toString(encoding))).answered).toBe(false);
    }), { numRuns: 1000 });
  });

  it('rubbish inside a sample never throws, and its refusals are one sentence', () => {
    fc.assert(fc.property(fc.constantFrom(...SAMPLES), fc.nat(), fc.nat(60), fc.string({ unit: 'binary', maxLength: 20 }), ({ text }, where, length, rubbish) => {
      const at = where % text.length;
      const after = parseProcDrbd(answerOf(text.slice(0, at) + rubbish + text.slice(at + length)));
      if (!after.answered) expect(after.why.length).toBeLessThanOrEqual(200);
    }), { numRuns: 2000 });
  });

  it('a long hostile line takes no time', () => {
    const started = performance.now();
    for (const line of [' '.repeat(500_000), '0: '.repeat(200_000), `0: cs:${'a/'.repeat(200_000)}`, `[${'='.repeat(500_000)}`, 'ns:0 '.repeat(100_000), `version: ${'x '.repeat(200_000)}`])
      parseProcDrbd(answerOf(`${line}\n`));
    expect(performance.now() - started).toBeLessThan(2000);
  });
});

describe('drbd.conf', () => {
  const CONFIG = sample('captures/alpha/99-session.drbdadm-dump.txt');

  it('cut anywhere or with rubbish in it, it never throws and never invents a resource', () => {
    for (let length = 0; length < CONFIG.length; length += 1) {
      const after = parseDrbdConf(answerOf(CONFIG.slice(0, length)));
      const names = after.answered ? after.facts.resources.map((resource) => resource.name) : [];
      expect(['mail-root', 'web-root'].slice(0, names.length)).toEqual(names);
    }
    fc.assert(fc.property(fc.nat(), fc.string({ unit: 'binary', maxLength: 20 }), (where, rubbish) => {
      const at = where % CONFIG.length;
      expect(typeof parseDrbdConf(answerOf(CONFIG.slice(0, at) + rubbish + CONFIG.slice(at))).answered).toBe('boolean');
    }), { numRuns: 1000 });
  });
});
