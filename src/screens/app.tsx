// The root of the cockpit: store, clock and keys in, one picture out. The only place that hears keys.
import { useInput, usePaste, useWindowSize } from 'ink';
import { useEffect, useMemo, useRef, useState, useSyncExternalStore } from 'react';
import { Viewport } from './components/viewport.tsx';
import { markedAt, NO_CHANGES, noteChanges } from './changes.ts';
import { begin } from './drills.ts';
import { draw, isTiny, itemsOf, sightOf } from './draw.ts';
import type { Size } from './draw.ts';
import { keyNames } from './key-names.ts';
import { commandFor } from './keys.ts';
import type { Command } from './keys.ts';
import { paint } from './line.ts';
import { stopped } from './node-detail.ts';
import type { CockpitActions, CockpitStore, Drills } from './props.ts';
import { drillsNow, sceneOf, viewOf } from './scene.ts';
import type { Scene } from './scene.ts';
import { placeOf, reduce, selectedDrill, selectedIn, START, typed, whereOf } from './state.ts';
import type { UiState } from './state.ts';
import type { Look } from './symbols.ts';
import type { ColorLevel } from './theme.ts';

export interface AppProps {
  store: CockpitStore;
  actions: CockpitActions;
  /** Absent but in a demo. */
  drills?: Drills;
  /** Epoch ms. */
  now: () => number;
  look: Look;
  level: ColorLevel;
  /** Clears the terminal and draws everything anew. */
  repaint: () => void;
  /** Leaves the full screen while the operator's ssh asks about a node; absent where that is not possible. */
  unlock?: (node: string) => void;
  quit: () => void;
}

/** The cockpit on Ink: hears keys and the store, draws the picture. */
export function App(props: AppProps) {
  const { store, actions, drills, now, look, level } = props;
  const { columns, rows } = useWindowSize();
  const snapshot = useSyncExternalStore((listener) => store.subscribe(listener), () => store.get());
  const second = useSecond(now, snapshot.at);
  const [ui, setUi] = useState<UiState>(START);
  // Keys come faster than frames: several in one piece must each see what the one before did.
  const latest = useRef(ui);
  const size = useMemo((): Size => ({ columns, rows }), [columns, rows]);
  const changes = useRef(NO_CHANGES);
  const heard = useMemo(() => {
    const joined = sceneOf(snapshot, Math.max(second, snapshot.at), actions.about);
    changes.current = noteChanges(changes.current, joined);
    return { ...joined, changed: markedAt(changes.current, joined.now) };
  }, [snapshot, second, actions]);
  // What goes on in a drill changes with the second, and at once with an answer to a key.
  const scene = useMemo((): Scene => ({ ...heard, drills: drillsNow(drills) }), [heard, drills, ui.drills]);
  const lines = useMemo(() => draw(scene, ui, size, look).map((line) => paint(line, level)), [scene, ui, size, look, level]);

  const change = (next: UiState): void => {
    latest.current = next;
    setUi(next);
  };
  useInput((input, key) => {
    for (const name of keyNames(input, key)) press(name, { props, scene, size, ui: latest.current, latest: () => latest.current, change });
  });
  usePaste((text) => {
    // What is pasted is never taken for keys; only a filter wants text.
    const line = text.replace(/[\p{C}]+/gu, ' ').trim();
    if (latest.current.filter.editing) change(typed(latest.current, latest.current.filter.text + line));
  });
  return <Viewport lines={lines} columns={columns} rows={rows} />;
}

interface Press {
  props: AppProps;
  scene: Scene;
  size: Size;
  ui: UiState;
  /** The state at the time of asking, for what is answered later. */
  latest: () => UiState;
  change: (next: UiState) => void;
}

function press(name: string, at: Press): void {
  const { props, scene, size, ui, change } = at;
  const command = commandFor(name, isTiny(size) ? 'everywhere' : whereOf(ui), props.drills !== undefined);
  if (command === null) {
    if (ui.filter.editing && [...name].length === 1) change(typed(ui, ui.filter.text + name));
    return;
  }
  if (isTiny(size) && command !== 'quit' && command !== 'repaint') return;
  if (actsOutside(command, at)) return;
  change(reduce(ui, command, sightOf(scene, ui, size, props.look)));
}

/** Does what is not a change of the picture. True: nothing more to do. */
function actsOutside(command: Command, at: Press): boolean {
  const { props, scene, size, ui } = at;
  if (command === 'open') return opensStoppedNode(props, scene, size, ui);
  const outside: Partial<Record<Command, () => void>> = {
    quit: props.quit, askAll: () => props.actions.askAll(), repaint: props.repaint, startDrill: () => startDrill(at),
  };
  const act = outside[command];
  act?.();
  return act !== undefined;
}

/** Starts the selected drill; while one has not answered yet, Enter does nothing. The answer stands in the list. */
function startDrill({ props, ui, latest, change }: Press): void {
  const { drills } = props;
  const name = selectedDrill(ui, drills?.list.map((drill) => drill.name) ?? []);
  if (!drills || name === null || ui.drills.starting !== null) return;
  change({ ...ui, drills: { ...ui.drills, starting: name, answer: null } });
  void begin(drills, name).then((answer) => change({ ...latest(), drills: { ...latest().drills, starting: null, answer } }));
}

/**
 * Enter on a node that waits for the operator: ssh asks where it can, else node detail shows the sentence; there
 * Enter tries again.
 */
function opensStoppedNode(props: AppProps, scene: Scene, size: Size, ui: UiState): boolean {
  const place = placeOf(ui);
  const selected = place.screen === 'map' ? selectedIn(ui, itemsOf(scene, ui, size, props.look)) : null;
  const node = place.screen === 'node' ? place.node : selected?.startsWith('node:') ? selected.slice('node:'.length) : null;
  const view = node === null ? undefined : viewOf(scene, node);
  if (!view || !stopped(view)) return place.screen === 'node';
  const askable = view.link.state === 'auth-stopped' || view.link.state === 'hostkey-unknown';
  if (askable && props.unlock) props.unlock(view.name);
  else if (place.screen === 'node') props.actions.retry(view.name);
  else return false;
  return true;
}

/** How long after the full second the clock moves on by itself: time for the nodes' answers to bring it along. */
const AFTER_THE_SECOND_MS = 150;

/** The time, once a second, unless a snapshot (made at `seenAt`) has already shown this second. */
function useSecond(now: () => number, seenAt: number): number {
  const [time, setTime] = useState(now);
  const seen = useRef(seenAt);
  seen.current = seenAt;
  useEffect(() => {
    let timer: NodeJS.Timeout;
    const tick = (): void => {
      const at = now();
      if (Math.floor(seen.current / 1000) < Math.floor(at / 1000)) setTime(at);
      timer = setTimeout(tick, 1000 - (at % 1000) + AFTER_THE_SECOND_MS);
    };
    timer = setTimeout(tick, 1000 - (now() % 1000) + AFTER_THE_SECOND_MS);
    return () => clearTimeout(timer);
  }, [now]);
  return time;
}
