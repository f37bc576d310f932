// A session on a master: every channel is one `ssh -S`, and how it ended is told apart as far as it can be known.
import { execa } from 'execa';
import { readFile, rm } from 'node:fs/promises';
import { makeChannel } from './channel.ts';
import type { ChannelFeed } from './channel.ts';
import type { Channel, ChannelEnd, Session, SshTarget } from './session.ts';
import { channelArgv, checkArgv } from './ssh-argv.ts';
import { quietEnvironment } from './ssh-environment.ts';
import type { SshMaster } from './ssh-master.ts';

/** What somebody else may hold open (a command in the background on the node) is not waited for longer than this. */
const drainMs = 2000;

/** The session; closing it ends the master. */
export function sshSession(target: SshTarget, master: SshMaster): Session {
  return {
    kind: 'ssh',
    target,
    banner: master.banner,
    exec: (command) => openChannel(master, command),
    closed: master.closed,
    close: () => master.close(),
  };
}

function openChannel(master: SshMaster, command: string): Channel {
  const log = master.directory.name('.log');
  const child = execa(master.ssh, channelArgv(master.socket, log, command), {
    stdin: 'pipe',
    stdout: 'pipe',
    stderr: 'pipe',
    buffer: false,
    reject: false,
    // It must not outlive its master anyhow, and a Ctrl-C in the terminal is not meant for it.
    cleanup: false,
    detached: true,
    env: quietEnvironment(),
    extendEnv: false,
  });
  const feed = makeChannel(child.stdin, () => {
    // SIGKILL: the master sees its end gone and closes the channel, so the remote command's stdin ends.
    child.kill('SIGKILL');
    child.stdin.destroy();
  });
  child.stdout.on('data', (bytes: Buffer) => feed.stdout(bytes));
  child.stderr.on('data', (bytes: Buffer) => feed.stderr(bytes));
  child.nodeChildProcess.once('exit', (code) => void settle(feed, child, code, master, log));
  void child.then((result) => {
    // Not even started: there is no exit then, only the result.
    if (child.pid === undefined) feed.end({ how: 'lost', why: `ssh cannot be run: ${result.shortMessage ?? 'no reason given'}` });
  });
  return feed.channel;
}

/** Waits for the last output, finds out how it ended, and clears away. */
async function settle(feed: ChannelFeed, child: { stdout: NodeJS.ReadableStream; stderr: NodeJS.ReadableStream }, code: number | null, master: SshMaster, log: string): Promise<void> {
  if (!feed.isOver()) {
    const how = code !== null && code !== 255 ? { how: 'exited' as const, code } : await ambiguousEnd(code, master, log);
    await drained([child.stdout, child.stderr]);
    feed.end(how);
  }
  await rm(log, { force: true });
}

/**
 * ssh exits with 255 for a remote exit of 255, for a remote command killed by a signal, and for a lost connection. Its
 * own log has the remote exit code when there was one. Without, and with a master that still answers, the remote side
 * closed the channel without a code: that is how ssh shows a signal, whose name it keeps to itself.
 */
async function ambiguousEnd(code: number | null, master: SshMaster, log: string): Promise<ChannelEnd> {
  const words = await readFile(log, 'utf8').catch((error: NodeJS.ErrnoException) => `no log: ${error.message}`);
  if (/Received exit status from master 255/.test(words)) return { how: 'exited', code: 255 };
  if (/Session open refused by peer/.test(words)) return { how: 'lost', why: 'the node gives no more sessions on this connection (MaxSessions in its sshd_config)' };
  const isClosedByPeer = code === 255 && /Control master terminated unexpectedly/.test(words);
  if (isClosedByPeer && (await answers(master))) return { how: 'signalled', signal: 'unknown' };
  return { how: 'lost', why: 'the connection was lost before its exit was known' };
}

async function answers(master: SshMaster): Promise<boolean> {
  if (!master.isAlive()) return false;
  const check = await execa(master.ssh, checkArgv(master.socket), { reject: false, stdin: 'ignore', env: quietEnvironment(), extendEnv: false, timeout: 2000 });
  return check.exitCode === 0 && master.isAlive();
}

/** The streams' ends, or `drainMs`. */
async function drained(streams: NodeJS.ReadableStream[]): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, drainMs);
  });
  const ends = streams.map((stream) => (stream.readable ? new Promise<void>((resolve) => void stream.once('close', () => resolve())) : Promise.resolve()));
  await Promise.race([Promise.all(ends), late]);
  clearTimeout(timer);
}
