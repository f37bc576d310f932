// A lower device that fails: what the module does by its `on-io-error`.
import { isConnected } from './cstates.ts';
import { later, panic, peerOf, says, setCstate, writeMetadata } from './minor.ts';
import type { Minor } from './shapes.ts';
import { sendParams } from './params.ts';
import { resumeNextGroup, stopResync } from './resync.ts';
import { release } from '../linux.ts';

/** An access to the lower device ended with an error. */
export function localError(minor: Minor): void {
  if (!minor.backing) return;
  if (minor.onIoError === 'panic') return panic(minor, 'IO error on backing device!');
  if (minor.onIoError !== 'detach') return says(minor, 'Ignoring local IO error!');
  minor.fullSync = true;
  minor.consistent = false;
  says(minor, 'Local IO failed. Detaching...');
  // The metadata ought to say "inconsistent, needs a full sync" now; a dead disk does not take it.
  if (!writeMetadata(minor)) says(minor, 'meta data update failed!');
  letGo(minor);
  sendParams(minor, 'nothing');
  says(minor, 'Notified peer that my disk is broken.');
  if (isConnected(minor.cstate) && minor.cstate !== 'Connected') {
    says(minor, 'Resync aborted.');
    stopResync(minor);
    setCstate(minor, 'Connected', 'worker');
    resumeNextGroup(minor);
  }
  says(minor, 'Releasing backing storage device.');
}

/** Looks at the lower device a moment later, as the journal of a mounted file system does every few seconds. */
export function touchSoon(minor: Minor, ms: number): void {
  later(minor, ms, () => {
    const writer = [minor, peerOf(minor)].find((side) => side?.role === 'Primary');
    if (!writer || (writer.node.holders.get(writer.device)?.size ?? 0) === 0) return;
    if (minor.backing?.disk.failed) localError(minor);
  });
}

/** The device has no disk any more. */
export function letGo(minor: Minor): void {
  if (minor.backing) release(minor.node, minor.backing.path, `drbd${minor.number}`);
  minor.backing = null;
}
