// cl_status: what the daemon tells a client.
import { instant } from '../command.ts';
import type { Command, Ran, SimNode } from '../shapes.ts';
import type { Cluster, Daemon } from './daemon.ts';
import { resourceState } from './holdings.ts';
import { haTime } from './log.ts';

type Answer = Partial<Ran>;

const USAGE = 'Usage: cl_status <sub-command> [<options>] [<parameters>]\n';

/** The program, for every node of a cluster. */
export function clStatus(cluster: Cluster): Command {
  return instant((argv, node) => {
    const [sub = '', ...rest] = argv;
    if (sub === '' || sub === '-h') return { stdout: USAGE };
    const answer = SUBCOMMANDS[sub];
    const daemon = cluster.daemons.get(node.name);
    const isAnswering = daemon !== undefined && cluster.world.schedule.now() >= daemon.answersAt;
    if (sub === 'hbstatus') return isAnswering ? { stdout: 'Heartbeat is running on this machine.\n' } : { stdout: 'Heartbeat is stopped on this machine.\n', exit: 1 };
    if (!answer) return { stderr: complaint(node, `${sub}: invalid sub-command.`), exit: 11 };
    if (!isAnswering) return refused(node, 'Cannot signon with heartbeat', "hb_api_signon: Can't initiate connection  to heartbeat");
    return answer(daemon, rest.filter((word) => !word.startsWith('-')), rest.filter((word) => word.startsWith('-')));
  });
}

/** Where a node or link is unknown the daemon says so in two lines, like one that does not run. */
const SUBCOMMANDS: Record<string, (daemon: Daemon, words: readonly string[], flags: readonly string[]) => Answer> = {
  // The daemon keeps its lists the other way round.
  listnodes: (daemon, _words, flags) => {
    const { conf } = daemon;
    const asked = flags.includes('-p') ? conf.pings : flags.includes('-n') ? conf.nodes : conf.members;
    return { stdout: [...asked].reverse().map((name) => `${name}\n`).join('') };
  },
  nodestatus: (daemon, [name = '']) => {
    const status = nodeStatus(daemon, name);
    if (status === null) return refused(daemon.node, 'Cannot get node status', `No such node ${name}`);
    return { stdout: `${status}\n`, exit: status === 'dead' ? 1 : 0 };
  },
  nodetype: (daemon, [name = '']) => (nodeStatus(daemon, name) === null ? { stdout: 'unknown\n', exit: 1 } : { stdout: daemon.conf.pings.includes(name) ? 'ping\n' : 'normal\n' }),
  listhblinks: (daemon, [name = '']) => {
    if (nodeStatus(daemon, name) === null) return refused(daemon.node, 'Cannot list heartbeat links', `No such node ${name}`);
    return { stdout: linksOf(daemon, name).map((link) => `\t${link}\n`).join('') };
  },
  hblinkstatus: (daemon, [name = '', link = '']) => {
    if (!linksOf(daemon, name).includes(link)) return refused(daemon.node, 'Cannot get heartbeat link status', `No such link ${name}:${link}`);
    const ear = name === daemon.peer.name ? daemon.peer.ears.find((one) => one.name === link) : undefined;
    const status = ear?.status ?? 'up';
    return { stdout: `${status}\n`, exit: status === 'dead' ? 1 : 0 };
  },
  rscstatus: (daemon, _words, flags) => {
    const state = resourceState(daemon);
    return { stdout: flags.includes('-m') ? `This node is holding ${state} resources.\n` : `${state}\n` };
  },
  hbparameter: (daemon, [key = '']) => {
    const value = key === 'hbversion' ? daemon.cluster.version : daemon.conf.parameters.get(key);
    return value === undefined ? { exit: 1 } : { stdout: `${value}\n` };
  },
  clientstatus: (daemon, [name = '', client = '']) => {
    const runs = client === 'ipfail' && (name === daemon.node.name ? daemon.ipfailPid !== null : (daemon.cluster.daemons.get(name)?.ipfailPid ?? null) !== null);
    return { stdout: runs ? 'online\n' : 'offline\n', exit: runs ? 0 : 1 };
  },
};

/** null: no node of ha.cf has that name. */
function nodeStatus(daemon: Daemon, name: string): string | null {
  const { conf, peer } = daemon;
  if (conf.pings.includes(name)) return daemon.pingsUp ? 'ping' : 'init';
  if (name === daemon.node.name) return daemon.status;
  if (name !== peer.name || !conf.nodes.includes(name)) return null;
  return peer.status === 'unknown' ? 'init' : peer.status;
}

function linksOf(daemon: Daemon, name: string): string[] {
  if (nodeStatus(daemon, name) === null) return [];
  return daemon.conf.pings.includes(name) ? [name] : daemon.conf.media.map((medium) => medium.name).reverse();
}

function refused(node: SimNode, what: string, reason: string): Answer {
  return { stderr: complaint(node, what) + complaint(node, `REASON: ${reason}`), exit: 1 };
}

function complaint(node: SimNode, text: string): string {
  return `cl_status[${node.pid()}]: ${haTime(node.clock())} ERROR: ${text}\n`;
}
