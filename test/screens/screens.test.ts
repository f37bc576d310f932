// Timeline, Findings and Node detail, and the maps of one, three and many nodes: whole lines written by hand.
import { describe, expect, test } from 'vitest';
import { charybda, finding, logLine, minor, node, NOW, skylla, snapshot, xenDomain } from './build.ts';
import { on, picture } from './picture.ts';
import { typed, START } from '../../src/screens/state.ts';
import { DEAD, HEALTHY, REFUSED } from './scenes.ts';

describe('timeline', () => {
  const log = [
    logLine('23:59:58', 'Link charybda:eth0 dead.', 'link-dead', '2007-02-14'), logLine('11:02:11', 'mach_down takeover complete.', 'takeover-complete'),
  ];
  const scene = snapshot([skylla({ log, clock: { offsetSeconds: 0.02, errorSeconds: 0.01, zoneMinutes: 0, at: NOW } }), charybda({ clock: { offsetSeconds: -0.31, errorSeconds: 0.01, zoneMinutes: 0, at: NOW } })]);
  const body = (ui = {}) => picture(scene, { ui: { ...on({ screen: 'timeline' }), ...ui } });

  test('one clock, days apart, the clocks of the nodes in the title', () => {
    expect(body()[2]).toBe('─ Timeline   skylla +0.02 s ±0.01   charybda -0.31 s ±0.01 ────────── / filter ─');
    expect(body().slice(3, 9)).toEqual([
      '  TIME        NODE      SOURCE  WHAT',
      '─ 14 Feb ───────────────────────────────────────────────────────────────────────',
      ' 23:59:58   ▲ skylla    ha-log  Link charybda:eth0 dead.',
      '─ 15 Feb ───────────────────────────────────────────────────────────────────────',
      '>11:02:11   ✔ skylla    ha-log  mach_down takeover complete.',
      '',
    ]);
  });

  test('f leaves the faults, t counts back from now', () => {
    const lines = body({ faultsOnly: true, relativeTimes: true });
    expect(lines[2]).toMatch(/^─ Timeline, faults only /);
    expect(lines.slice(4, 6)).toEqual(['>-11:22:35  ▲ skylla    ha-log  Link charybda:eth0 dead.', '']);
  });

  test('of thousands of lines those around the selected one are drawn, the rest is counted', () => {
    const many = snapshot([skylla({ log: Array.from({ length: 3000 }, (_, at) => logLine('11:00:00', `line ${at}`)) }), charybda()]);
    const last = picture(many, { ui: on({ screen: 'timeline' }) });
    expect(last[4]).toBe('   2982 more');
    expect(last[22]).toBe('>11:00:00   · skylla    ha-log  line 2999');
    const id = `skylla ha-log ${Date.UTC(2007, 1, 15, 11)} heartbeat: 2007-02-15_11:00:00 info: line 1500 1`;
    const middle = picture(many, { ui: { ...on({ screen: 'timeline' }), selected: { map: null, findings: null, timeline: id } } });
    expect([middle[4], middle[13], middle[22]]).toEqual(['   1492 more', '>11:00:00   · skylla    ha-log  line 1500', '   1491 more']);
  });

  test('lines of an earlier day whose rule is out of sight have the day over their times', () => {
    const old = snapshot([skylla({ log: Array.from({ length: 60 }, (_, at) => logLine('04:00:00', `line ${at}`, 'other', '2007-02-14')) }), charybda()]);
    const lines = picture(old, { ui: on({ screen: 'timeline' }) });
    expect(lines[3]).toBe('  14 Feb      NODE      SOURCE  WHAT');
  });

  test('a filter says how many it leaves, and when it is none', () => {
    const filtered = typed({ ...START, ...on({ screen: 'timeline' }) }, 'MACH_');
    expect(body(filtered)[22]).toBe(' / MACH_                                            1 of 2  / change  esc clear');
    const broken = { ...typed(filtered, 'MACH_['), filter: { ...typed(filtered, 'MACH_[').filter, editing: true } };
    expect(body(broken)[22]).toContain('no regular expression: ');
    expect(body(broken).filter((line) => line.includes('mach_down'))).toHaveLength(1);
  });
});

describe('findings', () => {
  test('what follows from a cause stands beneath it; below, the selected one in four words', () => {
    expect(picture(DEAD, { ui: on({ screen: 'findings' }) }).slice(2, 16)).toEqual([
      '─ Findings ───────────────────────────────────────── enter go there   f faults ─',
      '>✘ node.dead          charybda is dead since 11:19:23, on all 3 paths.    3:10',
      '   └ replica.degraded domain1  has one good copy, on skylla, for 3:10.    3:10',
      '   └ replica.degraded domain2  has one good copy, on skylla, for 3:10.    3:10',
      '   └ group.misplaced  charybda runs on skylla for 2:38.                   2:38',
      ' ◆ fencing.none       homer    has no STONITH device.                     12 d',
      '',
      '─ node.dead   charybda ────────────────────────────────────────────── critical ─',
      ' Fact         charybda is dead since 11:19:23, on all 3 paths.',
      ' Seen by      ssh (here): no answer since 11:19:22',
      '              skylla: nodestatus dead, eth0 dead, ttyS0 dead',
      ' Consequence  Its group runs on skylla.',
      ' What to do   Make sure it is off before you power it on again.',
      '',
    ]);
  });

  test('a finding that is over stays for a while as what it was', () => {
    const over = snapshot([skylla(), charybda()], [finding('replica.syncing', 'warning', 'domain2', 'domain2 is copying.', 44, { goneAt: NOW - 2000 })]);
    const lines = picture(over, { ui: on({ screen: 'findings' }) });
    expect(lines[3]).toBe('>✔ replica.syncing    domain2  is copying.                     gone after 0:42');
    expect(lines[0]).toMatch(/^ ● OK /);
  });

  test('two that name each other as their cause are both listed', () => {
    const circle = snapshot([skylla(), charybda()], [
      finding('link.down', 'warning', 'a', 'a is down.', 9, { because: 'link.down b' }), finding('link.down', 'warning', 'b', 'b is down.', 9, { because: 'link.down a' }),
    ]);
    const text = picture(circle, { ui: on({ screen: 'findings' }) }).join('\n');
    expect(text).toContain('a        is down.');
    expect(text).toContain('b        is down.');
  });

  test('none at all is said, not shown as an empty screen', () => {
    expect(picture(snapshot([skylla(), charybda()]), { ui: on({ screen: 'findings' }) })[3]).toBe(' Nothing wrong is known.');
  });
});

test('what is gone is told beside the fact, never glued to it; a subject is not named twice', () => {
  const gone = finding('domain.twice', 'critical', 'domain2', `domain2 runs on ${'skylla and charybda '.repeat(3)}at once.`, 9, { goneAt: NOW });
  const skew = finding('clock.skew', 'warning', 'charybda', "charybda's clock is 366 d ahead of skylla's.", 9, {
    consequence: 'Times here are corrected; logs on the node are not, whatever they say.',
  });
  const lines = picture(snapshot([skylla(), charybda()], [skew, gone]), { ui: on({ screen: 'findings' }) });
  expect(lines[1]).toBe(" charybda's clock is 366 d ahead of skylla's. Times here are corrected.");
  expect(lines[3]).toBe(">▲ clock.skew         charybda clock is 366 d ahead of skylla's.           9 s");
  expect(lines[4]).toMatch(/ ✔ domain.twice       domain2  runs on skylla and charybda s\S*… gone after 0:09$/);
});

test('20x5: what is wrong, what the window lacks, how to leave', () => {
  expect(picture(DEAD, { columns: 20, rows: 5 })).toEqual([' ✘ charybda is dead…', ' crashcart needs', ' 60x16, has 20x5', ' q quit', '']);
});

describe('node detail', () => {
  test('a node that answers', () => {
    expect(picture(HEALTHY, { ui: on({ screen: 'node', node: 'skylla' }) }).slice(2, 21)).toEqual([
      '─ Node skylla ────────────────────────────────────── [ ] other node   esc back ─',
      ' ● online up 12 d',
      '   heartbeat   Xen   kernel 2.6.16.29-xen   2 cpu   up 12 d',
      '',
      ' heard on      ssh ●   eth0 ●   ttyS0 ●',
      ' charybda says active',
      ' load          0.40 0.30 0.20   cpu 14 %   mem 576/1024 MB   swap 0 B',
      ' replicas      ● domain1 Primary Consistent Connected',
      '               ○ domain2 Secondary Consistent Connected',
      ' runs          domain1',
      ' groups        skylla started on skylla',
      ' asked         vitals 1 s   proc-drbd 1 s   xen-list 1 s   cl-status 1 s',
      '               drbd-conf 1 s   haresources 1 s',
      '',
      '─ last lines of skylla ─────────────────────────────────── 2007-02-15_11:02:11 ─',
      ' 11:02:11  ✔ skylla    ha-log  Resources acquired from skylla complete.',
      ' 10:58:04  · skylla    ha-log  Link charybda:eth0 up.',
      ' 10:57:01  · skylla    ha-log  Version 2 support: no',
      '',
    ]);
  });

  test('a dead one: its last words, with when they were said', () => {
    const lines = picture(DEAD, { ui: on({ screen: 'node', node: 'charybda' }) });
    expect(lines[3]).toBe(' ✘ dead for 3:10   last words 11:19:22 (what is below is of then)');
    expect(lines).toContain(' heard on      ssh ✘   eth0 ✘   ttyS0 ✘');
    expect(lines).toContain(' skylla says   dead');
    expect(lines).toContain(' it ran        domain2 (on skylla now)');
  });

  test('one that waits for the operator says what to do', () => {
    const lines = picture(REFUSED, { ui: on({ screen: 'node', node: 'charybda' }) });
    expect(lines[4]).toBe('   charybda refused the login of root; type: ssh charybda');
    expect(lines[5]).toBe('   enter tries again; nothing is tried before.');
  });

  test('what does not fit is counted, and a page further on', () => {
    const at = (scroll: number) => picture(HEALTHY, { columns: 80, rows: 16, ui: { ...on({ screen: 'node', node: 'skylla' }), scroll: { node: scroll, help: 0 } } });
    expect(at(0)[14]).toMatch(/^ \d+ more lines$/);
    expect(at(99)[14]).not.toMatch(/more lines/);
  });

  test('one that left the inventory', () => {
    expect(picture(HEALTHY, { ui: on({ screen: 'node', node: 'gone' }) })[3]).toBe(' gone is no longer in the inventory.');
  });
});

describe('maps of other sizes', () => {
  const many = (count: number) => snapshot(Array.from({ length: count }, (_, at) => node(`n${String(at + 1).padStart(2, '0')}`, {
    minors: at < 2 ? [minor(0, at === 0 ? 'Primary' : 'Secondary')] : [], domains: [xenDomain(`vm${at + 1}`, 1, 128)],
  })), [], 'pool');

  test('three nodes: columns with tracks', () => {
    const lines = picture(many(3));
    expect(lines[3]).toBe('   REPLICA   STATE    CPU   MEM >● n01          ● n02          ● n03');
    expect(lines.find((line) => line.includes('drbd0'))).toBe(' ● drbd0     ok                  ●━━━ drbd0 ━━━▶○');
    expect(lines.find((line) => line.includes('vm3'))).toBe(' ● vm3       running  0 % 128 M                                ● runs here');
  });

  test('twelve nodes: a grid, worst first', () => {
    const scene = many(12);
    const nodes = scene.cluster.nodes.map((view, at) => (at === 6 ? { ...view, link: { state: 'silent' as const, since: NOW - 19_000, says: 'no answer' } } : view));
    const lines = picture({ ...scene, cluster: { ...scene.cluster, nodes } });
    expect(lines[3]).toMatch(/^ {3}NODE {3}STATE/);
    expect(lines[4]).toMatch(/^>\? n07 /);
    expect(lines[5]).toMatch(/^ ● n01 /);
  });

  test('one node: lines', () => {
    expect(picture(many(1))[3]).toBe('>● n01    online   cpu 14 %  mem  576/1024');
  });
});
