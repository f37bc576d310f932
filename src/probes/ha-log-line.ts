// One line of a heartbeat log taken apart: when, who, how grave, what. Five forms stand in one file.

/** A line by its parts, each as printed; null or '' where this form has none. */
export interface LogParts {
  stamp: string;
  time: LogTime | null;
  /** The program's name without instance and pid; a whole path for OCF agents. */
  daemon: string | null;
  pid: number | null;
  level: string | null;
  text: string;
}

/** The time of a stamp; syslog prints no year, only ISO stamps have a zone. */
export interface LogTime {
  year: number | null;
  /** 1 to 12. */
  month: number;
  day: number;
  hour: number;
  minute: number;
  second: number;
  /** Minutes east of UTC. */
  zoneMinutes: number | null;
}

/** Longest line that is looked at; the rest is dropped (the transport cuts there too). */
const LINE_LENGTH = 4096;

/** Never fails: a line in none of the forms is all text. */
export function partsOfLine(line: string): LogParts {
  const bounded = line.slice(0, LINE_LENGTH);
  return tagFirst(bounded) ?? stampFirst(bounded) ?? syslog(bounded) ?? { stamp: '', time: null, ...withoutTag(bounded) };
}

const HA_STAMP = String.raw`\d{4}/\d{2}/\d{2}_\d{2}:\d{2}:\d{2}`;
/** name, (instance), [pid] or two of them: `harc[14349][14355]`, `IPaddr2(IPaddr2_10.9.9.11)[9160]`, a path. */
const TAG = String.raw`([^\s:[(]+)(?:\([^)]*\))?((?:\[\d+\]){0,2})`;

const TAG_FIRST = new RegExp(`^${TAG}:\\s+(${HA_STAMP})(?:\\s+(.*))?$`);
const STAMP_FIRST = new RegExp(`^(${HA_STAMP})\\s+(.*)$`);
const TAGGED = new RegExp(`^${TAG}:(?:\\s+(.*))?$`);
const SYSLOG = /^([A-Z][a-z]{2} [ \d]\d \d{2}:\d{2}:\d{2})\s+(.*)$/;
const ISO = /^(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d+)?(?:Z|[+-]\d{2}:?\d{2}))\s+(.*)$/;
/** `heartbeat: [8]:`, heartbeat's own way to print its pid to syslog. */
const PID_APART = /^\[(\d+)\]:\s*(.*)$/;
const LEVEL = /^(emerg|alert|crit|critical|error|err|warn|warning|notice|info|debug):(?:\s+(.*))?$/i;
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** `heartbeat[8]: 2026/11/20_20:52:32 info: text`, `ResourceManager[110]:<tab>2009/...`; before 2005 without [pid]. */
function tagFirst(line: string): LogParts | null {
  const match = TAG_FIRST.exec(line);
  if (!match) return null;
  const [, daemon = null, pids = '', stamp = '', rest = ''] = match;
  return { stamp, time: haTime(stamp), daemon, pid: firstPid(pids), ...levelAndText(rest) };
}

/** `2026/11/20_20:49:09  ResourceManager(default)[110]:    info: text`. */
function stampFirst(line: string): LogParts | null {
  const match = STAMP_FIRST.exec(line);
  if (!match) return null;
  const [, stamp = '', rest = ''] = match;
  return { stamp, time: haTime(stamp), ...tagged(rest) };
}

/** `Nov 20 20:52:32 alpha heartbeat: [8]: info: text`, `... alpha harc[17]: info: text`; also with an ISO stamp. */
function syslog(line: string): LogParts | null {
  const match = SYSLOG.exec(line) ?? ISO.exec(line);
  if (!match) return null;
  const [, stamp = '', rest = ''] = match;
  const time = syslogTime(stamp) ?? isoTime(stamp);
  // Behind the host comes a tag; where none does (hb_standby's own output) there is no host either.
  const afterHost = /^\S+\s+(.*)$/.exec(rest)?.[1] ?? '';
  return { stamp, time, ...(TAGGED.test(afterHost) ? tagged(afterHost) : withoutTag(rest)) };
}

type Rest = Omit<LogParts, 'stamp' | 'time'>;

function tagged(rest: string): Rest {
  const match = TAGGED.exec(rest);
  if (!match) return withoutTag(rest);
  const [, daemon = null, pids = '', after = ''] = match;
  const apart = PID_APART.exec(after);
  return { daemon, pid: firstPid(apart ? `[${apart[1] ?? ''}]` : pids), ...levelAndText(apart?.[2] ?? after) };
}

function withoutTag(rest: string): Rest {
  return { daemon: null, pid: null, ...levelAndText(rest) };
}

function levelAndText(rest: string): { level: string | null; text: string } {
  const match = LEVEL.exec(rest.trim());
  return match ? { level: match[1] ?? null, text: (match[2] ?? '').trim() } : { level: null, text: rest.trim() };
}

/** Through logd two pids are printed; the first is the program's own. */
function firstPid(pids: string): number | null {
  const digits = /^\[(\d{1,10})\]/.exec(pids)?.[1];
  return digits === undefined ? null : Number(digits);
}

function haTime(stamp: string): LogTime | null {
  const match = /^(\d+)\/(\d+)\/(\d+)_(\d+):(\d+):(\d+)$/.exec(stamp);
  return match ? timeOf(match.slice(1).map(Number), null) : null;
}

function isoTime(stamp: string): LogTime | null {
  const match = /^(\d+)-(\d+)-(\d+)T(\d+):(\d+):(\d+)(?:\.\d+)?(Z|[+-]\d{2}:?\d{2})$/.exec(stamp);
  if (!match) return null;
  const zone = /^([+-])(\d{2}):?(\d{2})$/.exec(match[7] ?? '');
  const minutes = zone ? (zone[1] === '-' ? -1 : 1) * (Number(zone[2]) * 60 + Number(zone[3])) : 0;
  return timeOf(match.slice(1, 7).map(Number), minutes);
}

function syslogTime(stamp: string): LogTime | null {
  const match = /^(\w{3}) ([ \d]\d) (\d+):(\d+):(\d+)$/.exec(stamp);
  const month = MONTHS.indexOf(match?.[1] ?? '') + 1;
  if (!match || month === 0) return null;
  return { ...timeOf([0, month, ...match.slice(2).map(Number)], null), year: null };
}

function timeOf([year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0]: number[], zoneMinutes: number | null): LogTime {
  return { year, month, day, hour, minute, second, zoneMinutes };
}
