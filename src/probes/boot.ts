// What starts when the node boots: start links of its runlevel, or systemd's word; and the domains that Xen starts.
import type { Boot, Service } from '../model/setup-facts.ts';
import type { Answer, CommandProbe, Conversation } from './probe.ts';
import { firstLine, refusal, statusRefusal } from './refusal.ts';
import type { Refusal } from './refusal.ts';

const SERVICES = ['drbd', 'heartbeat', 'corosync', 'pacemaker', 'xend', 'xendomains', 'libvirt-guests', 'vmware'] as const;
/** The runlevels in which a machine serves; where inittab names none, all of them must agree. */
const SERVING = ['2', '3', '4', '5'] as const;

/**
 * With the shell's own words only: `level` of inittab; `systemd` where that rules; `script` and `link` of each service
 * (start links are in /etc, /etc/rc.d or, with SuSE, /etc/init.d); `auto` for each name in /etc/xen/auto, at most 64.
 * One line, as arguments go line by line.
 */
const LOOK = [
  'cd "$r/" || exit 1; nl=$(printf "\\n_"); nl=${nl%_};',
  'if [ -f etc/inittab ] && [ -r etc/inittab ]; then',
  'while IFS= read -r x || [ -n "$x" ]; do',
  'case $x in "#"*) ;; *:[0-9]:initdefault:*) x=${x#*:}; printf "level %s\\n" "${x%%:*}";; esac; done <etc/inittab; fi;',
  '[ ! -d run/systemd/system ] || echo systemd;',
  `for n in ${SERVICES.join(' ')}; do`,
  'if [ -e etc/init.d/$n ] || [ -e etc/rc.d/init.d/$n ]; then echo "script $n"; fi;',
  `for d in etc etc/rc.d etc/init.d; do for f in $d/rc[${SERVING.join('')}].d/S[0-9][0-9]$n; do`,
  '[ ! -e "$f" ] || printf "link %s /%s\\n" $n "$f"; done; done; done;',
  'k=0; for f in etc/xen/auto/*; do',
  'if [ -e "$f" ] || [ -L "$f" ]; then :; else continue; fi;',
  'case $f in *"$nl"*) continue;; esac;',
  'k=$((k+1)); [ $k -le 64 ] || break; printf "auto %s\\n" "${f##*/}"; done;',
  'echo end',
].join(' ');

const UNITS = ['systemctl', 'list-unit-files', '--no-legend', '--no-pager', ...SERVICES.map((name) => `${name}.service`)] as const;

/** Asks every five minutes: a shell for the names, and systemctl where systemd runs. */
export const boot: CommandProbe<'boot'> = { name: 'boot', kind: 'commands', everySeconds: 300, deadlineSeconds: 8, afterFirstLook: true, ask };

/** What the shell found, by its words. */
interface Looked {
  level: string | null;
  systemd: boolean;
  scripts: Set<string>;
  links: { name: string; path: string; level: string }[];
  autostarted: string[];
  unread: string[];
}

function* ask(): Conversation<Boot> {
  const answer = yield ['sh', '-c', LOOK];
  const refused = statusRefusal(answer, 'sh');
  if (refused) return refused;
  // The last word proves that all was looked at.
  if (!/(?:^|\n)end\n?$/.test(answer.stdout)) return refusal('no-answer', `what starts at boot was not told: ${firstLine(answer.stderr) ?? 'the shell ended early'}`, answer);
  const found = lookedAt(answer.stdout);
  const unread = [...found.unread];
  const units = found.systemd ? unitsOf(yield UNITS, unread) : new Map<string, string>();
  if (!(units instanceof Map)) return units;
  const services = SERVICES.flatMap((name): Service[] => byUnit(name, units.get(name), unread) ?? byLinks(name, found));
  return { answered: true, facts: { runlevel: found.level, services, autostarted: found.autostarted }, unread };
}

function lookedAt(text: string): Looked {
  const found: Looked = { level: null, systemd: false, scripts: new Set(), links: [], autostarted: [], unread: [] };
  for (const line of text.split('\n').filter((each) => each !== '' && each !== 'end')) {
    const [, word = '', rest = ''] = /^(\S+) ?(.*)$/.exec(line) ?? [];
    const link = /^(\S+) (\/\S*\/rc([0-9])\.d\/S\S+)$/.exec(rest);
    if (word === 'level' && /^[0-9]$/.test(rest)) found.level = rest;
    else if (word === 'systemd' && rest === '') found.systemd = true;
    else if (word === 'script' && isService(rest)) found.scripts.add(rest);
    else if (word === 'link' && link && isService(link[1])) found.links.push({ name: link[1], path: link[2] ?? '', level: link[3] ?? '' });
    else if (word === 'auto' && rest !== '') found.autostarted.push(rest.slice(0, 256));
    else found.unread.push(line);
  }
  return found;
}

function isService(name: string | undefined): name is (typeof SERVICES)[number] {
  return SERVICES.some((each) => each === name);
}

/** State by service, of `drbd.service enabled enabled`. No unit of the list at all is exit 1 without a word; without systemctl the links are left. */
function unitsOf(answer: Answer, unread: string[]): Map<string, string> | Refusal {
  const units = new Map<string, string>();
  const refused = statusRefusal(answer, 'systemctl');
  if (refused) return refused.kind === 'absent' ? units : refused;
  for (const line of answer.stdout.split('\n').filter((each) => each.trim() !== '')) {
    const [, name, state = ''] = /^(\S+)\.service\s+(\S+)(?:\s+\S+)?\s*$/.exec(line) ?? [];
    if (isService(name)) units.set(name, state);
    else if (name === undefined) unread.push(line);
  }
  const complaint = firstLine(answer.stderr);
  if (units.size === 0 && complaint !== null) unread.push(`systemctl: ${complaint}`);
  return units;
}

/** null: systemd has no unit file of its own for it (`generated`: made from the start links). */
function byUnit(name: string, state: string | undefined, unread: string[]): Service[] | null {
  if (state === undefined || state === 'generated') return null;
  const how = `systemctl: ${state}`;
  if (ON.includes(state)) return [{ name, atBoot: true, how }];
  if (OFF.includes(state)) return [{ name, atBoot: false, how }];
  if (!OTHERS.includes(state)) unread.push(`${name}.service ${state}`);
  return [{ name, atBoot: null, how }];
}

/** Words of systemctl(1). Those of the last list leave it to other units, or to a name, whether it starts. */
const ON = ['enabled', 'enabled-runtime'];
const OFF = ['disabled', 'masked', 'masked-runtime'];
const OTHERS = ['static', 'indirect', 'alias', 'linked', 'linked-runtime', 'transient', 'bad'];

/** Nothing where the service is not there: neither script nor link. */
function byLinks(name: string, { level, links, scripts }: Looked): Service[] {
  const own = links.filter((link) => link.name === name);
  if (own.length === 0 && !scripts.has(name)) return [];
  const levels = level === null ? SERVING : [level];
  const starts = levels.map((each) => own.find((link) => link.level === each));
  const first = starts.find((link) => link !== undefined);
  if (!first) return [{ name, atBoot: false, how: level === null ? 'no start link in runlevels 2 to 5' : `no start link in runlevel ${level}` }];
  if (starts.every((link) => link !== undefined)) return [{ name, atBoot: true, how: first.path }];
  const some = [...new Set(own.map((link) => link.level))].sort().join(', ');
  return [{ name, atBoot: null, how: `starts in runlevel ${some}; which one the node boots to is not known` }];
}
