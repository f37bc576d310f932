// The `status` document: one cluster at one moment, in the words of the JSON contract. Pure.
import { ageSeconds } from '../model/cluster.ts';
import type { Cluster, NodeView } from '../model/cluster.ts';
import { domains } from '../model/domains.ts';
import { sentence } from '../model/findings.ts';
import type { Finding, Health } from '../model/findings.ts';
import { groups } from '../model/groups.ts';
import { health } from '../model/health.ts';
import type { Domain, Group, NodeSummary, Replica } from '../model/joined.ts';
import { nodeSummaries } from '../model/nodes.ts';
import { replicas } from '../model/replicas.ts';
import { isoTime } from './iso-time.ts';
import { logTrouble } from './log-trouble.ts';

/** Something that could not be asked or did not answer; `probe` is `ssh` for the connection itself. */
export interface StatusError {
  node: string;
  probe: string;
  why: string;
}

export interface StatusDocument {
  schema: 'crashcart/status/1';
  cluster: string;
  /** ISO 8601 UTC. */
  at: string | null;
  health: Health;
  nodes: NodeSummary[];
  replicas: object[];
  domains: Domain[];
  groups: Group[];
  services: { name: string; up: boolean | null; sinceSeconds: number | null }[];
  findings: { code: string; severity: string; subject: string; says: string; evidence: readonly string[]; since: string | null; because: string | null }[];
  errors: StatusError[];
}

/** All that is known of a cluster at `now` (epoch ms). `serviceNames`: the inventory's; nothing measures them yet. */
export function statusDocument(cluster: Cluster, findings: readonly Finding[], serviceNames: readonly string[], now: number): StatusDocument {
  return {
    schema: 'crashcart/status/1',
    cluster: cluster.config.name,
    at: isoTime(now),
    health: health(findings),
    nodes: nodeSummaries(cluster, now).map((node) => ({ ...node, ageSeconds: tenth(node.ageSeconds), clockSkewSeconds: node.clockSkewSeconds === null ? null : Math.round(node.clockSkewSeconds * 1000) / 1000 })),
    replicas: replicas(cluster, now).map(replicaPart),
    domains: domains(cluster, now).map((domain) => ({ ...domain, ageSeconds: tenth(domain.ageSeconds) })),
    groups: groups(cluster, now),
    services: serviceNames.map((name) => ({ name, up: null, sinceSeconds: null })),
    findings: findings.map((finding) => ({
      code: finding.code,
      severity: finding.severity,
      subject: finding.subject,
      says: sentence(finding),
      evidence: finding.evidence,
      since: isoTime(finding.since),
      because: finding.because,
    })),
    errors: cluster.nodes.flatMap((node) => statusErrors(cluster, node, now)),
  };
}

/** What of a node could not be asked. A tool that is not installed is no error: it may be quite right. */
export function statusErrors(cluster: Cluster, node: NodeView, now: number): StatusError[] {
  const errors: StatusError[] = [];
  const add = (probe: string, why: string): void => void errors.push({ node: node.name, probe, why });
  const { link } = node;
  if (link.state === 'connecting') add('ssh', 'not connected yet');
  else if (link.state !== 'up') add('ssh', link.says);
  for (const [probe, observation] of Object.entries(node.facts)) {
    if (observation.failure && observation.failure.kind !== 'absent') add(probe, observation.failure.why);
    else if (!observation.failure && observation.heardAt === null && link.state === 'up') {
      const asked = ageSeconds({ ...observation, heardAt: observation.askedAt }, now);
      add(probe, asked === null ? 'not asked yet' : `no answer for ${Math.round(asked)} s`);
    }
  }
  for (const { file, why } of logTrouble(cluster, node)) add('ha-log', `${file}: ${why}`);
  return errors;
}

function replicaPart(replica: Replica): object {
  return {
    ...replica,
    sides: replica.sides.map((side) => ({
      ...side,
      ageSeconds: tenth(side.ageSeconds),
      peerSays: side.peerSays && { ...side.peerSays, ageSeconds: tenth(side.peerSays.ageSeconds) },
    })),
  };
}

function tenth(seconds: number | null): number | null {
  return seconds === null ? null : Math.round(seconds * 10) / 10;
}
