// The transport that runs the operator's own ssh: certificates, tokens, Match, Include, everything works as for him.
// One master per node, one per jump host; strict host keys; nothing is ever asked here (unlock.ts does that).
import { execa } from 'execa';
import { findBinary } from './find-binary.ts';
import { loginGate } from './gate.ts';
import { jumpPool } from './jump-pool.ts';
import type { Share } from './jump-pool.ts';
import { sentence } from './sentence.ts';
import type { Connected, SshTarget, Transport } from './session.ts';
import { checkTarget, jumpKey, jumpTarget, proxyThrough } from './ssh-argv.ts';
import type { Accepted, Asking } from './ssh-argv.ts';
import { sshSettings } from './ssh-config.ts';
import { sshDirectory } from './ssh-directory.ts';
import type { SshDirectory } from './ssh-directory.ts';
import { quietEnvironment } from './ssh-environment.ts';
import { failureOfJump, jumpLoop, says } from './ssh-failure.ts';
import { startMaster } from './ssh-master.ts';
import type { MasterStarted, SshMaster } from './ssh-master.ts';
import { sshSession } from './ssh-session.ts';

/** How a login is made: never asking, or on the terminal. */
export interface Login {
  asking: Asking;
  signal?: AbortSignal;
  /** Where ssh's own words go while it asks. */
  stderr?: NodeJS.WritableStream;
}

const jumps = jumpPool<SshMaster>();
let directory: SshDirectory | null = null;
const known = new Map<string, Promise<Accepted>>();

/** The transport; there is one for the whole program. */
export const sshTransport: Transport = {
  kind: 'ssh',
  connect: (target, options = {}) => sshLogin(target, { asking: 'strict', ...(options.signal ? { signal: options.signal } : {}) }),
};

/** Logs in once, over the jump hosts where there are any. */
export async function sshLogin(target: SshTarget, login: Login): Promise<Connected> {
  const ssh = findBinary('ssh');
  if (ssh === null) {
    const text = sentence(`${target.name}: there is no ssh here`, 'install the OpenSSH client, or write transport: ssh2 in the inventory');
    return { ok: false, failure: { kind: 'local', says: text, detail: '' } };
  }
  const master = await openMaster(ssh, target, login);
  return master.ok ? { ok: true, session: sshSession(target, master.session) } : master;
}

/** `over`: the jump hosts that wait for this login. */
async function openMaster(ssh: string, target: SshTarget, login: Login, over: readonly string[] = []): Promise<MasterStarted> {
  const wrong = checkTarget(target);
  if (wrong !== null) return { ok: false, failure: { kind: 'local', says: wrong, detail: '' } };
  directory ??= sshDirectory();
  const answer = await sshSettings(target, ssh, login.signal, directory);
  if (!answer.ok) return answer;
  const { host, port, jump } = answer.settings;
  if (jump === null) return pacedMaster(ssh, target, login, `${host}:${port}`);

  const key = jumpKey(target, jump);
  if (over.includes(key)) return { ok: false, failure: jumpLoop(target, jump) };
  const share = await shareJump(ssh, target, jump, login, [...over, key]);
  if (!share.ok) return { ok: false, failure: failureOfJump(target, jump, share.failure) };
  const master = await pacedMaster(ssh, { ...target, jump }, login, `over ${jump}`, proxyThrough(ssh, share.shared.socket));
  if (master.ok) void master.session.closed.then(() => share.release());
  else share.release();
  return master;
}

/** Everybody who waits for the same jump host shares its login, so it is not given up with one of them. */
function shareJump(ssh: string, target: SshTarget, jump: string, login: Login, over: readonly string[]): Promise<Share<SshMaster>> {
  const host = jumpTarget(target, jump);
  const key = jumpKey(target, jump);
  // The operator acts now: what was refused before does not count any more.
  if (login.asking === 'ask') jumps.forget(key);
  const { signal, ...lasting } = login;
  return jumps.take(key, () => openMaster(ssh, host, login.asking === 'ask' && signal ? { ...lasting, signal } : lasting, over), signal);
}

async function pacedMaster(ssh: string, target: SshTarget, login: Login, door: string, proxy?: string): Promise<MasterStarted> {
  const release = await loginGate.enter(door, login.signal);
  if (release === null) return { ok: false, failure: { kind: 'cancelled', says: says(target, 'cancelled', ''), detail: '' } };
  try {
    directory ??= sshDirectory();
    const accepted = target.legacyAlgorithms === true ? { accepted: await acceptedBy(ssh) } : {};
    return await startMaster(target, { ssh, directory, ...login, ...accepted, ...(proxy === undefined ? {} : { proxy }) });
  } finally {
    release();
  }
}

/** What the installed ssh knows of algorithms; asked once. */
function acceptedBy(ssh: string): Promise<Accepted> {
  const ask = async (kind: keyof Accepted): Promise<string[]> => {
    const answer = await execa(ssh, ['-Q', kind], { reject: false, stdin: 'ignore', timeout: 5000, env: quietEnvironment(), extendEnv: false });
    return answer.stdout.split('\n').map((line) => line.trim());
  };
  const all = async (): Promise<Accepted> => {
    const [kex, key, cipher, mac] = await Promise.all([ask('kex'), ask('key'), ask('cipher'), ask('mac')]);
    return { kex, key, cipher, mac };
  };
  const answer = known.get(ssh) ?? all();
  known.set(ssh, answer);
  return answer;
}
