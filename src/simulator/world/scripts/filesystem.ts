// The resource script Filesystem of heartbeat 2: mounts a device, and unmounts it, by force if need be.
import { haLog } from '../heartbeat/log.ts';
import type { HaLevel } from '../heartbeat/log.ts';
import type { Activity } from '../schedule.ts';
import type { Call, Command, World } from '../shapes.ts';
import { end, pass } from './script.ts';

/** What it sends to those who keep the directory busy, one after the other. */
const SIGNALS = ['SIGTERM', 'SIGTERM', 'SIGTERM', 'SIGKILL', 'SIGKILL', 'SIGKILL'];
const PAUSE_MS = 1000;
/** A mount replays the journal; an unmount writes out what is in memory. */
const MOUNT_MS = 900;
const UMOUNT_MS = 350;

/** One run: its arguments, and how it writes to the log. */
interface Run {
  call: Call;
  device: string;
  directory: string;
  type: string;
  log: (level: HaLevel, text: string) => void;
}

/** `Filesystem DEVICE DIRECTORY [TYPE] start|stop|status`. */
export function filesystem(world: World): Command {
  return function* (call) {
    const words = call.argv.slice(1);
    const action = words.at(-1);
    const [device = '', directory = '', type = 'ext3'] = words.slice(0, -1);
    const tag = `Filesystem[${call.node.pid()}]`;
    const run: Run = { call, device, directory, type, log: (level, text) => haLog(call.node, tag, level, text) };
    if (directory === '' || (action !== 'start' && action !== 'stop' && action !== 'status' && action !== 'monitor')) {
      return end(call, 'usage: Filesystem {start|stop|status|monitor|validate-all|meta-data}', 1);
    }
    if (action === 'status' || action === 'monitor') return isMounted(run) ? end(call, `${directory} is mounted (running)`, 0) : end(call, `${directory} is unmounted (stopped)`, 7);
    run.log('INFO', `Running ${action} for ${device} on ${directory}`);
    const exit = yield* action === 'start' ? start(world, run) : stop(world, run);
    if (exit === 0) run.log('INFO', 'Success');
    else run.log('ERROR', 'Generic error');
    return exit;
  };
}

function isMounted({ call, directory }: Run): boolean {
  return call.node.mounts.some((one) => one.path === directory);
}

function* start(world: World, run: Run): Activity<number> {
  const { call, device, directory, type, log } = run;
  if (isMounted(run)) {
    log('INFO', `Filesystem ${directory} is already mounted.`);
    return 0;
  }
  yield world.takes(MOUNT_MS);
  if ((yield* pass(call, ['mount', '-t', type, device, directory])).exit === 0) return 0;
  log('ERROR', `Couldn't mount filesystem ${device} on ${directory}`);
  return 1;
}

function* stop(world: World, run: Run): Activity<number> {
  const { call, directory, log } = run;
  if (!isMounted(run)) return 0;
  log('INFO', `Trying to unmount ${directory}`);
  for (const signal of SIGNALS) {
    yield world.takes(UMOUNT_MS);
    if ((yield* pass(call, ['umount', directory])).exit === 0) {
      log('INFO', `unmounted ${directory} successfully`);
      return 0;
    }
    log('ERROR', `Couldn't unmount ${directory}; trying cleanup with ${signal}`);
    const { exit } = yield* call.node.run(['fuser', '-k', `-${signal}`, '-m', directory]);
    log('INFO', `${exit === 0 ? 'Some' : 'No'} processes on ${directory} were signalled`);
    yield world.takes(PAUSE_MS);
  }
  log('ERROR', `Couldn't unmount ${directory}, giving up!`);
  return 1;
}
