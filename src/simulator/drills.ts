// Drills: something goes wrong on purpose, so that people learn what it looks like and what to do.
import type { Reply } from './control.ts';
import type { DrillParts, World } from './world/shapes.ts';

/** One thing that can be practised. */
export interface Drill {
  name: string;
  /** One line: what happens. */
  says: string;
  /** One line: what to look for. */
  look: string;
  /** Lines for the world, each after so many seconds of life from the drill's beginning. */
  steps: readonly { afterSeconds: number; line: string }[];
}

/** The drills of a scene, in the order of the list. */
export function drillsOf({ node, peer, link, resource, domain }: DrillParts): readonly Drill[] {
  const now = (...lines: string[]): Drill['steps'] => lines.map((line) => ({ afterSeconds: 0, line }));
  return [
    { name: 'power-cut', says: `${node}'s power cord is pulled`, look: `${node} falls silent; ${peer} calls it dead after the deadtime and takes over its group, unfenced`, steps: now(`power-cut ${node}`) },
    { name: 'link-cut', says: `the replication link ${link} is cut, heartbeat goes on over the others`, look: `${link} is down and the replicas wait for their peer; nothing moves, but no copy is up to date but the Primary's`, steps: now(`cut ${link}`) },
    {
      name: 'split-brain', says: 'every link between the nodes is cut for a while: both take everything',
      look: 'each node calls the other dead and starts its domains too; when the links are back, DRBD refuses to connect',
      steps: [{ afterSeconds: 0, line: 'cut all' }, { afterSeconds: 300, line: 'heal all' }],
    },
    { name: 'disk-error', says: `${node}'s disk under ${resource} fails`, look: `${resource} detaches on ${node}; its domains go on over the network, on ${peer}'s copy only`, steps: now(`disk-error ${node} ${resource}`) },
    { name: 'hang', says: `${node} hangs: it has power, but nothing in it moves`, look: `${node} answers nothing, like a dead machine; only its power says that it is not`, steps: now(`hang ${node}`) },
    ...(domain === null ? [] : [{ name: 'stuck-vm', says: `${domain} stands still with a question nobody sees`, look: `${domain} is stuck; its node and its replica are well`, steps: now(`stuck ${domain}`) }]),
    { name: 'mend', says: 'power and links come back, a hung node is switched off and on', look: 'nodes boot, replicas copy, groups go home; a failed disk stays failed', steps: now('mend') },
  ];
}

/** Runs drills on a world. */
export interface DrillRunner {
  list: readonly Drill[];
  /** Begins one; the first lines are done when it answers. */
  start(name: string): Promise<{ ok: true; says: string } | { ok: false; says: string }>;
  /** The one whose steps are not all done yet, or null. */
  current(): string | null;
}

/** `command` does one line of the world; steps wait in the world's time. */
export function createDrillRunner(world: World, list: readonly Drill[], command: (line: string) => Promise<Reply>): DrillRunner {
  let running: { drill: Drill; left: number } | null = null;
  const run = (line: string): Promise<Reply> => (line === 'mend' ? mend(world, command) : command(line));
  return {
    list,
    current: () => (running ? `${running.drill.name}: ${running.drill.says}` : null),
    async start(name) {
      const drill = list.find((one) => one.name === name);
      if (!drill) return { ok: false, says: `no drill is called "${name.slice(0, 40)}" here; there are ${list.map((one) => one.name).join(', ')}` };
      if (running && drill.name !== 'mend') return { ok: false, says: `${running.drill.name} is still going on` };
      const later = drill.steps.filter((step) => step.afterSeconds > 0);
      const state = { drill, left: later.length };
      for (const step of drill.steps.filter((one) => one.afterSeconds === 0)) {
        const reply = await run(step.line);
        if (!reply.ok) return { ok: false, says: reply.says };
      }
      running = state.left > 0 ? state : null;
      for (const step of later) {
        world.schedule.after(world.takes(step.afterSeconds * 1000), () => {
          if (running !== state) return;
          state.left -= 1;
          if (state.left === 0) running = null;
          void run(step.line);
        });
      }
      return { ok: true, says: drill.look };
    },
  };
}

/** Power and links as they were; what is whole already is left alone. */
async function mend(world: World, command: (line: string) => Promise<Reply>): Promise<Reply> {
  const lines = [
    ...world.nodes.filter((node) => node.machine === 'hung').map((node) => `power-cut ${node.name}`),
    'heal all',
    ...world.nodes.map((node) => `heal jump ${node.name}`),
    ...world.nodes.filter((node) => node.machine === 'off' || node.machine === 'hung').map((node) => `power-on ${node.name}`),
  ];
  for (const line of lines) {
    const reply = await command(line);
    if (!reply.ok) return reply;
  }
  return { ok: true };
}
