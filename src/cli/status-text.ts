// `status` for people: the verdict, every finding with its sentence, then what is known, one line each. Pure.
import type { Cluster } from '../model/cluster.ts';
import { domains } from '../model/domains.ts';
import { sentence } from '../model/findings.ts';
import type { Finding } from '../model/findings.ts';
import { groups } from '../model/groups.ts';
import { health, worst as worstOf } from '../model/health.ts';
import type { Group, NodeSummary, Replica } from '../model/joined.ts';
import { nodeSummaries } from '../model/nodes.ts';
import { replicas } from '../model/replicas.ts';
import { bytes, count, duration, percent } from '../model/words.ts';
import { isoTime } from './iso-time.ts';
import { paint } from './paint.ts';
import { statusErrors } from './status-document.ts';

/** Lines for a terminal or a mail; no width is assumed, so that each can be found with grep. */
export function statusText(cluster: Cluster, findings: readonly Finding[], now: number, color: boolean): string {
  const verdict = health(findings);
  const nodes = nodeSummaries(cluster, now);
  const sides = replicas(cluster, now);
  const running = domains(cluster, now);
  const lines = [
    `${paint(verdict.toUpperCase(), verdict, color)}  ${cluster.config.name}  ${count(nodes.length, 'node')}  ${count(sides.length, 'replica')}  ${count(running.length, 'domain')}  ${isoTime(now)?.replace(/\.\d+Z$/, 'Z') ?? ''}`,
    ...findings.map((finding) => `${paint(finding.severity, finding.severity, color)}  ${finding.code}  ${sentence(finding)}`),
    ...nodes.map((node) => `node  ${nodeLine(node)}`),
    ...sides.map((replica) => `replica  ${replicaLine(replica)}`),
    ...running.map((domain) => words('domain', domain.name, domain.state, `on ${domain.node}`, domain.memoryBytes !== null && bytes(domain.memoryBytes), domain.stale && 'old')),
    ...groups(cluster, now).map((group) => `group  ${groupLine(group)}`),
    ...cluster.nodes.flatMap((node) => statusErrors(cluster, node, now)).map((error) => `not known  ${error.node}  ${error.probe}: ${error.why}`),
  ];
  return `${lines.join('\n')}\n`;
}

/** One line for a monitoring system: `CRITICAL perugia: bravo is dead ... (+2)`. */
export function statusOneLine(cluster: Cluster, findings: readonly Finding[], now: number): string {
  const verdict = health(findings);
  const worst = worstOf(findings);
  const others = findings.filter((finding) => finding.severity !== 'info' && finding !== worst);
  const nodes = nodeSummaries(cluster, now).length;
  const says = worst ? sentence(worst) : `${count(nodes, 'node')}, ${count(replicas(cluster, now).length, 'replica')}, ${count(domains(cluster, now).length, 'domain')}`;
  return `${verdict.toUpperCase()} ${cluster.config.name}: ${says}${others.length > 0 ? ` (+${others.length})` : ''}\n`;
}

function nodeLine(node: NodeSummary): string {
  const { manager, hypervisor, load, memoryBytes } = node;
  return words(
    node.name,
    node.state,
    node.uptimeSeconds !== null && `up ${duration(node.uptimeSeconds)}`,
    manager.kind !== null && manager.kind !== 'none' && `${manager.kind} ${manager.version ?? ''}`.trim(),
    hypervisor.kind !== null && hypervisor.kind !== 'none' && `${hypervisor.kind} ${hypervisor.version ?? ''}`.trim(),
    load !== null && `load ${load.map((value) => value.toFixed(2)).join(' ')}`,
    memoryBytes !== null && `memory ${bytes(memoryBytes.total - memoryBytes.free)} of ${bytes(memoryBytes.total)}`,
    ...node.links.map((link) => `${link.name}-${link.peer} ${link.up === null ? 'not known' : link.up ? 'up' : 'down'}`),
    node.stale && 'old',
  );
}

function replicaLine(replica: Replica): string {
  const sides = replica.sides.map((side) => `${side.node} ${side.role ?? 'not known'} ${side.disk ?? 'not known'} ${side.connection ?? 'not known'}${side.stale ? ' (old)' : ''}`);
  const { sync } = replica;
  return words(replica.name, replica.state, ...sides, sync !== null && sync.donePercent !== null && percent(sync.donePercent), sync !== null && sync.finishSeconds !== null && `${duration(sync.finishSeconds)} left`);
}

function groupLine({ name, state, on, owners, preferred }: Group): string {
  const where = owners.length > 1 ? owners.join(' and ') : on;
  return words(name, state, where !== null && `on ${where}`, preferred !== null && where !== preferred && `at home on ${preferred}`);
}

function words(...parts: readonly (string | false)[]): string {
  return parts.filter((part) => part !== false && part !== '').join('  ');
}
