// The resource script haxendomains: starts a Xen domain, and shuts it down, or destroys it when it does not obey.
import type { Activity } from '../schedule.ts';
import type { Call, Command, World } from '../shapes.ts';
import { end, pass } from './script.ts';

/** How long a domain may take to shut down, and between two looks, ms. */
const SHUTDOWN_MS = 40_000;
const LOOK_MS = 1000;

/** `haxendomains DOMAIN start|stop|status`. */
export function haxendomains(world: World): Command {
  return function* (call) {
    const [, domain = '', action = ''] = call.argv;
    if (action === 'start') return (yield* runs(call, domain)) === true ? 0 : (yield* pass(call, ['xm', 'create', domain])).exit;
    if (action === 'stop') return yield* stop(world, call, domain);
    if (action !== 'status') return end(call, 'Usage: haxendomains DOMAIN {start|stop|status}', 1);
    const running = yield* runs(call, domain);
    return running === true ? end(call, 'running', 0) : running === false ? end(call, 'stopped', 3) : 1;
  };
}

/** Whether the domain is there; null when xend does not say. */
function* runs(call: Call, domain: string): Activity<boolean | null> {
  const { exit, stderr } = yield* call.node.run(['xm', 'list', domain]);
  if (exit === 0) return true;
  if (stderr.includes('does not exist')) return false;
  call.err(stderr);
  return null;
}

function* stop(world: World, call: Call, domain: string): Activity<number> {
  const running = yield* runs(call, domain);
  if (running !== true) return running === false ? 0 : 1;
  yield* pass(call, ['xm', 'shutdown', domain]);
  for (let waitedMs = 0; waitedMs < SHUTDOWN_MS; waitedMs += LOOK_MS) {
    yield world.takes(LOOK_MS);
    if ((yield* runs(call, domain)) === false) return 0;
  }
  return (yield* pass(call, ['xm', 'destroy', domain])).exit;
}
