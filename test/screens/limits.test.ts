// Whatever a cluster holds and a terminal measures: as many lines as rows, none wider than the columns.
import fc from 'fast-check';
import stringWidth from 'string-width';
import { describe, expect, test } from 'vitest';
import type { NodeView } from '../../src/model/cluster.ts';
import type { Finding, TrackedFinding } from '../../src/model/findings.ts';
import { draw, itemsOf, sightOf } from '../../src/screens/draw.ts';
import type { Size } from '../../src/screens/draw.ts';
import { KEYS } from '../../src/screens/keys.ts';
import { paint, textOf } from '../../src/screens/line.ts';
import type { CockpitSnapshot } from '../../src/screens/props.ts';
import { sceneOf } from '../../src/screens/scene.ts';
import type { Scene } from '../../src/screens/scene.ts';
import { filterPattern, reduce, START, typed } from '../../src/screens/state.ts';
import type { UiState } from '../../src/screens/state.ts';
import { lookOf } from '../../src/screens/symbols.ts';
import { ABOUT, cluster, finding, logLine, minor, node, NOW, peer, seen, xenDomain } from './build.ts';

const HOSTILE = ['\u001b[31mred\u001b[0m', '\u202Eevil', '漢字漢字', 'e\u0301\u0301', '👩‍👩‍👧‍👦', 'x'.repeat(300), '\u0000\u0007', 'ｆｕｌｌ', 'שלום', 'a\tb\r\nc', '\u2028', '(null)', ''];
const name = fc.oneof({ weight: 4, arbitrary: fc.stringMatching(/^[a-z][a-z0-9-]{0,14}$/) }, { weight: 1, arbitrary: fc.constantFrom(...HOSTILE) }, { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 40 }) });
const connection = fc.constantFrom('Connected', 'WFConnection', 'StandAlone', 'SyncSource', 'SyncTarget', 'VerifyS', 'PausedSyncT', 'Fancy', 'Unconfigured');
const role = fc.constantFrom('Primary', 'Secondary', 'Unknown', 'Emperor');
const disk = fc.constantFrom('UpToDate', 'Consistent', 'Inconsistent', 'Diskless', 'DUnknown', null, 'Peculiar');
const sync = fc.record({
  kind: fc.constantFrom('resync' as const, 'verify' as const), donePercent: fc.option(fc.integer({ min: 0, max: 100 })), remainingBytes: fc.option(fc.nat()),
  totalBytes: fc.option(fc.nat()), finishSeconds: fc.option(fc.nat(100_000)), speedBytesPerSecond: fc.option(fc.nat()),
  averageBytesPerSecond: fc.constant(null), wantBytesPerSecond: fc.constant(null), stalled: fc.boolean(),
});
const minors = fc.array(fc.tuple(connection, role, disk, fc.option(sync)), { maxLength: 12 }).map((all) =>
  all.map(([cs, ro, ds, progress], at) => minor(at, ro, { connection: cs, disk: ds, sync: cs.startsWith('Sync') || cs.startsWith('Ver') ? progress : null })));
const link = fc.constantFrom<NodeView['link']>(
  { state: 'up', since: NOW - 9000 }, { state: 'silent', since: NOW - 9000, says: 'no answer' }, { state: 'connecting', since: NOW },
  { state: 'auth-stopped', since: NOW - 5, says: 'refused; type: ssh -v \u001b]0;x\u0007 host' }, { state: 'hostkey-unknown', since: NOW, says: 'unknown key', fingerprint: 'SHA256:mVPwvezndPv/ARoIadVY98vAC0g+P/5633yTC4d/' },
  { state: 'hostkey-changed', since: NOW, says: 'changed' }, { state: 'no-sudo', since: NOW, says: 'no sudo' },
);
const view = (names: readonly string[]) => fc.record({
  link, minors, domains: fc.array(name, { maxLength: 6 }), ago: fc.nat(4000), log: fc.array(name, { maxLength: 40 }), links: fc.array(name, { maxLength: 4 }),
  word: fc.constantFrom('up', 'dead'), groups: fc.array(fc.tuple(name, fc.integer({ min: 0, max: 11 })), { maxLength: 4 }), heard: fc.boolean(),
}).map((made) => (own: string): NodeView => {
  const view = node(own, {
    link: made.link, minors: made.minors, domains: made.domains.map((domain, at) => xenDomain(domain, at + 1, 256)), agoSeconds: made.ago,
    log: made.log.map((text) => logLine('11:00:00', text)), peers: names.filter((other) => other !== own).map((other) => peer(other, 'active', made.links, made.word)),
    facts: { haresources: seen({ groups: made.groups.map(([group, at]) => ({ preferred: names[at % names.length] ?? own, members: [`drbddisk::drbd${at}`, `haxendomains::${group}`] })) }, made.ago) },
  });
  return made.heard ? view : { ...view, heardAt: null, facts: {} };
});
const codes: Finding['code'][] = ['node.dead', 'node.silent', 'replica.degraded', 'replica.split-brain', 'domain.without-primary', 'views.disagree', 'fencing.none', 'group.failed'];
const findings = fc.array(fc.record({
  code: fc.constantFrom(...codes), severity: fc.constantFrom('critical' as const, 'unknown' as const, 'warning' as const, 'info' as const),
  subject: name, fact: name, consequence: name, evidence: fc.array(name, { maxLength: 6 }), because: fc.option(fc.constantFrom('node.dead a', 'replica.degraded a')), gone: fc.boolean(),
}), { maxLength: 8 }).map((all): TrackedFinding[] => all.map(({ code, severity, subject, fact, consequence, evidence, because, gone }) =>
  finding(code, severity, subject, fact, 100, { consequence, evidence, because, goneAt: gone ? NOW - 1000 : null })));
const snapshots: fc.Arbitrary<CockpitSnapshot> = fc.tuple(fc.uniqueArray(name, { minLength: 1, maxLength: 12 }), name, findings).chain(([names, title, list]) =>
  fc.tuple(...names.map(() => view(names))).map((views) => ({ cluster: cluster(title, views.map((make, at) => make(names[at] ?? ''))), findings: list, at: NOW })));
const drills = fc.option(fc.record({
  list: fc.uniqueArray(fc.record({ name, says: name }), { maxLength: 9, selector: (drill) => drill.name }), current: fc.option(name),
}));
const sizes: fc.Arbitrary<Size> = fc.oneof(
  fc.constantFrom({ columns: 80, rows: 24 }, { columns: 60, rows: 16 }, { columns: 120, rows: 36 }, { columns: 20, rows: 5 }, { columns: 79, rows: 16 }),
  fc.record({ columns: fc.integer({ min: 20, max: 200 }), rows: fc.integer({ min: 5, max: 60 }) }),
);
const commands = fc.array(fc.constantFrom(...new Set(KEYS.map((key) => key.command))), { maxLength: 12 });

/** A state that keys lead to. */
function pressed(scene: Scene, size: Size, keys: readonly (typeof KEYS)[number]['command'][], filter: string): UiState {
  return keys.reduce((ui, command) => reduce(ui, command, sightOf(scene, ui, size, lookOf(false))), typed(START, filter));
}

const MOVES: readonly string[] = ['down', 'up', 'pageDown', 'pageUp', 'first', 'last'];
const RUNS = { numRuns: 60 };

describe('any cluster, any size, any keys', () => {
  test('exactly as many lines as rows, none wider than the columns', () => {
    fc.assert(fc.property(snapshots, drills, sizes, commands, fc.boolean(), fc.string({ maxLength: 8 }), (snapshot, exercises, size, keys, ascii, filter) => {
      const scene = { ...sceneOf(snapshot, NOW, ABOUT), drills: exercises };
      const ui = pressed(scene, size, keys, filter);
      const lines = draw(scene, ui, size, lookOf(ascii));
      expect(lines).toHaveLength(size.rows);
      for (const line of lines) expect(stringWidth(line.map((span) => span.text).join(''))).toBeLessThanOrEqual(size.columns);
    }), RUNS);
  });

  test('nothing but the letters of the screens reaches the terminal; with --ascii only ASCII', () => {
    fc.assert(fc.property(snapshots, drills, sizes, commands, (snapshot, exercises, size, keys) => {
      const scene = { ...sceneOf(snapshot, NOW, ABOUT), drills: exercises };
      const ui = pressed(scene, size, keys, '');
      for (const line of draw(scene, ui, size, lookOf(true))) expect(textOf(line)).toMatch(/^[\x20-\x7e]*$/);
      for (const line of draw(scene, ui, size, lookOf(false))) expect(textOf(line)).not.toMatch(/[\p{Cc}\p{Cf}\p{M}\p{Co}\p{Zl}\p{Zp}]/u);
    }), RUNS);
  });

  test('with the list of drills open too, whatever they are called, say and answer', () => {
    fc.assert(fc.property(snapshots, drills, sizes, commands, name, fc.boolean(), (snapshot, exercises, size, keys, says, ok) => {
      const scene = { ...sceneOf(snapshot, NOW, ABOUT), drills: exercises ?? { list: [], current: null } };
      const ui = pressed(scene, size, ['drills', ...keys.filter((key) => MOVES.includes(key))], '');
      const lines = draw(scene, { ...ui, drills: { ...ui.drills, answer: { ok, says } } }, size, lookOf(false));
      expect(ui.drills.open).toBe(true);
      expect(lines).toHaveLength(size.rows);
      for (const line of lines) {
        expect(stringWidth(textOf(line))).toBeLessThanOrEqual(size.columns);
        expect(textOf(line)).not.toMatch(/[\p{Cc}\p{Cf}\p{M}\p{Co}\p{Zl}\p{Zp}]/u);
      }
    }), RUNS);
  });

  test('without colour no SGR but bold, dim and inverse', () => {
    fc.assert(fc.property(snapshots, sizes, (snapshot, size) => {
      for (const line of draw(sceneOf(snapshot, NOW, ABOUT), START, size, lookOf(false))) {
        for (const [, codes] of paint(line, 'none').matchAll(/\x1b\[([0-9;]*)m/g)) expect(codes).toMatch(/^(0|[127](;[127])*)$/);
      }
    }), RUNS);
  });

  test('the selected thing is on the screen wherever there is one to select', () => {
    fc.assert(fc.property(snapshots, fc.nat(40), (snapshot, steps) => {
      const size = { columns: 80, rows: 24 };
      const scene = sceneOf(snapshot, NOW, ABOUT);
      const ui = pressed(scene, size, Array.from({ length: steps }, () => 'down' as const), '');
      if (itemsOf(scene, ui, size, lookOf(false)).length === 0) return;
      const body = draw(scene, ui, size, lookOf(false)).slice(3, -1);
      expect(body.some((line) => line.some((span) => span.inverse && span.text === '>'))).toBe(true);
    }), RUNS);
  });

  test('a filter is a regular expression or says that it is none; it never throws', () => {
    fc.assert(fc.property(fc.string({ maxLength: 30 }), (text) => {
      const { filter } = typed(START, text);
      expect(() => filterPattern(filter.good)).not.toThrow();
      expect(filter.problem === null || filter.problem.length > 0).toBe(true);
    }), { numRuns: 500 });
  });
});
