// LVM's programs: reports and displays, and making, growing and removing logical volumes.
import { instant } from '../command.ts';
import type { Call, Command, Ran, SimNode, World } from '../shapes.ts';
import { lvdisplay, vgdisplay } from './display.ts';
import { report } from './report.ts';
import type { LogicalVolume, VolumeGroup } from './volume-group.ts';
import { freeExtents, logicalVolumes, sizeBytes, sizeText, volumeGroup } from './volume-group.ts';

/** What a program prints, and its exit code: 3 for a wrong call, 5 for all else that fails. */
type Said = Partial<Ran>;

/** The programs of nodes with the volume group that `setVolumeGroup` told. */
export function lvmCommands(world: World): Record<string, Command> {
  const reporting = (kind: 'lvs' | 'vgs' | 'pvs'): Command => instant((argv, node) => report(kind, node, volumeGroup(node), argv));
  const changing = (change: (node: SimNode, group: VolumeGroup, words: Words) => Said): Command => {
    return function* (call) {
      yield world.takes(CHANGE_MS);
      return say(call, withGroup(call.node, wordsOf(call.argv.slice(1)), change));
    };
  };
  return {
    lvs: reporting('lvs'), vgs: reporting('vgs'), pvs: reporting('pvs'),
    lvdisplay: instant((argv, node) => withGroup(node, wordsOf(argv), displayVolumes)),
    vgdisplay: instant((argv, node) => withGroup(node, wordsOf(argv), (_node, group) => ({ stdout: vgdisplay(node, group) }))),
    lvcreate: changing(lvcreate), lvextend: changing(lvextend), lvremove,
  };
}

const CHANGE_MS = 400;

/** `size` is what -L says, `name` what -n says. */
interface Words {
  size: string;
  name: string;
  force: boolean;
  targets: string[];
}

function wordsOf(argv: readonly string[]): Words {
  const words: Words = { size: '', name: '', force: false, targets: [] };
  for (let index = 0; index < argv.length; index += 1) {
    const word = argv[index] ?? '';
    const [flag, value] = /^-[nL].+/.test(word) ? [word.slice(0, 2), word.slice(2)] : word.split(/=(.*)/s);
    const next = (): string => value ?? argv[(index += 1)] ?? '';
    if (flag === '-L' || flag === '--size') words.size = next();
    else if (flag === '-n' || flag === '--name') words.name = next();
    else if (word === '-f' || word === '--force') words.force = true;
    else if (!word.startsWith('-')) words.targets.push(word.replace(/^\/dev\//, ''));
  }
  return words;
}

/** Does something with the node's group, unless another one is meant. */
function withGroup(node: SimNode, words: Words, act: (node: SimNode, group: VolumeGroup, words: Words) => Said): Said {
  const group = volumeGroup(node);
  const other = words.targets.map((target) => target.split('/')[0] ?? '').find((name) => name !== group?.name);
  if (other !== undefined) return fails(`Volume group "${other}" not found`);
  return group ? act(node, group, words) : { stderr: '  No volume groups found\n', exit: 5 };
}

function lvcreate(node: SimNode, group: VolumeGroup, { size, name, targets }: Words): Said {
  const bytes = sizeBytes(size);
  if (targets.length === 0) return fails('Please provide a volume group name', 3);
  if (bytes === null || bytes === 0) return fails(size === '' ? 'Please specify either size or extents' : `Invalid argument for --size: ${size}`, 3);
  const label = name === '' ? `lvol${logicalVolumes(node, group).length}` : name;
  if (!/^[A-Za-z0-9+_.][\w+.-]{0,120}$/.test(label)) return fails(`Logical volume name "${label.slice(0, 60)}" is invalid`, 3);
  if (logicalVolumes(node, group).some((one) => one.name === label)) return fails(`Logical volume "${label}" already exists in volume group "${group.name}"`);
  const extents = Math.ceil(bytes / group.extentBytes);
  const free = freeExtents(node, group);
  if (extents > free) return fails(`Insufficient free extents (${free}) in volume group ${group.name}: ${extents} required`);
  const path = `/dev/${group.name}/${label}`;
  node.disks.set(path, { sizeBytes: extents * group.extentBytes, failed: false, data: new Set() });
  node.files.disk(path, extents * group.extentBytes);
  return { stdout: `${rounding(bytes, extents, group)}  Logical volume "${label}" created\n` };
}

function lvextend(node: SimNode, group: VolumeGroup, { size, targets }: Words): Said {
  const volume = found(node, group, targets[0]);
  const bytes = sizeBytes(size.replace(/^\+/, ''));
  if (!volume) return fails(`Logical volume ${targets[0] ?? ''} not found in volume group ${group.name}`);
  if (bytes === null) return fails('Please specify either size or extents', 3);
  const extents = Math.ceil(bytes / group.extentBytes) + (size.startsWith('+') ? volume.extents : 0);
  if (extents <= volume.extents) return fails(`New size given (${extents} extents) not larger than existing size (${volume.extents} extents)`, 3);
  const free = freeExtents(node, group);
  if (extents - volume.extents > free) return fails(`Insufficient free space: ${extents - volume.extents} extents needed, but only ${free} available`);
  volume.disk.sizeBytes = extents * group.extentBytes;
  node.files.disk(volume.path, volume.disk.sizeBytes);
  return { stdout: `${rounding(bytes, Math.ceil(bytes / group.extentBytes), group)}  Extending logical volume ${volume.name} to ${sizeText(volume.disk.sizeBytes, 'h', 'long')}\n  Logical volume ${volume.name} successfully resized\n` };
}

/** Asks, unless told not to; an open volume stays. */
const lvremove: Command = function* (call) {
  const { node } = call;
  const words = wordsOf(call.argv.slice(1));
  const said = withGroup(node, words, () => ({}));
  const group = volumeGroup(node);
  if (said.stderr !== undefined || !group) return say(call, said);
  const volume = found(node, group, words.targets[0]);
  if (!volume) return say(call, fails(`Logical volume "${words.targets[0]?.split('/')[1] ?? ''}" not found`));
  if (volume.isOpen) return say(call, fails(`Can't remove open logical volume "${volume.name}"`));
  if (!words.force) {
    call.out(`Do you really want to remove active logical volume "${volume.name}"? [y/n]: `);
    if ((yield* call.line())?.trim() !== 'y') return say(call, fails(`Logical volume "${volume.name}" not removed`));
  }
  node.disks.delete(volume.path);
  node.files.remove(volume.path);
  return say(call, { stdout: `  Logical volume "${volume.name}" successfully removed\n` });
};

function displayVolumes(node: SimNode, group: VolumeGroup, { targets }: Words): Said {
  const all = logicalVolumes(node, group);
  const chosen = targets.flatMap((target) => (target === group.name ? all : (found(node, group, target) ?? [])));
  if (targets.length > 0 && chosen.length === 0) return fails('One or more specified logical volume(s) not found.');
  return { stdout: (targets.length > 0 ? chosen : all).map((volume) => lvdisplay(node, group, volume)).join('') };
}

function found(node: SimNode, group: VolumeGroup, target: string | undefined): LogicalVolume | undefined {
  return logicalVolumes(node, group).find((one) => `${group.name}/${one.name}` === target);
}

function rounding(bytes: number, extents: number, group: VolumeGroup): string {
  return bytes % group.extentBytes === 0 ? '' : `  Rounding up size to full physical extent ${sizeText(extents * group.extentBytes, 'h', 'long')}\n`;
}

function fails(sentence: string, exit = 5): Said {
  return { stderr: `  ${sentence}\n`, exit };
}

function say(call: Call, { stdout = '', stderr = '', exit = 0 }: Said): number {
  if (stdout !== '') call.out(stdout);
  if (stderr !== '') call.err(stderr);
  return exit;
}
