// What is asked of VMware's machines beside their states and names: the guest's heart, the open question, uuid.action, autostart.
import type { VmwareMachine } from '../model/facts.ts';
import type { Answer } from './probe.ts';
import { controlError, linesOf, methodOf, NO_SUCH_MACHINE, WRONG_STATE } from './vmware-cmd-answer.ts';
import { pendingQuestion } from './vmware-log.ts';
import { readVmx } from './vmx.ts';

/** Machines whose question is looked for. */
const MOST_STUCK = 4;
/** The guest has no tools that could beat, or they do not run. */
const NO_TOOLS = -16;

/** Lines of each file that name the keys, behind the file's number; a number alone is a file that was read. */
const READ_VMX = 'i=0; for f do i=$((i+1)); [ -r "$r$f" ] || continue; echo "$i:"; head -c 65536 "$r$f" | sed -n -e "/[uU][uU][iI][dD]\\.[aA]/s/^/$i:/p" -e "/[aA][uU][tT][oO][sS][tT][aA][rR][tT]/s/^/$i:/p"; done';
const READ_LOG = 'if [ -r "$r$1" ]; then tail -c 65536 "$r$1"; fi';

/**
 * Asks of the machines that are here: one command for all .vmx files, one for the log of each that is stuck, and the
 * heartbeat of each that runs, at most `hearts` of them. What cannot be read stays null. `vmware-cmd PATH answer`, which
 * prints the question with its choices, is never run: where its input ends it takes the default.
 */
export function* askMore(machines: readonly VmwareMachine[], hearts: number, unread: string[]): Generator<readonly string[], void, Answer> {
  if (machines.length === 0) return;
  const read = yield ['sh', '-c', READ_VMX, 'sh', ...machines.map(({ path }) => path)];
  if (read.status === 'ok') giveKeys(machines, read.stdout);
  if (read.status === 'timeout') return;
  for (const machine of machines.filter(({ state }) => state === 'stuck').slice(0, MOST_STUCK)) {
    const log = yield ['sh', '-c', READ_LOG, 'sh', `${machine.path.slice(0, machine.path.lastIndexOf('/'))}/vmware.log`];
    if (log.status === 'timeout') return;
    if (log.status === 'ok') machine.question = pendingQuestion(log.stdout);
  }
  for (const machine of machines.filter(({ state }) => state === 'running').slice(0, hearts)) {
    const told = yield ['vmware-cmd', machine.path, 'getheartbeat'];
    if (told.status === 'timeout') return;
    machine.heartbeat = heartbeatOf(told, machine.path, unread);
  }
}

/** '' where the file was read and does not say. */
function giveKeys(machines: readonly VmwareMachine[], text: string): void {
  const byFile = new Map<number, string[]>();
  for (const line of text.split('\n')) {
    const match = /^(\d{1,3}):(.*)$/.exec(line);
    if (match) byFile.set(Number(match[1]), [...(byFile.get(Number(match[1])) ?? []), match[2] ?? '']);
  }
  for (const [at, machine] of machines.entries()) {
    const lines = byFile.get(at + 1);
    if (!lines) continue;
    const values = readVmx(lines.join('\n'));
    machine.uuidAction = (values.get('uuid.action') ?? '').slice(0, 64);
    machine.autostart = (values.get('autostart') ?? '').slice(0, 64);
  }
}

/** A machine that was stopped meanwhile, or has no tools, has no heartbeat to tell; anything else is unread. */
function heartbeatOf(answer: Answer, path: string, unread: string[]): number | null {
  const lines = linesOf(answer.stdout);
  const told = lines.length === 1 ? methodOf(lines[0] ?? '') : null;
  if (answer.status === 'ok' && told?.method === 'getheartbeat' && /^\d{1,12}$/.test(told.value)) return Number(told.value);
  const error = controlError(answer);
  if (!error || ![WRONG_STATE, NO_SUCH_MACHINE, NO_TOOLS].includes(error.code)) unread.push(`${path}: getheartbeat: ${error?.says ?? lines[0]?.trim() ?? 'nothing was printed'}`);
  return null;
}
