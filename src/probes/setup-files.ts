// Probe `files`: checksums of the configuration that should be the same on all nodes. No text of it leaves the node.
import type { SetupFile, SetupFiles } from '../model/setup-facts.ts';
import type { Answer, CommandProbe, Conversation, Parsed } from './probe.ts';
import { firstLine, refusal, statusRefusal } from './refusal.ts';

const FIXED = ['etc/drbd.conf', 'etc/ha.d/ha.cf', 'etc/ha.d/haresources', 'etc/ha.d/authkeys', 'etc/corosync/corosync.conf', 'etc/cluster/cluster.conf'];
/** By directory, at most MOST of each; only plain files count. */
const MANY = [
  { directory: 'etc/drbd.d', patterns: ['etc/drbd.d/*.res', 'etc/drbd.d/*.conf'] },
  { directory: 'etc/xen', patterns: ['etc/xen/*'] },
];
const MOST = 64;

/** Adds the plain files of a directory to the list; says `m` where there are more. Names with a line break are no name. */
const gather = ({ directory, patterns }: (typeof MANY)[number]): string => [
  `k=0; for f in ${patterns.join(' ')}; do`,
  '[ -f "$f" ] || continue; case $f in *"$nl"*) continue;; esac;',
  `k=$((k+1)); if [ $k -gt ${MOST} ]; then echo "m /${directory}"; break; fi;`,
  'set -- "$@" "$f"; done;',
].join(' ');

/**
 * Says `f` and the name of each file that is there, `s` and mode, size, name where stat tells, then what cksum prints.
 * Relative to the root, so that names come without the seam; one line, as arguments go line by line.
 */
const LOOK = [
  'cd "$r/" || exit 1; nl=$(printf "\\n_"); nl=${nl%_}; set --;',
  `for f in ${FIXED.join(' ')}; do [ ! -f "$f" ] || set -- "$@" "$f"; done;`,
  ...MANY.map(gather),
  'if [ $# -gt 0 ]; then printf "f /%s\\n" "$@";',
  'stat -L -c "s %a %s /%n" "$@" 2>/dev/null;',
  'for f do shift; [ ! -r "$f" ] || set -- "$@" "$f"; done;',
  '[ $# = 0 ] || cksum "$@" 2>/dev/null; fi;',
  'echo end',
].join(' ');

/** Asks once a minute: one shell, one stat and one cksum, however many files there are. */
export const setupFiles: CommandProbe<'files'> = { name: 'files', kind: 'commands', everySeconds: 60, deadlineSeconds: 8, afterFirstLook: true, ask };

function* ask(): Conversation<SetupFiles> {
  return parseSetupFiles(yield ['sh', '-c', LOOK]);
}

/** What the shell printed; a file whose sum or mode nobody told has null there. */
export function parseSetupFiles(answer: Answer): Parsed<SetupFiles> {
  const refused = statusRefusal(answer, 'sh');
  if (refused) return refused;
  // The last word proves that all was looked at.
  if (!/(?:^|\n)end\n?$/.test(answer.stdout)) return refusal('no-answer', `configuration files were not told: ${firstLine(answer.stderr) ?? 'the shell ended early'}`, answer);
  const files = new Map<string, SetupFile>();
  const moreIn: string[] = [];
  const unread: string[] = [];
  for (const line of answer.stdout.split('\n').filter((each) => each !== '' && each !== 'end')) {
    if (!take(line, files, moreIn)) unread.push(line);
  }
  if (files.size === 0 && unread.length === 0) return refusal('absent', 'this node has none of the configuration files that are compared', answer);
  return { answered: true, facts: { files: [...files.values()], moreIn }, unread };
}

/** True for a line that was understood. Names may hold blanks and are last. */
function take(line: string, files: Map<string, SetupFile>, moreIn: string[]): boolean {
  const [, kind = '', rest = ''] = /^([fm]) (\/.+)$/.exec(line) ?? [];
  if (kind === 'f') files.set(rest, { path: rest, sum: null, sizeBytes: null, mode: null });
  if (kind === 'm') moreIn.push(rest);
  if (kind !== '') return true;
  const [, mode, statSize, statPath = ''] = /^s ([0-7]{1,5}) (\d{1,15}) (\/.+)$/.exec(line) ?? [];
  const [, sum, size, path = ''] = /^(\d{1,10}) (\d{1,15}) (\S.*)$/.exec(line) ?? [];
  const file = files.get(statPath) ?? files.get(`/${path}`);
  if (!file) return false;
  if (mode !== undefined) file.mode = mode;
  if (sum !== undefined) file.sum = sum;
  file.sizeBytes = Number(size ?? statSize);
  return true;
}
