// A terminal in memory for the cockpit's root: settable size, typed keys, the last picture as text.
import { EventEmitter } from 'node:events';
import { PassThrough } from 'node:stream';
import { stripVTControlCharacters } from 'node:util';
import { render } from 'ink';
import { vi } from 'vitest';
import { App } from '../../src/screens/app.tsx';
import type { AppProps } from '../../src/screens/app.tsx';
import type { CockpitSnapshot, Drills } from '../../src/screens/props.ts';
import { lookOf } from '../../src/screens/symbols.ts';
import { ABOUT, NOW } from './build.ts';

class Screen extends EventEmitter {
  columns: number;
  rows: number;
  isTTY = false;
  picture = '';
  frames = 0;
  constructor(columns: number, rows: number) {
    super();
    this.columns = columns;
    this.rows = rows;
  }
  write = (text: string, done?: () => void): boolean => {
    // Ink's debug mode writes each frame whole; an empty write only waits for the ones before.
    if (text !== '') {
      this.picture = text;
      this.frames += 1;
    }
    done?.();
    return true;
  };
}

class Keyboard extends PassThrough {
  isTTY = true;
  setRawMode(): this {
    return this;
  }
  ref(): void {}
  unref(): void {}
}

export interface Calls {
  asked: number;
  retried: string[];
  unlocked: string[];
  quit: number;
  repainted: number;
}

export interface Opened {
  /** The lines as shown now, without colours and blanks at their ends. */
  lines(): string[];
  type(text: string): void;
  resize(columns: number, rows: number): void;
  /** Replaces the snapshot, as the monitor would. */
  tell(snapshot: CockpitSnapshot): void;
  /** Resolves when the condition holds, fails after two seconds. */
  until(condition: (lines: string[]) => boolean): Promise<void>;
  calls: Calls;
  frames(): number;
  close(): void;
}

/** Opens the root on a snapshot. The clock stands still. */
export function open(snapshot: CockpitSnapshot, options: { columns?: number; rows?: number; unlock?: boolean; now?: () => number; drills?: Drills } = {}): Opened {
  const screen = new Screen(options.columns ?? 80, options.rows ?? 24);
  const keyboard = new Keyboard();
  const listeners = new Set<() => void>();
  let shown = snapshot;
  const calls: Calls = { asked: 0, retried: [], unlocked: [], quit: 0, repainted: 0 };
  const props: AppProps = {
    store: { get: () => shown, subscribe: (listener) => (listeners.add(listener), () => listeners.delete(listener)) },
    actions: { askAll: () => (calls.asked += 1), retry: (node) => calls.retried.push(node), quit: () => undefined, about: ABOUT },
    now: options.now ?? (() => NOW), look: lookOf(false), level: 'none', repaint: () => (calls.repainted += 1), quit: () => (calls.quit += 1),
    ...(options.unlock ? { unlock: (node: string) => void calls.unlocked.push(node) } : {}),
    ...(options.drills ? { drills: options.drills } : {}),
  };
  const instance = render(<App {...props} />, {
    stdout: screen as unknown as NodeJS.WriteStream, stdin: keyboard as unknown as NodeJS.ReadStream, debug: true, exitOnCtrlC: false, patchConsole: false,
  });
  const lines = (): string[] => stripVTControlCharacters(screen.picture).split('\n').map((line) => line.trimEnd());
  return {
    lines,
    type: (text) => void keyboard.write(text),
    resize(columns, rows) {
      Object.assign(screen, { columns, rows });
      screen.emit('resize');
    },
    tell(next) {
      shown = next;
      for (const listener of listeners) listener();
    },
    until: (condition) => vi.waitUntil(() => condition(lines()), { timeout: 2000, interval: 5 }).then(() => undefined),
    calls,
    frames: () => screen.frames,
    close: () => instance.unmount(),
  };
}
