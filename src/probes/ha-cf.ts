// Heartbeat's ha.cf: nodes, times, links, fencing. Rules as in heartbeat's own config.c.
import type { HaCf } from '../model/facts.ts';
import { oneFile } from './probe.ts';
import type { Answer, Parsed } from './probe.ts';
import { captured } from './captured.ts';
import { complaintRefusal, refusal, statusRefusal } from './refusal.ts';

const PATH = '/etc/ha.d/ha.cf';

/** Reads /etc/ha.d/ha.cf every half minute: who the nodes are, over which links they hear each other, how they fence. */
export const haCf = oneFile('ha-cf', PATH, 30, parseHaCf);

/** `crashcart parse ha-cf`. */
export const capturedHaCf = captured('ha-cf', PATH, parseHaCf);

/**
 * Reads ha.cf. A later line overrides an earlier one, `node` and the links add up. Unknown directives and values that
 * cannot be read are `unread`, whole lines; a value that was not given is null (not heartbeat's default).
 */
export function parseHaCf(answer: Answer): Parsed<HaCf> {
  const refused = statusRefusal(answer, PATH) ?? complaintRefusal(answer, PATH);
  if (refused) return refused;
  if (answer.stdout.trim() === '') return refusal('cut', `${PATH} is empty`, answer);
  const facts: HaCf = {
    nodes: [], keepaliveSeconds: null, deadtimeSeconds: null, warntimeSeconds: null, initdeadSeconds: null,
    autoFailback: null, links: [], ping: [], stonith: [], logfile: null, debugfile: null, watchdog: null, crm: false,
  };
  const unread: string[] = [];
  for (const line of answer.stdout.split('\n')) {
    // config.c cuts at the first # wherever it stands.
    const text = line.replace(/#.*$/, '').trim();
    if (text === '') continue;
    // The directive ends at white space; behind it commas separate as blanks do.
    const [, directive = '', rest = ''] = /^(\S+)\s*(.*)$/.exec(text) ?? [];
    const values = rest.split(/[\s,]+/).filter((value) => value !== '');
    if (!take(facts, directive, values, text)) unread.push(line);
  }
  return { answered: true, facts, unread };
}

type Take = (facts: HaCf, values: readonly string[], text: string) => boolean;

/** False when the line was not understood. */
function take(facts: HaCf, directive: string, values: readonly string[], text: string): boolean {
  // A word that is no word of ha.cf; heartbeat knows no continuation lines here.
  if (values.length === 0 || values.includes('\\')) return false;
  return TAKEN.get(directive)?.(facts, values, text) ?? OTHERS.has(directive);
}

const TAKEN: ReadonlyMap<string, Take> = new Map<string, Take>([
  ['node', (facts, values) => addNew(facts.nodes, values)],
  ['keepalive', (facts, values) => (facts.keepaliveSeconds = secondsOf(values)) !== null],
  ['deadtime', (facts, values) => (facts.deadtimeSeconds = secondsOf(values)) !== null],
  ['warntime', (facts, values) => (facts.warntimeSeconds = secondsOf(values)) !== null],
  ['initdead', (facts, values) => (facts.initdeadSeconds = secondsOf(values)) !== null],
  ['auto_failback', (facts, [value = '']) => ((facts.autoFailback = value), value === 'legacy' || booleanOf(value) !== null)],
  // The directive of heartbeat 1.0: config.c turns it into auto_failback off or legacy.
  ['nice_failback', (facts, [value = '']) => {
    const nice = booleanOf(value);
    if (nice !== null) facts.autoFailback = nice ? 'off' : 'legacy';
    return nice !== null;
  }],
  ['bcast', (facts, values) => addLinks(facts, 'bcast', values)],
  // The name of bcast before 0.4.9, still taken.
  ['udp', (facts, values) => addLinks(facts, 'bcast', values)],
  ['serial', (facts, values) => addLinks(facts, 'serial', values)],
  // Device, group, port, ttl, loop: heartbeat names the link after the device.
  ['mcast', (facts, values) => values.length >= 2 && addLinks(facts, 'mcast', values.slice(0, 1))],
  ['mcast6', (facts, values) => values.length >= 2 && addLinks(facts, 'mcast', values.slice(0, 1))],
  ['ucast', (facts, values) => values.length === 2 && addLinks(facts, 'ucast', values.slice(0, 1))],
  ['ping', (facts, values) => addNew(facts.ping, values)],
  ['ping6', (facts, values) => addNew(facts.ping, values)],
  ['hbaping', (facts, values) => addNew(facts.ping, values)],
  // The group is one pseudo node under its own name; cl_status lists that name.
  ['ping_group', (facts, values) => values.length >= 2 && addNew(facts.ping, values.slice(0, 1))],
  ['stonith', (facts, _values, text) => facts.stonith.push(text) > 0],
  ['stonith_host', (facts, _values, text) => facts.stonith.push(text) > 0],
  ['logfile', (facts, [path = '']) => ((facts.logfile = path), true)],
  ['debugfile', (facts, [path = '']) => ((facts.debugfile = path), true)],
  ['watchdog', (facts, [path = '']) => ((facts.watchdog = path), true)],
  ['crm', (facts, [value = '']) => takeCrm(facts, value)],
  ['pacemaker', (facts, [value = '']) => takeCrm(facts, value)],
]);

/** Directives that tell nothing the cockpit shows. */
const OTHERS: ReadonlySet<string> = new Set([
  'apiauth', 'autojoin', 'baud', 'cluster', 'compression', 'compression_threshold', 'conn_logd_time', 'coredumps',
  'coreroot', 'crm_daemon_dir', 'deadping', 'debug', 'enable_config_writes', 'env', 'failfast', 'hbgenmethod', 'hopfudge',
  'log_badpack', 'logfacility', 'max_rexmit_delay', 'memreserve', 'msgfmt', 'normalpoll', 'quorum_server', 'realtime',
  'record_config_changes', 'record_pengine_inputs', 'respawn', 'rtprio', 'syslogmsgfmt', 'traditional_compression',
  'udpport', 'use_apphbd', 'use_logd', 'uuidfrom',
]);

/** Far above heartbeat's own bound of 100 nodes. */
const MOST_NAMES = 256;

function addNew(list: string[], values: readonly string[]): boolean {
  if (list.length + values.length > MOST_NAMES) return false;
  for (const value of values) if (!list.includes(value)) list.push(value);
  return true;
}

function addLinks(facts: HaCf, kind: HaCf['links'][number]['kind'], names: readonly string[]): boolean {
  for (const name of names) facts.links.push({ kind, name });
  return true;
}

/** Seconds unless a unit says otherwise: `30`, `1500ms`, `0.5`. Null: not a time. */
function secondsOf([value = '', ...more]: readonly string[]): number | null {
  const match = /^(\d{1,9}(?:\.\d{1,6})?)(ms|msec|us|usec|s|sec)?$/i.exec(value);
  if (!match || more.length > 0) return null;
  const unit = (match[2] ?? 's').toLowerCase();
  return Number(match[1]) / (unit.startsWith('m') ? 1000 : unit.startsWith('u') ? 1_000_000 : 1);
}

function booleanOf(value: string): boolean | null {
  if (/^(?:true|on|yes|y|1)$/i.test(value)) return true;
  return /^(?:false|off|no|n|0)$/i.test(value) ? false : null;
}

function takeCrm(facts: HaCf, value: string): boolean {
  const on = booleanOf(value);
  // Heartbeat counts every other word (respawn, manual) as on.
  facts.crm = on ?? true;
  return on !== null || /^(?:respawn|manual)$/i.test(value);
}
