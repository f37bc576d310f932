// What the operator's ssh_config says about a host. `ssh -G` is the authority: it knows Include, Match and every
// default. Where there is no ssh, only the inventory's own fields count.
import { execa } from 'execa';
import { existsSync } from 'node:fs';
import { homedir, userInfo } from 'node:os';
import { join } from 'node:path';
import { sentence } from './sentence.ts';
import type { ConnectFailure, SshTarget } from './session.ts';
import { quietEnvironment } from './ssh-environment.ts';
import { says } from './ssh-failure.ts';

/** A target with everything settled. */
export interface SshSettings {
  host: string;
  port: number;
  user: string;
  /** Hosts to go over, as in `ssh -J`; null: none. */
  jump: string | null;
  /** The program that is the way there instead of a TCP connection, as it stands in ssh_config; null: none. */
  proxyCommand: string | null;
  /** The name that known_hosts has for it, when it is not the host's. */
  hostKeyAlias: string | null;
  /** Private keys to try, in this order; not all exist. */
  identityFiles: string[];
  /** Only these keys, not all that an agent holds. */
  identitiesOnly: boolean;
  /** The agent's socket; null: no agent. */
  agent: string | null;
  knownHostsFiles: string[];
  /** From ssh itself, or (no ssh here) from the inventory alone. */
  from: 'ssh' | 'inventory';
}

export type SettingsAnswer = { ok: true; settings: SshSettings } | { ok: false; failure: ConnectFailure };

/** What the expansion of `~` and `%` in file names needs to know. */
export interface Here {
  home: string;
  localUser: string;
  agent: string | null;
}

/** Who ends a process of ours when we are gone. */
export interface Guard {
  watch(pid: number): void;
  unwatch(pid: number): void;
}

/** For the whole answer: a `Match exec` of the operator's may take its time, or hang. */
const answerMs = 5000;

/** Settles a target; `ssh` is the binary, or null where there is none. */
export async function sshSettings(target: SshTarget, ssh: string | null, signal?: AbortSignal, guard?: Guard): Promise<SettingsAnswer> {
  const here: Here = { home: homedir(), localUser: userInfo().username, agent: process.env['SSH_AUTH_SOCK'] ?? null };
  if (ssh === null) return { ok: true, settings: inventorySettings(target, here) };
  const file = target.configFile === undefined ? [] : ['-F', target.configFile];
  const port = target.port === undefined ? [] : ['-p', String(target.port)];
  const user = target.user === undefined ? [] : ['-l', target.user];
  const asked = await ask(ssh, ['-G', ...file, ...port, ...user, '--', target.host], signal, guard);
  if (asked.ended === 'cancelled') return { ok: false, failure: { kind: 'cancelled', says: says(target, 'cancelled', ''), detail: '' } };
  if (asked.exitCode === 0) return { ok: true, settings: fromInventory(parseSshG(asked.stdout, target.host, here), target) };
  const printed = asked.stderr.trim().split('\n').at(-1) ?? '';
  const why = asked.ended === 'late' ? `no answer within ${answerMs / 1000} s (a Match exec in it?)` : printed === '' ? (asked.shortMessage ?? 'no reason given') : printed;
  return { ok: false, failure: { kind: 'local', says: sentence(`${target.name}: ssh cannot read its configuration: ${why}`, 'correct ssh_config or the inventory'), detail: asked.stderr } };
}

/** Runs `ssh -G` in a group of its own, and ends it with the commands of its configuration when it is not waited for any more. */
async function ask(ssh: string, argv: string[], signal: AbortSignal | undefined, guard: Guard | undefined) {
  let ended: 'by itself' | 'late' | 'cancelled' = 'by itself';
  const child = execa(ssh, argv, { reject: false, stdin: 'ignore', detached: true, cleanup: false, env: quietEnvironment(), extendEnv: false });
  const { pid, nodeChildProcess: running } = child;
  if (pid !== undefined) guard?.watch(pid);
  const end = (why: 'late' | 'cancelled'): void => {
    if (pid === undefined || running.exitCode !== null || running.signalCode !== null) return;
    ended = why;
    process.kill(-pid, 'SIGKILL');
  };
  const giveUp = (): void => end('cancelled');
  const late = setTimeout(() => end('late'), answerMs);
  if (signal?.aborted === true) giveUp();
  signal?.addEventListener('abort', giveUp, { once: true });
  const result = await child;
  clearTimeout(late);
  signal?.removeEventListener('abort', giveUp);
  if (pid !== undefined) guard?.unwatch(pid);
  return { ended: ended as 'by itself' | 'late' | 'cancelled', exitCode: result.exitCode, stdout: result.stdout, stderr: result.stderr, shortMessage: result.shortMessage };
}

/** Reads the answer of `ssh -G name`: a keyword and its value on each line. */
export function parseSshG(text: string, name: string, here: Here): SshSettings {
  const said = new Map<string, string[]>();
  for (const line of text.split('\n')) {
    const [, keyword, value] = /^(\S+) (.*)$/.exec(line.trim()) ?? [];
    if (keyword !== undefined && value !== undefined) said.set(keyword, [...(said.get(keyword) ?? []), value]);
  }
  const one = (keyword: string): string | null => {
    const value = said.get(keyword)?.[0];
    return value === undefined || value === 'none' ? null : value;
  };
  const host = one('hostname') ?? name;
  const port = Number(one('port') ?? 22);
  const user = one('user') ?? here.localUser;
  const tokens: Record<string, string> = { '%': '%', d: here.home, h: host, n: name, p: String(port), r: user, u: here.localUser };
  const path = (word: string): string => word.replace(/^~(?=\/)/, here.home).replace(/%([%dhnpru])/g, (_, token: string) => tokens[token] ?? '');
  const files = (keyword: string): string[] => (one(keyword) ?? '').split(/\s+/).filter((word) => word !== '').map(path);
  const agent = one('identityagent');
  const hasNoAgent = said.get('identityagent')?.[0] === 'none';
  return {
    host,
    port,
    user,
    jump: one('proxyjump'),
    proxyCommand: one('proxycommand'),
    hostKeyAlias: one('hostkeyalias')?.replaceAll('%n', name).replaceAll('%h', host) ?? null,
    identityFiles: (said.get('identityfile') ?? []).filter((word) => word !== 'none').map(path),
    identitiesOnly: one('identitiesonly') === 'yes',
    agent: hasNoAgent ? null : agent === null || agent === 'SSH_AUTH_SOCK' ? here.agent : path(agent),
    knownHostsFiles: [...files('userknownhostsfile'), ...files('globalknownhostsfile')],
    from: 'ssh',
  };
}

/** Without ssh: the inventory's fields, and the files where everybody has them. */
export function inventorySettings(target: SshTarget, here: Here): SshSettings {
  const [, user, host = target.host] = /^([^@]+)@(.+)$/.exec(target.host) ?? [];
  const own = (name: string): string => join(here.home, '.ssh', name);
  const settings: SshSettings = {
    host,
    port: 22,
    user: user ?? here.localUser,
    jump: null,
    proxyCommand: null,
    hostKeyAlias: null,
    identityFiles: ['id_ed25519', 'id_ecdsa', 'id_rsa'].map(own),
    identitiesOnly: false,
    agent: here.agent,
    knownHostsFiles: [own('known_hosts'), own('known_hosts2'), '/etc/ssh/ssh_known_hosts', '/etc/ssh/ssh_known_hosts2'],
    from: 'inventory',
  };
  return fromInventory(settings, target);
}

/** What the inventory says outranks ssh_config, as it does on ssh's command line. */
function fromInventory(settings: SshSettings, target: SshTarget): SshSettings {
  const { identityFile, knownHostsFile } = target;
  return {
    ...settings,
    port: target.port ?? settings.port,
    user: target.user ?? settings.user,
    jump: target.jump === 'none' ? null : (target.jump ?? settings.jump),
    ...(identityFile === undefined ? {} : { identityFiles: [identityFile, ...settings.identityFiles.filter((file) => settings.from === 'ssh' && existsSync(file) && !isDefault(file))], identitiesOnly: true }),
    ...(knownHostsFile === undefined ? {} : { knownHostsFiles: [knownHostsFile, ...settings.knownHostsFiles.filter((file) => file.startsWith('/etc/'))] }),
  };
}

/** ssh names its default keys in `-G` only while no other is configured. */
function isDefault(file: string): boolean {
  return /\/\.ssh\/id_(rsa|dsa|ecdsa|ecdsa_sk|ed25519|ed25519_sk|xmss)$/.test(file);
}
