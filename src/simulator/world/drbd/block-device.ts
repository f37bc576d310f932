// The block device /dev/drbdN: what a file system or a guest sees of it.
import { extentOf, writeKib } from './bitmap.ts';
import { isConnected, waitsForBitmap } from './cstates.ts';
import { geometryOf, hasGoodData, peerOf, says } from './minor.ts';
import type { Kernel, Minor } from './shapes.ts';
import { markOutOfSync, tell } from './transfer-log.ts';
import type { BlockDevice, SimNode } from '../shapes.ts';

/** The device of a number on a node, whatever module is loaded at the time. */
export function blockDevice(kernel: Kernel, node: SimNode, number: number): BlockDevice {
  const minor = (): Minor | undefined => kernel.modules.get(node)?.minors[number];
  return {
    get usable() {
      const now = minor();
      return now !== undefined && now.role === 'Primary' && hasGoodData(now) && !kernel.modules.get(node)?.panicked;
    },
    get sizeBytes() {
      return (minor()?.sizeKib ?? 0) * 1024;
    },
    contents() {
      const now = minor();
      return now?.role === 'Primary' ? readable(now) : null;
    },
    write(serial, done) {
      const now = minor();
      if (!now || kernel.modules.get(node)?.panicked) done(false);
      else write(now, serial, done);
    },
  };
}

/** Where a read finds its data: the own disk, or the peer's over the network. */
function readable(minor: Minor): ReadonlySet<number> | null {
  if (minor.backing && minor.consistent && !minor.backing.disk.failed) return minor.backing.disk.data;
  const peer = peerOf(minor);
  const isThere = peer && isConnected(minor.cstate) && minor.partnerConsistent && minor.session?.carries();
  return isThere && peer.backing && !peer.backing.disk.failed ? peer.backing.disk.data : null;
}

function write(minor: Minor, serial: number, done: (ok: boolean) => void): void {
  if (waitsForBitmap(minor.cstate)) {
    return void minor.changed.once(() => {
      if (!minor.node.life.ended) write(minor, serial, done);
    });
  }
  if (minor.role !== 'Primary') {
    says(minor, 'Not in Primary state, no IO requests allowed');
    return tell(minor, done, false);
  }
  if ((!minor.backing || !minor.consistent) && !isConnected(minor.cstate)) {
    says(minor, 'Sorry, I have no access to good data anymore.');
    return tell(minor, done, false);
  }
  const isRemote = isConnected(minor.cstate) && !minor.partnerDiskless;
  if (!minor.backing && !isRemote) {
    says(minor, 'IO ERROR: neither local nor remote disk');
    return tell(minor, done, false);
  }
  const local = writeLocally(minor, serial, isRemote);
  const answer = local === 'failed' && minor.onIoError !== 'detach' ? () => done(false) : done;
  if (isRemote) {
    minor.pending.push({ serial, done: answer });
    minor.session?.send(minor, { kind: 'data', serial });
  } else tell(minor, answer, true);
  if (local === 'failed') minor.kernel.localError(minor);
}

/**
 * Puts a write on the own disk. With `on-io-error detach` one that failed counts as done all the same: the module takes
 * it that the peer has it, also when there is no peer.
 */
function writeLocally(minor: Minor, serial: number, isRemote: boolean): 'written' | 'none' | 'failed' {
  const { backing } = minor;
  if (!backing) return 'none';
  if (backing.disk.failed) return 'failed';
  const geometry = geometryOf(minor);
  backing.disk.data.add(serial);
  minor.stat.dw += writeKib(geometry, serial);
  noteActive(minor, extentOf(geometry, serial));
  if (!isRemote) markOutOfSync(minor, serial);
  return 'written';
}

/** An extent that is written to is in the activity log; the oldest leaves when it is full. */
function noteActive(minor: Minor, extent: number): void {
  const log = minor.backing?.onDisk.activityLog;
  if (!log || log.has(extent)) return;
  log.add(extent);
  minor.stat.al += 1;
  const [oldest] = log;
  if (log.size > minor.syncer.alExtents && oldest !== undefined) log.delete(oldest);
}
