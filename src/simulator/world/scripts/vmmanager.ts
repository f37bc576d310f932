// The resource script vmmanager of the thesis: starts or suspends a VMware machine, waits, and sends a mail. It never fails.
import type { Activity } from '../schedule.ts';
import { syslogTime } from '../node.ts';
import type { Call, Command, SimNode, World } from '../shapes.ts';

/** What is put before the argument: `BRAVO/...` is below /var/lib/vmware/VirtualMachinesBRAVO. */
const MACHINES = '/var/lib/vmware/VirtualMachines';
/** Seconds of uptime a machine must reach: after a boot, and more than before after a resume. */
const BOOT_SECONDS = 60;
const RESUME_SECONDS = 15;
const LOOK_MS = 1000;
const MAILBOX = '/var/mail/root';

/** `vmmanager PATH start|stop`; it ends with 0 whatever happened, and knows no `status`. */
export function vmmanager(world: World): Command {
  return function* (call) {
    const [, path = '', action = ''] = call.argv;
    const vmx = MACHINES + path;
    if (action === 'start') yield* start(world, call, vmx);
    else if (action === 'stop') yield* vmware(call, vmx, ['suspend']);
    else return 0;
    yield* mail(call, vmx, action);
    return 0;
  };
}

function* start(world: World, call: Call, vmx: string): Activity<void> {
  const before = yield* vmware(call, vmx, ['getstate']);
  const uptime = Number(yield* vmware(call, vmx, ['getuptime']));
  const wanted = { off: world.takes(BOOT_SECONDS), suspended: uptime + world.takes(RESUME_SECONDS) }[before];
  yield* vmware(call, vmx, ['start']);
  if ((yield* vmware(call, vmx, ['getstate'])) === 'stuck') yield* vmware(call, vmx, ['answer'], ['0']);
  if (wanted === undefined) return;
  // As in the original there is no deadline: it ends when the uptime is reached, or when there is none to be read.
  for (let now = 0; now < wanted; ) {
    yield world.takes(LOOK_MS);
    now = Number((yield* vmware(call, vmx, ['getuptime'])) || Number.NaN);
  }
}

/** The value that vmware-cmd prints; nothing where it fails. */
function* vmware(call: Call, vmx: string, words: readonly string[], stdin: readonly string[] = []): Activity<string> {
  const { exit, stdout } = yield* call.node.run(['vmware-cmd', '-q', vmx, ...words], stdin);
  return exit === 0 ? stdout.trim() : '';
}

function* mail(call: Call, vmx: string, action: string): Activity<void> {
  const { node } = call;
  const name = vmx.slice(vmx.lastIndexOf('/') + 1).replace(/\.vmx$/, '');
  const state = (yield* vmware(call, vmx, ['getstate'])) || 'unknown';
  const uptime = (yield* vmware(call, vmx, ['getuptime'])) || 'unknown';
  node.files.append(MAILBOX, mailText(node, { name, action, state, uptime, vmx }));
}

function mailText(node: SimNode, { name, action, state, uptime, vmx }: { name: string; action: string; state: string; uptime: string; vmx: string }): string {
  const date = new Date(node.clock());
  const [day = ''] = date.toUTCString().split(',');
  return [
    `From root@${node.name} ${day} ${syslogTime(node.clock())} ${date.getUTCFullYear()}`,
    `Date: ${date.toUTCString().replace('GMT', '+0000')}`, `From: root@${node.name}`, 'To: root', `Subject: vmmanager on ${node.name}: ${name} ${action}`, '',
    `Name: ${name}`, `Status: ${state}`, `Uptime: ${uptime}`, `Config: ${vmx}`, '', '',
  ].join('\n');
}
