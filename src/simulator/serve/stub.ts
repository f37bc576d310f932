// The text of a node's programs: each hands its arguments to the world through a FIFO and prints the world's answer.
// Plain POSIX sh (dash, bash, busybox ash); one program is started (mkfifo), and `date` becomes the machine's own.

/** What a stub must know; all of it ours, no word from outside. */
export interface StubParts {
  /** The directory with `ask` and ASK_FILE, absolute, on this machine. */
  directory: string;
  /** The node's own root, absolute, on this machine: an argument below it names a file of the node. */
  root: string;
  /** The process that holds the world. */
  worldPid: number;
  mkfifo: string;
  date: string;
}

/** The file of the part that all stubs of a node have in common. */
export const ASK_FILE = 'ask.sh';

/** The program `name` of a node. */
export function stubText(name: string, directory: string): string {
  return `#!/bin/sh\n# ${name} of a simulated node: the world answers.\nn=${quoted(name)}\n. ${quoted(`${directory}/${ASK_FILE}`)}\n`;
}

/**
 * What every stub does. To the world, one line of at most PIPE_BUF bytes, so that two never mix, or where that is too
 * short `PID @` with the line in PID.long: `PID a` and each argument after a tab, `PID l` with a line of stdin,
 * `PID e` at the end of stdin. An argument below the node's root comes without it: whoever is logged in names files
 * `$r/var/...`, the node knows them as `/var/...`. From the world: k (heard; from now on its end is seen), o and n (stdout with and without
 * a newline), e and f (stderr), i (asks for a line of stdin), d (the time, seconds: run date), x (exit).
 */
export function askText({ directory, root, worldPid, mkfifo, date }: StubParts): string {
  const text = String.raw`w=${quoted(directory)}
LC_ALL=C f=$w/$$ a= nl='
' tb='	'
gone() { printf '%s: the simulated cluster is gone\n' "$n" >&2; exit 127; }
kill -0 ${worldPid} 2>/dev/null || gone
tell() {
if [ \${#1} -le 1000 ]; then printf '%s\n' "$1" 1<>"$w/ask"
else printf '%s' "$1" >"$f.long" && printf '%s @\n' $$ 1<>"$w/ask"; fi
}
for x in "$n" "$@"; do
e=
case $x in ${quoted(root)}/*) x=\${x#${quoted(root)}};; esac
while :; do
case $x in
*[\\"$nl$tb"]*)
h=\${x%%[\\"$nl$tb"]*}
x=\${x#"$h"}
case $x in \\*) e=$e$h'\\';; "$nl"*) e=$e$h'\n';; *) e=$e$h'\t';; esac
x=\${x#?};;
*) break;;
esac
done
a=$a$tb$e$x
done
${quoted(mkfifo)} -m 600 "$f" 2>/dev/null || { rm -f "$f"; ${quoted(mkfifo)} -m 600 "$f" || exit 126; }
exec 3<>"$f" 4<"$f"
tell "$$ a$a" || exit 126
IFS= read -r l <&3
exec 3<&-
while IFS= read -r l <&4; do
case $l in
o*) printf '%s\n' "\${l#o}" || exit 1;;
n*) printf %s "\${l#n}" || exit 1;;
e*) printf '%s\n' "\${l#e}" >&2;;
f*) printf %s "\${l#f}" >&2;;
i) if IFS= read -r l || [ -n "$l" ]; then tell "$$ l$l"; else tell "$$ e"; fi;;
d*) exec 4<&-; exec ${quoted(date)} -u -d "@\${l#d}" "$@";;
x*) exit "\${l#x}";;
esac
done
gone
`;
  return text.replaceAll('\\${', '${');
}

/** The arguments of an `a` line, the program's name first. */
export function argvOf(fields: string): string[] {
  return fields.split('\t').slice(1).map((field) => field.replace(/\\(.)/g, (_all, letter: string) => (letter === 'n' ? '\n' : letter === 't' ? '\t' : letter)));
}

/** Text to print as lines of an answer; what has no newline at its end stays without. NUL cannot be in a shell's text. */
export function printed(stream: 'out' | 'err', text: string): string {
  const [line, piece] = stream === 'out' ? ['o', 'n'] : ['e', 'f'];
  const lines = text.replaceAll('\0', '').split('\n');
  const last = lines.pop() ?? '';
  return lines.map((one) => `${line}${one}\n`).join('') + (last === '' ? '' : `${piece}${last}\n`);
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
