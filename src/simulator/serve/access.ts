// What an operator, or crashcart, needs to come to the served nodes: key, known_hosts, ssh_config, inventory.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { NodeServer } from './node-server.ts';

/** The files, in the served world's own directory. */
export interface Access {
  inventoryFile: string;
  /** For `ssh -F FILE alpha`. */
  sshConfigFile: string;
}

/** Writes them all; the key is there already, as `key`. `guestPorts`: domain → port on loopback. */
export function writeAccess(directory: string, cluster: string, nodes: readonly { name: string; server: NodeServer }[], guestPorts: ReadonlyMap<string, number>): Access {
  const at = (name: string): string => join(directory, name);
  const write = (name: string, text: string): string => {
    writeFileSync(at(name), text, { mode: 0o600 });
    return at(name);
  };
  write('known_hosts', nodes.map(({ server }) => `${server.hostKeyLine}\n`).join(''));
  const blocks = nodes.map(({ name, server }) => `Host ${name}\n  HostName ${server.gate.host}\n  Port ${server.gate.port}\n  User ${server.user}\n`);
  const common = `Host *\n  IdentityFile "${at('key')}"\n  IdentitiesOnly yes\n  UserKnownHostsFile "${at('known_hosts')}"\n  GlobalKnownHostsFile /dev/null\n  StrictHostKeyChecking yes\n  LogLevel ERROR\n`;
  const sshConfigFile = write('ssh_config', `${blocks.join('')}${common}`);
  // JSON's strings are YAML's.
  const quoted = (text: string): string => JSON.stringify(text);
  const hosts = nodes.map(({ name, server }) =>
    `      - name: ${name}\n        ssh:\n          host: ${server.gate.host}\n          port: ${server.gate.port}\n          user: ${quoted(server.user)}\n` +
    `          identityFile: ${quoted(at('key'))}\n          knownHostsFile: ${quoted(at('known_hosts'))}\n          configFile: ${quoted(sshConfigFile)}\n          transport: ${server.kind === 'sshd' ? 'auto' : 'ssh2'}\n`);
  const services = [...guestPorts].map(([domain, port]) => `      ${domain}: { tcp: "127.0.0.1:${port}", domain: ${domain} }\n`);
  const inventoryFile = write('inventory.yaml', `clusters:\n  ${cluster}:\n    nodes:\n${hosts.join('')}    logs: [/var/log/ha-log]\n${services.length > 0 ? `    services:\n${services.join('')}` : ''}`);
  return { inventoryFile, sshConfigFile };
}
