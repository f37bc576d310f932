// Probe `drbd-status`: how DRBD 9 stands, from `drbdsetup status`; older ones tell it in /proc/drbd.
import type { DrbdStatus } from '../model/drbd-status-facts.ts';
import { captured } from './captured.ts';
import { readStatusJson } from './drbd-status-json.ts';
import { readStatusText } from './drbd-status-text.ts';
import { unknownWords } from './drbd-status-words.ts';
import type { Answer, CommandProbe, Conversation, Parsed } from './probe.ts';
import { readProcText } from './proc-drbd-text.ts';
import { complaintRefusal, firstLine, refusal, statusRefusal, textOf } from './refusal.ts';
import type { Refusal } from './refusal.ts';

const COMMAND = 'drbdsetup status';

/**
 * Prints the beginning of /proc/drbd, or `version: 9` where a module is loaded that has no such file; nothing without
 * a module. Looked at first because drbdsetup loads a module that is not there, and a look must change nothing.
 */
const WHICH = 'if [ -f "$r/proc/drbd" ]; then head -c 4096 "$r/proc/drbd"; elif [ -d "$r/sys/module/drbd" ]; then echo "version: 9"; fi';

/** Asked only where the module is version 9: what 0.7 and 8.x say is in /proc/drbd. */
export const drbdStatus: CommandProbe<'drbd-status'> = {
  name: 'drbd-status',
  kind: 'commands',
  everySeconds: 5,
  deadlineSeconds: 8,
  ask,
};

/** `crashcart parse drbd-status`. */
export const capturedDrbdStatus = captured('drbd-status', 'drbdsetup status --json, or the text of drbdadm status and drbdsetup status of drbd-utils 9', parseDrbdStatus);

function* ask(): Conversation<DrbdStatus> {
  const answer = yield ['sh', '-c', WHICH];
  const missing = statusRefusal(answer, '/proc/drbd');
  if (missing) return missing;
  const { version } = readProcText(answer.stdout).facts;
  if (answer.stdout.trim() === '') return refusal('absent', 'the drbd module is not loaded', answer);
  if (version === null || !/^9\b/.test(version)) return refusal('absent', `DRBD ${version ?? 'of an unknown version'} is read from /proc/drbd`, answer);
  const json = yield ['drbdsetup', 'status', '--json'];
  return isUsage(json) ? parseDrbdStatus(yield ['drbdsetup', 'status', '--verbose', '--statistics']) : parseDrbdStatus(json);
}

/**
 * The facts of one answer, JSON or text. "No currently configured DRBD found." is an empty list; a module that is not
 * loaded, and resources that are not up, are none. Sizes in bytes.
 */
export function parseDrbdStatus(answer: Answer): Parsed<DrbdStatus> {
  const missing = statusRefusal(answer, COMMAND);
  if (missing) return missing;
  const text = answer.stdout.trim();
  if (/^# No currently configured DRBD found\.$/.test(text)) return { answered: true, facts: { resources: [] }, unread: [] };
  const unread: string[] = [];
  const isJson = text.startsWith('[');
  const resources = isJson ? readStatusJson(text, unread) : readStatusText(answer.stdout, unread);
  if (resources === null) {
    return isJson
      ? refusal('cut', `${COMMAND} --json breaks off, or is no JSON`, answer)
      : refused(answer) ?? refusal('unreadable', `${COMMAND}: not understood: ${firstLine(textOf(answer)) ?? 'nothing was printed'}`, answer);
  }
  // Resources that are not up are told of on stderr, beside those that are.
  if (answer.exit) unread.push(...answer.stderr.split('\n').filter((line) => line.trim() !== ''));
  return { answered: true, facts: { resources }, unread: [...unread, ...resources.flatMap(unknownWords)] };
}

/** What drbd-utils says in the place of a status, on stdout or stderr. */
function refused(answer: Answer): Refusal | null {
  const lines = textOf(answer).split('\n').map((line) => line.trim());
  const says = (pattern: RegExp): string | undefined => lines.find((line) => pattern.test(line));
  const module = says(/^(?:modprobe|modinfo): .*\bdrbd\b|^Failed to modprobe drbd|^Could not connect to 'drbd' generic netlink/i);
  if (module !== undefined) return refusal('absent', `the drbd module is not loaded: ${module}`, answer);
  const forbidden = says(/permission denied|not permitted|must be root|only root/i);
  if (forbidden !== undefined) return refusal('forbidden', `${COMMAND}: ${forbidden}`, answer);
  const none = says(/: No such resource$/);
  if (none !== undefined) return refusal('down', `${COMMAND}: ${none}`, answer);
  if (answer.stdout.trim() === '' && answer.stderr.trim() === '') return refusal('no-answer', `${COMMAND} printed nothing${answer.exit ? ` and ended with ${answer.exit}` : ''}`, answer);
  const complaint = complaintRefusal(answer, COMMAND);
  if (complaint) return complaint;
  if (isUsage(answer) || (answer.exit !== 0 && answer.exit !== null)) return refusal('no-answer', `${COMMAND} failed${answer.exit ? ` with ${answer.exit}` : ''}: ${firstLine(answer.stderr) ?? lines[0] ?? ''}`, answer);
  return null;
}

/** An option that this release does not know. */
function isUsage(answer: Answer): boolean {
  return answer.status === 'ok' && /unrecognized option|^USAGE: drbdsetup/m.test(textOf(answer));
}
