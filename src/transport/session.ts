// One interface, several transports: a Session is one authenticated connection to one node; channels run on it.
// Transports never throw for what a node or the network does: failures are values.

/** How to reach a node: the inventory's words. Only `host` is always there. */
export interface SshTarget {
  /** The node's name in the inventory, used in sentences. */
  name: string;
  /** Host or ssh_config alias. */
  host: string;
  port?: number;
  user?: string;
  jump?: string;
  identityFile?: string;
  knownHostsFile?: string;
  /** Passed as `ssh -F`. */
  configFile?: string;
  transport: 'auto' | 'ssh' | 'ssh2';
  legacyAlgorithms?: boolean;
}

export interface ConnectFailure {
  /**
   * refused, timeout, unreachable, dns: the way there; hostkey-unknown, hostkey-changed, auth: wait for the operator;
   * protocol: the other end is no SSH server or shares no algorithm with us; jump: the jump host is what failed;
   * local: something here (no key file, no ssh binary).
   */
  kind: 'refused' | 'timeout' | 'unreachable' | 'dns' | 'hostkey-unknown' | 'hostkey-changed' | 'auth' | 'protocol' | 'jump' | 'local' | 'cancelled';
  /** One clear sentence for the operator: what, where, what to do. At most 200 characters. */
  says: string;
  /** What ssh or the server printed, cleaned; '' when nothing. */
  detail: string;
  /** SHA256 fingerprint of an unknown or changed key, where the transport learns it. */
  fingerprint?: string;
}

export type Connected = { ok: true; session: Session } | { ok: false; failure: ConnectFailure };

/** How a remote command ended. `lost`: the connection went before its exit was known; nothing may be concluded. */
export type ChannelEnd =
  | { how: 'exited'; code: number }
  | { how: 'signalled'; signal: string }
  | { how: 'lost'; why: string }
  | { how: 'cancelled' };

/** One running remote command. Text arrives decoded as UTF-8 and cleaned (see clean.ts), in whole lines or parts. */
export interface Channel {
  /** Writes to its stdin. False: the channel is gone. */
  write(text: string): boolean;
  /** Ends its stdin. */
  endInput(): void;
  /** Closes the channel from here; `ended` becomes `cancelled`. The remote side sees its stdin end. */
  cancel(): void;
  onStdout(listener: (text: string) => void): void;
  onStderr(listener: (text: string) => void): void;
  readonly ended: Promise<ChannelEnd>;
}

export interface Session {
  readonly kind: 'ssh' | 'ssh2' | 'local';
  readonly target: SshTarget;
  /** What the server or ssh said at login (banner, warnings), cleaned. */
  readonly banner: string;
  /**
   * Runs a command line in the user's login shell, without a terminal. Callers pass only the constant
   * bootstrap of the node shells (or other constants): data goes by stdin, never into this line.
   */
  exec(command: string): Channel;
  /** Resolves when the connection is gone, with the reason in one sentence. */
  readonly closed: Promise<{ says: string; byUs: boolean }>;
  /** Ends the connection and everything on it. */
  close(): void;
}

/** What an operator may give once, kept in memory only; toString gives ***. */
export interface Secrets {
  password?: { reveal(): string };
}

export interface Transport {
  readonly kind: 'ssh' | 'ssh2' | 'local';
  /** Tries once; the caller paces. */
  connect(target: SshTarget, options?: { signal?: AbortSignal; secrets?: Secrets }): Promise<Connected>;
}
