// The machines of a VMware Server host, from vmware-cmd.
import type { DomainState, VmwareList, VmwareMachine } from '../model/facts.ts';
import type { Answer, CommandProbe, Conversation } from './probe.ts';
import { firstLine, refusal, statusRefusal, textOf } from './refusal.ts';
import type { Refusal } from './refusal.ts';
import { controlError, isMachinePath, linesOf, methodOf, NO_SUCH_MACHINE, notUnderstood, vmwareRefusal, WRONG_STATE } from './vmware-cmd-answer.ts';
import { askMore } from './vmware-cmd-more.ts';

const MIB = 1_048_576;
/** Bounds on what a node can make us ask: 1 + 64 * 2 + 32 * 2 + 1 commands, and one for all .vmx files. */
const MOST_MACHINES = 64;
const MOST_NAMED = 32;
/** What these leave of this many commands goes to heartbeats. */
const MOST_COMMANDS = 195;
/** Longest name that a screen shall carry. */
const NAME_LENGTH = 128;

/**
 * Asks for the list, then of every machine its state and, where it is on or stuck, its uptime; then names and memory,
 * and last the version. States come first: a name that hangs hides none. Each of these is a program started on the
 * node, and no answer is kept from one time to the next: names are asked of the first 32 machines that are here, the
 * others are called after their file. Last comes what can wait: uuid.action, questions, heartbeats.
 */
export const vmwareCmd: CommandProbe<'vmware-cmd'> = {
  name: 'vmware-cmd',
  kind: 'commands',
  everySeconds: 10,
  deadlineSeconds: 8,
  ask,
};

function* ask(): Conversation<VmwareList> {
  const answer = yield ['vmware-cmd', '-l'];
  const unread: string[] = [];
  const paths = pathsOf(answer, unread);
  if (!Array.isArray(paths)) return paths;
  if (paths.length === 0) {
    const refused = withoutMachines(answer, yield ['id', '-u']);
    if (refused) return refused;
  }
  const machines = paths.map((path): VmwareMachine => ({ path, name: fileName(path), state: 'unknown', uptimeSeconds: null, memoryBytes: null, heartbeat: null, question: null, uuidAction: null }));
  if (!(yield* askAll(machines, unread))) return { answered: true, facts: { version: null, machines }, unread };
  const product = yield ['vmware', '-v'];
  const version = versionOf(product, unread);
  const here = machines.filter((one) => one.state !== null).slice(0, MOST_NAMED);
  const up = machines.filter((one) => one.state === 'running' || one.state === 'stuck').length;
  if (product.status !== 'timeout') yield* askMore(here, Math.max(0, MOST_COMMANDS - 3 - machines.length - up - 2 * here.length), unread);
  return { answered: true, facts: { version, machines }, unread };
}

/** Fills in what the machines answer; false where a command hung, after which nothing more may be asked. */
function* askAll(machines: readonly VmwareMachine[], unread: string[]): Generator<readonly string[], boolean, Answer> {
  for (const [at, machine] of machines.entries()) {
    if ((yield* askState(machine, unread)) === 'hung') {
      for (const { path } of machines.slice(at + 1)) unread.push(`${path}: not asked, as vmware-cmd hung before`);
      return false;
    }
  }
  for (const machine of machines.filter((one) => one.state !== null).slice(0, MOST_NAMED)) {
    if ((yield* askConfig(machine, unread)) === 'hung') return false;
  }
  return true;
}

/** One command at a time; how the last of them went. */
type Asking = Generator<readonly string[], 'answered' | 'hung', Answer>;

function* askState(machine: VmwareMachine, unread: string[]): Asking {
  const { path } = machine;
  const told = yield ['vmware-cmd', path, 'getstate'];
  machine.state = stateOf(told, path, unread);
  if (told.status === 'timeout') return 'hung';
  if (machine.state !== 'running' && machine.state !== 'stuck') return 'answered';
  const up = yield ['vmware-cmd', path, 'getuptime'];
  // What waits for an answer may have no uptime to tell.
  if (machine.state !== 'stuck' || !printedError(up)) machine.uptimeSeconds = numberOf(path, valueOf(up, path, 'getuptime', '', unread), unread);
  return up.status === 'timeout' ? 'hung' : 'answered';
}

function* askConfig(machine: VmwareMachine, unread: string[]): Asking {
  const { path } = machine;
  const named = yield ['vmware-cmd', path, 'getconfig', 'displayName'];
  machine.name = nameOf(path, valueOf(named, path, 'getconfig', 'displayName', unread), unread) ?? machine.name;
  if (named.status === 'timeout') return 'hung';
  const sized = yield ['vmware-cmd', path, 'getconfig', 'memsize'];
  const mebibytes = numberOf(path, valueOf(sized, path, 'getconfig', 'memsize', unread), unread);
  machine.memoryBytes = mebibytes === null ? null : mebibytes * MIB;
  return sized.status === 'timeout' ? 'hung' : 'answered';
}

/** The paths of `-l`; what is no path is unread. Nothing printed is no machine, unless the program says otherwise. */
function pathsOf(answer: Answer, unread: string[]): string[] | Refusal {
  const lines = linesOf(answer.stdout).map((line) => line.replace(/\r$/, ''));
  const paths = [...new Set(lines.filter(isMachinePath))];
  const refused = paths.length === 0 || answer.status !== 'ok' ? vmwareRefusal(answer, 'vmware-cmd -l') : null;
  if (refused) return refused;
  if (answer.exit !== 0 && answer.exit !== null) return refusal('no-answer', `vmware-cmd -l ended with ${answer.exit}: ${firstLine(answer.stderr) ?? 'no reason given'}`, answer);
  if (paths.length === 0 && lines.length > 0) return notUnderstood(answer, 'vmware-cmd -l: not understood');
  unread.push(...lines.filter((line) => !isMachinePath(line)), ...paths.slice(MOST_MACHINES));
  return paths.slice(0, MOST_MACHINES);
}

/** Other accounts than root do not see the machines of root: an empty list of theirs says nothing. */
function withoutMachines(list: Answer, id: Answer): Refusal | null {
  if (id.status === 'timeout') return refusal('no-answer', 'id -u: no answer before the deadline', id);
  const number = /^\s*(\d+)\s*$/.exec(id.stdout)?.[1];
  return number === undefined || number === '0' ? null : refusal('forbidden', 'vmware-cmd -l lists no machine, but only root sees all, and this account is not root', list);
}

const STATES: Readonly<Record<string, DomainState>> = { on: 'running', off: 'off', suspended: 'suspended', stuck: 'stuck' };

/** null: the machine is not here. A word, error or silence that is not understood is `unknown`, and unread. */
function stateOf(answer: Answer, path: string, unread: string[]): DomainState | null {
  if (printedError(answer)?.code === NO_SUCH_MACHINE) return null;
  const word = valueOf(answer, path, 'getstate', '', unread);
  if (word === null) return 'unknown';
  const state = Object.hasOwn(STATES, word) ? STATES[word] : undefined;
  if (state === undefined) unread.push(`${path}: getstate() = ${word}`);
  return state ?? 'unknown';
}

/**
 * The value of this method (and this key: VMware minds no case), '' for a key that is not set; null: none, and why is
 * unread. A machine that was stopped or unmounted since its state was told is no riddle: the next look tells it.
 */
function valueOf(answer: Answer, path: string, method: string, argument: string, unread: string[]): string | null {
  const what = `${path}: ${method}${argument === '' ? '' : ` ${argument}`}`;
  const error = printedError(answer);
  if (method !== 'getstate' && (error?.code === WRONG_STATE || error?.code === NO_SUCH_MACHINE)) return null;
  const why = statusRefusal(answer, what)?.why ?? error?.says;
  if (why !== undefined) {
    unread.push(why.startsWith(what) ? why : `${what}: ${why}`);
    return null;
  }
  const lines = linesOf(answer.stdout);
  const told = lines.flatMap((line) => methodOf(line) ?? []);
  const mine = told.filter((one) => one.method === method && one.argument.toLowerCase() === argument.toLowerCase());
  const only = mine.length === 1 && told.length === 1 ? mine[0] : undefined;
  for (const line of lines) if (line !== only?.line) unread.push(`${what}: ${line.trim()}`);
  if (lines.length === 0) unread.push(`${what}: ${firstLine(answer.stderr) ?? 'nothing was printed'}`);
  return only?.value ?? null;
}

/** An error, where no value was printed: values may hold any text. */
function printedError(answer: Answer): ReturnType<typeof controlError> {
  return linesOf(answer.stdout).some((line) => methodOf(line)) ? null : controlError(answer);
}

/** A count as printed; a key that is not set has none. */
function numberOf(path: string, text: string | null, unread: string[]): number | null {
  if (text === null || text === '') return null;
  if (/^\d{1,12}$/.test(text)) return Number(text);
  unread.push(`${path}: not a number: ${text}`);
  return null;
}

function nameOf(path: string, text: string | null, unread: string[]): string | null {
  if (text === null || text === '') return null;
  if (text.length <= NAME_LENGTH && !/[\u0000-\u001f\u007f-\u009f]/.test(text)) return text;
  unread.push(`${path}: not a name: ${text}`);
  return null;
}

/** What a machine is called whose displayName cannot be read. */
function fileName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1).replace(/\.(?:vmx|cfg)$/i, '');
}

/** `VMware Server 1.0.1 build-29996`; null where it does not say. */
function versionOf(answer: Answer, unread: string[]): string | null {
  if (answer.status === 'absent' || answer.exit === 127) return null;
  const missing = statusRefusal(answer, 'vmware -v');
  const line = firstLine(answer.stdout);
  const version = missing ? undefined : /^VMware (?:GSX |ESX )?Server (\d[\w.]{0,30})(?: build-\w+)?(?: .*)?$/.exec(line ?? '')?.[1];
  if (version === undefined) unread.push(missing?.why ?? `vmware -v: ${firstLine(textOf(answer)) ?? 'nothing was printed'}`);
  return version ?? null;
}
