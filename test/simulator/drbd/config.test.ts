// The reader of drbd.conf, on a file as the HOWTO of 2006 has it.
import { describe, expect, it } from 'vitest';
import { minorOf, optionOf, readConfig, sidesOf } from '../../../src/simulator/world/drbd/config.ts';

const HOWTO = `# the cluster
global { minor-count 5; dialog-refresh 5; disable-ip-verification; }
skip resource old { protocol A; }
resource domain1 {
  protocol c;   # synchronous
  incon-degr-cmd "echo '!DRBD! pri on incon-degr' | wall ; sleep 60 ; halt -f";
  startup { wfc-timeout 20; degr-wfc-timeout 100; }
  disk { on-io-error detach; }
  net { sndbuf-size 512k; timeout 30; connect-int 6; ping-int 6; }
  syncer { rate 10M; group 2; al-extents 257; skip-sync; }
  on skylla { device /dev/drbd0; disk /dev/lvm/domain1; address 10.0.1.1:7788; meta-disk internal; }
  on charybda { device /dev/drbd0; disk /dev/lvm/domain1; address 10.0.1.2:7788; meta-disk /dev/lvm/meta [3]; }
}
`;

describe('drbd.conf', () => {
  it('gives resources, sections and hosts', () => {
    const reading = readConfig(HOWTO);
    if (!reading.ok) throw new Error(reading.says);
    expect(reading.config).toMatchObject({ minorCount: 5, dialogRefresh: 5, verifiesIps: false });
    expect(reading.config.resources.map((one) => one.name)).toEqual(['domain1']);
    const [resource] = reading.config.resources;
    if (!resource) throw new Error('none');
    expect(resource).toMatchObject({ protocol: 'C', inconDegrCmd: "echo '!DRBD! pri on incon-degr' | wall ; sleep 60 ; halt -f", line: 4 });
    expect(optionOf(resource.net, 'sndbuf-size')).toBe('512k');
    expect(resource.syncer.at(-1)).toEqual({ name: 'skip-sync', value: null });
    const { me, peer } = sidesOf(resource, 'charybda');
    expect(me).toMatchObject({ disk: '/dev/lvm/domain1', address: '10.0.1.2', port: '7788', metaDisk: '/dev/lvm/meta', metaIndex: '3' });
    expect(peer).toMatchObject({ name: 'skylla', metaDisk: 'internal', metaIndex: '-1' });
    expect(minorOf('/dev/drbd11')).toBe(11);
  });

  it('says in which line it went wrong', () => {
    expect(readConfig('resource a {\n protocol C;\n what 3;\n}')).toEqual({ ok: false, line: 3, says: 'syntax error' });
    expect(readConfig('resource a {\n protocol C;\n on x { device /dev/drbd0; }\n}')).toEqual({ ok: false, line: 4, says: 'syntax error' });
    expect(readConfig('resource a {')).toEqual({ ok: false, line: 1, says: 'syntax error' });
    expect(readConfig('resource a { }\nresource a { }').ok).toBe(false);
  });
});
