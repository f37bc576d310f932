// The first script to run: plain JavaScript that works on Node 20. It installs what is missing, checks that
// the pinned Node is there, builds when a source is newer than the build, and hands over to that Node.
import { createHash } from 'node:crypto';
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const at = (...parts) => join(root, ...parts);
const wantedNode = () => JSON.parse(readFileSync(at('package.json'), 'utf8')).devDependencies.node;
const pinnedNode = at('node_modules', '.bin', 'node');
const bundle = at('dist', 'crashcart.mjs');

function fail(sentence) {
  process.stderr.write(`crashcart: ${sentence}\n`);
  process.exit(1);
}

/** Runs npm ci when node_modules was not made from this lock file. All it prints goes to stderr. */
function install() {
  const lock = createHash('sha256').update(readFileSync(at('package-lock.json'))).digest('hex');
  const mark = at('node_modules', '.crashcart-lock');
  if (existsSync(mark) && readFileSync(mark, 'utf8') === lock) return;
  process.stderr.write('crashcart: installing packages (npm ci) ...\n');
  const npm = process.env.npm_execpath?.endsWith('.js') ? [process.execPath, process.env.npm_execpath] : ['npm'];
  const quiet = ['--no-audit', '--no-fund', '--loglevel=error'];
  const done = spawnSync(npm[0], [...npm.slice(1), 'ci', ...quiet], { cwd: root, stdio: ['ignore', 2, 2] });
  if (done.status !== 0) fail('npm ci failed (its messages are above); mend that, then type: npm ci');
  writeFileSync(mark, lock);
}

function checkNode() {
  const wanted = wantedNode();
  const seen = existsSync(pinnedNode) ? spawnSync(pinnedNode, ['--version'], { encoding: 'utf8' }).stdout?.trim() : '';
  if (seen !== `v${wanted}`) fail(`needs Node ${wanted} in node_modules, found ${seen || 'none'}; type: npm ci --allow-scripts=node`);
}

function newest(folder) {
  let time = 0;
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    time = Math.max(time, entry.isDirectory() ? newest(path) : statSync(path).mtimeMs);
  }
  return time;
}

function build() {
  const sources = Math.max(newest(at('src')), newest(at('scripts')), statSync(at('package-lock.json')).mtimeMs);
  if (existsSync(bundle) && statSync(bundle).mtimeMs > sources) return;
  const done = spawnSync(pinnedNode, [at('scripts', 'build.mjs')], { cwd: root, stdio: ['ignore', 2, 2], env: environment() });
  if (done.status !== 0) fail('the build failed; its messages are above');
}

function environment(extra = {}) {
  return { ...process.env, ...extra, PATH: `${at('node_modules', '.bin')}${delimiter}${process.env.PATH ?? ''}` };
}

/** Runs a program under the pinned Node in this terminal and ends as it ends. */
function become(argv, { cwd = process.cwd(), env = {} } = {}) {
  return new Promise((resolve) => {
    const child = spawn(pinnedNode, argv, { cwd, stdio: 'inherit', env: environment(env) });
    // The terminal sends SIGINT to the whole group; the child decides what it means.
    process.on('SIGINT', () => {});
    for (const signal of ['SIGTERM', 'SIGHUP', 'SIGQUIT']) process.on(signal, () => child.kill(signal));
    child.on('exit', (code, signal) => resolve(signal ? 128 + (signal === 'SIGKILL' ? 9 : 15) : code ?? 1));
  });
}

export async function main(task, args) {
  install();
  checkNode();
  switch (task) {
    case 'start':
      build();
      return become([bundle, ...args], { env: { CRASHCART_CHECKOUT: '1' } });
    case 'crashcart':
      build();
      return become([bundle, ...args]);
    case 'test':
      build();
      return become([at('node_modules', 'vitest', 'vitest.mjs'), 'run', ...args], { cwd: root });
    case 'bench':
      build();
      return become([at('bench', 'main.ts'), ...args], { cwd: root });
    case 'check': {
      const types = await become([at('node_modules', 'typescript', 'bin', 'tsc'), '--noEmit'], { cwd: root });
      const lint = await become([at('node_modules', 'eslint', 'bin', 'eslint.js'), '.'], { cwd: root });
      const floors = await become([at('node_modules', 'vitest', 'vitest.mjs'), 'run', 'test/source'], { cwd: root });
      return types || lint || floors;
    }
    default:
      fail(`no task "${task}"; there are start, test, check, crashcart, bench`);
  }
}

if (process.argv[1] && fileURLToPath(import.meta.url) === process.argv[1]) {
  process.exitCode = await main(process.argv[2], process.argv.slice(3));
}
