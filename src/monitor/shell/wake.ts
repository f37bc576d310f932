// The wake shell: says that a log was written to, as soon as it is. What was written the quick shell reads, as ever.
import { posix } from './posix.ts';

/**
 * Requests: f PATH, a log; g, begin. Answers: h PID PGID START; w, something was written (at most ten a second);
 * x, no such word will come: tail is not GNU's (the others look once a second, as we do), or it ended.
 * No line goes over this channel, so no bound on lines is needed here, and none can come twice or out of order.
 * Nothing stays behind: this shell ends with its stdin, tail with this shell (--pid), and the rest with tail's output.
 */
export const WAKE = posix`
# wa FILE...: dd waits for what tail prints and takes all of it, whatever is in it.
wa() {
tail --pid=$$ -s 0.1 -q -n 0 -F -- "$@" </dev/null 2>/dev/null | while :; do
e=$(dd bs=65536 count=1 2>&1 >/dev/null)
case $e in ''|0+0*) break;; esac
printf '\n@%s w\n' "$n" || break
sleep 0.1
done
printf '\n@%s x\n' "$n"
}
st $$
printf '\n@%s h %s %s %s\n' "$n" $$ "\${pgid:-0}" "\${start:-0}"
set --
while IFS= read -r q; do
case $q in
'f '*) set -- "$@" "$r\${q#f }";;
g) wa "$@" 2>/dev/null &
esac
done
exit 0
`;
