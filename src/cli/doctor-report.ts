// What `doctor` found, as a list of checks: of a cluster's nodes, each bad one with how to mend it. Pure.
import { ageSeconds } from '../model/cluster.ts';
import type { Cluster, Failure, NodeView, Observation } from '../model/cluster.ts';
import { count, list } from '../model/words.ts';
import { filesApart, versionsApart } from './doctor-compared.ts';
import { logTrouble } from './log-trouble.ts';

/** `note`: worth knowing, nothing to mend (a tool that is not installed may be quite right). */
export type CheckState = 'ok' | 'note' | 'bad';

export interface Check {
  /** null: this machine. */
  node: string | null;
  /** access, shell, privileges, probe NAME, versions, files, clock, logs, ssh, terminal, inventory. */
  check: string;
  state: CheckState;
  says: string;
  /** What to do; null where nothing is to be done. */
  mend: string | null;
}

/** Nodes whose clocks differ by more than this make logs hard to read. */
const SKEW_SECONDS = 2;

/** What a node cannot say itself: how an operator would log in to it by hand, and whether sudo is asked for. */
export interface NodeAccess {
  name: string;
  /** The command line to type. */
  typeThis: string;
  user: string | null;
  sudo: boolean;
}

/** All checks of a cluster's nodes at `now` (epoch ms), in the order of the inventory. */
export function nodeChecks(cluster: Cluster, access: readonly NodeAccess[], now: number): Check[] {
  return cluster.nodes.flatMap((node) => {
    const way = access.find((each) => each.name === node.name);
    const checks = [accessCheck(node, way)];
    if (node.link.state === 'shell-refused') checks.push(bad(node, 'shell', node.link.says, 'give the account a login shell that runs /bin/sh -c (chsh on the node), or name another account under ssh: user'));
    if (node.link.state === 'up') {
      checks.push(ok(node, 'shell', 'the login shell starts /bin/sh'), privileges(node, way), ...probeChecks(node, now), versions(cluster, node), ...files(cluster, node), clock(node), ...logs(cluster, node));
    } else if (node.link.state === 'no-sudo') checks.push(bad(node, 'privileges', node.link.says, 'allow the account to run /bin/sh by sudo without a password, or take sudo: true out'));
    return checks;
  });
}

function accessCheck(node: NodeView, way: NodeAccess | undefined): Check {
  const { link } = node;
  const type = way?.typeThis ?? `ssh ${node.name}`;
  switch (link.state) {
    case 'up':
    case 'shell-refused':
    case 'no-sudo':
      return ok(node, 'access', `reached by ${node.via ?? 'ssh'}`);
    case 'connecting':
      return bad(node, 'access', `${node.name} has not answered yet`, `see how far this comes: ${type}`);
    case 'silent':
      return bad(node, 'access', link.says, `see how far this comes: ${type}`);
    case 'auth-stopped':
      return bad(node, 'access', link.says, `log in once by hand: ${type}`);
    case 'hostkey-unknown':
      return bad(node, 'access', link.says, `compare the fingerprint on the node's console, then log in once by hand: ${type}`);
    case 'hostkey-changed':
      return bad(node, 'access', link.says, 'find out why the key changed before anything else; only then replace it in known_hosts');
  }
}

function privileges(node: NodeView, way: NodeAccess | undefined): Check {
  const refused = observations(node).filter(([, observation]) => observation.failure?.kind === 'forbidden').map(([name]) => name);
  const how = way?.sudo === true ? 'by sudo' : way?.user ? `as ${way.user}` : 'as the account that ssh chose';
  if (refused.length === 0) return ok(node, 'privileges', `all that is asked may be read ${how}`);
  return bad(node, 'privileges', `${list(refused)} may not be asked ${how}`, way?.sudo === true ? 'let sudo run /bin/sh as root for this account' : 'log in as root, or write sudo: true at the node');
}

function probeChecks(node: NodeView, now: number): Check[] {
  return observations(node).map(([name, observation]) => {
    const check = `probe ${name}`;
    if (observation.failure) return failed(node, check, observation.failure);
    if (observation.unread.length > 0) return bad(node, check, `${count(observation.unread.length, 'line')} not understood: ${observation.unread[0]?.trim().slice(0, 60) ?? ''}`, 'send this output to the authors of crashcart; a newer one may read it');
    const age = ageSeconds(observation, now);
    if (age === null) return bad(node, check, observation.askedAt === null ? 'not asked yet' : 'no answer yet', `run the tool by hand on ${node.name} and see how long it takes`);
    return ok(node, check, 'answered');
  });
}

function failed(node: NodeView, check: string, failure: Failure): Check {
  switch (failure.kind) {
    case 'absent':
      return { node: node.name, check, state: 'note', says: failure.why, mend: null };
    case 'forbidden':
      return bad(node, check, failure.why, 'log in as root, or write sudo: true at the node');
    case 'down':
      return bad(node, check, failure.why, 'start the daemon it asks');
    case 'no-answer':
      return bad(node, check, failure.why, `run it by hand on ${node.name}: what hangs there, hangs here`);
    case 'cut':
    case 'unreadable':
      return bad(node, check, failure.why, 'look at its text (crashcart, then v); a newer crashcart may read it');
  }
}

function versions(cluster: Cluster, node: NodeView): Check {
  const { facts } = node;
  const known = [
    facts.vitals?.value?.kernel && `Linux ${facts.vitals.value.kernel}`,
    facts['proc-drbd']?.value?.version && `DRBD ${facts['proc-drbd'].value.version}`,
    facts['xen-list']?.value && `Xen (${facts['xen-list'].value.tool ?? 'xm or xl'})`,
    facts['vmware-cmd']?.value && `VMware Server ${facts['vmware-cmd'].value.version ?? ''}`.trim(),
    facts['cl-status']?.value && 'heartbeat',
  ].filter((word) => typeof word === 'string');
  return { node: node.name, check: 'versions', state: known.length > 0 ? 'ok' : 'note', says: known.length > 0 ? `${known.join(', ')}${versionsApart(cluster, node)}` : 'not known', mend: null };
}

/** A note: that files differ between the nodes may be right. */
function files(cluster: Cluster, node: NodeView): Check[] {
  const says = filesApart(cluster, node);
  return says === null ? [] : [{ node: node.name, check: 'files', state: 'note', says, mend: null }];
}

function clock(node: NodeView): Check {
  if (node.clock === null) return { node: node.name, check: 'clock', state: 'note', says: 'not known', mend: null };
  const { offsetSeconds, errorSeconds } = node.clock;
  const says = `${Math.abs(offsetSeconds).toFixed(1)} s ${offsetSeconds < 0 ? 'behind' : 'ahead of'} this machine (± ${errorSeconds.toFixed(1)} s)`;
  return Math.abs(offsetSeconds) - errorSeconds > SKEW_SECONDS ? bad(node, 'clock', says, 'check ntpd or chronyd on the node and here') : ok(node, 'clock', says);
}

function logs(cluster: Cluster, node: NodeView): Check[] {
  const failures = logTrouble(cluster, node).map(({ file, why }) => bad(node, 'logs', `${file}: ${why}`, 'let the account read it, or name the right files under logs:'));
  if (failures.length > 0) return failures;
  const files = [...new Set(node.log.map((line) => line.file))];
  return [{ node: node.name, check: 'logs', state: files.length > 0 ? 'ok' : 'note', says: files.length > 0 ? `followed: ${list(files)}` : node.logFailures.length > 0 ? 'no heartbeat here, and no log of it' : 'no line heard yet', mend: null }];
}

function observations(node: NodeView): [string, Observation<unknown>][] {
  return Object.entries(node.facts);
}

function ok(node: NodeView, check: string, says: string): Check {
  return { node: node.name, check, state: 'ok', says, mend: null };
}

function bad(node: NodeView, check: string, says: string, mend: string): Check {
  return { node: node.name, check, state: 'bad', says, mend };
}
