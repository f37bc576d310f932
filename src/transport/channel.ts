// What every transport's channel has in common: bytes in, clean text out, and one end.
import type { Writable } from 'node:stream';
import { cleaner } from './clean.ts';
import type { Channel, ChannelEnd } from './session.ts';

/** A channel and the side of it that its transport feeds. */
export interface ChannelFeed {
  channel: Channel;
  stdout(bytes: Uint8Array): void;
  stderr(bytes: Uint8Array): void;
  /** The first one counts; text kept back is given out before. */
  end(how: ChannelEnd): void;
  /** Cancelled or ended: nothing more will be given out. */
  isOver(): boolean;
}

/**
 * Makes a channel that writes to `stdin`; `close` is called once, when it is cancelled, and must end the remote
 * command's stdin. Text for which nobody listens is dropped, not kept.
 */
export function makeChannel(stdin: Writable, close: () => void): ChannelFeed {
  const streams = { stdout: listeners(), stderr: listeners() };
  let settle: (how: ChannelEnd) => void = () => undefined;
  const ended = new Promise<ChannelEnd>((resolve) => {
    settle = resolve;
  });
  let isOver = false;

  function end(how: ChannelEnd): void {
    if (isOver) return;
    streams.stdout.end();
    streams.stderr.end();
    isOver = true;
    settle(how);
  }

  // The remote command need not read its input; a broken pipe only means that nobody will.
  stdin.on('error', () => stdin.destroy());

  const channel: Channel = {
    write(text) {
      if (isOver || !stdin.writable) return false;
      stdin.write(text);
      return true;
    },
    endInput() {
      if (!isOver && stdin.writable) stdin.end();
    },
    cancel() {
      if (isOver) return;
      isOver = true;
      settle({ how: 'cancelled' });
      close();
    },
    onStdout: (listener) => streams.stdout.add(listener),
    onStderr: (listener) => streams.stderr.add(listener),
    ended,
  };
  return {
    channel,
    stdout: (bytes) => (isOver ? undefined : streams.stdout.push(bytes)),
    stderr: (bytes) => (isOver ? undefined : streams.stderr.push(bytes)),
    end,
    isOver: () => isOver,
  };
}

interface Listeners {
  add(listener: (text: string) => void): void;
  push(bytes: Uint8Array): void;
  end(): void;
}

function listeners(): Listeners {
  const all: ((text: string) => void)[] = [];
  const clean = cleaner();
  const give = (text: string): void => {
    if (text !== '') for (const listener of all) listener(text);
  };
  return {
    add: (listener) => void all.push(listener),
    push: (bytes) => give(clean.push(bytes)),
    end: () => give(clean.end()),
  };
}
