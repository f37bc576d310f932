// `demo`: the cockpit on a pair of simulated nodes, or the pair alone, served to whoever reads its inventory.
import { createInterface } from 'node:readline';
import { loadInventory } from '../monitor/inventory-file.ts';
import { choice } from '../monitor/near.ts';
import { SCENES, startPair } from '../simulator/pair.ts';
import type { Pair } from '../simulator/pair.ts';
import type { Invocation } from './args.ts';
import { openOn, terminalMissing } from './cockpit.ts';
import { EXIT, refuse } from './exit-codes.ts';
import type { Refusal } from './exit-codes.ts';
import type { Io } from './io.ts';

/** Exit 0 when the operator quits, or the input of `--serve` ends. */
export async function demoCommand(io: Io, asked: Invocation): Promise<{ ok: true; exit: number } | Refusal> {
  if (asked.list) {
    io.stdout.write(asked.json ? `${JSON.stringify({ schema: 'crashcart/scenes/1', scenes: SCENES })}\n` : SCENES.map((scene) => `${scene.name}  ${scene.says}\n`).join(''));
    return { ok: true, exit: EXIT.ok };
  }
  const names = SCENES.map((scene) => scene.name);
  const [name = names[0] ?? '', ...rest] = asked.words;
  if (rest.length > 0 || !names.includes(name)) return refuse(EXIT.usage, `no scene is named "${[name, ...rest].join(' ').slice(0, 40)}" in this version; there is ${choice(names)}`);
  const missing = asked.serve ? null : terminalMissing(io);
  if (missing) return missing;
  const pair = await startPair({ now: io.now() });
  try {
    return asked.serve ? await serve(io, pair) : await show(io, asked, pair);
  } finally {
    await pair.stop();
  }
}

async function show(io: Io, asked: Invocation, pair: Pair): Promise<{ ok: true; exit: number } | Refusal> {
  const loaded = await loadInventory(pair.inventoryFile, io.home);
  const cluster = loaded.ok ? loaded.inventory.clusters[0] : undefined;
  if (!loaded.ok || !cluster) return refuse(EXIT.internal, loaded.ok ? 'the demo has no cluster' : loaded.says);
  return openOn(io, asked, loaded.inventory, cluster);
}

/** The inventory's path, then one line of JSON for each line of input. This pair has no world behind it to command. */
async function serve(io: Io, pair: Pair): Promise<{ ok: true; exit: number }> {
  io.stdout.write(`${pair.inventoryFile}\n`);
  const lines = createInterface({ input: io.stdin, signal: io.signal });
  for await (const line of lines) {
    const word = line.trim().split(/\s+/)[0] ?? '';
    if (word === '') continue;
    const says = `"${word.slice(0, 40)}" is not in this version yet: change a node by rewriting its files under ${pair.directory}/nodes`;
    io.stdout.write(`${JSON.stringify({ ok: false, says })}\n`);
  }
  return { ok: true, exit: EXIT.ok };
}
