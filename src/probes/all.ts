// The plain list of all probes, and of the parsers that `crashcart parse` offers. A new tool is one line in each.
import { bonding, capturedBonding } from './bonding.ts';
import { boot } from './boot.ts';
import { capturedClStatus } from './cl-status-captured.ts';
import { clStatus } from './cl-status.ts';
import { capturedDf, df } from './df.ts';
import { capturedDrbdConf, drbdConf } from './drbd-conf.ts';
import { capturedDrbdEvents } from './drbd-events.ts';
import { capturedDrbdStatus, drbdStatus } from './drbd-status.ts';
import { drbdadm } from './drbdadm.ts';
import { capturedHaCf, haCf } from './ha-cf.ts';
import { capturedHaLog } from './ha-log.ts';
import { capturedHaResources, haresources } from './haresources.ts';
import { capturedKernelLog } from './kernel-log.ts';
import { capturedLvs, capturedVgs, lvm } from './lvm.ts';
import { capturedMdstat, mdstat } from './mdstat.ts';
import { capturedMounts, mounts } from './mounts.ts';
import type { CapturedParser, Probe } from './probe.ts';
import { capturedProcDrbd, procDrbd } from './proc-drbd.ts';
import { setupFiles } from './setup-files.ts';
import { versions } from './versions.ts';
import { capturedLoadavg, capturedMeminfo, vitals } from './vitals.ts';
import { capturedVmwareCmd } from './vmware-cmd-captured.ts';
import { vmwareCmd } from './vmware-cmd.ts';
import { watchdog } from './watchdog.ts';
import { capturedXenList, xenList } from './xen-list.ts';
import { capturedXentop, xentop } from './xentop.ts';

/** In the order of asking: commands run one at a time, the first are what an operator wants to see first. */
export const probes: readonly Probe[] = [
  vitals, procDrbd, xenList, vmwareCmd, clStatus, mounts, haCf, haresources, drbdConf, drbdadm, drbdStatus, mdstat, bonding, watchdog, df,
  lvm, xentop, boot, setupFiles, versions,
];

/** In the order of `crashcart parse --list`. */
export const capturedParsers: readonly CapturedParser[] = [
  capturedProcDrbd,
  capturedDrbdStatus,
  capturedDrbdEvents,
  capturedDrbdConf,
  capturedXenList,
  capturedXentop,
  capturedVmwareCmd,
  capturedClStatus,
  capturedHaCf,
  capturedHaResources,
  capturedHaLog,
  capturedKernelLog,
  capturedLoadavg,
  capturedMeminfo,
  capturedMounts,
  capturedMdstat,
  capturedBonding,
  capturedVgs,
  capturedLvs,
  capturedDf,
];
