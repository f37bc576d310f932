// The commands of drbdsetup 0.7 with their options, and its usage text.
import type { OptionSpec } from './options.ts';

export interface SetupCommand {
  name: string;
  args: readonly string[];
  /** Null: it takes none. */
  options: readonly OptionSpec[] | null;
}

const flag = (name: string, short: string): OptionSpec => ({ name, short, hasValue: false });
const valued = (name: string, short: string): OptionSpec => ({ name, short, hasValue: true });
const WAIT = [valued('wfc-timeout', 't'), valued('degr-wfc-timeout', 'd')];
const plain = (name: string): SetupCommand => ({ name, args: [], options: null });

/** In the order of the usage text. */
export const SETUP_COMMANDS: readonly SetupCommand[] = [
  { name: 'primary', args: [], options: [flag('human', 'h'), flag('do-what-I-say', 'd'), flag('timeout-expired', 't')] },
  plain('secondary'),
  { name: 'on_primary', args: [], options: [flag('inc-human', 'h'), flag('inc-timeout-expired', 't')] },
  { name: 'wait_sync', args: [], options: WAIT },
  { name: 'wait_connect', args: [], options: WAIT },
  plain('invalidate'), plain('invalidate_remote'),
  { name: 'syncer', args: [], options: [flag('use-csums', 'c'), flag('skip-sync', 'k'), valued('group', 'g'), valued('rate', 'r'), valued('al-extents', 'e')] },
  plain('down'), plain('detach'),
  {
    name: 'net', args: ['local_addr', 'remote_addr', 'protocol'],
    options: [
      valued('timeout', 't'), valued('max-epoch-size', 'e'), valued('max-buffers', 'b'), valued('unplug-watermark', 'u'), valued('connect-int', 'c'),
      valued('ping-int', 'i'), valued('sndbuf-size', 'S'), valued('ko-count', 'k'), valued('on-disconnect', 'd'),
    ],
  },
  { name: 'disk', args: ['lower_dev', 'meta_data_dev', 'meta_data_index'], options: [valued('size', 'd'), valued('on-io-error', 'e')] },
  { name: 'resize', args: [], options: [valued('size', 'd')] },
  plain('disconnect'), plain('state'), plain('cstate'), plain('show'),
];

/** The whole usage; `more`: what was wrong, or ''. */
export function setupUsage(versionLines: readonly [string, string], more: string): string {
  const commands = SETUP_COMMANDS.map((command) => `${commandUsage(command)}\n`).join('');
  return `\nUSAGE: drbdsetup device command arguments options\n\nDevice is usually /dev/drbdX or /dev/drbd/X.\nCommands, arguments and options are:\n${commands}` +
    '\nAvailable on-io-error handlers: pass_on, panic, detach\nAvailable on-disconnect handlers: reconnect, stand_alone, freeze_io' +
    `\n\n${toolVersion(versionLines)}\n${more === '' ? '' : `\n${more}\n`}`;
}

/** ` net local_addr remote_addr protocol [{--timeout|-t} val] ...`, broken before column 70. */
export function commandUsage({ name, args, options }: SetupCommand): string {
  const lines = [[` ${name}`, ...args].join(' ')];
  for (const { name: option, short, hasValue } of options ?? []) {
    const text = ` [{--${option}|-${short}}${hasValue ? ' val' : ''}]`;
    if ((lines.at(-1) ?? '').length + text.length >= 70) lines.push(text);
    else lines.push(`${lines.pop() ?? ''}${text}`);
  }
  return lines.join('\n\t');
}

/** `Version: 0.7.23 (api:79)` and the line of the build, as the tools end their usage. */
export function toolVersion([version, build]: readonly [string, string]): string {
  const [, release = '', api = ''] = /version: (\S+) \(api:(\d+)/.exec(version) ?? [];
  return `Version: ${release} (api:${api})\n${build}`;
}
