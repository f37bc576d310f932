// drbd.conf in the spellings of 0.7, 8.x and 9.
import { describe, expect, it } from 'vitest';
import type { DrbdConf, DrbdConfSide } from '../../src/model/facts.ts';
import { answerOf } from '../../src/probes/probe.ts';
import type { Answer } from '../../src/probes/probe.ts';
import { capturedDrbdConf, drbdConf, parseDrbdConf, parseDrbdConfFiles } from '../../src/probes/drbd-conf.ts';
import { sample } from './drbd-samples.ts';

function conf(text: string): { facts: DrbdConf; unread: string[] } {
  const parsed = parseDrbdConf(answerOf(text));
  if (!parsed.answered) throw new Error(`not answered: ${parsed.why}`);
  return parsed;
}

const side = (node: string, volume: number, rest: Partial<DrbdConfSide>): DrbdConfSide =>
  ({ node, volume, device: null, minor: null, disk: null, address: null, metaDisk: null, ...rest });

/** As the thesis of 2007 writes it. */
const CONF_07 = `
# drbd.conf
global {
  minor-count 5;
  dialog-refresh 5;
}
resource drbd0 {
  protocol C;
  incon-degr-cmd "echo '!DRBD! pri on incon-degr; {' | wall ; sleep 60 ; halt -f";
  startup { wfc-timeout 0; degr-wfc-timeout 120; }
  disk { on-io-error detach; }
  net { timeout 60; connect-int 10; ping-int 10; max-buffers 2048; }
  syncer { rate 256M; group 1; al-extents 257; }
  on alpha {
    device     /dev/drbd0;   # the first
    disk       /dev/md6;
    address    192.168.1.23:7788;
    meta-disk  internal;
  }
  on bravo {
    device     /dev/drbd0;
    disk       /dev/md6;
    address    192.168.1.24:7788;
    meta-disk  /dev/md8[0];
  }
}
`;

describe('spellings', () => {
  it('0.7', () => {
    expect(conf(CONF_07)).toMatchObject({ unread: [], facts: { includes: [], resources: [{
      name: 'drbd0', protocol: 'C', allowTwoPrimaries: false, sides: [
        side('alpha', 0, { device: '/dev/drbd0', minor: 0, disk: '/dev/md6', address: '192.168.1.23:7788', metaDisk: 'internal' }),
        side('bravo', 0, { device: '/dev/drbd0', minor: 0, disk: '/dev/md6', address: '192.168.1.24:7788', metaDisk: '/dev/md8[0]' }),
      ] }] } });
  });

  it('the output of drbdadm dump (8.4.11)', () => {
    const name = (resource: string, minor: number, port: number): unknown => ({
      name: resource, protocol: 'C', allowTwoPrimaries: false,
      sides: ['1', '2'].map((last, index) => side(index === 0 ? 'alpha' : 'bravo', 0, {
        device: `/dev/drbd${minor}`, minor, disk: minor === 1 ? '/dev/vg0/drbd1-mail' : '/dev/vg0/drbd0-web', metaDisk: 'internal',
        address: `10.9.9.${last}:${port}`,
      })),
    });
    expect(conf(sample('captures/alpha/99-session.drbdadm-dump.txt'))).toMatchObject({
      unread: [], facts: { resources: [name('mail-root', 1, 7789), name('web-root', 0, 7788)] },
    });
  });

  it('8.3: settings for both hosts once, device by minor, quoted disk', () => {
    const text = `common { protocol B; syncer { rate 40M; } }
      resource mysql { device minor 0; disk "/dev/sdb5"; meta-disk internal; net { allow-two-primaries; }
        on one { address ipv4 192.168.2.11:7700; }  on two { address ipv6 [fd00::2]:7700; disk /dev/sdc1; } }`;
    expect(conf(text)).toMatchObject({ unread: [], facts: { resources: [{ name: 'mysql', protocol: 'B', allowTwoPrimaries: true, sides: [
      side('one', 0, { device: '/dev/drbd0', minor: 0, disk: '/dev/sdb5', address: '192.168.2.11:7700', metaDisk: 'internal' }),
      side('two', 0, { device: '/dev/drbd0', minor: 0, disk: '/dev/sdc1', address: '[fd00::2]:7700', metaDisk: 'internal' }),
    ] }] } });
  });

  it('8.4: volumes, yes and no, the resource before common', () => {
    const text = `common { net { protocol C; allow-two-primaries yes; } }
      resource r0 { net { protocol A; allow-two-primaries no; }
        volume 0 { device /dev/drbd_data minor 3; disk /dev/vg/a; meta-disk /dev/vg/m [ 1 ]; disk { resync-rate 10M; } }
        on one { address 10.0.0.1:7788; volume 1 { device drbd4; disk /dev/vg/b; meta-disk internal; } }
        floating ipv4 10.0.0.2:7788 { volume 1 { device minor 4; disk /dev/vg/c; flexible-meta-disk internal; } } }`;
    const first = { device: '/dev/drbd_data', minor: 3, disk: '/dev/vg/a', metaDisk: '/dev/vg/m[1]' };
    expect(conf(text)).toMatchObject({ unread: [], facts: { resources: [{ name: 'r0', protocol: 'A', allowTwoPrimaries: false, sides: [
      side('one', 0, { ...first, address: '10.0.0.1:7788' }),
      side('one', 1, { device: '/dev/drbd4', minor: 4, disk: '/dev/vg/b', metaDisk: 'internal', address: '10.0.0.1:7788' }),
      side('10.0.0.2:7788', 0, { ...first, address: '10.0.0.2:7788' }),
      side('10.0.0.2:7788', 1, { device: '/dev/drbd4', minor: 4, disk: '/dev/vg/c', metaDisk: 'internal', address: '10.0.0.2:7788' }),
    ] }] } });
  });

  it('9: node-id, mesh, connections with their own addresses and paths', () => {
    const text = `resource r0 {
      options { quorum majority; on-no-quorum io-error; }
      device minor 7; disk /dev/vg/r0; meta-disk internal;
      on one { node-id 0; } on two { node-id 1; address 10.1.0.2:7000; } on three { node-id 2; disk none; }
      connection-mesh { hosts one two; net { protocol C; } }
      connection { host one address 10.0.0.1:7001; host three address ipv4 10.0.0.3:7001 via proxy on p { inside 127.0.0.1:1; outside 10.0.0.9:1; } }
      connection to-two { path { host one address 10.2.0.1:7000; host two address 10.2.0.2:7000; } net { ping-int 5; } } }`;
    const { facts } = conf(text);
    const common = { device: '/dev/drbd7', minor: 7, disk: '/dev/vg/r0', metaDisk: 'internal' };
    expect(facts.resources).toEqual([{ name: 'r0', protocol: 'C', allowTwoPrimaries: false, sides: [
      side('one', 0, { ...common, address: '10.0.0.1:7001' }), side('two', 0, { ...common, address: '10.1.0.2:7000' }),
      side('three', 0, { ...common, disk: 'none', address: '10.0.0.3:7001' }),
    ] }]);
  });

  it('a stacked resource has only the sides that name a host; skipped sections are not there', () => {
    const text = `skip resource old { on x { device /dev/drbd9; } }
      resource upper { protocol A; stacked-on-top-of lower { device /dev/drbd10; address 10.0.0.9:7790; }
        on backup { device /dev/drbd10; disk /dev/sda6; address 10.0.0.8:7790; meta-disk internal; } skip { on y { } } }`;
    const { facts, unread } = conf(text);
    expect(unread).toEqual([]);
    expect(facts.resources.map(({ name, protocol, sides }) => [name, protocol, sides.map((each) => each.node)])).toEqual([['upper', 'A', ['backup']]]);
  });

  it('a protocol nobody wrote is not known', () => {
    expect(conf('resource r0 { on a { device /dev/drbd0; } on b { device /dev/drbd0; } }').facts.resources[0]?.protocol).toBeNull();
  });
});

describe('includes', () => {
  const MAIN = 'include "drbd.d/global_common.conf";\ninclude "drbd.d/*.res";\n';
  const files = (more: Record<string, Answer | string>): ReturnType<typeof parseDrbdConfFiles> =>
    parseDrbdConfFiles(new Map(Object.entries(more).map(([path, answer]) => [path, typeof answer === 'string' ? answerOf(answer) : answer])));
  const resource = (name: string): string => `resource ${name} { on a { device /dev/drbd0; } }`;

  it('are followed as far as files were read, relative to the file that names them', () => {
    const parsed = files({
      '/etc/drbd.conf': MAIN, '/etc/drbd.d/global_common.conf': 'common { net { protocol C; } }', '/etc/drbd.d/b.res': resource('b'),
      '/etc/drbd.d/a.res': `${resource('a')}\ninclude "/var/lib/more.d/*.res";\ninclude "c.conf";`, '/etc/drbd.d/c.conf': resource('c'),
      '/etc/drbd.d/unused.conf': resource('unused'),
    });
    expect(parsed).toMatchObject({ answered: true, unread: [] });
    const facts = parsed.answered ? parsed.facts : null;
    expect(facts?.resources.map(({ name, protocol }) => `${name} ${protocol}`)).toEqual(['a C', 'c C', 'b C']);
    expect(facts?.includes).toEqual(['/etc/drbd.d/global_common.conf', '/etc/drbd.d/*.res', '/var/lib/more.d/*.res', '/etc/drbd.d/c.conf']);
  });

  it('that lead in a circle end', () => {
    expect(files({ '/etc/drbd.conf': 'include "drbd.conf";\ninclude "drbd.d/a.res";', '/etc/drbd.d/a.res': 'include "*.res";' }))
      .toMatchObject({ answered: true, facts: { resources: [] }, unread: [] });
  });

  it('match only what their pattern says', () => {
    const names = (pattern: string): string[] => {
      const parsed = files({ '/etc/drbd.conf': `include "${pattern}";`, '/etc/drbd.d/a.res': resource('a'), '/etc/drbd.d/ab.res': resource('ab'),
        '/etc/drbd.d/a.conf': resource('conf'), '/etc/drbd.d/x/a.res': resource('deep') });
      return parsed.answered ? parsed.facts.resources.map(({ name }) => name) : ['not answered'];
    };
    expect([names('drbd.d/a*.res'), names('drbd.d/*b*s'), names('/etc/drbd.d/a.res'), names('drbd.d/*'), names('drbd.d/a.r*es.res'), names('*.res')])
      .toEqual([['a', 'ab'], ['ab'], ['a'], ['conf', 'a', 'ab'], [], []]);
  });

  it('a file that could not be read is named, and what was read of it is given', () => {
    const parsed = files({ '/etc/drbd.conf': MAIN, '/etc/drbd.d/a.res': answerOf('', { status: 'forbidden' }),
      '/etc/drbd.d/b.res': answerOf(`${resource('b')}\nresource c { on`, { status: 'cut' }) });
    expect(parsed).toMatchObject({ answered: true, facts: { resources: [{ name: 'b' }, { name: 'c' }] } });
    expect(parsed.answered ? parsed.unread : []).toEqual(['/etc/drbd.d/a.res: not read completely (forbidden)',
      '/etc/drbd.d/b.res:2: resource c { on', '/etc/drbd.d/b.res: not read completely (cut)']);
  });

  it('no /etc/drbd.conf is absent, whatever else lies there', () => {
    expect(files({ '/etc/drbd.conf': answerOf('', { status: 'absent' }), '/etc/drbd.d/a.res': resource('a') })).toMatchObject({ answered: false, kind: 'absent' });
    expect(files({})).toMatchObject({ answered: false, kind: 'no-answer' });
    expect(files({ '/etc/drbd.conf': answerOf('', { status: 'forbidden' }) })).toMatchObject({ answered: false, kind: 'forbidden' });
    expect(files({ '/etc/drbd.conf': answerOf('resource', { status: 'cut' }) })).toMatchObject({ answered: false, kind: 'cut' });
  });
});

describe('what is not understood', () => {
  it.each<[string, string, string, Partial<DrbdConfSide>]>([
    ['an unknown word', '  colour green;', '3:   colour green;', { device: '/dev/drbd0', disk: '/dev/sda' }],
    ['a forgotten ;', '  address 10.0.0.1:7788', '3:   address 10.0.0.1:7788', { address: null, device: '/dev/drbd0' }],
    ['a device of another form', '  device /dev/drbd1 major 3;', '3:   device /dev/drbd1 major 3;', { device: '/dev/drbd0' }],
    ['a string without end', '  address "10.0.0.1:7788;', '3:   address "10.0.0.1:7788;', { address: null, disk: '/dev/sda' }],
    ['an empty value', '  disk ;', '3:   disk ;', { disk: '/dev/sda' }],
  ])('%s: named with its line, the rest is given', (_what, line, named, given) => {
    const text = `resource r0 {\n on a { device /dev/drbd0; disk /dev/sda; node-id 1;\n${line}\n  meta-disk internal; }\n protocol C; }\nresource r1 { on b { device /dev/drbd1; } }\n`;
    const { facts, unread } = conf(text);
    expect(unread).toEqual([`/etc/drbd.conf:${named.replace(/: +/, ': ')}`]);
    expect(facts.resources.map(({ name }) => name)).toEqual(['r0', 'r1']);
    expect(facts.resources[0]?.sides[0]).toMatchObject(given);
  });

  it('a broken option section, protocol, section end, second resource of a name', () => {
    const text = 'resource r0 {\nnet {\nsmoke signals\nprotocol C;\n}\nprotocol Q;\n}\n}\nresource r0 { }\nresource { }\nresource r9 {\n';
    const { facts, unread } = conf(text);
    expect(unread.map((line) => line.replace('/etc/drbd.conf:', ''))).toEqual(
      expect.arrayContaining(['3: smoke signals', '6: protocol Q;', '8: }', '9: resource r0 { }', '10: resource { }', '11: resource r9 {']) as string[]);
    expect(unread).toHaveLength(6);
    expect(facts.resources).toEqual([
      { name: 'r0', protocol: null, allowTwoPrimaries: false, sides: [] }, { name: 'r9', protocol: null, allowTwoPrimaries: false, sides: [] }]);
  });

  it.each([
    ['cat: /etc/drbd.conf: No such file or directory\n', 'absent'], ['cat: /etc/drbd.conf: Permission denied', 'forbidden'],
    ['', 'no-answer'], ['\u0001\u0002 what is this', 'unreadable'],
  ])('%j is %s', (text, kind) => {
    expect(parseDrbdConf(answerOf(text))).toMatchObject({ answered: false, kind, raw: text });
  });

  it('a hostile text takes no time', () => {
    const started = performance.now();
    for (const text of ['{'.repeat(500_000), 'a;\n'.repeat(300_000), 'resource r { '.repeat(50_000), '"'.repeat(500_000), 'common {'.repeat(60_000), 'include "*";'.repeat(50_000),
      `resource r { ${Array.from({ length: 20_000 }, (_, index) => `on h${index} { }`).join('\n')} }`, 'resource r { connection { path { '.repeat(20_000)])
      expect(typeof parseDrbdConf(answerOf(text)).answered).toBe('boolean');
    expect(performance.now() - started).toBeLessThan(5000);
  });
});

describe('the probe and the captured parser', () => {
  it('asks for the usual files every half minute', () => {
    expect(drbdConf).toMatchObject({ name: 'drbd-conf', kind: 'files', everySeconds: 30, files: ['/etc/drbd.conf', '/etc/drbd.d/*.conf', '/etc/drbd.d/*.res'] });
    expect(drbdConf.parse(new Map([['/etc/drbd.conf', answerOf(CONF_07)]]))).toMatchObject({ answered: true, facts: { resources: [{ name: 'drbd0' }] } });
  });

  it('prints its fields', () => {
    expect(capturedDrbdConf.parse(answerOf(CONF_07))).toMatchObject({ answered: true, resources: [{ name: 'drbd0' }], includes: [], unread: [] });
    expect(capturedDrbdConf.parse(answerOf('cat: /etc/drbd.conf: No such file or directory'))).toMatchObject({ answered: false });
  });
});
