// Why ssh could not log in, from what it printed (LC_ALL=C): pure. Its exit code is 255 for everything.
// The texts are those of OpenSSH 4.3 to 10.
import { cleanText } from './clean.ts';
import { sentence } from './sentence.ts';
import type { ConnectFailure, SshTarget } from './session.ts';
import { typeThis } from './ssh-argv.ts';

type Kind = ConnectFailure['kind'];

/** What a kind of failure looks like in ssh's stderr, most telling first: the first that is found counts. */
const signs: readonly { kind: Kind | 'revoked' | 'behind-jump'; sign: RegExp }[] = [
  { kind: 'revoked', sign: /REVOKED HOST KEY|is marked as revoked|was revoked and you have requested/ },
  { kind: 'hostkey-changed', sign: /REMOTE HOST IDENTIFICATION HAS CHANGED|Host key for .+ has changed/ },
  { kind: 'hostkey-unknown', sign: /host key is known for .+ and you have requested strict|Host key verification failed/ },
  { kind: 'auth', sign: /Permission denied \(|Too many authentication failures|Received disconnect from .+: \d+: .*(authentication|account)/i },
  { kind: 'behind-jump', sign: /Stdio forwarding request failed|stdio forwarding failed|administratively prohibited/i },
  { kind: 'dns', sign: /Could not resolve hostname/ },
  { kind: 'refused', sign: /connect to (?:host|address) .+: Connection refused/ },
  { kind: 'timeout', sign: /Connection timed out|Operation timed out|timed out during banner exchange|Timeout, server .+ not responding/ },
  { kind: 'unreachable', sign: /No route to host|Network is unreachable|Host is down|Network is down/ },
  { kind: 'local', sign: /Bad configuration option|Can't open user config file|bad configuration options|Bad owner or permissions|No user exists for uid|Unsupported option|Bad [a-z -]+ '|unix_listener|ControlPath|too long for Unix domain socket|jumphost loop/ },
  { kind: 'protocol', sign: /no matching .+ found|kex_exchange_identification|ssh_exchange_identification|banner exchange|Bad packet length|Protocol major versions differ|invalid format|message authentication code incorrect|Connection (?:closed|reset) by|Connection to .+ closed/i },
];

/** One failure with its sentence; `printed` is ssh's stderr, as it came. */
export function sshFailure(target: SshTarget, printed: string): ConnectFailure {
  const detail = cleanText(printed).trim().slice(-4000);
  const found = signs.find(({ sign }) => sign.test(detail))?.kind ?? 'protocol';
  const fingerprint = /\bSHA256:[A-Za-z0-9+/]{43}/.exec(detail)?.[0];
  const isKey = found === 'revoked' || found === 'hostkey-changed' || found === 'hostkey-unknown';
  return {
    kind: found === 'revoked' ? 'hostkey-changed' : found === 'behind-jump' ? 'unreachable' : found,
    says: found === 'revoked' ? keyRevoked(target) : found === 'behind-jump' ? behindJump(target) : says(target, found, detail, fingerprint),
    detail,
    ...(isKey && fingerprint !== undefined ? { fingerprint } : {}),
  };
}

/**
 * The sentence for a kind of failure; both transports use these words. `detail` is what was printed: its last line is
 * shown where the kind alone does not tell enough.
 */
export function says(target: SshTarget, kind: Kind, detail: string, fingerprint?: string): string {
  const { name } = target;
  switch (kind) {
    case 'refused':
      return sentence(`${name}: ${place(target, detail)} refuses the connection`, 'is sshd running there, and is this the right host and port?');
    case 'timeout':
      return sentence(`${name}: no answer from ${place(target, detail)} within 5 s`, 'is it switched on, and is the way there open?');
    case 'unreachable':
      return sentence(`${name}: there is no way to ${place(target, detail)} (${lastLine(detail)})`, 'look at the network in between');
    case 'dns':
      return sentence(`${name}: the host name ${target.host} is not known here`, 'correct it in the inventory, or add it to ssh_config or DNS');
    case 'hostkey-unknown':
      return sentence(`${name}: its host key is not in known_hosts${fingerprint === undefined ? '' : ` (${fingerprint})`}`, advice(target));
    case 'hostkey-changed':
      return sentence(
        `${name}: its host key is not the one in known_hosts${fingerprint === undefined ? '' : `, but ${fingerprint}`}`,
        'compare it on the console of the node; until then it is not contacted',
      );
    case 'auth':
      return sentence(`${name}: it does not let us in (${methods(detail)}); not tried again until you do`, advice(target));
    case 'protocol':
      if (/closed by|reset by|reset|closed before|lost before/i.test(lastLine(detail))) {
        return sentence(`${name}: ${place(target, detail)} hangs up before the login (${cause(detail)})`, 'it may limit or ban logins from here (MaxStartups, penalties), or be no SSH server');
      }
      return sentence(`${name}: ${place(target, detail)} does not speak SSH with us (${lastLine(detail)})`, 'look at what listens there, or set legacyAlgorithms for a very old server');
    case 'jump':
      return sentence(`${name}: its jump host ${target.jump ?? ''} cannot be used (${lastLine(detail)})`);
    case 'local':
      return sentence(`${name}: ssh cannot be run as asked (${lastLine(detail)})`, 'correct the inventory or ssh_config');
    case 'cancelled':
      return sentence(`${name}: given up before it was connected`);
  }
}

/** A command that does not fit whole is not shown in parts: nobody could type it. */
function advice(target: SshTarget): string {
  const command = typeThis(target);
  return command.length <= longestCommand ? `type: ${command}` : 'log in once by hand; crashcart doctor shows the command to type';
}

/** Leaves room for what happened in a sentence of 200 characters. */
const longestCommand = 150;

/** The sentence for a key that known_hosts marks as `@revoked`. */
export function keyRevoked(target: SshTarget): string {
  return sentence(`${target.name}: its host key is marked as revoked in known_hosts`, 'it may be stolen: give the node a new key, and until then do not log in there');
}

/** The sentence for a node that the jump host could not reach. */
export function behindJump(target: SshTarget): string {
  const jump = target.jump ?? 'its jump host';
  return sentence(`${target.name}: ${jump} could not open the way to ${place(target, '')}`, 'is it switched on, and may connections be forwarded there?');
}

/** A jump host that is to be reached over itself, as `Host *` with ProxyJump says when it does not except it. */
export function jumpLoop(target: SshTarget, jump: string): ConnectFailure {
  return { kind: 'local', says: sentence(`${target.name}: ${jump} is to be reached over itself`, 'write ProxyJump none for it in ssh_config'), detail: '' };
}

/**
 * The same failure seen from the node behind: what the operator must settle at the jump host (key, login) keeps its
 * kind, because it waits for him in the same way; all else is the jump host's failure.
 */
export function failureOfJump(target: SshTarget, jump: string, failure: ConnectFailure): ConnectFailure {
  const waits = failure.kind === 'auth' || failure.kind === 'hostkey-unknown' || failure.kind === 'hostkey-changed';
  const isOurs = failure.kind === 'cancelled' || failure.kind === 'local';
  const text = sentence(`${target.name}: its jump host ${failure.says.startsWith(`${jump}: `) ? '' : `${jump}: `}${failure.says}`);
  return { ...failure, kind: waits || isOurs ? failure.kind : 'jump', says: text };
}

/** Where it knocked: as ssh printed it, since ssh_config may send a name anywhere, else as the inventory has it. */
function place(target: SshTarget, detail: string): string {
  const [, , host, port] = /\b(connect to (?:host|address)|Connection (?:to|closed by|reset by)) (\S+) port (\d+)/.exec(detail) ?? [];
  const isKnown = host !== undefined && host !== 'UNKNOWN' && port !== undefined;
  return isKnown && target.port === undefined ? `${target.host === host ? host : `${target.host} (${host})`} port ${port}` : `${target.host} port ${target.port ?? 22}`;
}

/** What was printed before ssh's own words for a connection that went: those of a ProxyCommand, say. */
function cause(detail: string): string {
  const own = /^(kex_exchange_identification|ssh_exchange_identification|banner exchange|Connection (to|closed|reset))/i;
  const others = detail.split('\n').filter((line) => line.trim() !== '' && !own.test(line));
  return others.length === 0 ? lastLine(detail) : lastLine(others.join('\n'));
}

function methods(detail: string): string {
  return /Permission denied \(([^)]*)\)/.exec(detail)?.[1] ?? lastLine(detail);
}

function lastLine(detail: string): string {
  const lines = detail.split('\n').filter((line) => line.trim() !== '');
  return lines.at(-1)?.slice(0, 90) ?? 'no reason given';
}
