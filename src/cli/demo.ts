// `demo`: the cockpit on a simulated cluster, or the cluster alone, served to whoever reads its inventory.
import { loadInventory } from '../monitor/inventory-file.ts';
import { choice } from '../monitor/near.ts';
import { createDrillRunner, drillsOf } from '../simulator/drills.ts';
import type { DrillRunner } from '../simulator/drills.ts';
import { SCENES } from '../simulator/scenes/all.ts';
import { startServedWorld } from '../simulator/serve/served-world.ts';
import type { ServeOptions, ServedWorld } from '../simulator/serve/served-world.ts';
import type { Scene } from '../simulator/world/shapes.ts';
import type { Invocation } from './args.ts';
import { openOn, terminalMissing } from './cockpit.ts';
import { answerLines } from './demo-lines.ts';
import { EXIT, refuse } from './exit-codes.ts';
import type { Refusal } from './exit-codes.ts';
import type { Io } from './io.ts';

/** Exit 0 when the operator quits, or the input of `--serve` ends. */
export async function demoCommand(io: Io, asked: Invocation): Promise<{ ok: true; exit: number } | Refusal> {
  if (asked.list) {
    const scenes = SCENES.map(({ name, says }) => ({ name, says }));
    io.stdout.write(asked.json ? `${JSON.stringify({ schema: 'crashcart/scenes/1', scenes })}\n` : scenes.map(({ name, says }) => `${name}  ${says}\n`).join(''));
    return { ok: true, exit: EXIT.ok };
  }
  const names = SCENES.map((scene) => scene.name);
  const [name = names[0] ?? '', ...rest] = asked.words;
  const scene = SCENES.find((one) => one.name === name);
  if (rest.length > 0 || !scene) return refuse(EXIT.usage, `no scene is named "${[name, ...rest].join(' ').slice(0, 40)}" in this version; there ${names.length === 1 ? 'is' : 'are'} ${choice(names)}`);
  const problem = drillProblem(scene, asked.drill) ?? (asked.serve ? null : terminalMissing(io));
  if (problem) return problem;
  const served = await startedWorld({ scene, now: io.now(), hurry: asked.hurry, ...(asked.seed === null ? {} : { seed: asked.seed }) });
  if ('exit' in served) return served;
  try {
    const drills = createDrillRunner(served.world, scene.drills ? drillsOf(scene.drills) : [], (line) => served.command(line));
    const begun = asked.drill === null ? null : await drills.start(asked.drill);
    if (begun && !begun.ok) return refuse(EXIT.internal, `the drill ${asked.drill ?? ''} did not begin: ${begun.says}`);
    if (!asked.serve) return await show(io, asked, served, drills);
    io.stdout.write(`${served.inventoryFile}\n`);
    await answerLines(io, (line) => served.command(line));
    return { ok: true, exit: EXIT.ok };
  } finally {
    await served.stop();
  }
}

/** What this machine lacks for it (a temporary directory, a port, mkfifo) is one sentence. */
async function startedWorld(options: ServeOptions): Promise<ServedWorld | Refusal> {
  try {
    return await startServedWorld(options);
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    return refuse(EXIT.internal, `cannot serve the simulated cluster on this machine: ${error.message.slice(0, 140)}`);
  }
}

function drillProblem(scene: Scene, drill: string | null): Refusal | null {
  if (drill === null) return null;
  const names = scene.drills ? drillsOf(scene.drills).map((one) => one.name) : [];
  if (names.includes(drill)) return null;
  return refuse(EXIT.usage, `${scene.name} has no drill "${drill.slice(0, 40)}"; there are ${choice(names)}`);
}

async function show(io: Io, asked: Invocation, served: ServedWorld, drills: DrillRunner): Promise<{ ok: true; exit: number } | Refusal> {
  const loaded = await loadInventory(served.inventoryFile, io.home);
  const cluster = loaded.ok ? loaded.inventory.clusters[0] : undefined;
  if (!loaded.ok || !cluster) return refuse(EXIT.internal, loaded.ok ? 'the demo has no cluster' : loaded.says);
  return openOn(io, asked, loaded.inventory, cluster, drills.list.length > 0 ? drills : undefined);
}
