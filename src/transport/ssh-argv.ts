// The argument lists for the user's own ssh: pure. What we must be sure of stands on the command line, where it
// outranks every configuration file; everything else is the operator's own ssh_config.
import { sentence } from './sentence.ts';
import type { SshTarget } from './session.ts';

/** How a master asks: never (`strict`), or on the terminal, in the foreground (`ask`). */
export type Asking = 'strict' | 'ask';

/** What only very old servers still speak, asked for by `legacyAlgorithms`; group14 first, it costs least. */
export const legacy = {
  kex: ['diffie-hellman-group14-sha1', 'diffie-hellman-group-exchange-sha1', 'diffie-hellman-group1-sha1'],
  key: ['ssh-rsa', 'ssh-dss'],
  cipher: ['aes128-cbc', '3des-cbc'],
  mac: ['hmac-sha1', 'hmac-md5'],
} as const;

/** What the installed ssh knows (`ssh -Q`); an option that holds anything else is refused as a whole. */
export type Accepted = Record<keyof typeof legacy, readonly string[]>;

/** Loss of the connection is noticed within three seconds: one second of silence, then two unanswered questions. */
const options = [
  'ForwardAgent=no',
  'ForwardX11=no',
  'ClearAllForwardings=yes',
  'PermitLocalCommand=no',
  'RemoteCommand=none',
  'UpdateHostKeys=no',
  'ConnectTimeout=5',
  'ConnectionAttempts=1',
  'ServerAliveInterval=1',
  'ServerAliveCountMax=2',
  'NumberOfPasswordPrompts=1',
  'EscapeChar=none',
  // Else ssh would go into the background after the login, out of our reach and for as long as it says there.
  'ControlPersist=no',
  'LogLevel=INFO',
];

/**
 * What is wrong with a target, in one sentence, or null. A host name is never an option, never several words and
 * never something that the operator's own ProxyCommand (run by a shell) would take for more than a name.
 */
export function checkTarget(target: SshTarget): string | null {
  const words = { host: target.host, user: target.user, jump: target.jump };
  for (const [what, word] of Object.entries(words)) {
    if (word === undefined) continue;
    if (word === '' || word.startsWith('-') || /[\s\u0000-\u001f\u007f-\u009f'"`$\\;&<>|(){}*?!#]/.test(word)) {
      return sentence(`${target.name}: ${JSON.stringify(word.slice(0, 40))} is not a ${what} name for ssh`, `correct ssh: { ${what}: ... } in the inventory`);
    }
  }
  return null;
}

/** The master: logs in, runs nothing, and holds the connection for all channels. `proxy` is the way over a jump host. */
export function masterArgv(target: SshTarget, socket: string, asking: Asking, more: { proxy?: string; accepted?: Accepted } = {}): string[] {
  const own = [`BatchMode=${asking === 'strict' ? 'yes' : 'no'}`, `StrictHostKeyChecking=${asking === 'strict' ? 'yes' : 'ask'}`];
  const proxy = more.proxy === undefined ? [] : [`ProxyCommand=${more.proxy}`];
  const old = target.legacyAlgorithms === true && more.accepted ? legacyOptions(more.accepted) : [];
  return [...file(target), '-M', '-S', socket, '-N', '-T', ...asOptions([...own, ...proxy, ...options, ...old]), ...way(target), '--', target.host];
}

/**
 * One command on a master. No configuration is read: the connection is there. Without the ProxyCommand that always
 * fails, ssh would quietly open a new connection to port 22 when the master is gone. `log` takes what ssh itself
 * says, so that the command's stderr stays its own.
 */
export function channelArgv(socket: string, log: string, command: string): string[] {
  const dead = ['ControlMaster=no', 'ProxyCommand=/bin/false', 'IdentityFile=none', 'BatchMode=yes', 'EscapeChar=none', 'LogLevel=DEBUG2'];
  return ['-F', '/dev/null', '-S', socket, '-E', log, '-T', ...asOptions(dead), '--', 'node', command];
}

/** Asks whether a master lives. */
export function checkArgv(socket: string): string[] {
  return ['-F', '/dev/null', '-S', socket, '-O', 'check', '--', 'node'];
}

/** A ProxyCommand that goes through a jump host's master; the socket's path is one of ours and holds no blank. */
export function proxyThrough(ssh: string, socket: string): string {
  return `${ssh} -F /dev/null -S ${socket} -o ProxyCommand=/bin/false -o IdentityFile=none -o BatchMode=yes -W [%h]:%p -- jump`;
}

/** The command line that an operator types himself to get there. */
export function typeThis(target: SshTarget): string {
  const keys = target.knownHostsFile === undefined ? [] : ['-o', `UserKnownHostsFile=${target.knownHostsFile}`];
  const identity = target.identityFile === undefined ? [] : ['-i', target.identityFile];
  const jump = target.jump === undefined ? [] : ['-J', target.jump];
  const port = target.port === undefined ? [] : ['-p', String(target.port)];
  const user = target.user === undefined ? [] : ['-l', target.user];
  return ['ssh', ...file(target), ...port, ...user, ...identity, ...keys, ...jump, target.host].map((word) => quoted(word)).join(' ');
}

/** The jump host of a target as a target of its own; of a chain `a,b` the last, reached over the ones before. */
export function jumpTarget(target: SshTarget, jump: string): SshTarget {
  const hops = jump.split(',');
  const last = (hops.pop() ?? '').replace(/^ssh:\/\//, '');
  const [, user, host = '', port] = /^(?:([^@]+)@)?(\[[^\]]+\]|[^:]*)(?::(\d+))?$/.exec(last) ?? [undefined, undefined, last];
  return {
    name: last,
    host: host.replace(/^\[|\]$/g, ''),
    transport: target.transport,
    ...(user === undefined ? {} : { user }),
    ...(port === undefined ? {} : { port: Number(port) }),
    ...(hops.length === 0 ? {} : { jump: hops.join(',') }),
    ...(target.configFile === undefined ? {} : { configFile: target.configFile }),
    ...(target.knownHostsFile === undefined ? {} : { knownHostsFile: target.knownHostsFile }),
    ...(target.identityFile === undefined ? {} : { identityFile: target.identityFile }),
  };
}

/** Names a jump host and how it is reached: nodes with the same key share its login. */
export function jumpKey(target: SshTarget, jump: string): string {
  return JSON.stringify([jump, target.configFile, target.knownHostsFile, target.identityFile]);
}

function file(target: SshTarget): string[] {
  return target.configFile === undefined ? [] : ['-F', target.configFile];
}

function way(target: SshTarget): string[] {
  return [
    ...(target.port === undefined ? [] : ['-p', String(target.port)]),
    ...(target.user === undefined ? [] : ['-l', target.user]),
    ...(target.identityFile === undefined ? [] : ['-i', target.identityFile, '-o', 'IdentitiesOnly=yes']),
    ...(target.knownHostsFile === undefined ? [] : ['-o', `UserKnownHostsFile=${inConfiguration(target.knownHostsFile)}`]),
  ];
}

/** A path as an option's value: ssh would split it at blanks and expand `%`. */
function inConfiguration(path: string): string {
  const plain = path.replaceAll('%', '%%');
  return /\s/.test(plain) ? `"${plain}"` : plain;
}

function legacyOptions(accepted: Accepted): string[] {
  const known = (kind: keyof typeof legacy): string => legacy[kind].filter((name) => accepted[kind].includes(name)).join(',');
  const wanted = { KexAlgorithms: known('kex'), HostKeyAlgorithms: known('key'), PubkeyAcceptedKeyTypes: known('key'), Ciphers: known('cipher'), MACs: known('mac') };
  return Object.entries(wanted).flatMap(([option, names]) => (names === '' ? [] : [`${option}=+${names}`]));
}

function asOptions(list: readonly string[]): string[] {
  return list.flatMap((option) => ['-o', option]);
}

/** As a POSIX shell wants it; for showing, never for running. */
function quoted(word: string): string {
  return /^[\w@%+=:,./[\]-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
