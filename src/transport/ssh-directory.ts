// The private directory of our control sockets, and the guard that clears up after us.
// `ssh -N` does not notice that its parent has died. The choice was between a remote command whose stdin we hold
// (a process and a session of ten on every node, trouble with restricted shells) and something local. It is local: one
// small `sh` for the whole program. It holds a pipe from us, is told every master's number, and when the pipe ends,
// however we ended, it ends the masters that are left, each with its group (the operator's ProxyCommand may hang and
// not see its ssh go), and removes the directory. With their masters go the channels, and every remote shell sees its
// stdin end.
import { spawn } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import type { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const script = `trap '' HUP INT TERM
pids=
while read -r sign pid; do
  case $sign in
    +) pids="$pids $pid" ;;
    -) left=; for one in $pids; do [ "$one" = "$pid" ] || left="$left $one"; done; pids=$left ;;
  esac
done
for one in $pids; do kill -15 "-$one" 2>/dev/null || kill -15 "$one" 2>/dev/null; done
rm -rf -- "$1"`;

/** A directory of mode 0700 for sockets, and its guard. */
export interface SshDirectory {
  path: string;
  /** A new name in it, short enough for a socket. */
  name(ending: string): string;
  /** A master runs: end it when we are gone. */
  watch(pid: number): void;
  /** It has ended by itself. */
  unwatch(pid: number): void;
}

/** Makes the directory. Throws where neither the system's temporary directory nor /tmp can be written to. */
export function sshDirectory(): SshDirectory {
  const path = mkdtempSync(join(shortPlace(tmpdir()), 'crashcart-'));
  const guard = spawn('/bin/sh', ['-c', script, 'sh', path], { stdio: ['pipe', 'ignore', 'ignore'], detached: true });
  guard.unref();
  (guard.stdin as unknown as Socket).unref();
  // Killed by somebody: we go on without it, only a violent end of ours would leave connections behind.
  guard.on('error', () => undefined);
  guard.stdin.on('error', () => guard.stdin.destroy());
  const tell = (line: string): void => {
    if (guard.stdin.writable) guard.stdin.write(line);
  };
  let count = 0;
  return {
    path,
    name(ending) {
      count += 1;
      return join(path, `${count.toString(36)}${ending}`);
    },
    watch: (pid) => tell(`+ ${pid}\n`),
    unwatch: (pid) => tell(`- ${pid}\n`),
  };
}

/** ssh adds 17 characters to a socket's path while it makes it, and the whole must stay below 104. */
function shortPlace(place: string): string {
  return place.length <= 60 && /^[\w/.+:@-]+$/.test(place) ? place : '/tmp';
}
