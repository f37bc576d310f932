// Primary and Secondary: who may become what, and what that does to the generation counters.
import { isConnected } from './cstates.ts';
import type { Errno } from './errno.ts';
import { hasGoodData, readKib, says, writeMetadata } from './minor.ts';
import type { Minor, Role } from './shapes.ts';
import { maySpeak, sendParams } from './params.ts';
import type { Activity } from '../schedule.ts';

/** Options of `drbdsetup DEVICE primary`. */
export interface Wish {
  human: boolean;
  timeoutExpired: boolean;
  doWhatISay: boolean;
}

/** Nothing special. */
export const PLAIN: Wish = { human: false, timeoutExpired: false, doWhatISay: false };

/** Changes the role, or says why not. Waits until no write is under way. */
export function* setRole(minor: Minor, role: Role, wish: Wish): Activity<Errno | null> {
  if (minor.cstate === 'Unconfigured') return role === 'Secondary' ? null : 'ENXIO';
  if (role === minor.role) return null;
  const refused = role === 'Primary' ? refusalToPromote(minor, wish) : refusalToDemote(minor);
  if (refused) return refused;
  const isForced = role === 'Primary' && !hasGoodData(minor);
  while (minor.pending.length > 0) yield minor.changed;
  // Connected and not forced: the module does not count a human's decision that changes nothing.
  const counts = isForced || !isConnected(minor.cstate) ? wish : PLAIN;
  if (isForced) force(minor);
  says(minor, `${minor.role}/${minor.peerRole} --> ${role}/${minor.peerRole}`);
  minor.stat.dr += readKib(minor);
  minor.role = role;
  if (role === 'Primary') count(minor, { ...counts, human: counts.human || isForced });
  if (!writeMetadata(minor) && minor.backing) minor.kernel.localError(minor);
  if (maySpeak(minor)) sendParams(minor, isForced ? 'asks' : 'nothing');
  return null;
}

function refusalToPromote(minor: Minor, wish: Wish): Errno | null {
  if (minor.peerRole === 'Primary') return 'EACCES';
  if (!minor.backing && !isConnected(minor.cstate)) return 'EIO';
  return hasGoodData(minor) || wish.doWhatISay ? null : 'EIO';
}

function refusalToDemote(minor: Minor): Errno | null {
  return (minor.node.holders.get(minor.device)?.size ?? 0) > 0 ? 'EBUSY' : null;
}

/** "If this screws your data": the own replica counts as good from now on. */
function force(minor: Minor): void {
  if (Object.values(minor.counters).some((counter) => counter !== 1)) says(minor, "Forcefully set consistent! If this screws your data, don't blame DRBD!");
  minor.consistent = true;
}

function count(minor: Minor, wish: Wish): void {
  const isHuman = wish.human || minor.onPrimaryHuman;
  const isTimeout = wish.timeoutExpired || minor.onPrimaryTimeout;
  minor.onPrimaryHuman = false;
  minor.onPrimaryTimeout = false;
  if (isHuman) minor.counters.human += 1;
  else if (isTimeout) minor.counters.timeout += 1;
  else if (isConnected(minor.cstate)) minor.counters.connected += 1;
  else minor.counters.arbitrary += 1;
  minor.crashedPrimary = false;
  minor.stat.primarySinceMs = minor.kernel.world.schedule.now();
}
