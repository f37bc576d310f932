// known_hosts as OpenSSH reads it: pure matching of names (plain, wildcards, negated, hashed) and of keys.
// Certificates of authorities are not understood by ssh2 and count as nothing.
import { createHmac } from 'node:crypto';

/** One line that names a key. */
export interface KnownHost {
  revoked: boolean;
  /** Names as written, split at commas. */
  names: string[];
  type: string;
  /** Base64. */
  key: string;
}

/**
 * What known_hosts says of a key that a server shows. `unknown`: no line for this name has a key of this type;
 * `changed`: one has, and it is another key.
 */
export type HostKeyVerdict = 'known' | 'unknown' | 'changed' | 'revoked';

/** Reads a file; lines that are no key (comments, `@cert-authority`, rubbish) are passed over, as ssh does. */
export function parseKnownHosts(text: string): KnownHost[] {
  return text.split('\n').flatMap((line) => {
    const words = line.trim().split(/\s+/);
    const marker = words[0]?.startsWith('@') === true ? words.shift() : undefined;
    const [names, type, key] = words;
    const isKey = names !== undefined && !names.startsWith('#') && type !== undefined && key !== undefined && /^[A-Za-z0-9+/]+=*$/.test(key);
    if (!isKey || (marker !== undefined && marker !== '@revoked')) return [];
    return [{ revoked: marker !== undefined, names: names.split(','), type, key }];
  });
}

/** The name that known_hosts has for a host: `host`, or `[host]:port` away from port 22; an alias stands for itself. */
export function nameInKnownHosts(host: string, port: number, alias: string | null): string {
  if (alias !== null) return alias.toLowerCase();
  return (port === 22 ? host : `[${host}]:${port}`).toLowerCase();
}

/** Judges a key: revoked outranks everything, whatever other lines say. */
export function judgeHostKey(known: readonly KnownHost[], name: string, shown: { type: string; key: string }): HostKeyVerdict {
  const lines = known.filter((line) => isFor(line, name));
  const same = lines.filter((line) => line.type === shown.type && line.key === shown.key);
  if (same.some((line) => line.revoked)) return 'revoked';
  if (same.length > 0) return 'known';
  return lines.some((line) => !line.revoked && line.type === shown.type) ? 'changed' : 'unknown';
}

/** Types of the keys on file for a name: a server with several keys must be asked for one of these. */
export function typesOnFile(known: readonly KnownHost[], name: string): string[] {
  return [...new Set(known.filter((line) => !line.revoked && isFor(line, name)).map((line) => line.type))];
}

/** A negated name outranks all others of its line. */
function isFor(line: KnownHost, name: string): boolean {
  const isNegated = line.names.some((pattern) => pattern.startsWith('!') && matches(pattern.slice(1), name));
  return !isNegated && line.names.some((pattern) => !pattern.startsWith('!') && matches(pattern, name));
}

function matches(pattern: string, name: string): boolean {
  const [, version, salt, hash] = pattern.split('|');
  if (pattern.startsWith('|')) {
    if (version !== '1' || salt === undefined || hash === undefined) return false;
    return createHmac('sha1', Buffer.from(salt, 'base64')).update(name).digest('base64') === hash;
  }
  return wildcard(pattern.toLowerCase(), name);
}

/** `*` any run of characters, `?` any one; walked by hand, because a pattern of many `*` must not take for ever. */
function wildcard(pattern: string, name: string): boolean {
  let at = 0;
  let star = -1;
  let retry = 0;
  let n = 0;
  while (n < name.length) {
    if (pattern[at] === '*') {
      star = at;
      retry = n;
      at += 1;
    } else if (pattern[at] === '?' || (at < pattern.length && pattern[at] === name[n])) {
      at += 1;
      n += 1;
    } else if (star >= 0) {
      at = star + 1;
      retry += 1;
      n = retry;
    } else {
      return false;
    }
  }
  return /^\**$/.test(pattern.slice(at));
}
