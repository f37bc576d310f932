// The writes that are under way to the peer: acknowledged by it, or given up when it is gone.
import { later } from './minor.ts';
import type { Minor } from './shapes.ts';

/** From the last acknowledgement of a write to the moment the guest hears of it. */
const DONE_MS = 3;

/** The peer has a write. */
export function acknowledge(minor: Minor, serial: number): void {
  const found = minor.pending.find((one) => one.serial === serial);
  if (!found) return;
  minor.pending = minor.pending.filter((one) => one !== found);
  minor.heardMs = minor.kernel.world.schedule.now();
  tell(minor, found.done, true);
  minor.changed.fire();
}

/** The peer will not answer any more: the writes are complete without it, and marked in the bitmap. */
export function clearPending(minor: Minor): void {
  const given = minor.pending;
  minor.pending = [];
  for (const { serial, done } of given) {
    markOutOfSync(minor, serial);
    tell(minor, done, true);
  }
  minor.changed.fire();
}

/** Notes that the peer does not have a write. */
export function markOutOfSync(minor: Minor, serial: number): void {
  if (!minor.backing || minor.backing.onDisk.bitmap.serials.has(serial)) return;
  minor.backing.onDisk.bitmap.serials.add(serial);
  minor.stat.bm += 1;
}

/** Tells the guest what came of its write. */
export function tell(minor: Minor, done: (ok: boolean) => void, ok: boolean): void {
  later(minor, minor.kernel.world.takes(DONE_MS), () => done(ok));
}
