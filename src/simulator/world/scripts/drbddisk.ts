// The resource script drbddisk of DRBD 0.7: makes a resource Primary or Secondary.
import type { Command, World } from '../shapes.ts';
import { end, pass } from './script.ts';

/** In case heartbeat declares a peer dead sooner than DRBD does. */
const TRIES = 6;
const PAUSE_MS = 1000;
const GAVE_UP = 20;

/** `drbddisk [RESOURCE] start|stop|status`; without a resource it is all of them. */
export function drbddisk(world: World): Command {
  return function* (call) {
    const words = call.argv.slice(1);
    const resource = words.length === 2 ? (words[0] ?? '') : 'all';
    const action = words.length === 2 ? words[1] : words[0];
    if (action === 'start') {
      for (let tries = 1; ; tries += 1) {
        if ((yield* pass(call, ['drbdadm', 'primary', resource])).exit === 0) return 0;
        if (tries === TRIES) return GAVE_UP;
        yield world.takes(PAUSE_MS);
      }
    }
    if (action === 'stop') return call.node.read('/proc/drbd') === null ? 0 : (yield* pass(call, ['drbdadm', 'secondary', resource])).exit;
    if (action !== 'status') return end(call, 'Usage: drbddisk [resource] {start|stop|status}', 1);
    if (resource === 'all') return end(call, 'A resource name is required for status inquiries.', 10);
    const { stdout, stderr } = yield* call.node.run(['drbdadm', 'state', resource]);
    const said = (stdout + stderr).trimEnd();
    const role = said.split('/')[0];
    return end(call, role === 'Primary' ? 'running' : role === 'Secondary' ? 'stopped' : said, 0);
  };
}
