// One `resource` section of drbd.conf: its settings, and its sides per host and volume with what they inherit.
import type { DrbdConfResource, DrbdConfSide } from '../model/facts.ts';
import type { ConfNode } from './drbd-conf-tokens.ts';

/** Settings that a resource inherits from `common`; null: not said. */
export interface ConfSettings {
  protocol: string | null;
  allowTwoPrimaries: boolean | null;
}

/** Takes a node whose words were not understood. */
export type Complain = (node: ConfNode) => void;

type Volume = Pick<DrbdConfSide, 'device' | 'minor' | 'disk' | 'metaDisk'>;

interface Host {
  names: string[];
  address: string | null;
  volumes: Map<number, Volume>;
}

interface Draft extends ConfSettings {
  hosts: Host[];
  /** Names of the hosts so far. */
  named: Set<string>;
  /** Volumes written for all hosts; without a `volume` section, volume 0. */
  volumes: Map<number, Volume>;
  /** Addresses that `connection` sections of 9 give, by host. */
  addresses: Map<string, string>;
}

const NO_VOLUME: Readonly<Volume> = { device: null, minor: null, disk: null, metaDisk: null };
const OPTION_SECTIONS = new Set(['disk', 'syncer', 'startup', 'handlers', 'options', 'proxy']);
/** Statements that say nothing about where data is. */
const UNUSED = new Set(['incon-degr-cmd', 'template-file', 'ignore-on', 'node-id']);
const FAMILIES = new Set(['ipv4', 'ipv6', 'ssocks', 'sdp', 'sci']);

/** The resource's name must be checked by the caller; `common` is what it inherits. */
export function readResource(name: string, body: readonly ConfNode[], common: ConfSettings, complain: Complain): DrbdConfResource {
  const draft: Draft = { protocol: null, allowTwoPrimaries: null, hosts: [], named: new Set(), volumes: new Map(), addresses: new Map() };
  for (const node of body) if (!takeInResource(draft, node, complain)) complain(node);
  return {
    name,
    protocol: draft.protocol ?? common.protocol,
    allowTwoPrimaries: draft.allowTwoPrimaries ?? common.allowTwoPrimaries ?? false,
    sides: draft.hosts.flatMap((host) => sidesOf(host, draft)),
  };
}

/** A node of `common` or of a resource that sets something both may set; false: it is none. */
export function takeSetting(settings: ConfSettings, node: ConfNode, complain: Complain): boolean {
  const [word = ''] = node.words;
  if (node.body === null) return word === 'protocol' && takeProtocol(settings, node);
  if (node.words.length !== 1) return false;
  if (OPTION_SECTIONS.has(word)) return takeOptions(node.body, complain);
  if (word !== 'net') return false;
  takeOptions(node.body, complain);
  for (const option of node.body.filter(isOption)) takeNetOption(settings, option, complain);
  return true;
}

function takeInResource(draft: Draft, node: ConfNode, complain: Complain): boolean {
  const [word = '', ...rest] = node.words;
  if (node.body === null) return UNUSED.has(word) || takeSetting(draft, node, complain) || takeVolumeWord(draft.volumes, 0, node);
  switch (word) {
    case 'skip':
    case 'stacked-on-top-of':
      return true;
    case 'on':
      return takeHost(draft, rest, node.body, complain);
    case 'floating':
      return takeFloating(draft, rest, node.body, complain);
    case 'volume':
      return takeVolume(draft.volumes, rest, node.body, complain);
    case 'connection':
    case 'connection-mesh':
      return takeConnection(draft, node.body, complain);
    default:
      return takeSetting(draft, node, complain);
  }
}

/** `on HOST... { }`; a host named a second time is not understood. */
function takeHost(draft: Draft, names: string[], body: readonly ConfNode[], complain: Complain): boolean {
  if (names.length === 0 || names.some((name) => draft.named.has(name))) return false;
  for (const name of names) draft.named.add(name);
  draft.hosts.push(readHost(names, body, null, complain));
  return true;
}

/** `floating ADDRESS { }` names no host: the side stands under its address. */
function takeFloating(draft: Draft, words: string[], body: readonly ConfNode[], complain: Complain): boolean {
  const address = addressOf(words);
  if (address === null) return false;
  draft.hosts.push(readHost([address], body, address, complain));
  return true;
}

function readHost(names: string[], body: readonly ConfNode[], address: string | null, complain: Complain): Host {
  const host: Host = { names, address, volumes: new Map() };
  for (const node of body) if (!takeInHost(host, node, complain)) complain(node);
  return host;
}

function takeInHost(host: Host, node: ConfNode, complain: Complain): boolean {
  const [word = '', ...rest] = node.words;
  if (node.body !== null) {
    if (word === 'volume') return takeVolume(host.volumes, rest, node.body, complain);
    return word === 'skip' || (rest.length === 0 && OPTION_SECTIONS.has(word) && takeOptions(node.body, complain));
  }
  if (UNUSED.has(word)) return true;
  if (word !== 'address') return takeVolumeWord(host.volumes, 0, node);
  host.address = addressOf(rest);
  return host.address !== null;
}

function takeVolume(volumes: Map<number, Volume>, words: string[], body: readonly ConfNode[], complain: Complain): boolean {
  const number = words.length === 1 && /^\d{1,5}$/.test(words[0] ?? '') ? Number(words[0]) : null;
  if (number === null) return false;
  volumes.set(number, volumes.get(number) ?? NO_VOLUME);
  for (const node of body) {
    const options = node.body !== null && node.words.join(' ') === 'disk' && takeOptions(node.body, complain);
    if (!options && !takeVolumeWord(volumes, number, node)) complain(node);
  }
  return true;
}

/** `device`, `disk`, `meta-disk` of one volume. */
function takeVolumeWord(volumes: Map<number, Volume>, number: number, node: ConfNode): boolean {
  const [word = '', ...rest] = node.words;
  const says = node.body === null ? volumeWord(word, rest) : null;
  if (says) volumes.set(number, { ...(volumes.get(number) ?? NO_VOLUME), ...says });
  return says !== null;
}

function volumeWord(word: string, values: readonly string[]): Partial<Volume> | null {
  const [value = '', ...rest] = values;
  switch (word) {
    case 'device':
      return deviceOf(values);
    case 'disk':
      return value !== '' && rest.length === 0 ? { disk: value } : null;
    case 'meta-disk':
    case 'flexible-meta-disk':
      return /^[^[\]]+(?:\[\d+\])?$/.test(values.join('')) && !/^[^[]/.test(rest[0] ?? '[') ? { metaDisk: values.join('') } : null;
    default:
      return null;
  }
}

/** `/dev/drbd0`, `minor 0`, `/dev/drbd0 minor 0`, `drbd0`; null: neither. */
function deviceOf(words: readonly string[]): Pick<Volume, 'device' | 'minor'> | null {
  const [name, ...rest] = words[0] === 'minor' ? [undefined, ...words] : words;
  const number = rest.length === 2 && rest[0] === 'minor' ? (rest[1] ?? '') : null;
  if (rest.length > 0 && !/^\d{1,7}$/.test(number ?? '')) return null;
  if (name === undefined) return number === null ? null : { device: `/dev/drbd${number}`, minor: Number(number) };
  const device = name.startsWith('/') ? name : `/dev/${name}`;
  const digits = number ?? /^\/dev\/drbd(\d{1,7})$/.exec(device)?.[1];
  return { device, minor: digits === undefined ? null : Number(digits) };
}

/** `connection { host A address ...; }` and `path { }` of 9: where a host's first address may stand. */
function takeConnection(draft: Draft, body: readonly ConfNode[], complain: Complain): boolean {
  const settings: ConfSettings = { protocol: null, allowTwoPrimaries: null };
  for (const node of body) {
    const [word, ...rest] = node.words;
    const inner = node.body !== null && (word === 'path' || word === 'skip' || word === 'volume');
    if (word === 'path' && node.body !== null) takeConnection(draft, node.body, complain);
    const host = word === 'hosts' || (word === 'host' && takeConnectionHost(draft, rest, node.body));
    if (!inner && !host && !takeSetting(settings, node, complain)) complain(node);
  }
  draft.protocol ??= settings.protocol;
  draft.allowTwoPrimaries ??= settings.allowTwoPrimaries;
  return true;
}

/** `host A address ipv4 10.0.0.1:7788`, also with its address in braces; without one there is nothing to learn. */
function takeConnectionHost(draft: Draft, words: string[], body: readonly ConfNode[] | null): boolean {
  const [name, ...rest] = words;
  const inBody = body?.find((node) => node.words[0] === 'address')?.words.slice(1);
  const written = inBody ?? (rest[0] === 'address' ? rest.slice(1) : null);
  if (name === undefined) return false;
  if (written === null) return rest.length === 0;
  const via = written.indexOf('via');
  const address = addressOf(via < 0 ? written : written.slice(0, via));
  if (address !== null && !draft.addresses.has(name)) draft.addresses.set(name, address);
  return address !== null;
}

/** Options are not looked into, but what cannot be one is named: a `;` forgotten joins two of them. */
function takeOptions(body: readonly ConfNode[], complain: Complain): boolean {
  for (const node of body) {
    const plugin = node.body !== null && node.words.join(' ') === 'plugin';
    if (!plugin && !isOption(node)) complain(node);
  }
  return true;
}

function isOption(node: ConfNode): boolean {
  return node.body === null && node.line === node.lastLine && /^[a-z][a-z0-9_-]*$/.test(node.words[0] ?? '');
}

function takeNetOption(settings: ConfSettings, node: ConfNode, complain: Complain): void {
  const [word, value = 'yes', ...rest] = node.words;
  if (word === 'protocol' && !takeProtocol(settings, node)) complain(node);
  if (word !== 'allow-two-primaries') return;
  if (rest.length === 0 && (value === 'yes' || value === 'no')) settings.allowTwoPrimaries = value === 'yes';
  else complain(node);
}

function takeProtocol(settings: ConfSettings, node: ConfNode): boolean {
  const [, letter = '', ...rest] = node.words;
  if (!/^[ABC]$/.test(letter) || rest.length > 0) return false;
  settings.protocol = letter;
  return true;
}

/** `10.0.0.1:7788` as written; the family is kept only where it is not IP. */
function addressOf(words: readonly string[]): string | null {
  const [first = '', ...rest] = words;
  const [family, text] = FAMILIES.has(first) ? [first, rest.join('')] : [null, words.join('')];
  if (text === '' || words.length > 2) return null;
  return family === null || family.startsWith('ip') ? text : `${family} ${text}`;
}

/** One side per name and volume; what the host does not say, the resource says for all. */
function sidesOf(host: Host, draft: Draft): DrbdConfSide[] {
  const numbers = [...new Set([...draft.volumes.keys(), ...host.volumes.keys()])].sort((a, b) => a - b);
  return host.names.flatMap((node) => (numbers.length > 0 ? numbers : [0]).map((volume) => {
    const [own, all] = [host.volumes.get(volume), draft.volumes.get(volume)];
    const named = own?.device ? own : all;
    return {
      node, volume, device: named?.device ?? null, minor: named?.minor ?? null, disk: own?.disk ?? all?.disk ?? null,
      address: host.address ?? draft.addresses.get(node) ?? null, metaDisk: own?.metaDisk ?? all?.metaDisk ?? null,
    };
  }));
}
