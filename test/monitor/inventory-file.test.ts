// The inventory as a file: read within bounds, and watched.
import { appendFileSync, mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadInventory, watchInventory } from '../../src/monitor/inventory-file.ts';
import type { InventoryWatch } from '../../src/monitor/inventory-file.ts';

let folder = '';
let watch: InventoryWatch | null = null;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'crashcart-inventory-'));
});
afterEach(async () => {
  await watch?.close();
  watch = null;
  rmSync(folder, { recursive: true });
});

const one = (name: string): string => `clusters:\n  ${name}:\n    nodes: [alpha]\n`;

describe('reading', () => {
  it('makes paths absolute: relative ones of its folder, ~ of the home', async () => {
    const file = join(folder, 'c.yaml');
    writeFileSync(file, 'clusters:\n  p:\n    nodes:\n      - { name: a, ssh: { identityFile: ~/k, knownHostsFile: hosts, configFile: /etc/x } }\n');
    const read = await loadInventory(file, '/home/admin');
    expect(read.ok && read.inventory.clusters[0]?.nodes[0]?.target).toMatchObject({ identityFile: '/home/admin/k', knownHostsFile: join(folder, 'hosts'), configFile: '/etc/x' });
  });

  it.each<[string, (file: string) => void, RegExp]>([
    ['not there', () => undefined, /^inventory .* is not there; write it, or name another with --inventory FILE$/],
    ['a folder', (file) => mkdirSync(file), /^inventory .* is a folder; name the file in it$/],
    ['not UTF-8', (file) => writeFileSync(file, Buffer.from([0x61, 0xff, 0xfe])), /^inventory .* is not UTF-8 text; save it as UTF-8$/],
    ['endless', (file) => symlinkSync('/dev/zero', file), /^inventory .* is a pipe or a device/],
    ['larger than any inventory', (file) => writeFileSync(file, '#'.repeat(2 * 1024 * 1024)), /^inventory .* is larger than 1 MiB/],
  ])('%s is a sentence', async (_name, make, wanted) => {
    const file = join(folder, 'c.yaml');
    make(file);
    const read = await loadInventory(file, '/home/admin', 'c.yaml');
    expect(read.ok).toBe(false);
    expect(!read.ok && read.says).toMatch(wanted);
  });
});

/** What a watched file told, with a way to wait for the next word. */
function listen(file: string): { next(): Promise<string>; ready: Promise<void> } {
  const told: string[] = [];
  let wake = (): void => undefined;
  const tell = (word: string): void => {
    told.push(word);
    wake();
  };
  watch = watchInventory(file, '/home/admin', {
    onChange: (inventory) => tell(`changed ${inventory.clusters.map((cluster) => cluster.config.name).join(' ')}`),
    onProblem: (says) => tell(`problem ${says}`),
  });
  return {
    ready: watch.ready,
    next: async () => {
      while (told.length === 0) await new Promise<void>((resolve) => (wake = resolve));
      return told.shift() ?? '';
    },
  };
}

describe('watching', () => {
  it('takes up a change in place, one by rename, and one in two steps', async () => {
    const file = join(folder, 'c.yaml');
    writeFileSync(file, one('a'));
    const heard = listen(file);
    await heard.ready;
    writeFileSync(file, one('b'));
    expect(await heard.next()).toBe('changed b');
    writeFileSync(`${file}.new`, one('c'));
    renameSync(`${file}.new`, file);
    expect(await heard.next()).toBe('changed c');
    writeFileSync(file, '');
    appendFileSync(file, one('d'));
    expect(await heard.next()).toBe('changed d');
  });

  it('says what is broken, and takes up the mended one', async () => {
    const file = join(folder, 'c.yaml');
    writeFileSync(file, one('a'));
    const heard = listen(file);
    await heard.ready;
    writeFileSync(file, 'clusters:\n  a:\n    nods: [x]\n');
    expect(await heard.next()).toBe(`problem ${file}:3:5: "nods" is not known in clusters.a; write nodes`.replace(file, file.length > 60 ? `…${file.slice(-59)}` : file));
    rmSync(file);
    expect(await heard.next()).toMatch(/^problem inventory .* is not there/);
    writeFileSync(file, one('e'));
    expect(await heard.next()).toBe('changed e');
  });

  it('follows a symlink to where the file really is', async () => {
    mkdirSync(join(folder, 'real'));
    writeFileSync(join(folder, 'real', 'c.yaml'), one('a'));
    symlinkSync(join(folder, 'real', 'c.yaml'), join(folder, 'c.yaml'));
    const heard = listen(join(folder, 'c.yaml'));
    await heard.ready;
    writeFileSync(join(folder, 'real', 'c.yaml'), one('b'));
    expect(await heard.next()).toBe('changed b');
  });
});
