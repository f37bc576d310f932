// known_hosts: names, markers, types. The hashed lines were made by ssh-keygen -H.
import { describe, expect, it } from 'vitest';
import { judgeHostKey, nameInKnownHosts, parseKnownHosts, typesOnFile } from '../../src/transport/known-hosts.ts';

const key = { type: 'ssh-ed25519', key: 'AAAAC3NzaC1lZDI1NTE5AAAAIBpdGEyxw0qFKT2JTT+fQ1jZXeB8jHeXqCqKU/0o6sfT' };
const other = 'AAAAC3NzaC1lZDI1NTE5AAAAIFERHyzpXJTlWNBzPzNg2jRMqvkJrY8MW8ZFdZ6mWcyX';
const judge = (text: string, name = 'alpha'): string => judgeHostKey(parseKnownHosts(text), name, key);

describe('judgeHostKey', () => {
  it.each([
    ['a plain name', `alpha ssh-ed25519 ${key.key}`, 'known'],
    ['one of several names', `bravo,alpha,192.0.2.1 ssh-ed25519 ${key.key} comment words`, 'known'],
    ['another name', `bravo ssh-ed25519 ${key.key}`, 'unknown'],
    ['only the beginning of a name', `alp ssh-ed25519 ${key.key}`, 'unknown'],
    ['capitals in the file', `ALPHA ssh-ed25519 ${key.key}`, 'known'],
    ['a wildcard', `al*a ssh-ed25519 ${key.key}`, 'known'],
    ['a question mark', `alph? ssh-ed25519 ${key.key}`, 'known'],
    ['a wildcard that does not fit', `*.example.org ssh-ed25519 ${key.key}`, 'unknown'],
    ['a negated name beside a wildcard', `*,!alpha ssh-ed25519 ${key.key}`, 'unknown'],
    ['a negated name that is another', `*,!bravo ssh-ed25519 ${key.key}`, 'known'],
    ['another key of the same type', `alpha ssh-ed25519 ${other}`, 'changed'],
    ['another key first, the right one later', `alpha ssh-ed25519 ${other}\nalpha ssh-ed25519 ${key.key}`, 'known'],
    ['a key of another type only', `alpha ssh-rsa ${other}`, 'unknown'],
    ['revoked', `@revoked alpha ssh-ed25519 ${key.key}`, 'revoked'],
    ['revoked after being known', `alpha ssh-ed25519 ${key.key}\n@revoked * ssh-ed25519 ${key.key}`, 'revoked'],
    ['another key revoked', `alpha ssh-ed25519 ${key.key}\n@revoked * ssh-ed25519 ${other}`, 'known'],
    ['an authority, which ssh2 cannot check', `@cert-authority * ssh-ed25519 ${key.key}`, 'unknown'],
    ['a marker that nobody knows', `@trusted * ssh-ed25519 ${key.key}`, 'unknown'],
    ['comments, empty lines, rubbish, DOS line ends', `# alpha ssh-ed25519 ${key.key}\n\n\u0000\u0001 x\nalpha\nalpha ssh-ed25519 ***\n alpha\tssh-ed25519 ${key.key}\r\n`, 'known'],
    ['only a comment', `#alpha ssh-ed25519 ${key.key}`, 'unknown'],
    ['nothing', '', 'unknown'],
  ])('%s', (_, text, verdict) => expect(judge(text)).toBe(verdict));

  it('finds a hashed name, and only that', () => {
    const line = `|1|JFLcKf2v0FEIVFErcj9w+eNQ1rk=|EVnT3Mf1C1lMGnyVZYu4sD197aI= ssh-ed25519 ${key.key}`;
    expect(judge(line, 'alpha')).toBe('known');
    expect(judge(line, 'alphb')).toBe('unknown');
  });

  it('takes a name of many stars in no time', () => {
    const start = performance.now();
    expect(judge(`${'*a'.repeat(40)}b ssh-ed25519 ${key.key}`, 'a'.repeat(200))).toBe('unknown');
    expect(performance.now() - start).toBeLessThan(500);
  });
});

it('names a host as ssh does', () => {
  expect(nameInKnownHosts('Alpha', 22, null)).toBe('alpha');
  expect(nameInKnownHosts('192.0.2.1', 2222, null)).toBe('[192.0.2.1]:2222');
  expect(nameInKnownHosts('192.0.2.1', 2222, 'alpha')).toBe('alpha');
});

it('gives the types on file for a name, revoked ones left out', () => {
  const known = parseKnownHosts(`alpha ssh-rsa ${other}\n* ssh-ed25519 ${key.key}\n@revoked alpha ecdsa-sha2-nistp256 ${other}\nbravo ssh-dss ${other}`);
  expect(typesOnFile(known, 'alpha')).toEqual(['ssh-rsa', 'ssh-ed25519']);
});
