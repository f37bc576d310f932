// drbdadm 0.7: the tool that knows /etc/drbd.conf and runs drbdsetup for the resources in it.
import { ADM_COMMANDS, runDeferred } from './adm-commands.ts';
import type { AdmCommand, Deferred } from './adm-commands.ts';
import { GAVE_UP } from './adm-run.ts';
import type { AdmRun } from './adm-run.ts';
import { admUsage, dumpGlobal } from './adm-texts.ts';
import { minorOf, readConfig, sidesOf } from './config.ts';
import type { Config, Resource } from './config.ts';
import { linkOf } from './link.ts';
import type { Kernel } from './shapes.ts';
import { waitForAll } from './wait-all.ts';
import type { Activity } from '../schedule.ts';
import type { Call, Command } from '../shapes.ts';

/** Its exit codes. */
const EXIT = { syntax: 2, usage: 3, invalid: 10, failed: 20 } as const;
const CONFIG_FILES = ['/etc/drbd-07.conf', '/etc/drbd.conf'];

/** The program. */
export function drbdadm(kernel: Kernel): Command {
  return function* (call) {
    const words = readWords(call);
    if ('says' in words) {
      call.err(words.says);
      return EXIT.failed;
    }
    const [name, ...args] = words.rest;
    if (name === undefined || name.startsWith('help')) return usage(call, kernel, call.argv.length === 1 ? 'missing arguments' : '');
    const command = ADM_COMMANDS[name];
    if (!command && !['wait_con_int', 'sh-resources', 'sh-mod-parms'].includes(name)) {
      call.err(`Unknown command '${name}'.\n`);
      return EXIT.usage;
    }
    const setup = (call.argv[0] ?? '').replace(/drbdadm$/, 'drbdsetup');
    const run: AdmRun = { kernel, call, isDry: words.isDry, setup, passedOn: words.passedOn };
    const read = readFile(call, words.file);
    if (typeof read === 'number') return read;
    if (!isValid(run, read.config, read.file, command?.verifiesIps ?? name === 'wait_con_int')) return EXIT.invalid;
    if (read.config.resources.length === 0) {
      call.err('no resources defined!\n');
      return 0;
    }
    return command ? yield* forResources(run, command, read.config, name, args) : yield* forAll(run, read.config, name);
  };
}

function usage(call: Call, kernel: Kernel, more: string): number {
  call.out(admUsage(kernel.versionLines, more));
  return EXIT.usage;
}

interface Words {
  isDry: boolean;
  file: string | null;
  passedOn: string[];
  rest: string[];
}

/** Options may stand anywhere before `--`; what begins with a dash right behind it is drbdsetup's. */
function readWords({ argv }: Call): Words | { says: string } {
  const words: Words = { isDry: false, file: null, passedOn: [], rest: [] };
  const end = argv.indexOf('--');
  const own = argv.slice(1, end < 0 ? argv.length : end);
  for (let index = 0; index < own.length; index += 1) {
    const word = own[index] ?? '';
    if (word === '-d' || word === '--dry-run') words.isDry = true;
    else if (['-c', '--config-file', '-s', '--drbdsetup'].includes(word)) {
      index += 1;
      if (word === '-c' || word === '--config-file') words.file = own[index] ?? null;
    } else if (word.startsWith('--config-file=')) words.file = word.slice(14);
    else if (word.startsWith('-')) return { says: `drbdadm: ${word.startsWith('--') ? `unrecognized option \`${word}'` : `invalid option -- ${word.slice(1)}`}\ntry 'drbdadm help'\n` };
    else words.rest.push(word);
  }
  const behind = end < 0 ? [] : [...argv.slice(end + 1)];
  if (words.rest.length === 0) while (behind[0]?.startsWith('-')) words.passedOn.push(behind.shift() ?? '');
  words.rest.push(...behind);
  return words;
}

function readFile(call: Call, wanted: string | null): { config: Config; file: string } | number {
  const file = wanted ?? CONFIG_FILES.find((path) => call.node.files.read(path) !== null);
  const text = file === undefined ? null : call.node.files.read(file);
  if (file === undefined || text === null) {
    call.err(wanted === null ? "Can not open '/etc/drbd.conf': No such file or directory\n" : `Can not open '${wanted}'.\n.`);
    return wanted === null ? EXIT.invalid : EXIT.failed;
  }
  const reading = readConfig(text);
  if (reading.ok) return { config: reading.config, file };
  call.err(`${file}:${reading.line}: ${reading.says}\n`);
  return EXIT.syntax;
}

function isValid(run: AdmRun, config: Config, file: string, verifiesIps: boolean): boolean {
  const { call } = run;
  let isFine = true;
  const complain = (line: number, text: string): void => {
    call.err(`${file}:${line}: ${text}\n`);
    isFine = false;
  };
  for (const resource of config.resources) {
    const { me, peer } = sidesOf(resource, call.node.name);
    const where = `in resource ${resource.name}`;
    if (resource.protocol === null) complain(resource.line, `${where}:\n\tprotocol definition missing.`);
    if (!me) complain(resource.line, `${where}:\n\tmissing section 'on ${call.node.name} { ... }'.`);
    if (!peer) complain(resource.line, `${where}:\n\tmissing section 'on <PEER> { ... }'.`);
    if (me && peer && verifiesIps && config.verifiesIps && !run.isDry && linkOf(call.node, me.address) === null) complain(me.line, `${where}, on ${me.name}:\n\tIP ${me.address} not found on this host.`);
  }
  return isFine;
}

function* forResources(run: AdmRun, command: AdmCommand, config: Config, name: string, args: readonly string[]): Activity<number> {
  const { call } = run;
  const isDump = name === 'dump';
  if (args.length === 0 && !isDump) return usage(call, run.kernel, 'missing arguments');
  const isAll = args.length === 0 || args[0] === 'all';
  if (isAll && isDump) call.out(dumpGlobal(config));
  const deferred: Deferred = { attach: [], syncer: [], connect: [] };
  for (const wanted of isAll ? config.resources.map((one) => one.name) : args) {
    const resource: Resource | undefined = config.resources.find((one) => one.name === wanted);
    if (!resource) {
      call.err(`'${wanted}' not defined in your config.\n`);
      return EXIT.usage;
    }
    const exit = yield* command.act(run, resource, deferred);
    if (exit === GAVE_UP) return EXIT.failed;
    if (exit !== 0) {
      call.err(isAll ? `drbdsetup exited with code ${exit}\n` : 'drbdadm aborting\n');
      return EXIT.failed;
    }
  }
  return yield* runDeferred(run, deferred);
}

function* forAll(run: AdmRun, config: Config, name: string): Activity<number> {
  if (name === 'wait_con_int') return yield* waitForAll(run, config);
  if (name === 'sh-resources') run.call.out(`${config.resources.map((one) => one.name).join(' ')}\n`);
  else run.call.out(`minor_count=${minorCount(config, run.call.node.name)}\n`);
  return 0;
}

/** How many devices the module is loaded with: as many as the highest number needs. */
export function minorCount(config: Config, node: string): number {
  const highest = Math.max(0, ...config.resources.map((one) => minorOf(sidesOf(one, node).me?.device ?? '')));
  return config.minorCount ?? Math.max(highest + 1, config.resources.length);
}
