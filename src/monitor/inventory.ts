// The inventory: what the operator wrote about his clusters (State of Record). Shapes here; reading and checking
// in inventory-parse.ts, finding and watching the file in inventory-file.ts.
import type { ClusterConfig, NodeName } from '../model/cluster.ts';
import type { SshTarget } from '../transport/session.ts';

export interface InventoryNode {
  name: NodeName;
  target: SshTarget;
  sudo: boolean;
  power: { status: string[] | null; off: string[] | null; on: string[] | null };
}

export interface InventoryService {
  name: string;
  tcp: { host: string; port: number } | null;
  ping: string | null;
  domain: string | null;
}

export interface InventoryNotify {
  on: ('domain' | 'takeover' | 'finding')[];
  mail: string[];
  from: string | null;
  exec: string[] | null;
}

export interface InventoryCluster {
  config: ClusterConfig;
  nodes: InventoryNode[];
  /** Log files to follow on every node; empty: heartbeat's default, and what ha.cf names. */
  logs: string[];
  services: InventoryService[];
  notify: InventoryNotify[];
}

export interface Inventory {
  /** Where it was read; null when the nodes were named on the command line. */
  file: string | null;
  clusters: InventoryCluster[];
}
