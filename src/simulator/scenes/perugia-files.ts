// Configuration of "perugia" as the thesis of 2007 sets it up: heartbeat 2 with haresources, VMware Server 1, DRBD 0.7 on md.
import { drbdSeconds, drbdTenths, haTime } from './hurried.ts';

/** The two nodes and the resource each is at home with. */
export const PERUGIA = [
  { name: 'alpha', address: '192.168.1.23', public: '141.250.199.23', resource: 'drbd0', minor: 0, port: 7788, md: '/dev/md6', tree: 'VirtualMachinesALPHA', cpu: 'Intel(R) Xeon(TM) CPU 3.20GHz' },
  { name: 'bravo', address: '192.168.1.24', public: '141.250.199.24', resource: 'drbd1', minor: 1, port: 7789, md: '/dev/md7', tree: 'VirtualMachinesBRAVO', cpu: 'Intel(R) Pentium(R) 4 CPU 2.40GHz' },
] as const;

/** The virtual machines: `path` below /var/lib/vmware, as vmmanager's argument has it after `VirtualMachines`. */
export const PERUGIA_MACHINES = [
  { name: 'charlie', home: 'alpha', path: 'ALPHA/CharlieXP/CharlieXP.vmx', memoryMib: 64, guest: 'winXPPro', mac: '00:50:56:00:00:36', address: '141.250.199.36' },
  { name: 'echo', home: 'alpha', path: 'ALPHA/EchoSUSE/EchoSUSE.vmx', memoryMib: 256, guest: 'sles', mac: '00:50:56:00:00:38', address: '141.250.199.38' },
  { name: 'delta', home: 'bravo', path: 'BRAVO/DeltaKUBUNTU/DeltaKUBUNTU.vmx', memoryMib: 256, guest: 'ubuntu', mac: '00:50:56:00:00:37', address: '141.250.199.37' },
  { name: 'foxtrot', home: 'bravo', path: 'BRAVO/Foxtrot2000AS/Foxtrot2000AS.vmx', memoryMib: 128, guest: 'win2000AdvServ', mac: '00:50:56:00:00:39', address: '141.250.199.39' },
] as const;

/** The address that ipfail pings. */
export const PERUGIA_PING = '141.250.199.62';

/** /etc/drbd.conf, the same on both nodes. */
export function perugiaDrbdConf(hurry: number): string {
  const side = (node: (typeof PERUGIA)[number], home: (typeof PERUGIA)[number]): string =>
    `  on ${node.name} {\n    device     /dev/drbd${home.minor};\n    disk       ${home.md};\n    address    ${node.address}:${home.port};\n    meta-disk  internal;\n  }\n`;
  const resource = (home: (typeof PERUGIA)[number]): string =>
    `resource ${home.resource} {\n  protocol C;\n` +
    `  startup { degr-wfc-timeout ${drbdSeconds(120, hurry)}; }\n  disk { on-io-error detach; }\n` +
    `  net {\n    timeout ${drbdTenths(60, hurry)};      # 0.1 s\n    connect-int ${drbdSeconds(10, hurry)};\n    ping-int ${drbdSeconds(10, hurry)};\n    max-buffers 2048;\n  }\n` +
    `  syncer { rate ${256 * hurry}M; group 1; al-extents 257; }\n${PERUGIA.map((node) => side(node, home)).join('')}}\n`;
  return `# The same on both nodes.\n${PERUGIA.map(resource).join('\n')}`;
}

/** /etc/ha.d/ha.cf, the same on both nodes. */
export function perugiaHaCf(hurry: number): string {
  return [
    'debugfile /var/log/ha-debug', 'logfile /var/log/ha-log', 'logfacility local0',
    `keepalive ${haTime(2, hurry)}`, `deadtime ${haTime(30, hurry)}`, `warntime ${haTime(10, hurry)}`, `initdead ${haTime(120, hurry)}`,
    'udpport 694', 'baud 19200', 'serial /dev/ttyS0', 'bcast bond0 bond1', 'auto_failback on', 'watchdog /dev/watchdog',
    'node alpha', 'node bravo', `ping ${PERUGIA_PING}`, 'respawn hacluster /usr/lib/heartbeat/ipfail', '',
  ].join('\n');
}

/** /etc/ha.d/haresources, one line for each group. */
export const PERUGIA_HARESOURCES = PERUGIA.map((home) => {
  const machines = PERUGIA_MACHINES.filter((machine) => machine.home === home.name).map((machine) => `vmmanager::${machine.path}`);
  return `${home.name} drbddisk::${home.resource} Filesystem::/dev/drbd${home.minor}::/var/lib/vmware/${home.tree}::ext3 ${machines.join(' ')}\n`;
}).join('');

/** /etc/network/interfaces: which bond has which address. */
export function perugiaInterfaces(node: (typeof PERUGIA)[number]): string {
  const bond = (name: string, address: string, slaves: string): string =>
    `auto ${name}\niface ${name} inet static\n    address ${address}\n    netmask 255.255.255.0\n    post-up ifenslave ${name} ${slaves}\n`;
  return `auto lo\niface lo inet loopback\n${bond('bond0', node.public, 'eth2 eth3')}${bond('bond1', node.address, 'eth0 eth1')}`;
}

/** /proc/mdstat: both mirrors whole. */
export const PERUGIA_MDSTAT = [
  'Personalities : [raid1] ',
  'md7 : active raid1 hdc9[1] hda9[0]', '      9758720 blocks [2/2] [UU]', '      ',
  'md6 : active raid1 hdc8[1] hda8[0]', '      9758720 blocks [2/2] [UU]', '      ',
  'unused devices: <none>', '',
].join('\n');

/** /proc/net/bonding/BOND, mode 3 (broadcast), as driver 3.0.1 prints it. */
export function bondingText(slaves: readonly { name: string; mac: string; failures: number }[], isUp: boolean): string {
  const status = isUp ? 'up' : 'down';
  return [
    'Ethernet Channel Bonding Driver: v3.0.1 (January 9, 2006)', '', 'Bonding Mode: fault-tolerance (broadcast)', `MII Status: ${status}`,
    'MII Polling Interval (ms): 100', 'Up Delay (ms): 0', 'Down Delay (ms): 0', '',
    ...slaves.flatMap((slave) => [`Slave Interface: ${slave.name}`, `MII Status: ${status}`, `Link Failure Count: ${slave.failures}`, `Permanent HW addr: ${slave.mac}`, '']),
  ].join('\n');
}
