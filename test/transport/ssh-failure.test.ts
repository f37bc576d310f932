// What ssh printed (real texts of OpenSSH 9.2, LC_ALL=C) and what is made of it.
import { describe, expect, it } from 'vitest';
import type { SshTarget } from '../../src/transport/session.ts';
import { failureOfJump, sshFailure } from '../../src/transport/ssh-failure.ts';

const bravo: SshTarget = { name: 'bravo', host: '192.0.2.24', port: 2222, transport: 'auto' };

const changed = `@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@\r
@    WARNING: REMOTE HOST IDENTIFICATION HAS CHANGED!     @\r
@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@\r
IT IS POSSIBLE THAT SOMEONE IS DOING SOMETHING NASTY!\r
The fingerprint for the ED25519 key sent by the remote host is\r
SHA256:5yQg3zbDuxPpR9H6hjpaTOT7gaMsf3ZqrIiB7QBFaK8.\r
Please contact your system administrator.\r
Host key for [192.0.2.24]:2222 has changed and you have requested strict checking.\r
Host key verification failed.\r\n`;

describe('sshFailure', () => {
  it.each([
    ['refused', 'ssh: connect to host 192.0.2.24 port 2222: Connection refused\r\n'],
    ['dns', 'ssh: Could not resolve hostname bravo.invalid: Name or service not known\r\n'],
    ['dns', 'ssh: Could not resolve hostname bravo: Temporary failure in name resolution\r\n'],
    ['timeout', 'ssh: connect to host 192.0.2.24 port 2222: Connection timed out\r\n'],
    ['timeout', 'Connection timed out during banner exchange\r\nConnection to 192.0.2.24 port 2222 timed out\r\n'],
    ['unreachable', 'ssh: connect to host 192.0.2.24 port 2222: No route to host\r\n'],
    ['unreachable', 'ssh: connect to host 192.0.2.24 port 2222: Network is unreachable\r\n'],
    ['hostkey-unknown', 'No ED25519 host key is known for [192.0.2.24]:2222 and you have requested strict checking.\r\nHost key verification failed.\r\n'],
    ['hostkey-changed', changed],
    ['hostkey-changed', 'The ED25519 host key for [192.0.2.24]:2222 is marked as revoked.\r\nHost key verification failed.\r\n'],
    ['auth', 'root@192.0.2.24: Permission denied (publickey,password).\r\n'],
    ['auth', 'Received disconnect from 192.0.2.24 port 2222:2: Too many authentication failures\r\nDisconnected from 192.0.2.24 port 2222\r\n'],
    ['protocol', 'kex_exchange_identification: Connection closed by remote host\r\nConnection closed by 192.0.2.24 port 2222\r\n'],
    ['protocol', 'kex_exchange_identification: read: Connection reset by peer\r\nConnection reset by 192.0.2.24 port 2222\r\n'],
    ['protocol', 'Unable to negotiate with 192.0.2.24 port 2222: no matching key exchange method found. Their offer: diffie-hellman-group1-sha1\r\n'],
    ['unreachable', 'channel 0: open failed: connect failed: No route to host\r\nStdio forwarding request failed: Session open refused by peer\r\nkex_exchange_identification: Connection closed by remote host\r\n'],
    ['local', '/home/ann/.ssh/config: line 3: Bad configuration option: nonsense\r\n/home/ann/.ssh/config: terminating, 1 bad configuration options\r\n'],
    ['local', "Can't open user config file /nonexistent: No such file or directory\r\n"],
    ['protocol', 'words that no version of ssh has ever printed\r\n'],
    ['protocol', ''],
  ])('%s', (kind, printed) => {
    const failure = sshFailure(bravo, printed);
    expect(failure.kind).toBe(kind);
    expect(failure.says).toMatch(/^bravo: /);
    expect(failure.says.length).toBeLessThanOrEqual(200);
    expect(failure.says + failure.detail).not.toContain('\r');
  });

  it('names the place where ssh knocked when only ssh_config knows it', () => {
    const byName: SshTarget = { name: 'bravo', host: 'bravo', transport: 'auto' };
    expect(sshFailure(byName, 'ssh: connect to host 192.0.2.24 port 2222: Connection refused\r\n').says).toMatch(/^bravo: bravo \(192\.0\.2\.24\) port 2222 refuses the connection; /);
    expect(sshFailure(byName, 'Connection timed out during banner exchange\r\nConnection to 192.0.2.24 port 2222 timed out\r\n').says).toMatch(/^bravo: no answer from bravo \(192\.0\.2\.24\) port 2222 within 5 s; /);
    expect(sshFailure(byName, 'ssh: connect to host bravo port 22: Connection refused\r\n').says).toMatch(/^bravo: bravo port 22 refuses/);
  });

  it('a server that hangs up at once is not told to speak no SSH', () => {
    const failure = sshFailure(bravo, 'kex_exchange_identification: Connection closed by remote host\r\nConnection closed by 192.0.2.24 port 2222\r\n');
    expect(failure.says).toBe('bravo: 192.0.2.24 port 2222 hangs up before the login (Connection closed by 192.0.2.24 port 2222); it may limit or ban logins from here (MaxStartups, penalties), or be no SSH server');
  });

  it("a ProxyCommand's own words are told, not ssh's about the pipe", () => {
    const failure = sshFailure({ name: 'bravo', host: '192.0.2.24', transport: 'auto' }, '/bin/sh: 1: nc: not found\r\nkex_exchange_identification: Connection closed by remote host\r\nConnection closed by UNKNOWN port 65535\r\n');
    expect(failure.says).toMatch(/^bravo: 192\.0\.2\.24 port 22 hangs up before the login \(\/bin\/sh: 1: nc: not found\); /);
  });

  it('says what to type when the key is not known', () => {
    const failure = sshFailure({ ...bravo, configFile: '/tmp/a b/config', user: 'root' }, 'Host key verification failed.\r\n');
    expect(failure.says).toBe("bravo: its host key is not in known_hosts; type: ssh -F '/tmp/a b/config' -p 2222 -l root 192.0.2.24");
  });

  it('shows no piece of a command that is too long to be shown whole', () => {
    const long = { ...bravo, configFile: `/tmp/${'c'.repeat(160)}` };
    expect(sshFailure(long, 'Host key verification failed.\r\n').says).toBe('bravo: its host key is not in known_hosts; log in once by hand; crashcart doctor shows the command to type');
  });

  it('shows the fingerprint of a changed key, and no way to accept it', () => {
    const failure = sshFailure(bravo, changed);
    expect(failure.fingerprint).toBe('SHA256:5yQg3zbDuxPpR9H6hjpaTOT7gaMsf3ZqrIiB7QBFaK8');
    expect(failure.says).toContain('SHA256:5yQg3zbDuxPpR9H6hjpaTOT7gaMsf3ZqrIiB7QBFaK8');
    expect(failure.says).not.toContain('type:');
  });

  it('never grows beyond a sentence, however long the names are', () => {
    const long = { ...bravo, name: 'n'.repeat(150), host: 'h'.repeat(250), knownHostsFile: `/tmp/${'k'.repeat(300)}` };
    for (const printed of ['Host key verification failed.', 'Permission denied (publickey).', `x${'y'.repeat(5000)}`]) {
      expect(sshFailure(long, printed).says.length).toBeLessThanOrEqual(200);
    }
  });

  it('cleans what a server has put into the text', () => {
    const failure = sshFailure(bravo, 'Received disconnect from 192.0.2.24: 2: \u001b]0;pwned\u0007no authentication today\r\n');
    expect(failure).toMatchObject({ kind: 'auth', detail: 'Received disconnect from 192.0.2.24: 2: no authentication today' });
  });
});

describe('failureOfJump', () => {
  const bastion: SshTarget = { name: 'bastion', host: 'bastion', transport: 'auto' };

  it('is the jump host as far as the network goes', () => {
    const failure = failureOfJump({ ...bravo, jump: 'bastion' }, 'bastion', sshFailure(bastion, 'ssh: connect to host bastion port 22: Connection refused\r\n'));
    expect(failure.kind).toBe('jump');
    expect(failure.says).toBe('bravo: its jump host bastion: bastion port 22 refuses the connection; is sshd running there, and is this the right host and port?');
  });

  it.each(['Permission denied (publickey).', 'Host key verification failed.', changed])('waits for the operator in the same way as the node itself would', (printed) => {
    const own = sshFailure(bastion, printed);
    const failure = failureOfJump({ ...bravo, jump: 'bastion' }, 'bastion', own);
    expect(failure.kind).toBe(own.kind);
    expect(failure.says).toMatch(/^bravo: its jump host bastion: /);
  });
});
