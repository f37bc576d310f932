// Reads /etc/drbd.conf as drbdadm 0.7 does: resources with their sections and the two hosts.

/** One option of a section; `value` null: a word alone, like `skip-sync`. */
export interface Option {
  name: string;
  value: string | null;
}

/** One `on HOST { ... }`. */
export interface Host {
  name: string;
  device: string;
  disk: string;
  address: string;
  port: string;
  /** `internal` or a device. */
  metaDisk: string;
  /** `-1` for internal. */
  metaIndex: string;
  /** Where its address stands. */
  line: number;
}

export interface Resource {
  name: string;
  /** Where it begins. */
  line: number;
  protocol: string | null;
  inconDegrCmd: string | null;
  startup: Option[];
  disk: Option[];
  net: Option[];
  syncer: Option[];
  hosts: Host[];
}

export interface Config {
  minorCount: number | null;
  dialogRefresh: number;
  verifiesIps: boolean;
  resources: Resource[];
}

/** A configuration, or where it went wrong in the parser's words. */
export type Reading = { ok: true; config: Config } | { ok: false; line: number; says: string };

interface Token {
  text: string;
  line: number;
  quoted: boolean;
}

/** Reads the text of drbd.conf. */
export function readConfig(text: string): Reading {
  const tokens = tokenize(text);
  const config: Config = { minorCount: null, dialogRefresh: 1, verifiesIps: true, resources: [] };
  try {
    const cursor = new Cursor(tokens);
    while (!cursor.atEnd()) readTop(cursor, config);
  } catch (error) {
    if (error instanceof SyntaxFault) return { ok: false, line: error.line, says: error.message };
    throw error;
  }
  return { ok: true, config };
}

/** The value of an option, or null when it is not set. */
export function optionOf(options: readonly Option[], name: string): string | null {
  return options.find((option) => option.name === name)?.value ?? null;
}

/** The host section of a node, and the other one. */
export function sidesOf(resource: Resource, node: string): { me: Host | null; peer: Host | null } {
  return { me: resource.hosts.find((host) => host.name === node) ?? null, peer: resource.hosts.find((host) => host.name !== node) ?? null };
}

/** The first number in a device's name: `/dev/drbd1` → 1; 0 without any. */
export function minorOf(device: string): number {
  return Number(/\d+/.exec(device)?.[0] ?? 0);
}

class SyntaxFault extends Error {
  readonly line: number;
  constructor(line: number, says: string) {
    super(says);
    this.line = line;
  }
}

class Cursor {
  private at = 0;
  private readonly tokens: readonly Token[];
  constructor(tokens: readonly Token[]) {
    this.tokens = tokens;
  }
  atEnd(): boolean {
    return this.at >= this.tokens.length;
  }
  peek(): string {
    return this.tokens[this.at]?.text ?? '';
  }
  line(): number {
    return (this.tokens[this.at] ?? this.tokens.at(-1))?.line ?? 1;
  }
  word(): string {
    const token = this.tokens[this.at];
    if (!token || (!token.quoted && /^[{};]$/.test(token.text))) throw new SyntaxFault(this.line(), 'syntax error');
    this.at += 1;
    return token.text;
  }
  expect(text: string): void {
    if (this.peek() !== text) throw new SyntaxFault(this.line(), 'syntax error');
    this.at += 1;
  }
  takes(text: string): boolean {
    if (this.peek() !== text) return false;
    this.at += 1;
    return true;
  }
}

function readTop(cursor: Cursor, config: Config): void {
  const line = cursor.line();
  const word = cursor.word();
  if (word === 'skip') return skip(cursor);
  if (word === 'global') {
    for (const { name, value } of section(cursor)) {
      if (name === 'minor-count') config.minorCount = Number(value);
      else if (name === 'dialog-refresh') config.dialogRefresh = Number(value);
      else if (name === 'disable-ip-verification') config.verifiesIps = false;
      else if (name !== 'disable-io-hints') throw new SyntaxFault(line, 'syntax error');
    }
    return;
  }
  if (word !== 'resource') throw new SyntaxFault(line, 'syntax error');
  const name = cursor.word();
  if (config.resources.some((other) => other.name === name)) throw new SyntaxFault(line, `conflicting use of resource name '${name}' ...`);
  config.resources.push(readResource(cursor, name, line));
}

function readResource(cursor: Cursor, name: string, line: number): Resource {
  const resource: Resource = { name, line, protocol: null, inconDegrCmd: null, startup: [], disk: [], net: [], syncer: [], hosts: [] };
  cursor.expect('{');
  while (!cursor.takes('}')) {
    const at = cursor.line();
    const word = cursor.word();
    if (word === 'protocol') resource.protocol = statement(cursor).toUpperCase();
    else if (word === 'incon-degr-cmd') resource.inconDegrCmd = statement(cursor);
    else if (word === 'startup' || word === 'disk' || word === 'net' || word === 'syncer') resource[word].push(...section(cursor));
    else if (word === 'on') resource.hosts.push(readHost(cursor));
    else if (word === 'skip') skip(cursor);
    else throw new SyntaxFault(at, 'syntax error');
  }
  return resource;
}

function readHost(cursor: Cursor): Host {
  const host: Host = { name: cursor.word(), device: '', disk: '', address: '', port: '', metaDisk: 'internal', metaIndex: '-1', line: cursor.line() };
  cursor.expect('{');
  while (!cursor.takes('}')) {
    const line = cursor.line();
    const word = cursor.word();
    if (word === 'meta-disk') {
      const [, device = '', index] = /^([^[]+)(?:\[(\d+)\])?$/.exec(cursor.word()) ?? [];
      const apart = /^\[(\d+)\]$/.exec(cursor.peek());
      if (apart) cursor.word();
      host.metaDisk = device;
      host.metaIndex = index ?? apart?.[1] ?? '-1';
      cursor.expect(';');
      continue;
    }
    const value = statement(cursor);
    if (word === 'device' || word === 'disk') host[word] = value;
    else if (word === 'address') {
      [host.address = '', host.port = '7788'] = value.split(':');
      host.line = line;
    } else throw new SyntaxFault(line, 'syntax error');
  }
  if (host.device === '' || host.disk === '' || host.address === '') throw new SyntaxFault(cursor.line(), 'syntax error');
  return host;
}

function statement(cursor: Cursor): string {
  const value = cursor.word();
  cursor.expect(';');
  return value;
}

function section(cursor: Cursor): Option[] {
  const options: Option[] = [];
  cursor.expect('{');
  while (!cursor.takes('}')) {
    const name = cursor.word();
    const value = cursor.peek() === ';' ? null : cursor.word();
    cursor.expect(';');
    options.push({ name, value });
  }
  return options;
}

/** `skip NAME... { ... }` is left out with all that is in it. */
function skip(cursor: Cursor): void {
  while (!cursor.takes('{')) cursor.word();
  for (let depth = 1; depth > 0;) {
    if (cursor.takes('{')) depth += 1;
    else if (cursor.takes('}')) depth -= 1;
    else if (!cursor.takes(';')) cursor.word();
  }
}

function tokenize(text: string): Token[] {
  const tokens: Token[] = [];
  let line = 1;
  for (const [part, quoted] of [...text.matchAll(/\n|#[^\n]*|"((?:[^"\\]|\\.)*)"|[{};]|[^\s{};"#]+/g)].map((match) => [match[0], match[1]] as const)) {
    if (part === '\n') line += 1;
    else if (!part.startsWith('#')) tokens.push({ text: quoted === undefined ? part : quoted.replaceAll(/\\(.)/g, '$1'), line, quoted: quoted !== undefined });
  }
  return tokens;
}
