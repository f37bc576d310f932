// The cockpit's root on a terminal in memory: keys, resizes and news change the picture; the rest goes to the actions.
import { render } from 'ink-testing-library';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { Viewport } from '../../src/screens/components/viewport.tsx';
import { F1_LETTER } from '../../src/screens/key-names.ts';
import { open } from './harness.tsx';
import type { Opened } from './harness.tsx';
import { picture } from './picture.ts';
import { DEAD, HEALTHY, REFUSED } from './scenes.ts';

// The tests' JSX is compiled for React's development build, so that build must be the one that is loaded.
vi.hoisted(() => {
  process.env['NODE_ENV'] = 'test';
});

let cockpit: Opened | null = null;
afterEach(() => cockpit?.close());
const opened = (...args: Parameters<typeof open>): Opened => (cockpit = open(...args));
const title = (text: string) => (lines: string[]): boolean => lines[2]?.startsWith(`─ ${text} `) ?? false;

describe('keys', () => {
  test('the first picture is the map, all rows of it', async () => {
    const at = opened(HEALTHY);
    await at.until(title('Map'));
    expect(at.lines()).toEqual(picture(HEALTHY));
  });

  test('1, 5, 6 and ? change the screen; esc goes back, and never leaves', async () => {
    const at = opened(DEAD);
    await at.until(title('Map'));
    for (const [key, name] of [['5', 'Timeline'], ['6', 'Findings'], ['?', 'Help: Findings'], ['?', 'Findings'], ['1', 'Map'], ['6', 'Findings']] as const) {
      at.type(key);
      await at.until(title(name));
    }
    at.type('\u001b');
    await at.until(title('Map'));
    at.type('\u001b');
    at.type('5');
    await at.until(title('Timeline'));
    expect(at.calls.quit).toBe(0);
  });

  test('F1 is help as well', async () => {
    const at = opened(DEAD);
    await at.until(title('Map'));
    at.type(F1_LETTER);
    await at.until(title('Help: Map'));
  });

  test('keys that come in one piece act one after the other', async () => {
    const at = opened(HEALTHY);
    await at.until(title('Map'));
    at.type('jjk\r');
    await at.until(title('Node charybda'));
  });

  test('arrows, page keys and ctrl-letters are heard', async () => {
    const at = opened(HEALTHY);
    await at.until(title('Map'));
    at.type('\u001b[B');
    await at.until((lines) => lines[3]?.includes('>● charybda') ?? false);
    at.type('\u001b[A');
    await at.until((lines) => lines[3]?.startsWith('>● skylla') ?? false);
    at.type('\u0012');
    await at.until(() => at.calls.asked === 1);
    at.type('\u000c');
    await at.until(() => at.calls.repainted === 1);
  });

  test.each([['q', 'q'], ['ctrl-c', '\u0003']])('%s quits', async (_, key) => {
    const at = opened(HEALTHY);
    await at.until(title('Map'));
    at.type(key);
    await at.until(() => at.calls.quit === 1);
  });

  test('in the filter letters are text, also q and ?; a broken expression keeps the last good one', async () => {
    const at = opened(HEALTHY);
    await at.until(title('Map'));
    at.type('5/eth0|q?');
    await at.until((lines) => lines[22]?.startsWith(' / eth0|q?_') ?? false);
    expect(at.lines()[22]).toContain('3 of 3');
    at.type('\u007f\u007f\u007f');
    await at.until((lines) => lines[22]?.includes('1 of 3') ?? false);
    at.type('(');
    await at.until((lines) => lines[22]?.includes('no regular expression: Unterminated group') ?? false);
    expect(at.lines().filter((line) => line.includes('ha-log'))).toHaveLength(1);
    at.type('\u001b');
    await at.until((lines) => lines.filter((line) => line.includes('ha-log')).length === 3);
    expect(at.calls.quit).toBe(0);
  });

  test('what is pasted is never taken for keys', async () => {
    const at = opened(HEALTHY);
    await at.until(title('Map'));
    at.type('\u001b[200~q\r6\u001b[201~');
    at.type('5');
    await at.until(title('Timeline'));
    expect(at.calls.quit).toBe(0);
    at.type('/');
    at.type('\u001b[200~eth0\nx\u001b[201~');
    await at.until((lines) => lines[22]?.startsWith(' / eth0 x_') ?? false);
  });

  test('while the terminal is too small only leaving and repainting act', async () => {
    const at = opened(DEAD, { columns: 30, rows: 6 });
    await at.until((lines) => lines[2]?.includes('60x16, has 30x6') ?? false);
    at.type('6');
    at.resize(80, 24);
    await at.until(title('Map'));
    at.resize(30, 6);
    at.type('q');
    await at.until(() => at.calls.quit === 1);
  });
});

describe('Enter on a node that waits for the operator', () => {
  test('lets ssh ask where it can', async () => {
    const at = opened(REFUSED, { unlock: true });
    await at.until(title('Map'));
    at.type('j\r');
    await at.until(() => at.calls.unlocked.length === 1);
    expect(at.calls.unlocked).toEqual(['charybda']);
  });

  test('else shows the sentence, and there tries again', async () => {
    const at = opened(REFUSED);
    await at.until(title('Map'));
    at.type('j\r');
    await at.until(title('Node charybda'));
    expect(at.lines().join('\n')).toContain('charybda refused the login of root; type: ssh charybda');
    at.type('\r');
    await at.until(() => at.calls.retried.length === 1);
    expect(at.calls.retried).toEqual(['charybda']);
  });
});

describe('size and news', () => {
  test.each([[120, 36], [60, 16], [20, 5], [200, 60]])('%ix%i fills the terminal exactly', async (columns, rows) => {
    const at = opened(DEAD);
    await at.until(title('Map'));
    at.resize(columns, rows);
    await at.until((lines) => lines.length === rows);
    expect(at.lines()).toEqual(picture(DEAD, { columns, rows }));
  });

  test('a changed snapshot is shown, the selection stays on its thing', async () => {
    const at = opened(HEALTHY);
    await at.until(title('Map'));
    at.type('jj');
    await at.until((lines) => lines.some((line) => line.startsWith('>● Primary')));
    at.tell(DEAD);
    await at.until((lines) => lines[0]?.includes('CRITICAL') ?? false);
    expect(at.lines().filter((line) => line.startsWith('>'))).toEqual([' ▲ Primary    Consistent      ━━ C WFConn ✘     ? Secondary  Consistent 3:11'.replace(' ', '>')]);
  });
});

test('the viewport draws each line on its own row, empty ones too', () => {
  const { lastFrame, unmount } = render(<Viewport lines={['one', '', '\u001b[1mthree\u001b[0m']} columns={10} rows={4} />);
  expect((lastFrame() ?? '').split('\n').map((line) => line.trimEnd())).toEqual(['one', '', '\u001b[1mthree\u001b[22m', '']);
  unmount();
});
