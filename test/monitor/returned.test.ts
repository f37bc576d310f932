// A silent node that its peer hears again is tried at once.
import { describe, expect, it } from 'vitest';
import { ha, homer, NOW, silence, tell } from '../model/build.ts';
import { returned } from '../../src/monitor/returned.ts';

const at = (cluster: ReturnType<typeof homer>) => ({ cluster, at: NOW });
const silent = silence(homer(), 'charybda', 60);
const dead = tell(silent, 'skylla', 'cl-status', ha('all', 'charybda dead eth1:dead eth2:dead'));
const back = tell(silent, 'skylla', 'cl-status', ha('all', 'charybda up eth1:up eth2:up'));

describe('a node', () => {
  it('that was dead and is heard by its peer has returned', () => {
    expect(returned(at(dead), at(back))).toEqual(['charybda']);
  });

  it('that is still dead, or was heard all the time, has not', () => {
    expect(returned(at(dead), at(dead))).toEqual([]);
    expect(returned(at(back), at(back))).toEqual([]);
  });

  it('that answers us needs no trying, and one that waits for the operator must not be tried', () => {
    expect(returned(at(dead), at(homer()))).toEqual([]);
    const stopped = { ...back, nodes: back.nodes.map((node) => (node.name === 'charybda' ? { ...node, link: { state: 'auth-stopped' as const, since: NOW, says: 'no' } } : node)) };
    expect(returned(at(dead), at(stopped))).toEqual([]);
  });
});
