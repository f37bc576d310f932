// A monitor over one node, for tests: with the hand clock and a fake node, or with real shells.
import type { NodeView, Observation } from '../../../src/model/cluster.ts';
import type { FactName } from '../../../src/model/facts.ts';
import { systemClock } from '../../../src/monitor/clock.ts';
import type { InventoryNode } from '../../../src/monitor/inventory.ts';
import { createMonitor } from '../../../src/monitor/monitor.ts';
import type { LiveMonitor, MonitorOptions } from '../../../src/monitor/monitor.ts';
import { FakeNode } from './fake-node.ts';
import { HandClock } from './hand-clock.ts';
import { PROBES } from './probes.ts';

export const CONFIG = { name: 'perugia', manager: 'auto', hypervisor: 'auto', readOnly: false } as const;

export function inventoryNode(name: string): InventoryNode {
  return { name, target: { name, host: name, transport: 'auto' }, sudo: false, power: { status: null, off: null, on: null } };
}

export class Live {
  readonly monitor: LiveMonitor;
  constructor(options: Pick<MonitorOptions, 'transportFor'> & Partial<MonitorOptions>) {
    this.monitor = createMonitor({
      config: CONFIG, nodes: [inventoryNode('alpha')], logs: [], probes: PROBES, clock: systemClock, random: () => 0.5, judge: () => [], ...options,
    });
  }

  get view(): NodeView {
    const [view] = this.monitor.get().cluster.nodes;
    if (!view) throw new Error('no node');
    return view;
  }

  fact(name: FactName): Observation<unknown> {
    const fact = this.view.facts[name];
    if (!fact) throw new Error(`nothing of ${name} yet`);
    return fact;
  }
}

/** A started monitor over a fake node, all in this process and on a clock turned by hand. */
export function fakeLive(prepare: (node: FakeNode) => void = () => undefined, options: Partial<MonitorOptions> = {}): { clock: HandClock; node: FakeNode; live: Live } {
  const clock = new HandClock();
  const node = new FakeNode(() => clock.now());
  node.files.set('/proc/drbd', '8.4.11');
  node.programs.set('xm', () => ({ stdout: 'xm\n' }));
  node.programs.set('date', () => ({ stdout: `${Math.floor(clock.now() / 1000)} 000000000 +0000\n` }));
  prepare(node);
  const live = new Live({ clock, transportFor: () => node.transport(), ...options });
  live.monitor.start();
  return { clock, node, live };
}
