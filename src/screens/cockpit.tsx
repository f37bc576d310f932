// Opens the cockpit on a terminal and leaves it clean, whatever ends it.
import { render, useApp } from 'ink';
import { useEffect } from 'react';
import { App } from './app.tsx';
import type { AppProps } from './app.tsx';
import type { Size } from './draw.ts';
import type { CockpitActions, CockpitStore, Drills } from './props.ts';
import { asciiWanted, lookOf } from './symbols.ts';
import { CLEAR, enterRawMode, inkInput, LEAVE_ALTERNATE, leaveTerminal, sizedOutput } from './terminal.ts';
import { colorLevel } from './theme.ts';

export interface CockpitOptions {
  store: CockpitStore;
  actions: CockpitActions;
  /** Only a demo has them: their key is bound, and named in the footer, when they are here. */
  drills?: Drills;
  /** Epoch ms. */
  now: () => number;
  /** False: attributes only. How many colours the terminal has is found out here. */
  color: boolean;
  /** True: ASCII signs; they are used as well where the terminal or the locale lacks the others. */
  ascii: boolean;
  /** For lines that do not tell their size. */
  size?: Size;
}

/** How a cockpit can end, with its exit code; `fault` is one of ours. */
type End = { code: 0 | 129 | 130 | 143 } | { code: 70; error: unknown };

/**
 * Shows the cockpit until the operator leaves (0), a signal comes (129, 130, 143), or a fault of ours (70, told in
 * one line on stderr). The caller has made sure that stdin and stdout are a terminal.
 */
export async function openCockpit(options: CockpitOptions): Promise<number> {
  const { stdin } = process;
  const write = (text: string): boolean => process.stdout.write(text);
  enterRawMode(stdin);
  const { promise, resolve } = Promise.withResolvers<End>();
  const stopListening = listenForEnds(resolve);
  let started: Started | null = null;
  try {
    started = start(options, sizedOutput(process.stdout, options.size), resolve);
    process.on('SIGCONT', started.repaint);
    const end = await promise;
    started.close();
    await started.over;
    leaveTerminal(stdin, write);
    if ('error' in end) process.stderr.write(`${faultSentence(end.error)}\n`);
    options.actions.quit();
    return end.code;
  } finally {
    if (started === null) write(LEAVE_ALTERNATE);
    else process.off('SIGCONT', started.repaint);
    leaveTerminal(stdin, write);
    stdin.pause();
    stopListening();
  }
}

interface Started {
  repaint: () => void;
  close: () => void;
  /** Resolves when Ink has given the screen back, also after a fault. */
  over: Promise<void>;
}

/** The terminal handed to Ink, the app on it. */
function start(options: CockpitOptions, stdout: NodeJS.WriteStream, end: (how: End) => void): Started {
  const { store, actions, drills, now } = options;
  const look = lookOf(asciiWanted(options.ascii, process.env));
  const level = options.color ? colorLevel('always', process.env) : 'none';
  let suspend: Suspend | null = null;
  let round = 0;
  let closed = false;
  const repaint = (): void => {
    // ssh may come back after a signal ended the cockpit: nothing may be drawn on the operator's own screen.
    if (closed) return;
    instance.clear();
    stdout.write(CLEAR);
    round += 1;
    instance.rerender(element(round));
  };
  const unlock = (node: string): void => {
    const ask = actions.unlock?.bind(actions);
    if (!ask || suspend === null) return;
    suspend(() => ask(node)).then(repaint, (error: unknown) => end({ code: 70, error }));
  };
  const props: AppProps = {
    store, actions, now, look, level, repaint, quit: () => end({ code: 0 }), ...(actions.unlock ? { unlock } : {}), ...(drills ? { drills } : {}),
  };
  const onSuspend = (given: Suspend): void => {
    suspend = given;
  };
  // A new element each time: Ink draws nothing for the one it has.
  const element = (key: number) => <Root {...props} round={key} onSuspend={onSuspend} />;
  // A line with an echoed key on it would shift the first row.
  stdout.write('\r');
  const instance = render(element(round), {
    stdout, stdin: inkInput(process.stdin), alternateScreen: true, incrementalRendering: true, exitOnCtrlC: false,
    patchConsole: true, maxFps: 30, interactive: true,
  });
  const over = instance.waitUntilExit().then(() => end({ code: 0 }), (error: unknown) => end({ code: 70, error }));
  const close = (): void => {
    closed = true;
    instance.unmount();
  };
  return { repaint, close, over };
}

type Suspend = (callback: () => Promise<void>) => Promise<void>;

/** The app, with the way to lend the terminal to another program handed out. */
function Root({ onSuspend, round: _round, ...props }: AppProps & { round: number; onSuspend: (suspend: Suspend) => void }) {
  const { suspendTerminal } = useApp();
  useEffect(() => {
    onSuspend((callback) => suspendTerminal(callback));
  }, [suspendTerminal, onSuspend]);
  return <App {...props} />;
}

/**
 * Signals and faults end the cockpit in order. Returns how to stop listening; failed writes stay heard, because those
 * of a vanished terminal are told later.
 */
function listenForEnds(end: (how: End) => void): () => void {
  const codes = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 } as const;
  const handlers = Object.entries(codes).map(([signal, code]) => ({ signal, handler: () => end({ code }) }));
  for (const { signal, handler } of handlers) process.on(signal, handler);
  const fault = (error: unknown): void => end({ code: 70, error });
  // A terminal that goes away without a signal shows as an end of input or a failed write.
  const gone = (): void => end({ code: 129 });
  process.stdin.on('end', gone).on('error', gone);
  process.stdout.on('error', gone);
  process.on('uncaughtException', fault);
  process.on('unhandledRejection', fault);
  return () => {
    for (const { signal, handler } of handlers) process.off(signal, handler);
    process.stdin.off('end', gone).off('error', gone);
    process.off('uncaughtException', fault);
    process.off('unhandledRejection', fault);
  };
}

/** One line, at most 200 characters. */
function faultSentence(error: unknown): string {
  const what = (error instanceof Error ? error.message : String(error)).replace(/[\p{C}\s]+/gu, ' ').trim();
  return `crashcart: a fault in crashcart itself ended the cockpit: ${what}`.slice(0, 200);
}
