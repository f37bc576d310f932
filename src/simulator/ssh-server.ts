// A small SSH server whose node is a directory: every command goes to a real shell with PATH=NODE/bin and r=NODE.
// It behaves like sshd towards its commands: no signal when a connection goes, only the end of their stdin.
import { spawn } from 'node:child_process';
import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import { timingSafeEqual } from 'node:crypto';
import { connect } from 'node:net';
import type { AddressInfo } from 'node:net';
import ssh2 from 'ssh2';
import type { AuthContext, Connection, ParsedKey, ServerChannel, Session } from 'ssh2';

/** A key pair: `private` in OpenSSH's format, `public` as a line of authorized_keys. */
export interface KeyPair {
  private: string;
  public: string;
}

/** One answer of the server to an attempt to log in; `none` is the question which methods there are. */
export interface LoginAttempt {
  user: string;
  method: string;
  accepted: boolean;
}

export interface SshServerOptions {
  /** Default 127.0.0.1. */
  host?: string;
  /** Default: a free one. */
  port?: number;
  /** Private host keys (OpenSSH or PEM); without any a new ed25519 key. */
  hostKeys?: string[];
  /** Lines of authorized_keys; every user name is let in with them. */
  authorizedKeys: string[];
  /** Also let in with this password. */
  password?: string;
  /** The node. */
  node: { directory: string };
  /** What the login shell is; default `/bin/sh`. A command runs as SHELL -c COMMAND. */
  loginShell?: string[];
  /** Shown before the login. */
  banner?: string;
  /** Lets clients go on to other hosts through this one (`ssh -J`, `ssh -W`). */
  jump?: boolean;
  onLogin?: (attempt: LoginAttempt) => void;
}

/** A running server. */
export interface SshServer {
  host: string;
  port: number;
  /** Lines for a known_hosts file, one for each host key. */
  hostKeyLine: string;
  /** The process it runs in: ours. */
  pid: number;
  /** How many connections are open. */
  connections(): number;
  /** Cuts every connection without a word, and goes on listening. */
  drop(): void;
  /** Cuts every connection and kills every command still running, and goes on listening. */
  killAll(): void;
  /** Ends the connections, the commands still running, and the server. */
  stop(): Promise<void>;
}

/** Makes a new ed25519 key. ssh2 spoils one in 256 (it drops a leading zero of the public half): then another one. */
export function newKey(comment = 'crashcart'): KeyPair {
  for (;;) {
    const pair = ssh2.utils.generateKeyPairSync('ed25519', { comment });
    if (!(ssh2.utils.parseKey(pair.private) instanceof Error)) return pair;
  }
}

/** A host and port as known_hosts writes them: `host`, or `[host]:port` away from port 22. */
export function knownHostsName(host: string, port: number): string {
  return port === 22 ? host : `[${host}]:${port}`;
}

/** Starts a server. Rejects only when the port cannot be had. */
export async function startSshServer(options: SshServerOptions): Promise<SshServer> {
  const hostKeys = options.hostKeys ?? [newKey().private];
  const open = new Set<Connection>();
  const running = new Set<ChildProcessWithoutNullStreams>();
  const authorized = options.authorizedKeys.map((line) => readKey(line));
  const server = new ssh2.Server({ hostKeys, ...(options.banner === undefined ? {} : { banner: options.banner }) }, (client) => {
    open.add(client);
    withoutDelay(client);
    client.on('close', () => open.delete(client));
    // A client that goes without a word is life, not an error of the server; `close` follows.
    client.on('error', () => client.end());
    client.on('authentication', (context) => answerLogin(context, authorized, options));
    client.on('session', (accept) => serveSession(accept(), options, running));
    client.on('tcpip', (accept, reject, to) => {
      if (options.jump === true) forward(accept, reject, to.destIP, to.destPort);
      else reject();
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port ?? 0, options.host ?? '127.0.0.1', resolve);
  });
  const { address, port } = server.address() as AddressInfo;
  const killAll = (): void => {
    for (const client of open) cut(client);
    for (const child of running) endGroup(child);
  };
  return {
    host: address,
    port,
    hostKeyLine: hostKeys.map((key) => `${knownHostsName(address, port)} ${publicPart(key)}`).join('\n'),
    pid: process.pid,
    connections: () => open.size,
    drop: () => open.forEach((client) => cut(client)),
    killAll,
    async stop() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      killAll();
      await closed;
    },
  };
}

function publicPart(privateKey: string): string {
  const key = readKey(privateKey);
  return `${key.type} ${key.getPublicSSH().toString('base64')}`;
}

function readKey(text: string): ParsedKey {
  const key = ssh2.utils.parseKey(text);
  if (key instanceof Error) throw new Error(`not an SSH key: ${key.message}`);
  return key;
}

/** Switches Nagle's delay off: it makes every short answer 40 ms late. ssh2 has the call, its types do not. */
function withoutDelay(client: Connection): void {
  (client as unknown as { setNoDelay(on: boolean): void }).setNoDelay(true);
}

/** Closes the socket under a connection; ssh2's own `end` would first say goodbye. */
function cut(client: Connection): void {
  (client as unknown as { _sock: { destroy(): void } })._sock.destroy();
}

function answerLogin(context: AuthContext, authorized: ParsedKey[], options: SshServerOptions): void {
  const accepted = isAccepted(context, authorized, options.password);
  // The first half of a key login only asks whether the key would do; it counts when it is refused.
  const isQuestion = context.method === 'publickey' && context.signature === undefined && accepted;
  if (!isQuestion) options.onLogin?.({ user: context.username, method: context.method, accepted });
  if (accepted) context.accept();
  else context.reject(options.password === undefined ? ['publickey'] : ['publickey', 'password']);
}

function isAccepted(context: AuthContext, authorized: ParsedKey[], password: string | undefined): boolean {
  if (context.method === 'password') return password !== undefined && isSame(Buffer.from(context.password), Buffer.from(password));
  if (context.method !== 'publickey') return false;
  const key = authorized.find((one) => one.type === context.key.algo && isSame(one.getPublicSSH(), context.key.data));
  if (!key) return false;
  return context.signature === undefined || (context.blob !== undefined && key.verify(context.blob, context.signature, context.hashAlgo) === true);
}

function isSame(a: Buffer, b: Buffer): boolean {
  return a.length === b.length && timingSafeEqual(a, b);
}

function serveSession(session: Session, options: SshServerOptions, running: Set<ChildProcessWithoutNullStreams>): void {
  const [shell = '/bin/sh', ...words] = options.loginShell ?? [];
  const serve = (channel: ServerChannel, argv: string[]): void => {
    const child = spawn(shell, argv, { cwd: options.node.directory, env: nodeEnvironment(options.node.directory), detached: true });
    running.add(child);
    child.once('close', () => running.delete(child));
    join(channel, child);
  };
  let wantsTerminal = false;
  session.on('exec', (accept, _reject, info) => serve(accept(), [...words, '-c', info.command]));
  session.on('shell', (accept) => {
    const channel = accept();
    if (wantsTerminal) channel.stderr.write('This server has no terminal to give: there is no prompt and no line editing, but every command works.\r\n');
    serve(channel, words);
  });
  // There is no terminal to give; ssh says so and goes on without.
  session.on('pty', (_accept, reject) => {
    wantsTerminal = true;
    reject();
  });
}

function nodeEnvironment(directory: string): Record<string, string> {
  return { PATH: `${directory}/bin:/usr/bin:/bin`, r: directory, HOME: directory, USER: 'root', LOGNAME: 'root', SHELL: '/bin/sh', TZ: 'UTC0' };
}

/** Pipes both ways, and reports the end as sshd does: the exit code or the signal, after all output. */
function join(channel: ServerChannel, child: ChildProcessWithoutNullStreams): void {
  channel.pipe(child.stdin);
  child.stdout.pipe(channel, { end: false });
  child.stderr.pipe(channel.stderr, { end: false });
  // A command that does not read its input, or is gone, breaks the pipe: that is its right.
  child.stdin.on('error', () => child.stdin.destroy());
  child.on('error', (error) => {
    channel.stderr.write(`${error.message}\n`);
    channel.exit(127);
    channel.end();
  });
  child.on('close', (code, signal) => {
    if (!channel.writable) return;
    if (signal === null) channel.exit(code ?? 255);
    else channel.exit(signal.replace(/^SIG/, ''), false, '');
    channel.end();
  });
  channel.on('error', () => channel.destroy());
  channel.on('close', () => {
    child.stdin.destroy();
    child.stdout.destroy();
    child.stderr.destroy();
  });
}

/** Ends a command and what it started: each runs in a process group of its own. */
function endGroup(child: ChildProcessWithoutNullStreams): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

function forward(accept: () => ServerChannel, reject: () => void, host: string, port: number): void {
  let isOpen = false;
  const socket = connect(port, host, () => {
    isOpen = true;
    const channel = accept();
    channel.pipe(socket).pipe(channel);
    channel.on('error', () => socket.destroy());
    channel.on('close', () => socket.destroy());
    socket.on('close', () => channel.end());
  });
  socket.setNoDelay(true);
  socket.on('error', () => {
    if (!isOpen) reject();
  });
}
