// `status` says how things are: through everything that can happen to the two simulated installations.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { run } from '../cli/program.ts';
import { differences } from '../support/agreement.ts';
import type { SaidStatus } from '../support/agreement.ts';
import { serveDemo } from '../support/served-demo.ts';
import type { ServedDemo } from '../support/served-demo.ts';
import type { Truth } from '../../src/simulator/world/truth.ts';

/** What is done to the world, and what must be true after it besides that status says so. */
interface Moment {
  what: string;
  lines: readonly string[];
  truth: (truth: Truth) => unknown;
  is: unknown;
  /** Finding codes that status must have, and the health. */
  findings: readonly string[];
  health: string;
}

interface Table {
  scene: string;
  moments: readonly Moment[];
}

const side = (truth: Truth, resource: string, node: string): string => {
  const one = truth.replicas[resource]?.[node];
  return `${one?.connection ?? ''} ${one?.role ?? ''} ${one?.disk ?? ''}`;
};
const runsOn = (truth: Truth): string => Object.entries(truth.domains).map(([name, domain]) => `${name}@${domain.on.join('+')}`).join(' ');

const PERUGIA: Table = {
  scene: 'perugia',
  moments: [
    { what: 'healthy', lines: [], truth: runsOn, is: 'charlie@alpha echo@alpha delta@bravo foxtrot@bravo', findings: [], health: 'ok' },
    { what: 'replication link cut', lines: ['cut bond1', 'wait 40'], truth: (truth) => side(truth, 'drbd1', 'bravo'), is: 'WFConnection Primary Consistent', findings: ['link.down', 'replica.degraded'], health: 'warning' },
    { what: 'link mended', lines: ['write delta', 'heal bond1', 'wait 60'], truth: (truth) => [side(truth, 'drbd1', 'alpha'), side(truth, 'drbd1', 'bravo')], is: ['Connected Secondary Consistent', 'Connected Primary Consistent'], findings: [], health: 'ok' },
    { what: 'power cut', lines: ['power-cut bravo', 'wait 240'], truth: runsOn, is: 'charlie@alpha echo@alpha delta@alpha foxtrot@alpha', findings: ['node.dead'], health: 'critical' },
    { what: 'power back, copied, gone home', lines: ['power-on bravo', 'wait 600'], truth: (truth) => [runsOn(truth), truth.lostWrites.length], is: ['charlie@alpha echo@alpha delta@bravo foxtrot@bravo', 0], findings: [], health: 'ok' },
    { what: 'hang', lines: ['hang alpha', 'wait 240'], truth: (truth) => [truth.nodes['alpha']?.power, truth.groups['alpha']?.holders.includes('bravo')], is: ['on', true], findings: ['node.dead'], health: 'critical' },
    { what: 'hung node off and on', lines: ['power-cut alpha', 'power-on alpha', 'wait 600'], truth: runsOn, is: 'charlie@alpha echo@alpha delta@bravo foxtrot@bravo', findings: [], health: 'ok' },
    { what: 'disk error under a Primary', lines: ['disk-error bravo drbd1', 'write delta', 'wait 30'], truth: (truth) => runsOn(truth), is: 'charlie@alpha echo@alpha delta@bravo foxtrot@bravo', findings: ['replica.diskless'], health: 'critical' },
  ],
};

const HOMER: Table = {
  scene: 'homer',
  moments: [
    { what: 'healthy', lines: [], truth: runsOn, is: 'domain1@skylla domain2@charybda', findings: [], health: 'ok' },
    { what: 'replication link cut', lines: ['cut eth1', 'wait 40'], truth: (truth) => side(truth, 'domain2', 'skylla'), is: 'WFConnection Secondary Consistent', findings: ['link.down', 'replica.degraded'], health: 'warning' },
    { what: 'link mended', lines: ['heal eth1', 'wait 60'], truth: (truth) => side(truth, 'domain2', 'skylla'), is: 'Connected Secondary Consistent', findings: [], health: 'ok' },
    { what: 'power cut', lines: ['power-cut charybda', 'wait 120'], truth: runsOn, is: 'domain1@skylla domain2@skylla', findings: ['node.dead'], health: 'critical' },
    { what: 'power back, copied, gone home', lines: ['power-on charybda', 'wait 600'], truth: (truth) => [runsOn(truth), truth.lostWrites.length], is: ['domain1@skylla domain2@charybda', 0], findings: [], health: 'ok' },
  ],
};

describe.each([PERUGIA, HOMER])('status of $scene equals its truth', ({ scene, moments }) => {
  let demo: ServedDemo;
  beforeAll(async () => {
    demo = await serveDemo(scene, '--seed', '7');
  });
  afterAll(async () => {
    expect(await demo.stop()).toBe(0);
  });

  it.each(moments)('$what', async ({ lines, truth, is, findings, health }) => {
    for (const line of lines) await demo.done(line);
    // What moves is looked at again: status takes about a second, and the slower probes ask every ten.
    let wrong: string[] = ['not looked at'];
    let said: SaidStatus | null = null;
    for (let tries = 0; tries < 12 && wrong.length > 0; tries += 1) {
      const ran = await run(['status', '--json', '--inventory', demo.inventoryFile]);
      expect(ran.stderr).toBe('');
      said = JSON.parse(ran.stdout) as SaidStatus;
      wrong = differences(said, await demo.truth());
    }
    expect(wrong).toEqual([]);
    expect(truth(await demo.truth())).toEqual(is);
    expect(said?.health, JSON.stringify(said?.findings)).toBe(health);
    const codes = new Set(said?.findings.filter((finding) => finding.severity !== 'info').map((finding) => finding.code));
    if (health === 'ok') expect([...codes]).toEqual([]);
    for (const code of findings) expect([...codes]).toContain(code);
  }, 90_000);
});
