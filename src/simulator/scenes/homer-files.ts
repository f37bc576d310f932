// Configuration of "homer" as the HOWTO of 2006 sets it up: heartbeat 1, Xen 3.0, DRBD 0.7 on LVM.
import { drbdSeconds, drbdTenths, haTime } from './hurried.ts';

/** The two nodes, and what each is at home with. */
export const HOMER = [
  { name: 'skylla', address: '10.0.1.1', second: '10.0.2.1', domain: 'domain1', minor: 0, port: 7788, mac: '00:16:3e:01:00:01' },
  { name: 'charybda', address: '10.0.1.2', second: '10.0.2.2', domain: 'domain2', minor: 1, port: 7789, mac: '00:16:3e:01:00:02' },
] as const;

/** /etc/drbd.conf, the same on both nodes. */
export function homerDrbdConf(hurry: number): string {
  const side = (node: (typeof HOMER)[number], home: (typeof HOMER)[number]): string =>
    `  on ${node.name} {\n    device     /dev/drbd${home.minor};\n    disk       /dev/lvm/${home.domain};\n    address    ${node.address}:${home.port};\n    meta-disk  internal;\n  }\n`;
  const resource = (home: (typeof HOMER)[number]): string =>
    `resource ${home.domain} {\n  protocol C;\n  startup { wfc-timeout ${drbdSeconds(20, hurry)}; degr-wfc-timeout ${drbdSeconds(100, hurry)}; }\n  disk { on-io-error detach; }\n` +
    `  net {\n    sndbuf-size 512k;\n    timeout ${drbdTenths(30, hurry)};      # 0.1 s\n    connect-int ${drbdSeconds(6, hurry)};\n    ping-int ${drbdSeconds(6, hurry)};\n    max-buffers 8192;\n    max-epoch-size 10240;\n  }\n` +
    `  syncer { rate ${30 * hurry}M; group 2; al-extents 257; }\n${HOMER.map((node) => side(node, home)).join('')}}\n`;
  return `# The same on both nodes.\n${HOMER.map(resource).join('\n')}`;
}

/** /etc/ha.d/ha.cf, the same on both nodes. */
export function homerHaCf(hurry: number): string {
  return [
    '# The same on both nodes.', 'debugfile /var/log/ha-debug', 'logfile /var/log/ha-log', 'logfacility local0',
    `keepalive ${haTime(2, hurry)}`, `deadtime ${haTime(30, hurry)}`, `warntime ${haTime(10, hurry)}`, `initdead ${haTime(120, hurry)}`,
    'udpport 694', 'bcast eth1 eth2', 'auto_failback on', 'node skylla', 'node charybda', 'ping 10.0.1.254', '',
  ].join('\n');
}

/** /etc/ha.d/haresources, one line for each group. */
export const HOMER_HARESOURCES = HOMER.map((node) => `${node.name} drbddisk::${node.domain} haxendomains::${node.domain}\n`).join('');

/** /etc/xen/DOMAIN; on both nodes. */
export function xenConfig(home: (typeof HOMER)[number]): string {
  return [
    '# Kernel image file.', 'kernel = "/boot/vmlinuz-2.6.16-xenU"', 'memory = 256', `name = "${home.domain}"`, 'cpus = "0"', 'vcpus = 1',
    `vif = [ 'mac=${home.mac}' ]`, `disk = [ 'phy:/dev/drbd${home.minor},sda1,w' ]`, 'root = "/dev/sda1 rw"', 'extra = "3"', '',
  ].join('\n');
}

/** /etc/network/interfaces: which cable has which address. */
export function homerInterfaces(node: (typeof HOMER)[number]): string {
  const card = (name: string, address: string): string => `auto ${name}\niface ${name} inet static\n    address ${address}\n    netmask 255.255.255.0\n`;
  return `auto lo\niface lo inet loopback\n${card('eth1', node.address)}${card('eth2', node.second)}`;
}
