// drbdadm wait_con_int: the init script's wait for the peers, with its dialog on the console.
import { deviceOf, PATIENCE, runChild, startChild, waitArgv } from './adm-run.ts';
import type { AdmRun } from './adm-run.ts';
import { optionOf } from './config.ts';
import type { Config } from './config.ts';
import type { Activity } from '../schedule.ts';

/** The dialog comes up after so many dots, one a second. */
const DOTS = 10;

/** Waits for all resources at once. Always ends with 0. */
export function* waitForAll(run: AdmRun, config: Config): Activity<number> {
  const { call, kernel: { world } } = run;
  // Nobody sits at the console of a simulated node.
  const warning = 'WARN: stdin/stdout is not a TTY; using /dev/console';
  call.err(warning);
  call.out(warning);
  const children = config.resources.map((resource) => ({ resource, child: startChild(run, waitArgv(run, resource)) }));
  const isWaiting = (): boolean => children.some(({ child }) => child.exit === null);
  for (let dots = 0; dots < DOTS && isWaiting(); dots += 1) {
    yield world.takes(1000);
    if (isWaiting()) call.out('.');
  }
  if (isWaiting()) call.out(dialog(config));
  for (const one of children) {
    if (one.child.exit === null) yield one.child.ended;
    if (one.child.exit === 5) yield* runChild(run, [run.setup, deviceOf(run, one.resource), 'on_primary', '--inc-timeout-expired'], PATIENCE.short);
  }
  call.out('\n');
  return 0;
}

function dialog({ resources: [first] }: Config): string {
  const value = (name: string): string => (first ? (optionOf(first.startup, name) ?? '0') : '0');
  return '\n***************************************************************\n' +
    " DRBD's startup script waits for the peer node(s) to appear.\n - In case this node was already a degraded cluster before the\n" +
    `   reboot the timeout is ${value('degr-wfc-timeout')} seconds. [degr-wfc-timeout]\n` +
    ` - If the peer was available before the reboot the timeout will\n   expire after ${value('wfc-timeout')} seconds. [wfc-timeout]\n` +
    `   (These values are for resource '${first?.name ?? ''}'; 0 sec -> wait forever)\n To abort waiting enter 'yes' [ -- ]:`;
}
