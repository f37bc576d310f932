// Which transport a node gets: the inventory's word, or the operator's own ssh where it is installed.
import { findBinary } from './find-binary.ts';
import type { SshTarget, Transport } from './session.ts';
import { sshTransport } from './ssh.ts';

/** The transport for a target. `auto`: ssh when the binary is in PATH, else ssh2. */
export function transportFor(target: SshTarget): Transport {
  if (target.transport === 'ssh') return sshTransport;
  if (target.transport === 'ssh2' || findBinary('ssh') === null) return lateSsh2;
  return target.legacyAlgorithms === true ? sshOrDsa : sshTransport;
}

/** ssh2 and its algorithms are loaded when they are first needed: most never do, and the first frame comes sooner. */
const lateSsh2: Transport = {
  kind: 'ssh2',
  async connect(target, options) {
    const { ssh2Transport } = await import('./ssh2.ts');
    return ssh2Transport.connect(target, options);
  },
};

/** Newer ssh has forgotten DSA; ssh2 has not. Only for nodes whose owner has asked for the old algorithms. */
const sshOrDsa: Transport = {
  kind: 'ssh',
  async connect(target, options) {
    const connected = await sshTransport.connect(target, options);
    const isDsaOnly = !connected.ok && /no matching host key type found\. Their offer: ssh-dss\s*$/m.test(connected.failure.detail);
    return isDsaOnly ? lateSsh2.connect(target, options) : connected;
  },
};
