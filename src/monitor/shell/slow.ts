// The slow shell: runs commands one at a time, exactly as given, and tells their output, errors and exit status.
import { posix } from './posix.ts';

/** A program's stderr is kept up to about here; the rest is read and dropped. */
export const MAX_STDERR = 4096;

/**
 * Requests: c ID N, then N lines, one argument each (data: never evaluated, never split).
 * Answers: h PID PGID START; b ID + stdout, straight from the program; e ID RC + stderr; d ID, done.
 * Where the program is missing: n ID. p, a word of life, is answered by p. Deadlines are the client's: this shell waits as long as the program runs.
 */
export const SLOW = posix`
# fp NAME: the program's path in x; absolute paths are under the seam. Searched here and not by the shell: a missing
# program costs no fork, and no builtin or function of ours can answer in its place.
fp() {
case $1 in
/*) x=$r$1; [ -f "$x" ] && [ -x "$x" ]; return;;
*/*|'') return 1;;
esac
oi=$IFS IFS=:
set -f
for g in $PATH; do
x=$g/$1
if [ -n "$g" ] && [ -f "$x" ] && [ -x "$x" ]; then IFS=$oi; set +f; return 0; fi
done
IFS=$oi
set +f
return 1
}
# ke: keeps the first of what a program wrote to stderr and reads on to its end, so that a flood of errors neither
# fills this shell nor stops the program; the last line is the exit status, which comes out first.
ke() {
k= z=0 e=
while IFS= read -r l; do
if [ -n "$k" ] && [ $z -lt ${MAX_STDERR} ]; then z=$((z+\${#e}+1)) s=$s$e$nl; fi
k=1 e=$l
done
printf '%s %s' "$e" "$s"
}
# ru ID PROGRAM ARGUMENT...: stdin is empty, stdout is the channel itself, stderr goes through ke.
ru() {
i=$1
shift
if ! fp "$1"; then printf '\n@%s n %s\n' "$n" "$i"; return; fi
shift
printf '\n@%s b %s\n' "$n" "$i"
exec 4>&1
e=$({ "$x" "$@" 2>&1 >&4 4>&- </dev/null; printf '\n%s\n' $?; } | { s=; ke; } 4>&-)
exec 4>&-
printf '\n@%s e %s %s\n%.${MAX_STDERR}s' "$n" "$i" "\${e%% *}" "\${e#* }"
printf '\n@%s d %s\n' "$n" "$i"
}
st $$
printf '\n@%s h %s %s %s\n' "$n" $$ "\${pgid:-0}" "\${start:-0}"
while IFS= read -r q; do
case $q in
'c '*)
q=\${q#c } i=\${q%% *} k=\${q#* }
set --
while [ $k -gt 0 ]; do
IFS= read -r l || exit 0
set -- "$@" "$l"
k=$((k-1))
done
ru "$i" "$@";;
p) printf '\n@%s p\n' "$n";;
esac
done
exit 0
`;
