// ha.cf and haresources as heartbeat reads them.
import { describe, expect, it } from 'vitest';
import { readHaCf, readHaresources, scriptOf } from '../../../src/simulator/world/heartbeat/config.ts';
import { sampleText } from '../../samples/sample.ts';

describe('ha.cf', () => {
  it('has times in seconds and in milliseconds, comments, and media in their order', () => {
    const conf = readHaCf('keepalive 500ms # fast\n#deadtime 99\ndeadtime 6\nserial /dev/ttyS0\nbcast eth0 eth1\nucast eth2 10.0.0.2\nnode Alpha bravo\nping 10.0.1.254\nauto_failback off\n');
    expect(conf).toMatchObject({ keepaliveMs: 500, deadtimeMs: 6000, initdeadMs: 6000, warntimeMs: 3000, autoFailback: 'off', ipfail: false, watchdog: null, nodes: ['alpha', 'bravo'], pings: ['10.0.1.254'] });
    expect(conf.media.map(({ name, link }) => [name, link])).toEqual([['/dev/ttyS0', 'ttyS0'], ['eth0', 'eth0'], ['eth1', 'eth1'], ['eth2', 'eth2']]);
    expect(conf.parameters.get('deadtime')).toBe('6');
  });

  it('has the defaults of the program where nothing is said', () => {
    expect(readHaCf('')).toMatchObject({ keepaliveMs: 1000, deadtimeMs: 30_000, autoFailback: 'legacy', media: [], nodes: [] });
  });

  it('takes the sample file of the program: all but two lines are comments', () => {
    expect(readHaCf(sampleText('heartbeat/3.0.6-sample-ha.cf'))).toMatchObject({ autoFailback: 'on', nodes: [], media: [] });
  });
});

describe('haresources', () => {
  it('is one group for each line, which may go on after a backslash', () => {
    expect(readHaresources('# none\nalpha drbddisk::drbd0 \\\n  Filesystem::/dev/drbd0::/home::ext3\n\nbravo 10.0.0.7\nalone\n')).toEqual([
      { home: 'alpha', resources: ['drbddisk::drbd0', 'Filesystem::/dev/drbd0::/home::ext3'] },
      { home: 'bravo', resources: ['10.0.0.7'] },
    ]);
    expect(readHaresources(sampleText('heartbeat/3.0.6-sample-haresources'))).toEqual([]);
  });

  it('names scripts and their arguments', () => {
    expect(scriptOf('Filesystem::/dev/drbd0::/home::ext3')).toEqual({ script: 'Filesystem', args: ['/dev/drbd0', '/home', 'ext3'] });
    expect(scriptOf('10.0.0.7/24')).toEqual({ script: 'IPaddr', args: ['10.0.0.7/24'] });
    expect(scriptOf('mysqld')).toEqual({ script: 'mysqld', args: [] });
  });
});
