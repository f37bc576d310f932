// What drbdadm 0.7 prints of itself and of its configuration.
import { sidesOf } from './config.ts';
import type { Config, Host, Option, Resource } from './config.ts';
import { toolVersion } from './setup-usage.ts';

/** The commands of the usage text, in its order. */
const SHOWN = [
  'attach', 'detach', 'connect', 'disconnect', 'up', 'down', 'primary', 'secondary', 'invalidate', 'invalidate_remote', 'resize', 'syncer', 'adjust',
  'wait_connect', 'state', 'cstate', 'dump', 'wait_con_int',
];

/** The whole usage; `more`: what was wrong, or ''. */
export function admUsage(versionLines: readonly [string, string], more: string): string {
  const commands = SHOWN.map((name, index) => (index % 2 === 0 ? ` ${name.padEnd(35)}` : `${name.padEnd(35)}\n`)).join('');
  return '\nUSAGE: drbdadm [OPTION...] [-- DRBDSETUP-OPTION...] COMMAND {all|RESOURCE...}\n\nOPTIONS:\n {--dry-run|-d}\n {--config-file|-c} val\n {--drbdsetup|-s} val\n' +
    `\nCOMMANDS:\n${commands}\n${toolVersion(versionLines)}\n${more === '' ? '' : `\n${more}\n`}`;
}

/** `global { ... }` of `dump`, where it is not all default. */
export function dumpGlobal({ minorCount, dialogRefresh, verifiesIps }: Config): string {
  const lines = [verifiesIps ? '' : 'disable-ip-verification;', minorCount === null ? '' : `minor-count ${minorCount};`, dialogRefresh === 1 ? '' : `dialog-refresh ${dialogRefresh};`].filter((line) => line !== '');
  return lines.length === 0 ? '' : `global {\n${lines.map((line) => `    ${line}\n`).join('')}}\n\n`;
}

/** One resource of `dump`. */
export function dumpResource(resource: Resource, node: string): string {
  const { me, peer } = sidesOf(resource, node);
  const head = [row(1, 'protocol', resource.protocol ?? ''), ...(resource.inconDegrCmd === null ? [] : [row(1, 'incon-degr-cmd', escaped(resource.inconDegrCmd))])];
  const sections = (['net', 'disk', 'syncer', 'startup'] as const).flatMap((name) => dumpOptions(name, resource[name]));
  return `resource ${escaped(resource.name)} {\n${[...head, ...dumpHost(me), ...dumpHost(peer), ...sections].join('\n')}\n}\n\n`;
}

function dumpHost(host: Host | null): string[] {
  if (!host) return ['      # No host section data available.'];
  const meta = host.metaIndex === '-1' ? row(2, 'meta-disk', 'internal') : `        ${'meta-disk'.padEnd(16)} ${escaped(host.metaDisk)} [${host.metaIndex}];`;
  return [`    on ${escaped(host.name)} {`, row(2, 'device', host.device), row(2, 'disk', host.disk), `        ${'address'.padEnd(16)} ${host.address}:${host.port};`, meta, '    }'];
}

function dumpOptions(name: string, options: readonly Option[]): string[] {
  if (options.length === 0) return [];
  return [`    ${name} {`, ...options.map((option) => (option.value === null ? `        ${option.name};` : row(2, option.name, option.value))), '    }'];
}

function row(indent: number, name: string, value: string): string {
  return `${' '.repeat(4 * indent)}${name.padEnd(24 - 4 * indent)} ${value.padStart(3)};`;
}

function escaped(text: string): string {
  if (text === '') return '""';
  return /[ \t\\]/.test(text) ? `"${text.replaceAll(/["\\]/g, '\\$&')}"` : text;
}
