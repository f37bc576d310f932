// A node's files in a directory.
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { directoryFiles } from '../../../src/simulator/serve/directory-files.ts';
import type { FileStore } from '../../../src/simulator/world/files.ts';

let outer: string;
let root: string;
let files: FileStore;

beforeEach(() => {
  outer = mkdtempSync(join(tmpdir(), 'cc-files-'));
  root = join(outer, 'node');
  mkdirSync(root);
  files = directoryFiles(root);
});
afterEach(() => rmSync(outer, { recursive: true, force: true }));

it('writes at once with mode and time, makes directories, and reads what a person wrote', () => {
  files.write('/etc/ha.d/ha.cf', 'keepalive 2\n', { mode: 0o755, at: Date.parse('2007-02-15T10:22:33Z') });
  const status = statSync(join(root, 'etc/ha.d/ha.cf'));
  expect(status.mode & 0o777).toBe(0o755);
  expect(status.mtime.toISOString()).toBe('2007-02-15T10:22:33.000Z');
  writeFileSync(join(root, 'etc/ha.d/ha.cf'), 'keepalive 1\n');
  expect(files.read('/etc/ha.d/ha.cf')).toBe('keepalive 1\n');
  files.write('/etc/ha.d/ha.cf', 'deadtime 30\n');
  expect(readFileSync(join(root, 'etc/ha.d/ha.cf'), 'utf8')).toBe('deadtime 30\n');
});

it('gives null for what is not there or no file', () => {
  files.write('/etc/a', 'x');
  expect([files.read('/nothing'), files.read('/etc'), files.read('/etc/a/b')]).toEqual([null, null, null]);
});

it('replaces a file that a reader has open, and does not change what that one reads', () => {
  files.write('/proc/drbd', 'old\n');
  const before = statSync(join(root, 'proc/drbd')).ino;
  files.write('/proc/drbd', 'new\n');
  expect(statSync(join(root, 'proc/drbd')).ino).not.toBe(before);
  files.append('/var/log/ha-log', 'one\n');
  const log = statSync(join(root, 'var/log/ha-log')).ino;
  files.append('/var/log/ha-log', 'two\n');
  expect([statSync(join(root, 'var/log/ha-log')).ino, files.read('/var/log/ha-log')]).toEqual([log, 'one\ntwo\n']);
});

it('no path leads out of the directory', () => {
  files.write('/../../escaped', 'x');
  files.append('../escaped-too', 'x');
  expect([existsSync(join(outer, 'escaped')), existsSync(join(outer, 'escaped-too'))]).toEqual([false, false]);
  expect([files.read('/escaped'), files.read('/escaped-too')]).toEqual(['x', 'x']);
  files.remove('/../node/../..');
  expect(existsSync(outer)).toBe(true);
});

it('removes files and directories; what is not there is removed already', () => {
  files.write('/a/b/c', 'x');
  files.remove('/a');
  files.remove('/a');
  expect(files.read('/a/b/c')).toBeNull();
});

it('a disk is sparse, keeps what it holds, and ends where it ends', () => {
  files.disk('/dev/md6', 10_737_418_240);
  expect(statSync(join(root, 'dev/md6'))).toMatchObject({ size: 10_737_418_240 });
  expect(statSync(join(root, 'dev/md6')).blocks).toBeLessThan(100);
  files.writeAt('/dev/md6', 10_737_418_240 - 4, new Uint8Array([1, 2, 3, 4]));
  files.disk('/dev/md6', 10_737_418_240);
  expect(files.readAt('/dev/md6', 10_737_418_240 - 4, 4)).toEqual(new Uint8Array([1, 2, 3, 4]));
  expect(files.readAt('/dev/md6', 0, 3)).toEqual(new Uint8Array(3));
  expect([files.readAt('/dev/md6', 10_737_418_240 - 3, 4), files.readAt('/dev/md7', 0, 1)]).toEqual([null, null]);
});

it('what somebody put in the way stays, and costs only that write', () => {
  mkdirSync(join(root, 'proc/drbd'), { recursive: true });
  files.write('/proc/drbd', 'x');
  files.append('/proc/drbd', 'x');
  writeFileSync(join(root, 'var'), 'a file');
  files.write('/var/log/ha-log', 'x');
  files.append('/var/log/ha-log', 'x');
  expect([statSync(join(root, 'proc/drbd')).isDirectory(), files.read('/var'), files.read('/var/log/ha-log')]).toEqual([true, 'a file', null]);
});

it('a left-over of a write that was broken off does not spoil the next one', () => {
  writeFileSync(join(root, 'f.new'), 'half', { mode: 0o600 });
  chmodSync(join(root, 'f.new'), 0o400);
  files.write('/f', 'whole', { mode: 0o644 });
  expect([files.read('/f'), statSync(join(root, 'f')).mode & 0o777, existsSync(join(root, 'f.new'))]).toEqual(['whole', 0o644, false]);
});
