// A session on an ssh2 client: every command is a channel of it, whose end the protocol itself tells apart.
import { PassThrough } from 'node:stream';
import type { ClientChannel } from 'ssh2';
import { makeChannel } from './channel.ts';
import type { ChannelFeed } from './channel.ts';
import { cleanText } from './clean.ts';
import type { Channel, Session, SshTarget } from './session.ts';
import type { Ssh2Connection } from './ssh2-connection.ts';

/** The session; closing it ends the client. */
export function ssh2Session(target: SshTarget, connection: Ssh2Connection): Session {
  return {
    kind: 'ssh2',
    target,
    banner: connection.banner,
    exec: (command) => openChannel(connection, command),
    closed: connection.closed,
    close: () => connection.close(),
  };
}

function openChannel(connection: Ssh2Connection, command: string): Channel {
  // What is written before the node has opened the channel waits here.
  const input = new PassThrough();
  let stream: ClientChannel | null = null;
  const feed = makeChannel(input, () => stream?.close());
  void connection.closed.then(({ says }) => feed.end({ how: 'lost', why: says }));
  const refused = (why: string): void => feed.end({ how: 'lost', why: `the node opens no session: ${cleanText(why)}` });
  try {
    connection.client.exec(command, (error, opened) => {
      if (error) return refused(error.message);
      stream = opened;
      if (feed.isOver()) return opened.close();
      join(opened, input, feed);
    });
  } catch (error) {
    // ssh2 throws when the client is not connected any more.
    refused(error instanceof Error ? error.message : String(error));
  }
  return feed.channel;
}

function join(stream: ClientChannel, input: PassThrough, feed: ChannelFeed): void {
  let end: { code: number | null; signal: string | null } | null = null;
  input.pipe(stream);
  stream.on('data', (bytes: Buffer) => feed.stdout(bytes));
  stream.stderr.on('data', (bytes: Buffer) => feed.stderr(bytes));
  stream.on('error', () => input.unpipe(stream));
  stream.on('exit', (code: number | null, signal?: string) => {
    end = { code, signal: signal ?? null };
  });
  stream.on('close', () => {
    input.destroy();
    if (end?.code !== null && end?.code !== undefined) feed.end({ how: 'exited', code: end.code });
    else if (end !== null && end.signal !== null) feed.end({ how: 'signalled', signal: end.signal.replace(/^SIG/, '') });
    else feed.end({ how: 'lost', why: 'the connection was lost before its exit was known' });
  });
}
