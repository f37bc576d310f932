// What the parsers of the machine's own tools give, held against the JSON contract for every sample.
import { expect, test } from 'vitest';
import { capturedParsers } from '../../src/probes/all.ts';
import { PARSED } from '../cli/contract.ts';
import { sample } from '../samples/sample.ts';

const BOND = ['linux/bonding-3.0.3-2006-round-robin.txt', 'linux/bonding-3.7.1-slave-down.txt', 'linux/bonding-empty-hw-address.txt', 'linux/bonding-no-active-aggregator.txt'];

test.each<[keyof typeof PARSED, string]>([
  ['mdstat', 'linux/mdstat-delayed-and-recovery.txt'], ['mdstat', 'linux/2.6.15/mdstat'],
  ...BOND.map((name): ['bonding', string] => ['bonding', name]),
  ['vgs', 'lvm/2.02.66-vgs-partial.txt'], ['vgs', 'lvm/2.03-vgs-none.txt'], ['vgs', 'lvm/alpha-99-session.lvs-vgs-pvs.txt'],
  ['lvs', 'lvm/2.02-lvs-json-doc.txt'], ['lvs', 'lvm/2.03-lvs-json-none.txt'], ['lvs', 'lvm/lvs-separator-semicolon.txt'], ['lvs', 'lvm/alpha-99-session.lvs-vgs-pvs.txt'],
])('crashcart parse %s on %s', (name, file) => {
  const parser = capturedParsers.find((each) => each.name === name);
  const checked = PARSED[name].safeParse({ schema: 'crashcart/parse/1', ...parser?.parse(sample(file)) });
  expect(checked.error).toBeUndefined();
});
