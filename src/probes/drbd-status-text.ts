// The text of `drbdadm status` and `drbdsetup status`, drbd-utils 8.9 and later, plain or with --verbose --statistics.
import type { DrbdPeer, DrbdPeerVolume, DrbdStatusResource, DrbdVolume } from '../model/drbd-status-facts.ts';
import { isResync } from './drbd-status-words.ts';
import { kibibytes } from './proc-drbd-words.ts';

/** What a word `key:value` belongs to. Counters are read over: /proc and events2 tell them by the second. */
const OF_RESOURCE = new Set(['role', 'suspended', 'node-id', 'write-ordering', 'force-io-failures', 'may_promote', 'promotion_score']);
const OF_VOLUME = new Set([
  'volume', 'minor', 'disk', 'client', 'quorum', 'open', 'backing_dev', 'size', 'read', 'written', 'al-writes', 'bm-writes', 'upper-pending',
  'lower-pending', 'al-suspended', 'blocked',
]);
const OF_PEER = new Set(['connection', 'role', 'node-id', 'peer-node-id', 'local', 'peer', 'established', 'congested', 'tls', 'ap-in-flight', 'rs-in-flight']);
const OF_PEER_VOLUME = new Set([
  'volume', 'replication', 'peer-disk', 'disk', 'peer-client', 'done', 'resync-suspended', 'received', 'sent', 'out-of-sync', 'pending', 'unacked',
  'dbdt1', 'eta',
]);

/** Where a word would be put: the last resource, volume, peer and peer's volume that a line began. */
interface Place {
  resource: DrbdStatusResource;
  volume: DrbdVolume | null;
  peer: DrbdPeer | null;
  peerVolume: DrbdPeerVolume | null;
}

/**
 * The resources of the text; null where no line of it begins one. What is normal is left out there: a peer without
 * `connection:` is Connected, a volume of a connected peer without `replication:` Established, a volume without a
 * number is volume 0. Long lines go on in the next, deeper one. Words that do not belong where they stand are unread.
 */
export function readStatusText(text: string, unread: string[]): DrbdStatusResource[] | null {
  const resources: DrbdStatusResource[] = [];
  let place: Place | null = null;
  for (const line of text.split('\n')) {
    if (line.trim() === '') continue;
    const words = line.trim().split(/\s+/);
    const indent = line.search(/\S/);
    if (indent === 0) {
      const resource = beginsResource(words);
      place = resource ? { resource, volume: null, peer: null, peerVolume: null } : null;
      if (resource) resources.push(resource);
    } else if (place && indent <= 3 && !beginItem(place, words)) place = null;
    const rest = indent > 3 || /^(?:volume|disk|minor):/.test(words[0] ?? '') ? words : words.slice(1);
    if (!place || rest.filter((word) => !put(place as Place, word)).length > 0) unread.push(line);
  }
  for (const resource of resources) for (const peer of resource.peers) complete(peer, resource.name, unread);
  return resources.length > 0 ? resources : null;
}

/** `NAME role:ROLE ...`, or with --verbose `NAME node-id:N role:ROLE`. */
function beginsResource(words: readonly string[]): DrbdStatusResource | null {
  const [name = '', ...rest] = words;
  if (!/^[A-Za-z0-9_][A-Za-z0-9._:@+-]{0,127}$/.test(name) || !rest.some((word) => word.startsWith('role:'))) return null;
  return { name, role: null, suspended: null, volumes: [], peers: [] };
}

/** A line below a resource: one of its own volumes, or a peer by its name; false: neither. */
function beginItem(place: Place, words: readonly string[]): boolean {
  const [first = ''] = words;
  place.peerVolume = null;
  if (/^(?:volume|disk|minor):/.test(first)) {
    place.peer = null;
    place.volume = { volume: 0, minor: null, disk: null, quorum: null };
    place.resource.volumes.push(place.volume);
    return true;
  }
  if (!/^[A-Za-z0-9_][A-Za-z0-9._@+-]{0,254}$/.test(first)) return false;
  place.volume = null;
  place.peer = { name: first, connection: '', role: null, volumes: [] };
  place.resource.peers.push(place.peer);
  return true;
}

/** Puts one word where it belongs; false: it belongs nowhere here, or something else was said there before. */
function put(place: Place, text: string): boolean {
  const at = text.indexOf(':');
  const key = text.slice(0, at);
  const value = text.slice(at + 1);
  if (at < 1 || value === '') return false;
  const { resource, volume, peer } = place;
  if (peer && OF_PEER_VOLUME.has(key)) return putPeerVolume(place, peer, key, value);
  if (peer) return OF_PEER.has(key) && putPeer(peer, key, value);
  if (volume && OF_VOLUME.has(key)) return putVolume(volume, key, value);
  if (!OF_RESOURCE.has(key)) return false;
  return key === 'role' || key === 'suspended' ? set(resource, key, value) : true;
}

function putVolume(volume: DrbdVolume, key: string, value: string): boolean {
  if (key === 'volume' || key === 'minor') {
    if (!/^\d{1,7}$/.test(value)) return false;
    volume[key] = Number(value);
  }
  if (key === 'disk') return set(volume, 'disk', value);
  if (key === 'quorum') volume.quorum = value === 'yes' ? true : value === 'no' ? false : null;
  return true;
}

function putPeer(peer: DrbdPeer, key: string, value: string): boolean {
  if (key === 'role') return set(peer, 'role', value);
  if (key !== 'connection') return true;
  if (peer.connection !== '') return false;
  peer.connection = value;
  return true;
}

function putPeerVolume(place: Place, peer: DrbdPeer, key: string, value: string): boolean {
  if (key === 'volume' ? !/^\d{1,7}$/.test(value) : false) return false;
  if (key === 'volume' || !place.peerVolume) {
    place.peerVolume = { volume: key === 'volume' ? Number(value) : 0, replication: null, disk: null, outOfSyncBytes: null, donePercent: null };
    peer.volumes.push(place.peerVolume);
  }
  const volume = place.peerVolume;
  if (key === 'replication') return set(volume, 'replication', value);
  if (key === 'peer-disk' || key === 'disk') return set(volume, 'disk', value);
  if (key === 'out-of-sync') volume.outOfSyncBytes = /^\d{1,16}$/.test(value) ? kibibytes(value) : null;
  if (key === 'done') volume.donePercent = /^\d{1,3}(?:\.\d{1,2})?$/.test(value) && Number(value) <= 100 ? Number(value) : null;
  return true;
}

/** Where a line is lost, the next one must not take the place of what was said. */
function set<K extends string>(on: Record<K, string | null>, key: K, value: string): boolean {
  if (on[key] !== null) return false;
  on[key] = value;
  return true;
}

/** What was left out because it is normal: of a peer either its role or its connection is printed. A `done` that is not that of a resync is none. */
function complete(peer: DrbdPeer, resource: string, unread: string[]): void {
  if (peer.connection === '' && peer.role === null) unread.push(`${resource}: nothing is said of ${peer.name}`);
  if (peer.connection === '') peer.connection = peer.role === null ? 'unknown' : 'Connected';
  for (const volume of peer.volumes) {
    if (peer.connection === 'Connected') volume.replication ??= 'Established';
    if (!isResync(volume.replication)) volume.donePercent = null;
  }
}
