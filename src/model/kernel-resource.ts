// Which DRBD resource a line of a node's kernel log is about: by name, or by the minor that most lines name instead.
import type { NodeView } from './cluster.ts';
import { lastWord } from './heard.ts';
import type { KernelEvent } from './kernel-facts.ts';
import { shortName } from './names.ts';

/**
 * The resource (`name`, `name/1` from volume 1 on) that uses this minor on the node, by drbdadm, else by the node's own
 * drbd.conf; null where neither tells, or more than one does.
 */
export function resourceOfMinor(node: NodeView, minor: number): string | null {
  const told = (lastWord(node, 'drbdadm')?.resources ?? []).filter((one) => one.minor === minor);
  const names = told.length > 0 ? told.map((one) => volumeName(one.name, one.volume)) : configured(node, minor);
  const [name, ...others] = [...new Set(names)];
  return name !== undefined && others.length === 0 ? name : null;
}

/** The resource of an event: as the line names it, else by its minor; null where it is about none. */
export function resourceOf(node: NodeView, event: KernelEvent): string | null {
  return event.resource ?? (event.minor === null ? null : resourceOfMinor(node, event.minor));
}

/** The message with the resource's name behind the device where the line names the minor alone: `block drbd1 (mail): ...`. */
export function withResourceName(node: NodeView, event: KernelEvent): string {
  const { minor, resource, text } = event;
  if (minor === null || resource !== null) return text;
  const name = resourceOfMinor(node, minor);
  const device = `drbd${minor}`;
  return name === null || name === device ? text : text.replace(device, () => `${device} (${name})`);
}

function configured(node: NodeView, minor: number): string[] {
  const sides = (lastWord(node, 'drbd-conf')?.resources ?? []).flatMap((resource) =>
    resource.sides.filter((side) => side.minor === minor).map((side) => ({ name: volumeName(resource.name, side.volume), host: side.node })));
  const own = new Set([node.name, lastWord(node, 'vitals')?.nodeName ?? node.name].map(shortName));
  return sides.filter(({ host }) => own.has(shortName(host))).map(({ name }) => name);
}

function volumeName(name: string, volume: number): string {
  return volume === 0 ? name : `${name}/${volume}`;
}
