// `drbdsetup status --json` of drbd-utils 9: sizes in KiB, fields that a release lacks are not there.
import type { DrbdPeer, DrbdPeerVolume, DrbdStatusResource, DrbdVolume } from '../model/drbd-status-facts.ts';
import { isResync } from './drbd-status-words.ts';

const KIB = 1024;
type Fields = Readonly<Record<string, unknown>>;

/** The resources of the text; null where it is no such list. What is in it but cannot be read goes to `unread`. */
export function readStatusJson(text: string, unread: string[]): DrbdStatusResource[] | null {
  const value = jsonOf(text);
  if (!Array.isArray(value)) return null;
  return each(value, 'resource', unread, (fields, name) => resourceOf(fields, name, unread));
}

function resourceOf(fields: Fields, name: string, unread: string[]): DrbdStatusResource {
  const suspended = fields['suspended'];
  return {
    name,
    role: word(fields['role']),
    suspended: typeof suspended === 'boolean' ? (suspended ? 'yes' : 'no') : word(suspended),
    volumes: each(fields['devices'], `${name}: device`, unread, (device, _name, volume): DrbdVolume => ({
      volume, minor: count(device['minor']), disk: word(device['disk-state']), quorum: typeof device['quorum'] === 'boolean' ? device['quorum'] : null,
    }), 'volume'),
    peers: each(fields['connections'], `${name}: connection`, unread, (connection, peer) => peerOf(connection, peer, `${name} ${peer}`, unread)),
  };
}

function peerOf(fields: Fields, name: string, where: string, unread: string[]): DrbdPeer {
  const connection = word(fields['connection-state']);
  if (connection === null) unread.push(`${where}: no connection-state`);
  return {
    name,
    connection: connection ?? 'unknown',
    role: word(fields['peer-role']),
    volumes: each(fields['peer_devices'], `${where}: peer device`, unread, (device, _name, volume): DrbdPeerVolume => {
      const replication = word(device['replication-state']);
      const kibibytes = count(device['out-of-sync']);
      return {
        volume, replication, disk: word(device['peer-disk-state']),
        outOfSyncBytes: kibibytes === null || !Number.isSafeInteger(kibibytes * KIB) ? null : kibibytes * KIB,
        donePercent: isResync(replication) ? percent(device['percent-resync-done']) ?? percent(device['percent-in-sync']) : null,
      };
    }, 'volume'),
  };
}

/** Reads the objects of a list, each with its name or, by `key`, the number of its volume; others are unread. */
function each<T>(list: unknown, what: string, unread: string[], read: (fields: Fields, name: string, volume: number) => T, key: 'name' | 'volume' = 'name'): T[] {
  if (!Array.isArray(list)) {
    unread.push(`${what}: no list`);
    return [];
  }
  return list.flatMap((item: unknown) => {
    const fields = fieldsOf(item);
    const name = word(fields?.['name']);
    const volume = count(fields?.['volume']);
    if (fields && (key === 'name' ? name !== null : volume !== null)) return [read(fields, name ?? '', volume ?? 0)];
    unread.push(`${what}: ${JSON.stringify(item)}`.slice(0, 400));
    return [];
  });
}

function fieldsOf(value: unknown): Fields | null {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : null;
}

function word(value: unknown): string | null {
  return typeof value === 'string' && value !== '' && value.length <= 256 ? value : null;
}

function count(value: unknown): number | null {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : null;
}

function percent(value: unknown): number | null {
  return typeof value === 'number' && value >= 0 && value <= 100 ? value : null;
}

/** undefined: the text is no JSON. */
function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
