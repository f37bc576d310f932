// Heartbeat's files and answers, damaged: nothing is lost in silence, nothing dead comes to life, nothing throws.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { answerOf } from '../../src/probes/probe.ts';
import type { Answer, Parsed } from '../../src/probes/probe.ts';
import { capturedParsers } from '../../src/probes/all.ts';
import { clStatus } from '../../src/probes/cl-status.ts';
import { parseHaCf } from '../../src/probes/ha-cf.ts';
import { parseHaLog, parseHaLogLine } from '../../src/probes/ha-log.ts';
import { parseHaResources } from '../../src/probes/haresources.ts';
import { parseMounts } from '../../src/probes/mounts.ts';
import { vitals } from '../../src/probes/vitals.ts';
import { sampleText, samplesIn } from '../samples/sample.ts';
import { talk } from './talk.ts';

const HA_CF = sampleText('heartbeat/3.0.6-sample-ha.cf').replace(/^#((?:keepalive|deadtime|serial|bcast|node|ping|stonith)\s+\S.*)$/gm, '$1');
const HARESOURCES = sampleText('heartbeat/3.0.6-sample-haresources').replace(/^#((?:just\.linux-ha\.org|node1)\s)/gm, '$1');
const printable = fc.string({ minLength: 1, maxLength: 100, unit: 'grapheme-ascii' }).filter((line) => line.trim() !== '');
const noise = fc.string({ unit: 'binary', maxLength: 400 });

function facts<T>(parsed: Parsed<T>): T {
  if (!parsed.answered) throw new Error(parsed.why);
  return parsed.facts;
}

describe('inserted lines', () => {
  test('in ha.cf turn up in unread, unless they are comments or directives', () => {
    const lines = HA_CF.split('\n');
    const before = facts(parseHaCf(answerOf(HA_CF)));
    expect(before.nodes).toEqual(['ken3', 'kathy']);
    const stranger = printable.filter((line) => !/^\s*#/.test(line) && !/^\s*[a-z_0-9]+[\s#]/.test(line));
    fc.assert(
      fc.property(stranger, fc.nat(lines.length), (line, at) => {
        const parsed = parseHaCf(answerOf(lines.toSpliced(at, 0, line).join('\n')));
        if (!parsed.answered) return;
        expect(parsed.unread).toEqual([line]);
        expect(parsed.facts).toEqual(before);
      }),
      { numRuns: 500 },
    );
  });

  test('in haresources are groups, or unread', () => {
    const lines = HARESOURCES.split('\n');
    const before = facts(parseHaResources(answerOf(HARESOURCES))).groups;
    expect(before).toHaveLength(5);
    const stranger = printable.filter((line) => !/(?:^|\s)#/.test(line) && !/\\\s*$/.test(line));
    fc.assert(
      fc.property(stranger, fc.nat(lines.length), (line, at) => {
        const parsed = parseHaResources(answerOf(lines.toSpliced(at, 0, line).join('\n')));
        if (!parsed.answered) return;
        const isGroup = parsed.facts.groups.length === before.length + 1;
        if (isGroup) expect(parsed.facts.groups.map(({ preferred, members }) => [preferred, ...members].join(' '))).toContain(line.trim().split(/\s+/).join(' '));
        else expect(parsed.unread).toEqual([line]);
      }),
      { numRuns: 500 },
    );
  });

  test('in a log are events of their own', () => {
    const lines = sampleText('heartbeat/3.0.6-peer-crash-no-stonith.log').split('\n');
    fc.assert(
      fc.property(printable, fc.nat(lines.length), (line, at) => {
        const { events } = facts(parseHaLog(answerOf(lines.toSpliced(at, 0, line).join('\n')), { year: 2026, zoneMinutes: 0 }));
        expect(events).toHaveLength(18);
      }),
      { numRuns: 300 },
    );
  });
});

describe('a token deleted', () => {
  const ANSWERS: Record<string, string> = {
    hbstatus: 'Heartbeat is running on this machine.\n', rscstatus: 'all\n', listnodes: 'bravo\nalpha\n',
    'nodestatus bravo': 'dead\n', 'listhblinks bravo': '\teth1\n\teth0\n', 'hblinkstatus bravo eth1': 'dead\n', 'hblinkstatus bravo eth0': 'dead\n',
    'nodestatus alpha': 'active\n', 'listhblinks alpha': '\teth1\n\teth0\n', 'hblinkstatus alpha eth1': 'up\n', 'hblinkstatus alpha eth0': 'up\n',
  };
  const play = (answers: Record<string, string>) => talk(clStatus, (command): Answer => answerOf(answers[command.slice('cl_status '.length)] ?? '', { exit: 1 })).result;

  test('of the answers of cl_status never brings a dead node or link to life, nor stops a running heartbeat', () => {
    expect(play(ANSWERS)).toMatchObject({ answered: true, facts: { peers: [{ name: 'bravo', status: 'dead' }, { name: 'alpha', status: 'active' }] } });
    for (const [command, text] of Object.entries(ANSWERS)) {
      for (const token of text.matchAll(/\S+/g)) {
        const damaged = text.slice(0, token.index) + text.slice(token.index + token[0].length);
        const result = play({ ...ANSWERS, [command]: damaged });
        if (!result.answered) continue;
        expect(result.facts.running).toBe(true);
        const bravo = result.facts.peers.find(({ name }) => name === 'bravo');
        if (bravo) expect(['dead', null]).toContain(bravo.status);
        for (const link of bravo?.links ?? []) expect(['dead', null]).toContain(link.status);
      }
    }
  });

  test('cut anywhere, an answer of cl_status is a beginning of what it was, never another known word', () => {
    for (const [command, text] of Object.entries(ANSWERS).filter(([, each]) => each === 'dead\n')) {
      for (let length = 0; length < text.length - 1; length += 1) {
        const result = play({ ...ANSWERS, [command]: text.slice(0, length) });
        const bravo = result.answered ? result.facts.peers[0] : undefined;
        const said = [bravo?.status, ...(bravo?.links.map(({ status }) => status) ?? [])];
        expect(said.filter((word) => word !== 'dead')).toEqual([length === 0 ? null : text.slice(0, length)]);
        expect(result).toMatchObject({ unread: length === 0 ? [] : [text.slice(0, length)] });
      }
    }
  });

  test('of a death in a log never makes it a birth', () => {
    const births = new Set(['node-up', 'link-up', 'takeover-complete']);
    for (const name of [...samplesIn('heartbeat', '.log'), ...samplesIn('heartbeat', '.ha-log.txt')]) {
      for (const line of sampleText(name).split('\n')) {
        const was = parseHaLogLine(line, { year: null, zoneMinutes: null }).kind;
        if (births.has(was)) continue;
        for (const token of line.matchAll(/\S+/g)) {
          const is = parseHaLogLine(line.slice(0, token.index) + line.slice(token.index + token[0].length), { year: null, zoneMinutes: null }).kind;
          expect(births.has(is), `${line} without ${token[0]}`).toBe(false);
        }
      }
    }
  });
});

describe('anything at all is read without an exception', () => {
  test.each(capturedParsers.map((parser) => [parser.name, parser] as const))('crashcart parse %s', (_name, parser) => {
    fc.assert(
      fc.property(noise, noise, fc.constantFrom(0, 1, 127, null), (stdout, stderr, exit) => {
        const parsed = parser.parse(answerOf(stdout, { stderr, exit }));
        if (!parsed.answered) expect(parsed.why.length).toBeLessThanOrEqual(200);
        expect(() => JSON.stringify(parsed)).not.toThrow();
      }),
      { numRuns: 200 },
    );
  });

  test('files cut at every byte', () => {
    const names = [...samplesIn('heartbeat', '.log'), ...samplesIn('linux', 'stat'), ...samplesIn('linux', 'meminfo'), ...samplesIn('linux', 'mounts')];
    for (const text of [HARESOURCES.slice(-900), HA_CF.slice(-900), ...names.map((name) => sampleText(name).slice(0, 600))]) {
      for (let length = 0; length <= text.length; length += 1) {
        const answer = answerOf(text.slice(0, length), { exit: null });
        for (const parsed of [parseHaResources(answer), parseHaCf(answer), parseMounts(answer), parseHaLog(answer, { year: 2026, zoneMinutes: 0 }), vitals.parse(new Map(vitals.files.map((file) => [file, answer])))]) {
          if (!parsed.answered) expect(parsed.why.length).toBeLessThanOrEqual(200);
        }
      }
    }
  });

  test('a node that answers rubbish to every question', () => {
    fc.assert(
      fc.property(fc.array(fc.record({ stdout: noise, exit: fc.constantFrom(0, 1, null) }), { minLength: 1, maxLength: 5 }), (rubbish) => {
        let asked = 0;
        const { commands } = talk(clStatus, (command) => {
          if (command.endsWith('hbstatus')) return answerOf('Heartbeat is running on this machine.\n');
          asked += 1;
          const { stdout = '', exit = 0 } = rubbish[asked % rubbish.length] ?? {};
          return answerOf(stdout, { exit });
        });
        expect(commands.length).toBeLessThanOrEqual(3 + 32 * (2 + 16));
        for (const command of commands) expect(command).toMatch(/^cl_status [\x20-\x7e]+$/);
      }),
      { numRuns: 300 },
    );
  });

  test('a hundred thousand lines where one is expected', () => {
    const text = 'wobbly\n'.repeat(150_000);
    const many = Array.from({ length: 100_000 }, (_, i) => `node n${i}`).join('\n');
    expect(capturedParsers.filter(({ name }) => !name.includes('drbd')).map((parser) => parser.parse(answerOf(text)).answered)).toContain(false);
    expect(talk(clStatus, (command) => answerOf(command.endsWith('hbstatus') ? 'Heartbeat is running on this machine.\n' : text)).result).toMatchObject({ answered: true });
    expect(facts(parseHaCf(answerOf(many))).nodes).toHaveLength(256);
  });

  test('long hostile lines are read at once', () => {
    const hostile = [`a${' '.repeat(4000)}b`, `${'('.repeat(4000)}`, `${'[1]'.repeat(1300)}: x`, `x(${'y'.repeat(4000)}`, `Link ${':'.repeat(4000)} up.`, `Running /etc/init.d/${'a '.repeat(2000)}stop `, `\\${' '.repeat(4000)}x`, `x ${'# '.repeat(2000)}`];
    const text = Array.from({ length: 256 }, (_, i) => hostile[i % hostile.length] ?? '').join('\n');
    const started = performance.now();
    for (const parser of capturedParsers.filter(({ name }) => !name.includes('drbd'))) parser.parse(answerOf(text));
    expect(performance.now() - started).toBeLessThan(4000);
  });
});
