// What doctor says of a node, and how to mend it.
import { describe, expect, it } from 'vitest';
import { nodeChecks } from '../../src/cli/doctor-report.ts';
import type { Check } from '../../src/cli/doctor-report.ts';
import { doctorText } from '../../src/cli/doctor-text.ts';
import type { NodeView } from '../../src/model/cluster.ts';
import { clusterOf, heard, nodeView, NOW, unheard } from './hand-made.ts';

const ACCESS = [{ name: 'skylla', typeThis: 'ssh -F /c skylla', user: 'root', sudo: false }];

function checksOf(over: Partial<NodeView>, access = ACCESS): Check[] {
  return nodeChecks(clusterOf(nodeView('skylla', 'charybda', over)), access, NOW);
}
const bad = (checks: Check[]): [string, string, string | null][] => checks.filter((check) => check.state === 'bad').map((check) => [check.check, check.says, check.mend]);

describe('a node in order', () => {
  it('has nothing to mend', () => {
    const checks = checksOf({ log: [{ seq: 0, file: '/var/log/ha-log', heardAt: NOW, at: null, raw: '', event: { at: null, stamp: '', level: null, daemon: null, pid: null, kind: 'other', node: null, resource: null, text: '' } }] });
    expect(bad(checks)).toEqual([]);
    expect(Object.fromEntries(checks.map((check) => [check.check, `${check.state}: ${check.says}`]))).toEqual({
      access: 'ok: reached by ssh',
      shell: 'ok: the login shell starts /bin/sh',
      privileges: 'ok: all that is asked may be read as root',
      'probe vitals': 'ok: answered', 'probe proc-drbd': 'ok: answered', 'probe drbd-conf': 'ok: answered', 'probe xen-list': 'ok: answered', 'probe cl-status': 'ok: answered', 'probe haresources': 'ok: answered',
      versions: 'ok: Linux 2.6.16-xen, DRBD 0.7.17, Xen (xm), heartbeat',
      clock: 'ok: 0.0 s ahead of this machine (± 0.0 s)',
      logs: 'ok: followed: /var/log/ha-log',
    });
  });

  it('a tool that is not installed is a note, not a fault', () => {
    const checks = checksOf({ facts: { 'xen-list': unheard({ failure: { kind: 'absent', why: 'neither xm nor xl is there', since: NOW } }) } });
    expect(checks.find((check) => check.check === 'probe xen-list')).toEqual({ node: 'skylla', check: 'probe xen-list', state: 'note', says: 'neither xm nor xl is there', mend: null });
  });
});

describe('a node without heartbeat', () => {
  it("does not miss heartbeat's log", () => {
    const absent = unheard({ failure: { kind: 'absent', why: 'not there', since: NOW } });
    const checks = checksOf({ facts: { 'cl-status': absent, 'ha-cf': absent }, logFailures: [{ file: '/var/log/ha-log', why: 'no such file', since: NOW }] });
    expect(bad(checks)).toEqual([]);
    expect(checks.find((check) => check.check === 'logs')).toMatchObject({ state: 'note', says: 'no heartbeat here, and no log of it' });
  });
});

describe('what is to be mended', () => {
  it.each<[string, Partial<NodeView>, [string, string, string | null][]]>([
    ['silent', { link: { state: 'silent', since: NOW, says: 'skylla refused the connection' } }, [['access', 'skylla refused the connection', 'see how far this comes: ssh -F /c skylla']]],
    ['wrong password', { link: { state: 'auth-stopped', since: NOW, says: 'skylla took no key' } }, [['access', 'skylla took no key', 'log in once by hand: ssh -F /c skylla']]],
    ['unknown key', { link: { state: 'hostkey-unknown', since: NOW, says: 'skylla is not in known_hosts', fingerprint: null } }, [['access', 'skylla is not in known_hosts', "compare the fingerprint on the node's console, then log in once by hand: ssh -F /c skylla"]]],
    ['changed key', { link: { state: 'hostkey-changed', since: NOW, says: 'skylla shows another key' } }, [['access', 'skylla shows another key', 'find out why the key changed before anything else; only then replace it in known_hosts']]],
    ['restricted shell', { link: { state: 'shell-refused', since: NOW, says: 'skylla has a restricted shell' } }, [['shell', 'skylla has a restricted shell', 'give the account a login shell that runs /bin/sh -c (chsh on the node), or name another account under ssh: user']]],
    ['no sudo', { link: { state: 'no-sudo', since: NOW, says: 'sudo wants a password' } }, [['privileges', 'sudo wants a password', 'allow the account to run /bin/sh by sudo without a password, or take sudo: true out']]],
    ['a forbidden file', { facts: { 'proc-drbd': unheard({ failure: { kind: 'forbidden', why: '/proc/drbd: not readable', since: NOW } }) } }, [
      ['privileges', 'proc-drbd may not be asked as root', 'log in as root, or write sudo: true at the node'],
      ['probe proc-drbd', '/proc/drbd: not readable', 'log in as root, or write sudo: true at the node'],
    ]],
    ['a hanging tool', { facts: { 'xen-list': unheard({ failure: { kind: 'no-answer', why: 'xm list: no answer', since: NOW } }) } }, [['probe xen-list', 'xm list: no answer', 'run it by hand on skylla: what hangs there, hangs here']]],
    ['lines not understood', { facts: { mounts: heard({ mounts: [] }, { unread: ['xyz abc'] }) } }, [['probe mounts', '1 line not understood: xyz abc', 'send this output to the authors of crashcart; a newer one may read it']]],
    ['a clock behind', { facts: {}, clock: { offsetSeconds: -31_536_000, errorSeconds: 0.5, zoneMinutes: 0, at: NOW } }, [['clock', '31536000.0 s behind this machine (± 0.5 s)', 'check ntpd or chronyd on the node and here']]],
    ['a log not readable', { facts: {}, logFailures: [{ file: '/var/log/ha-log', why: 'not readable', since: NOW }] }, [['logs', '/var/log/ha-log: not readable', 'let the account read it, or name the right files under logs:']]],
  ])('%s', (_name, over, wanted) => {
    expect(bad(checksOf(over))).toEqual(wanted);
  });

  it('in print has its mending below', () => {
    const text = doctorText('homer', checksOf({ link: { state: 'silent', since: NOW, says: 'skylla refused' } }), false, false);
    expect(text.split('\n')).toEqual(['homer: 1 to mend', '  bad   skylla        access              skylla refused', '        mend: see how far this comes: ssh -F /c skylla', '']);
  });
});
