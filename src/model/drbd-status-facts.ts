// What drbd-utils 9 says of DRBD: resources, volumes and peers by name, and the events of their changes.

/** One device of this node. */
export interface DrbdVolume {
  volume: number;
  minor: number | null;
  /** As printed: UpToDate, Diskless ... or a word we do not know. */
  disk: string | null;
  /** False where DRBD itself says that quorum is lost; null: not said. */
  quorum: boolean | null;
}

/** The same device on a peer, as this node sees it. */
export interface DrbdPeerVolume {
  volume: number;
  /** Off, Established, SyncSource ... as printed; text leaves out Established. */
  replication: string | null;
  disk: string | null;
  outOfSyncBytes: number | null;
  /** Of a resync; null while a verify runs, as what is printed then is not how far it is. */
  donePercent: number | null;
}

export interface DrbdPeer {
  /** Its host name, or `peer` with a module of 8.4, which does not know it. */
  name: string;
  /** Connected, Connecting, StandAlone ... as printed; text leaves out Connected. */
  connection: string;
  /** null where nothing is said, as in text of a peer that is not connected. */
  role: string | null;
  volumes: DrbdPeerVolume[];
}

export interface DrbdStatusResource {
  name: string;
  role: string | null;
  /** `suspended:` as printed, `no` when all is well; null: not said. */
  suspended: string | null;
  volumes: DrbdVolume[];
  peers: DrbdPeer[];
}

/** `drbdsetup status`: all resources that are up on this node. */
export interface DrbdStatus {
  resources: DrbdStatusResource[];
}

/** One line of `drbdsetup events2`. */
export interface DrbdEvent {
  /** ISO 8601 UTC, from --timestamps; null without. */
  at: string | null;
  /** exists, create, change, rename, destroy, call, response. A `change` carries only what changed. */
  event: string;
  /** resource, device, connection, peer-device, path, helper; `-` closes the dump of what exists. */
  object: string;
  /** The resource. */
  name: string | null;
  /** All of the line, `name` too, as printed. */
  fields: Readonly<Record<string, string>>;
}

/** A stretch of `drbdsetup events2`. */
export interface DrbdEvents {
  events: DrbdEvent[];
}
