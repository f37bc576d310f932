// What a message of heartbeat means: its kind, and the node and resource it names (texts of heartbeat.c, hb_resource.c, ipfail.c).
import type { LogKind } from '../model/facts.ts';

/** A message understood; null where it names no node or resource. */
export interface LogMeaning {
  kind: LogKind;
  node: string | null;
  resource: string | null;
}

/** `other`, with the node where one is named, for whatever is not in the table. */
export function meaningOf(text: string): LogMeaning {
  for (const [kind, pattern] of MESSAGES) {
    const groups = pattern.exec(text)?.groups;
    if (groups === undefined) continue;
    return { kind, ...namesOf(groups) };
  }
  return { kind: 'other', node: null, resource: null };
}

/** The first that matches counts. Every pattern has the groups it can fill: node, link, script, resource. */
const MESSAGES: readonly [LogKind, RegExp][] = [
  // `node X: is dead` is said after a planned stop too: only a shutdown notice before it tells the two apart.
  ['node-dead', /^node (?<node>\S+): is dead$/i],
  ['node-dead', /^Status update for node (?<node>\S+): status dead$/],
  ['node-dead', /^Status update: Node (?<node>\S+) now has status dead$/],
  ['node-up', /^Status update for node (?<node>\S+): status (?:up|active|ping)$/],
  ['node-up', /^Node (?<node>\S+): status (?:up|active|ping)$/],
  ['node-up', /^Status update: Node (?<node>\S+) now has status (?:up|active|ping)$/],
  // No node is named: it is the one that writes the log.
  ['node-up', /^(?<node>)Local status now set to: '(?:up|active)'$/],
  ['link-dead', /^Link (?<link>\S+) dead\.$/],
  ['link-up', /^Link (?<link>\S+) up\.$/],
  ['link-dead', /^Link Status update: Link (?<node>[^\s/]+)\/(?<resource>\S+) now has status dead$/],
  ['link-up', /^Link Status update: Link (?<node>[^\s/]+)\/(?<resource>\S+) now has status up$/],

  ['shutdown-notice', /^Received shutdown notice from '(?<node>[^']+)'\.$/],
  ['shutdown-complete', /^(?:(?<node>\S+) )?Heartbeat shutdown complete\.$/],
  ['restart', /^Heartbeat restart on node (?<node>\S+)$/],
  ['restart', /^(?<node>)(?:Heartbeat restart triggered|Restarting heartbeat|Performing heartbeat restart exec|No local heartbeat\. Forcing restart|Core heartbeat process died! Restarting)\b/],

  ['acquiring', /^Resources being acquired from (?<node>\S+?)\.$/],
  ['acquiring', /^Acquiring resource group: (?<node>\S+) (?<resource>.+)$/],
  ['acquiring', /^Taking over resource group (?<resource>.+)$/],
  ['acquiring', /^(?<node>)acquire \S+ HA resources \(standby\)\.$/],
  ['releasing', /^Releasing resource group: (?<node>\S+) (?<resource>.+)$/],
  ['releasing', /^Giving up resources due to failure of (?<resource>.+)$/],
  ['releasing', /^(?<node>)(?:give up \S+ HA resources \(standby\)|Giving up all HA resources)\.$/],
  // Only scripts that stand for resources: /etc/ha.d/rc.d/status is heartbeat's own housekeeping.
  ['resource-start', /^Running \/etc\/(?:ha\.d\/+resource\.d|init\.d|rc\.d\/init\.d)\/+(?<script>\S+(?: .*)?) start$/],
  ['resource-stop', /^Running \/etc\/(?:ha\.d\/+resource\.d|init\.d|rc\.d\/init\.d)\/+(?<script>\S+(?: .*)?) stop$/],
  ['takeover-complete', /^mach_down takeover complete(?: for node (?<node>\S+?))?\.$/],

  ['standby', /^(?<node>\S+) wants to go standby(?: \[\w+\])?$/],
  ['standby', /^standby: (?<node>\S+) can take our \S+ resources$/],
  ['standby', /^standby: acquire \[?\w+\]? resources from (?<node>\S+)$/],
  ['standby', /^(?<node>)(?:Going standby \[\w+\]|Local standby process completed|Standby resource acquisition done|Other node completed standby takeover|\w+ HA resource (?:release|acquisition) completed \(standby\))/],
  ['standby', /^(?<node>)(?:No reply to standby request|Standby request cancelled|standby message .* ignored|Attempting to enter standby mode)/],

  ['returning-after-partition', /^Cluster node (?<node>\S+) returning after partition/],
  ['both-own-resources', /^(?<node>)Both machines own (?:our|foreign) resources!/],
  ['no-stonith', /^(?<node>)No STONITH device configured\./],
  ['late-heartbeat', /^Late heartbeat: Node (?<node>\S+): interval /],

  ['other', /^Status update for node (?<node>\S+): status \S+$/],
  ['other', /^Dead node (?<node>\S+) gave up resources\.$/],
  ['other', /^\d+ lost packet\(s\) for \[(?<node>[^\]]+)\]/],
  ['other', /^No pkts missing from (?<node>\S+)!$/],
  ['other', /^(?:Resetting node|STONITH of|Host|node) (?<node>\S+) (?:with|failed|not reset|now reset)/],
];

function namesOf(groups: Record<string, string | undefined>): Omit<LogMeaning, 'kind'> {
  if (groups['link'] !== undefined) return splitLink(groups['link']);
  // `Running .../drbddisk drbd0 start`: script and arguments; heartbeat prints two blanks where there are none.
  const resource = groups['script']?.trim().replace(/\s+/g, ' ') ?? groups['resource'];
  return { node: groups['node'] || null, resource: resource ?? null };
}

/** `bravo:eth1`, `bravo:/dev/ttyS0`; the link of a ping node bears the node's name, which may be an IPv6 address. */
function splitLink(link: string): Omit<LogMeaning, 'kind'> {
  const half = (link.length - 1) / 2;
  if (link[half] === ':' && link.slice(0, half) === link.slice(half + 1)) return { node: link.slice(0, half), resource: link.slice(half + 1) };
  const colon = link.indexOf(':');
  return colon < 1 ? { node: null, resource: link } : { node: link.slice(0, colon), resource: link.slice(colon + 1) };
}
