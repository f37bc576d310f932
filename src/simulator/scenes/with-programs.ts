// A system that brings more programs: the scripts that lie beside it.
import type { Command, System } from '../world/shapes.ts';

/** The same system with these programs too; its own win. */
export function withPrograms(system: System, programs: Readonly<Record<string, Command>>): System {
  return { ...system, commands: { ...programs, ...system.commands } };
}
