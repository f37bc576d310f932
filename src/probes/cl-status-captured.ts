// `crashcart parse cl-status`: one captured answer of cl_status, told apart by its own words.
import type { Answer, CapturedParser } from './probe.ts';
import { HELD, LINK_WORDS, NODE_WORDS, daemonOf, isSafeName, signonRefusal } from './cl-status.ts';
import { complaintRefusal, firstLine, refusal, statusRefusal, textOf } from './refusal.ts';

/** The contract's `answer` (the sub-command, null where two print the same word) and `value`. */
export const capturedClStatus: CapturedParser = {
  name: 'cl-status',
  reads: 'the output of one cl_status sub-command',
  parse(answer) {
    const refused = statusRefusal(answer, 'cl_status') ?? signonRefusal(answer);
    if (refused) return refused;
    const told = tell(answer);
    if (told) return { answered: true, ...told, unread: [] };
    return complaintRefusal(answer, 'cl_status') ?? refusal('unreadable', `not an answer of cl_status: ${firstLine(textOf(answer)) ?? 'nothing was printed'}`, answer);
  },
};

interface Told {
  answer: string | null;
  value: string | string[];
}

/** Sentences of `-m`, the form for people. */
const SENTENCES: readonly [answer: string, pattern: RegExp][] = [
  ['rscstatus', /^This node is holding (\S+) resources\.$/],
  ['nodestatus', /^The cluster node \S+ is (\S+)$/],
  ['hblinkstatus', /^The node \S+'s heartbeat link \S+ is (\S+)$/],
  ['nodetype', /^The node \S+'s type: (\S+)$/],
  ['hbparameter', /^Heartbeat parameter \S+'s value: (.+)$/],
];

/** Names and addresses of nodes and ping nodes; links, indented, may be paths too. */
const HOST = /^[A-Za-z0-9_][A-Za-z0-9._:%-]*$/;

const CLIENT_WORDS = new Set(['online', 'offline', 'join', 'leave']);

function tell(answer: Answer): Told | null {
  const lines = answer.stdout.split('\n').filter((line) => line.trim() !== '');
  const [line = ''] = lines;
  if (lines.length === 0) return null;
  if (lines.length === 1) {
    const daemon = daemonOf(answer);
    if (typeof daemon === 'boolean') return { answer: 'hbstatus', value: daemon ? 'running' : 'stopped' };
    for (const [name, pattern] of SENTENCES) {
      const value = pattern.exec(line.trim())?.[1];
      if (value !== undefined) return { answer: name, value };
    }
    const single = line.startsWith('\t') ? null : oneWord(line.trim());
    if (single) return single;
  }
  if (!lines.every((each) => isSafeName(each.trim()))) return null;
  const names = lines.map((each) => each.trim());
  const indented = lines.filter((each) => each.startsWith('\t')).length;
  if (indented === lines.length) return { answer: 'listhblinks', value: names };
  return indented === 0 && names.every((name) => HOST.test(name)) ? { answer: 'listnodes', value: names } : null;
}

function oneWord(word: string): Told | null {
  // `dead` is said of nodes and links alike, and `up` of a link far more often than of a node that is starting.
  if (word === 'dead') return { answer: null, value: word };
  if (LINK_WORDS.has(word)) return { answer: 'hblinkstatus', value: word };
  // A ping node has the status and the type `ping`; the status is what is asked for.
  if (NODE_WORDS.has(word)) return { answer: 'nodestatus', value: word };
  if (HELD.has(word)) return { answer: 'rscstatus', value: word };
  if (word === 'normal') return { answer: 'nodetype', value: word };
  if (CLIENT_WORDS.has(word)) return { answer: 'clientstatus', value: word };
  if (/^\d+(?:ms|s)?$/.test(word)) return { answer: 'hbparameter', value: word };
  return null;
}
