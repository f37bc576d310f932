// The same pair under other names: cluster, nodes, resources and domains are called otherwise, by chance in each run,
// and map and status follow. Nothing in the program knows a name of its own.
import { mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { rewrite, startPair } from '../support/pair.ts';
import type { Pair } from '../support/pair.ts';
import { PROGRAM, run } from '../cli/program.ts';
import { PtyProgram } from '../support/terminal.ts';

const OLD = /skylla|charybda|domain1|domain2|homer/i;

/** No vowels: no word of the screens can be among them. Four to nine letters, each name with its own first one. */
function nameBeginningWith(letter: string): string {
  const letters = 'bcdfghjkmnpqrstvwxz';
  const more = Array.from({ length: 3 + Math.floor(Math.random() * 6) }, () => letters[Math.floor(Math.random() * letters.length)] ?? 'x');
  return letter + more.join('');
}

const [cluster = '', left = '', right = '', first = '', second = '', one = '', two = ''] = [...'cnkrsdg'].map(nameBeginningWith);
const NAMES = `cluster ${cluster}, nodes ${left} ${right}, resources ${first} ${second}, domains ${one} ${two}`;

let pair: Pair;
let open: PtyProgram | null = null;
const home = mkdtempSync(join(tmpdir(), 'crashcart-renamed-'));
const inventory = join(home, 'inventory.yaml');

/** A resource and the domain on it bear one name in the pair; here each gets its own. */
function renamed(file: string, text: string): string {
  const resources = basename(file) === 'drbd.conf' ? text.replaceAll('domain1', first).replaceAll('domain2', second)
    : text.replace(/(drbddisk(?:::| ))domain1/g, `$1${first}`).replace(/(drbddisk(?:::| ))domain2/g, `$1${second}`);
  return resources.replaceAll('skylla', left).replaceAll('charybda', right).replaceAll('domain1', one).replaceAll('domain2', two);
}

beforeAll(async () => {
  pair = await startPair({ now: Date.now() });
  for (const node of pair.nodes) {
    for (const entry of readdirSync(node.directory, { recursive: true, encoding: 'utf8' })) {
      const file = join(node.directory, entry);
      if (!statSync(file).isFile() || entry.startsWith('bin/')) continue;
      const before = readFileSync(file, 'utf8');
      if (OLD.test(before)) rewrite(file, renamed(file, before));
      if (OLD.test(basename(file))) renameSync(file, join(dirname(file), renamed('', basename(file))));
    }
  }
  const text = readFileSync(pair.inventoryFile, 'utf8');
  writeFileSync(inventory, text.replace('homer:', `${cluster}:`).replace('name: skylla', `name: ${left}`).replace('name: charybda', `name: ${right}`));
});
afterEach(async () => {
  open?.kill('SIGKILL');
  await open?.exited;
  open = null;
});
afterAll(async () => {
  await pair.stop();
  rmSync(home, { recursive: true });
});

describe('every name another', () => {
  it('the map follows, and so do the other screens', async () => {
    open = new PtyProgram([process.execPath, PROGRAM, '--inventory', inventory], { cwd: home, env: { HOME: home, NODE_ENV: undefined } });
    const program = open;
    await program.until(/Everything runs at home on two good copies\./);
    const lines = program.lines();
    const has = (wanted: RegExp): void => expect(lines.some((line) => wanted.test(line)), `${NAMES}: no line ${String(wanted)} in\n${lines.join('\n')}`).toBe(true);
    has(new RegExp(`^ ● OK +${cluster}   2 nodes  2 replicas  2 domains`));
    has(new RegExp(`^>● ${left} +online .* ● ${right} +online`));
    has(new RegExp(`^─ group ${left}   started, at home ─+ ${first}  0\\.7\\.17 ─$`));
    has(new RegExp(`^─ group ${right}   started, at home ─+ ${second}  0\\.7\\.17 ─$`));
    has(new RegExp(`^   ● ${one} +running .* 256 M$`));
    has(new RegExp(`^ {50}● ${two} +running .* 256 M$`));
    expect(program.screen(), NAMES).not.toMatch(OLD);
    for (const [key, shown] of [['\r', `Node ${left}`], [']', `Node ${right}`], ['5', '─ Timeline'], ['6', '─ Findings'], ['?', 'Help: Findings']] as const) {
      program.key(key);
      await program.until((screen) => screen.split('\n')[2]?.includes(shown) ?? false);
      expect(program.screen(), NAMES).not.toMatch(OLD);
    }
    program.key('?1');
    await program.until(/─ Map ─/);
    for (const node of pair.nodes) {
      const file = join(node.directory, 'proc/drbd');
      rewrite(file, readFileSync(file, 'utf8').replace(/ 1: cs:Connected st:\S+/, ' 1: cs:StandAlone st:Primary/Unknown'));
    }
    await program.until(new RegExp(`${second} has split: (${left} and ${right}|${right} and ${left}) are Primary`));
    expect(program.screen(), NAMES).toMatch(new RegExp(`─ ${second}  0\\.7\\.17 ─\\n ✘ Primary\\*? +Consistent +━ StandAlone ✘ ━━ ✘ Primary`));
    expect(program.screen(), NAMES).not.toMatch(OLD);
    program.key('q');
    expect(await program.exited).toMatchObject({ code: 0 });
  });

  it('status follows too', async () => {
    const ran = await run(['status', '--json', '--inventory', inventory]);
    expect(ran.code, `${NAMES}: ${ran.stderr}`).toBe(2);
    expect(ran.stdout, NAMES).not.toMatch(OLD);
    const status = JSON.parse(ran.stdout) as Record<'nodes' | 'replicas' | 'domains' | 'groups', { name: string }[]> & { findings: { code: string; subject: string }[] };
    const names = (what: 'nodes' | 'replicas' | 'domains' | 'groups'): string[] => status[what].map((thing) => thing.name).sort();
    expect([names('nodes'), names('replicas'), names('domains'), names('groups')]).toEqual([[left, right].sort(), [first, second].sort(), [one, two].sort(), [left, right].sort()]);
    expect(status.findings).toContainEqual(expect.objectContaining({ code: 'replica.split-brain', subject: second }));
  });
});
