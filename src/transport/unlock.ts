// The login in the foreground: whatever ssh wants to ask (an unknown host key, a password, a one-time code) it asks
// itself, on the terminal that the cockpit has left for it. What comes of it is an ordinary session.
import { findBinary } from './find-binary.ts';
import { sentence } from './sentence.ts';
import type { Connected, SshTarget } from './session.ts';
import { sshLogin } from './ssh.ts';
export { typeThis } from './ssh-argv.ts';

/**
 * Logs in with ssh asking on /dev/tty; its other words go to `io.stderr` until it is in. Ctrl-C gives the failure
 * `cancelled`, and is kept from ending the program meanwhile. A yes to a new host key is stored by ssh, where its
 * configuration says.
 */
export async function unlock(target: SshTarget, io: { stderr: NodeJS.WritableStream }): Promise<Connected> {
  if (target.transport === 'ssh2' || findBinary('ssh') === null) {
    const why = target.transport === 'ssh2' ? 'the inventory says transport: ssh2, which cannot ask' : 'there is no ssh here to ask';
    return { ok: false, failure: { kind: 'local', says: sentence(`${target.name}: ${why}`, 'add its key to known_hosts and yours to the agent'), detail: '' } };
  }
  const given = new AbortController();
  const stop = (): void => given.abort();
  process.on('SIGINT', stop);
  try {
    return await sshLogin(target, { asking: 'ask', signal: given.signal, stderr: io.stderr });
  } finally {
    process.off('SIGINT', stop);
  }
}
