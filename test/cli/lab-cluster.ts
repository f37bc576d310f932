// Two nodes that are directories made of what the lab's machines printed at one moment, behind OpenSSH's sshd.
// Their clocks stand at that moment: `date` answers it, so the log is as old as it was then.
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { newKey } from '../../src/simulator/ssh-server.ts';
import { startSshd } from '../../src/simulator/sshd.ts';
import type { Sshd } from '../../src/simulator/sshd.ts';

/** What the lab's machines printed; INDEX.md there tells command, exit status and time of each file. */
export const LAB = fileURLToPath(new URL('../samples/lab/', import.meta.url));

/** A node: which of its captures it is made of, and files of one's own (by absolute path) in place of others. */
export interface LabNode {
  /** `heartbeat/alpha/03-running`: what /proc/drbd, mount and cl_status said. */
  moment?: string;
  /** A capture of /proc/drbd of another moment; null: no DRBD on this machine. */
  drbd?: string | null;
  /** Captures of `xl list`. */
  xl?: string;
  /** Captures of ha-log, one after the other. */
  logs?: string[];
  files?: Record<string, string>;
  /** Name in `uname -n`; default: the inventory's. */
  hostname?: string;
  /** Not served: a machine that is off, or cannot be reached. */
  off?: boolean;
}

export interface LabCluster {
  inventory: string;
  /** The node's directory. */
  directory(node: string): string;
  stop(): Promise<void>;
}

export const HA_CF = 'logfile /var/log/ha-log\nkeepalive 1\ndeadtime 10\nwarntime 5\ninitdead 30\nudpport 694\nbcast eth1\nauto_failback on\nnode alpha\nnode bravo\n';
/** As the lab's logs tell it: `Acquiring resource group: alpha drbddisk::web-root ...`. */
export const HARESOURCES = [
  'alpha drbddisk::web-root Filesystem::/dev/drbd0::/mnt/web::ext4 IPaddr2::10.9.9.10/24/eth1 vmmanager::web',
  'bravo drbddisk::mail-root Filesystem::/dev/drbd1::/mnt/mail::ext4 IPaddr2::10.9.9.11/24/eth1 vmmanager::mail',
  '',
].join('\n');

/** Serves the nodes. `at`: the moment of their clocks, ISO 8601 UTC. */
export async function startLab(nodes: Record<string, LabNode>, at: string, lab = LAB): Promise<LabCluster> {
  const directory = mkdtempSync(join(tmpdir(), 'cc-moment-'));
  const key = newKey('lab');
  writeFileSync(join(directory, 'key'), key.private, { mode: 0o600 });
  writeFileSync(join(directory, 'ssh_config'), '');
  const running: Sshd[] = [];
  const stop = async (): Promise<void> => {
    await Promise.all(running.map((sshd) => sshd.stop()));
    rmSync(directory, { recursive: true, force: true });
  };
  const nodeDirectory = (name: string): string => join(directory, name);
  const lines = ['clusters:', '  lab:', '    nodes:'];
  const known: string[] = [];
  for (const [name, node] of Object.entries(nodes)) {
    writeNode(nodeDirectory(name), name, node, at, lab);
    const started = await startSshd({ directory: join(directory, `${name}.sshd`), nodeDirectory: nodeDirectory(name), authorizedKeys: [key.public] });
    if (!started.ok) {
      await stop();
      throw new Error(started.says);
    }
    const { sshd } = started;
    known.push(sshd.hostKeyLine);
    if (node.off === true) await sshd.stop();
    else running.push(sshd);
    lines.push(`      - name: ${name}`, `        ssh: { host: ${sshd.host}, port: ${sshd.port}, user: ${sshd.user}, identityFile: ${join(directory, 'key')}, knownHostsFile: ${join(directory, 'known_hosts')}, configFile: ${join(directory, 'ssh_config')} }`);
  }
  writeFileSync(join(directory, 'known_hosts'), `${known.join('\n')}\n`);
  const inventory = join(directory, 'crashcart.yaml');
  writeFileSync(inventory, `${lines.join('\n')}\n`);
  return { inventory, directory: nodeDirectory, stop };
}

function writeNode(directory: string, name: string, node: LabNode, at: string, lab: string): void {
  const put = (path: string, text: string, mode = 0o644): void => {
    const file = join(directory, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
    chmodSync(file, mode);
  };
  const capture = (path: string): string => readFileSync(join(lab, path), 'utf8');
  put('proc/uptime', '86400.00 80000.00\n');
  put('proc/loadavg', '0.40 0.30 0.20 1/90 4242\n');
  put('proc/meminfo', 'MemTotal:         393216 kB\nMemFree:          131072 kB\nMemAvailable:     262144 kB\nSwapTotal:             0 kB\nSwapFree:              0 kB\n');
  put('proc/sys/kernel/hostname', `${node.hostname ?? name}\n`);
  put('proc/sys/kernel/osrelease', '6.1.0-56-amd64\n');
  put('proc/mounts', 'rootfs / rootfs rw 0 0\n');
  put('bin/date', `#!/bin/sh\necho '${Date.parse(at) / 1000} 000000000 +0000'\n`, 0o755);
  const drbd = node.drbd === undefined && node.moment !== undefined ? `${node.moment}.proc-drbd.txt` : node.drbd;
  if (typeof drbd === 'string') {
    put('proc/drbd', capture(drbd));
    put('etc/drbd.conf', capture('drbd84/alpha/99-session.drbdadm-dump.txt'));
  }
  if (node.xl !== undefined) {
    put('xl-list', capture(node.xl));
    put('bin/xl', '#!/bin/sh\n[ "$1" = list ] && cat "$r/xl-list"\n', 0o755);
  }
  const mounts = node.moment === undefined ? null : join(lab, `${node.moment}.mounts.txt`);
  if (mounts !== null && existsSync(mounts)) put('proc/mounts', `rootfs / rootfs rw 0 0\n${procMounts(readFileSync(mounts, 'utf8'))}`);
  if (node.moment !== undefined && writeClStatus(put, node.moment, lab)) {
    put('etc/ha.d/ha.cf', HA_CF);
    put('etc/ha.d/haresources', HARESOURCES);
  }
  if (node.logs) put('var/log/ha-log', node.logs.map(capture).join(''));
  for (const [path, text] of Object.entries(node.files ?? {})) put(path, text, path.startsWith('bin/') ? 0o755 : 0o644);
}

/** `/dev/drbd0 on /mnt/web type ext4 (rw)` as the kernel writes it. */
function procMounts(text: string): string {
  return text.replaceAll(/^(\S+) on (\S+) type (\S+) \((.*)\)$/gm, '$1 $2 $3 $4 0 0');
}

/** A cl_status that answers as the captured one did: text, exit status, its complaints on stderr. False: none was captured. */
function writeClStatus(put: (path: string, text: string, mode?: number) => void, moment: string, lab: string): boolean {
  const [folder, prefix] = [dirname(moment), moment.slice(moment.lastIndexOf('/') + 1)];
  const index = readFileSync(join(lab, 'INDEX.md'), 'utf8');
  const cases = readdirSync(join(lab, folder)).filter((file) => file.startsWith(`${prefix}.cl_status-`)).map((file) => {
    const row = index.split('\n').find((line) => line.startsWith(`| ${folder}/${file} `));
    const [, , command = '', exit = ''] = row?.split(/(?<!\\)\|/) ?? [];
    const text = readFileSync(join(lab, folder, file), 'utf8');
    put(`cl_status/${file}`, text.split('\n').filter((line) => !isComplaint(line)).join('\n'));
    put(`cl_status/${file}.err`, text.split('\n').filter(isComplaint).map((line) => `${line}\n`).join(''));
    return `'${command.trim().replace(/^`cl_status |`$/g, '')}') cat "$r/cl_status/${file}"; cat "$r/cl_status/${file}.err" >&2; exit ${exit.trim()} ;;\n`;
  });
  if (cases.length > 0) put('bin/cl_status', `#!/bin/sh\ncase "$*" in\n${cases.join('')}*) echo "cl_status $* was not captured" >&2; exit 99 ;;\nesac\n`, 0o755);
  return cases.length > 0;
}

function isComplaint(line: string): boolean {
  return / ERROR: /.test(line);
}
