// The kernel module: loaded with so many devices, and unloaded; and the init script that does it.
import { minorCount } from './drbdadm.ts';
import { blockDevice } from './block-device.ts';
import { readConfig } from './config.ts';
import { createMinor } from './minor.ts';
import type { Kernel } from './shapes.ts';
import { procDrbd } from './proc-drbd.ts';
import type { Activity } from '../schedule.ts';
import type { Command, SimNode } from '../shapes.ts';

/** Loads the module with so many devices; nothing when it is loaded. */
export function loadModule(kernel: Kernel, node: SimNode, count: number): void {
  if (kernel.modules.has(node)) return;
  kernel.modules.set(node, { minors: Array.from({ length: count }, (_, number) => createMinor(kernel, node, number)), panicked: false });
  for (let number = 0; number < count; number += 1) node.devices.set(`/dev/drbd${number}`, blockDevice(kernel, node, number));
  const [version, build] = kernel.versionLines;
  node.kernelSays(`drbd: initialised. ${version.replace('version', 'Version')}`);
  node.kernelSays(`drbd: ${build}`);
  node.kernelSays('drbd: registered as block device major 147');
}

/** `modprobe` and `rmmod`, as far as this module goes, and the init script. */
export function moduleCommands(kernel: Kernel): Record<string, Command> {
  const modprobe: Command = function* (call) {
    const name = call.argv.slice(1).find((word) => !word.startsWith('-') && !word.includes('='));
    if (name !== 'drbd') return complain(call.err, `FATAL: Module ${name ?? ''} not found.`);
    loadModule(kernel, call.node, Number(/minor_count=(\d+)/.exec(call.argv.join(' '))?.[1] ?? 2));
    return 0;
  };
  const rmmod: Command = function* (call) {
    const module = kernel.modules.get(call.node);
    if (call.argv.at(-1) !== 'drbd' || !module) return complain(call.err, `ERROR: Module ${call.argv.at(-1) ?? ''} does not exist in /proc/modules`);
    if (module.minors.some((minor) => minor.cstate !== 'Unconfigured')) return complain(call.err, 'ERROR: Module drbd is in use');
    kernel.modules.delete(call.node);
    call.node.kernelSays('drbd: module cleanup done.');
    return 0;
  };
  return { modprobe, rmmod, '/sbin/modprobe': modprobe, '/sbin/rmmod': rmmod, '/etc/init.d/drbd': initScript(kernel) };
}

function complain(err: (text: string) => void, text: string): number {
  err(`${text}\n`);
  return 1;
}

/** /etc/init.d/drbd. */
function initScript(kernel: Kernel): Command {
  return function* (call) {
    const { node, out, err } = call;
    const tell = function* (argv: readonly string[]): Activity<number> {
      const { exit, stdout, stderr } = yield* node.run(argv);
      out(stdout);
      err(stderr);
      return exit;
    };
    const word: string = call.argv[1] ?? '';
    switch (word) {
      case 'start':
        out('Starting DRBD resources:    ');
        if (!assureModule(kernel, node)) return 20;
        return yield* start(node, out, err, tell);
      case 'stop':
        out('Stopping all DRBD resources');
        if (kernel.modules.has(node)) {
          yield* tell(['/sbin/drbdadm', 'down', 'all']);
          yield* tell(['/sbin/rmmod', 'drbd']);
        }
        out('.\n');
        return 0;
      case 'status':
        if (!kernel.modules.has(node)) {
          err('drbd not loaded\n');
          return 3;
        }
        out(`drbd driver loaded OK; device status:\n${procDrbd(kernel, node) ?? ''}`);
        return 0;
      case 'reload':
        out('Reloading DRBD configuration');
        yield* tell(['/sbin/drbdadm', 'adjust', 'all']);
        out('.\n');
        return 0;
      case 'restart': case 'force-reload':
        out('Restarting all DRBD resources');
        yield* tell(['/sbin/drbdadm', 'down', 'all']);
        yield* tell(['/sbin/rmmod', 'drbd']);
        if (!assureModule(kernel, node)) return 20;
        yield* tell(['/sbin/drbdadm', 'up', 'all']);
        out('.\n');
        return 0;
      default:
        out('Usage: /etc/init.d/drbd {start|stop|status|reload|restart|force-reload}\n');
        return 1;
    }
  };
}

/** The commands of a dry `adjust`, one by one, with a letter each; then the wait for the peers. */
function* start(node: SimNode, out: (text: string) => void, err: (text: string) => void, tell: (argv: readonly string[]) => Activity<number>): Activity<number> {
  const dry = yield* node.run(['/sbin/drbdadm', '-d', 'adjust', 'all']);
  err(dry.stderr);
  if (dry.exit !== 0) return 20;
  out('[ ');
  const counts = { d: 0, s: 0, n: 0 };
  for (const line of dry.stdout.split('\n').filter((one) => one !== '')) {
    const letter = line.includes('disk') ? 'd' : line.includes('syncer') ? 's' : 'n';
    out(`${letter}${counts[letter]} `);
    counts[letter] += 1;
    if ((yield* tell(line.trim().split(' '))) !== 0) {
      out(`\ncmd ${line} failed!\n`);
      return 20;
    }
  }
  out('].\n');
  yield* tell(['/sbin/drbdadm', 'wait_con_int']);
  return 0;
}

function assureModule(kernel: Kernel, node: SimNode): boolean {
  const reading = readConfig(node.files.read('/etc/drbd.conf') ?? '');
  if (reading.ok) loadModule(kernel, node, minorCount(reading.config, node.name));
  return reading.ok;
}
