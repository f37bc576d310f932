// What a member of a heartbeat group stands for. As written in haresources: `AGENT::ARGUMENT::...`.

/** Agents whose first argument is a DRBD resource. `datadisk` is the name before DRBD 0.7. */
const DRBD_AGENTS = new Set(['drbddisk', 'datadisk', 'drbdupper']);

/** Agents whose first argument is a Xen domain, or the path of its configuration file (`/etc/xen/NAME.cfg`). */
const XEN_AGENTS = new Set(['haxendomains', 'xendomains', 'xendomain', 'xendom', 'xen', 'xenvm']);

/** The agent whose first argument is the .vmx of a VMware machine. */
const VMWARE_AGENT = 'vmmanager';

/** The DRBD resource that a member makes Primary; null when it is something else. */
export function drbdResourceOf(member: string): string | null {
  const [agent = '', argument] = parts(member);
  return DRBD_AGENTS.has(agent.toLowerCase()) && argument ? argument : null;
}

/** The Xen domain that a member starts; null when it is something else. */
export function domainOf(member: string): string | null {
  const [agent = '', argument] = parts(member);
  if (!XEN_AGENTS.has(agent.toLowerCase()) || !argument) return null;
  const file = argument.slice(argument.lastIndexOf('/') + 1);
  return argument.includes('/') ? file.replace(/\.(cfg|conf|sxp|hvm)$/, '') : file;
}

/** The .vmx that a member starts in VMware, as written (its script puts a path before it); null when it is something else. */
export function machineFileOf(member: string): string | null {
  const [agent = '', argument] = parts(member);
  return agent.toLowerCase() === VMWARE_AGENT && argument ? argument : null;
}

/** Device and mount point of a Filesystem member; null when it is something else. */
export function filesystemOf(member: string): { device: string; path: string } | null {
  const [agent = '', device, path] = parts(member);
  return agent === 'Filesystem' && device && path ? { device, path } : null;
}

function parts(member: string): string[] {
  const [agent = '', ...rest] = member.split('::');
  return [agent.slice(agent.lastIndexOf('/') + 1), ...rest];
}
