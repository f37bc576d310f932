// How drbdadm runs drbdsetup: as a child that it waits for, but not for ever.
import type { Resource } from './config.ts';
import { sidesOf } from './config.ts';
import { drbdsetup } from './drbdsetup.ts';
import type { Kernel } from './shapes.ts';
import { createSignal } from '../schedule.ts';
import type { Activity } from '../schedule.ts';
import type { Call } from '../shapes.ts';

/** One run of drbdadm. */
export interface AdmRun {
  kernel: Kernel;
  call: Call;
  isDry: boolean;
  /** `drbdsetup`, or with the path drbdadm was called by. */
  setup: string;
  /** What stood behind `--`. */
  passedOn: readonly string[];
}

/** drbdadm gives up on a child and ends at once. */
export const GAVE_UP = -1;

/** How long drbdadm waits for a child, ms; forever says nothing about its exit either. */
export const PATIENCE = { short: 5000, long: 120_000, veryLong: 600_000 } as const;

/** Runs one drbdsetup and gives its exit code, or GAVE_UP. */
export function* runChild(run: AdmRun, argv: readonly string[], patienceMs: number | 'forever'): Activity<number> {
  if (run.isDry) {
    run.call.out(`${argv.map((word) => `${word} `).join('')}\n`);
    return 0;
  }
  const child = startChild(run, argv);
  if (child.exit === null) yield patienceMs === 'forever' ? child.ended : { signal: child.ended, atMostMs: run.kernel.world.takes(patienceMs) };
  if (child.exit === null) {
    run.call.err('Child process does not terminate!\nExiting.\n');
    return GAVE_UP;
  }
  if (child.exit !== 0 && patienceMs !== 'forever') run.call.err(`Command '${argv.join(' ')}' terminated with exit code ${child.exit}\n`);
  return child.exit;
}

/** A drbdsetup that runs on its own; it goes on when nobody waits for it any more. */
export function startChild({ kernel, call }: AdmRun, argv: readonly string[]): { exit: number | null; ended: ReturnType<typeof createSignal> } {
  const child = { exit: null as number | null, ended: createSignal() };
  kernel.world.schedule.run(call.node.life, drbdsetup(kernel)({ ...call, argv }), (exit) => {
    child.exit = exit;
    child.ended.fire();
  });
  return child;
}

/** The drbdsetup call that gives a resource its disk. */
export function attachArgv(run: AdmRun, resource: Resource): string[] {
  const { me } = sidesOf(resource, run.call.node.name);
  return [run.setup, me?.device ?? '', 'disk', me?.disk ?? '', me?.metaDisk ?? '', me?.metaIndex ?? '', ...optionWords(resource.disk)];
}

/** The call that gives it its peer. */
export function connectArgv(run: AdmRun, resource: Resource): string[] {
  const { me, peer } = sidesOf(resource, run.call.node.name);
  return [run.setup, me?.device ?? '', 'net', `${me?.address}:${me?.port}`, `${peer?.address}:${peer?.port}`, resource.protocol ?? 'C', ...optionWords(resource.net)];
}

/** The call that sets its syncer. */
export function syncerArgv(run: AdmRun, resource: Resource): string[] {
  return [run.setup, deviceOf(run, resource), 'syncer', ...optionWords(resource.syncer)];
}

/** The call that waits for its peer. */
export function waitArgv(run: AdmRun, resource: Resource): string[] {
  return [run.setup, deviceOf(run, resource), 'wait_connect', ...optionWords(resource.startup)];
}

/** Any other call, with what stood behind `--`. */
export function plainArgv(run: AdmRun, resource: Resource, command: string): string[] {
  return [run.setup, deviceOf(run, resource), command, ...run.passedOn];
}

/** The resource's device on the node that runs. */
export function deviceOf(run: AdmRun, resource: Resource): string {
  return sidesOf(resource, run.call.node.name).me?.device ?? '';
}

function optionWords(options: Resource['disk']): string[] {
  return options.map(({ name, value }) => (value === null ? `--${name}` : `--${name}=${value}`));
}
