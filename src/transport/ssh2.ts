// The transport that needs no program: for machines without ssh, for servers that newer ssh has given up, for tests.
// It knows the operator's ssh_config only through `ssh -G`, so where there is no ssh, through the inventory alone.
import type { Duplex } from 'node:stream';
import { findBinary } from './find-binary.ts';
import { loginGate } from './gate.ts';
import { hostKeyCheck } from './host-key-check.ts';
import { jumpPool } from './jump-pool.ts';
import { sentence } from './sentence.ts';
import type { ConnectFailure, Secrets, SshTarget, Transport } from './session.ts';
import { checkTarget, jumpKey, jumpTarget } from './ssh-argv.ts';
import { sshSettings } from './ssh-config.ts';
import type { SshSettings } from './ssh-config.ts';
import { behindJump, failureOfJump, jumpLoop, says } from './ssh-failure.ts';
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

/** `over`: the jump hosts that wait for this login. */
async function open(target: SshTarget, login: Login, over: readonly string[] = []): Promise<Ssh2Opened> {
  const wrong = checkTarget(target);
  if (wrong !== null) return failed({ kind: 'local', says: wrong, detail: '' });
  const answer = await sshSettings(target, findBinary('ssh'), login.signal);
  if (!answer.ok) return answer;
  const { settings } = answer;
  if (settings.jump === null && settings.proxyCommand !== null) {
    const text = sentence(`${target.name}: ssh_config reaches it by a ProxyCommand, which transport ssh2 does not run`, 'write transport: ssh, or a jump host, in the inventory');
    return failed({ kind: 'local', says: text, detail: settings.proxyCommand });
  }
  if (settings.jump === null) return paced(target, settings, login, `${settings.host}:${settings.port}`);

  const { jump } = settings;
  const behind = { ...target, jump };
  const key = jumpKey(target, jump);
  if (over.includes(key)) return failed(jumpLoop(target, jump));
  const share = await jumps.take(key, () => open(jumpTarget(target, jump), {}, [...over, key]), login.signal);
  if (!share.ok) return failed(failureOfJump(target, jump, share.failure));
  const sock = await through(share.shared, settings);
  if (sock instanceof Error) {
    share.release();
    return failed({ kind: sock.message === tooLate ? 'timeout' : 'unreachable', says: behindJump(behind), detail: sock.message });
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

const throughMs = 5000;
const tooLate = 'no answer within 5 s';

/** A stream through the jump host to the node. */
function through(jump: Ssh2Connection, settings: SshSettings): Promise<Duplex | Error> {
  return new Promise((resolve) => {
    let isLate = false;
    const timer = setTimeout(() => {
      isLate = true;
      resolve(new Error(tooLate));
    }, throughMs);
    const settle = (answer: Duplex | Error): void => {
      clearTimeout(timer);
      resolve(answer);
    };
    try {
      jump.client.forwardOut('127.0.0.1', 0, settings.host, settings.port, (error, stream) => {
        if (isLate) stream?.destroy();
        settle(error ?? stream);
      });
    } catch (error) {
      // ssh2 throws when the client is not connected any more.
      settle(error instanceof Error ? error : new Error(String(error)));
    }
  });
}

function failed(failure: ConnectFailure): { ok: false; failure: ConnectFailure } {
  return { ok: false, failure };
}
