// What somebody finds who logs in to a simulated node: a shell in the node's directory, with the node's name before each line.

/** The script that every session of sshd becomes: a command as it was asked for, or a shell for a person. */
export const LOGIN = `#!/bin/sh
cd "$r" || exit 126
if [ "\${SSH_ORIGINAL_COMMAND+x}" ]; then
c=$SSH_ORIGINAL_COMMAND
unset SSH_ORIGINAL_COMMAND
exec /bin/sh -c "$c"
fi
if ! [ -t 0 ]; then exec /bin/sh; fi
printf '%s\\n' 'A simulated node. Its files are under $r, this directory: cat proc/uptime, tail -F var/log/...; its programs are first in PATH.'
ENV=$r/run/world/shrc
export ENV
if [ -x /bin/bash ]; then exec /bin/bash --noprofile --rcfile "$ENV" -i; fi
exec /bin/sh -i
`;

/** Where the next text goes, in the node. */
export const SHRC_PATH = '/run/world/shrc';

/** Read by the shell of a login: the prompt, `alpha:/etc# `. A scene's node names are plain words. */
export function shrcText(node: string): string {
  return `PS1='${node}:\${PWD#"$r"}# '\nunset HISTFILE ENV\n`;
}
