// What the cluster manager reads: /etc/ha.d/ha.cf and /etc/ha.d/haresources.

export const HA_CF = '/etc/ha.d/ha.cf';
export const HARESOURCES = '/etc/ha.d/haresources';

/** A way the beats go: `name` as ha.cf has it (`/dev/ttyS0`, `bond0`), `link` as the cable is called. */
export interface Medium {
  kind: 'bcast' | 'serial' | 'mcast' | 'ucast';
  name: string;
  link: string;
}

/** ha.cf as far as it matters here; times in ms. */
export interface HaCf {
  /** Names after `node`, in lower case as heartbeat has them. */
  nodes: string[];
  /** Names after `ping`. */
  pings: string[];
  /** Both, in the order of the file. */
  members: string[];
  media: Medium[];
  keepaliveMs: number;
  warntimeMs: number;
  deadtimeMs: number;
  initdeadMs: number;
  autoFailback: 'on' | 'off' | 'legacy';
  /** True when ipfail is to run. */
  ipfail: boolean;
  watchdog: string | null;
  /** Every directive's last value as it was written, for `cl_status hbparameter`. */
  parameters: Map<string, string>;
}

/** A resource group: one line of haresources. */
export interface HaGroup {
  /** The node it prefers. */
  home: string;
  /** `drbddisk::drbd1`; the first one names the group for heartbeat's scripts. */
  resources: string[];
}

/** Defaults as heartbeat.h has them: keepalive 1 s, deadtime 30 s, initdead as long as deadtime at least, auto_failback legacy. */
export function readHaCf(text: string): HaCf {
  const conf: HaCf = {
    nodes: [], pings: [], members: [], media: [], keepaliveMs: 1000, warntimeMs: 0, deadtimeMs: 30_000, initdeadMs: 0,
    autoFailback: 'legacy', ipfail: false, watchdog: null, parameters: new Map(),
  };
  for (const line of text.split('\n')) {
    const [directive = '', ...args] = line.replace(/#.*/, '').split(/\s+/).filter((word) => word !== '');
    if (directive !== '') directed(conf, directive, args);
  }
  if (conf.initdeadMs === 0) conf.initdeadMs = conf.deadtimeMs;
  if (conf.warntimeMs === 0) conf.warntimeMs = conf.deadtimeMs / 2;
  return conf;
}

/** Lines of groups; comments, `\` at the end of a line and odd blanks as ResourceManager's sed takes them. */
export function readHaresources(text: string): HaGroup[] {
  const lines = text.replace(/#.*/g, '').replace(/\\\n/g, ' ').split('\n');
  return lines.flatMap((line) => {
    const [home = '', ...resources] = line.split(/\s+/).filter((word) => word !== '');
    return home === '' || resources.length === 0 ? [] : [{ home: home.toLowerCase(), resources }];
  });
}

/** `Filesystem::/dev/drbd1::/home::ext3` → the script and its arguments; a bare address is IPaddr. */
export function scriptOf(resource: string): { script: string; args: string[] } {
  if (/^\d+\.\d+\.\d+\.\d+/.test(resource)) return { script: 'IPaddr', args: [resource] };
  const [script = '', ...args] = resource.split('::');
  return { script, args };
}

function directed(conf: HaCf, directive: string, args: readonly string[]): void {
  const first = args[0] ?? '';
  conf.parameters.set(directive, args.join(' '));
  if (directive === 'keepalive') conf.keepaliveMs = milliseconds(first);
  else if (directive === 'warntime') conf.warntimeMs = milliseconds(first);
  else if (directive === 'deadtime') conf.deadtimeMs = milliseconds(first);
  else if (directive === 'initdead') conf.initdeadMs = milliseconds(first);
  else if (directive === 'auto_failback') conf.autoFailback = first === 'legacy' ? 'legacy' : isYes(first) ? 'on' : 'off';
  else if (directive === 'watchdog') conf.watchdog = first;
  else if (directive === 'respawn') conf.ipfail ||= args.some((word) => word.endsWith('/ipfail'));
  else if (directive === 'node') addMembers(conf, conf.nodes, args.map((name) => name.toLowerCase()));
  else if (directive === 'ping') addMembers(conf, conf.pings, args);
  else if (directive === 'bcast') conf.media.push(...args.map((name) => ({ kind: 'bcast' as const, name, link: name })));
  else if (directive === 'serial') conf.media.push(...args.map((name) => ({ kind: 'serial' as const, name, link: name.replace(/^.*\//, '') })));
  else if (directive === 'mcast' || directive === 'ucast') conf.media.push({ kind: directive, name: first, link: first });
}

function addMembers(conf: HaCf, kind: string[], names: readonly string[]): void {
  kind.push(...names);
  conf.members.push(...names);
}

/** `2`, `2s`, `1500ms`, `0.5`: seconds where nothing is said. */
function milliseconds(word: string): number {
  const match = /^(\d+(?:\.\d+)?)(ms|s|us)?$/.exec(word);
  const factor = match?.[2] === 'ms' ? 1 : match?.[2] === 'us' ? 0.001 : 1000;
  return match ? Number(match[1]) * factor : 0;
}

function isYes(word: string): boolean {
  return ['on', 'yes', 'true', 'y', '1'].includes(word.toLowerCase());
}
