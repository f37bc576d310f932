// The command line as a value. Strict: an unknown option or command is refused with the nearest ones.
import { parseArgs } from 'node:util';
import { choice, near } from '../monitor/near.ts';
import { EXIT, refuse } from './exit-codes.ts';
import type { Refusal } from './exit-codes.ts';

export const COMMANDS = ['status', 'watch', 'parse', 'doctor', 'demo', 'help'] as const;
/** Commands of the contract that later versions bring. */
export const LATER_COMMANDS: readonly string[] = ['plan', 'run', 'resume', 'runs', 'log', 'record', 'replay'];

export type CommandName = (typeof COMMANDS)[number] | 'cockpit' | 'version';

/** What was asked for. Options a command does not take are refused before, so each field is meant. */
export interface Invocation {
  ok: true;
  command: CommandName;
  /** Clusters, nodes, hosts; for `parse` the probe and the file; for `demo` the scene. */
  words: string[];
  inventory: string | null;
  color: 'auto' | 'always' | 'never';
  ascii: boolean;
  size: { columns: number; rows: number } | null;
  json: boolean;
  oneline: boolean;
  list: boolean;
  serve: boolean;
  /** `demo --hurry N`: 1 to 100. */
  hurry: number;
  /** `demo --seed N`; null: one of the demo's own. */
  seed: number | null;
  drill: string | null;
  /** `parse --exit N`: the exit status the captured tool ended with. */
  exit: number;
  /** `parse --stderr FILE`: what the captured tool wrote to stderr. */
  stderr: string | null;
}

const OPTIONS = {
  inventory: { type: 'string' },
  color: { type: 'string' },
  ascii: { type: 'boolean' },
  size: { type: 'string' },
  help: { type: 'boolean', short: 'h' },
  version: { type: 'boolean', short: 'V' },
  json: { type: 'boolean' },
  oneline: { type: 'boolean' },
  list: { type: 'boolean' },
  serve: { type: 'boolean' },
  hurry: { type: 'string' },
  seed: { type: 'string' },
  drill: { type: 'string' },
  exit: { type: 'string' },
  stderr: { type: 'string' },
} as const;

/** Options of each command beside --help, --version, --inventory, --color. */
const TAKES: Readonly<Record<CommandName, readonly string[]>> = {
  cockpit: ['ascii', 'size'],
  status: ['json', 'oneline', 'ascii'],
  watch: ['json'],
  parse: ['exit', 'stderr', 'list', 'json'],
  doctor: ['json', 'ascii'],
  demo: ['ascii', 'size', 'list', 'json', 'serve', 'hurry', 'seed', 'drill'],
  help: [],
  version: [],
};
const EVERYWHERE: readonly string[] = ['help', 'version', 'inventory', 'color'];

/** Reads the arguments (without the two of Node). Never throws for what stands in them. */
export function parseCommandLine(args: readonly string[]): Invocation | Refusal {
  const loose = parseArgs({ args: [...args], options: OPTIONS, allowPositionals: true, strict: false, tokens: true });
  const tokens: readonly Token[] = loose.tokens;
  const command = commandOf(tokens);
  if (typeof command !== 'string') return command;
  for (const token of tokens) {
    if (token.kind !== 'option') continue;
    const problem = optionProblem(token, command);
    if (problem !== null) return refuse(EXIT.usage, problem);
  }
  const { values, positionals } = parseArgs({ args: [...args], options: OPTIONS, allowPositionals: true, strict: true });
  const words = command === 'cockpit' || command === 'version' ? positionals : positionals.slice(1);
  const control = words.find((word) => word === '' || /\p{Cc}/u.test(word));
  if (control !== undefined) return refuse(EXIT.usage, 'a word on the command line is empty or holds control characters; name clusters, nodes or hosts');
  const color = values.color ?? 'auto';
  if (color !== 'auto' && color !== 'always' && color !== 'never') return refuse(EXIT.usage, `--color ${short(color)} is not known; there are auto, always and never`);
  const size = values.size === undefined ? null : sizeOf(values.size);
  if (typeof size === 'string') return refuse(EXIT.usage, size);
  const exit = values.exit === undefined ? 0 : Number(values.exit);
  if (!/^\d{1,3}$/.test(values.exit ?? '0') || exit > 255) return refuse(EXIT.usage, `--exit ${short(values.exit ?? '')} is no exit status; write a number from 0 to 255`);
  const hurry = wholeNumber('hurry', values.hurry, 1, 100);
  if (typeof hurry === 'string') return refuse(EXIT.usage, hurry);
  const seed = wholeNumber('seed', values.seed, 0, 4_294_967_295);
  if (typeof seed === 'string') return refuse(EXIT.usage, seed);
  return {
    ok: true,
    command: values.version === true ? 'version' : values.help === true ? 'help' : command,
    words: values.help === true && command !== 'cockpit' && command !== 'help' ? [command] : words,
    inventory: values.inventory ?? null,
    color,
    ascii: values.ascii ?? false,
    size,
    json: values.json ?? false,
    oneline: values.oneline ?? false,
    list: values.list ?? false,
    serve: values.serve ?? false,
    hurry: hurry ?? 1,
    seed,
    drill: values.drill ?? null,
    exit,
    stderr: values.stderr ?? null,
  };
}

/** The tokens of node:util's parseArgs, as far as they are looked at. */
type OptionToken = { kind: 'option'; name: string; rawName: string; value: string | undefined; inlineValue: boolean | undefined };
type Token = OptionToken | { kind: 'positional'; value: string } | { kind: 'option-terminator' };

/** The first word is a command if it is one; after `--` it is a node, a cluster or a host. */
function commandOf(tokens: readonly Token[]): CommandName | Refusal {
  const first = tokens.find((token) => token.kind !== 'option');
  if (first?.kind !== 'positional') return 'cockpit';
  const command = COMMANDS.find((name) => name === first.value);
  if (command) return command;
  if (LATER_COMMANDS.includes(first.value)) return refuse(EXIT.usage, `${first.value} is not in this version yet; there are ${choice([...COMMANDS])} (a node of that name: crashcart -- ${first.value})`);
  return 'cockpit';
}

function optionProblem(token: OptionToken, command: CommandName): string | null {
  const allowed = [...EVERYWHERE, ...TAKES[command]];
  const known = Object.entries(OPTIONS).find(([name]) => name === token.name)?.[1];
  const where = command === 'cockpit' ? 'here' : `by ${command}`;
  if (!known || !allowed.includes(token.name)) {
    const offered = near(token.name, allowed, 8).map((name) => `--${name}`);
    return `option ${short(token.rawName)} is not taken ${where}; there ${offered.length === 1 ? 'is' : 'are'} ${choice(offered)}`;
  }
  if (known.type === 'boolean' && token.value !== undefined) return `option ${token.rawName} takes no value; write ${token.rawName} alone`;
  if (known.type === 'string' && (token.value === undefined || token.value === '' || (!token.inlineValue && token.value.startsWith('-')))) {
    return `option ${token.rawName} needs a value; write ${token.rawName}=VALUE`;
  }
  return null;
}

function sizeOf(text: string): { columns: number; rows: number } | string {
  const [, columns, rows] = /^(\d{1,4})x(\d{1,4})$/.exec(text) ?? [];
  if (columns === undefined || rows === undefined || Number(columns) < 1 || Number(rows) < 1) return `--size ${short(text)} is no size; write COLUMNSxROWS, as in --size 80x24`;
  return { columns: Number(columns), rows: Number(rows) };
}

/** Null where the option is not there; a sentence where it is no such number. */
function wholeNumber(option: string, text: string | undefined, least: number, most: number): number | string | null {
  if (text === undefined) return null;
  const number = Number(text);
  if (/^\d{1,10}$/.test(text) && number >= least && number <= most) return number;
  return `--${option} ${short(text)} is not taken; write a whole number from ${least} to ${most}`;
}

function short(text: string): string {
  return text.replace(/\p{C}/gu, '?').slice(0, 40);
}
