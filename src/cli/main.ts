// The program: reads the command line, runs the command, and ends with its exit code. Each command is loaded only
// when it is asked for, so that `status` and `parse` carry no screens.
import { homedir } from 'node:os';
import { parseCommandLine } from './args.ts';
import type { Invocation } from './args.ts';
import { EXIT } from './exit-codes.ts';
import type { Refusal } from './exit-codes.ts';
import { HELP } from './help.ts';
import { complain } from './io.ts';
import type { Io } from './io.ts';
import { VERSION } from './version.ts';

const stop = new AbortController();
const io: Io = {
  stdin: process.stdin, stdout: process.stdout, stderr: process.stderr,
  env: process.env, cwd: process.cwd(), home: homedir(), signal: stop.signal, now: () => Date.now(),
};

type Ended = { ok: true; exit: number } | Refusal;

async function run(asked: Invocation): Promise<Ended> {
  switch (asked.command) {
    case 'help':
      io.stdout.write(HELP);
      return { ok: true, exit: EXIT.ok };
    case 'version':
      io.stdout.write(`crashcart ${VERSION}\n`);
      return { ok: true, exit: EXIT.ok };
    case 'status':
      return (await import('./status.ts')).statusCommand(io, asked);
    case 'watch':
      return (await import('./watch.ts')).watchCommand(io, asked);
    case 'parse':
      return (await import('./parse.ts')).parseCommand(io, asked);
    case 'doctor':
      return (await import('./doctor.ts')).doctorCommand(io, asked);
    case 'demo':
      return (await import('./demo.ts')).demoCommand(io, asked);
    case 'cockpit':
      return cockpit(asked);
  }
}

/** In a checkout (`npm start`) without an inventory of its own the demo is what opens. */
async function cockpit(asked: Invocation): Promise<Ended> {
  const { findInventory } = await import('./find-inventory.ts');
  const { existsSync } = await import('node:fs');
  const isCheckout = io.env['CRASHCART_CHECKOUT'] === '1';
  const found = findInventory({ given: asked.inventory, env: io.env, cwd: io.cwd, home: io.home }, existsSync);
  if (isCheckout && found.file === null && asked.words.length === 0) return (await import('./demo.ts')).demoCommand(io, asked);
  return (await import('./cockpit.ts')).cockpitCommand(io, asked);
}

/** The trouble with standard output; null while it takes what is written. */
let broken: NodeJS.ErrnoException | null = null;
let isEnding = false;

/** Says how it ended, lets everything be written, and goes: whatever is still open then is of no use to anybody. */
async function end(ended: Ended): Promise<void> {
  if (isEnding) return;
  isEnding = true;
  if (!ended.ok) complain(io, ended.says);
  await Promise.all([flushed(process.stdout), flushed(process.stderr)]);
  // Nobody reads any more: that is no fault. Any other trouble must not look like an answer.
  if (broken === null || broken.code === 'EPIPE' || broken.code === 'EIO') process.exit(ended.exit);
  complain(io, `standard output cannot be written (${broken.code ?? broken.message})`);
  await flushed(process.stderr);
  process.exit(EXIT.internal);
}

/** Resolves when all was written, or cannot be. */
function flushed(stream: NodeJS.WriteStream): Promise<void> {
  return new Promise((done) => {
    if (stream.destroyed || stream.writableEnded || !stream.writable) done();
    else stream.write('', () => done());
  });
}

/** A fault of ours: one line, never a stack; CRASHCART_DEBUG=1 shows it to who mends it. */
function fault(error: unknown): Ended {
  if (io.env['CRASHCART_DEBUG'] === '1' && error instanceof Error) io.stderr.write(`${error.stack ?? ''}\n`);
  return { ok: false, exit: EXIT.internal, says: `a fault of crashcart itself: ${error instanceof Error ? error.message : String(error)}` };
}

process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  broken ??= error;
  stop.abort();
});
process.stderr.on('error', () => stop.abort());
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => stop.abort());
for (const kind of ['uncaughtException', 'unhandledRejection'] as const) {
  process.on(kind, (error: unknown) => {
    // An open cockpit listens too: it has a terminal to clean first, and tells the fault itself.
    if (process.listenerCount(kind) === 1) void end(fault(error));
  });
}

const asked = parseCommandLine(process.argv.slice(2));
try {
  await end(asked.ok ? await run(asked) : asked);
} catch (error) {
  await end(fault(error));
}
