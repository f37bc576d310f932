// Whether what `status --json` says of a cluster is how it is: each difference as a sentence.
import type { Truth } from '../../src/simulator/world/truth.ts';

/** The part of `status --json` that has a truth. */
export interface SaidStatus {
  health: string;
  nodes: { name: string; reachable: boolean; state: string }[];
  replicas: { name: string; state: string; sides: { node: string; role: string | null; disk: string | null; connection: string | null }[] }[];
  domains: { name: string; node: string; state: string }[];
  groups: { name: string; on: string | null; state: string }[];
  findings: { code: string; severity: string; subject: string; says: string }[];
}

/**
 * What differs, empty when nothing does. Of a node that cannot answer nothing can be known but that it does not
 * answer; a group is compared where it stands still.
 */
export function differences(said: SaidStatus, truth: Truth): string[] {
  const answers = (name: string): boolean => truth.nodes[name]?.machine === 'up';
  const wrong: string[] = [];
  const same = (what: string, saidValue: unknown, trueValue: unknown): void => {
    if (JSON.stringify(saidValue) !== JSON.stringify(trueValue)) wrong.push(`${what}: said ${JSON.stringify(saidValue)}, is ${JSON.stringify(trueValue)}`);
  };
  same('nodes', said.nodes.map((node) => node.name), Object.keys(truth.nodes));
  for (const node of said.nodes) same(`${node.name} reachable`, node.reachable, answers(node.name));
  same('replicas', said.replicas.map((replica) => replica.name).sort(), Object.keys(truth.replicas).sort());
  for (const replica of said.replicas) {
    for (const [node, side] of Object.entries(truth.replicas[replica.name] ?? {})) {
      if (!answers(node)) continue;
      const heard = replica.sides.find((one) => one.node === node);
      same(`${replica.name} on ${node}`, [heard?.role, heard?.disk, heard?.connection], [side.role, side.disk, side.connection]);
    }
  }
  for (const [name, domain] of Object.entries(truth.domains)) {
    const heard = said.domains.filter((one) => one.name === name && answers(one.node));
    same(`${name} runs on`, heard.filter((one) => isOn(one.state)).map((one) => one.node).sort(), domain.on.filter(answers).sort());
    const one = heard.find((entry) => entry.node === domain.node);
    if (one && domain.on.length <= 1) same(`${name} is`, one.state, domain.state);
  }
  for (const [name, group] of Object.entries(truth.groups)) {
    if (['starting', 'stopping'].includes(group.state) || (group.on !== null && !answers(group.on))) continue;
    const heard = said.groups.find((one) => one.name === name);
    same(`group ${name}`, [heard?.on, heard?.state], [group.on, group.state]);
  }
  return wrong;
}

function isOn(state: string): boolean {
  return ['running', 'paused', 'stuck'].includes(state);
}
