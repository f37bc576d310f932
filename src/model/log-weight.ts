// How much a log line matters to whoever watches: the symbol it gets in the timeline.
import type { LogEvent, LogKind } from './facts.ts';

/** fault: something broke; change: worth a look, nothing wrong; ok: it ended well; plain: all the rest. */
export type LogWeight = 'fault' | 'change' | 'ok' | 'plain';

/**
 * The weight of one line alone. Whether a node's death was announced (a shutdown notice before it) is for the one who
 * sees the lines before.
 */
export function severityOfLog(event: LogEvent): LogWeight {
  const weight = WEIGHTS[event.kind];
  if (weight !== 'plain') return weight;
  const level = event.level?.toUpperCase() ?? '';
  if (GRAVE.has(level) || DANGEROUS.test(event.text)) return 'fault';
  return level === 'WARN' || level === 'WARNING' ? 'change' : 'plain';
}

const WEIGHTS: Readonly<Record<LogKind, LogWeight>> = {
  'node-dead': 'fault',
  'link-dead': 'fault',
  'returning-after-partition': 'fault',
  'both-own-resources': 'fault',
  'no-stonith': 'fault',
  'late-heartbeat': 'fault',
  'node-up': 'change',
  'shutdown-complete': 'change',
  restart: 'change',
  'takeover-complete': 'ok',
  'link-up': 'plain',
  'shutdown-notice': 'plain',
  acquiring: 'plain',
  releasing: 'plain',
  'resource-start': 'plain',
  'resource-stop': 'plain',
  standby: 'plain',
  other: 'plain',
};

const GRAVE: ReadonlySet<string> = new Set(['EMERG', 'ALERT', 'CRIT', 'CRITICAL', 'ERROR', 'ERR']);

/** Messages that are grave whatever their level: `We are dead. :<` is printed as info. */
const DANGEROUS =
  /^We are dead\.|Shared disks are not protected|No one owns our|not reset!|^STONITH of .* failed|Resource STOP failure|should not be!|Cannot locate resource script|write failure on |Is a cable unplugged|Irretrievably lost packet|lost a lot of packets|Emergency Shutdown|Watchdog write failure|No reply to standby request|Standby request cancelled|due to failure of|Bad permissions on keyfile|failed authentication/;
