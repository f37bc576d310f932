// `drbdsetup events2`: samples by hand, refusals, damage.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { DrbdEvent } from '../../src/model/drbd-status-facts.ts';
import { capturedDrbdEvents, parseDrbdEvents } from '../../src/probes/drbd-events.ts';
import { answerOf } from '../../src/probes/probe.ts';
import type { Answer } from '../../src/probes/probe.ts';
import { sample, sampleText, samplesIn } from '../samples/sample.ts';

function events(answer: Answer): DrbdEvent[] {
  const parsed = parseDrbdEvents(answer);
  if (!parsed.answered) throw new Error(parsed.why);
  expect(parsed.unread).toEqual([]);
  return parsed.facts.events;
}

const inShort = ({ event, object, name }: DrbdEvent): string => `${event} ${object} ${name ?? ''}`.trim();

describe('samples', () => {
  test('8.4, what exists; two lines are broken for print', () => {
    const all = events(sample('drbd/events2/8.4-events2-now.txt'));
    expect(all.map(inShort)).toEqual([
      'exists resource r0', 'exists connection r0', 'exists device r0', 'exists device r0', 'exists peer-device r0', 'exists peer-device r0', 'exists -']);
    expect(all[5]).toEqual({
      at: null, event: 'exists', object: 'peer-device', name: 'r0',
      fields: { name: 'r0', 'peer-node-id': '1', 'conn-name': 'remote-host', volume: '1', replication: 'Established', 'peer-disk': 'UpToDate', 'resync-suspended': 'no' },
    });
  });

  test('9, creations and changes; a change carries what changed', () => {
    const all = events(sample('drbd/events2/9-events2-create-change.txt'));
    expect(all.map(({ event, object }) => `${event} ${object}`)).toEqual([
      'exists -', 'create resource', 'create device', 'create connection', 'create peer-device', 'create path', 'change resource', 'change device', 'change path',
      'change connection', 'change resource', 'change peer-device', 'change resource']);
    expect(all[5]?.fields).toMatchObject({ local: 'ipv4:1.2.3.4:7789', peer: 'ipv4:5.6.7.8:7790', established: 'no' });
    expect(all[7]?.fields['backing_dev']).toBe('/dev/sda');
    expect(all[12]).toEqual({ at: null, event: 'change', object: 'resource', name: 'some-resource', fields: { name: 'some-resource', role: 'Primary', may_promote: 'no', promotion_score: '10102' } });
  });

  test('9, a helper is called and answers', () => {
    const all = events(sample('drbd/events2/9-events2-helper.txt'));
    expect(all.slice(-2).map(({ event, object, fields }) => [event, object, fields['helper'], fields['status']])).toEqual([
      ['call', 'helper', 'before-resync-target', undefined], ['response', 'helper', 'before-resync-target', '1']]);
    expect(all).toHaveLength(8);
  });

  test('8.4 module, with times and statistics', () => {
    const all = events(sample('drbd/events2/8.4-module-07-sync-start.drbdsetup-events2-now.txt'));
    expect(all.map(inShort)).toEqual([
      'exists resource mail-root', 'exists connection mail-root', 'exists device mail-root', 'exists peer-device mail-root',
      'exists resource web-root', 'exists connection web-root', 'exists device web-root', 'exists peer-device web-root', 'exists -']);
    expect(all[7]?.fields).toMatchObject({ replication: 'SyncSource', 'peer-disk': 'Inconsistent', 'out-of-sync': '194260' });
    expect(all[8]?.at).toBe('2026-11-20T20:34:00.326Z');
  });

  test('8.4 module, a session of fourteen minutes is read to its last line', () => {
    const all = events(sample('drbd/events2/8.4-module-99-session.drbdsetup-events2-timestamps-all.txt'));
    expect(all).toHaveLength(261);
    expect(all[0]).toEqual({ at: '2026-11-20T20:33:17.485Z', event: 'exists', object: '-', name: null, fields: {} });
    expect(all[23]).toEqual({ at: '2026-11-20T20:33:56.976Z', event: 'change', object: 'resource', name: 'web-root', fields: { name: 'web-root', role: 'Primary' } });
  });
});

test('a rename, a removal, a zone', () => {
  expect(events(answerOf('2024-01-01T00:30:00+0100 rename resource name:r0 new_name:r1\ndestroy resource name:r1\n'))).toEqual([
    { at: '2023-12-31T23:30:00.000Z', event: 'rename', object: 'resource', name: 'r0', fields: { name: 'r0', new_name: 'r1' } },
    { at: null, event: 'destroy', object: 'resource', name: 'r1', fields: { name: 'r1' } },
  ]);
});

test.each([
  'change resource', 'change -', 'change resource role:Primary', 'change resource name:r0 role', 'change widget name:r0', 'wobble resource name:r0',
  'change device name:r0 disk:UpToDate disk:Failed', 'noon change resource name:r0 role:Primary', 'exists - name:r0',
])('%s is no event', (line) => {
  expect(capturedDrbdEvents.parse(answerOf(`exists -\n${line}\n`))).toMatchObject({ answered: true, events: [{ object: '-' }], unread: [line] });
});

test.each<[string, Answer, string]>([
  ['absent', answerOf('', { exit: 127 }), 'absent'],
  ['no module', sample('drbd/status/9.22-utils-status-module-absent.txt'), 'absent'],
  ['nothing', answerOf(''), 'no-answer'],
  ['something else', sample('drbd/9-status-three-peers.txt'), 'unreadable'],
  ['cut', answerOf('exists -\n', { status: 'cut', exit: null }), 'cut'],
])('%s is no answer', (_why, answer, kind) => {
  expect(parseDrbdEvents(answer)).toMatchObject({ answered: false, kind });
});

test('damage: a line inserted is unread, or joins the line before; anything is read without an exception', () => {
  const texts = samplesIn('drbd/events2', '.txt').filter((name) => !name.includes('session')).map(sampleText);
  expect(texts.length).toBe(4);
  fc.assert(fc.property(fc.constantFrom(...texts), fc.string({ minLength: 1, maxLength: 80, unit: 'grapheme-ascii' }).filter((line) => /^\S/.test(line) && !/^(exists|\d{4})/.test(line)), fc.nat(), (text, line, at) => {
    const lines = text.trimEnd().split('\n').filter((one) => /^\S/.test(one));
    const parsed = parseDrbdEvents(answerOf(`${lines.toSpliced(at % (lines.length + 1), 0, line).join('\n')}\n`));
    expect(parsed.answered && parsed.unread).toContain(line);
  }), { numRuns: 60 });
  fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 600 }), fc.constantFrom(...texts), fc.nat(), (noise, text, at) => {
    const cut = at % (text.length + 1);
    for (const garbled of [noise, text.slice(0, cut) + noise + text.slice(cut)]) {
      const parsed = parseDrbdEvents(answerOf(garbled));
      if (!parsed.answered) expect(parsed.why.length).toBeLessThanOrEqual(200);
    }
  }), { numRuns: 60 });
});

test('a megabyte of hostile text is read at once', () => {
  const started = performance.now();
  for (const text of [`change device${' a:b'.repeat(250_000)}`, `change device ${'a:'.repeat(500_000)}`, ' \n'.repeat(500_000), `exists -\n${' x'.repeat(500_000)}`, `exists -\n${' x\n'.repeat(300_000)}`]) parseDrbdEvents(answerOf(text));
  expect(performance.now() - started).toBeLessThan(5000);
});
