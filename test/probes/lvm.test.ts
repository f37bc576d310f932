// Volume groups and logical volumes: the reports vgs and lvs in all their forms, and the conversation.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { bytesOf } from '../../src/probes/lvm-attributes.ts';
import { capturedLvs, capturedVgs, lvm, parseGroups, parseVolumes } from '../../src/probes/lvm.ts';
import { answerOf } from '../../src/probes/probe.ts';
import type { Answer } from '../../src/probes/probe.ts';
import { sample, sampleText } from '../samples/sample.ts';
import { talk } from './talk.ts';

const MIB = 1_048_576;
const VGS = 'vgs --noheadings --separator | --units b --nosuffix -o vg_name,vg_attr,vg_size,vg_free';
const LVS = 'lvs --noheadings --separator | --units b --nosuffix -o lv_name,vg_name,lv_attr,lv_size';
const SYSFS = 'Failed to find sysfs mount point';

describe('samples', () => {
  test('vgs of 2.02.66 with a disk missing: the message among the rows', () => {
    expect(capturedVgs.parse(sample('lvm/2.02.66-vgs-partial.txt'))).toEqual({
      answered: true,
      // 1.31 and 1.07 times 2^40, as rounded as they were printed.
      groups: [{ name: 'xenvg', sizeBytes: 1_440_360_232_387, freeBytes: 1_176_477_441_720, clustered: false, partial: true, attributes: 'wz-pn-' }],
      messages: ["Couldn't find device with uuid bHRa26-svpL-ihJX-e0S4-2HNz-wAAi-AlBFtl."],
      unread: [],
    });
  });

  test('lvs as Ganeti asks it, separated by semicolons', () => {
    expect(capturedLvs.parse(sample('lvm/lvs-separator-semicolon.txt'))).toEqual({
      answered: true,
      volumes: [
        { name: 'df9ff3f6-a833-48ff-8bd5-bff2eaeab759.disk0_data', group: 'xenvg', sizeBytes: 1_073_741_824, active: true, open: true, partial: null, attributes: '-wi-ao' },
        { name: 'df9ff3f6-a833-48ff-8bd5-bff2eaeab759.disk0_meta', group: 'xenvg', sizeBytes: 134_217_728, active: true, open: true, partial: null, attributes: '-wi-ao' },
      ],
      messages: [],
      unread: [],
    });
  });

  test('the JSON of the manual: columns that were not asked for are not known', () => {
    const unknown = { group: null, active: null, open: null, partial: null, attributes: null };
    expect(capturedLvs.parse(sample('lvm/2.02-lvs-json-doc.txt'))).toEqual({
      answered: true,
      volumes: [{ name: 'lvol1', sizeBytes: 4 * MIB, ...unknown }, { name: 'lvol0', sizeBytes: 4 * MIB, ...unknown }],
      messages: [],
      unread: [],
    });
  });

  test('nothing there, in JSON and in none', () => {
    expect(capturedLvs.parse(sample('lvm/2.03-lvs-json-none.txt'))).toEqual({ answered: true, volumes: [], messages: [SYSFS], unread: [] });
    expect(capturedVgs.parse(sample('lvm/2.03-vgs-none.txt'))).toEqual({ answered: true, groups: [], messages: [SYSFS], unread: [] });
  });

  test('lvs, vgs and pvs in one file, with headings: each parser takes its own table', () => {
    const session = sample('lvm/alpha-99-session.lvs-vgs-pvs.txt');
    const lines = session.stdout.split('\n');
    expect(capturedLvs.parse(session)).toEqual({
      answered: true,
      volumes: [
        { name: 'drbd0-web', group: 'vg0', sizeBytes: 200 * MIB, active: true, open: true, partial: false, attributes: '-wi-ao----' },
        { name: 'drbd1-mail', group: 'vg0', sizeBytes: 64 * MIB, active: true, open: true, partial: false, attributes: '-wi-ao----' },
      ],
      messages: [],
      unread: lines.slice(3, 7),
    });
    expect(capturedVgs.parse(session)).toEqual({
      answered: true,
      groups: [{ name: 'vg0', sizeBytes: 1020 * MIB, freeBytes: 756 * MIB, clustered: false, partial: false, attributes: 'wz--n-' }],
      messages: [],
      unread: [...lines.slice(0, 3), ...lines.slice(5, 7)],
    });
  });
});

describe('the conversation', () => {
  /** The node of a thesis of 2006: LVM 2.02, attributes of six places. */
  const NODE: Record<string, Answer> = {
    [VGS]: answerOf('  lvm|wz--n-|72531050496|12729712640\n'),
    [LVS]: answerOf('  home|lvm|-wi-ao|37580963840\n  domain1|lvm|-wi-a-|11113857024\n'),
  };
  const play = (over: Record<string, Answer> = {}) => talk(lvm, (command) => ({ ...NODE, ...over })[command] ?? answerOf('', { exit: 3, stderr: `  Unrecognised: ${command}\n` }));

  test('two questions, in bytes', () => {
    expect(play()).toEqual({
      commands: [VGS, LVS],
      result: {
        answered: true,
        facts: {
          groups: [{ name: 'lvm', sizeBytes: 72_531_050_496, freeBytes: 12_729_712_640, clustered: false, partial: false, attributes: 'wz--n-' }],
          volumes: [
            { name: 'home', group: 'lvm', sizeBytes: 37_580_963_840, active: true, open: true, partial: null, attributes: '-wi-ao' },
            { name: 'domain1', group: 'lvm', sizeBytes: 11_113_857_024, active: true, open: false, partial: null, attributes: '-wi-a-' },
          ],
          messages: [],
        },
        unread: [],
      },
    });
  });

  test('absent: one question finds it out', () => {
    const { commands, result } = play({ [VGS]: answerOf('', { status: 'absent', exit: null }) });
    expect(commands).toEqual([VGS]);
    expect(result).toMatchObject({ answered: false, kind: 'absent' });
  });

  test.each([['', ''], ['', '  No volume groups found\n']])('no group: there is no volume to ask for (%j, %j)', (stdout, stderr) => {
    const { commands, result } = play({ [VGS]: answerOf(stdout, { stderr }) });
    expect(commands).toEqual([VGS]);
    expect(result).toMatchObject({ answered: true, facts: { groups: [], volumes: [] }, unread: [] });
  });

  test('a group without volumes', () => {
    expect(play({ [LVS]: answerOf('') }).result).toMatchObject({ answered: true, facts: { groups: [{ name: 'lvm' }], volumes: [] }, unread: [] });
  });

  test('a missing disk: what LVM says of it is kept, and all that hangs on it is partial', () => {
    const warning = '  WARNING: Device for PV i8vW0P-kbHo-the0-b9OC-gFCO-xMMi-t0lnOV not found or rejected by a filter.\n';
    const { result } = play({ [VGS]: answerOf('  vg0|wz-pn-|1000|10\n', { stderr: warning }), [LVS]: answerOf('  web|vg0|-wi-a---p-|500\n', { stderr: warning }) });
    expect(result).toMatchObject({
      answered: true, facts: { groups: [{ partial: true }], volumes: [{ partial: true, active: true }], messages: [warning.trim()] }, unread: [],
    });
  });

  test('rows of a program that failed: what it could not do is unread', () => {
    const { result } = play({ [VGS]: answerOf('  vg0|wz--n-|1000|10\n', { exit: 5, stderr: '  Volume group "xenvg" is damaged\n' }) });
    expect(result).toMatchObject({ answered: true, facts: { groups: [{ name: 'vg0' }] }, unread: ['  Volume group "xenvg" is damaged'] });
  });

  test.each<[string, Record<string, Answer>, string]>([
    ['not root', { [VGS]: answerOf('', { exit: 5, stderr: '  WARNING: Running as a non-root user. Functionality may be unavailable.\n  /run/lock/lvm/P_global:aux: open failed: Permission denied\n' }) }, 'forbidden'],
    ['no device mapper', { [VGS]: answerOf('', { exit: 5, stderr: '  Is device-mapper driver missing from kernel?\n' }) }, 'down'],
    ['no cluster locking', { [VGS]: answerOf('', { exit: 5, stderr: '  Skipping clustered volume group\n  cluster locking is not available\n' }) }, 'down'],
    ['vgs hangs', { [VGS]: answerOf('', { status: 'timeout', exit: null }) }, 'no-answer'],
    ['lvs hangs', { [LVS]: answerOf('', { status: 'timeout', exit: null }) }, 'no-answer'],
    ['failed in silence', { [VGS]: answerOf('', { exit: 5 }) }, 'no-answer'],
    ['lvs fails', { [LVS]: answerOf('', { exit: 3, stderr: '  Unrecognised field: lv_attr\n' }) }, 'no-answer'],
    ['no row understood', { [VGS]: answerOf('  perfectly good soup\n') }, 'unreadable'],
  ])('%s: no facts', (_name, over, kind) => {
    expect(play(over).result).toMatchObject({ answered: false, kind });
  });
});

test('what LVM says beside its lists is bounded, and said once', () => {
  const noise = Array.from({ length: 90 }, (_, i) => `  WARNING: ${i % 60} ${'x'.repeat(500)}\n`).join('');
  const parsed = parseGroups(answerOf('  vg0|wz--n-|1000|10\n', { stderr: noise }), 'exit');
  if (!parsed.answered) throw new Error(parsed.why);
  expect(parsed.facts.messages).toHaveLength(50);
  expect(parsed.facts.messages[0]).toBe(`WARNING: 0 ${'x'.repeat(289)}`);
  expect(parsed.unread).toEqual([]);
});

describe('rows', () => {
  const groups = (text: string) => parseGroups(answerOf(text), 'words');
  const volumes = (text: string) => parseVolumes(answerOf(text), 'words');

  test.each<[string, object]>([
    ['  vg0|wz--nc|1000|10\n', { clustered: true, partial: false }],
    ['  vg0|wz--ns|1000|10\n', { clustered: false }],
    ['  vg0|r-xpn-|1000|10\n', { partial: true }],
    ['  vg0|1000|10|wz--n-\n', { sizeBytes: 1000, freeBytes: 10 }],
    ['  vg0:wz--n-:1000B:0 \n', { sizeBytes: 1000, freeBytes: 0 }],
    ['  VG|Attr|VSize|VFree\n  vg0|wz--n-|<200.00g|0 \n', { sizeBytes: 214_748_364_800, freeBytes: 0 }],
    ['{"report":[{"vg":[{"vg_name":"vg0","pv_count":"1","lv_count":"2","snap_count":"0","vg_attr":"wz--n-","vg_size":"1020.00m","vg_free":"0 "}]}]}', { sizeBytes: 1020 * MIB, freeBytes: 0, clustered: false }],
    ['  WARNING: VG vg0 is missing PV x.\n  {\n "report": [ {"vg":[{"vg_name":"vg0","vg_attr":"wz-pn-","vg_size":1000,"vg_free":null}]} ]\n  }\n', { sizeBytes: 1000, freeBytes: null, partial: true }],
  ])('group %j', (text, facts) => {
    expect(groups(text)).toMatchObject({ answered: true, facts: { groups: [{ name: 'vg0', ...facts }] }, unread: [] });
  });

  test.each<[string, object]>([
    ['-wi-------', { active: false, open: false, partial: false }],
    ['-wi-ao----', { active: true, open: true, partial: false }],
    ['-wi-d-', { active: false, open: false, partial: null }],
    ['swi-Io----', { active: true, open: true }],
    ['Vwi-aotz-k', { active: true, open: true, partial: false }],
    ['rwi-a-r-p-', { active: true, open: false, partial: true }],
    ['rwi-XXr-X-', { active: null, open: null, partial: null }],
    ['mwn-a-', { active: true, open: false, partial: null }],
  ])('volume %s', (attributes, facts) => {
    expect(volumes(`  web-root|vg1|${attributes}|1000\n`)).toMatchObject({ answered: true, facts: { volumes: [{ name: 'web-root', group: 'vg1', sizeBytes: 1000, attributes, ...facts }] }, unread: [] });
  });

  test.each(['  vg0|wz--n-|1000', '  vg0|wz--q-|1000|10', '  wz--n-', '  |wz--n-|1000|10', '  vg0|wz--n-|1000|10|7'])('%j is unread', (line) => {
    expect(groups(`  vg1|wz--n-|1000|10\n${line}\n`)).toMatchObject({ answered: true, facts: { groups: [{ name: 'vg1' }] }, unread: [line] });
  });

  test('a cell that is no size is null, and its row unread', () => {
    expect(groups('  vg0|wz--n-|lots|10\n')).toMatchObject({ answered: true, facts: { groups: [{ name: 'vg0', sizeBytes: null, freeBytes: 10 }] }, unread: ['vg0 wz--n- lots 10'] });
    expect(volumes('{"report":[{"lv":[{"lv_name":"web","lv_attr":"?"},{"lv_size":"4.00m"}]}]}')).toMatchObject({
      answered: true, facts: { volumes: [{ name: 'web', active: null }] }, unread: ['{"lv_size":"4.00m"}', 'web ?'],
    });
  });

  test.each<[string, Answer, string]>([
    ['an empty file proves nothing', answerOf(''), 'no-answer'],
    ["the JSON of lvs, read as vgs'", answerOf('{"report":[{"lv":[]}]}'), 'unreadable'],
    ['JSON that breaks off', answerOf('  {\n      "report": [\n          {\n              "vg": [\n'), 'cut'],
    ['a cut answer', answerOf('  vg0|wz--n-|1000|10\n', { status: 'cut' }), 'cut'],
    ['no such program', answerOf('', { stderr: 'sh: 1: vgs: not found\n', exit: 127 }), 'absent'],
    ['no such program, captured', answerOf('bash: vgs: command not found\n'), 'absent'],
  ])('%s: no groups', (_name, answer, kind) => {
    expect(parseGroups(answer, 'words')).toMatchObject({ answered: false, kind });
  });
});

test.each<[string, number | null]>([
  ['0', 0], ['0 ', 0], ['512', 512], ['512B', 512], ['8s', 4096], ['4.00m', 4 * MIB], ['4.00M', 4 * MIB], ['<4.00m', 4 * MIB], ['67.55 GB', 72_531_260_211],
  ['4.00 MiB', 4 * MIB], ['1.5', null], ['', null], ['-5', null], ['931,28 GiB', null], ['4.00x', null], ['9999999999999999999', null],
])('%j is %s bytes', (text, bytes) => {
  expect(bytesOf(text)).toBe(bytes);
});

describe('damaged reports', () => {
  const REPORT = '  vg0|wz-pn-|1069547520|792723456\n  vg1|wz--nc|5368709120|0\n';

  test('a token deleted or a line put in: no group vanishes in silence, none is mended', () => {
    for (let at = 0; at < REPORT.length; at += 1) {
      const parsed = parseGroups(answerOf(REPORT.slice(0, at) + REPORT.slice(at + 1)), 'exit');
      if (!parsed.answered) continue;
      const { facts: { groups }, unread } = parsed;
      if (groups.length < 2) expect(unread.length, `without character ${at}`).toBeGreaterThan(0);
      if (groups[0]?.name === 'vg0') expect(groups[0].partial, `without character ${at}`).not.toBe(false);
    }
    fc.assert(fc.property(fc.string({ minLength: 1, maxLength: 60, unit: 'grapheme-ascii' }).filter((line) => line.trim() !== '' && !/^\s*[{]/.test(line)), (line) => {
      expect(parseGroups(answerOf(`${REPORT}${line}\n`), 'exit')).toMatchObject({ answered: true, facts: { groups: [{ name: 'vg0' }, { name: 'vg1' }] }, unread: [line] });
    }));
  });

  test('JSON cut at any byte is no list', () => {
    const text = sampleText('lvm/2.02-lvs-json-doc.txt').trimEnd();
    for (let length = 0; length < text.length; length += 1) expect(parseVolumes(answerOf(text.slice(0, length)), 'words')).toMatchObject({ answered: false });
  });

  test('a megabyte of hostile lines is read at once', () => {
    const hostile = [`a${' '.repeat(4000)}b`, `${'|'.repeat(4000)}`, `${'-wi-ao|'.repeat(600)}`, `{${' '.repeat(4000)}`, `${'9'.repeat(4000)}.5g`];
    const text = Array.from({ length: 256 }, (_, i) => hostile[i % hostile.length] ?? '').join('\n');
    const started = performance.now();
    parseGroups(answerOf(text), 'exit');
    parseVolumes(answerOf(text.replaceAll('{', '(')), 'exit');
    expect(performance.now() - started).toBeLessThan(2000);
  });
});
