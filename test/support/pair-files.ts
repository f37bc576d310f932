// The files of the two nodes of "homer": heartbeat 1, Xen 3.0, DRBD 0.7, as the HOWTO of 2006 sets them up. Text only.

/** Files by their path in the node; the ones under bin/ are programs. */
export type NodeFiles = Readonly<Record<string, string>>;

interface HomerNode {
  name: string;
  peer: string;
  address: string;
  /** Minor whose Primary it is, and the domain on it. */
  minor: 0 | 1;
  domain: string;
}

export const HOMER_NODES: readonly HomerNode[] = [
  { name: 'skylla', peer: 'charybda', address: '10.0.1.1', minor: 0, domain: 'domain1' },
  { name: 'charybda', peer: 'skylla', address: '10.0.1.2', minor: 1, domain: 'domain2' },
];

/** When the nodes were started, seconds before the pair was made. */
export const UP_SECONDS = 12 * 86_400 + 4 * 3600;

/** Everything on a node. `startedAt`: now, epoch ms; the nodes' clocks run in UTC. */
export function nodeFiles(node: HomerNode, startedAt: number): NodeFiles {
  return {
    'proc/drbd': procDrbd(node.minor),
    'proc/meminfo': ['MemTotal:       262144 kB', 'MemFree:         88412 kB', 'Buffers:         20112 kB', 'Cached:          71040 kB', 'SwapTotal:      524280 kB', 'SwapFree:       524280 kB', ''].join('\n'),
    'proc/mounts': 'rootfs / rootfs rw 0 0\n/dev/sda1 / ext3 rw,data=ordered 0 0\nproc /proc proc rw 0 0\nsysfs /sys sysfs rw 0 0\n/dev/lvm/home /home ext3 rw,data=ordered 0 0\n',
    'proc/version': 'Linux version 2.6.16-xen (root@build) (gcc version 4.0.3) #1 SMP Mon May 8 12:00:00 UTC 2006\n',
    'proc/sys/kernel/hostname': `${node.name}\n`,
    'proc/sys/kernel/ostype': 'Linux\n',
    'proc/sys/kernel/osrelease': '2.6.16-xen\n',
    'proc/sys/kernel/random/boot_id': `${bootId(node, startedAt)}\n`,
    'proc/xen/capabilities': 'control_d\n',
    ...liveFiles(UP_SECONDS, node.minor),
    'etc/drbd.conf': drbdConf(),
    'etc/ha.d/ha.cf': HA_CF,
    'etc/ha.d/haresources': 'skylla drbddisk::domain1 haxendomains::domain1\ncharybda drbddisk::domain2 haxendomains::domain2\n',
    [`etc/xen/${node.domain}`]: xenConfig(node),
    'var/log/ha-log': haLog(node, startedAt),
    // What the programs below answer from; a person or a test changes the node by rewriting these and the files above.
    'state/domains': `Domain-0 0 256 2 r----- 31\n${node.domain} ${node.minor + 4} 256 1 -b---- ${node.minor === 0 ? 42 : 17}\n`,
    'state/heartbeat': 'running\n',
    'state/rscstatus': 'local\n',
    'state/nodes': `skylla active\ncharybda active\n10.0.1.254 ping\n`,
    'state/links': `${node.peer} eth1 up\n${node.peer} eth2 up\n10.0.1.254 10.0.1.254 up\n`,
    'bin/xm': XM,
    'bin/cl_status': CL_STATUS,
    'bin/drbdadm': DRBDADM,
    'bin/uname': UNAME,
    // The nodes' clocks run in UTC, whatever this machine's zone is.
    'bin/date': '#!/bin/sh\nTZ=UTC0 exec /bin/date "$@"\n',
  };
}

/** The files that move by themselves: `upSeconds` after the boot. */
export function liveFiles(upSeconds: number, minor: number): NodeFiles {
  const wave = 1 + Math.sin(upSeconds / 37 + minor * 2);
  const load = (0.08 + 0.11 * wave).toFixed(2);
  const ticks = Math.round(upSeconds * 100);
  // 6 to 22 % of two CPUs: the counter is the sum of a wave, so that it never goes back.
  const busy = Math.round(200 * (0.14 * upSeconds + 0.08 * 37 * Math.sin(upSeconds / 37 + minor * 2)));
  return {
    'proc/uptime': `${upSeconds.toFixed(2)} ${(upSeconds * 1.91).toFixed(2)}\n`,
    'proc/loadavg': `${load} ${(0.12 + 0.04 * wave).toFixed(2)} 0.10 1/${60 + minor} ${4000 + (Math.round(upSeconds) % 9000)}\n`,
    'proc/stat': [['cpu', 1], ['cpu0', 2], ['cpu1', 2]].map(([name, share]) => procStatLine(String(name), busy / Number(share), (ticks * 2) / Number(share))).join(''),
  };
}

/** A line of /proc/stat: user, nice, system, idle, iowait and three zeros, in ticks. */
function procStatLine(name: string, busy: number, all: number): string {
  const user = Math.round(busy * 0.75);
  const system = Math.round(busy * 0.25);
  return `${name} ${user} 0 ${system} ${Math.round(all - busy)} 1200 0 0 0\n`;
}

/** /proc/drbd of 0.7.17: minor 0 is Primary on skylla, minor 1 on charybda. */
function procDrbd(primary: 0 | 1): string {
  const device = (minor: number): string =>
    ` ${minor}: cs:Connected st:${minor === primary ? 'Primary/Secondary' : 'Secondary/Primary'} ld:Consistent\n` +
    `    ns:${minor === primary ? 184_320 : 0} nr:${minor === primary ? 0 : 184_320} dw:184320 dr:${minor === primary ? 90_113 : 0} al:${minor === primary ? 61 : 0} bm:2641 lo:0 pe:0 ua:0 ap:0\n`;
  return `version: 0.7.17 (api:77/proto:74)\nSVN Revision: 2125 build by root@build, 2006-05-08 12:31:04\n${device(0)}${device(1)}`;
}

function drbdConf(): string {
  const side = (host: string, address: string, minor: number): string =>
    `  on ${host} {\n    device     /dev/drbd${minor};\n    disk       /dev/lvm/domain${minor + 1};\n    address    ${address}:${7788 + minor};\n    meta-disk  internal;\n  }\n`;
  const resource = (minor: number): string =>
    `resource domain${minor + 1} {\n  protocol C;\n  startup { wfc-timeout 20; degr-wfc-timeout 100; }\n  disk { on-io-error detach; }\n` +
    '  net { sndbuf-size 512k; timeout 30; connect-int 6; ping-int 6; max-buffers 8192; max-epoch-size 10240; }\n' +
    `  syncer { rate 30M; group 2; al-extents 257; }\n${side('skylla', '10.0.1.1', minor)}${side('charybda', '10.0.1.2', minor)}}\n`;
  return `# The same on both nodes.\n${resource(0)}\n${resource(1)}`;
}

const HA_CF = `# The same on both nodes.
debugfile /var/log/ha-debug
logfile /var/log/ha-log
logfacility local0
keepalive 2
deadtime 30
warntime 10
initdead 120
udpport 694
bcast eth1 eth2
auto_failback on
node skylla
node charybda
ping 10.0.1.254
`;

function xenConfig(node: HomerNode): string {
  return `kernel = "/boot/vmlinuz-2.6.16-xen"\nmemory = 256\nname = "${node.domain}"\ncpus = "0"\nvcpus = 1\ndisk = [ 'phy:/dev/drbd${node.minor},sda1,w' ]\nroot = "/dev/sda1 rw"\nextra = "3"\n`;
}

/** What heartbeat wrote when both nodes were started, and a little of the night. */
function haLog(node: HomerNode, startedAt: number): string {
  const line = (secondsAgo: number, says: string, daemon = 'heartbeat[1873]: '): string => `${daemon}${stamp(startedAt - secondsAgo * 1000)} ${says}\n`;
  const boot = UP_SECONDS - 40;
  const manager = 'ResourceManager[2210]:\t';
  return [
    line(boot, 'info: Configuration validated. Starting heartbeat 1.2.4'),
    line(boot - 1, `info: Link ${node.peer}:eth1 up.`),
    line(boot - 1, `info: Link ${node.peer}:eth2 up.`),
    line(boot - 2, `info: Status update for node ${node.peer}: status active`),
    line(boot - 2, "info: Local status now set to: 'active'"),
    line(boot - 3, `info: Acquiring resource group: ${node.name} drbddisk::${node.domain} haxendomains::${node.domain}`, manager),
    line(boot - 3, `info: Running /etc/ha.d/resource.d/drbddisk ${node.domain} start`, manager),
    line(boot - 4, `info: Running /etc/ha.d/resource.d/haxendomains ${node.domain} start`, manager),
    line(boot - 9, 'info: Local Resource acquisition completed.'),
    line(3 * 3600 + 412, `WARN: Late heartbeat: Node ${node.peer}: interval 12040 ms`),
    line(1260 + node.minor * 7, `WARN: 1 lost packet(s) for [${node.peer}] [5120:5122]`),
    line(1258 + node.minor * 7, `info: No pkts missing from ${node.peer}!`),
  ].join('');
}

/** heartbeat's own form of a time, UTC. */
function stamp(at: number): string {
  return new Date(at).toISOString().slice(0, 19).replaceAll('-', '/').replace('T', '_');
}

function bootId(node: HomerNode, startedAt: number): string {
  const digits = Math.floor(startedAt / 1000).toString(16).padStart(12, '0').slice(-12);
  return `5e0a1b2c-0${node.minor + 1}00-4000-8000-${digits}`;
}

const XM = `#!/bin/sh
# xm of Xen 3.0, from state/domains: name id memory-MiB vcpus state cpu-per-mille
case "$1" in
list)
  read -r up rest <"$r/proc/uptime"; up=\${up%.*}
  printf '%-40s %3s %8s %5s %-7s %s\\n' Name ID 'Mem(MiB)' VCPUs State 'Time(s)'
  while read -r name id memory vcpus state share; do
    [ -n "$name" ] || continue
    tenths=$((up * share / 100))
    printf '%-40s %3s %8s %5s %-6s %8s\\n' "$name" "$id" "$memory" "$vcpus" "$state" "$((tenths / 10)).$((tenths % 10))"
  done <"$r/state/domains" ;;
info)
  printf 'host                   : '; cat "$r/proc/sys/kernel/hostname"
  printf 'release                : '; cat "$r/proc/sys/kernel/osrelease"
  printf 'xen_major              : 3\\nxen_minor              : 0\\nxen_extra              : .2-2\\n' ;;
*) echo "Error: this small pair knows only: xm list, xm info" >&2; exit 1 ;;
esac
`;

const CL_STATUS = `#!/bin/sh
# cl_status, from state/heartbeat, state/nodes (name status), state/links (node link status), state/rscstatus
read -r running <"$r/state/heartbeat"
if [ "$1" = hbstatus ]; then
  if [ "$running" = running ]; then echo 'Heartbeat is running on this machine.'; exit 0; fi
  echo 'Heartbeat is stopped on this machine.'; exit 1
fi
if [ "$running" != running ]; then
  at=$(date '+%b %d %H:%M:%S'); read -r host <"$r/proc/sys/kernel/hostname"
  echo "$at $host cl_status: [$$]: ERROR: Cannot signon with heartbeat" >&2
  echo "$at $host cl_status: [$$]: ERROR: REASON: hb_api_signon: Can't initiate connection to heartbeat" >&2
  exit 1
fi
case "$1" in
listnodes)
  while read -r name status; do
    case "$2 $status" in "-n ping") ;; "-p ping") echo "$name" ;; "-p "*) ;; *) echo "$name" ;; esac
  done <"$r/state/nodes" ;;
nodestatus)
  while read -r name status; do
    if [ "$name" = "$2" ]; then echo "$status"; [ "$status" != dead ]; exit; fi
  done <"$r/state/nodes"
  echo "Error. Status of node $2 is unknown" >&2; exit 1 ;;
listhblinks)
  while read -r name link status; do if [ "$name" = "$2" ]; then printf '\\t%s\\n' "$link"; fi; done <"$r/state/links" ;;
hblinkstatus)
  while read -r name link status; do
    if [ "$name" = "$2" ] && [ "$link" = "$3" ]; then echo "$status"; [ "$status" != dead ]; exit; fi
  done <"$r/state/links"
  exit 1 ;;
rscstatus) cat "$r/state/rscstatus" ;;
nodetype)
  while read -r name status; do if [ "$name" = "$2" ]; then case "$status" in ping) echo ping ;; *) echo normal ;; esac; fi; done <"$r/state/nodes" ;;
*) echo "usage: cl_status hbstatus|listnodes|nodestatus|listhblinks|hblinkstatus|rscstatus|nodetype" >&2; exit 1 ;;
esac
`;

const DRBDADM = `#!/bin/sh
# drbdadm of 0.7, as far as it only looks: from etc/drbd.conf and proc/drbd
minor=$(sed -n "/^resource $2 /,/^}/s/.*device *.dev.drbd\\([0-9]*\\);.*/\\1/p" "$r/etc/drbd.conf" | head -n 1)
case "$1" in
sh-resources) echo $(sed -n 's/^resource \\([^ ]*\\) .*/\\1/p' "$r/etc/drbd.conf"); exit 0 ;;
sh-dev | sh-ll-dev | state | cstate)
  if [ -z "$minor" ]; then echo "'$2' not defined in your config." >&2; exit 1; fi ;;
*) echo "drbdadm: this small pair knows only: sh-resources, sh-dev, sh-ll-dev, state, cstate" >&2; exit 1 ;;
esac
case "$1" in
sh-dev) echo "/dev/drbd$minor" ;;
sh-ll-dev) sed -n "/^resource $2 /,/^}/s/.*disk  *\\(.dev[^;]*\\);.*/\\1/p" "$r/etc/drbd.conf" | head -n 1 ;;
state) sed -n "s/^ *$minor: .*st:\\([^ ]*\\).*/\\1/p" "$r/proc/drbd" ;;
cstate) sed -n "s/^ *$minor: cs:\\([^ ]*\\).*/\\1/p" "$r/proc/drbd" ;;
esac
`;

const UNAME = `#!/bin/sh
read -r host <"$r/proc/sys/kernel/hostname"; read -r release <"$r/proc/sys/kernel/osrelease"
case "$1" in
'' | -s) echo Linux ;;
-n) echo "$host" ;;
-r) echo "$release" ;;
-m) echo x86_64 ;;
*) echo "Linux $host $release #1 SMP x86_64 GNU/Linux" ;;
esac
`;
