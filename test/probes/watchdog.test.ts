// Watchdog devices, from the files of /sys; the device itself is never read.
import { expect, test } from 'vitest';
import { answerOf } from '../../src/probes/probe.ts';
import type { Answer } from '../../src/probes/probe.ts';
import { parseWatchdog, watchdog } from '../../src/probes/watchdog.ts';
import { sampleText } from '../samples/sample.ts';

const CLASS = '/sys/class/watchdog';

/** The files that are there; the others are absent, as the quick shell tells of every file that was asked for. */
function files(there: Record<string, string | Answer>): Map<string, Answer> {
  return new Map(watchdog.files.map((path) => {
    const found = there[path];
    return [path, found === undefined ? answerOf('', { status: 'absent', exit: null }) : typeof found === 'string' ? answerOf(found, { exit: null }) : found];
  }));
}

const text = (name: string): string => sampleText(`linux/watchdog/${name}`);

test('the software watchdog, fed by somebody', () => {
  expect(parseWatchdog(files({
    [`${CLASS}/watchdog0/dev`]: text('dev'), [`${CLASS}/watchdog0/identity`]: text('identity'), [`${CLASS}/watchdog0/state`]: text('state'), [`${CLASS}/watchdog0/timeout`]: text('timeout'),
    '/sys/class/misc/watchdog/dev': '10:130\n',
  }))).toEqual({
    answered: true, facts: { devices: [{ name: 'watchdog0', identity: 'Software Watchdog', state: 'active', timeoutSeconds: 60 }] }, unread: [],
  });
});

test('two devices, of which one tells nothing', () => {
  expect(parseWatchdog(files({ [`${CLASS}/watchdog0/dev`]: '250:0\n', [`${CLASS}/watchdog1/state`]: 'inactive\n', [`${CLASS}/watchdog1/timeout`]: '30\n' }))).toEqual({
    answered: true,
    facts: {
      devices: [
        { name: 'watchdog0', identity: null, state: null, timeoutSeconds: null },
        { name: 'watchdog1', identity: null, state: 'inactive', timeoutSeconds: 30 },
      ],
    },
    unread: [],
  });
});

test('a kernel of 2006 tells that there is one, and no more', () => {
  expect(parseWatchdog(files({ '/sys/class/misc/watchdog/dev': '10:130\n' }))).toEqual({
    answered: true, facts: { devices: [{ name: 'watchdog', identity: null, state: null, timeoutSeconds: null }] }, unread: [],
  });
});

test('words that are not known are kept and unread', () => {
  expect(parseWatchdog(files({ [`${CLASS}/watchdog0/state`]: 'dozing\n', [`${CLASS}/watchdog0/timeout`]: 'soon\n' }))).toEqual({
    answered: true, facts: { devices: [{ name: 'watchdog0', identity: null, state: 'dozing', timeoutSeconds: null }] }, unread: ['dozing', 'soon'],
  });
});

test('a device whose files may not be read is still a device', () => {
  const forbidden = answerOf('', { status: 'forbidden', exit: null });
  expect(parseWatchdog(files({ [`${CLASS}/watchdog0/dev`]: forbidden }))).toMatchObject({ answered: true, facts: { devices: [{ name: 'watchdog0', state: null }] } });
  expect(parseWatchdog(files({ '/sys/class/misc/watchdog/dev': forbidden }))).toMatchObject({ answered: false, kind: 'forbidden' });
});

test('none is an answer that there is none to ask', () => {
  expect(parseWatchdog(files({}))).toMatchObject({ answered: false, kind: 'absent', why: 'this node has no watchdog device' });
  expect(parseWatchdog(new Map())).toMatchObject({ answered: false, kind: 'absent' });
});

test('nothing under /dev is ever opened', () => {
  for (const path of watchdog.files) expect(path).toMatch(/^\/sys\/class\//);
});
