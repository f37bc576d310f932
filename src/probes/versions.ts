// Versions that should be the same on all nodes and that no other probe tells: DRBD's tools, Xen, packages.
import type { Package, Versions } from '../model/setup-facts.ts';
import type { Answer, CommandProbe, Conversation } from './probe.ts';
import { statusRefusal, textOf } from './refusal.ts';

/** What Debian, Red Hat and SuSE call what the cluster stands on; a name that is not known is just not listed. */
const COMMON = ['heartbeat', 'pacemaker', 'corosync', 'cluster-glue', 'resource-agents', 'drbd-utils', 'lvm2', 'mdadm'];
const DEBIAN = [
  ...COMMON, 'heartbeat-2', 'drbd8-utils', 'drbd0.7-utils', 'drbd-dkms', 'libvirt-daemon', 'qemu-system-x86', 'xen-utils-common', 'xen-hypervisor-*', 'xen-utils-*',
];
const RED_HAT = [
  ...COMMON, 'drbd', 'drbd82', 'drbd83', 'drbd84-utils', 'drbd90-utils', 'kmod-drbd82', 'kmod-drbd83', 'kmod-drbd84', 'kmod-drbd90', 'xen', 'kernel-xen',
  'libvirt', 'qemu-kvm', 'cman', 'rgmanager', 'openais', 'VMware-server',
];

/** By their paths: one found elsewhere in PATH could be that of another machine where a node is a directory. */
const DPKG = ['/usr/bin/dpkg-query', '-W', '-f', '${Package}\\t${Version}\\t${Status}\\n', ...DEBIAN];
const RPM_REST = ['-q', '--qf', '%{NAME}\\t%{VERSION}-%{RELEASE}\\n', ...RED_HAT];
const PLACES_OF_RPM = ['/usr/bin/rpm', '/bin/rpm'];

/** `3.0.3-1`: Xen's own three files. Read with the shell's words: `xm info` is a Python program and takes a second. */
const READ_XEN = 'cd "$r/sys/hypervisor/version" 2>/dev/null || exit 0; read -r a <major; read -r b <minor; IFS= read -r c <extra; echo "$a.$b$c"';

/** Asks every five minutes, one command for all packages. */
export const versions: CommandProbe<'versions'> = { name: 'versions', kind: 'commands', everySeconds: 300, deadlineSeconds: 8, afterFirstLook: true, ask };

function* ask(): Conversation<Versions> {
  const tools = yield ['drbdadm', '--version'];
  if (tools.status === 'timeout') return gone(tools, 'drbdadm --version');
  const xen = yield ['sh', '-c', READ_XEN];
  if (xen.status === 'timeout') return gone(xen, 'sh');
  const unread: string[] = [];
  let packages: Package[] | null = null;
  for (const argv of [DPKG, ...PLACES_OF_RPM.map((path) => [path, ...RPM_REST])]) {
    const answer = yield argv;
    if (answer.status === 'timeout') return gone(answer, argv[0] ?? '');
    packages = packagesOf(answer, unread);
    if (packages !== null) break;
  }
  const facts: Versions = { drbdTools: toolsVersion(tools), xen: /^\d{1,4}\.\d{1,4}[\w.-]{0,32}$/.exec(xen.stdout.trim())?.[0] ?? null, packages };
  if (facts.packages === null && facts.drbdTools === null && facts.xen === null) return { answered: false, kind: 'absent', why: 'neither dpkg-query nor rpm is there, and no drbdadm that tells its version', raw: textOf(tools) };
  return { answered: true, facts, unread };
}

function gone(answer: Answer, what: string): { answered: false; why: string; kind: 'no-answer'; raw: string } {
  return { answered: false, kind: 'no-answer', why: `${what}: no answer before the deadline`, raw: textOf(answer) };
}

/** `DRBDADM_VERSION=9.22.0` of 8.4 and later; before that the usage, which 0.7 prints for any word, ends with `Version: 0.7.23 (api:79)`. */
export function toolsVersion(answer: Answer): string | null {
  if (answer.status !== 'ok') return null;
  return /^(?:DRBDADM_VERSION=|Version: )(\d[\w.~+-]{0,63})(?:\s|$)/m.exec(textOf(answer))?.[1] ?? null;
}

/** The installed ones of a list, by name; null where there is no package manager to list them. */
export function packagesOf(answer: Answer, unread: string[]): Package[] | null {
  if (statusRefusal(answer, '')) return null;
  const found = new Map<string, string>();
  for (const line of answer.stdout.split('\n').filter((each) => each.trim() !== '')) {
    const [, name, version = '', status] = /^(\S{1,128})\t(\S{0,128})(?:\t(.*))?$/.exec(line) ?? [];
    // rpm says it in place of a package, dpkg-query of one that was removed.
    if (name === undefined) {
      if (!/^package \S+ is not installed$/.test(line)) unread.push(line);
    } else if (version !== '' && (status === undefined || / installed$/.test(status))) found.set(name, [found.get(name), version].filter(Boolean).join(', '));
  }
  const complaint = answer.stderr.split('\n').find((line) => line.trim() !== '' && !/no packages? found matching/i.test(line));
  if (found.size === 0 && complaint !== undefined) unread.push(complaint.trim());
  return [...found].sort().map(([name, version]) => ({ name, version }));
}
