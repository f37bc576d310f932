// The two-node map, whole lines against the pictures written by hand.
import { describe, expect, test } from 'vitest';
import { charybda, finding, minor, NO_FENCING, NOW, node, seen, skylla, snapshot, xenDomain } from './build.ts';
import { picture } from './picture.ts';
import { ASKING, COPYING, DEAD, HEALTHY, REFUSED, SILENT, SPLIT } from './scenes.ts';

const NODES = [
  '>● skylla   online    up 12 d ●━━ eth0   up ━━● ● charybda online    up 12 d',
  '   heartbeat                  ●━━ ttyS0  up ━━●   heartbeat',
  '   Xen                                            Xen',
  '   cpu █░░░░░░░  14 %                             cpu █░░░░░░░   5 %',
  '   mem ████░░░░  576/1024 MB                      mem █████░░░  640/1024 MB',
  '',
];
const HOME_SKYLLA = [
  '─ group skylla   started, at home ──────────────────────────── domain1  0.7.23 ─',
  ' ● Primary    Consistent      ━ C Connected ━━▶ ○ Secondary  Consistent',
  '   ● domain1  running  3 % 256 M',
  '',
];
const TITLE = '─ Map ──────────── enter open   tab panel   [ ] sibling   e finding   f faults ─';
const TIMELINE = '─ Timeline ───────────────────────────────────────────────────────────── 5 all ─';
const LOG = [
  ' 11:02:11  ✔ skylla    ha-log  Resources acquired from skylla complete.',
  ' 10:58:04  · skylla    ha-log  Link charybda:eth0 up.',
  ' 10:57:01  · skylla    ha-log  Version 2 support: no',
];
const FOOTER = ' 1 MAP 5 Timeline 6 Findings                                       ? help q quit';

describe('80x24', () => {
  test('healthy: arrows run from Primary to Secondary, domains stand under the side where they run', () => {
    expect(picture(HEALTHY)).toEqual([
      ' ● OK         homer   2 nodes  2 replicas  2 domains        facts 1 s   11:22:33',
      ' Everything runs at home on two good copies.   1 note: no fencing (6)',
      TITLE, ...NODES, ...HOME_SKYLLA,
      '─ group charybda   started, at home ────────────────────────── domain2  0.7.23 ─',
      ' ○ Secondary  Consistent      ◀━━ C Connected ━ ● Primary    Consistent',
      '                                                  ● domain2  running 11 % 256 M',
      '', TIMELINE, ...LOG, '', '', FOOTER,
    ]);
  });

  test('copying: the bar stands in the arrow and fills towards the side that receives', () => {
    expect(picture(COPYING)).toEqual([
      ' ▲ WARNING    homer   2 nodes  2 replicas  2 domains        facts 1 s   11:22:33',
      ' domain2 is copying from charybda to skylla for 0:42: 42 %, 0:25 left.',
      TITLE, ...NODES, ...HOME_SKYLLA,
      '─ group charybda   started, at home ────────────────────────── domain2  0.7.23 ─',
      ' ▲ Secondary  Inconsistent    ◀ C ░░░░███ 42 %  ● Primary    Consistent',
      '   not usable until 11:22:58   12 MB/s 0:25 left  ● domain2  running 22 % 256 M',
      '   297 of 512 MB to come       one copy 0:42',
      '', TIMELINE, ...LOG, '', FOOTER,
    ]);
  });

  test('a domain on the left is readable to its end, also beside a note', () => {
    const domains = [xenDomain('webmail-front', 3, 2048)];
    const domainCpu = { 'webmail-front': 34 };
    const wide = snapshot([skylla({ domains, domainCpu }), charybda()], []);
    expect(picture(wide)).toContain('   ● webmail-front running 34 %   2 G');
    const alone = snapshot([
      skylla({ domains, domainCpu, minors: [minor(0, 'Primary', { connection: 'WFConnection', peerRole: 'Unknown' }), minor(1, 'Secondary')] }),
      charybda(),
    ], [finding('replica.degraded', 'warning', 'domain1', 'domain1 has one good copy.', 4000)]);
    expect(picture(alone).join('\n')).toMatch(/● webmail-front running 34 %   2 G\b/);
    const twice = snapshot([
      skylla({ domains, domainCpu, holds: 'all' }),
      charybda({ domains: [xenDomain('webmail-front', 5, 2048)], domainCpu }),
    ], []);
    expect(picture(twice)).toContain('   ● webmail-front running 34 %   2 G ✘ twice ✘   ● webm…ront running 34 %   2 G');
  });

  test('old words about a domain, or one that is off there, are no second writer', () => {
    const domains = [xenDomain('webmail', 3, 2048)];
    for (const state of ['suspended', 'shutdown'] as const) {
      const left = snapshot([skylla({ domains: [{ ...xenDomain('webmail', 3, 2048), state }] }), charybda({ domains })], []);
      expect(picture(left).join('\n')).toMatch(/webmail .* webmail /);
      expect(picture(left).join('\n')).not.toContain('twice');
    }
    const old = snapshot([skylla({ domains: [{ ...xenDomain('webmail', 3, 2048), state: 'suspended' }] }), charybda({ domains, agoSeconds: 70 })], []);
    expect(picture(old).join('\n')).not.toContain('twice');
  });

  test.each([
    ['BrokenPipe', '━ BrokenPipe ✘    '], ['Unconnected', '━ Unconnected ✘  '], ['Timeout', '━━ C Timeout ✘   '],
    ['StandAlone', '━━ StandAlone ✘  '], ['NetworkFailure', '━ NetworkFailu… ✘'], ['PausedSyncS', '━ C PausedSyncS ▶'],
    ['DiskLessClient', '━ DiskLessClie… ▶'],
  ])('the word %s is readable in the arrow', (connection, arrow) => {
    const made = snapshot([skylla({ minors: [minor(0, 'Primary', { connection, peerRole: 'Secondary' }), minor(1, 'Secondary')] }), charybda()]);
    expect(picture(made).find((line) => line.includes('Primary    Consistent'))?.slice(30, 47).trimEnd()).toBe(arrow.trimEnd());
  });

  test('a dead node keeps its place and its last words, with their age', () => {
    expect(picture(DEAD)).toEqual([
      ' ✘ CRITICAL   homer   1 of 2 nodes  2 domains               facts 1 s   11:22:33',
      ' charybda is dead since 11:19:23, on all 3 paths.   3 more (6)',
      TITLE,
      '>● skylla   online    up 12 d ●━━ eth0  ✘    ━○ ✘ charybda dead      for 3:10',
      '   heartbeat                  ●━━ ttyS0 ✘    ━○   silent on ssh, eth0, ttyS0;',
      '   Xen                                            skylla: "dead"',
      '   cpu █░░░░░░░  14 %                           ? cpu            5 %   3:11',
      '   mem ████░░░░  576/1024 MB                    ? mem    640/1024 MB   3:11',
      '',
      '─ group skylla   started, at home ──────────────────────────── domain1  0.7.23 ─',
      ' ▲ Primary    Consistent      ━━ C WFConn ✘     ? Secondary  Consistent 3:11',
      '   ● domain1  running  4 % 256 M    one good copy',
      '                                    for 3:10',
      '',
      '─ group charybda   started on skylla, home is charybda ─────── domain2  0.7.23 ─',
      ' ▲ Primary    Consistent      ━━ C WFConn ✘     ? Primary    Consistent 3:11',
      '   ● domain2  running 19 % 256 M    one good copy',
      '                                    for 3:10',
      '', TIMELINE, ...LOG, FOOTER,
    ]);
  });

  test('split brain: two writers, no arrow, the domain twice on one row', () => {
    const lines = picture(SPLIT);
    expect(lines[0]).toBe(' ✘ CRITICAL   homer   2 nodes  2 replicas  2 domains        facts 1 s   11:22:33');
    expect(lines[1]).toBe(' domain2 has split: skylla wrote alone since 11:21:34, charybda si…   1 more (6)');
    expect(lines.slice(9, 16)).toEqual([
      ...HOME_SKYLLA,
      '─ group charybda   owned by skylla AND charybda ────────────── domain2  0.7.23 ─',
      ' ✘ Primary    Consistent      ━ StandAlone ✘ ━━ ✘ Primary    Consistent',
      '   ✘ domain2  running  9 % 256 M ✘ twice ✘        ✘ domain2  running 17 % 256 M',
    ]);
  });

  test('a silent node: `?` and the age at every old fact, and who says what', () => {
    expect(picture(SILENT).slice(0, 20)).toEqual([
      ' ? UNKNOWN    homer   1 of 2 nodes answer                   facts 7 s   11:22:33',
      ' charybda has not answered for 7 s. What you see of it is old.   1 more (6)',
      TITLE,
      '>● skylla   online    up 12 d ●━━ eth0   up ━━● ? charybda silent for 7 s',
      '   heartbeat                  ●━━ ttyS0 ≠    ━? ? heartbeat             7 s',
      '   Xen                                          ? Xen                   7 s',
      '   cpu █░░░░░░░  14 %                           ? cpu            5 %    7 s',
      '   mem ████░░░░  576/1024 MB                    ? mem    640/1024 MB    7 s',
      '',
      '─ group skylla   started, at home ──────────────────────────── domain1  0.7.23 ─',
      ' ● Primary    Consistent      ━ C Connected ━━▶ ? Secondary  Consistent  7 s',
      '   ● domain1  running  3 % 256 M',
      '',
      '─ group charybda   started, at home, says skylla ───────────── domain2  0.7.23 ─',
      ' ○ Secondary  Consistent      ◀━━ C Connected ━ ? Primary    Consistent  7 s',
      '                                                  ? domain2  running 11 %    7 s',
      '',
      '─ Nodes disagree ─────────────────────────────────────────────── who says what ─',
      ' ≠ ttyS0         skylla: up (1 s)               charybda: dead (7 s)',
      '',
    ]);
  });

  test('before anything was heard it asks, and is not OK', () => {
    const lines = picture(ASKING);
    expect(lines[0]).toBe(' ? UNKNOWN    homer   0 of 2 nodes answer                     facts -   11:22:33');
    expect(lines[1]).toBe(' Asking skylla and charybda ...');
  });

  test('a node that waits for the operator says so in its place', () => {
    expect(picture(REFUSED)[3]).toBe('>● skylla   online    up 12 d ●━━ eth0   up ━━? ? charybda waits: login refused');
  });
});

describe('the sentence of row 2', () => {
  test('a notice stands there when nothing worse does, and is counted when something is', () => {
    const notices = ['crashcart.yaml is broken at line 3; the last good one stays in force.'];
    expect(picture(HEALTHY, { notices })[1]).toBe(` ${notices[0] ?? ''}`);
    expect(picture(DEAD, { notices })[1]).toBe(' charybda is dead since 11:19:23, on all 3 paths.   4 more (6)');
  });

  test('nothing is praised that is not known', () => {
    const alone = snapshot([node('a', { facts: { 'cl-status': undefined } })], [], 'solo');
    expect(picture(alone)[1]).toBe(' 1 node, 0 replicas, 0 domains: nothing wrong is known.');
  });
});

describe('other forms', () => {
  test('60x16 in ASCII: nodes and replicas are lines', () => {
    const lines = picture(COPYING, { columns: 60, rows: 16, ascii: true });
    expect(lines).toEqual([
      ' ! WARNING  homer  2 nodes  2 domains         1 s   11:22:33',
      ' domain2 is copying from charybda to skylla for 0:42: 42 %..',
      '- Map --------------------------------------------- ? keys -',
      '>o skylla   online   cpu 14 %  mem  576/1024',
      ' o charybda online   cpu 5 %  mem  640/1024',
      '   links  eth0 o  ttyS0 o',
      '- group skylla  at home ------------------------------------',
      ' o domain1  skylla Primary ==C==> charybda Secondary   ok',
      '   o domain1 run',
      '- group charybda  at home ----------------------------------',
      ' ! domain2  charybda Primary ~~C~~> skylla Inconsistent 42 %',
      '   o domain2 run',
      '', '', '',
      ' 1 MAP 5 Timeline 6 Findings                   ? help q quit',
    ]);
  });

  test('120 columns show load, swap, kernel and date', () => {
    const lines = picture(HEALTHY, { columns: 120, rows: 36 });
    expect(lines[0]).toBe(' ● OK         homer   2 nodes   2 replicas   2 domains   2 groups                 facts 1 s   Thu 15 Feb 2007   11:22:33');
    expect(lines[1]).toBe(' Everything runs at home on two good copies.   1 note: no fencing device (6)');
    expect(lines[3]).toBe('>● skylla   online    up 12 d   2.6.16.29-xen ●━━━━━━━━ eth0   up        ━━● ● charybda online    up 12 d');
    expect(lines[5]).toBe('   cpu █░░░░░░░░░  14 %   load 0.40 0.30 0.20                                  cpu █░░░░░░░░░   5 %');
    expect(lines[6]).toBe('   mem ██████░░░░  576/1024 MB   swap 0                                        mem ██████░░░░  640/1024 MB   swap 0');
  });

  test('below 60x16 only the sentence is left', () => {
    expect(picture(DEAD, { columns: 40, rows: 12 }).slice(0, 5)).toEqual([
      ' crashcart needs 60x16, has 40x12.',
      ' ✘ charybda is dead since 11:19:23, on…',
      ' Make the window larger, or',
      ' crashcart status --oneline     q quit',
      '',
    ]);
    expect(picture(DEAD, { columns: 20, rows: 5 })).toHaveLength(5);
  });

  test('without manager replicas have their own rules, and other domains stand below', () => {
    const bare = (name: string, role: string, domains: string[]) => node(name, {
      minors: [minor(0, role)], domains: domains.map((domain, at) => xenDomain(domain, at + 1, 64)),
      facts: { 'cl-status': seen(null as never, 1, { value: null, heardAt: null, failure: { kind: 'absent', why: 'no cl_status', since: NOW - 9000 } }) },
    });
    const lines = picture(snapshot([bare('left', 'Primary', ['web']), bare('right', 'Secondary', [])], []));
    expect(lines).toContain('─ drbd0 ─────────────────────────────────────────────────────────────── 0.7.23 ─');
    expect(lines).toContain('─ no group ─────────────────────────────────────────────────────────────────────');
    expect(lines).toContain('   ● web      running  0 %  64 M');
  });
});

describe('less height', () => {
  test('the tail goes first, then blanks, then details; trouble never', () => {
    const at = (rows: number) => picture(DEAD, { rows });
    expect(at(23)).toContain(LOG[0]);
    expect(at(20)).not.toContain(TIMELINE);
    expect(at(18).slice(3, -1).join('\n').trimEnd()).not.toContain('\n\n');
    for (const rows of [24, 20, 18, 17, 16]) {
      const lines = at(rows);
      expect(lines).toHaveLength(rows);
      expect(lines.filter((line) => line.includes('━━ C WFConn ✘'))).toHaveLength(2);
      expect(lines.filter((line) => line.includes('one good copy'))).toHaveLength(2);
      expect(lines.some((line) => line.includes('✘ charybda dead'))).toBe(true);
    }
  });

  test('more replicas than fit: those at rest are left out and counted, the one in trouble is not', () => {
    const minors = (role: string) => Array.from({ length: 30 }, (_, at) => minor(at, role, at === 29 ? { connection: 'StandAlone' } : {}));
    const many = snapshot([node('a', { minors: minors('Primary') }), node('b', { minors: minors('Secondary') })], [
      finding('replica.degraded', 'warning', 'drbd29', 'drbd29 has one good copy.', 9), NO_FENCING,
    ]);
    const lines = picture(many);
    expect(lines).toHaveLength(24);
    expect(lines.filter((line) => / \d+ more$/.test(line))).toHaveLength(1);
    expect(lines.some((line) => line.startsWith('─ drbd29 '))).toBe(true);
    expect(lines.filter((line) => line.includes('StandAlone'))).toHaveLength(1);
  });
});

test('the selection is `>` in the first column, or before what stands further right', () => {
  const select = (id: string) => picture(HEALTHY, { ui: { selected: { map: id, timeline: null, findings: null } } });
  expect(select('replica:domain2')[14]).toBe('>○ Secondary  Consistent      ◀━━ C Connected ━ ● Primary    Consistent');
  expect(select('node:charybda')[3]).toBe(' ● skylla   online    up 12 d ●━━ eth0   up ━━●>● charybda online    up 12 d');
  expect(select('domain:charybda/domain2')[15]).toBe('                                                 >● domain2  running 11 % 256 M');
});

test('a second node in trouble is not drawn well because the first is', () => {
  const odd = snapshot([skylla({ minors: [minor(0, 'Primary', { connection: 'Fancy' }), minor(1, 'Secondary')] }), charybda()], []);
  const line = picture(odd).find((text) => text.includes('Fancy')) ?? '';
  expect(line).not.toContain('●');
  expect(line).not.toContain('▶');
});
