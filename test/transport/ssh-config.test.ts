// What `ssh -G` answers (texts of OpenSSH 9.2, shortened), and what counts without ssh.
import { describe, expect, it } from 'vitest';
import type { SshTarget } from '../../src/transport/session.ts';
import { inventorySettings, parseSshG } from '../../src/transport/ssh-config.ts';

const here = { home: '/home/ann', localUser: 'ann', agent: '/run/agent' };
const answer = `host alpha
user root
hostname 192.0.2.24
port 2222
identitiesonly yes
identityagent SSH_AUTH_SOCK
identityfile ~/.ssh/%r@%h
identityfile /keys/%n
globalknownhostsfile /etc/ssh/ssh_known_hosts /etc/ssh/ssh_known_hosts2
userknownhostsfile ~/.ssh/known_hosts /home/ann/.ssh/known_hosts2
hostkeyalias alias-%n
proxyjump bastion
`;

describe('parseSshG', () => {
  it('takes what counts, and expands what ssh leaves unexpanded', () => {
    expect(parseSshG(answer, 'alpha', here)).toEqual({
      host: '192.0.2.24',
      port: 2222,
      user: 'root',
      jump: 'bastion',
      proxyCommand: null,
      hostKeyAlias: 'alias-alpha',
      identityFiles: ['/home/ann/.ssh/root@192.0.2.24', '/keys/alpha'],
      identitiesOnly: true,
      agent: '/run/agent',
      knownHostsFiles: ['/home/ann/.ssh/known_hosts', '/home/ann/.ssh/known_hosts2', '/etc/ssh/ssh_known_hosts', '/etc/ssh/ssh_known_hosts2'],
      from: 'ssh',
    });
  });

  it('has the usual defaults where nothing is said', () => {
    expect(parseSshG('', 'alpha', here)).toMatchObject({ host: 'alpha', port: 22, user: 'ann', jump: null, identityFiles: [], identitiesOnly: false, agent: '/run/agent' });
  });

  it('knows a ProxyCommand, which may hold blanks', () => {
    expect(parseSshG('proxycommand nc -X 5 %h %p\n', 'alpha', here)).toMatchObject({ jump: null, proxyCommand: 'nc -X 5 %h %p' });
    expect(parseSshG('proxycommand none\n', 'alpha', here)).toMatchObject({ proxyCommand: null });
  });

  it('takes none for none', () => {
    expect(parseSshG('proxyjump none\nidentityagent none\nidentityfile none\n', 'alpha', here)).toMatchObject({ jump: null, agent: null, identityFiles: [] });
  });
});

describe('inventorySettings', () => {
  const target: SshTarget = { name: 'alpha', host: 'root@alpha', transport: 'ssh2' };

  it('uses the files that everybody has', () => {
    const settings = inventorySettings(target, here);
    expect(settings).toMatchObject({ host: 'alpha', user: 'root', port: 22, jump: null, from: 'inventory' });
    expect(settings.knownHostsFiles).toContain('/home/ann/.ssh/known_hosts');
    expect(settings.identityFiles).toContain('/home/ann/.ssh/id_ed25519');
  });

  it('lets the inventory outrank them', () => {
    const settings = inventorySettings({ ...target, port: 2222, user: 'op', jump: 'bastion', identityFile: '/k/id', knownHostsFile: '/k/known' }, here);
    expect(settings).toMatchObject({ port: 2222, user: 'op', jump: 'bastion', identityFiles: ['/k/id'], identitiesOnly: true });
    expect(settings.knownHostsFiles).toEqual(['/k/known', '/etc/ssh/ssh_known_hosts', '/etc/ssh/ssh_known_hosts2']);
  });
});
