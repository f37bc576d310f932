// What a side does with the peer's words other than parameters: bitmaps, orders to sync, writes.
import { merge, writeKib } from './bitmap.ts';
import { geometryOf, says, setBitmap } from './minor.ts';
import type { Minor, Packet } from './shapes.ts';
import { bitmapToSend } from './params.ts';
import { alterGroup, startResync } from './resync.ts';
import { acknowledge } from './transfer-log.ts';

/** Takes a packet. False: it makes no sense here, the connection has to go. */
export function receivePacket(minor: Minor, from: Minor, packet: Exclude<Packet, { kind: 'params' }>): boolean {
  switch (packet.kind) {
    case 'bitmap':
      return receiveBitmap(minor, packet);
    case 'becomeSyncTarget':
      return minor.role === 'Secondary' && begins(minor, 'SyncTarget');
    case 'becomeSyncSource':
      return minor.consistent && begins(minor, 'SyncSource');
    case 'syncer':
      minor.syncer = { ...minor.syncer, rateKib: packet.syncer.rateKib, skip: packet.syncer.skip };
      alterGroup(minor, packet.syncer.group);
      return true;
    case 'data':
      receiveData(minor, from, packet.serial);
      return true;
  }
}

/** Both bitmaps count: what either side marked is copied. */
function receiveBitmap(minor: Minor, packet: Extract<Packet, { kind: 'bitmap' }>): boolean {
  if (!minor.backing) return false;
  merge(minor.backing.onDisk.bitmap, packet.bitmap);
  minor.crashedPrimary = false;
  if (minor.cstate === 'WFBitMapS') startResync(minor, 'SyncSource');
  else if (minor.cstate === 'WFBitMapT') {
    minor.session?.send(minor, { kind: 'bitmap', bitmap: bitmapToSend(minor) });
    startResync(minor, 'SyncTarget');
  } else says(minor, `unexpected cstate (${minor.cstate}) in receive_bitmap`);
  return true;
}

function begins(minor: Minor, side: 'SyncSource' | 'SyncTarget'): boolean {
  if (minor.cstate !== 'Connected' || !minor.backing) return false;
  setBitmap(minor, 'all');
  startResync(minor, side);
  return true;
}

/** A mirrored write: onto the disk, and the Primary is told. */
function receiveData(minor: Minor, from: Minor, serial: number): void {
  const kib = writeKib(geometryOf(minor), serial);
  from.stat.ns += kib;
  minor.stat.nr += kib;
  minor.heardMs = minor.kernel.world.schedule.now();
  if (!minor.backing) return;
  if (minor.backing.disk.failed) return minor.kernel.localError(minor);
  minor.backing.disk.data.add(serial);
  minor.stat.dw += kib;
  acknowledge(from, serial);
}
