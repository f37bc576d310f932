// The first lines of /proc/drbd: version, build, transports, and what the init script says before them.
import { plain } from './proc-drbd-words.ts';

/** `version: 8.4.11 (api:1/proto:86-101)`. */
export interface VersionLine {
  version: string;
  api: string | null;
  protocol: string | null;
  complete: boolean;
}

const VERSION = /^version: *([^\s(]\S*)(?: +\(api:([^\s/()]+)\/proto:([^\s/()]+)\)(?: +\(compat 8\.4\))?)?(.*)$/;
const BUILD = /^(?:SVN Revision|GIT-hash|srcversion): *\S.*$/;
const WHOLE_BUILD = /\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$|^srcversion: *[0-9A-F]{23,}$/;
const TRANSPORTS = /^Transports \(api:\d+\):(?: +\S+ \(\S+\))*$/;
const GREETING = /^drbd driver loaded OK; device status:$/;

/** The version line; null: it is none. */
export function readVersion(line: string): VersionLine | null {
  const found = VERSION.exec(plain(line));
  if (!found?.[1]) return null;
  const [, version, api = null, protocol = null, rest] = found;
  return { version, api, protocol, complete: api !== null && (rest ?? '').trim() === '' };
}

/** The build line as printed; null: it is none. */
export function readBuild(line: string): string | null {
  const text = plain(line);
  return BUILD.test(text) ? text : null;
}

/** Whether a build line can be seen to be whole: those with a date, or a module's srcversion. */
export function isWholeBuild(build: string): boolean {
  return WHOLE_BUILD.test(build);
}

/** Lines with nothing in them that is wanted: the transports of 9, the init script's greeting. */
export function isKnownHeaderText(line: string): boolean {
  const text = plain(line);
  return TRANSPORTS.test(text) || GREETING.test(text);
}
