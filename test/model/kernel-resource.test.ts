// Whose device a line of the kernel's log is about, and how the timeline shows it.
import { describe, expect, it } from 'vitest';
import type { NodeLogLine, NodeView } from '../../src/model/cluster.ts';
import type { DrbdConf } from '../../src/model/facts.ts';
import { resourceOf, resourceOfMinor } from '../../src/model/kernel-resource.ts';
import { timeline } from '../../src/model/timeline.ts';
import { parseKernelLine } from '../../src/probes/kernel-log.ts';
import { NOW, cluster, heard, view } from './build.ts';

const side = (node: string, minor: number, volume = 0): DrbdConf['resources'][number]['sides'][number] => ({ node, volume, device: `/dev/drbd${minor}`, minor, disk: null, address: null, metaDisk: null });
const CONF: DrbdConf = {
  includes: [],
  resources: [
    { name: 'mail', protocol: 'C', allowTwoPrimaries: false, sides: [side('alpha', 1), side('bravo', 7)] },
    { name: 'web', protocol: 'C', allowTwoPrimaries: false, sides: [side('alpha', 2), side('alpha', 3, 1), side('bravo', 1)] },
  ],
};
const ADM = { resources: [{ name: 'new-name', volume: 0, device: '/dev/drbd1', minor: 1, disk: null }] };
const event = (line: string): ReturnType<typeof parseKernelLine> => parseKernelLine(line, { year: null, zoneMinutes: null });
const line = (seq: number, raw: string): NodeLogLine => {
  const kernel = event(raw);
  return { seq, file: '/var/log/messages', heardAt: NOW, at: NOW - 1000, raw, kernel, event: { at: null, stamp: '', level: null, daemon: 'kernel', pid: null, kind: 'other', node: null, resource: null, text: kernel.text } };
};

describe('the resource of a minor', () => {
  const alpha = view('alpha.example.org', { 'drbd-conf': heard('drbd-conf', CONF) });
  it.each<[string, NodeView, number, string | null]>([
    ['by the node\'s own side of drbd.conf', alpha, 1, 'mail'],
    ['never by the other\'s', alpha, 7, null],
    ['by volume', alpha, 3, 'web/1'],
    ['differs on the peer', view('bravo', { 'drbd-conf': heard('drbd-conf', CONF) }), 1, 'web'],
    ['by drbdadm before drbd.conf', view('alpha', { 'drbd-conf': heard('drbd-conf', CONF), drbdadm: heard('drbdadm', ADM) }), 1, 'new-name'],
    ['unknown where nothing tells', view('alpha', {}), 1, null],
  ])('%s', (_what, node, minor, name) => {
    expect(resourceOfMinor(node, minor)).toBe(name);
  });

  it('two names for one minor are none', () => {
    const twice = { ...CONF, resources: CONF.resources.map((one) => ({ ...one, sides: [side('alpha', 1)] })) };
    expect(resourceOfMinor(view('alpha', { 'drbd-conf': heard('drbd-conf', twice) }), 1)).toBeNull();
  });

  it('an event has its own name, or that of its minor, or none', () => {
    expect([
      'drbd web: conn( Connected -> TearDown )', 'block drbd1: role( Secondary -> Primary )', 'md: md0: recovery done.',
    ].map((raw) => resourceOf(alpha, event(raw)))).toEqual(['web', 'mail', null]);
  });
});

describe('the timeline', () => {
  it('shows the kernel as its source, whatever file it was read from, and names the resource', () => {
    const alpha = view('alpha', { 'drbd-conf': heard('drbd-conf', CONF) }, { log: [
      line(0, 'Nov 20 20:45:44 alpha kernel: block drbd1: Split-Brain detected but unresolved, dropping connection!'),
      line(1, 'Nov 20 20:45:45 alpha kernel: drbd mail: conn( Disconnecting -> StandAlone )'),
      line(2, 'Nov 20 20:45:46 alpha kernel: drbd9: drbd9_worker [3]: cstate SyncTarget --> Connected'),
    ] });
    expect(timeline(cluster(alpha), NOW).map(({ source, weight, text, stamp }) => [source, weight, stamp, text])).toEqual([
      ['kernel', 'fault', 'Nov 20 20:45:44', 'block drbd1 (mail): Split-Brain detected but unresolved, dropping connection!'],
      ['kernel', 'fault', 'Nov 20 20:45:45', 'drbd mail: conn( Disconnecting -> StandAlone )'],
      ['kernel', 'ok', 'Nov 20 20:45:46', 'drbd9: drbd9_worker [3]: cstate SyncTarget --> Connected'],
    ]);
  });

  it('a name with a pattern\'s letters is put in as it is', () => {
    const odd = { includes: [], resources: [{ name: '$&', protocol: null, allowTwoPrimaries: false, sides: [side('alpha', 1)] }] };
    const alpha = view('alpha', { 'drbd-conf': heard('drbd-conf', odd) }, { log: [line(0, 'drbd1: PARTNER DISKLESS')] });
    expect(timeline(cluster(alpha), NOW)[0]?.text).toBe('drbd1 ($&): PARTNER DISKLESS');
  });
});
