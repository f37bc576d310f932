// hb_standby and hb_takeover, the scripts an operator types.
import { instant } from '../command.ts';
import type { Command, Ran } from '../shapes.ts';
import { ALL, FOREIGN, LOCAL, holdsName } from './daemon.ts';
import type { Cluster, Holds } from './daemon.ts';
import { haTime } from './log.ts';
import { askStandby, askTakeover } from './standby.ts';

const FOLDERS = ['/usr/lib/heartbeat', '/usr/share/heartbeat'];
const WHICH: Record<string, Holds> = { all: ALL, local: LOCAL, foreign: FOREIGN, failback: FOREIGN };

/** Both scripts under both folders they are found in. */
export function standbyCommands(cluster: Cluster): Record<string, Command> {
  return Object.fromEntries(FOLDERS.flatMap((folder) => [
    [`${folder}/hb_standby`, hbStandby(cluster, `${folder}/hb_standby`)],
    [`${folder}/hb_takeover`, hbTakeover(cluster, `${folder}/hb_takeover`)],
  ]));
}

/** Prints its line and is done: whether anything comes of it stands in the log. */
function hbStandby(cluster: Cluster, path: string): Command {
  return instant((argv, node) => {
    const what = WHICH[argv[0] ?? 'all'];
    if (what === undefined) return usage(path, argv[0] ?? '');
    const daemon = cluster.daemons.get(node.name);
    if (!daemon) return { stdout: 'Heartbeat is not currently running.\n', exit: 1 };
    askStandby(daemon, what);
    return { stdout: `${haTime(node.clock())} Going standby [${holdsName(what)}].\n` };
  });
}

/** Prints nothing; it asks the other node to go standby. "local" are the own groups, as everywhere. */
function hbTakeover(cluster: Cluster, path: string): Command {
  return instant((argv, node) => {
    const word = argv[0] ?? 'all';
    const what = WHICH[word];
    if (what === undefined) return usage(path, word);
    const daemon = cluster.daemons.get(node.name);
    if (!daemon) return { stdout: 'Heartbeat is not currently running.\n', exit: 1 };
    askTakeover(daemon, word === 'failback' ? LOCAL : what);
    return {};
  });
}

function usage(path: string, word: string): Partial<Ran> {
  return { stdout: `${path}: wrong resources(${word}).\nusage:\n`, stderr: `${path} [all|foreign|local|failback]\n`, exit: 1 };
}
