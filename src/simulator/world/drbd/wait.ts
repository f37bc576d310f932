// drbdsetup wait_connect and wait_sync: until the peer is there, or the time is up.
import { isConnected } from './cstates.ts';
import type { Option } from './config.ts';
import { optionOf } from './config.ts';
import { errnoText } from './errno.ts';
import { says } from './minor.ts';
import type { Minor } from './shapes.ts';
import type { Activity } from '../schedule.ts';
import type { Call } from '../shapes.ts';

/** Defaults, seconds; 0 is for ever. */
const DEFAULTS = { connect: { wfc: 0, degraded: 60 }, sync: { wfc: 8, degraded: 4 } } as const;

/** Exit 0: it is there. 1: the device stands alone. 5: the time is up. */
export function* waitFor(call: Call, minor: Minor, what: 'connect' | 'sync', options: readonly Option[]): Activity<number> {
  if (minor.cstate === 'Unconfigured') {
    call.err(`ioctl(,WAIT_*,) failed: ${errnoText('ENXIO')}\n`);
    return 20;
  }
  const { schedule } = minor.kernel.world;
  const wfc = Number(optionOf(options, 'wfc-timeout') ?? DEFAULTS[what].wfc);
  const degraded = Number(optionOf(options, 'degr-wfc-timeout') ?? DEFAULTS[what].degraded);
  const seconds = minor.waitsDegraded ? degraded : wfc;
  if (minor.waitsDegraded && seconds > 0) says(minor, `using degr_wfc_timeout=${seconds} seconds`);
  const until = seconds === 0 ? Number.POSITIVE_INFINITY : schedule.now() + seconds * 1000;
  while (!isOver(minor, what)) {
    const left = until - schedule.now();
    // A running resync is waited for without a limit.
    const isEndless = left === Number.POSITIVE_INFINITY || (what === 'sync' && isConnected(minor.cstate));
    if (isEndless) yield minor.changed;
    else if (left <= 0 || !(yield { signal: minor.changed, atMostMs: left })) return 5;
  }
  return isConnected(minor.cstate) ? 0 : 1;
}

function isOver({ cstate }: Minor, what: 'connect' | 'sync'): boolean {
  if (cstate === 'Unconfigured' || cstate === 'StandAlone') return true;
  return what === 'connect' ? isConnected(cstate) : cstate === 'Connected';
}
