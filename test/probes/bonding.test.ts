// Network bonds, from the files of /proc/net/bonding.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Bond } from '../../src/model/linux-facts.ts';
import { bonding, capturedBonding, parseBond, parseBonding } from '../../src/probes/bonding.ts';
import { answerOf } from '../../src/probes/probe.ts';
import { sample, sampleText, samplesIn } from '../samples/sample.ts';

function read(text: string): { bond: Bond; unread: string[] } {
  const parsed = parseBond('bond0', answerOf(text, { exit: null }));
  if (!parsed.answered) throw new Error(parsed.why);
  return { bond: parsed.facts, unread: parsed.unread };
}

const member = (name: string, up: boolean, failures: number): Bond['members'][number] => ({ name, up, failures });

describe('samples', () => {
  test.each<[string, Omit<Bond, 'name'>]>([
    ['bonding-3.0.3-2006-round-robin', {
      mode: 'load balancing (round-robin)', up: true, active: null, members: [member('eth0', true, 0), member('eth1', true, 0), member('eth2', true, 0)], redundant: true,
    }],
    ['bonding-3.7.1-slave-down', {
      mode: 'fault-tolerance (active-backup) (fail_over_mac active)', up: true, active: 'eth2', members: [member('eth2', true, 0), member('eth1', false, 1)], redundant: false,
    }],
    ['bonding-empty-hw-address', {
      mode: 'fault-tolerance (active-backup)', up: true, active: 'eth2', members: [member('eth3', false, 2), member('eth2', true, 0)], redundant: false,
    }],
    ['bonding-no-active-aggregator', {
      mode: 'IEEE 802.3ad Dynamic link aggregation', up: false, active: null, members: [member('eth0', false, 0), member('eth1', false, 0)], redundant: false,
    }],
  ])('%s', (name, bond) => {
    expect(capturedBonding.parse(sample(`linux/${name}.txt`))).toEqual({ answered: true, ...bond, unread: [] });
  });

  test('every sample has its expectation', () => {
    expect(samplesIn('linux', '.txt').filter((name) => name.includes('bonding'))).toHaveLength(4);
  });
});

test('the probe reads all bonds, and names each after its file', () => {
  expect(bonding.files).toEqual(['/proc/net/bonding/*']);
  const parsed = parseBonding(new Map([
    ['/proc/net/bonding/bond1', answerOf(sampleText('linux/bonding-3.7.1-slave-down.txt'), { exit: null })],
    ['/proc/net/bonding/bond0', answerOf(sampleText('linux/bonding-3.0.3-2006-round-robin.txt'), { exit: null })],
    ['/proc/net/bonding/gone', answerOf('', { status: 'absent', exit: null })],
  ]));
  expect(parsed).toMatchObject({ answered: true, facts: { bonds: [{ name: 'bond0', redundant: true }, { name: 'bond1', redundant: false }] }, unread: [] });
});

test('a bond that cannot be read is not passed over', () => {
  const good = answerOf(sampleText('linux/bonding-3.0.3-2006-round-robin.txt'), { exit: null });
  expect(parseBonding(new Map([['/proc/net/bonding/bond0', good], ['/proc/net/bonding/bond1', answerOf('', { status: 'forbidden', exit: null })]]))).toMatchObject({
    answered: true, facts: { bonds: [{ name: 'bond0' }] }, unread: ['/proc/net/bonding/bond1: not readable by this account'],
  });
  expect(parseBonding(new Map([['/proc/net/bonding/bond1', answerOf('soup\n')]]))).toMatchObject({ answered: false, kind: 'unreadable' });
  expect(parseBonding(new Map())).toMatchObject({ answered: false, kind: 'absent', why: 'this node has no bonds' });
});

/** A pair as driver 3.0.1 of 2006 prints it. */
const PAIR = `Ethernet Channel Bonding Driver: v3.0.1 (January 9, 2006)

Bonding Mode: fault-tolerance (broadcast)
MII Status: up
MII Polling Interval (ms): 100
Up Delay (ms): 0
Down Delay (ms): 0

Slave Interface: eth2
MII Status: up
Link Failure Count: 3
Permanent HW addr: 00:50:8d:81:d2:83

Slave Interface: eth3
MII Status: up
Link Failure Count: 0
Permanent HW addr: 00:14:6c:cb:d5:c7
`;

/** 802.3ad as a kernel of today prints it, with its aggregator block in tabs. */
const LACP = `Ethernet Channel Bonding Driver: v6.1.0-56-amd64

Bonding Mode: IEEE 802.3ad Dynamic link aggregation
Transmit Hash Policy: layer2 (0)
MII Status: up
MII Polling Interval (ms): 100
Up Delay (ms): 0
Down Delay (ms): 0
Peer Notification Delay (ms): 0

802.3ad info
LACP active: on
LACP rate: fast
Min links: 0
Aggregator selection policy (ad_select): stable
System priority: 65535
System MAC address: 00:25:90:85:81:f2
Active Aggregator Info:
\tAggregator ID: 2
\tNumber of ports: 1
\tActor Key: 9
\tPartner Key: 1
\tPartner Mac Address: 00:00:00:00:00:00

Slave Interface: enp1s0f0
MII Status: down
Speed: Unknown
Duplex: Unknown
Link Failure Count: 2
Permanent HW addr: 00:25:90:85:81:f2
Slave queue ID: 0
Aggregator ID: 1
Actor Churn State: churned
Partner Churn State: churned
Actor Churned Count: 1
Partner Churned Count: 2
details actor lacp pdu:
    system priority: 65535
    system mac address: 00:25:90:85:81:f2
    port key: 0
    port priority: 255
    port number: 1
    port state: 71
details partner lacp pdu:
    system priority: 65535
    system mac address: 00:00:00:00:00:00
    oper key: 1
    port priority: 255
    port number: 1
    port state: 1

Slave Interface: enp1s0f1
MII Status: up
Link Failure Count: 2
`;

describe('forms', () => {
  test('a pair of 2006', () => {
    expect(read(PAIR)).toEqual({
      bond: { name: 'bond0', mode: 'fault-tolerance (broadcast)', up: true, active: null, members: [member('eth2', true, 3), member('eth3', true, 0)], redundant: true }, unread: [],
    });
  });

  test('802.3ad with LACP details', () => {
    expect(read(LACP)).toMatchObject({ bond: { up: true, members: [member('enp1s0f0', false, 2), member('enp1s0f1', true, 2)], redundant: false }, unread: [] });
  });

  test('an aggregator that is not active carries nothing, though MII says up', () => {
    expect(read(LACP.replace('Active Aggregator Info:', 'bond bond0 has no active aggregator'))).toMatchObject({ bond: { up: false, redundant: false }, unread: [] });
  });

  test.each<[string, string, string, Partial<Bond>]>([
    ['no member carries', 'MII Status: up', 'Currently Active Slave: None\nMII Status: down', { active: null, up: false, redundant: false }],
    ['a member on its way down', 'eth3\nMII Status: up', 'eth3\nMII Status: going down', { redundant: false, members: [member('eth2', true, 3), member('eth3', false, 0)] }],
    ['a member on its way back', 'eth3\nMII Status: up', 'eth3\nMII Status: going back', { redundant: false }],
    ['ARP instead of MII', 'MII Polling Interval (ms): 100', 'ARP Polling Interval (ms): 1000\nARP IP target/s (n.n.n.n form): 10.0.0.1, 10.0.0.2', { redundant: true }],
  ])('%s', (_name, from, to, bond) => {
    expect(read(PAIR.replace(from, to))).toMatchObject({ bond, unread: [] });
  });
});

describe('what is not understood is unread, and never redundant', () => {
  test.each<[string, string, string, Partial<Bond>]>([
    ['MII Status: sideways', 'eth3\nMII Status: up', 'eth3\nMII Status: sideways', { redundant: false }],
    ['MII Status: sideways', 'MII Status: up', 'MII Status: sideways', { up: null, redundant: false }],
    ['Slave Interface: eth2', 'Slave Interface: eth3', 'Slave Interface: eth2', { redundant: false, members: [member('eth2', true, 3)] }],
    ['Link Failure Count: many', 'Link Failure Count: 3', 'Link Failure Count: many', { members: [{ name: 'eth2', up: true, failures: null }, member('eth3', true, 0)] }],
    ['Mood: fine', 'Up Delay (ms): 0', 'Mood: fine', {}],
  ])('%s', (line, from, to, bond) => {
    const { bond: is, unread } = read(PAIR.replace(from, to));
    expect(is).toMatchObject(bond);
    expect(unread).toContain(line);
  });

  test('the line of a member lost: two statuses, neither believed', () => {
    expect(read(PAIR.replace('Slave Interface: eth3\n', ''))).toMatchObject({ bond: { members: [{ name: 'eth2', up: null }], redundant: false }, unread: ['MII Status: up'] });
  });

  test('cut anywhere, a bond that is not redundant does not become so', () => {
    for (const name of ['bonding-3.7.1-slave-down', 'bonding-empty-hw-address', 'bonding-no-active-aggregator']) {
      const text = sampleText(`linux/${name}.txt`);
      for (let length = 0; length < text.length; length += 1) {
        const parsed = parseBond('bond0', answerOf(text.slice(0, length)));
        if (parsed.answered) expect(parsed.facts.redundant, `${name} at ${length}`).toBe(false);
      }
      for (const token of text.matchAll(/\S+/g)) {
        const parsed = parseBond('bond0', answerOf(text.slice(0, token.index) + text.slice(token.index + token[0].length)));
        if (parsed.answered) expect(parsed.facts.redundant, `${name} without ${token[0]}`).toBe(false);
      }
    }
  });

  test('a line put in anywhere is unread', () => {
    const lines = PAIR.split('\n');
    fc.assert(fc.property(fc.string({ minLength: 1, maxLength: 60, unit: 'grapheme-ascii' }).filter((line) => line.trim() !== '' && !/^[A-Z8d\s]/.test(line)), fc.nat(lines.length - 1), (line, at) => {
      const parsed = parseBond('bond0', answerOf(lines.toSpliced(at, 0, line).join('\n')));
      if (!parsed.answered) return;
      expect(parsed.unread).toEqual([line.trimEnd()]);
      expect(parsed.facts).toMatchObject({ redundant: true, members: [member('eth2', true, 3), member('eth3', true, 0)] });
    }));
  });

  test('a megabyte of hostile lines is read at once', () => {
    const hostile = [`a${' '.repeat(4000)}b`, `Speed: ${' '.repeat(4000)}\u00a0x`, `${'a:'.repeat(2000)}`, `MII Status: ${' '.repeat(4000)}up`];
    const text = `Bonding Mode: x\n${Array.from({ length: 256 }, (_, i) => hostile[i % hostile.length] ?? '').join('\n')}`;
    const started = performance.now();
    parseBond('bond0', answerOf(text));
    expect(performance.now() - started).toBeLessThan(2000);
  });
});

test.each([
  ['no such bond', answerOf('cat: /proc/net/bonding/bond0: No such file or directory\n', { exit: 1 }), 'absent'],
  ['cut', answerOf(PAIR, { status: 'cut', exit: null }), 'cut'],
  ['empty', answerOf('\n'), 'cut'],
  ['something else', answerOf('perfectly good soup\n'), 'unreadable'],
])('%s: no facts', (_name, answer, kind) => {
  expect(parseBond('bond0', answer)).toMatchObject({ answered: false, kind });
});
