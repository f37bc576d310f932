// The metadata block: where it lies, its bytes, and that it is all that a machine knows after a power cut.
import { describe, expect, it } from 'vitest';
import { compareGenerations, judgeHandshake } from '../../../src/simulator/world/drbd/handshake.ts';
import { decodeMetadata, encodeMetadata, internalOffset } from '../../../src/simulator/world/drbd/metadata.ts';
import { createPair } from './pair.ts';

describe('the block', () => {
  it('has the layout of 0.7, big endian', () => {
    const bytes = encodeMetadata({ sizeKib: 0x0a0b0c, consistent: true, primaryInd: false, connectedInd: true, fullSync: false, counters: { human: 1, timeout: 2, connected: 0x1d, arbitrary: 3 }, alExtents: 257 });
    expect(bytes).toHaveLength(512);
    expect(Buffer.from(bytes.slice(0, 48)).toString('hex')).toBe(
      '00000000000a0b0c' + '00000005' + '00000001' + '00000002' + '0000001d' + '00000003' + '8374026a' + '00020000' + '00000008' + '00000101' + '00000048',
    );
    expect(decodeMetadata(new Uint8Array(512))).toBeNull();
  });

  it('lies 128 MiB before the end, on a border of 4 KiB', () => {
    expect(internalOffset(10_240_000_000)).toBe(10_240_000_000 - 134_217_728);
    expect(internalOffset(10_240_000_000 + 4095)).toBe(10_240_000_000 - 134_217_728);
  });

  it('says after a power cut that the node was Primary and connected; the crash of both makes the old Primary the source', () => {
    const { world, alpha, bravo, wait, block, state, log } = createPair();
    world.powerCut(bravo);
    world.powerCut(alpha);
    expect(block(bravo, 'drbd1')).toMatchObject({ consistent: true, primaryInd: true, connectedInd: true, fullSync: false });
    expect(block(alpha, 'drbd1')).toMatchObject({ consistent: true, primaryInd: false, connectedInd: true });
    world.powerOn(alpha);
    world.powerOn(bravo);
    wait(50);
    expect(state(bravo, 'drbd1')).toBe('Secondary/Secondary Connected');
    expect(log(bravo)).toContain('drbd1: Resync started as SyncSource');
    expect(block(bravo, 'drbd1').primaryInd).toBe(false);
  });

  it('is made silently on a disk without one, which is worth nothing then', () => {
    const { alpha, bravo, run, wait, block, state, log } = createPair();
    run(alpha, 'drbdadm down drbd1');
    alpha.files.writeAt('/dev/md7', internalOffset(10_000_000 * 1024), new Uint8Array(512));
    expect(run(alpha, 'drbdadm up drbd1')).toEqual({ exit: 0, stdout: '', stderr: '' });
    expect(log(alpha)).toContain('drbd1: Creating state block');
    wait(20);
    expect(state(bravo, 'drbd1')).toBe('Primary/Secondary SyncSource');
    expect(block(alpha, 'drbd1')).toMatchObject({ consistent: false, counters: block(bravo, 'drbd1').counters });
  });
});

describe('the comparison', () => {
  const generation = (consistent: boolean, counts: readonly [number, number, number, number], primaryInd = false) => ({
    consistent, primaryInd, counters: { human: counts[0], timeout: counts[1], connected: counts[2], arbitrary: counts[3] },
  });

  it('takes the first difference in the order Consistent, Human, Timeout, Connected, Arbitrary, Primary', () => {
    expect(compareGenerations(generation(false, [9, 9, 9, 9], true), generation(true, [1, 1, 1, 1]))).toBe(-1);
    expect(compareGenerations(generation(true, [2, 1, 1, 1]), generation(true, [1, 9, 9, 9]))).toBe(1);
    expect(compareGenerations(generation(true, [1, 2, 1, 1]), generation(true, [1, 1, 9, 9]))).toBe(1);
    expect(compareGenerations(generation(true, [1, 1, 2, 1]), generation(true, [1, 1, 1, 9]))).toBe(1);
    expect(compareGenerations(generation(true, [1, 1, 1, 1], true), generation(true, [1, 1, 1, 2]))).toBe(-1);
    expect(compareGenerations(generation(true, [1, 1, 1, 1], true), generation(true, [1, 1, 1, 1]))).toBe(1);
    expect(compareGenerations(generation(true, [1, 1, 1, 1]), generation(true, [1, 1, 1, 1]))).toBe(0);
  });

  it('calls it a split brain only when all is equal and both were Primary', () => {
    const was = generation(true, [1, 1, 1, 1], true);
    expect(judgeHandshake({ ...was, isPrimary: false }, was)).toEqual({ sync: 'refused', says: 'Split-Brain detected, dropping connection!' });
    const never = generation(true, [1, 1, 1, 1]);
    expect(judgeHandshake({ ...never, isPrimary: false }, never)).toEqual({ sync: 'none' });
  });
});
