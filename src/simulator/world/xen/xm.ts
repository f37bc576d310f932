// The programs xm and xentop of Xen 3.0: their words, their refusals, their exit codes.
import type { Guests } from '../guests/guests.ts';
import type { Activity } from '../schedule.ts';
import type { Call, Command, SimNode, World } from '../shapes.ts';
import { parseXenConfig } from './config.ts';
import type { Shown } from './forms.ts';
import { infoText, isKnown, isNamed, listText, longText, topText, vcpuText } from './forms.ts';
import type { XenDomain, XenHost, XenMemory } from './host.ts';

/** What the programs work on. */
export interface XenParts {
  world: World;
  guests: Guests;
  memory: XenMemory;
  hostOf(node: SimNode): XenHost;
}

const SUBCOMMANDS = ['console', 'create', 'destroy', 'info', 'list', 'pause', 'reboot', 'shutdown', 'top', 'unpause', 'vcpu-list'];
const USAGE = `Usage: xm <subcommand> [args]\n    Control, list, and manipulate Xen guest instances\n\nxm common subcommands:\n${SUBCOMMANDS.map((name) => `    ${name}\n`).join('')}`;
const NO_XEND = 'Error: Unable to connect to xend: No such file or directory. Is xend running?\n';
/** Between two looks of a waiting `xm shutdown -w`, and of xentop, ms. */
const LOOK_MS = 1000;
const SCREEN_MS = 3000;

/** `xm SUBCOMMAND ...`; errors are printed as `Error: ...` on stderr, with exit 1. */
export function xmCommand(parts: XenParts): Command {
  return function* (call) {
    const [, word = '', ...args] = call.argv;
    const host = parts.hostOf(call.node);
    if (word === '') return fail(call, USAGE);
    if (word === 'help' || word === '--help') return tell(call, USAGE);
    if (!SUBCOMMANDS.includes(word)) return fail(call, `Error: Sub Command ${word} not found!\n${USAGE}`);
    if (word === 'top') return yield* xentop(parts, call, ['-b', '-i', '1', ...args]);
    if (!host.xend) return fail(call, NO_XEND);
    if (word === 'create') return yield* create(host, call, args);
    if (word === 'list') return list(parts, call, args);
    if (word === 'info') return tell(call, infoText(shown(parts, call.node)));
    if (word === 'vcpu-list') return tell(call, vcpuText(shown(parts, call.node)));
    return yield* ofDomains(parts, call, word, args);
  };
}

/** `xentop`; without -b it is one screen too, as there is no terminal to draw on. It needs no xend. */
export function xentopCommand(parts: XenParts): Command {
  return (call) => xentop(parts, call, call.argv.slice(1));
}

function* xentop(parts: XenParts, call: Call, args: readonly string[]): Activity<number> {
  const option = (flag: string, otherwise: number): number => {
    const at = args.indexOf(flag);
    return at < 0 ? otherwise : Number(args[at + 1]) || otherwise;
  };
  const everyMs = option('-d', SCREEN_MS / 1000) * 1000;
  const last = new Map<string, number>();
  for (let screen = 0; screen < Math.min(option('-i', 1), 100); screen += 1) {
    if (screen > 0) yield everyMs;
    call.out(topText(shown(parts, call.node), (name, seconds) => {
      const before = last.get(name);
      last.set(name, seconds);
      return before === undefined ? 0 : ((seconds - before) * 100_000) / everyMs;
    }));
  }
  return 0;
}

function* create(host: XenHost, call: Call, args: readonly string[]): Activity<number> {
  const words = args.filter((arg) => !arg.startsWith('-'));
  const more = words.filter((word) => /^\w+=/.test(word));
  const file = words.find((word) => !more.includes(word));
  if (file === undefined) return fail(call, "Error: No configuration file given\nUsage: xm create <ConfigFile> [options] [vars]\n");
  const found = [file, `/etc/xen/${file}`].find((path) => path.startsWith('/') && call.node.read(path) !== null);
  if (found === undefined) return fail(call, `Error: Cannot open config file "${file}"\n`);
  call.out(`Using config file "${found}".\n`);
  const made = yield* host.create(parseXenConfig(call.node.read(found) ?? '', more));
  if (typeof made === 'string') return fail(call, `Error: ${made}\n`);
  call.out(`Started domain ${made.config.name}\n`);
  if (args.includes('-c')) call.out(consoleText(made));
  return 0;
}

function list(parts: XenParts, call: Call, args: readonly string[]): number {
  const names = args.filter((arg) => !arg.startsWith('-'));
  const missing = names.find((name) => !isKnown(parts.hostOf(call.node), name));
  if (missing !== undefined) return fail(call, unknown(missing));
  const isLong = args.includes('-l') || args.includes('--long');
  return tell(call, (isLong ? longText : listText)(shown(parts, call.node), names));
}

/** destroy, pause, unpause, reboot, shutdown, console: of one domain, or of all with -a. */
function* ofDomains(parts: XenParts, call: Call, word: string, args: readonly string[]): Activity<number> {
  const host = parts.hostOf(call.node);
  const name = args.find((arg) => !arg.startsWith('-'));
  const all = args.includes('-a') && (word === 'shutdown' || word === 'reboot');
  if (name === undefined && !all) return fail(call, `Error: 'xm ${word}' requires 1 argument!\nUsage: xm ${word} <Domain>\n`);
  if (name === 'Domain-0' || name === '0') return fail(call, `Error: Domain 0 cannot be ${word === 'console' ? 'attached to' : 'changed by xm'}\n`);
  const domains = host.domains.filter((domain) => all || isNamed(domain, name ?? ''));
  if (domains.length === 0 && name !== undefined) return fail(call, unknown(name));
  for (const domain of domains) act(parts, call, domain, word, args);
  if (word === 'shutdown' && args.includes('-w')) yield* waitFor(parts, call, domains, all);
  return 0;
}

function act(parts: XenParts, call: Call, domain: XenDomain, word: string, args: readonly string[]): void {
  const host = parts.hostOf(call.node);
  const { instance } = domain;
  if (word === 'destroy') host.destroy(domain);
  else if (word === 'pause' && instance.state === 'running') parts.guests.put(instance, 'paused');
  else if (word === 'unpause' && instance.state === 'paused') parts.guests.put(instance, 'running');
  else if (word === 'console') call.out(consoleText(domain));
  else if (word === 'reboot' || (word === 'shutdown' && args.includes('-R'))) host.ask(domain, 'reboot');
  else if (word === 'shutdown') host.ask(domain, 'poweroff');
}

function* waitFor(parts: XenParts, call: Call, domains: readonly XenDomain[], all: boolean): Activity<void> {
  const host = parts.hostOf(call.node);
  let left = [...domains];
  while (left.length > 0) {
    yield parts.world.takes(LOOK_MS);
    for (const domain of left) if (!host.domains.includes(domain)) call.out(`Domain ${domain.config.name} terminated\n`);
    left = left.filter((domain) => host.domains.includes(domain));
  }
  if (all) call.out('All domains terminated\n');
}

function consoleText(domain: XenDomain): string {
  return domain.instance.state === 'running' ? `\n${domain.config.name} login: \n` : '\n';
}

function shown({ world, guests, memory, hostOf }: XenParts, node: SimNode): Shown {
  return { host: hostOf(node), guests, memory, nowMs: node.clock(), upMs: world.schedule.now() - node.bootedAt };
}

function unknown(name: string): string {
  return `Error: Domain '${name}' does not exist.\n`;
}

function tell(call: Call, text: string): number {
  call.out(text);
  return 0;
}

function fail(call: Call, text: string): number {
  call.err(text);
  return 1;
}
