// The demo's drills: a list behind T that starts one, says what to look for or why not, and is nowhere without drills.
import { afterEach, describe, expect, test, vi } from 'vitest';
import type { DrillAnswer, Drills } from '../../src/screens/props.ts';
import { START } from '../../src/screens/state.ts';
import { open } from './harness.tsx';
import type { Opened } from './harness.tsx';
import { picture } from './picture.ts';
import { HEALTHY } from './scenes.ts';

// The tests' JSX is compiled for React's development build, so that build must be the one that is loaded.
vi.hoisted(() => {
  process.env['NODE_ENV'] = 'test';
});

const LIST = [
  { name: 'power-cut', says: "charybda's power cord is pulled; skylla takes over" },
  { name: 'link-cut', says: 'the replication link is cut for a minute' },
  { name: 'split-brain', says: 'both nodes become Primary while they cannot hear each other' },
  { name: 'disk-error', says: 'the disk under domain2 fails' },
  { name: 'hang', says: 'skylla stops answering for 40 s' },
  { name: 'stuck-vm', says: 'domain1 waits for an answer at its console' },
];

interface Fake extends Drills {
  started: string[];
}

/** Drills that answer as told, and go on once they were begun. */
function fake(answer: (name: string) => Promise<DrillAnswer> = async (name) => ({ ok: true, says: `${name}: watch row 1` })): Fake {
  const started: string[] = [];
  let current: string | null = null;
  return {
    list: LIST, started, current: () => current,
    start: async (name) => {
      started.push(name);
      const given = await answer(name);
      if (given.ok) current = `${name}: going on, 0:01`;
      return given;
    },
  };
}

let cockpit: Opened | null = null;
afterEach(() => cockpit?.close());
const opened = (drills?: Drills, size: { columns?: number; rows?: number } = {}): Opened => (cockpit = open(HEALTHY, { ...size, ...(drills ? { drills } : {}) }));
const title = (text: string) => (lines: string[]): boolean => lines[2]?.startsWith(`─ ${text} `) ?? false;
const selected = (name: string) => (lines: string[]): boolean => lines.some((line) => line.startsWith(`>  ${name} `));
const shows = (text: string) => (lines: string[]): boolean => lines.join('\n').includes(text);

/** The cockpit with the list open. */
async function listed(drills: Drills, size: { columns?: number; rows?: number } = {}): Promise<Opened> {
  const at = opened(drills, size);
  await at.until(title('Map'));
  at.type('T');
  await at.until(title('Drills'));
  return at;
}

describe('the list', () => {
  test('has one row for each drill, the first one selected, and its keys', async () => {
    const at = await listed(fake());
    expect(at.lines().slice(2, 11)).toEqual([
      '─ Drills ───────────────────────────────────────────── enter start   esc close ─',
      ' No drill is going on. A drill breaks the simulated nodes, nothing else.',
      '',
      ">  power-cut    charybda's power cord is pulled; skylla takes over",
      '   link-cut     the replication link is cut for a minute',
      '   split-brain  both nodes become Primary while they cannot hear each other',
      '   disk-error   the disk under domain2 fails',
      '   hang         skylla stops answering for 40 s',
      '   stuck-vm     domain1 waits for an answer at its console',
    ]);
    expect(at.lines()[23]).toBe(' 1 MAP 5 Timeline 6 Findings                             T drills ? help q close');
  });

  test('arrows, j k, Home and End move and stop at the ends', async () => {
    const at = await listed(fake());
    const moves = [['j', 'link-cut'], ['\u001b[B', 'split-brain'], ['k', 'link-cut'], ['\u001b[A', 'power-cut'], ['k', 'power-cut'], ['\u001b[F', 'stuck-vm'],
      ['j', 'stuck-vm'], ['\u001b[H', 'power-cut'], ['G', 'stuck-vm'], ['g', 'power-cut']] as const;
    for (const [key, name] of moves) {
      at.type(key);
      await at.until(selected(name));
    }
  });

  test.each([['esc', '\u001b'], ['T', 'T'], ['q', 'q']])('%s closes it and leaves the cockpit open', async (_, key) => {
    const at = await listed(fake());
    at.type(key);
    await at.until(title('Map'));
    expect(at.lines()).toEqual(picture(HEALTHY, { drills: { list: LIST, current: null } }));
    expect(at.calls.quit).toBe(0);
  });

  test.each([['6', 'Findings'], ['5', 'Timeline'], ['e', 'Findings']])('%s goes to a screen, with the list closed', async (key, name) => {
    const at = await listed(fake());
    at.type(key);
    await at.until(title(name));
  });

  test('Ctrl-C quits from it', async () => {
    const at = await listed(fake());
    at.type('\u0003');
    await at.until(() => at.calls.quit === 1);
  });

  test('opens over the help, and the help over it lists its keys', async () => {
    const at = opened(fake());
    await at.until(title('Map'));
    at.type('?T');
    await at.until(title('Drills'));
    at.type('?');
    await at.until(title('Help: Drills'));
    expect(at.lines().join('\n')).toMatch(/^ enter {5}start the selected drill/m);
    expect(at.lines().join('\n')).toMatch(/^ esc T q {3}close the drills/m);
    at.type('T');
    await at.until(title('Drills'));
  });
});

describe('Enter', () => {
  test('starts the selected drill; what to look for and what goes on stand in the list until it is closed', async () => {
    const drills = fake();
    const at = await listed(drills);
    at.type('j\r');
    await at.until(shows(' ◆ link-cut: watch row 1'));
    expect(drills.started).toEqual(['link-cut']);
    expect(at.lines()[3]).toBe(' ◐ link-cut: going on, 0:01');
    at.type('TT');
    await at.until((lines) => title('Drills')(lines) && !shows('watch row 1')(lines));
    expect(at.lines()[3]).toBe(' ◐ link-cut: going on, 0:01');
    expect(selected('link-cut')(at.lines())).toBe(true);
  });

  test('shows the sentence of a refusal, and another drill may be tried', async () => {
    const drills = fake(async (name) => (name === 'hang' ? { ok: true, says: 'look at skylla' } : { ok: false, says: 'charybda is dead: power it on first' }));
    const at = await listed(drills);
    at.type('\r');
    await at.until(shows(' ▲ charybda is dead: power it on first'));
    expect(at.lines()[3]).toContain('No drill is going on.');
    at.type('Gk\r');
    await at.until(shows(' ◆ look at skylla'));
    expect(shows('charybda is dead')(at.lines())).toBe(false);
    expect(drills.started).toEqual(['power-cut', 'hang']);
  });

  test.each([
    ['rejects', () => Promise.reject(new Error('the world stopped'))],
    ['throws', () => {
      throw new Error('the world stopped');
    }],
  ])('a start that %s is a sentence, and the keys go on', async (_, start: () => Promise<DrillAnswer>) => {
    const at = await listed({ ...fake(), start });
    at.type('\r');
    await at.until(shows(' ▲ power-cut was not started: the world stopped'));
    at.type('j');
    await at.until(selected('link-cut'));
  });

  test('does nothing while an answer is awaited; an answer after the list was closed waits for it', async () => {
    const { promise, resolve } = Promise.withResolvers<DrillAnswer>();
    const drills = fake(() => promise);
    const at = await listed(drills);
    at.type('\rj\r\r');
    await at.until((lines) => selected('link-cut')(lines) && shows(' ◐ power-cut is being started ...')(lines));
    expect(drills.started).toEqual(['power-cut']);
    at.type('q');
    await at.until(title('Map'));
    resolve({ ok: false, says: 'it is dark already' });
    await promise;
    expect(title('Map')(at.lines())).toBe(true);
    at.type('T');
    await at.until(shows(' ▲ it is dark already'));
  });

  test('with no drill in the list starts none', async () => {
    const drills = { ...fake(), list: [] };
    const at = await listed(drills);
    expect(at.lines()[5]).toBe(' There is no drill for this cluster.');
    at.type('j\rq');
    await at.until(title('Map'));
    expect(drills.started).toEqual([]);
  });
});

describe('without drills', () => {
  test('T does nothing, and neither footer nor help knows it', async () => {
    const at = opened();
    await at.until(title('Map'));
    expect(at.lines()[23]).toMatch(/ {3}\? help q quit$/);
    at.type('Tj\r');
    await at.until(title('Node charybda'));
    at.type('?');
    await at.until(title('Help: Node charybda'));
    expect(at.lines().join('\n')).not.toMatch(/drill/i);
  });
});

describe('with drills', () => {
  test('the footer and the help of every screen name the key', async () => {
    const at = opened(fake(), { rows: 60 });
    await at.until(title('Map'));
    expect(at.lines()[59]).toMatch(/ {3}T drills \? help q quit$/);
    at.type('?');
    await at.until(title('Help: Map'));
    expect(at.lines().join('\n')).toMatch(/ T {9}drills$/m);
    expect(at.lines().join('\n')).toContain('No key here changes a node, but for T: its drills break the simulated ones.');
  });
});

describe('sizes', () => {
  const drills = { list: LIST, current: "power-cut: charybda's power cord is out, 0:12" };
  const ui = { drills: { ...START.drills, open: true, selected: 'split-brain', answer: { ok: true, says: `Row 2 says when skylla takes over. ${'Look on. '.repeat(18)}` } as const } };

  test.each([[80, 24], [120, 36], [200, 60], [60, 16]])('%ix%i: what goes on, every drill, the selected one and the answer', (columns, rows) => {
    const lines = picture(HEALTHY, { columns, rows, drills, ui });
    expect(lines).toHaveLength(rows);
    expect(lines[3]).toBe(" ◐ power-cut: charybda's power cord is out, 0:12");
    expect(lines.some((line) => line.startsWith('>  split-brain  both nodes become Primary'))).toBe(true);
    expect(lines.some((line) => line.startsWith(' ◆ Row 2 says when skylla takes over.'))).toBe(true);
    expect(lines.filter((line) => line.includes('Look on.')).length).toBeGreaterThan(0);
    expect(lines.at(-1)).toMatch(/T drills \? help q close$/);
  });

  test('60x16: the words that the list has to cut stand below it in full', () => {
    const lines = picture(HEALTHY, { columns: 60, rows: 16, drills, ui: { drills: { ...ui.drills, answer: null } } });
    expect(lines).toContain('>  split-brain  both nodes become Primary while they cannot…');
    expect(lines.slice(11, 14)).toEqual(['', ' both nodes become Primary while they cannot hear each', ' other']);
  });

  test('tiny: T waits until there is room', async () => {
    const at = opened(fake(), { columns: 30, rows: 6 });
    await at.until(shows('60x16, has 30x6'));
    at.type('T');
    at.resize(60, 16);
    await at.until(title('Map'));
    at.type('T');
    await at.until(title('Drills'));
    at.resize(20, 5);
    await at.until(shows('60x16, has 20x5'));
    at.type('q');
    await at.until(() => at.calls.quit === 1);
  });
});
