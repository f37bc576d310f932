// "perugia" by hand: heartbeat 2, VMware Server 1, DRBD 0.7; alpha runs charlie and echo, bravo delta and foxtrot.
import type { Cluster, NodeView } from '../../src/model/cluster.ts';
import type { DomainState, Mounts, VmwareList } from '../../src/model/facts.ts';
import { cluster, conf, failing, ha, haCf, haresources, heard, minor, proc, tell, view, vitals } from './build.ts';

export const PATHS = {
  charlie: '/var/lib/vmware/VirtualMachinesALPHA/CharlieXP/CharlieXP.vmx',
  echo: '/var/lib/vmware/VirtualMachinesALPHA/EchoSUSE/EchoSUSE.vmx',
  delta: '/var/lib/vmware/VirtualMachinesBRAVO/DeltaKUBUNTU/DeltaKUBUNTU.vmx',
  foxtrot: '/var/lib/vmware/VirtualMachinesBRAVO/Foxtrot2000AS/Foxtrot2000AS.vmx',
} as const;
type Name = keyof typeof PATHS;

const MEMORY: Record<Name, number> = { charlie: 64, echo: 256, delta: 256, foxtrot: 128 };

export const LINES = [
  'alpha drbddisk::drbd0 Filesystem::/dev/drbd0::/var/lib/vmware/VirtualMachinesALPHA::ext3 vmmanager::ALPHA/CharlieXP/CharlieXP.vmx vmmanager::ALPHA/EchoSUSE/EchoSUSE.vmx',
  'bravo drbddisk::drbd1 Filesystem::/dev/drbd1::/var/lib/vmware/VirtualMachinesBRAVO::ext3 vmmanager::BRAVO/DeltaKUBUNTU/DeltaKUBUNTU.vmx vmmanager::BRAVO/Foxtrot2000AS/Foxtrot2000AS.vmx',
];

/** All four are registered on every node; `vmware('delta running')`: what is not named is not here. */
export function vmware(...words: string[]): VmwareList {
  const states = new Map(words.map((word) => word.split(' ') as [Name, DomainState]));
  return {
    version: '1.0.1',
    machines: (Object.keys(PATHS) as Name[]).map((name) => {
      const path = PATHS[name];
      const state = states.get(name) ?? null;
      const isRead = state !== null && state !== 'unknown';
      return {
        path, name: isRead ? name : path.slice(path.lastIndexOf('/') + 1, -4), state,
        uptimeSeconds: state === 'running' ? 1234 : null, memoryBytes: isRead ? MEMORY[name] * 2 ** 20 : null, heartbeat: null, question: null, uuidAction: null,
      };
    }),
  };
}

/** `mounted('ALPHA')`: the file systems of these homes, on their own devices. */
export function mounted(...homes: ('ALPHA' | 'BRAVO')[]): Mounts {
  return {
    mounts: [{ device: '/dev/md0', path: '/', type: 'ext3', options: 'rw' }, ...homes.map((home) => ({
      device: home === 'ALPHA' ? '/dev/drbd0' : '/dev/drbd1', path: `/var/lib/vmware/VirtualMachines${home}`, type: 'ext3', options: 'rw' }))],
  };
}

export const HOME = {
  alpha: { drbd: ['Primary/Secondary', 'Secondary/Primary'], mounts: mounted('ALPHA'), machines: vmware('charlie running', 'echo running') },
  bravo: { drbd: ['Secondary/Primary', 'Primary/Secondary'], mounts: mounted('BRAVO'), machines: vmware('delta running', 'foxtrot running') },
} as const;

/** What happens to a node's disks, mounts and machines together. */
export function runs(before: Cluster, name: 'alpha' | 'bravo', drbd: readonly [string, string], mounts: Mounts, machines: VmwareList): Cluster {
  const disks = tell(before, name, 'proc-drbd', proc('0.7.23', minor(0, `${connection(drbd[0])} ${drbd[0]} Consistent`), minor(1, `${connection(drbd[1])} ${drbd[1]} Consistent`)));
  return tell(tell(disks, name, 'mounts', mounts), name, 'vmware-cmd', machines);
}

function connection(roles: string): string {
  return roles.endsWith('/Unknown') ? 'WFConnection' : 'Connected';
}

/** The healthy pair at home. */
export function perugia(): Cluster {
  const node = (name: 'alpha' | 'bravo', peer: string): NodeView => view(name, {
    vitals: heard('vitals', vitals(name)),
    'drbd-conf': heard('drbd-conf', conf('drbd0 alpha:0 bravo:0', 'drbd1 alpha:1 bravo:1')),
    drbdadm: failing('drbdadm', 'absent', 'drbdadm is not installed'),
    'xen-list': failing('xen-list', 'absent', 'neither xm nor xl is there'),
    'cl-status': heard('cl-status', ha('local', `${peer} active bond0:up bond1:up`, `${name} active bond0:up bond1:up`)),
    'ha-cf': heard('ha-cf', haCf({ nodes: ['alpha', 'bravo'] }), { raw: 'keepalive 2\nnode alpha bravo\n' }),
    haresources: heard('haresources', haresources(...LINES), { raw: `${LINES.join('\n')}\n` }),
  });
  return (['alpha', 'bravo'] as const).reduce((now, name) => runs(now, name, HOME[name].drbd, HOME[name].mounts, HOME[name].machines), cluster(node('alpha', 'bravo'), node('bravo', 'alpha')));
}
