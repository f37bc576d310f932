// The commands of drbdadm 0.7, each for one resource.
import { attachArgv, connectArgv, deviceOf, GAVE_UP, PATIENCE, plainArgv, runChild, syncerArgv, waitArgv } from './adm-run.ts';
import type { AdmRun } from './adm-run.ts';
import { dumpResource } from './adm-texts.ts';
import { differences } from './adjust.ts';
import { sidesOf } from './config.ts';
import type { Resource } from './config.ts';
import type { Activity } from '../schedule.ts';

/** What is put off until all resources were looked at: all disks, then all syncers, then all peers. */
export interface Deferred {
  attach: Resource[];
  syncer: Resource[];
  connect: Resource[];
}

export interface AdmCommand {
  /** It looks first whether the addresses are this node's. */
  verifiesIps: boolean;
  /** Gives an exit code, or GAVE_UP. */
  act: (run: AdmRun, resource: Resource, deferred: Deferred) => Activity<number>;
}

const generic = (patience: number, verifiesIps = false) => (name: string): AdmCommand => ({ verifiesIps, act: (run, resource) => runChild(run, plainArgv(run, resource, name), patience) });
const short = generic(PATIENCE.short);
const prints = (text: (resource: Resource, run: AdmRun) => string): AdmCommand => ({
  verifiesIps: false,
  *act(run, resource) {
    run.call.out(text(resource, run));
    return 0;
  },
});

/** By name. Those for no resource in particular are drbdadm's own. */
export const ADM_COMMANDS: Readonly<Record<string, AdmCommand>> = {
  attach: { verifiesIps: false, act: (run, resource) => runChild(run, attachArgv(run, resource), PATIENCE.long) },
  detach: short('detach'),
  connect: { verifiesIps: true, act: (run, resource) => runChild(run, connectArgv(run, resource), PATIENCE.short) },
  disconnect: short('disconnect'),
  up: { verifiesIps: true, act: up },
  down: short('down'),
  primary: { verifiesIps: false, act: primary },
  secondary: short('secondary'),
  invalidate: generic(PATIENCE.long)('invalidate'),
  invalidate_remote: generic(PATIENCE.long, true)('invalidate_remote'),
  resize: { verifiesIps: true, act: resize },
  syncer: { verifiesIps: true, act: (run, resource) => runChild(run, syncerArgv(run, resource), PATIENCE.short) },
  adjust: { verifiesIps: true, act: adjust },
  wait_connect: { verifiesIps: true, act: waitConnect },
  state: short('state'),
  cstate: generic(PATIENCE.short, true)('cstate'),
  dump: { ...prints((resource, run) => dumpResource(resource, run.call.node.name)), verifiesIps: true },
  'sh-dev': prints((resource, run) => `${deviceOf(run, resource)}\n`),
  'sh-ll-dev': prints((resource, run) => `${sidesOf(resource, run.call.node.name).me?.disk}\n`),
  'sh-md-dev': prints((resource, run) => `${metaDevice(resource, run.call.node.name)}\n`),
  'sh-md-idx': prints((resource, run) => `${sidesOf(resource, run.call.node.name).me?.metaIndex}\n`),
};

/** Does what was put off; the first that fails ends it, and its code is not told. */
export function* runDeferred(run: AdmRun, deferred: Deferred): Activity<number> {
  const calls = [...deferred.attach.map((one) => attachArgv(run, one)), ...deferred.syncer.map((one) => syncerArgv(run, one)), ...deferred.connect.map((one) => connectArgv(run, one))];
  for (const argv of calls) {
    const exit = yield* runChild(run, argv, argv[2] === 'disk' ? PATIENCE.long : PATIENCE.short);
    if (exit !== 0) return exit === GAVE_UP ? 20 : 0;
  }
  return 0;
}

function metaDevice(resource: Resource, node: string): string {
  const { me } = sidesOf(resource, node);
  return (me?.metaDisk === 'internal' ? me.disk : me?.metaDisk) ?? '';
}

function* up(_run: AdmRun, resource: Resource, deferred: Deferred): Activity<number> {
  deferred.attach.push(resource);
  deferred.syncer.push(resource);
  deferred.connect.push(resource);
  return 0;
}

function* adjust(run: AdmRun, resource: Resource, deferred: Deferred): Activity<number> {
  const { attach, syncer, connect } = differences(run, resource);
  if (attach) deferred.attach.push(resource);
  if (syncer) deferred.syncer.push(resource);
  if (connect) deferred.connect.push(resource);
  return 0;
}

function resize(run: AdmRun, resource: Resource): Activity<number> {
  const size = resource.disk.find((option) => option.name === 'size')?.value;
  return runChild(run, [run.setup, deviceOf(run, resource), 'resize', ...(size ? [`--size=${size}`] : []), ...run.passedOn], PATIENCE.short);
}

/** An inconsistent replica makes drbdadm run the `incon-degr-cmd`, in bash, whatever it is. */
function* primary(run: AdmRun, resource: Resource): Activity<number> {
  const exit = yield* runChild(run, plainArgv(run, resource, 'primary'), PATIENCE.short);
  if (exit !== 21) return exit;
  const { call, kernel: { world } } = run;
  if (resource.inconDegrCmd === null) {
    call.err("/bin/bash: -c: option requires an argument\nCommand '/bin/bash -c' terminated with exit code 2\n");
    return 2;
  }
  const seconds = Number(/\bsleep (\d+)/.exec(resource.inconDegrCmd)?.[1] ?? 0);
  if (seconds > 0) yield world.takes(seconds * 1000);
  if (/\b(halt|poweroff|reboot)\b/.test(resource.inconDegrCmd)) world.powerCut(call.node);
  return 0;
}

function* waitConnect(run: AdmRun, resource: Resource): Activity<number> {
  const exit = yield* runChild(run, waitArgv(run, resource), 'forever');
  return exit === 5 ? yield* runChild(run, [run.setup, deviceOf(run, resource), 'on_primary', '--inc-timeout-expired'], PATIENCE.short) : exit;
}
