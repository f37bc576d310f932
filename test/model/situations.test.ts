// Named situations, each with the findings and states that an operator must get.
import { describe, expect, it } from 'vitest';
import type { Cluster } from '../../src/model/cluster.ts';
import type { Finding } from '../../src/model/findings.ts';
import { groups } from '../../src/model/groups.ts';
import { health } from '../../src/model/health.ts';
import { judge } from '../../src/model/judge.ts';
import { nodeSummaries } from '../../src/model/nodes.ts';
import { replicas } from '../../src/model/replicas.ts';
import {
  NOW, STOPPED, change, cluster, conf, failing, ha, haCf, haresources, heard, homer, logLine, minor, mounts, proc, resync,
  silence, tell, view, vitals, xen,
} from './build.ts';

interface Situation {
  name: string;
  cluster: Cluster;
  /** `code severity subject`, as sorted; the note that there is no fencing is left out. */
  findings: string[];
  health: string;
  /** Replica states by name, in order. */
  replicas?: string;
  nodes?: string;
  /** `name state on`. */
  groups?: string;
  /** The fact of the first finding. */
  fact?: string;
  /** `child < parent` for findings that follow from others. */
  because?: string[];
}

const C84 = 'UpToDate/UpToDate';

/** Both nodes' /proc/drbd of the 8.4 pair with other words for minor 1 (domain2, home charybda). */
function second(onSkylla: string, onCharybda: string, over: { skylla?: object; charybda?: object } = {}): Cluster {
  const one = tell(homer('8.4.11'), 'skylla', 'proc-drbd',
    proc('8.4.11', minor(0, `Connected Primary/Secondary ${C84}`), minor(1, onSkylla, over.skylla)));
  return tell(one, 'charybda', 'proc-drbd',
    proc('8.4.11', minor(0, `Connected Secondary/Primary ${C84}`), minor(1, onCharybda, over.charybda)));
}

/** The power cord of charybda was pulled 190 s ago; skylla took over. */
function powerCut(): Cluster {
  const words = 'Primary/Unknown Consistent';
  const alone = tell(silence(homer(), 'charybda', 190), 'skylla', 'proc-drbd',
    proc('0.7.23', minor(0, `WFConnection ${words}`), minor(1, `WFConnection ${words}`)));
  const taken = tell(alone, 'skylla', 'cl-status', ha('all', 'charybda dead eth0:dead eth1:dead'), { changedAgo: 158 });
  return tell(taken, 'skylla', 'xen-list', xen('domain1', 'domain2'));
}

const healthy = homer();
const stoppedPair = tell(tell(tell(tell(homer(), 'charybda', 'cl-status', STOPPED, { changedAgo: 47 }),
  'skylla', 'cl-status', ha('all', 'charybda dead eth0:dead eth1:dead'), { changedAgo: 45 }),
'skylla', 'proc-drbd', proc('0.7.23', minor(0, 'Connected Primary/Secondary Consistent'), minor(1, 'Connected Primary/Secondary Consistent'))),
'charybda', 'proc-drbd', proc('0.7.23', minor(0, 'Connected Secondary/Primary Consistent'), minor(1, 'Connected Secondary/Primary Consistent')));
const stopped = tell(tell(stoppedPair, 'skylla', 'xen-list', xen('domain1', 'domain2')), 'charybda', 'xen-list', xen());

/** The only links were cut for two minutes while both nodes went on; both are Primary of both replicas. */
function linksCut(): Cluster {
  const alone = 'StandAlone Primary/Unknown UpToDate/DUnknown';
  return ['skylla', 'charybda'].reduce((now, name) => {
    const peer = name === 'skylla' ? 'charybda' : 'skylla';
    const drbd = tell(now, name, 'proc-drbd', proc('8.4.11', minor(0, alone), minor(1, alone)));
    return tell(drbd, name, 'cl-status', ha('all', `${peer} dead eth0:dead eth1:dead`), { changedAgo: name === 'skylla' ? 120 : 118 });
  }, homer('8.4.11'));
}

const SITUATIONS: Situation[] = [
  {
    name: 'links cut, both promoted: the split comes first, what is owned twice follows from it',
    cluster: linksCut(),
    findings: ['replica.split-brain critical domain1', 'replica.split-brain critical domain2', 'group.failed critical charybda',
      'group.failed critical skylla', 'link.down warning eth0', 'link.down warning eth1',
      'views.disagree warning charybda', 'views.disagree warning skylla'],
    health: 'critical', replicas: 'domain1 split-brain, domain2 split-brain', groups: 'skylla started skylla, charybda started charybda',
    because: ['group.failed skylla < replica.split-brain domain1', 'group.failed charybda < replica.split-brain domain2',
      'views.disagree charybda < link.down eth0', 'views.disagree skylla < link.down eth0'],
  },
  {
    name: 'healthy pair on DRBD 0.7: Consistent on both is its best word',
    cluster: healthy, findings: [], health: 'ok', replicas: 'domain1 ok, domain2 ok', nodes: 'skylla online, charybda online',
    groups: 'skylla started skylla, charybda started charybda',
  },
  {
    name: 'healthy pair on DRBD 8.4',
    cluster: homer('8.4.11'), findings: [], health: 'ok', replicas: 'domain1 ok, domain2 ok',
  },
  {
    name: 'resync: bravo copies to the Secondary',
    cluster: second('SyncTarget Secondary/Primary Inconsistent/UpToDate', 'SyncSource Primary/Secondary UpToDate/Inconsistent',
      { skylla: { sync: resync(42.3, 25) }, charybda: { sync: resync(42.1, 26) } }),
    findings: ['replica.syncing warning domain2'], health: 'warning', replicas: 'domain1 ok, domain2 syncing',
    fact: 'domain2 is copying from charybda to skylla: 42 %, 0:25 left.',
  },
  {
    name: 'resync onto the Primary: the side that serves is the bad one',
    cluster: second('SyncSource Secondary/Primary UpToDate/Inconsistent', 'SyncTarget Primary/Secondary Inconsistent/UpToDate',
      { charybda: { sync: resync(42, 25) } }),
    findings: ['replica.syncing critical domain2'], health: 'critical', replicas: 'domain1 ok, domain2 syncing',
  },
  {
    name: 'resync of 0.7, only own disk words',
    cluster: tell(tell(homer(), 'skylla', 'proc-drbd', proc('0.7.23', minor(0, 'Connected Primary/Secondary Consistent'),
      minor(1, 'SyncTarget Secondary/Primary Inconsistent', { sync: resync(42, 25) }))), 'charybda', 'proc-drbd', proc('0.7.23',
      minor(0, 'Connected Secondary/Primary Consistent'), minor(1, 'SyncSource Primary/Secondary Consistent', { sync: resync(42, 25) }))),
    findings: ['replica.syncing warning domain2'], health: 'warning', replicas: 'domain1 ok, domain2 syncing',
  },
  {
    name: 'resync stalled',
    cluster: second('SyncTarget Secondary/Primary Inconsistent/UpToDate', 'SyncSource Primary/Secondary UpToDate/Inconsistent',
      { skylla: { sync: resync(42, null, { stalled: true }) } }),
    findings: ['replica.stalled warning domain2'], health: 'warning', replicas: 'domain1 ok, domain2 syncing',
    fact: 'domain2 has stopped copying from charybda to skylla at 42 %: stalled.',
  },
  {
    name: 'resync paused by the operator: no progress line',
    cluster: second('PausedSyncT Secondary/Primary Inconsistent/UpToDate', 'PausedSyncS Primary/Secondary UpToDate/Inconsistent'),
    findings: ['replica.stalled warning domain2'], health: 'warning', replicas: 'domain1 ok, domain2 paused',
    fact: 'domain2 has paused copying from charybda to skylla (PausedSyncT).',
  },
  {
    name: 'verify running: both copies good, only a note',
    cluster: second(`VerifyT Secondary/Primary ${C84}`, `VerifyS Primary/Secondary ${C84}`,
      { charybda: { sync: resync(7, 60, { kind: 'verify' }) } }),
    findings: ['replica.syncing info domain2'], health: 'ok', replicas: 'domain1 ok, domain2 verifying',
  },
  {
    name: 'verify found differences: only oos tells',
    cluster: second(`Connected Secondary/Primary ${C84}`, `Connected Primary/Secondary ${C84}`,
      { skylla: { outOfSyncBytes: 65_536 }, charybda: { outOfSyncBytes: 65_536 } }),
    findings: ['replica.out-of-sync warning domain2'], health: 'warning', replicas: 'domain1 ok, domain2 degraded',
    fact: 'domain2 differs in 64 kB between skylla and charybda.',
  },
  {
    name: 'split brain: both StandAlone and Primary',
    cluster: second('StandAlone Primary/Unknown UpToDate/DUnknown', 'StandAlone Primary/Unknown UpToDate/DUnknown'),
    findings: ['replica.split-brain critical domain2'], health: 'critical', replicas: 'domain1 ok, domain2 split-brain',
    fact: 'domain2 has split: skylla and charybda are Primary, each alone.',
  },
  {
    name: 'split brain: both Primary, one still waits for the connection',
    cluster: second('WFConnection Primary/Unknown UpToDate/DUnknown', 'StandAlone Primary/Unknown UpToDate/DUnknown'),
    findings: ['replica.split-brain critical domain2'], health: 'critical',
  },
  {
    name: 'split brain: both StandAlone, one already Secondary',
    cluster: second('StandAlone Secondary/Unknown UpToDate/DUnknown', 'StandAlone Primary/Unknown UpToDate/DUnknown'),
    findings: ['replica.split-brain critical domain2'], health: 'critical',
    fact: 'domain2 has split: skylla and charybda are StandAlone.',
  },
  {
    name: 'split brain: the victim waits, the survivor is StandAlone, the log tells of a partition',
    cluster: change(second('WFConnection Secondary/Unknown Outdated/DUnknown', 'StandAlone Primary/Unknown UpToDate/DUnknown'),
      'charybda', () => ({ log: [logLine('returning-after-partition', 600, 'Cluster node skylla returning after partition.', { node: 'skylla' })] })),
    findings: ['replica.split-brain critical domain2'], health: 'critical', replicas: 'domain1 ok, domain2 split-brain',
  },
  {
    name: 'one side disconnected by hand: StandAlone without a partition is no split',
    cluster: second('WFConnection Secondary/Unknown UpToDate/DUnknown', 'StandAlone Primary/Unknown UpToDate/DUnknown'),
    findings: ['replica.degraded warning domain2'], health: 'warning', replicas: 'domain1 ok, domain2 degraded',
    fact: 'domain2 has one good copy, on charybda; skylla says WFConnection, charybda says StandAlone.',
  },
  {
    name: 'a partition of two days ago does not make a StandAlone of today a split',
    cluster: change(second('WFConnection Secondary/Unknown UpToDate/DUnknown', 'StandAlone Primary/Unknown UpToDate/DUnknown'),
      'charybda', () => ({ log: [logLine('returning-after-partition', 172_800, 'Cluster node skylla returning after partition.', { node: 'skylla' })] })),
    findings: ['replica.degraded warning domain2'], health: 'warning',
  },
  {
    name: 'two Primaries, connected, not allowed',
    cluster: second(`Connected Primary/Primary ${C84}`, `Connected Primary/Primary ${C84}`),
    findings: ['replica.dual-primary critical domain2'], health: 'critical', replicas: 'domain1 ok, domain2 dual-primary',
    fact: 'domain2 is Primary on skylla and charybda.',
  },
  {
    name: 'two Primaries that drbd.conf allows are a note',
    cluster: (() => {
      const allowed = conf('domain1 skylla:0 charybda:0', 'domain2 skylla:1 charybda:1');
      const two = { ...allowed, resources: allowed.resources.map((one) => ({ ...one, allowTwoPrimaries: one.name === 'domain2' })) };
      const before = second(`Connected Primary/Primary ${C84}`, `Connected Primary/Primary ${C84}`);
      return tell(tell(before, 'skylla', 'drbd-conf', two), 'charybda', 'drbd-conf', two);
    })(),
    findings: ['replica.dual-primary info domain2'], health: 'ok', replicas: 'domain1 ok, domain2 dual-primary',
  },
  {
    name: 'Primary without a disk runs on over its peer',
    cluster: second('Connected Secondary/Primary UpToDate/Diskless', 'Connected Primary/Secondary Diskless/UpToDate'),
    findings: ['replica.diskless critical domain2'], health: 'critical', replicas: 'domain1 ok, domain2 diskless',
    fact: 'domain2 on charybda has lost its disk; domain2 runs on over skylla\'s copy.',
  },
  {
    name: 'Secondary without a disk',
    cluster: second('Connected Secondary/Primary Diskless/UpToDate', 'Connected Primary/Secondary UpToDate/Diskless'),
    findings: ['replica.diskless warning domain2'], health: 'warning', replicas: 'domain1 ok, domain2 diskless',
  },
  {
    name: 'no disk on 0.7: the connection word tells',
    cluster: tell(tell(homer(), 'skylla', 'proc-drbd', proc('0.7.23', minor(0, 'Connected Primary/Secondary Consistent'),
      minor(1, 'DiskLessClient Secondary/Primary Inconsistent'))), 'charybda', 'proc-drbd', proc('0.7.23',
      minor(0, 'Connected Secondary/Primary Consistent'), minor(1, 'ServerForDLess Primary/Secondary Consistent'))),
    findings: ['replica.diskless warning domain2'], health: 'warning', replicas: 'domain1 ok, domain2 diskless',
  },
  {
    name: 'fresh pair, both Inconsistent: no good copy anywhere',
    cluster: second('Connected Secondary/Secondary Inconsistent/Inconsistent', 'Connected Secondary/Secondary Inconsistent/Inconsistent'),
    findings: ['domain.without-primary critical domain2', 'replica.inconsistent critical domain2', 'group.failed critical charybda'],
    health: 'critical', replicas: 'domain1 ok, domain2 inconsistent', because: ['group.failed charybda < replica.inconsistent domain2'],
  },
  {
    name: 'the only side in reach is half overwritten, its peer silent',
    cluster: silence(second('WFConnection Secondary/Unknown Inconsistent/DUnknown', `Connected Primary/Secondary ${C84}`), 'charybda', 20),
    findings: ['replica.inconsistent critical domain2', 'node.silent unknown charybda'], health: 'critical',
    replicas: 'domain1 unknown, domain2 inconsistent', because: ['replica.inconsistent domain2 < node.silent charybda'],
  },
  {
    name: 'an unknown connection word is degraded, never good',
    cluster: second(`Enchanted Secondary/Primary ${C84}`, `Connected Primary/Secondary ${C84}`),
    findings: ['replica.degraded warning domain2'], health: 'warning', replicas: 'domain1 ok, domain2 degraded',
    fact: 'domain2 is not well: skylla says Enchanted, a word not known here.',
  },
  {
    name: 'an unknown disk word is degraded, never good',
    cluster: second('Connected Secondary/Primary Shiny/UpToDate', `Connected Primary/Secondary ${C84}`),
    findings: ['replica.degraded warning domain2'], health: 'warning', replicas: 'domain1 ok, domain2 degraded',
  },
  {
    name: 'Outdated Secondary',
    cluster: second('Connected Secondary/Primary Outdated/UpToDate', 'Connected Primary/Secondary UpToDate/Outdated'),
    findings: ['replica.degraded warning domain2'], health: 'warning', fact: 'domain2 has one good copy, on charybda; skylla\'s is Outdated.',
  },
  {
    name: 'I/O suspended on the Primary',
    cluster: second(`Connected Secondary/Primary ${C84}`, `Connected Primary/Secondary ${C84}`, { charybda: { ioFlags: 's-----' } }),
    findings: ['replica.degraded critical domain2'], health: 'critical',
  },
  {
    name: 'the minor\'s line was not fully understood: not ok, told once',
    cluster: tell(homer('8.4.11'), 'skylla', 'proc-drbd', proc('8.4.11', minor(0, `Connected Primary/Secondary ${C84}`),
      minor(1, `Connected Secondary/Primary ${C84}`)), { unread: [' 1: cs:Connected ro:Secondary/Primary ds:UpToDate/UpToDate C r---X-'], unreadSince: NOW - 10_000 }),
    findings: ['probe.unread warning skylla'], health: 'warning', replicas: 'domain1 ok, domain2 unknown',
    fact: 'skylla: 1 line of /proc/drbd was not understood for 0:10.',
  },
  {
    name: 'resource down on both sides',
    cluster: second('Unconfigured', 'Unconfigured'),
    findings: ['domain.without-primary critical domain2', 'group.failed critical charybda', 'replica.degraded warning domain2'], health: 'critical',
    replicas: 'domain1 ok, domain2 down',
  },
  {
    name: 'DRBD not loaded on the Secondary',
    cluster: change(second(`Connected Secondary/Primary ${C84}`, 'WFConnection Primary/Unknown UpToDate/DUnknown'), 'skylla', (node) => ({
      facts: { ...node.facts, 'proc-drbd': failing('proc-drbd', 'absent', 'no such file', null), 'xen-list': heard('xen-list', xen()),
        'cl-status': heard('cl-status', ha('none', 'charybda active eth0:up eth1:up')) },
    })),
    findings: ['group.nowhere critical skylla', 'replica.degraded warning domain1', 'replica.degraded warning domain2'], health: 'critical',
    replicas: 'domain1 degraded, domain2 degraded',
  },
  {
    name: 'power cut seen by the peer: one cause, everything else follows',
    cluster: powerCut(),
    findings: ['node.dead critical charybda', 'replica.degraded warning domain1', 'replica.degraded warning domain2',
      'group.misplaced warning charybda', 'link.down warning eth0', 'link.down warning eth1'],
    health: 'critical', replicas: 'domain1 degraded, domain2 degraded', nodes: 'skylla online, charybda dead',
    groups: 'skylla started skylla, charybda started skylla',
    fact: 'charybda is dead for 3:10. skylla took over its group, unfenced.',
    because: ['replica.degraded domain1 < node.dead charybda', 'replica.degraded domain2 < node.dead charybda',
      'group.misplaced charybda < node.dead charybda', 'link.down eth0 < node.dead charybda', 'link.down eth1 < node.dead charybda'],
  },
  {
    name: 'the peer holds its groups and says nothing of it: dead too',
    cluster: tell(powerCut(), 'skylla', 'cl-status', ha('all'), { changedAgo: 158 }),
    findings: ['node.dead critical charybda', 'replica.degraded warning domain1', 'replica.degraded warning domain2',
      'group.misplaced warning charybda'],
    health: 'critical', nodes: 'skylla online, charybda dead',
  },
  {
    name: 'silent only: the peer still hears it, nothing else is alarmed',
    cluster: silence(homer(), 'charybda', 7),
    findings: ['node.silent unknown charybda'], health: 'unknown', replicas: 'domain1 unknown, domain2 unknown',
    nodes: 'skylla online, charybda unreachable', groups: 'skylla started skylla, charybda started charybda',
    fact: 'charybda has not answered for 7 s. skylla still hears it on eth0 and eth1.',
  },
  {
    name: 'both silent',
    cluster: silence(silence(homer(), 'charybda', 30), 'skylla', 40),
    findings: ['node.silent unknown skylla', 'node.silent unknown charybda'], health: 'unknown',
    nodes: 'skylla unreachable, charybda unreachable', replicas: 'domain1 unknown, domain2 unknown',
    groups: 'skylla unknown null, charybda unknown null',
    fact: 'skylla has not answered for 40 s; what you see of it is old.',
  },
  {
    name: 'never heard, still connecting',
    cluster: cluster(view('skylla', {}, { link: { state: 'connecting', since: NOW - 1000 }, heardAt: null, clock: null })),
    findings: ['node.silent unknown skylla'], health: 'unknown', nodes: 'skylla unknown', fact: 'skylla has not answered yet.',
  },
  {
    name: 'connected, nothing asked yet: not well before it is known',
    cluster: change(homer(), 'charybda', (node) => ({ facts: { vitals: node.facts.vitals } })),
    findings: ['probe.unanswered unknown charybda'], health: 'unknown',
  },
  {
    name: 'the key was refused: a sentence, nothing of its probes',
    cluster: change(homer(), 'charybda', () => ({
      link: { state: 'auth-stopped', since: NOW - 60_000, says: 'charybda refused the key of root.' },
    })),
    findings: ['auth.stopped unknown charybda'], health: 'unknown', nodes: 'skylla online, charybda unknown',
    fact: 'charybda refused the key of root.',
  },
  {
    name: 'the host key changed',
    cluster: change(homer(), 'charybda', () => ({
      link: { state: 'hostkey-changed', since: NOW - 60_000, says: 'charybda shows another key than known_hosts.' },
    })),
    findings: ['hostkey.changed critical charybda'], health: 'critical',
  },
  {
    name: 'the shell there is refused, and sudo is not allowed',
    cluster: change(change(homer(), 'charybda', () => ({ link: { state: 'no-sudo', since: NOW - 50_000, says: 'sudo asks for a password.' } })),
      'skylla', () => ({ link: { state: 'shell-refused', since: NOW - 60_000, says: 'restricted shell.' } })),
    findings: ['auth.stopped unknown skylla', 'auth.stopped unknown charybda'], health: 'unknown', fact: 'skylla: restricted shell.',
  },
  {
    name: 'stale /proc/drbd on a node that answers',
    cluster: change(homer(), 'charybda', (node) => ({
      facts: { ...node.facts, 'proc-drbd': heard('proc-drbd', proc('0.7.23', minor(0, 'Connected Secondary/Primary Consistent'),
        minor(1, 'Connected Primary/Secondary Consistent')), { ago: 48 }) },
    })),
    findings: ['fact.stale warning charybda'], health: 'warning', replicas: 'domain1 unknown, domain2 unknown',
    fact: 'charybda: /proc/drbd is 48 s old; the rest of it is fresh.',
  },
  {
    name: 'heartbeat stopped on charybda, skylla took over',
    cluster: stopped,
    findings: ['node.stopped warning charybda', 'group.misplaced warning charybda', 'link.down warning eth0', 'link.down warning eth1'],
    health: 'warning', nodes: 'skylla online, charybda offline', groups: 'skylla started skylla, charybda started skylla',
    fact: 'heartbeat on charybda is stopped for 0:47.',
    because: ['group.misplaced charybda < node.stopped charybda', 'link.down eth0 < node.stopped charybda', 'link.down eth1 < node.stopped charybda'],
  },
  {
    name: 'heartbeat stopped on both, nothing runs',
    cluster: ['skylla', 'charybda'].reduce((now, name) => tell(tell(tell(now, name, 'cl-status', STOPPED), name, 'xen-list', xen()), name, 'proc-drbd',
      proc('0.7.23', minor(0, 'Connected Secondary/Secondary Consistent'), minor(1, 'Connected Secondary/Secondary Consistent'))), homer()),
    findings: ['group.nowhere critical charybda', 'group.nowhere critical skylla', 'node.stopped warning charybda', 'node.stopped warning skylla'],
    health: 'critical', replicas: 'domain1 ok, domain2 ok', groups: 'skylla stopped null, charybda stopped null',
    fact: 'Group charybda runs nowhere for 1:00:00.',
  },
  {
    name: 'entitled, but DRBD could not be promoted (rscstatus tells what it may, not what it does)',
    cluster: tell(second(`Connected Secondary/Secondary ${C84}`, `Connected Secondary/Secondary ${C84}`), 'charybda', 'xen-list', xen()),
    findings: ['group.failed critical charybda'], health: 'critical', groups: 'skylla started skylla, charybda failed charybda',
    fact: 'Group charybda has failed on charybda: domain2 Secondary and domain2 not running.',
  },
  {
    name: 'entitled since 20 s, not there yet: starting, no alarm',
    cluster: tell(tell(second(`Connected Secondary/Secondary ${C84}`, `Connected Secondary/Secondary ${C84}`), 'charybda', 'xen-list', xen()),
      'charybda', 'cl-status', ha('local', 'skylla active eth0:up eth1:up'), { changedAgo: 20 }),
    findings: [], health: 'ok', groups: 'skylla started skylla, charybda starting charybda',
  },
  {
    name: 'being released: the log tells it before rscstatus does',
    cluster: change(tell(second(`Connected Secondary/Secondary ${C84}`, `Connected Secondary/Secondary ${C84}`), 'charybda', 'xen-list', xen()),
      'charybda', () => ({ log: [logLine('releasing', 5, 'Releasing resource group: charybda drbddisk::domain2', { resource: 'drbddisk::domain2' })] })),
    findings: [], health: 'ok', groups: 'skylla started skylla, charybda stopping charybda',
  },
  {
    name: 'both say local, but each runs the other\'s group',
    cluster: (() => {
      const swapped = tell(tell(homer(), 'skylla', 'proc-drbd', proc('0.7.23', minor(0, 'Connected Secondary/Primary Consistent'),
        minor(1, 'Connected Primary/Secondary Consistent'))), 'charybda', 'proc-drbd', proc('0.7.23',
        minor(0, 'Connected Primary/Secondary Consistent'), minor(1, 'Connected Secondary/Primary Consistent')));
      return tell(tell(swapped, 'skylla', 'xen-list', xen('domain2')), 'charybda', 'xen-list', xen('domain1'));
    })(),
    findings: ['group.misplaced warning charybda', 'group.misplaced warning skylla'], health: 'warning',
    groups: 'skylla started charybda, charybda started skylla', replicas: 'domain1 ok, domain2 ok',
    fact: 'Group charybda runs on skylla for 1:00:00, though heartbeat on charybda holds it for its own.',
  },
  {
    name: 'links cut, both take everything, DRBD still connected: owned twice, nodes disagree',
    cluster: tell(tell(homer(), 'skylla', 'cl-status', ha('all', 'charybda dead eth0:dead eth1:dead'), { changedAgo: 60 }),
      'charybda', 'cl-status', ha('all', 'skylla dead eth0:dead eth1:dead'), { changedAgo: 62 }),
    findings: ['group.failed critical charybda', 'group.failed critical skylla', 'link.down warning eth0', 'link.down warning eth1',
      'views.disagree warning charybda', 'views.disagree warning skylla'],
    health: 'critical', nodes: 'skylla online, charybda online',
    because: ['views.disagree charybda < link.down eth0', 'views.disagree skylla < link.down eth0',
      'group.failed charybda < link.down eth0', 'group.failed skylla < link.down eth0'],
  },
  {
    name: 'heartbeat holds none, but the group runs: nobody counts it as running',
    cluster: tell(homer(), 'charybda', 'cl-status', ha('none', 'skylla active eth0:up eth1:up'), { changedAgo: 60 }),
    findings: ['views.disagree warning charybda'], health: 'warning',
    fact: 'Group charybda runs on charybda, though heartbeat there says that it holds none for 1:00.',
  },
  {
    name: 'heartbeat holds none for a moment: it has just given the group up, or is about to take it',
    cluster: tell(homer(), 'charybda', 'cl-status', ha('none', 'skylla active eth0:up eth1:up'), { changedAgo: 5 }),
    findings: [], health: 'ok',
  },
  {
    name: 'a program says what is wrong by its own name: the name stands in the sentence once',
    cluster: change(homer(), 'charybda', (one) => ({ facts: { ...one.facts,
      'xen-list': failing('xen-list', 'down', 'xm list: Error: Unable to connect to xend', xen('domain2')) } })),
    findings: ['probe.unanswered warning charybda'], health: 'warning',
    fact: 'charybda gives no answer for xm list for 0:42: Error: Unable to connect to xend.',
  },
  {
    name: 'nodes disagree for a moment only: one was asked earlier',
    cluster: tell(homer(), 'skylla', 'cl-status', ha('local', 'charybda active eth0:dead eth1:up'), { changedAgo: 3 }),
    findings: [], health: 'ok',
  },
  {
    name: 'one link has two words for a minute',
    cluster: tell(homer(), 'skylla', 'cl-status', ha('local', 'charybda active eth0:dead eth1:up'), { changedAgo: 60 }),
    findings: ['views.disagree warning eth0'], health: 'warning', fact: 'eth0: skylla says dead, charybda says up, for 1:00.',
  },
  {
    name: 'one of two links down on both ends: the other is the last',
    cluster: tell(tell(homer(), 'skylla', 'cl-status', ha('local', 'charybda active eth0:dead eth1:up'), { changedAgo: 130 }),
      'charybda', 'cl-status', ha('local', 'skylla active eth0:dead eth1:up'), { changedAgo: 130 }),
    findings: ['link.down warning eth0', 'link.last warning eth1'], health: 'warning',
    fact: 'eth0 between skylla and charybda is down for 2:10; eth1 carries heartbeats.',
  },
  {
    name: 'the same domain on both nodes',
    cluster: tell(homer(), 'charybda', 'xen-list', xen('domain1', 'domain2')),
    findings: ['domain.twice critical domain1', 'domain.without-primary critical domain1'], health: 'critical',
    fact: 'domain1 runs on skylla and charybda.',
  },
  {
    name: 'a live migration is no second instance',
    cluster: tell(tell(second(`Connected Primary/Primary ${C84}`, `Connected Primary/Primary ${C84}`), 'skylla', 'xen-list', xen('domain1', 'domain2')),
      'charybda', 'xen-list', xen('migrating-domain2')),
    findings: ['replica.dual-primary critical domain2'], health: 'critical',
  },
  {
    name: 'a crashed domain',
    cluster: tell(homer(), 'charybda', 'xen-list', xen('domain2 crashed')),
    findings: ['domain.crashed critical domain2', 'group.failed critical charybda'], health: 'critical',
  },
  {
    name: 'a domain outside every group is a note',
    cluster: tell(homer(), 'charybda', 'xen-list', xen('domain2', 'scratch')),
    findings: ['domain.unmanaged info scratch'], health: 'ok',
  },
  {
    name: 'Filesystem member not mounted where the group should be',
    cluster: ['skylla', 'charybda'].reduce((now, name) => tell(now, name, 'haresources',
      haresources('skylla drbddisk::domain1 Filesystem::/dev/drbd0::/srv/one::ext3', 'charybda drbddisk::domain2 haxendomains::domain2')), homer()),
    findings: ['group.failed critical skylla', 'domain.unmanaged info domain1'], health: 'critical',
    fact: 'Group skylla has failed on skylla: /srv/one not mounted.',
  },
  {
    name: 'Filesystem member mounted',
    cluster: tell(['skylla', 'charybda'].reduce((now, name) => tell(now, name, 'haresources',
      haresources('skylla drbddisk::domain1 Filesystem::/dev/drbd0::/srv/one::ext3 haxendomains::domain1', 'charybda drbddisk::domain2 haxendomains::domain2')), homer()),
    'skylla', 'mounts', mounts('/', '/srv/one')),
    findings: [], health: 'ok', groups: 'skylla started skylla, charybda started charybda',
  },
  {
    name: 'haresources differs',
    cluster: tell(homer(), 'charybda', 'haresources', haresources('skylla drbddisk::domain1 haxendomains::domain1', 'charybda drbddisk::domain2 haxendomains::domain2'),
      { raw: '# mine\nskylla  drbddisk::domain1 haxendomains::domain1\ncharybda drbddisk::domain2 haxendomains::other\n', changedAgo: 600 }),
    findings: ['config.differs warning haresources'], health: 'warning',
    fact: 'haresources differs between charybda and skylla for 10:00 (1 line).',
  },
  {
    name: 'comments, blanks and ucast lines are no difference',
    cluster: tell(homer(), 'charybda', 'ha-cf', haCf(), { raw: '# ours\nkeepalive   2\n\nnode skylla charybda # both\nucast eth1 10.0.1.1\n' }),
    findings: [], health: 'ok',
  },
  {
    name: 'clocks of the nodes 3.4 s apart',
    cluster: change(homer(), 'charybda', () => ({ clock: { offsetSeconds: -3.4, errorSeconds: 0.01, zoneMinutes: 60, at: NOW } })),
    findings: ['clock.skew warning charybda'], health: 'warning', fact: 'charybda\'s clock is 3.4 s behind skylla\'s.',
  },
  {
    name: 'clocks 2.4 s apart, but measured in whole seconds only',
    cluster: change(homer(), 'charybda', () => ({ clock: { offsetSeconds: -2.4, errorSeconds: 0.51, zoneMinutes: 60, at: NOW } })),
    findings: [], health: 'ok',
  },
  {
    name: 'both clocks off against here: a note',
    cluster: ['skylla', 'charybda'].reduce((now, name) => change(now, name, () => ({
      clock: { offsetSeconds: 31_536_000, errorSeconds: 0.01, zoneMinutes: 60, at: NOW } })), homer()),
    findings: ['clock.skew info homer'], health: 'ok',
  },
  {
    name: 'xm list hangs',
    cluster: change(homer(), 'charybda', (node) => ({
      facts: { ...node.facts, 'xen-list': failing('xen-list', 'no-answer', 'no answer for 8 s', xen('domain2')) } })),
    findings: ['probe.unanswered warning charybda'], health: 'warning',
    fact: 'charybda gives no answer for xm list for 0:42: no answer for 8 s.',
  },
  {
    name: 'no hypervisor there, nobody said that there should be',
    cluster: ['skylla', 'charybda'].reduce((now, name) => change(tell(now, name, 'haresources', haresources('skylla drbddisk::domain1', 'charybda drbddisk::domain2')),
      name, (node) => ({ facts: { ...node.facts, 'xen-list': failing('xen-list', 'absent', 'no xm'), 'vmware-cmd': failing('vmware-cmd', 'absent', 'no vmware-cmd') } })), homer()),
    findings: [], health: 'ok',
  },
  {
    name: 'no Xen there, but the inventory says xen',
    cluster: { ...change(homer(), 'charybda', (node) => ({ facts: { ...node.facts, 'xen-list': failing('xen-list', 'absent', 'no xm or xl there') } })),
      config: { name: 'homer', manager: 'auto', hypervisor: 'xen', readOnly: false } },
    findings: ['probe.unanswered warning charybda'], health: 'warning',
  },
  {
    name: 'rscstatus is too old a question, the members tell',
    cluster: ['skylla', 'charybda'].reduce((now, name) => tell(now, name, 'cl-status', ha('-', `${name === 'skylla' ? 'charybda' : 'skylla'} active eth0:up eth1:up`)), homer()),
    findings: [], health: 'ok', groups: 'skylla started skylla, charybda started charybda',
  },
  {
    name: 'rscstatus is a word not known, and no member tells',
    cluster: ['skylla', 'charybda'].reduce((now, name) => tell(tell(now, name, 'cl-status', ha('some', `${name === 'skylla' ? 'charybda' : 'skylla'} active eth0:up eth1:up`)),
      name, 'haresources', haresources('skylla IPaddr::10.0.1.9')), homer()),
    findings: ['group.nowhere unknown skylla'], health: 'unknown', groups: 'skylla unknown null',
  },
  {
    name: 'minors that differ between the nodes are joined by name',
    cluster: (() => {
      const named = conf('domain1 skylla:0 charybda:4', 'domain2 skylla:1 charybda:5');
      const both = tell(tell(homer('8.4.11'), 'skylla', 'drbd-conf', named), 'charybda', 'drbd-conf', named);
      return tell(both, 'charybda', 'proc-drbd', proc('8.4.11', minor(4, `Connected Secondary/Primary ${C84}`), minor(5, `Connected Primary/Secondary ${C84}`)));
    })(),
    findings: [], health: 'ok', replicas: 'domain1 ok, domain2 ok',
  },
  {
    name: 'the managers use full host names, the inventory short ones of its own',
    cluster: (() => {
      const long = { skylla: 'skylla.example.org', charybda: 'charybda.example.org' };
      return (['skylla', 'charybda'] as const).reduce((now, name) => {
        const peer = name === 'skylla' ? long.charybda : long.skylla;
        const facts = tell(tell(now, name, 'cl-status', ha('local', `${peer} active eth0:up eth1:up`)), name, 'vitals', vitals(long[name]));
        return tell(facts, name, 'haresources', haresources(`${long.skylla} drbddisk::domain1 haxendomains::domain1`, `${long.charybda} drbddisk::domain2 haxendomains::domain2`));
      }, homer());
    })(),
    findings: [], health: 'ok', groups: 'skylla started skylla, charybda started charybda',
  },
  {
    name: 'only one node of the pair is known: the other side is not known',
    cluster: { ...homer('8.4.11'), nodes: homer('8.4.11').nodes.slice(0, 1) },
    findings: ['group.nowhere unknown charybda', 'replica.degraded unknown domain1', 'replica.degraded unknown domain2'],
    health: 'unknown', replicas: 'domain1 unknown, domain2 unknown',
  },
  {
    name: 'DRBD 9 tells only its version in /proc/drbd',
    cluster: ['skylla', 'charybda'].reduce((now, name) => tell(now, name, 'proc-drbd', proc('9.1.4')), homer('8.4.11')),
    findings: ['replica.degraded unknown domain1', 'replica.degraded unknown domain2'], health: 'unknown', replicas: 'domain1 unknown, domain2 unknown',
    fact: 'domain1: DRBD 9.1.4 tells no states in /proc/drbd; they are not known.',
  },
];

function key({ code, subject }: Pick<Finding, 'code' | 'subject'>): string {
  return `${code} ${subject}`;
}

describe('named situations', () => {
  it.each(SITUATIONS)('$name', (situation) => {
    const found = judge(situation.cluster, NOW).filter((finding) => finding.code !== 'fencing.none');
    expect(found.map((finding) => `${finding.code} ${finding.severity} ${finding.subject}`)).toEqual(situation.findings);
    expect(health(found)).toBe(situation.health);
    const states = {
      replicas: replicas(situation.cluster, NOW).map((one) => `${one.name} ${one.state}`).join(', '),
      nodes: nodeSummaries(situation.cluster, NOW).map((one) => `${one.name} ${one.state}`).join(', '),
      groups: groups(situation.cluster, NOW).map((one) => `${one.name} ${one.state} ${one.on ?? 'null'}`).join(', '),
    };
    if (situation.replicas !== undefined) expect(states.replicas).toBe(situation.replicas);
    if (situation.nodes !== undefined) expect(states.nodes).toBe(situation.nodes);
    if (situation.groups !== undefined) expect(states.groups).toBe(situation.groups);
    if (situation.fact !== undefined) expect(found[0]?.fact).toBe(situation.fact);
    if (situation.because !== undefined) {
      const folded = found.filter((finding) => finding.because !== null).map((finding) => `${key(finding)} < ${finding.because ?? ''}`);
      expect(folded.sort()).toEqual([...situation.because].sort());
    }
  });

  it('a healthy pair has only the note that nothing fences', () => {
    expect(judge(homer(), NOW).map((finding) => `${finding.code} ${finding.severity} ${finding.subject}`)).toEqual(['fencing.none info homer']);
  });
});
