// The commands of a served world, one line of text each: pull a cord, cut a cable, ask for the truth.
import type { Outcome, SimNode, World } from './world/shapes.ts';

/** What the commands cannot do inside the world alone. */
export interface ControlHooks {
  /** Moves the world and all node clocks at once. */
  wait(seconds: number): Promise<void>;
  /** Cuts or mends the way from the operator's machine to a node. */
  jump(node: SimNode, cut: boolean): void;
}

/** The answer to one line; `ok: false` carries `says`, one sentence. */
export type Reply = { ok: true; [field: string]: unknown } | { ok: false; says: string };

interface Line {
  world: World;
  hooks: ControlHooks;
  words: readonly string[];
}

type Act = (line: Line) => Reply | Promise<Reply>;

/** A week: longer waits are slips of the pen. */
const LONGEST_WAIT_SECONDS = 604_800;

const COMMANDS: Readonly<Record<string, Act>> = {
  'power-cut': (line) => onNode(line, powerCut),
  'power-on': (line) => onNode(line, powerOn),
  hang: (line) => onNode(line, hang),
  cut: (line) => cable(line, true),
  heal: (line) => cable(line, false),
  'disk-error': (line) => onNode(line, (world, node) => world.built.diskError(node, line.words[1] ?? ''), 2),
  stuck: (line) => onDomain(line, (domain) => line.world.built.stuck(domain)),
  write: (line) => onDomain(line, (domain) => line.world.built.write(domain)),
  wait: wait,
  mark: ({ world, words }) => (words.length === 0 ? (world.mark(), { ok: true }) : no('mark takes nothing')),
  truth: ({ world, words }) => (words.length === 0 ? { ok: true, ...world.truth() } : no('truth takes nothing')),
};

/** Names of all commands, in the order of the documentation. */
export const WORLD_COMMANDS: readonly string[] = Object.keys(COMMANDS);

/** Does what one line says. Never rejects for what was typed. */
export async function runCommand(world: World, text: string, hooks: ControlHooks): Promise<Reply> {
  const [name = '', ...words] = text.trim().split(/\s+/);
  const act = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (!act) return no(`there is no command "${short(name)}"; there are ${WORLD_COMMANDS.join(', ')}`);
  return act({ world, hooks, words });
}

function onNode({ world, words }: Line, act: (world: World, node: SimNode) => Outcome, count = 1): Reply {
  const [name = ''] = words;
  if (words.length !== count) return no(count === 1 ? 'this command takes one node' : 'disk-error takes a node and a resource');
  const node = world.node(name);
  return node ? act(world, node) : no(`no node is called "${short(name)}"; there are ${world.nodes.map((one) => one.name).join(', ')}`);
}

function powerCut(world: World, node: SimNode): Outcome {
  if (node.machine === 'off') return no(`${node.name} has no power already`);
  world.powerCut(node);
  return { ok: true };
}

function powerOn(world: World, node: SimNode): Outcome {
  if (node.machine === 'hung') return no(`${node.name} has power but hangs; power-cut it first`);
  if (node.machine !== 'off') return no(`${node.name} has power already`);
  world.powerOn(node);
  return { ok: true };
}

function hang(world: World, node: SimNode): Outcome {
  if (node.machine === 'off') return no(`${node.name} has no power, it cannot hang`);
  if (node.machine === 'hung') return no(`${node.name} hangs already`);
  world.hang(node);
  return { ok: true };
}

function cable({ world, words, hooks }: Line, cut: boolean): Reply {
  const [name = '', target = ''] = words;
  const links = [...new Set(world.network.links.map((link) => link.name))];
  if (name === 'jump') {
    const node = world.node(target);
    if (!node || words.length !== 2) return no(`after "jump" comes a node: ${world.nodes.map((one) => one.name).join(', ')}`);
    hooks.jump(node, cut);
    return { ok: true };
  }
  if (words.length !== 1 || (name !== 'all' && !links.includes(name))) return no(`no link is called "${short(words.join(' '))}"; there are ${links.join(', ')}, all, and jump NODE`);
  world.network.set(name, cut);
  return { ok: true };
}

function onDomain({ world, words }: Line, act: (domain: string) => Outcome): Reply {
  const [name = ''] = words;
  if (words.length !== 1 || !world.built.domains.includes(name)) return no(`no domain is called "${short(words.join(' '))}"; there are ${world.built.domains.join(', ')}`);
  return act(name);
}

async function wait({ words, hooks }: Line): Promise<Reply> {
  const seconds = Number(words[0]);
  if (words.length !== 1 || !/^\d{1,7}(\.\d{1,20})?$/.test(words[0] ?? '') || seconds > LONGEST_WAIT_SECONDS) return no(`wait takes a number of seconds up to ${LONGEST_WAIT_SECONDS}`);
  await hooks.wait(seconds);
  return { ok: true };
}

function no(says: string): { ok: false; says: string } {
  return { ok: false, says };
}

function short(text: string): string {
  return text.slice(0, 40);
}
