// The resource scripts that heartbeat runs, by their absolute paths.
import type { Command, World } from '../shapes.ts';
import { drbddisk } from './drbddisk.ts';
import { filesystem } from './filesystem.ts';
import { haxendomains } from './haxendomains.ts';
import { vmmanager } from './vmmanager.ts';

/** All of them; each does nothing but run programs of its node, and may be run by hand. */
export function scriptCommands(world: World): Record<string, Command> {
  return {
    '/etc/ha.d/resource.d/drbddisk': drbddisk(world),
    '/etc/ha.d/resource.d/Filesystem': filesystem(world),
    '/etc/ha.d/resource.d/haxendomains': haxendomains(world),
    '/etc/ha.d/resource.d/vmmanager': vmmanager(world),
  };
}
