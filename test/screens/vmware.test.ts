// Machines of VMware Server on the map and in a node's detail: as domains of Xen are, with VMware's own words.
import { expect, test } from 'vitest';
import { judge } from '../../src/model/judge.ts';
import type { Cluster } from '../../src/model/cluster.ts';
import type { CockpitSnapshot } from '../../src/screens/props.ts';
import { mounted, perugia, runs, vmware } from '../model/perugia.ts';
import { NOW, silence, tell } from '../model/build.ts';
import { on, picture } from './picture.ts';

function snapshotOf(cluster: Cluster): CockpitSnapshot {
  const findings = judge(cluster, NOW).map((finding) => ({ ...finding, since: finding.since ?? NOW, openedAt: NOW, goneAt: null }));
  return { cluster, findings, at: NOW };
}

test('the map names the hypervisor, and every machine stands under the node that has it', () => {
  const lines = picture(snapshotOf(perugia()), { now: NOW });
  expect(lines).toContain('   VMware Server 1.0.1                            VMware Server 1.0.1');
  expect(lines).toContain('   ● charlie  running    -  64 M');
  expect(lines).toContain('   ● echo     running    - 256 M');
  expect(lines).toContain('                                                  ● delta    running    - 256 M');
  expect(lines).toContain('                                                  ● foxtrot  running    - 128 M');
});

test('a machine that waits or is suspended says so in its own word', () => {
  const lines = picture(snapshotOf(tell(perugia(), 'bravo', 'vmware-cmd', vmware('delta suspended', 'foxtrot stuck'))), { now: NOW });
  expect(lines).toContain('                                                  ○ delta    suspended    256 M');
  expect(lines).toContain('                                                  ▲ foxtrot  stuck        128 M');
});

test('a node in detail tells its machines; a silent one those it ran, and where they run now', () => {
  const detail = (cluster: Cluster, name: string): string[] => picture(snapshotOf(cluster), { now: NOW, columns: 120, rows: 36, ui: on({ screen: 'node', node: name }) });
  expect(detail(perugia(), 'bravo')).toContain(' runs          delta, foxtrot');
  const taken = runs(silence(perugia(), 'bravo', 60), 'alpha', ['Primary/Unknown', 'Primary/Unknown'], mounted('ALPHA', 'BRAVO'), vmware('charlie running', 'echo running', 'delta running', 'foxtrot off'));
  expect(detail(taken, 'bravo')).toContain(' it ran        delta (on alpha now), foxtrot');
});
