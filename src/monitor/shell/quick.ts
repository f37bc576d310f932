// The quick shell: looks at files and follows logs with builtins only, and kills what the slow shell started.

import { posix } from './posix.ts';

/** Files are looked at up to here, then their status is `cut`. */
export const MAX_FILE_BYTES = 262144;
export const MAX_FILE_LINES = 4000;
/** Lines of one log sent in one tick; the rest comes with the next ticks. */
export const MAX_LOG_LINES = 500;
/** File descriptors of the shell for followed logs: a redirection takes one digit, 0 to 2 are in use. */
export const LOG_FDS = [3, 4, 5, 6, 7, 8, 9] as const;

/**
 * Requests, one line each:
 *   f I PATTERN      the file, or files (`*` in the last part), of index I
 *   l D PATH         follow a log with descriptor D; without PATH: no longer
 *   w PID PGID START the slow shell, to be killed when this shell's stdin ends
 *   k PID PGID START kill it and what it started now
 *   t SEQ I...       look at these files and all logs
 * Answers: h PID PGID START; s I J STATUS PATH + text, where it changed since last sent; g I COUNT, how many files a
 * pattern matches, where that changed; L D + complete lines; m D STATUS; k PID gone|killed; t SEQ, the tick is done.
 */
export const QUICK = posix`
logs= w= own=
# rd FILE: its text in b, how it went in v. Text is gathered in chunks, since every append copies the whole.
rd() {
b= c= l= k=0 z=0 v=ok
{ while IFS= read -r l; do
z=$((z+\${#l}+1)) k=$((k+1))
if [ $z -gt ${MAX_FILE_BYTES} ] || [ $k -gt ${MAX_FILE_LINES} ]; then v=cut l=; break; fi
c=$c$l$nl
if [ $((k%64)) = 0 ]; then b=$b$c c=; fi
done; } 2>/dev/null <"$1" || v=denied
if [ $((z+\${#l})) -gt ${MAX_FILE_BYTES} ]; then v=cut l=; fi
b=$b$c$l
}
# sd I J FILE: sends one file where it changed. Only plain files are opened: a FIFO would block for ever.
sd() {
b= v=ok
if [ ! -e "$3" ]; then v=absent
elif [ ! -f "$3" ] || [ ! -r "$3" ]; then v=denied
else rd "$3"; fi
# A file that is too long is not read every second.
[ $v = cut ] && eval "x_$1=30"
eval "o=\$o_$1_$2"
[ "$o" = "$v $3$nl$b" ] && return
eval "o_$1_$2=\$v\ \$3\$nl\$b"
printf '\n@%s s %s %s %s %s\n%s' "$n" "$1" "$2" "$v" "\${3#"$r"}" "$b"
}
# lk I: looks at the files of one index.
lk() {
eval "p=\$p_$1 x=\$x_$1 q=\$q_$1"
if [ "\${x:-0}" -gt 0 ]; then eval "x_$1=$((x-1))"; return; fi
case $p in
*\**) ;;
*) sd "$1" 0 "$r$p"; return;;
esac
j=0 oi=$IFS IFS=
for g in "$r"$p; do
IFS=$oi
case $g in *"$nl"*) continue;; esac
if [ -e "$g" ] && [ $j -lt 64 ]; then sd "$1" $j "$g"; j=$((j+1)); fi
done
IFS=$oi
[ "$q" = $j ] && return
eval "q_$1=$j"
printf '\n@%s g %s %s\n' "$n" "$1" $j
while [ $j -lt "\${q:-0}" ]; do eval "o_$1_$j="; j=$((j+1)); done
}
# op D: opens log D at its start. Opening can fail between the test and the opening; command keeps the shell alive then.
op() {
eval "f=\$f_$1 m=\$m_$1 o_$1= a_$1= u_$1= d_$1= e_$1="
if [ ! -e "$f" ]; then v=absent
elif [ ! -f "$f" ] || [ ! -r "$f" ]; then v=denied
elif { eval "command exec $1<\"\$f\""; } 2>/dev/null; then v=ok; eval "o_$1=1"; hd "$f"; eval "e_$1=\$e z_$1=\$z"
else v=denied; fi
[ "$m" = $v ] || printf '\n@%s m %s %s\n' "$n" "$1" $v
eval "m_$1=$v"
[ $v = ok ]
}
# hd FILE: its first line in e, empty while that is not complete. Where it is longer than a line may be (a file with a
# hole, after one that wrote on at its old place was emptied) z is set and e has its beginning: read would take minutes.
hd() {
z= e=$(head -c 4096 <"$1" 2>/dev/null | tr '\000' ' '; printf x)
e=\${e%x}
case $e in
*"$nl"*) e=\${e%%"$nl"*};;
*) if [ \${#e} -ge 4096 ] || [ -z "$e" ]; then [ ! -s "$1" ] || z=1; else e=; fi;;
esac
}
# fl FILE: its first line in e as hd, with builtins only.
fl() { { IFS= read -r e || e=; } 2>/dev/null <"$1"; }
# hi D: the last 64 KB of log D. With those of hd the only programs of this shell, once per log: tail leaves the shared
# descriptor at the end of the file, where reading line by line from the start of a big log would take minutes.
hi() {
eval "e=\$e_$1"
h=$(tail -c 65536 <&$1 2>/dev/null; printf x)
h=\${h%x}
[ -n "$h" ] || return
a=\${h##*"$nl"}
h=\${h%"$a"}
# Not from the first line on: the piece of a line that tail began with goes.
case $h in "$e$nl"*) ;; *) h=\${h#*"$nl"};; esac
eval "a_$1=\$a d_$1=1"
[ -n "$h" ] && printf '\n@%s L %s\n%s' "$n" "$1" "$h"
}
# dr D: sends the complete lines of log D; more=1 when there are more than one tick may take.
dr() {
eval "a=\$a_$1 u=\$u_$1"
k=0 more=
while :; do
if [ $k -ge ${MAX_LOG_LINES} ]; then more=1; break; fi
l=
IFS= read -r l <&$1 || break
[ $k = 0 ] && printf '\n@%s L %s\n' "$n" "$1"
k=$((k+1))
# After a line that never ended (u), what is left of it is dropped.
[ -n "$u" ] || printf '%.4096s\n' "$a$l"
a= u= l=
done
[ -n "$more" ] || a=$a$l
if [ \${#a} -gt 4096 ]; then
[ $k = 0 ] && printf '\n@%s L %s\n' "$n" "$1"
[ -n "$u" ] || printf '%.4096s\n' "$a"
a= u=1
fi
[ $k = 0 ] && [ -z "$a$u" ] || eval "d_$1=1"
eval "a_$1=\$a u_$1=\$u"
}
# fo D: follows log D for one tick.
fo() {
eval "f=\$f_$1 o=\$o_$1 y=\$y_$1 m=\$m_$1"
if [ -z "$o" ]; then
if [ "\${y:-0}" -gt 0 ]; then eval "y_$1=$((y-1))"; return; fi
if op "$1"; then hi "$1"; else eval "y_$1=2"; fi
return
fi
same=
if [ "$f" -ef "/proc/$$/fd/$1" ]; then same=1; ct "$1" || return; fi
dr "$1"
[ -z "$more" ] && [ -z "$same" ] && [ -e "$f" ] || return
# Another file has the name now, and the old one was read to its end.
ro "$1" && dr "$1"
}
# ct D: was log D copied and emptied in place? It is empty though we read from it, or begins with another line; then it
# is read from its start. Before reading on: our place in it means nothing any more. Fails when it cannot be opened.
ct() {
eval "d=\$d_$1 e0=\$e_$1 z=\$z_$1"
if [ -s "$f" ]; then
if [ -z "$e0" ]; then hd "$f"; [ -z "$z" ] || { ro "$1"; return; }; eval "e_$1=\$e"; return 0; fi
if [ -n "$z" ]; then hd "$f"; else fl "$f"; fi
if [ -z "$e" ] || [ "$e" = "$e0" ]; then return 0; fi
elif [ -z "$d" ]; then return 0
fi
ro "$1"
}
# ro D: opens log D again; what it left unfinished is a line. One that begins with a hole is not read from its start.
ro() {
eval "a=\$a_$1"
[ -z "$a" ] || printf '\n@%s L %s\n%.4096s\n' "$n" "$1" "$a"
op "$1" || return
[ -z "$z" ] || hi "$1"
return 0
}
# al PID: kills a process and all it started, where it leads no process group of its own.
al() {
all=" $1 " grew=1
while [ -n "$grew" ]; do
grew=
for g in /proc/[0-9]*; do
c=\${g#/proc/}
case $all in *" $c "*) continue;; esac
st "$c" || continue
case $all in *" $ppid "*) all="$all$c " grew=1;; esac
done
done
kill -9 $all 2>/dev/null
}
# kl PID PGID START: a pid that was given to another process meanwhile has another start and is left alone.
kl() {
v=gone
if st "$1" && [ "$start" = "$3" ] && [ "$pgid" = "$2" ]; then
v=killed
if [ "$2" = "$1" ] && [ "$2" != "$own" ]; then kill -9 "-$2" 2>/dev/null; else al "$1"; fi
fi
}
st $$
own=$pgid
# No process of ours may outlive this connection: stdin's end is the one sign of a dead client that always comes.
bye() { trap - EXIT; [ -z "$w" ] || kl $w; exit 0; }
trap bye EXIT HUP INT TERM
printf '\n@%s h %s %s %s\n' "$n" $$ "\${pgid:-0}" "\${start:-0}"
while IFS= read -r q; do
case $q in
't '*)
set -- \${q#t }
t=$1
shift
for i do lk "$i"; done
for i in $logs; do fo "$i"; done
printf '\n@%s t %s\n' "$n" "$t";;
'f '*) q=\${q#f } i=\${q%% *} q=\${q#* }; eval "p_$i=\$q q_$i= x_$i=";;
'l '*' '*) q=\${q#l } i=\${q%% *} q=\${q#* }; eval "f_$i=\$r\$q m_$i= o_$i= y_$i="; logs="$logs $i";;
'l '*)
i=\${q#l } g=$logs logs=
for c in $g; do [ "$c" = "$i" ] || logs="$logs $c"; done
eval "o_$i=; exec $i<&-";;
'w '*) w=\${q#w };;
'k '*)
set -- \${q#k }
kl "$@"
[ "$w" = "$*" ] && w=
printf '\n@%s k %s %s\n' "$n" "$1" $v;;
esac
done
bye
`;
