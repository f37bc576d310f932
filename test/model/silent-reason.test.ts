import { expect, it } from 'vitest';
import { sentence } from '../../src/model/findings.ts';
import { judge } from '../../src/model/judge.ts';
import { cluster, NOW, view } from './build.ts';

it('says why a node is silent where the way there tells', () => {
  const link = { state: 'silent' as const, since: NOW - 12_000, says: 'skylla: 192.0.2.24 port 22 refuses the connection; is sshd running there, and is this the right host and port?' };
  const [finding] = judge(cluster(view('skylla', {}, { link, heardAt: null, clock: null })), NOW);
  expect(finding && sentence(finding)).toBe('skylla has never answered, asked for 0:12. Nothing of skylla is known. Here: 192.0.2.24 port 22 refuses the connection; is sshd running there, and is this the right host and port? Wait, or look at its console.');
});
