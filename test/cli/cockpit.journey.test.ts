// The real cockpit in a pseudo-terminal: a changed inventory is taken up while it is open, ssh may ask in the
// foreground, and every way out leaves the terminal clean and nothing behind.
import { existsSync, mkdtempSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { startPair } from '../support/pair.ts';
import type { Pair } from '../support/pair.ts';
import { startSshServer } from '../../src/simulator/ssh-server.ts';
import type { SshServer } from '../../src/simulator/ssh-server.ts';
import { findBinary } from '../../src/transport/find-binary.ts';
import { PtyProgram } from '../support/terminal.ts';
import { PROGRAM } from './program.ts';

let pair: Pair;
let open: PtyProgram | null = null;
const folder = mkdtempSync(join(tmpdir(), 'crashcart-cockpit-'));

beforeAll(async () => {
  pair = await startPair({ now: Date.now() });
});
afterEach(async () => {
  open?.kill('SIGKILL');
  await open?.exited;
  open = null;
});
afterAll(async () => {
  await pair.stop();
  rmSync(folder, { recursive: true });
});

function cockpit(args: readonly string[], env: Record<string, string> = {}): PtyProgram {
  open = new PtyProgram([process.execPath, PROGRAM, ...args], { cwd: folder, env: { HOME: folder, NODE_ENV: undefined, ...env } });
  return open;
}

describe('the inventory, changed while the cockpit is open', () => {
  const file = join(folder, 'live.yaml');
  const write = (text: string): void => {
    writeFileSync(`${file}.new`, text);
    renameSync(`${file}.new`, file);
  };

  it('is taken up: a node goes and comes back; a broken one keeps the last good and says so', async () => {
    const both = readFileSync(pair.inventoryFile, 'utf8');
    write(both);
    const program = cockpit(['--inventory', file]);
    await program.until(/Everything runs at home/);
    write(both.replace(/ {6}- name: charybda[\s\S]*(?= {4}logs)/, ''));
    await program.until(/1 node /);
    expect(program.screen()).toContain('skylla');
    write(both.replace('nodes:', 'nods:'));
    program.key('6');
    await program.until(/"nods" is not known/);
    expect(program.screen()).toMatch(/1 node /);
    program.key('1');
    write(both);
    await program.until((screen) => /2 nodes/.test(screen) && !screen.includes('nods') && screen.includes('charybda'));
    await program.until(/Everything runs at home/);
    program.key('q');
    expect(await program.exited).toMatchObject({ code: 0 });
    expect(program.state()).toEqual({ alternateScreen: false, cursorHidden: false });
  });
});

const noSsh = findBinary('ssh') === null;

describe.skipIf(noSsh)(`a password${noSsh ? ' (skipped: ssh is not installed)' : ''}`, () => {
  let server: SshServer;
  beforeAll(async () => {
    server = await startSshServer({ authorizedKeys: [], password: 'open sesame', node: { directory: pair.nodes[0]?.directory ?? '' } });
  });
  afterAll(() => server.stop());

  it('is asked for by ssh itself, outside the full screen, and the cockpit comes back', async () => {
    const known = join(folder, 'known');
    const config = join(folder, 'config');
    const file = join(folder, 'password.yaml');
    writeFileSync(known, `${server.hostKeyLine}\n`);
    writeFileSync(config, 'Host *\n  IdentityFile none\n');
    writeFileSync(file, `clusters:\n  one:\n    nodes:\n      - name: skylla\n        ssh: { host: 127.0.0.1, port: ${server.port}, user: root, knownHostsFile: ${known}, configFile: ${config} }\n`);
    const program = cockpit(['--inventory', file]);
    await program.until(/skylla.*(password|log|key|auth)/i);
    program.key('\r');
    await program.until(/password:/);
    expect(program.state().alternateScreen).toBe(false);
    program.key('open sesame\r');
    await program.until((screen) => screen.includes('domain1') && screen.includes('online'));
    expect(program.state().alternateScreen).toBe(true);
    program.key('q');
    expect(await program.exited).toMatchObject({ code: 0 });
  });
});

describe('npm start without an inventory of its own', () => {
  it.each([['q', 0], ['SIGTERM', 143], ['SIGHUP', 129]] as const)('opens the demo; %s ends it and removes it', async (how, code) => {
    const program = cockpit([], { CRASHCART_CHECKOUT: '1', TMPDIR: folder });
    await program.until(/homer .*2 nodes[\s\S]*Everything runs at home/);
    const demo = readdirSync(folder).find((name) => name.startsWith('crashcart-demo-')) ?? '';
    expect(existsSync(join(folder, demo, 'inventory.yaml'))).toBe(true);
    if (how === 'q') program.key('q');
    else program.kill(how);
    expect(await program.exited).toMatchObject({ code });
    expect(program.state()).toEqual({ alternateScreen: false, cursorHidden: false });
    expect(readdirSync(folder).filter((name) => name.startsWith('crashcart-demo-'))).toEqual([]);
  });
});
