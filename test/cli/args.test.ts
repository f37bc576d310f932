// The command line as a value, and the sentence for what it cannot be.
import { describe, expect, it } from 'vitest';
import { parseCommandLine } from '../../src/cli/args.ts';
import type { Invocation } from '../../src/cli/args.ts';

const words = (line: string): string[] => line.split(' ').filter((word) => word !== '');

describe('what is asked for', () => {
  it.each<[string, Partial<Invocation>]>([
    ['', { command: 'cockpit', words: [] }],
    ['alpha bravo', { command: 'cockpit', words: ['alpha', 'bravo'] }],
    ['status', { command: 'status', words: [] }],
    ['status --json perugia', { command: 'status', json: true, words: ['perugia'] }],
    ['status perugia --oneline', { command: 'status', oneline: true, words: ['perugia'] }],
    ['--inventory f.yaml status', { command: 'status', inventory: 'f.yaml' }],
    ['status --inventory=f.yaml', { command: 'status', inventory: 'f.yaml' }],
    ['status --inventory f.yaml --json', { command: 'status', inventory: 'f.yaml', json: true }],
    ['-- status', { command: 'cockpit', words: ['status'] }],
    ['--inventory f.yaml -- plan', { command: 'cockpit', words: ['plan'], inventory: 'f.yaml' }],
    ['status -- status', { command: 'status', words: ['status'] }],
    ['--ascii --size 60x16 alpha', { command: 'cockpit', ascii: true, size: { columns: 60, rows: 16 }, words: ['alpha'] }],
    ['parse proc-drbd f --exit 20 --stderr e', { command: 'parse', words: ['proc-drbd', 'f'], exit: 20, stderr: 'e' }],
    ['parse --list', { command: 'parse', list: true }],
    ['watch --json', { command: 'watch', json: true }],
    ['doctor', { command: 'doctor' }],
    ['demo homer --serve', { command: 'demo', words: ['homer'], serve: true, hurry: 1, seed: null, drill: null }],
    ['demo perugia --hurry 20 --seed 7 --drill power-cut', { command: 'demo', words: ['perugia'], serve: false, hurry: 20, seed: 7, drill: 'power-cut' }],
    ['demo --list --json', { command: 'demo', list: true, json: true }],
    ['--color never', { command: 'cockpit', color: 'never' }],
    ['--help', { command: 'help' }],
    ['-h', { command: 'help' }],
    ['status --help', { command: 'help' }],
    ['--version', { command: 'version' }],
    ['help', { command: 'help' }],
  ])('crashcart %s', (line, wanted) => {
    expect(parseCommandLine(words(line))).toMatchObject({ ok: true, ...wanted });
  });
});

describe('what is refused, with exit 64', () => {
  it.each<[string, RegExp]>([
    ['--jsn', /^option --jsn is not taken here; there are /],
    ['status --jsn', /^option --jsn is not taken by status; there is --json$/],
    ['--json', /^option --json is not taken here; there /],
    ['parse --oneline', /^option --oneline is not taken by parse; there/],
    ['--color', /^option --color needs a value; write --color=VALUE$/],
    ['--color sometimes', /^--color sometimes is not known; there are auto, always and never$/],
    ['--inventory', /^option --inventory needs a value/],
    ['--inventory --json status', /^option --inventory needs a value|^option --json is not taken here/],
    ['--size 80', /^--size 80 is no size; write COLUMNSxROWS, as in --size 80x24$/],
    ['--size 0x24', /is no size/],
    ['--ascii=yes', /^option --ascii takes no value; write --ascii alone$/],
    ['parse proc-drbd --exit x', /^--exit x is no exit status; write a number from 0 to 255$/],
    ['parse proc-drbd --exit 256', /is no exit status/],
    ['plan takeover --param node=bravo', /^plan is not in this version yet; there are status, watch, /],
    ['runs', /^runs is not in this version yet; .*\(a node of that name: crashcart -- runs\)$/],
  ])('crashcart %s', (line, says) => {
    const refused = parseCommandLine(words(line));
    expect(refused).toMatchObject({ ok: false, exit: 64 });
    expect(!refused.ok && refused.says).toMatch(says);
  });

  it.each([[['']], [['a\nb']], [['a\u001b[31m']]])('%j', (args) => {
    expect(parseCommandLine(args)).toMatchObject({ ok: false, exit: 64 });
  });
});
