// What of a resource is not yet as drbd.conf has it, for `drbdadm adjust`.
import type { AdmRun } from './adm-run.ts';
import { minorOf, optionOf, sidesOf } from './config.ts';
import type { Option, Resource } from './config.ts';
import { kib } from './configure.ts';
import { atLeast } from './cstates.ts';

/** Which of the three calls it takes. */
export function differences(run: AdmRun, resource: Resource): { attach: boolean; syncer: boolean; connect: boolean } {
  const { me, peer } = sidesOf(resource, run.call.node.name);
  const minor = run.kernel.modules.get(run.call.node)?.minors[minorOf(me?.device ?? '')];
  if (!minor || minor.cstate === 'Unconfigured') return { attach: true, syncer: true, connect: true };
  const isAttached = minor.backing?.path === me?.disk && (optionOf(resource.disk, 'on-io-error') ?? 'pass_on') === minor.onIoError;
  const { net } = minor;
  const isNetSet = net !== null && atLeast(minor.cstate, 'Unconnected') && net.local === `${me?.address}:${me?.port}` && net.remote === `${peer?.address}:${peer?.port}` &&
    net.protocol === resource.protocol && words(net.options) === words(resource.net);
  const rate = kib(optionOf(resource.syncer, 'rate')) || 250;
  const isSyncerSet = minor.syncer.rateKib === rate && minor.syncer.group === Number(optionOf(resource.syncer, 'group') ?? 0) && minor.syncer.alExtents === Number(optionOf(resource.syncer, 'al-extents') ?? 127);
  return { attach: !isAttached, syncer: !isSyncerSet, connect: !isNetSet };
}

function words(options: readonly Option[]): string {
  return options.map(({ name, value }) => `${name}=${value ?? ''}`).sort().join(' ');
}
