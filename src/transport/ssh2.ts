// The transport that needs no program: for machines without ssh, for servers that newer ssh has given up, for tests.
// It knows the operator's ssh_config only through `ssh -G`, so where there is no ssh, through the inventory alone.
import type { Duplex } from 'node:stream';
import { findBinary } from './find-binary.ts';
import { loginGate } from './gate.ts';
import { hostKeyCheck } from './host-key-check.ts';
import { jumpPool } from './jump-pool.ts';
import { sentence } from './sentence.ts';
import type { ConnectFailure, Secrets, SshTarget, Transport } from './session.ts';
import { checkTarget, jumpTarget } from './ssh-argv.ts';
import { sshSettings } from './ssh-config.ts';
import type { SshSettings } from './ssh-config.ts';
import { behindJump, failureOfJump, says } from './ssh-failure.ts';
import { openSsh2 } from './ssh2-connection.ts';
import type { Ssh2Connection, Ssh2Opened } from './ssh2-connection.ts';
import { credentials } from './ssh2-login.ts';
import { ssh2Session } from './ssh2-session.ts';

interface Login {
  signal?: AbortSignal;
  secrets?: Secrets;
}

const jumps = jumpPool<Ssh2Connection>();

/** The transport; there is one for the whole program. */
export const ssh2Transport: Transport = {
  kind: 'ssh2',
  async connect(target, options = {}) {
    const opened = await open(target, options);
    return opened.ok ? { ok: true, session: ssh2Session(target, opened.session) } : opened;
  },
};

async function open(target: SshTarget, login: Login): Promise<Ssh2Opened> {
  const wrong = checkTarget(target);
  if (wrong !== null) return failed({ kind: 'local', says: wrong, detail: '' });
  const answer = await sshSettings(target, findBinary('ssh'));
  if (!answer.ok) return answer;
  const { settings } = answer;
  if (settings.jump === null) return paced(target, settings, login, `${settings.host}:${settings.port}`);

  const { jump } = settings;
  const behind = { ...target, jump };
  const key = JSON.stringify([jump, target.configFile, target.knownHostsFile, target.identityFile]);
  const share = await jumps.take(key, () => open(jumpTarget(target, jump), {}));
  if (!share.ok) return failed(failureOfJump(target, jump, share.failure));
  const sock = await through(share.shared, settings);
  if (sock instanceof Error) {
    share.release();
    return failed({ kind: 'unreachable', says: behindJump(behind), detail: sock.message });
  }
  const opened = await paced(behind, settings, login, `over ${jump}`, sock);
  if (opened.ok) void opened.session.closed.then(() => share.release());
  else share.release();
  return opened;
}

async function paced(target: SshTarget, settings: SshSettings, login: Login, door: string, sock?: Duplex): Promise<Ssh2Opened> {
  const release = await loginGate.enter(door, login.signal);
  if (release === null) return failed({ kind: 'cancelled', says: says(target, 'cancelled', ''), detail: '' });
  try {
    const hostKey = await hostKeyCheck(settings, target.legacyAlgorithms === true);
    const own = await credentials(settings, login.secrets ?? {});
    return await openSsh2(target, { settings, hostKey, credentials: own, ...(sock ? { sock } : {}), ...(login.signal ? { signal: login.signal } : {}) });
  } catch (error) {
    // A known_hosts file that cannot be read, an algorithm that ssh2 does not have: told, never a crash.
    const why = error instanceof Error ? error.message : String(error);
    return failed({ kind: 'local', says: sentence(`${target.name}: cannot connect from here: ${why}`), detail: why });
  } finally {
    release();
  }
}

/** A stream through the jump host to the node. */
function through(jump: Ssh2Connection, settings: SshSettings): Promise<Duplex | Error> {
  return new Promise((resolve) => {
    try {
      jump.client.forwardOut('127.0.0.1', 0, settings.host, settings.port, (error, stream) => resolve(error ?? stream));
    } catch (error) {
      // ssh2 throws when the client is not connected any more.
      resolve(error instanceof Error ? error : new Error(String(error)));
    }
  });
}

function failed(failure: ConnectFailure): { ok: false; failure: ConnectFailure } {
  return { ok: false, failure };
}
