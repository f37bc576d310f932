// The cluster manager's own log, /var/log/ha-log: one line, in the form of its age.
import type { SimNode } from '../shapes.ts';

export const HA_LOG = '/var/log/ha-log';

/** How grave a line is, as it is written: heartbeat writes lower case for its own `info`, the resource scripts `INFO`. */
export type HaLevel = 'debug' | 'info' | 'notice' | 'WARN' | 'ERROR' | 'CRIT' | 'CRITICAL' | 'INFO' | 'DEBUG' | 'WARNING';

/**
 * Appends a line to the log of a node. `tag` is the program, with its process id when the caller has one
 * (`Filesystem[1422]`); without one, a new process id is taken. The daemon separates the tag from the time by a blank,
 * its shell scripts by a tab. The node's clock runs in UTC.
 */
export function haLog(node: SimNode, tag: string, level: HaLevel, text: string): void {
  const program = tag.endsWith(']') ? tag : `${tag}[${node.pid()}]`;
  const gap = program.startsWith('heartbeat[') || program.startsWith('ipfail[') ? ' ' : '\t';
  node.files.append(HA_LOG, `${program}:${gap}${haTime(node.clock())} ${level}: ${text}\n`);
}

/** `2007/02/15_10:22:33`. */
export function haTime(ms: number): string {
  return new Date(ms).toISOString().slice(0, 19).replace('T', '_').replaceAll('-', '/');
}
