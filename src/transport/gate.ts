// Paces logins: sshd drops some of those that are not through yet when they are more than ten (MaxStartups 10:30:100).
// A door is one sshd (host and port); all nodes behind a jump host go through its one door.

/** Logins that sshd takes at the same time from us without dropping any. */
const atOnce = 8;
/** Waiting logins start a little apart, so that they do not come in step. */
const jitterMs = 30;

export interface Gate {
  /** Waits for a place at this door. Gives what must be called when the login is through or failed; null: given up. */
  enter(door: string, signal?: AbortSignal): Promise<(() => void) | null>;
}

interface Door {
  inside: number;
  waiting: (() => void)[];
}

/** The gate of this program: both transports share it. */
export const loginGate: Gate = makeGate();

/** Makes a gate; `delayMs` gives the pause before a login that had to wait or has company. */
export function makeGate(limit = atOnce, delayMs: () => number = () => Math.random() * jitterMs): Gate {
  const doors = new Map<string, Door>();

  function leave(name: string, door: Door): void {
    door.inside -= 1;
    door.waiting.shift()?.();
    if (door.inside === 0 && door.waiting.length === 0) doors.delete(name);
  }

  return {
    async enter(name, signal) {
      const door = doors.get(name) ?? { inside: 0, waiting: [] };
      doors.set(name, door);
      if (door.inside >= limit && !(await turn(door, signal))) return null;
      door.inside += 1;
      if (door.inside > 1) await pause(delayMs());
      let isInside = true;
      const release = (): void => {
        if (isInside) leave(name, door);
        isInside = false;
      };
      if (signal?.aborted !== true) return release;
      release();
      return null;
    },
  };
}

/** Stands in the line; false: given up before it was one's turn. */
function turn(door: Door, signal: AbortSignal | undefined): Promise<boolean> {
  return new Promise((resolve) => {
    const go = (): void => {
      signal?.removeEventListener('abort', giveUp);
      resolve(true);
    };
    const giveUp = (): void => {
      door.waiting = door.waiting.filter((other) => other !== go);
      resolve(false);
    };
    if (signal?.aborted === true) return resolve(false);
    door.waiting.push(go);
    signal?.addEventListener('abort', giveUp, { once: true });
  });
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
