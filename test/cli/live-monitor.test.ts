// A changed inventory is taken up while the screen stays.
import { expect, it } from 'vitest';
import { replaceableMonitor } from '../../src/cli/live-monitor.ts';
import type { InventoryCluster } from '../../src/monitor/inventory.ts';
import type { Monitor } from '../../src/monitor/store.ts';
import { clusterOf, nodeView, snapshotOf } from './hand-made.ts';

const cluster = (...names: string[]): InventoryCluster => ({
  config: { name: 'homer', manager: 'auto', hypervisor: 'auto', readOnly: false },
  nodes: names.map((name) => ({ name, target: { name, host: name, transport: 'auto' }, sudo: false, power: { status: null, off: null, on: null } })),
  logs: [], services: [], notify: [],
});

/** Monitors that write down what was done to them; the first look of each is given by hand. */
function monitors() {
  const done: string[] = [];
  const looks = new Map<string, () => void>();
  const listeners = new Map<string, Set<() => void>>();
  const make = (of: InventoryCluster): Monitor => {
    const name = of.nodes.map((node) => node.name).join('+');
    const listening = new Set<() => void>();
    listeners.set(name, listening);
    const firstLook = new Promise<void>((resolve) => looks.set(name, resolve));
    const snapshot = snapshotOf(clusterOf(...of.nodes.map((node) => nodeView(node.name, 'x'))));
    return {
      firstLook,
      get: () => snapshot,
      subscribe: (listener) => {
        listening.add(listener);
        return () => listening.delete(listener);
      },
      start: () => void done.push(`start ${name}`),
      stop: async () => void done.push(`stop ${name}`),
      askAll: () => void done.push(`ask ${name}`),
      retry: (node) => void done.push(`retry ${node} of ${name}`),
    };
  };
  return { make, done, look: (name: string) => looks.get(name)?.(), listeners };
}

const shown = (monitor: Monitor): string => monitor.get().cluster.nodes.map((node) => node.name).join('+');

it('keeps the old one until the new one has looked', async () => {
  const { make, done, look, listeners } = monitors();
  const live = replaceableMonitor(cluster('a', 'b'), make);
  let told = 0;
  live.subscribe(() => (told += 1));
  live.start();
  const replaced = live.replace(cluster('a', 'c'));
  expect(shown(live)).toBe('a+b');
  live.askAll();
  look('a+c');
  await replaced;
  expect(shown(live)).toBe('a+c');
  expect(told).toBe(1);
  live.askAll();
  listeners.get('a+c')?.forEach((listener) => listener());
  expect(told).toBe(2);
  expect(listeners.get('a+b')?.size).toBe(0);
  await live.stop();
  expect(done).toEqual(['start a+b', 'start a+c', 'ask a+b', 'stop a+b', 'ask a+c', 'stop a+c']);
});

it('does nothing when nothing changed', async () => {
  const { make, done } = monitors();
  const live = replaceableMonitor(cluster('a'), make);
  await live.replace(cluster('a'));
  expect(done).toEqual([]);
});

it('a later change overtakes an earlier one', async () => {
  const { make, done, look } = monitors();
  const live = replaceableMonitor(cluster('a'), make);
  const first = live.replace(cluster('b'));
  const second = live.replace(cluster('c'));
  look('b');
  look('c');
  await Promise.all([first, second]);
  expect(shown(live)).toBe('c');
  expect(done).toEqual(['start b', 'stop b', 'start c', 'stop a']);
});

it('the end stops also the one that was coming', async () => {
  const { make, done, look } = monitors();
  const live = replaceableMonitor(cluster('a'), make);
  live.start();
  const replaced = live.replace(cluster('b'));
  await live.stop();
  look('b');
  await replaced;
  expect(done.filter((word) => word.startsWith('stop')).sort()).toEqual(['stop a', 'stop b']);
  expect(shown(live)).toBe('a');
});
