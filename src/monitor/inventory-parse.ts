// Reads an inventory's text. An error is one sentence: file, line, column, what was expected, what to write.
import { Alias, isMap, isNode, isScalar, isSeq, LineCounter, parseDocument, visit } from 'yaml';
import type { Document, Node as YamlNode } from 'yaml';
import type { z } from 'zod';
import type { Inventory, InventoryCluster, InventoryNode, InventoryService } from './inventory.ts';
import { inventorySchema } from './inventory-schema.ts';
import type { ClusterText, InventoryText, NodeText } from './inventory-schema.ts';
import { choice, near } from './near.ts';

/** Larger files are not inventories. */
export const INVENTORY_MAX_BYTES = 1024 * 1024;
/** Aliases that may be followed in all; more is a bomb. */
const MAX_ALIASES = 100;
/** Room for `crashcart: ` in front of a line of 200. */
const MAX_SAYS = 189;

export type InventoryParsed = { ok: true; inventory: Inventory } | { ok: false; says: string };
type Path = readonly PropertyKey[];
interface Problem { path: Path; onKey?: string; says: string }

/** The inventory in `text`; `file` is only named in sentences and kept. Never throws. */
export function parseInventory(text: string, file: string): InventoryParsed {
  const fail = (line: number, column: number, says: string): InventoryParsed => ({ ok: false, says: fit(`${shortFile(file)}:${line}:${column}: ${says}`) });
  if (text.length > INVENTORY_MAX_BYTES) return fail(1, 1, 'is larger than 1 MiB; an inventory must be smaller');
  const lines = new LineCounter();
  try {
    const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
    const broken = document.errors[0] ?? document.warnings[0];
    if (broken) {
      const { line, col } = lines.linePos(broken.pos[0]);
      return fail(line, col, yamlSays(broken.code, broken.message));
    }
    const lost = lostAlias(document);
    if (lost) {
      const { line, col } = lines.linePos(lost.range?.[0] ?? 0);
      return fail(line, col, `nothing before this line is marked &${shown(lost.source)}; write what *${shown(lost.source)} stands for`);
    }
    const read = inventorySchema.safeParse(document.toJS({ maxAliasCount: MAX_ALIASES }) as unknown);
    const problem = read.success ? doubled(read.data) : problemOf(foremost(read.error.issues), document);
    if (problem) {
      const { line, col } = lines.linePos(offsetOf(document, problem));
      return fail(Math.max(1, line), Math.max(1, col), problem.says);
    }
    if (!read.success) return fail(1, 1, 'is not an inventory');
    return { ok: true, inventory: { file, clusters: Object.entries(read.data.clusters).map(([name, cluster]) => clusterOf(name, cluster)) } };
  } catch (error) {
    // yaml throws on an alias bomb, and the stack ends on absurdly deep nesting: both are the file's fault.
    return fail(1, 1, `cannot be read (${error instanceof Error ? error.message : String(error)}); write it plainly, without nested aliases`);
  }
}

function clusterOf(name: string, text: ClusterText): InventoryCluster {
  return {
    config: { name, manager: text.manager ?? 'auto', hypervisor: text.hypervisor ?? 'auto', readOnly: text.readOnly ?? false },
    nodes: text.nodes.map(nodeOf),
    logs: [...new Set(text.logs ?? [])],
    services: Object.entries(text.services ?? {}).map(([service, value]): InventoryService => ({
      name: service,
      tcp: value.tcp === undefined ? null : hostPort(value.tcp),
      ping: value.ping ?? null,
      domain: value.domain ?? null,
    })),
    notify: (text.notify ?? []).map((entry) => ({ on: entry.on, mail: entry.mail ?? [], from: entry.from ?? null, exec: entry.exec ?? null })),
  };
}

function nodeOf(text: NodeText): InventoryNode {
  const node = typeof text === 'string' ? { name: text } : text;
  const { host, transport, ...ssh } = node.ssh ?? {};
  return {
    name: node.name,
    target: { name: node.name, host: host ?? node.name, transport: transport ?? 'auto', ...ssh },
    sudo: node.sudo ?? false,
    power: { status: node.power?.status ?? null, off: node.power?.off ?? null, on: node.power?.on ?? null },
  };
}

function hostPort(text: string): { host: string; port: number } {
  const colon = text.lastIndexOf(':');
  return { host: text.slice(0, colon).replace(/^\[(.*)\]$/, '$1'), port: Number(text.slice(colon + 1)) };
}

/** A node named twice in one cluster, or a service's port that is none: what the schema cannot say. */
function doubled(inventory: InventoryText): Problem | null {
  for (const [name, cluster] of Object.entries(inventory.clusters)) {
    const seen = new Set<string>();
    for (const [index, text] of cluster.nodes.entries()) {
      const node = typeof text === 'string' ? text : text.name;
      if (seen.has(node)) return { path: ['clusters', name, 'nodes', index], says: `node ${node} stands twice in cluster ${name}; each node's name must be its own, write the second one differently` };
      seen.add(node);
    }
    for (const [service, { tcp }] of Object.entries(cluster.services ?? {})) {
      const port = tcp === undefined ? 1 : hostPort(tcp).port;
      if (port < 1 || port > 65_535) return { path: ['clusters', name, 'services', service, 'tcp'], says: `tcp must name a port from 1 to 65535, not ${port}; write tcp: "delta.example.org:22"` };
    }
  }
  return null;
}

function problemOf(issue: z.core.$ZodIssue | undefined, document: Document): Problem {
  if (!issue) return { path: [], says: 'is not an inventory' };
  if (issue.code === 'invalid_union') {
    // A node is a name or a map: what was written tells which of the two was meant.
    const written = find(document, issue.path);
    const meant = isMap(written) ? foremost(issue.errors[1] ?? []) : undefined;
    if (meant) return problemOf({ ...meant, path: [...issue.path, ...meant.path] }, document);
  }
  if (issue.code === 'unrecognized_keys') {
    const key = issue.keys[0] ?? '';
    const known = issue.message.split(' ');
    const offered = near(key, known, 10);
    return { path: issue.path, onKey: key, says: `"${shown(key)}" is not known in ${place(issue.path)}; write ${choice(offered)}` };
  }
  const [expected = '', write = ''] = (issue.code === 'invalid_key' ? (issue.issues[0]?.message ?? '') : issue.message).split('|');
  const found = find(document, issue.path);
  if (issue.code === 'invalid_key') return { path: issue.path.slice(0, -1), onKey: String(issue.path.at(-1)), says: `"${shown(String(issue.path.at(-1)))}" must be ${expected}` };
  const advice = write === '' ? '' : `; write ${write}`;
  if (found === undefined) return { path: issue.path, says: `${place(issue.path)} is ${issue.path.length === 0 ? 'empty' : 'missing'}${advice}` };
  return { path: issue.path, says: `${place(issue.path)} must be ${expected}, not ${foundWords(found)}${advice}` };
}

/** An unknown key explains what is missing beside it, so it comes first. */
function foremost<Issue extends { code?: string }>(issues: readonly Issue[]): Issue | undefined {
  return issues.find((issue) => issue.code === 'unrecognized_keys') ?? issues[0];
}

/** The node of the document at a path, through aliases; undefined where nothing stands. */
function find(document: Document, path: Path): YamlNode | undefined {
  let here: unknown = document.contents;
  for (const step of path) {
    here = resolved(document, here);
    if (isMap(here)) here = here.items.find((pair) => keyText(pair.key) === String(step))?.value;
    else if (isSeq(here)) here = here.items[Number(step)];
    else return undefined;
  }
  return isNode(here) ? here : undefined;
}

function resolved(document: Document, node: unknown): unknown {
  return node instanceof Alias ? node.resolve(document) : node;
}

/** The first alias whose anchor is not there. */
function lostAlias(document: Document): Alias | null {
  let lost: Alias | null = null;
  visit(document, {
    Alias: (_key, alias) => {
      lost ??= alias.resolve(document) === undefined ? alias : null;
    },
  });
  return lost;
}

function keyText(key: unknown): string {
  return isScalar(key) ? String(key.value) : String(key);
}

/** Where a problem stands in the text: at its key, at its value, or at the nearest thing around it. */
function offsetOf(document: Document, problem: Problem): number {
  if (problem.onKey !== undefined) {
    const map = resolved(document, problem.path.length === 0 ? document.contents : find(document, problem.path));
    const key = isMap(map) ? map.items.find((pair) => keyText(pair.key) === problem.onKey)?.key : undefined;
    if (isNode(key) && key.range) return key.range[0];
  }
  for (let length = problem.path.length; length >= 0; length -= 1) {
    const found = length === 0 ? document.contents : find(document, problem.path.slice(0, length));
    if (isNode(found) && found.range) return found.range[0];
  }
  return 0;
}

/** The last two steps of a path: `nodes[1]`, `ssh.port`, `the file`. */
function place(path: Path): string {
  const steps = path.map((step) => (typeof step === 'number' ? `[${step}]` : String(step)));
  const names = steps.slice(-2).join('.').replaceAll('.[', '[');
  return names === '' ? 'the file' : shown(names.startsWith('[') ? `${steps.at(-3) ?? ''}${names}` : names);
}

function foundWords(node: YamlNode): string {
  if (isMap(node)) return node.items.length === 0 ? 'an empty map' : 'a map';
  if (isSeq(node)) return node.items.length === 0 ? 'an empty list' : 'a list';
  const value: unknown = isScalar(node) ? node.value : null;
  if (value === null || value === undefined) return 'nothing';
  return typeof value === 'string' ? `"${shown(value)}"` : shown(String(value));
}

function yamlSays(code: string, message: string): string {
  if (code === 'DUPLICATE_KEY') return 'this key stands twice in its map; write each name once';
  if (code === 'MULTIPLE_DOCS') return 'a second document begins here; an inventory must be one, take out the line ---';
  if (code === 'TAB_AS_INDENT') return 'a tab stands where blanks must; write two blanks for each step';
  return `is not YAML here (${message.split('\n')[0]?.replace(/ at line \d+.*$/, '') ?? code}); mend this line`;
}

/** At most 40 characters, control characters as blanks. */
function shown(text: string): string {
  const clean = text.replace(/\p{C}/gu, '?');
  return clean.length > 40 ? `${clean.slice(0, 39)}…` : clean;
}

/** The end of a long path: what it is called stands there. */
export function shortFile(file: string): string {
  const clean = file.replace(/\p{C}/gu, '?');
  return clean.length > 60 ? `…${clean.slice(-59)}` : clean;
}

function fit(says: string): string {
  const line = says.replace(/\s+/g, ' ');
  return line.length > MAX_SAYS ? `${line.slice(0, MAX_SAYS - 1)}…` : line;
}
