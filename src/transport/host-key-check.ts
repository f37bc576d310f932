// Host keys for ssh2, which by itself would take any: the same strictness as ssh's, from the same files.
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { judgeHostKey, nameInKnownHosts, parseKnownHosts, typesOnFile } from './known-hosts.ts';
import type { HostKeyVerdict, KnownHost } from './known-hosts.ts';
import type { SshSettings } from './ssh-config.ts';

/** Judges the key that one server shows; after `verify` the verdict and the fingerprint can be asked for. */
export interface HostKeyCheck {
  /** Host key algorithms in the order to ask for: those of the keys on file first. */
  algorithms: string[];
  verify(key: Buffer): boolean;
  verdict(): HostKeyVerdict | null;
  /** As ssh-keygen shows it. */
  fingerprint(): string | null;
}

/** What ssh2 can do without being asked to go back to DSA. */
const usual = ['ssh-ed25519', 'ecdsa-sha2-nistp256', 'ecdsa-sha2-nistp384', 'ecdsa-sha2-nistp521', 'rsa-sha2-512', 'rsa-sha2-256', 'ssh-rsa'];

/** Reads the files; one that is not there holds no keys. Throws where a file cannot be read. */
export async function hostKeyCheck(settings: SshSettings, isLegacy: boolean): Promise<HostKeyCheck> {
  const known: KnownHost[] = [];
  for (const file of settings.knownHostsFiles) known.push(...parseKnownHosts(await contents(file)));
  // Away from port 22 ssh also takes a key that is on file for the bare name.
  const own = nameInKnownHosts(settings.host, settings.port, settings.hostKeyAlias);
  const bare = settings.hostKeyAlias === null ? nameInKnownHosts(settings.host, 22, null) : own;
  let verdict: HostKeyVerdict | null = null;
  let fingerprint: string | null = null;
  return {
    algorithms: inOrder([...typesOnFile(known, own), ...typesOnFile(known, bare)], isLegacy ? [...usual, 'ssh-dss'] : usual),
    verify(key) {
      const shown = { type: keyType(key), key: key.toString('base64') };
      fingerprint = `SHA256:${createHash('sha256').update(key).digest('base64').replace(/=+$/, '')}`;
      verdict = together(judgeHostKey(known, own, shown), judgeHostKey(known, bare, shown));
      return verdict === 'known';
    },
    verdict: () => verdict,
    fingerprint: () => fingerprint,
  };
}

/** The bare name can vouch for a key and revoke it; another key of its own says nothing about this port. */
function together(own: HostKeyVerdict, bare: HostKeyVerdict): HostKeyVerdict {
  if (own === 'revoked' || bare === 'revoked') return 'revoked';
  if (own === 'unknown' && bare === 'known') return 'known';
  return own;
}

function inOrder(types: string[], all: string[]): string[] {
  const first = types.flatMap((type) => (type === 'ssh-rsa' ? ['rsa-sha2-512', 'rsa-sha2-256', 'ssh-rsa'] : [type]));
  return [...new Set([...first.filter((name) => all.includes(name)), ...all])];
}

/** The first field of a key's wire form: its length in four bytes, then its name. */
function keyType(key: Buffer): string {
  return key.length < 4 ? '' : key.toString('latin1', 4, 4 + key.readUInt32BE(0));
}

async function contents(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) return '';
    throw error;
  }
}
