// How a script gets to a node: one constant command line, the script on stdin up to `@GO`, then requests on the same stdin.

import { posix } from './posix.ts';

/**
 * Reads lines up to `@GO` and evaluates them. No single quote, line break or `!` in it: csh and tcsh, which may be the
 * login shell that sees BOOTSTRAP first, protect neither of the last two inside single quotes.
 */
const READ_SCRIPT =
  'nl=$(printf "\\n_"); nl=${nl%_}; s=; while IFS= read -r l; do if [ "$l" = @GO ]; then break; fi; s="$s$l$nl"; done; eval "$s"';

/** The command line of every node shell. Nothing is ever built into it. */
export const BOOTSTRAP = `exec /bin/sh -c '${READ_SCRIPT}'`;

/** What goes to stdin first: the nonce of this connection's frames, the way to root where asked, the script. */
export function bootText(nonce: string, sudo: boolean, script: string): string {
  return `${setNonce(nonce)}${sudo ? BECOME_ROOT : ''}${sudo ? setNonce(nonce) : ''}${COMMON}${script}@GO\n`;
}

/** 64 bits in hexadecimal; anything else would be a mistake of ours and must not reach a shell. */
function setNonce(nonce: string): string {
  if (!/^[0-9a-f]{16}$/.test(nonce)) throw new Error('a nonce is 16 hexadecimal digits');
  return `n=${nonce}\n`;
}

/**
 * Not root: goes on as root in a shell of sudo's, which reads the rest of the same stdin. sudo resets the environment,
 * so r and PATH go as arguments: /bin/sh is then all that sudoers must allow. The frame `u` says that whatever ends the
 * channel now is sudo's doing.
 * The script is not an argument of sudo: it would stand in the node's auth log and in ps.
 */
const BECOME_ROOT = posix`r=\${r-}
LC_ALL=C
export LC_ALL
b='${READ_SCRIPT}'
if [ "$(id -u </dev/null)" != 0 ]; then
printf '\n@%s u\n' "$n"
exec sudo -n /bin/sh -c "r=\$1 PATH=\$2 LC_ALL=C; export r PATH LC_ALL; $b" sh "$r" "$PATH"
fi
eval "$b"
@GO
`;

/**
 * For both shells. r, the seam: empty on a node, a directory where a node is one. PATH grows at its END and under r
 * only, so that a node that is a directory is never answered by a tool of the machine it lives on.
 * PIPE is ignored: a shell whose reader went must live to see its stdin end and clean up.
 * st PID: ppid, pgid and start of a process from the real /proc (not under r: it is about this machine's processes).
 */
const COMMON = posix`r=\${r-}
nl='
'
LC_ALL=C
PATH=$PATH:$r/usr/sbin:$r/sbin:$r/usr/local/sbin
export LC_ALL PATH r
trap '' PIPE
st() {
ppid= pgid= start= s=
{ while IFS= read -r l; do s="$s$l "; done; } 2>/dev/null <"/proc/$1/stat"
case $s in *') '*) ;; *) return 1;; esac
set -f
set -- \${s##*) }
set +f
ppid=$2 pgid=$3 start=\${20}
}
`;
