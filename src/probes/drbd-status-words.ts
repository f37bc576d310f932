// The words that drbd-utils 9 prints for the states of DRBD (drbd_strings.c of DRBD 9).
import type { DrbdStatusResource } from '../model/drbd-status-facts.ts';
import { DISKS, ROLES } from './proc-drbd-words.ts';

const CONNECTIONS: ReadonlySet<string> = new Set([
  'StandAlone', 'Disconnecting', 'Unconnected', 'Timeout', 'BrokenPipe', 'NetworkFailure', 'ProtocolError', 'TearDown', 'Connecting', 'Connected',
]);

const REPLICATIONS: ReadonlySet<string> = new Set([
  'Off', 'Established', 'StartingSyncS', 'StartingSyncT', 'WFBitMapS', 'WFBitMapT', 'WFSyncUUID', 'SyncSource', 'SyncTarget', 'VerifyS', 'VerifyT',
  'PausedSyncS', 'PausedSyncT', 'Ahead', 'Behind',
]);

/** True for a state during which the percentage that is printed is that of a resync. */
export function isResync(replication: string | null): boolean {
  return replication !== null && /^(?:Paused)?Sync(?:Source|Target|S|T)$/.test(replication);
}

/** Words of a resource that are not known, as `r0: connection Wobbly`: kept as printed, and unread. */
export function unknownWords(resource: DrbdStatusResource): string[] {
  const said: [what: string, word: string | null, known: ReadonlySet<string>][] = [
    ['role', resource.role, ROLES],
    ...resource.volumes.map(({ disk }): [string, string | null, ReadonlySet<string>] => ['disk', disk, DISKS]),
    ...resource.peers.flatMap((peer): [string, string | null, ReadonlySet<string>][] => [
      ['connection', peer.connection, CONNECTIONS],
      ['role', peer.role, ROLES],
      ...peer.volumes.flatMap(({ disk, replication }): [string, string | null, ReadonlySet<string>][] => [['peer-disk', disk, DISKS], ['replication', replication, REPLICATIONS]]),
    ]),
  ];
  return said.flatMap(([what, word, known]) => (word === null || known.has(word) ? [] : [`${resource.name}: ${what} ${word}`]));
}
