// A node says when a log was written to: on each of the shells, over rotations, and with nothing left behind.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { MAX_LOG_LINES } from '../../src/monitor/shell/quick.ts';
import { WAKE } from '../../src/monitor/shell/wake.ts';
import type { Session } from '../../src/transport/session.ts';
import { Live } from './support/live.ts';
import { NodeDirectory } from './support/node-directory.ts';
import { fileProbe } from './support/probes.ts';
import { commandOf, processesOf } from './support/processes.ts';
import { isHere, sessionWith, SHELLS, transportWith } from './support/shells.ts';
import { Talk } from './support/talk.ts';
import { until } from './support/until.ts';

const LOG = 'var/log/ha-log';
const HOUR_MS = 3_600_000;
let node: NodeDirectory;

beforeEach(() => {
  node = new NodeDirectory();
  node.write('proc/drbd', '8.4.11\n');
  node.write(LOG, 'first\n');
});
afterEach(async () => {
  await until('nothing is left', () => processesOf(node.path).length === 0);
  node.dispose();
});

/** What runs on the node, by the words of its command line. */
function running(word: string): number[] {
  return processesOf(node.path).filter((pid) => commandOf(pid).includes(word));
}

/** Resolves when the same dd has waited for a while: tail has printed nothing since. Gives its pid. */
async function quiet(): Promise<number> {
  let last = 0;
  let times = 0;
  return until('tail has nothing more', () => {
    const [pid = 0] = running('dd bs=');
    times = pid === last ? times + 1 : 0;
    last = pid;
    return pid !== 0 && times > 30 && pid;
  });
}

for (const shell of SHELLS) {
  describe.skipIf(!shell.here)(`the wake shell on ${shell.name}${shell.here ? '' : ' (not installed)'}`, () => {
    let session: Session;
    let talk: Talk;

    async function open(): Promise<void> {
      session = await sessionWith(shell.command, node.env);
      talk = new Talk(session, WAKE);
      await talk.hello();
    }
    afterEach(async () => {
      session.close();
      await session.closed;
    });

    it('says so for each burst of lines, whatever is in them, and after a rotation', async () => {
      await open();
      talk.shell.write(`f /${LOG}\nf /var/log/none\ng\n`);
      await until('tail runs', () => running('tail --pid').length > 0);
      for (const text of ['one\n', '\0\xff no end', '@0000000000000000 x\n', 'x'.repeat(300_000)]) {
        node.append(LOG, text);
        const frames = await talk.upTo('w');
        expect(frames.map((frame) => frame.words[0])).not.toContain('x');
        // So that each text is heard of by itself.
        await quiet();
        talk.frames.push({ words: ['quiet'], body: '', cut: false });
        await talk.upTo('quiet');
      }
      node.rename(LOG, 'var/log/ha-log.1');
      node.write(LOG, 'new\n');
      await talk.upTo('w');
    });

    it('ends with its stdin, and with its own death', async () => {
      await open();
      talk.shell.write(`f /${LOG}\ng\n`);
      await until('tail runs', () => running('tail --pid').length > 0);
      session.close();
      await until('nothing is left', () => processesOf(node.path).length === 0, 2000);
      await open();
      talk.shell.write(`f /${LOG}\ng\n`);
      await until('tail runs', () => running('tail --pid').length > 0);
      process.kill(talk.identity?.pid ?? 0, 'SIGKILL');
      await until('nothing is left', () => processesOf(node.path).length === 0, 2000);
    });

    it.skipIf(!isHere('busybox'))('says that no word will come where tail is another', async () => {
      node.program('tail', 'exec busybox tail "$@"');
      await open();
      talk.shell.write(`f /${LOG}\ng\n`);
      expect((await talk.upTo('x')).map((frame) => frame.words[0])).not.toContain('w');
    });
  });
}

describe('a node whose logs wake us', () => {
  let live: Live;

  async function start(): Promise<void> {
    live = new Live({ transportFor: () => transportWith('/bin/sh', node.env), probes: [fileProbe] });
    live.monitor.start();
    await live.monitor.firstLook;
  }
  afterEach(async () => {
    await live.monitor.stop();
  });
  const lines = (): string[] => live.view.log.map((line) => line.raw);

  it('needs no look for its lines, which come once and in order, over a rotation too', async () => {
    await start();
    await until('tail runs', () => running('tail --pid').length > 0);
    // From here on nothing is looked at for an hour.
    live.monitor.setPace(HOUR_MS);
    node.append(LOG, 'second\n');
    await until('the line', () => lines().length === 2);
    node.append(LOG, 'thi');
    node.append(LOG, 'rd\nfourth\n');
    await until('two more', () => lines().length === 4);
    node.append(LOG, 'last of the old\n');
    node.rename(LOG, 'var/log/ha-log.1');
    node.write(LOG, 'first of the new\n');
    await until('both files', () => lines().length === 6);
    expect(lines()).toEqual(['first', 'second', 'third', 'fourth', 'last of the old', 'first of the new']);
    expect(live.view.link.state).toBe('up');
  });

  it('sends of a flood no more than a look may take, and the rest with the next', async () => {
    await start();
    await until('tail runs', () => running('tail --pid').length > 0);
    live.monitor.setPace(HOUR_MS);
    node.append(LOG, Array.from({ length: 1200 }, (_, i) => `flood ${i}\n`).join(''));
    await until('the first of them', () => lines().length > 1);
    const waiting = await quiet();
    node.append(LOG, 'one more\n');
    await until('word of it', () => running('dd bs=').some((pid) => pid !== waiting));
    expect(lines()).toHaveLength(1 + MAX_LOG_LINES);
    live.monitor.setPace(250);
    await until('all', () => lines().length === 1202);
    expect(lines().at(-1)).toBe('one more');
  });

  it('is looked at as ever where its tail cannot', async () => {
    node.program('tail', 'case $1 in --pid*) exit 1;; esac; exec /usr/bin/tail "$@"');
    await start();
    node.append(LOG, 'second\n');
    await until('the line', () => lines().length === 2, 3000);
    await until('the two shells are left', () => processesOf(node.path).length === 2);
    expect(live.view.logFailures.map(({ file }) => file)).not.toContain('/var/log/ha-log');
  });
});
