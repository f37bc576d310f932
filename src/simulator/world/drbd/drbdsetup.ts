// drbdsetup 0.7: the low-level tool that talks to the kernel module about one device.
import { attach, configureNet, configureSyncer, detach, disconnect, invalidate, invalidateRemote, kib, netConf, resize } from './configure.ts';
import type { Refusal } from './configure.ts';
import { optionOf } from './config.ts';
import type { Option } from './config.ts';
import { atLeast } from './cstates.ts';
import { errnoText } from './errno.ts';
import type { Errno } from './errno.ts';
import type { Kernel, Minor } from './shapes.ts';
import { readOptions } from './options.ts';
import { PLAIN, setRole } from './role.ts';
import { commandUsage, SETUP_COMMANDS, setupUsage } from './setup-usage.ts';
import { showText } from './show.ts';
import { waitFor } from './wait.ts';
import type { Activity } from '../schedule.ts';
import type { Call, Command } from '../shapes.ts';

/** How long one run of the program takes. */
const RUN_MS = 15;

/** What it says beside perror's line, by the failed call. */
const HINTS: Readonly<Record<string, Partial<Record<Errno, string>>>> = {
  SET_STATE: {
    EBUSY: 'Someone has opened the device for RW access!', ENXIO: 'Device not configured', EACCES: 'Partner is already primary',
    EIO: 'Local replica is inconsistent (--do-what-I-say ?)',
  },
  INVALIDATE: { EINPROGRESS: "Only in 'Connected' cstate possible." },
  INVALIDATE_REM: { EINPROGRESS: "Only in 'Connected' cstate possible." },
  UNCONFIG_DISK: {
    EBUSY: 'Not possible during resynchronisation.', ENETRESET: 'Not possible, since the device is in primary state\nand not connected.',
    ENXIO: ' - Do not shoot yourself in the foot. -\nA system without backing storage is not possible.',
  },
  SET_DISK_SIZE: { EBUSY: 'Online resizing is not allowed during resync.', EINPROGRESS: 'One node must be primary to do online resizing.' },
};

/** The program. */
export function drbdsetup(kernel: Kernel): Command {
  return function* (call) {
    yield kernel.world.takes(RUN_MS);
    const [, device = '', word, ...rest] = call.argv;
    if (word === undefined || device.startsWith('-')) return usage(call, kernel, word === undefined && device !== '' ? ' Insufficient arguments' : '');
    const command = SETUP_COMMANDS.find((one) => one.name === word);
    if (!command) return fail(call, `${word} is not a command`);
    if (rest.length < command.args.length) {
      call.out(`${commandUsage(command)}\nNot enough arguments.\n`);
      return 20;
    }
    if (!command.options && rest.length > 0) return fail(call, 'Too many arguments or options.');
    const minor = open(kernel, call, device);
    if (!minor) return fail(call, `can not open ${device}: ${errnoText('ENOENT')}`);
    const given = readOptions('drbdsetup', rest.slice(command.args.length), command.options ?? []);
    if (!given.ok) return fail(call, given.says);
    return yield* run(call, minor, word, rest, given.options);
  };
}

function usage(call: Call, kernel: Kernel, more: string): number {
  call.out(setupUsage(kernel.versionLines, more));
  return 20;
}

function open(kernel: Kernel, call: Call, device: string): Minor | null {
  const number = /^\/dev\/drbd\/?(\d+)$/.exec(device)?.[1];
  return number === undefined ? null : (kernel.modules.get(call.node)?.minors[Number(number)] ?? null);
}

function* run(call: Call, minor: Minor, word: string, args: readonly string[], options: readonly Option[]): Activity<number> {
  const has = (name: string): boolean => options.some((option) => option.name === name);
  switch (word) {
    case 'primary': {
      const spelled = unspelled(args);
      if (spelled !== null) return fail(call, spelled);
      return state(call, yield* setRole(minor, 'Primary', { human: has('human'), doWhatISay: has('do-what-I-say'), timeoutExpired: has('timeout-expired') }));
    }
    case 'secondary': return state(call, yield* setRole(minor, 'Secondary', PLAIN));
    case 'on_primary': return onPrimary(call, minor, has('inc-human'), has('inc-timeout-expired'));
    case 'wait_connect': return yield* waitFor(call, minor, 'connect', options);
    case 'wait_sync': return yield* waitFor(call, minor, 'sync', options);
    case 'invalidate': return ended(call, 'INVALIDATE', invalidate(minor));
    case 'invalidate_remote': return ended(call, 'INVALIDATE_REM', invalidateRemote(minor));
    case 'syncer': return ended(call, 'SET_SYNC_CONFIG', configureSyncer(minor, syncerOf(minor, options)));
    case 'down': return yield* down(call, minor);
    case 'detach': return ended(call, 'UNCONFIG_DISK', detach(minor));
    case 'net': return net(call, minor, args, options);
    case 'disk': return disk(call, minor, args, options);
    case 'resize': return ended(call, 'SET_DISK_SIZE', resize(minor, kib(optionOf(options, 'size'))));
    case 'disconnect': return ended(call, 'UNCONFIG_NET', disconnect(minor));
    default: return shown(call, minor, word);
  }
}

/** Only `--timeout-expired` may be cut short; the other two have to be meant. */
function unspelled(args: readonly string[]): string | null {
  const bad = args.find((word) => !['--human', '--do-what-I-say'].includes(word) && !/^--?t/.test(word));
  if (bad === undefined) return null;
  return `${bad}\nYou have to spell out ${/^--?h/.test(bad) ? '--human' : '--do-what-I-say'}, if you mean it`;
}

function state(call: Call, errno: Errno | null): number {
  const exit = ended(call, 'SET_STATE', errno);
  return errno === 'EIO' ? 21 : exit;
}

function* down(call: Call, minor: Minor): Activity<number> {
  const exit = state(call, yield* setRole(minor, 'Secondary', PLAIN));
  return exit || ended(call, 'UNCONFIG_NET', disconnect(minor)) || ended(call, 'UNCONFIG_DISK', detach(minor));
}

function onPrimary(call: Call, minor: Minor, human: boolean, timeout: boolean): number {
  if (minor.cstate === 'Unconfigured') return ended(call, 'SET_STATE_FLAGS', 'ENXIO');
  const mayStill = !atLeast(minor.cstate, 'WFReportParams');
  minor.onPrimaryHuman = mayStill && human;
  minor.onPrimaryTimeout = mayStill && timeout;
  return 0;
}

function syncerOf({ syncer }: Minor, options: readonly Option[]): Minor['syncer'] {
  const number = (name: string, otherwise: number): number => Number(optionOf(options, name) ?? otherwise);
  return {
    rateKib: kib(optionOf(options, 'rate')) || syncer.rateKib, group: number('group', syncer.group),
    alExtents: Math.max(7, number('al-extents', syncer.alExtents)), skip: options.some((option) => option.name === 'skip-sync'),
  };
}

function net(call: Call, minor: Minor, [local = '', remote = '', protocol = '']: readonly string[], options: readonly Option[]): number {
  if (!/^[abcABC]$/.test(protocol)) return fail(call, `Invalid protocol specifier '${protocol}'.`);
  for (const name of ['timeout', 'connect-int', 'ping-int']) {
    const text = optionOf(options, name);
    if (text !== null && !/^\d+(\.\d+)?$/.test(text)) return fail(call, `${text} is not a valid number`);
  }
  const conf = netConf(local, remote, protocol, options);
  if (conf.timeoutMs >= conf.connectMs || conf.timeoutMs >= conf.pingMs) return fail(call, 'The timeout has to be smaller than connect-int and ping-int.');
  return configured(call, 'SET_NET_CONFIG', configureNet(minor, conf));
}

function disk(call: Call, minor: Minor, [lower = '', meta = '', index = '']: readonly string[], options: readonly Option[]): number {
  const { node } = call;
  if (node.mounts.some((mount) => mount.device === lower)) return fail(call, `Lower device (${lower}) is already mounted`);
  if (!node.disks.has(lower)) return fail(call, `Can not open lower device '${lower}': ${errnoText('ENOENT')}`);
  if (meta !== 'internal' && !node.disks.has(meta)) return fail(call, `Can not open meta data device '${meta}': ${errnoText('ENOENT')}`);
  const handler = optionOf(options, 'on-io-error');
  if (handler !== null && !['pass_on', 'panic', 'detach'].includes(handler)) return fail(call, `drbdsetup: '${handler}' is an invalid on-io-error handler.`);
  return configured(call, 'SET_DISK_CONFIG', attach(minor, lower, meta, Number(index), options));
}

function configured(call: Call, what: string, refusal: Refusal): number {
  const exit = ended(call, what, refusal?.errno ?? null);
  if (refusal?.says !== undefined) call.err(`${refusal.says}\n`);
  return exit;
}

function shown(call: Call, minor: Minor, word: string): number {
  if (!atLeast(minor.cstate, 'StandAlone')) call.out('Not configured\n');
  else if (word === 'state') call.out(`${minor.role}/${minor.peerRole}\n`);
  else call.out(word === 'cstate' ? `${minor.cstate}\n` : showText(minor));
  return 0;
}

/** Exit 0, or perror's line with what the tool adds to it, and exit 20. */
function ended(call: Call, what: string, errno: Errno | null): number {
  if (!errno) return 0;
  call.err(`ioctl(,${what},) failed: ${errnoText(errno)}\n`);
  const hint = HINTS[what]?.[errno];
  if (hint !== undefined) call.err(`${hint}${what === 'SET_DISK_SIZE' ? '' : '\n'}`);
  return 20;
}

function fail(call: Call, text: string): number {
  call.err(`${text}\n`);
  return 20;
}
