// The answer of `drbdsetup DEVICE show`.
import { optionOf } from './config.ts';
import { atLeast } from './cstates.ts';
import type { Minor } from './shapes.ts';

/** Lower device, and when there is a net configuration, addresses, options, syncer. */
export function showText(minor: Minor): string {
  const { net, syncer } = minor;
  const disk = [...diskLines(minor), 'Disk options:'];
  if (minor.wantedKib > 0) disk.push(` size = ${minor.wantedKib} KB`);
  if (minor.onIoError !== 'pass_on') disk.push(` on-io-error = ${minor.onIoError}`);
  if (!net || !atLeast(minor.cstate, 'Unconnected')) return `${disk.join('\n')}\n`;
  const set = (name: string, unit: string, otherwise: number, value = plain(optionOf(net.options, name) ?? String(otherwise))): string => ` ${name} = ${value} ${unit} ${value === otherwise ? '(default)' : ''}`;
  return `${[
    ...disk, `Local address: ${net.local}`, `Remote address: ${net.remote}`, `Wire protocol: ${net.protocol}`, 'Net options:',
    ` timeout = ${(net.timeoutMs / 1000).toFixed(1)} sec ${net.timeoutMs === 6000 ? '(default)' : ''}`,
    set('connect-int', 'sec', 10), set('ping-int', 'sec', 10), set('max-epoch-size', '', 2048), set('max-buffers', '', 2048),
    set('unplug-watermark', '', 128), set('sndbuf-size', '', 131_070), set('ko-count', '', 0),
    ...(net.onDisconnect === 'reconnect' ? [] : [` on-disconnect = ${net.onDisconnect}`]),
    'Syncer options:', set('rate', 'KB/sec', 250, syncer.rateKib), set('group', '', 0, syncer.group), set('al-extents', '', 127, syncer.alExtents),
    ...(syncer.skip ? [' skip-sync'] : []),
  ].join('\n')}\n`;
}

function diskLines({ backing }: Minor): string[] {
  if (!backing) return ['Lower device: 00:00   (n.a.)', 'Meta device: internal'];
  const lower = `Lower device: ${numbersOf(backing.path)}`;
  if (backing.metaPath === backing.path) return [lower, 'Meta device: internal'];
  return [lower, `Meta device: ${numbersOf(backing.metaPath)}`, `Meta index: ${backing.metaIndex}`];
}

/** `512k` → 524288. */
function plain(text: string): number {
  const [, digits = '0', unit = ''] = /^([\d.]+)([kmg]?)$/i.exec(text) ?? [];
  return Number(digits) * 1024 ** ['', 'k', 'm', 'g'].indexOf(unit.toLowerCase());
}

/** `09:06   (md6)`: major and minor number, and the kernel's name; volumes are dm-N. */
function numbersOf(path: string): string {
  const number = Number(/\d+$/.exec(path)?.[0] ?? 0);
  const [major, name] = path.startsWith('/dev/md') ? ['09', `md${number}`] : ['254', `dm-${number}`];
  return `${major}:${String(number).padStart(2, '0')}   (${name})`;
}
