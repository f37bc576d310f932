// What a scene's machines start when they boot: inittab and start links, as Debian and Ubuntu of 2006 had them.
import type { FileStore } from '../world/files.ts';

/** Runlevel 2, and there these scripts, by the names of their links: `S70drbd`. */
export function startLinks(files: FileStore, links: readonly string[]): void {
  files.write('/etc/inittab', '# The default runlevel.\nid:2:initdefault:\nsi::sysinit:/etc/init.d/rcS\nl2:2:wait:/etc/init.d/rc 2\n');
  for (const link of links) files.write(`/etc/rc2.d/${link}`, `#!/bin/sh\nexec "$r/etc/init.d/${link.slice(3)}" "$@"\n`, { mode: 0o755 });
}
