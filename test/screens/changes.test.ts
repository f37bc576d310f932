// What has just changed is marked for two seconds, where it stands.
import { expect, test } from 'vitest';
import type { CockpitSnapshot } from '../../src/screens/props.ts';
import { markedAt, NO_CHANGES, noteChanges } from '../../src/screens/changes.ts';
import { draw } from '../../src/screens/draw.ts';
import { textOf } from '../../src/screens/line.ts';
import { sceneOf } from '../../src/screens/scene.ts';
import type { Scene } from '../../src/screens/scene.ts';
import { START } from '../../src/screens/state.ts';
import { lookOf } from '../../src/screens/symbols.ts';
import { ABOUT, charybda, minor, NOW, skylla, snapshot, xenDomain } from './build.ts';
import { COPYING, HEALTHY, SILENT } from './scenes.ts';

const scene = (made: CockpitSnapshot, seconds = 0): Scene => sceneOf(made, NOW + seconds * 1000, ABOUT);
const drawn = (made: Scene): string[] => draw(made, START, { columns: 80, rows: 24 }, lookOf(false)).map(textOf);

test('a first word is no change, nor is the same word again, nor silence', () => {
  const first = noteChanges(NO_CHANGES, scene(HEALTHY));
  expect([...first.at]).toEqual([]);
  expect([...noteChanges(noteChanges(NO_CHANGES, scene(snapshot([{ ...skylla(), facts: {} }, charybda()]))), scene(HEALTHY, 1)).at]).toEqual([]);
  expect([...noteChanges(noteChanges(first, scene(SILENT, 1)), scene(HEALTHY, 2)).at]).toEqual([]);
});

test('another word is marked for two seconds', () => {
  const changed = noteChanges(noteChanges(NO_CHANGES, scene(HEALTHY)), scene(COPYING, 1));
  expect([...markedAt(changed, NOW + 1000)]).toEqual(['disk:domain2/skylla']);
  expect([...markedAt(noteChanges(changed, scene(COPYING, 2)), NOW + 2999)]).toEqual(['disk:domain2/skylla']);
  expect([...markedAt(noteChanges(changed, scene(COPYING, 3)), NOW + 3000)]).toEqual([]);
});

test('the mark stands behind the word and shifts nothing', () => {
  const crashed = snapshot([
    skylla({ minors: [minor(0, 'Secondary'), minor(1, 'Secondary')], domains: [xenDomain('domain1', 3, 256, { state: 'crashed' })] }), charybda(),
  ]);
  const plain = scene(crashed);
  const changed = new Set(['role:domain1/skylla', 'disk:domain1/charybda', 'domain:skylla/domain1', 'domain:charybda/domain2', 'node:charybda']);
  const [before, after] = [drawn(plain), drawn({ ...plain, changed })];
  const stars = after.map((line, row) => [...line].map((letter, at) => (letter === '*' ? (before[row]?.[at] ?? ' ') : '')).join('')).join('');
  expect(stars).toMatch(/^ {5}$/);
  expect(after.map((line) => line.replaceAll('*', ' ').trimEnd())).toEqual(before);
  expect(after.join('\n')).toMatch(/● charybda online\* {3}up 12 d[\s\S]*Secondary\* +Consistent +.*Consistent\*\n[^]*domain1 {2}crashed\* +256 M[^]*domain2 {2}running\*11 % 256 M/);
});

test('a domain of more than 99 % keeps a blank before it', () => {
  const busy = snapshot([skylla({ domainCpu: { domain1: 187 } }), charybda()]);
  expect(drawn(scene(busy))).toContain('   ● domain1  running 187 % 256 M');
});
