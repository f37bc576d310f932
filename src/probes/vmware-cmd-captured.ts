// `crashcart parse vmware-cmd`: one captured answer, told apart by its own words.
import type { CapturedParser } from './probe.ts';
import { refusal } from './refusal.ts';
import { isMachinePath, linesOf, methodOf, notUnderstood, vmwareRefusal } from './vmware-cmd-answer.ts';
import type { Method } from './vmware-cmd-answer.ts';
import { printedQuestion } from './vmware-question.ts';

/**
 * The contract's `answer` (the method; `list` for -l) and `value` (null where it is not understood), beside them
 * `argument`, what stands in the brackets, and the `choices` of a question. With -q only a value is printed, and a bare word may be anybody's: unread.
 */
export const capturedVmwareCmd: CapturedParser = {
  name: 'vmware-cmd',
  reads: 'one answer of vmware-cmd: method(argument) = value, or the list of -l',
  parse(answer) {
    const question = answer.status === 'ok' ? printedQuestion(answer.stdout) : null;
    if (question) return { answered: true, answer: 'answer', argument: null, value: question.text, choices: question.choices, unread: [] };
    const lines = linesOf(answer.stdout);
    const methods = lines.flatMap((line) => methodOf(line) ?? []);
    const [method] = methods;
    if (method && answer.status === 'ok') {
      if (methods.length > 1) return refusal('unreadable', `${methods.length} answers of vmware-cmd, not one: ${method.line.trim()}`, answer);
      const { value, understood } = valueOf(method);
      const unread = lines.filter((line) => line !== method.line || !understood);
      return { answered: true, answer: method.method, argument: method.argument === '' ? null : method.argument, value, unread };
    }
    const refused = vmwareRefusal(answer, 'vmware-cmd');
    if (refused) return refused;
    const paths = lines.filter(isMachinePath);
    if (paths.length === 0) return notUnderstood(answer, 'not an answer of vmware-cmd');
    if (answer.exit !== 0 && answer.exit !== null) return refusal('no-answer', `vmware-cmd -l ended with ${answer.exit}`, answer);
    return { answered: true, answer: 'list', argument: null, value: paths, unread: lines.filter((line) => !isMachinePath(line)) };
  },
};

/** Words of `getstate`. */
const STATES = new Set(['on', 'off', 'suspended', 'stuck']);
const NUMBERS = new Set(['getuptime', 'getheartbeat', 'getid', 'getpid', 'gettoolslastactive']);
/** What was done tells 1. */
const DONE = new Set(['start', 'stop', 'suspend', 'reset', 'register', 'unregister', 'setconfig', 'setguestinfo', 'connectdevice', 'disconnectdevice']);
/** Any text, and none at all. */
const TEXTS = new Set(['getconfig', 'getguestinfo', 'getproductinfo', 'getconfigfile', 'getresource', 'getremoteconnections', 'answer']);

function valueOf({ method, value }: Method): { value: string | number | null; understood: boolean } {
  if (NUMBERS.has(method)) return /^\d{1,15}$/.test(value) ? { value: Number(value), understood: true } : { value: null, understood: false };
  if (method === 'getstate') return STATES.has(value) ? { value, understood: true } : { value: null, understood: false };
  if (DONE.has(method)) return /^\d{1,6}$/.test(value) ? { value, understood: true } : { value: null, understood: false };
  // A method that is not known says its name and value, but what they mean is not known.
  return { value, understood: TEXTS.has(method) };
}
