// A world behind real SSH: its nodes are directories with a server each, and it runs at the speed of the wall.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runCommand } from '../control.ts';
import type { Reply } from '../control.ts';
import { newKey } from '../ssh-server.ts';
import type { KeyPair } from '../ssh-server.ts';
import type { Scene, SimNode, World } from '../world/shapes.ts';
import { createWorld } from '../world/world.ts';
import { writeAccess } from './access.ts';
import type { Access } from './access.ts';
import { directoryFiles } from './directory-files.ts';
import { findProgram } from './find-program.ts';
import { openGuestPorts } from './guest-ports.ts';
import { shrcText, SHRC_PATH } from './login.ts';
import { startNodeServer } from './node-server.ts';
import type { NodeServer, ServerKind } from './node-server.ts';
import { startPace } from './pace.ts';
import { servePrograms } from './programs.ts';

export interface ServeOptions {
  scene: Scene;
  seed?: number;
  hurry?: number;
  /** Epoch ms: where the world's time begins. */
  now: number;
  /** `auto`: sshd where it and ssh are there and may run. */
  server?: 'auto' | 'ssh2';
}

/** A running one. A process that is killed with no chance to clean up leaves the directory behind, and nothing else. */
export interface ServedWorld extends Access {
  /** Private (0700); holds everything. */
  directory: string;
  world: World;
  nodes: readonly { name: string; directory: string; host: string; port: number }[];
  /** What serves the nodes: OpenSSH's sshd, or the ssh2 server where that cannot run. */
  servedBy: ServerKind;
  /** Does one line of the world's commands, now. Lines that wait do not hold up others. */
  command(line: string): Promise<Reply>;
  /** Ends the servers and all that runs on the nodes, and removes the directory. */
  stop(): Promise<void>;
}

/** What is to be undone at the end, the last first. */
type Ends = (() => Promise<void> | void)[];

interface ServedNode {
  name: string;
  node: SimNode;
  directory: string;
  server: NodeServer;
}

/** Makes and serves it. Rejects only when this machine gives no directory, no port or no FIFO. */
export async function startServedWorld(options: ServeOptions): Promise<ServedWorld> {
  const directory = mkdtempSync(join(tmpdir(), 'crashcart-demo-'));
  const ends: Ends = [() => rmSync(directory, { recursive: true, force: true, maxRetries: 3 })];
  const stop = async (): Promise<void> => {
    for (const end of ends.splice(0).reverse()) await end();
  };
  try {
    return { ...(await serve(options, directory, ends)), directory, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function serve(options: ServeOptions, directory: string, ends: Ends): Promise<Omit<ServedWorld, 'directory' | 'stop'>> {
  const directoryOf = (name: string): string => join(directory, 'nodes', name);
  for (const name of options.scene.nodes) mkdirSync(directoryOf(name), { recursive: true });
  const world = createWorld(options.scene, {
    startMs: options.now,
    ...(options.seed === undefined ? {} : { seed: options.seed }),
    ...(options.hurry === undefined ? {} : { hurry: options.hurry }),
    files: (name) => directoryFiles(directoryOf(name)),
  });
  const { built } = world;
  const key = newKey('crashcart-demo');
  writeFileSync(join(directory, 'key'), key.private, { mode: 0o600 });
  const servers = await startServers(world, directory, key, options.server ?? 'auto', ends);
  const guests = await openGuestPorts(built.domains, { answers: (domain) => built.answers(domain), bootOf: (domain) => built.bootOf?.(domain) ?? null });
  ends.push(() => guests.stop());
  const access = writeAccess(directory, options.scene.name, servers, guests.ports);

  const pace = startPace(world, () => guests.follow());
  const host = { mkfifo: needed('mkfifo'), date: needed('date'), ...pace };
  const programs = servers.map(({ node, directory: place }) => servePrograms(node, place, host));
  const sweep = setInterval(() => programs.forEach((each) => each.sweep()), SWEEP_MS);
  ends.push(() => {
    clearInterval(sweep);
    for (const each of programs) each.close();
    pace.stop();
  });
  for (const { node } of servers) node.files.write(SHRC_PATH, shrcText(node.name));
  const ways = followMachines(world, servers);
  return {
    ...access, world, servedBy: servers[0]?.server.kind ?? 'ssh2',
    nodes: servers.map(({ name, directory: place, server }) => ({ name, directory: place, host: server.gate.host, port: server.gate.port })),
    command: (line) => pace.hold(async () => {
      pace.advance();
      const reply = await runCommand(world, line, { wait: (seconds) => pace.wait(seconds), jump: ways.jump });
      guests.follow();
      pace.refresh();
      return reply;
    }),
  };
}

/** How often programs that wait for input are looked after. */
const SWEEP_MS = 1000;
/** Servers started at the same time. */
const AT_ONCE = 4;

function needed(program: string): string {
  const path = findProgram(program);
  if (path === null) throw new Error(`cannot serve simulated nodes here: the program ${program} is not installed`);
  return path;
}

/** One server for each node: sshd for all where the first one starts, else the ssh2 server for all. */
async function startServers(world: World, directory: string, key: KeyPair, wanted: 'auto' | 'ssh2', ends: Ends): Promise<ServedNode[]> {
  const start = async (node: SimNode, kind: ServerKind): Promise<ServedNode | null> => {
    const place = join(directory, 'nodes', node.name);
    const server = await startNodeServer({ directory: join(directory, 'sshd', node.name), nodeDirectory: place, authorizedKey: key.public, kind });
    if (server) ends.push(() => server.stop());
    return server && { name: node.name, node, directory: place, server };
  };
  const servers: ServedNode[] = [];
  let kind: ServerKind = wanted === 'ssh2' || findProgram('ssh') === null ? 'ssh2' : 'sshd';
  for (let left = [...world.nodes]; left.length > 0; ) {
    const some = await Promise.all(left.splice(0, servers.length === 0 ? 1 : AT_ONCE).map(async (node) => {
      const served = await start(node, kind);
      if (served || servers.length > 0) return served;
      kind = 'ssh2';
      return start(node, kind);
    }));
    for (const served of some) {
      if (!served) throw new Error('cannot serve simulated nodes here: one sshd started and another one did not');
      servers.push(served);
    }
  }
  return servers;
}

/** Opens and shuts the ways to the nodes as their machines live and die, and as the jump host's cables are cut. */
function followMachines(world: World, servers: readonly ServedNode[]): { jump(node: SimNode, cut: boolean): void } {
  const cut = new Set<SimNode>();
  const look = (node: SimNode): void => {
    const server = servers.find((each) => each.node === node)?.server;
    if (!server) return;
    if (node.machine === 'up') {
      if (cut.has(node)) server.gate.hold();
      else server.gate.open();
      return;
    }
    if (node.machine === 'off' && node.isShuttingDown && !cut.has(node)) server.gate.end();
    else server.gate.kill();
    if (node.machine !== 'booting') server.killAll();
  };
  world.onMachine(look);
  for (const node of world.nodes) look(node);
  return {
    jump(node, isCut) {
      if (isCut) cut.add(node);
      else cut.delete(node);
      if (node.machine === 'up') look(node);
    },
  };
}
