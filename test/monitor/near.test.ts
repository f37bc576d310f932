// The choices named after a slip of the pen.
import { expect, it } from 'vitest';
import { choice, distance, near } from '../../src/monitor/near.ts';

it.each([['node', 'nodes', 1], ['hots', 'host', 1], ['alpha', 'alpha', 0], ['', 'abc', 3], ['brvao', 'bravo', 1]])('%s and %s are %i apart', (one, other, far) => {
  expect(distance(one, other)).toBe(far);
});

it('names the near ones, else the first of all', () => {
  expect(near('aplha', ['bravo', 'alpha'])).toEqual(['alpha']);
  expect(near('xyz', ['bravo', 'alpha', 'charlie'], 2)).toEqual(['bravo', 'alpha']);
  expect(near('', ['ab', 'c'])).toEqual(['ab', 'c']);
  expect(near('sta', ['watch', 'status'])).toEqual(['status']);
});

it('joins choices as a sentence does', () => {
  expect(choice(['a'])).toBe('a');
  expect(choice(['a', 'b', 'c'])).toBe('a, b or c');
  expect(choice(['a', 'b'], 9)).toBe('a, b or another of 9');
});
