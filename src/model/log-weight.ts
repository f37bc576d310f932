// How much a log line matters to whoever watches: the symbol it gets in the timeline.
import type { LogEvent, LogKind } from './facts.ts';
import type { KernelEvent } from './kernel-facts.ts';

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

/** The weight of a line of the kernel: by what DRBD, a disk or a bond became, not by what it was. */
export function severityOfKernel({ kind, about, from, to, text }: KernelEvent): LogWeight {
  switch (kind) {
    case 'split-brain':
      return /(?:manually|automatically) solved/.test(text) ? 'change' : 'fault';
    case 'io-error':
    case 'detached':
      return 'fault';
    case 'resync-started':
      return 'change';
    case 'resync-done':
      return 'ok';
    case 'drbd-role':
      // Own role only: 0.7 prints both, `Secondary/Primary`.
      return to?.split('/')[0] === 'Primary' && from?.split('/')[0] !== 'Primary' && !/\bpeer\( /.test(text) ? 'change' : 'plain';
    case 'drbd-connection':
      return CONNECTIONS[to ?? ''] ?? 'plain';
    case 'drbd-disk':
      return DISKS[to ?? ''] ?? 'plain';
    case 'other':
      if (about === 'bonding') return weightOfBond(text);
      return KERNEL_DANGEROUS.test(text) ? 'fault' : 'plain';
  }
}

/** Connection states of 0.7, 8.x and 9; those on the way (WFConnection, WFReportParams ...) are plain. */
const CONNECTIONS: Readonly<Record<string, LogWeight>> = {
  NetworkFailure: 'fault', Timeout: 'fault', BrokenPipe: 'fault', ProtocolError: 'fault', StandAlone: 'fault',
  TearDown: 'change', Disconnecting: 'change', Off: 'plain',
  SyncSource: 'change', SyncTarget: 'change', PausedSyncS: 'change', PausedSyncT: 'change', VerifyS: 'change', VerifyT: 'change',
  Connected: 'ok', Established: 'ok',
};

const DISKS: Readonly<Record<string, LogWeight>> = { Failed: 'fault', Inconsistent: 'change', Outdated: 'change', UpToDate: 'ok' };

function weightOfBond(text: string): LogWeight {
  if (/definitely down|without any active interface/.test(text)) return 'fault';
  return /definitely up|link up again/.test(text) ? 'ok' : 'plain';
}

/** Of lines that have no kind of their own. */
const KERNEL_DANGEROUS =
  /PingAck did not arrive|BOTH nodes inconsistent|Unrelated data|both Primary|shall become Sync|quorum\( yes -> no \)|ASSERT|logic BUG|-fs error|[Aa]borting journal|read-only|\bLink is Down\b|kicking non-fresh|offlined|Failing path/;

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
