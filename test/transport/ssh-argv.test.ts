// The words that ssh is started with.
import { describe, expect, it } from 'vitest';
import type { SshTarget } from '../../src/transport/session.ts';
import { channelArgv, checkTarget, jumpTarget, masterArgv, proxyThrough, typeThis } from '../../src/transport/ssh-argv.ts';

const plain: SshTarget = { name: 'alpha', host: 'alpha', transport: 'auto' };
const full: SshTarget = { ...plain, host: '192.0.2.24', port: 2222, user: 'root', jump: 'bastion', identityFile: '/k/id', knownHostsFile: '/k/known hosts', configFile: '/k/config' };

describe('masterArgv', () => {
  const words = masterArgv(plain, '/tmp/s/1', 'strict');
  const options = words.filter((_, n) => words[n - 1] === '-o');

  it('is strict, asks nothing, forwards nothing, and notices a silent node', () => {
    for (const option of ['BatchMode=yes', 'StrictHostKeyChecking=yes', 'UpdateHostKeys=no', 'ForwardAgent=no', 'ForwardX11=no', 'ClearAllForwardings=yes', 'PermitLocalCommand=no', 'RemoteCommand=none', 'ConnectTimeout=5', 'ServerAliveInterval=1', 'ServerAliveCountMax=2', 'NumberOfPasswordPrompts=1', 'ControlPersist=no']) {
      expect(options).toContain(option);
    }
  });

  it('says nothing of what is the business of ssh_config', () => {
    expect(words.slice(0, 5)).toEqual(['-M', '-S', '/tmp/s/1', '-N', '-T']);
    expect(words.slice(-2)).toEqual(['--', 'alpha']);
    for (const word of ['-F', '-p', '-l', '-i', '-J']) expect(words).not.toContain(word);
    expect(options.join(' ')).not.toMatch(/IdentitiesOnly|UserKnownHostsFile|Algorithms|Ciphers|ProxyCommand/);
  });

  it('passes on what the inventory says', () => {
    const given = masterArgv(full, '/tmp/s/1', 'strict').join(' ');
    expect(given).toMatch(/^-F \/k\/config -M /);
    expect(given).toMatch(/-p 2222 -l root -i \/k\/id -o IdentitiesOnly=yes -o UserKnownHostsFile="\/k\/known hosts" -- 192\.0\.2\.24$/);
  });

  it('asks only in the foreground', () => {
    const asking = masterArgv(plain, '/tmp/s/1', 'ask');
    expect(asking).toContain('BatchMode=no');
    expect(asking).toContain('StrictHostKeyChecking=ask');
    expect(asking).not.toContain('StrictHostKeyChecking=yes');
  });

  it('asks for old algorithms only where it is wanted, and only for those that this ssh knows', () => {
    const accepted = { kex: ['curve25519-sha256', 'diffie-hellman-group14-sha1'], key: ['ssh-rsa', 'ssh-ed25519'], cipher: ['aes128-cbc', '3des-cbc'], mac: [] };
    expect(masterArgv(plain, '/s', 'strict', { accepted }).join(' ')).not.toContain('sha1');
    const old = masterArgv({ ...plain, legacyAlgorithms: true }, '/s', 'strict', { accepted });
    expect(old.filter((word) => word.includes('=+'))).toEqual(['KexAlgorithms=+diffie-hellman-group14-sha1', 'HostKeyAlgorithms=+ssh-rsa', 'PubkeyAcceptedKeyTypes=+ssh-rsa', 'Ciphers=+aes128-cbc,3des-cbc']);
  });
});

it('a channel can only use the master that is there', () => {
  const words = channelArgv('/tmp/s/1', '/tmp/s/2.log', 'exec sh');
  expect(words).toContain('ProxyCommand=/bin/false');
  expect(words.slice(0, 6)).toEqual(['-F', '/dev/null', '-S', '/tmp/s/1', '-E', '/tmp/s/2.log']);
  expect(words.slice(-3)).toEqual(['--', 'node', 'exec sh']);
  expect(proxyThrough('/usr/bin/ssh', '/tmp/s/1')).toMatch(/ProxyCommand=\/bin\/false .*-W \[%h\]:%p -- jump$/);
});

describe('checkTarget', () => {
  it.each(['alpha', 'root@alpha.example.org', '192.0.2.24', 'fe80::1%eth0', '[2001:db8::1]', 'höst'])('takes %s', (host) => expect(checkTarget({ ...plain, host })).toBeNull());

  it.each(['-oProxyCommand=id', '', 'a b', 'a\tb', 'a\nb', 'a\u0000b', '$(id)', '`id`', 'a;id', "a'b", 'a|b', 'a\\b'])('refuses %j', (host) => {
    expect(checkTarget({ ...plain, host })).toMatch(/^alpha: ".*" is not a host name for ssh; correct ssh: \{ host: \.\.\. \} in the inventory$/);
  });

  it('looks at user and jump host in the same way', () => {
    expect(checkTarget({ ...plain, user: '-x' })).toMatch(/is not a user name/);
    expect(checkTarget({ ...plain, jump: 'a b' })).toMatch(/is not a jump name/);
    expect(checkTarget({ ...plain, jump: 'root@a:2222,b' })).toBeNull();
  });
});

describe('typeThis', () => {
  it('is what an operator types', () => {
    expect(typeThis(plain)).toBe('ssh alpha');
    expect(typeThis(full)).toBe("ssh -F /k/config -p 2222 -l root -i /k/id -o 'UserKnownHostsFile=/k/known hosts' -J bastion 192.0.2.24");
  });
});

describe('jumpTarget', () => {
  it('reads user, host and port, and takes the files of the node', () => {
    expect(jumpTarget(full, 'ann@bastion.example.org:2200')).toEqual({ name: 'ann@bastion.example.org:2200', host: 'bastion.example.org', user: 'ann', port: 2200, transport: 'auto', configFile: '/k/config', knownHostsFile: '/k/known hosts', identityFile: '/k/id' });
    expect(jumpTarget(plain, 'bastion')).toEqual({ name: 'bastion', host: 'bastion', transport: 'auto' });
    expect(jumpTarget(plain, '[2001:db8::1]:2200')).toMatchObject({ host: '2001:db8::1', port: 2200 });
    expect(jumpTarget(plain, 'ssh://ann@bastion')).toMatchObject({ host: 'bastion', user: 'ann' });
  });

  it('goes over a chain from its last to its first', () => {
    expect(jumpTarget(plain, 'one,two')).toMatchObject({ host: 'two', jump: 'one' });
  });
});
