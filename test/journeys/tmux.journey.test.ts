// A shift of an operator in a real tmux: the cockpit on the pair, keys, another window size, away and back, trouble,
// and a clean terminal at the end.
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { rewrite, startPair } from '../support/pair.ts';
import type { Pair } from '../support/pair.ts';
import { PROGRAM } from '../cli/program.ts';
import { PtyProgram } from '../support/terminal.ts';

const missing = ['tmux', 'ssh'].filter((program) => spawnSync(program, ['-V']).error !== undefined);
const why = missing.length === 0 ? '' : ` (skipped: no ${missing.join(' and no ')} on this machine)`;

describe.skipIf(missing.length > 0)(`in tmux${why}`, () => {
  const home = mkdtempSync(join(tmpdir(), 'crashcart-tmux-'));
  // A socket path has at most about 100 bytes; a directory of its own keeps other servers out.
  const base = ['-u', '-S', join(home, 'tmux'), '-f', '/dev/null'];
  const env = { ...process.env, HOME: home, LANG: 'C.UTF-8', TZ: 'UTC', TERM: 'xterm-256color', NO_COLOR: '', NODE_ENV: '' };
  let pair: Pair;
  const tmux = (...args: string[]): string => execFileSync('tmux', [...base, ...args], { encoding: 'utf8', env });
  const screen = (): string => tmux('capture-pane', '-p', '-t', 'shift');
  const told = (format: string): string => tmux('display-message', '-p', '-t', 'shift', format).trim();
  const keys = (...names: string[]): string => tmux('send-keys', '-t', 'shift', ...names);
  const until = async (wanted: RegExp | (() => boolean)): Promise<void> => {
    const holds = (): boolean => (wanted instanceof RegExp ? wanted.test(screen()) : wanted());
    await vi.waitUntil(holds, { timeout: 15_000, interval: 50 }).catch((cause: unknown) => {
      throw new Error(`never saw ${String(wanted)} in\n${screen()}`, { cause });
    });
  };

  beforeAll(async () => {
    pair = await startPair({ now: Date.now() });
    tmux('new-session', '-d', '-s', 'shift', '-x', '80', '-y', '24', 'sh', ';', 'set-option', '-g', 'status', 'off');
  });
  afterAll(async () => {
    spawnSync('tmux', [...base, 'kill-server'], { env });
    await pair.stop();
    rmSync(home, { recursive: true });
  });

  it('opens, obeys, is resized, is left alone and found again, tells of trouble, and leaves a clean terminal', async () => {
    keys('echo before', 'Enter');
    await until(/^before$/m);
    keys(`"${process.execPath}" "${PROGRAM}" --inventory "${pair.inventoryFile}"; echo "exit $?"`, 'Enter');
    await until(/Everything runs at home on two good copies\./);
    expect(told('#{alternate_on}')).toBe('1');
    expect(screen()).toMatch(/^>● skylla +online .*━━● ● charybda +online/m);
    expect(screen().trimEnd().split('\n')).toHaveLength(24);

    keys('5');
    await until(/Configuration validated|Local Resource acquisition completed/);
    keys('6');
    await until(/fencing\.none +homer/);
    keys('?');
    await until(/Help: Findings/);
    keys('Escape');
    await until(/─ Findings ─/);
    keys('1', 'j', 'Enter');
    await until(/─ Node charybda ─/);
    keys('Escape');
    await until(/─ Map ─/);

    const first = new PtyProgram(['tmux', ...base, 'attach', '-t', 'shift'], { columns: 120, rows: 36, env });
    await first.until(/2 groups[\s\S]*\n 1 MAP 5 Timeline 6 Findings {60,}\? help q quit/);
    expect(told('#{window_width}x#{window_height}')).toBe('120x36');
    first.key('\x02d');
    await first.exited;
    expect(told('#{session_attached} #{alternate_on}')).toBe('0 1');

    for (const node of pair.nodes) {
      const file = join(node.directory, 'proc/drbd');
      rewrite(file, readFileSync(file, 'utf8').replace(/ 1: cs:Connected st:\S+/, ' 1: cs:StandAlone st:Primary/Unknown'));
    }
    await until(/domain2 has split/);
    const second = new PtyProgram(['tmux', ...base, 'attach', '-t', 'shift'], { columns: 60, rows: 16, env });
    await second.until(/✘ CRITICAL homer[\s\S]*domain2 has split[\s\S]*split-brain/);
    second.resize(30, 8);
    await second.until(/crashcart needs/);
    second.resize(80, 24);
    await second.until(/━ StandAlone ✘ ━━ ✘ Primary/);
    second.key('\x02d');
    await second.exited;

    keys('q');
    await until(/^exit 0$/m);
    expect(told('#{alternate_on} #{cursor_flag} #{mouse_any_flag}')).toBe('0 1 0');
    expect(screen()).toMatch(/^before$/m);
    keys('stty -a', 'Enter');
    await until(/(?<!-)icanon[\s\S]* echo /);
  });
});
