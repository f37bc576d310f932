// A program for the terminal tests: opens the cockpit on a scene made by hand. `node opened.mjs SCENE [MODE]`.
import { openCockpit } from '../../src/screens/cockpit.tsx';
import { NOW } from './build.ts';
import { SCENES } from './scenes.ts';

const [name = 'HEALTHY', mode = ''] = process.argv.slice(2);
const scene = Object.entries(SCENES).find(([key]) => key === name)?.[1] ?? SCENES.HEALTHY;
const started = Date.now();
let broken = false;

const code = await openCockpit({
  store: {
    get() {
      if (broken) throw new Error('the store broke\nin the middle');
      return scene;
    },
    subscribe: () => () => undefined,
  },
  actions: {
    askAll() {
      // ^R is the trigger of the fault scenes.
      if (mode === 'throws') throw new Error('a fault in a key');
      if (mode === 'breaks') broken = true;
    },
    retry: () => undefined,
    ...(mode === 'unlocks' ? { unlock: async (node: string) => void process.stdout.write(`ssh asks about ${node}\r\n`) } : {}),
    quit: () => undefined,
    about: { version: '1.0', inventory: null, notices: () => [] },
  },
  now: () => NOW + (Date.now() - started),
  color: process.env['NO_COLOR'] === undefined,
  ...(mode === 'drills' ? {
    drills: {
      list: [{ name: 'power-cut', says: 'charybda loses its power' }],
      start: async (drill: string) => ({ ok: true as const, says: `${drill} begins: look at charybda` }),
      current: () => null,
    },
  } : {}),
  ascii: mode === 'ascii',
});
process.stdout.write(`left with ${code}\r\n`);
process.exitCode = code;
