// The exit codes of every command, in one place, as the README's table names them.
import type { Health } from '../model/findings.ts';

export const EXIT = { ok: 0, warning: 1, critical: 2, unknown: 3, usage: 64, unreadable: 65, internal: 70, inventory: 78, interrupted: 130 } as const;

/** Exit code of `status` for one cluster. */
export const HEALTH_EXIT: Readonly<Record<Health, number>> = { ok: EXIT.ok, warning: EXIT.warning, critical: EXIT.critical, unknown: EXIT.unknown };

const WORST_FIRST: readonly Health[] = ['critical', 'unknown', 'warning', 'ok'];

/** The worst of several: critical outranks unknown outranks warning. */
export function worst(all: readonly Health[]): Health {
  return WORST_FIRST.find((health) => all.includes(health)) ?? 'ok';
}

/** A command that cannot be done: one sentence for stderr, and the exit code. */
export interface Refusal {
  ok: false;
  exit: number;
  says: string;
}

/** A refusal as a value. */
export function refuse(exit: number, says: string): Refusal {
  return { ok: false, exit, says };
}
