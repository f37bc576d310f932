// haresources as heartbeat reads it.
import { describe, expect, test } from 'vitest';
import type { HaResourceGroup } from '../../src/model/facts.ts';
import { answerOf } from '../../src/probes/probe.ts';
import { capturedHaResources, haresources, parseHaResources } from '../../src/probes/haresources.ts';
import { sample, sampleText } from '../samples/sample.ts';

function read(text: string): { groups: HaResourceGroup[]; unread: string[] } {
  const parsed = parseHaResources(answerOf(text));
  if (!parsed.answered) throw new Error(parsed.why);
  return { groups: parsed.facts.groups, unread: parsed.unread };
}

describe('files', () => {
  test('the sample of heartbeat 3.0.6 is all comments: no groups, and that is an answer', () => {
    expect(parseHaResources(sample('heartbeat/3.0.6-sample-haresources'))).toEqual({ answered: true, facts: { groups: [] }, unread: [] });
  });

  test('the same with its examples switched on', () => {
    const text = sampleText('heartbeat/3.0.6-sample-haresources').replace(/^#((?:just\.linux-ha\.org|node1)\s)/gm, '$1');
    expect(read(text)).toEqual({
      groups: [
        { preferred: 'just.linux-ha.org', members: ['135.9.216.110'] },
        { preferred: 'just.linux-ha.org', members: ['135.9.216.110', 'http'] },
        { preferred: 'just.linux-ha.org', members: ['135.9.216.110', '135.9.215.111', '135.9.216.112', 'httpd'] },
        { preferred: 'just.linux-ha.org', members: ['135.9.216.3/28/eth0/135.9.216.12', 'httpd'] },
        { preferred: 'node1', members: ['10.0.0.170', 'Filesystem::/dev/sda1::/data1::ext2'] },
      ],
      unread: [],
    });
  });

  test('the two groups of the HOWTO of 2006', () => {
    const text = 'skylla drbddisk::domain1 haxendomains::domain1\ncharybda drbddisk::domain2 haxendomains::domain2\n';
    const groups = [
      { preferred: 'skylla', members: ['drbddisk::domain1', 'haxendomains::domain1'] },
      { preferred: 'charybda', members: ['drbddisk::domain2', 'haxendomains::domain2'] },
    ];
    expect(haresources.parse(new Map([['/etc/ha.d/haresources', answerOf(text, { exit: null })]]))).toEqual({ answered: true, facts: { groups }, unread: [] });
    expect(capturedHaResources.parse(answerOf(text))).toEqual({ answered: true, groups, unread: [] });
  });
});

describe('lines', () => {
  test.each<[string, HaResourceGroup[]]>([
    ['alpha drbddisk::drbd0 \\\n\tFilesystem::/dev/drbd0::/srv::ext3 \\\n\t10.0.0.5\n', [{ preferred: 'alpha', members: ['drbddisk::drbd0', 'Filesystem::/dev/drbd0::/srv::ext3', '10.0.0.5'] }]],
    ['alpha\\\n 10.0.0.5\n', [{ preferred: 'alpha', members: ['10.0.0.5'] }]],
    ['# a comment is not continued \\\nalpha 10.0.0.5\n', [{ preferred: 'alpha', members: ['10.0.0.5'] }]],
    ['\talpha   10.0.0.5   # the address\n', [{ preferred: 'alpha', members: ['10.0.0.5'] }]],
    ['alpha 10.0.0.5\nalpha 10.0.0.6\n', [{ preferred: 'alpha', members: ['10.0.0.5'] }, { preferred: 'alpha', members: ['10.0.0.6'] }]],
    ['alpha 10.0.0.5', [{ preferred: 'alpha', members: ['10.0.0.5'] }]],
  ])('%j', (text, groups) => {
    expect(read(text)).toEqual({ groups, unread: [] });
  });

  test('a node without resources, or no node at all, is unread', () => {
    expect(read('alpha 10.0.0.5\nbravo\n10/8: what\n--help me\n')).toEqual({ groups: [{ preferred: 'alpha', members: ['10.0.0.5'] }], unread: ['bravo', '10/8: what', '--help me'] });
  });

  test('a file that ends in the middle of a group says so', () => {
    expect(read('alpha 10.0.0.5 \\\n')).toEqual({ groups: [{ preferred: 'alpha', members: ['10.0.0.5'] }], unread: ['alpha 10.0.0.5  '] });
  });
});

test.each([
  ['absent', answerOf('', { status: 'absent', exit: null }), 'absent'],
  ['cut', answerOf('alpha 10.0.0.5\n', { status: 'cut', exit: null }), 'cut'],
  ['empty', answerOf(''), 'cut'],
  ['the words of cat', answerOf('cat: /etc/ha.d/haresources: No such file or directory\n'), 'absent'],
])('%s: no facts', (_name, answer, kind) => {
  expect(parseHaResources(answer)).toMatchObject({ answered: false, kind });
});
