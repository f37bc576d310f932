// What heartbeat says of itself, its nodes and links, from cl_status.
import type { HeartbeatPeer, HeartbeatStatus } from '../model/facts.ts';
import type { Answer, CommandProbe, Conversation, Parsed } from './probe.ts';
import { complaintRefusal, firstLine, refusal, statusRefusal, textOf } from './refusal.ts';
import type { Refusal } from './refusal.ts';

/** Bounds on what a node can make us ask. */
const MOST_NODES = 32;
const MOST_LINKS = 16;

/**
 * Asks hbstatus; where heartbeat runs also rscstatus, listnodes and for every node (itself and ping nodes too)
 * nodestatus, listhblinks and hblinkstatus of each link.
 */
export const clStatus: CommandProbe<'cl-status'> = {
  name: 'cl-status',
  kind: 'commands',
  everySeconds: 5,
  deadlineSeconds: 8,
  ask,
};

function* ask(): Conversation<HeartbeatStatus> {
  const daemon = daemonOf(yield ['cl_status', 'hbstatus']);
  if (typeof daemon !== 'boolean') return daemon;
  // A stopped heartbeat is an answer: it answers for nothing else, and nothing else is asked.
  if (!daemon) return { answered: true, facts: { running: false, resources: null, peers: [] }, unread: [] };

  const unread: string[] = [];
  const held = yield ['cl_status', 'rscstatus'];
  if (held.status === 'timeout') return hung(held, 'rscstatus');
  const resources = wordOf(held, HELD, unread);

  const listed = yield ['cl_status', 'listnodes'];
  const nodes = namesOf(listed, MOST_NODES, unread);
  if (nodes.length === 0) return withoutNodes(listed);

  const peers: HeartbeatPeer[] = [];
  for (const name of nodes) {
    const node = yield ['cl_status', 'nodestatus', name];
    if (node.status === 'timeout') return hung(node, 'nodestatus');
    const status = wordOf(node, NODE_WORDS, unread);
    const linked = yield ['cl_status', 'listhblinks', name];
    const lost = withoutLinks(linked, name);
    if (lost) return lost;
    const links: HeartbeatPeer['links'] = [];
    for (const link of namesOf(linked, MOST_LINKS, unread)) {
      const answer = yield ['cl_status', 'hblinkstatus', name, link];
      if (answer.status === 'timeout') return hung(answer, 'hblinkstatus');
      links.push({ name: link, status: wordOf(answer, LINK_WORDS, unread) });
    }
    peers.push({ name, status, links });
  }
  return { answered: true, facts: { running: true, resources, peers }, unread };
}

/** Words of `rscstatus`, `nodestatus` and `hblinkstatus` (cl_status.c); any other is kept as printed and unread. */
export const HELD: ReadonlySet<string> = new Set(['none', 'local', 'foreign', 'all', 'transition']);
export const NODE_WORDS: ReadonlySet<string> = new Set(['active', 'up', 'init', 'dead', 'ping']);
export const LINK_WORDS: ReadonlySet<string> = new Set(['up', 'dead']);

/**
 * The sentence of `hbstatus`: true running, false stopped. For some 3 s after its start heartbeat says stopped though
 * the daemon is there: it does not answer its clients yet.
 */
export function daemonOf(answer: Answer): boolean | Refusal {
  const missing = statusRefusal(answer, 'cl_status');
  if (missing) return missing;
  const sentence = firstLine(answer.stdout) ?? '';
  const match = /^Heartbeat is (running|stopped) on this machine\.$/.exec(sentence);
  if (match) return match[1] === 'running';
  if (/^Heartbeat is apparently running/.test(sentence)) return refusal('forbidden', 'heartbeat runs but refuses cl_status', answer);
  return signonRefusal(answer) ?? complaintRefusal(answer, 'cl_status') ?? refusal('unreadable', `cl_status hbstatus: not understood: ${firstLine(textOf(answer)) ?? 'it printed nothing'}`, answer);
}

/** Heartbeat's API did not take the client (`Cannot signon with heartbeat`, exit 1 as for a dead node); null: it did. */
export function signonRefusal(answer: Answer): Refusal | null {
  return /Cannot sign ?on with heartbeat|hb_api_signon/.test(textOf(answer)) ? refusal('down', 'heartbeat does not answer cl_status: it is stopped, or started a moment ago', answer) : null;
}

/**
 * A name that may stand in an argv: printable, no blank, no control byte, no option, at most 128 characters.
 * /dev/ttyS0, eth0, 10.0.0.1 and fe80::1 pass.
 */
export function isSafeName(name: string): boolean {
  return /^[\x21-\x2c\x2e-\x7e][\x21-\x7e]{0,127}$/.test(name);
}

/** A one-word answer as printed; null when it was not given, which old versions and the first seconds bring about. */
function wordOf(answer: Answer, known: ReadonlySet<string>, unread: string[]): string | null {
  if (answer.status !== 'ok' || signonRefusal(answer)) return null;
  const lines = answer.stdout.split('\n').filter((line) => line.trim() !== '');
  const word = lines[0]?.trim() ?? '';
  const single = lines.length === 1 && /^[\x21-\x7e]{1,64}$/.test(word);
  if (!single || !known.has(word)) for (const line of lines) unread.push(line);
  return single ? word : null;
}

function namesOf(answer: Answer, most: number, unread: string[]): string[] {
  if (answer.status !== 'ok' || signonRefusal(answer)) return [];
  const names: string[] = [];
  for (const line of answer.stdout.split('\n')) {
    const name = line.trim();
    if (name === '' || names.includes(name)) continue;
    if (isSafeName(name) && names.length < most) names.push(name);
    else unread.push(line);
  }
  return names;
}

function withoutNodes(answer: Answer): Parsed<HeartbeatStatus> {
  return (
    statusRefusal(answer, 'cl_status listnodes') ??
    signonRefusal(answer) ??
    refusal('unreadable', `cl_status listnodes names no node: ${firstLine(textOf(answer)) ?? 'it printed nothing'}`, answer)
  );
}

/** No list of links is not a list without links: then nothing is said of the cluster at all. Null: there is a list. */
function withoutLinks(answer: Answer, node: string): Refusal | null {
  const command = `cl_status listhblinks ${node}`;
  const refused = statusRefusal(answer, command) ?? signonRefusal(answer);
  if (refused || answer.exit === 0 || answer.stdout.trim() !== '') return refused;
  return refusal('no-answer', `${command}: ${firstLine(answer.stderr) ?? 'it printed nothing'}`, answer);
}

function hung(answer: Answer, command: string): Refusal {
  return refusal('no-answer', `cl_status ${command}: no answer before the deadline`, answer);
}
