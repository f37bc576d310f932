// One ssh2 client from the first byte to the login: every way it can fail becomes one failure, told once.
import ssh2 from 'ssh2';
import type { Client } from 'ssh2';
import type { Duplex } from 'node:stream';
import { capLine, cleanText } from './clean.ts';
import type { HostKeyCheck } from './host-key-check.ts';
import type { ConnectFailure, SshTarget } from './session.ts';
import { legacy } from './ssh-argv.ts';
import type { SshSettings } from './ssh-config.ts';
import { keyRevoked, says } from './ssh-failure.ts';
import { authHandler } from './ssh2-login.ts';
import type { Credentials } from './ssh2-login.ts';

/** A client that is logged in. */
export interface Ssh2Connection {
  client: Client;
  banner: string;
  readonly closed: Promise<{ says: string; byUs: boolean }>;
  close(): void;
}

export type Ssh2Opened = { ok: true; session: Ssh2Connection } | { ok: false; failure: ConnectFailure };

export interface Ssh2Options {
  settings: SshSettings;
  hostKey: HostKeyCheck;
  credentials: Credentials;
  /** The stream through a jump host. */
  sock?: Duplex;
  signal?: AbortSignal;
}

/** For the whole login, as ssh's ConnectTimeout for the way there. */
const readyTimeoutMs = 5000;
/** The third silence in a row ends the connection: within three seconds, with room for a busy machine. */
const keepaliveMs = 900;
/** After a goodbye the socket is not kept for a node that does not answer it. */
const goodbyeMs = 200;
const bannerLimit = 4000;

/** Connects and logs in, once. */
export function openSsh2(target: SshTarget, options: Ssh2Options): Promise<Ssh2Opened> {
  const client = new ssh2.Client();
  const { settings, hostKey, credentials } = options;
  let banner = '';
  let lastError: (Error & { level?: string; code?: unknown }) | null = null;
  let isByUs = false;
  const closed = new Promise<{ says: string; byUs: boolean }>((resolve) => {
    client.once('close', () => resolve({ says: isByUs ? `${target.name}: closed` : lossSays(target, lastError), byUs: isByUs }));
  });
  client.on('banner', (text) => {
    banner = capLine(banner + cleanText(text), bannerLimit);
  });

  return new Promise<Ssh2Opened>((resolve) => {
    const fail = (failure: ConnectFailure): void => {
      options.signal?.removeEventListener('abort', giveUp);
      client.destroy();
      options.sock?.destroy();
      resolve({ ok: false, failure });
    };
    const giveUp = (): void => fail({ kind: 'cancelled', says: says(target, 'cancelled', ''), detail: '' });
    // This listener stays for good: an `error` without one ends the program. ssh2 has told an agent's failure and
    // gone on to the next method by itself.
    client.on('error', (error: Error & { level?: string }) => {
      if (error.level === 'agent') return void credentials.notes.push(`the agent: ${error.message}`);
      lastError = error;
      fail(failureOf(target, error, hostKey, credentials));
    });
    client.once('close', () => fail(failureOf(target, lastError ?? new Error('Connection lost before handshake'), hostKey, credentials)));
    // ssh2 leaves Nagle's delay on: 40 ms for every answer, five times during the login alone.
    client.once('connect', () => client.setNoDelay(true));
    client.once('ready', () => {
      options.signal?.removeEventListener('abort', giveUp);
      client.setNoDelay(true);
      resolve({ ok: true, session: { client, banner, closed, close: () => close() } });
    });
    const close = (): void => {
      isByUs = true;
      client.end();
      setTimeout(() => client.destroy(), goodbyeMs).unref();
    };
    if (options.signal?.aborted === true) return giveUp();
    options.signal?.addEventListener('abort', giveUp, { once: true });
    client.connect({
      ...(options.sock ? { sock: options.sock } : { host: settings.host, port: settings.port }),
      username: settings.user,
      readyTimeout: readyTimeoutMs,
      keepaliveInterval: keepaliveMs,
      keepaliveCountMax: 2,
      agentForward: false,
      hostVerifier: (key: Buffer) => hostKey.verify(key),
      authHandler: authHandler(settings.user, credentials),
      algorithms: algorithms(hostKey.algorithms, target.legacyAlgorithms === true),
    });
  });
}

/** The names ssh2 knows of the old algorithms; group14 before the others, which cost far more. */
function algorithms(serverHostKey: string[], isLegacy: boolean): ssh2.Algorithms {
  const list = serverHostKey as ssh2.ServerHostKeyAlgorithm[];
  if (!isLegacy) return { serverHostKey: list };
  const kex = [...legacy.kex] as ssh2.KexAlgorithm[];
  return { serverHostKey: list, kex: { remove: kex, append: kex, prepend: [] }, cipher: { append: [...legacy.cipher], prepend: [], remove: [] }, hmac: { append: [...legacy.mac], prepend: [], remove: [] } };
}

function failureOf(target: SshTarget, error: Error & { level?: string; code?: unknown }, hostKey: HostKeyCheck, own: Credentials): ConnectFailure {
  const detail = cleanText([error.message, ...own.notes].join('\n'));
  const verdict = hostKey.verdict();
  if (verdict !== null && verdict !== 'known') {
    const fingerprint = hostKey.fingerprint() ?? undefined;
    const kind = verdict === 'unknown' ? 'hostkey-unknown' : 'hostkey-changed';
    const text = verdict === 'revoked' ? keyRevoked(target) : says(target, kind, detail, fingerprint);
    return { kind, says: text, detail, ...(fingerprint === undefined ? {} : { fingerprint }) };
  }
  const kind = kindOf(error);
  return { kind, says: says(target, kind, kind === 'auth' ? (own.notes.at(-1) ?? 'no key or password of ours fits') : detail), detail };
}

const kindOfCode: Record<string, ConnectFailure['kind']> = {
  ECONNREFUSED: 'refused',
  ETIMEDOUT: 'timeout',
  EHOSTUNREACH: 'unreachable',
  ENETUNREACH: 'unreachable',
  EHOSTDOWN: 'unreachable',
  ENETDOWN: 'unreachable',
  ENOTFOUND: 'dns',
  EAI_AGAIN: 'dns',
};

function kindOf(error: Error & { level?: string; code?: unknown }): ConnectFailure['kind'] {
  if (typeof error.code === 'string' && kindOfCode[error.code] !== undefined) return kindOfCode[error.code] ?? 'protocol';
  if (error.level === 'client-timeout') return 'timeout';
  return error.level === 'client-authentication' || /authentication|password/i.test(error.message) ? 'auth' : 'protocol';
}

function lossSays(target: SshTarget, error: (Error & { level?: string }) | null): string {
  if (error?.level === 'client-timeout') return `${target.name}: no answer for 3 s, connection given up`;
  return `${target.name}: ${error === null ? 'the node closed the connection' : 'the connection was lost'}`;
}
