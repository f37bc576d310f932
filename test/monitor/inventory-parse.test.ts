// The inventory's text: what is taken, and the sentence for everything that is not.
import { describe, expect, it } from 'vitest';
import { parseInventory } from '../../src/monitor/inventory-parse.ts';

const FULL = `clusters:
  perugia:
    nodes:
      - alpha
      - name: bravo
        ssh: { host: 192.0.2.24, port: 2222, user: root, jump: bastion, identityFile: /k, knownHostsFile: /h, configFile: /c, transport: ssh2, legacyAlgorithms: true }
        sudo: true
        power: { status: [ipmitool, -H, bmc, power, status] }
    manager: heartbeat
    hypervisor: vmware-server
    logs: [/var/log/ha-log, /var/log/ha-debug]
    services:
      delta: { tcp: "delta.example.org:22", domain: delta }
      web: { ping: web.example.org }
      six: { tcp: "[2001:db8::1]:443" }
    notify:
      - { on: [domain, takeover, finding], mail: [admins@example.org], from: crashcart@jump.example.org }
      - { on: [finding], exec: [/usr/local/bin/page-me] }
    readOnly: true
  via:
    nodes: [status, indra]
`;

describe('a good inventory', () => {
  it('is read in full', () => {
    expect(parseInventory(FULL, 'f.yaml')).toEqual({
      ok: true,
      inventory: {
        file: 'f.yaml',
        clusters: [
          {
            config: { name: 'perugia', manager: 'heartbeat', hypervisor: 'vmware-server', readOnly: true },
            nodes: [
              { name: 'alpha', target: { name: 'alpha', host: 'alpha', transport: 'auto' }, sudo: false, power: { status: null, off: null, on: null } },
              {
                name: 'bravo',
                target: { name: 'bravo', host: '192.0.2.24', port: 2222, user: 'root', jump: 'bastion', identityFile: '/k', knownHostsFile: '/h', configFile: '/c', transport: 'ssh2', legacyAlgorithms: true },
                sudo: true,
                power: { status: ['ipmitool', '-H', 'bmc', 'power', 'status'], off: null, on: null },
              },
            ],
            logs: ['/var/log/ha-log', '/var/log/ha-debug'],
            services: [
              { name: 'delta', tcp: { host: 'delta.example.org', port: 22 }, ping: null, domain: 'delta' },
              { name: 'web', tcp: null, ping: 'web.example.org', domain: null },
              { name: 'six', tcp: { host: '2001:db8::1', port: 443 }, ping: null, domain: null },
            ],
            notify: [
              { on: ['domain', 'takeover', 'finding'], mail: ['admins@example.org'], from: 'crashcart@jump.example.org', exec: null },
              { on: ['finding'], mail: [], from: null, exec: ['/usr/local/bin/page-me'] },
            ],
          },
          {
            config: { name: 'via', manager: 'auto', hypervisor: 'auto', readOnly: false },
            nodes: [
              { name: 'status', target: { name: 'status', host: 'status', transport: 'auto' }, sudo: false, power: { status: null, off: null, on: null } },
              { name: 'indra', target: { name: 'indra', host: 'indra', transport: 'auto' }, sudo: false, power: { status: null, off: null, on: null } },
            ],
            logs: [],
            services: [],
            notify: [],
          },
        ],
      },
    });
  });

  it('may use an anchor and an alias', () => {
    const read = parseInventory('clusters:\n  a: &both\n    nodes: [x]\n  b: *both\n', 'f.yaml');
    expect(read.ok && read.inventory.clusters.map((cluster) => [cluster.config.name, cluster.nodes[0]?.name])).toEqual([['a', 'x'], ['b', 'x']]);
  });
});

const inNodes = (node: string): string => `clusters:\n  p:\n    nodes:\n      - ${node}\n`;

describe('a bad inventory is one sentence with file, line, column, what was expected, what to write', () => {
  it.each<[string, string, RegExp]>([
    ['empty', '', /^f\.yaml:1:1: the file is empty; write clusters: /],
    ['a list', '- a\n', /^f\.yaml:1:1: the file must be a map .*, not a list; write clusters: /],
    ['clusters empty', 'clusters: {}\n', /^f\.yaml:1:11: clusters must be .*, not an empty map; write clusters: /],
    ['a mistyped key on top', 'cluster:\n  p: {}\n', /^f\.yaml:1:1: "cluster" is not known in the file; write clusters$/],
    ['a cluster of nothing', 'clusters:\n  p:\n', /^f\.yaml:2:5: clusters\.p must be a map with nodes, not nothing; write nodes: \[alpha, bravo\]$/],
    ['a mistyped key of a cluster', 'clusters:\n  p:\n    nods: [a]\n', /^f\.yaml:3:5: "nods" is not known in clusters\.p; write nodes$/],
    ['no nodes', 'clusters:\n  p:\n    readOnly: true\n', /^f\.yaml:3:5: p\.nodes is missing; write nodes: \[alpha, bravo\]$/],
    ['an empty list of nodes', 'clusters:\n  p:\n    nodes: []\n', /^f\.yaml:3:12: p\.nodes must be a list of at least one node, not an empty list; write nodes/],
    ['a number as a node', inNodes('12'), /^f\.yaml:4:9: nodes\[0\] must be a node's name or a map, not 12; write - name: alpha$/],
    ['a node without a name', inNodes('sudo: true'), /^f\.yaml:4:9: nodes\[0\]\.name is missing; write name: alpha$/],
    ['a node that is an option', inNodes('-oProxyCommand=x'), /^f\.yaml:4:9: nodes\[0\] must be a name .*not "-oProxyCommand=x"/],
    ['a node with a blank', inNodes('"a b"'), /^f\.yaml:4:9: nodes\[0\] must be a name/],
    ['a node with a newline', inNodes('{ name: "a\\nb" }'), /^f\.yaml:4:17: .*name must be a name .*not "a\?b"/],
    ['a node with an escape', inNodes('"a\\e[31m"'), /not "a\?\[31m"/],
    ['a host that is an option', inNodes('{ name: a, ssh: { host: "-F/x" } }'), /^f\.yaml:4:33: ssh\.host must be a host name or an address, not "-F\/x"; write host: /],
    ['a user that is an option', inNodes('{ name: a, ssh: { user: "-l" } }'), /ssh\.user must be the name of an account/],
    ['a jump with a command in it', inNodes('{ name: a, ssh: { jump: "x;y" } }'), /ssh\.jump must be a host to jump over/],
    ['a port out of range', inNodes('{ name: a, ssh: { port: 99999 } }'), /^f\.yaml:4:33: ssh\.port must be a port from 1 to 65535, not 99999; write port: 22$/],
    ['a mistyped key of ssh', inNodes('{ name: a, ssh: { hots: x } }'), /^f\.yaml:4:27: "hots" is not known in nodes\[0\]\.ssh; write host$/],
    ['a transport there is not', inNodes('{ name: a, ssh: { transport: rsh } }'), /ssh\.transport must be one of auto, ssh, ssh2, not "rsh"; write transport: auto$/],
    ['sudo that is a word', inNodes('{ name: a, sudo: yes }'), /sudo must be true or false, not "yes"; write sudo: true$/],
    ['power without words', inNodes('{ name: a, power: { off: [] } }'), /power\.off must be a list of words.*write off: \[ipmitool, power, off\]$/],
    ['a node twice', 'clusters:\n  p:\n    nodes:\n      - a\n      - name: a\n', /^f\.yaml:5:9: node a stands twice in cluster p/],
    ['a cluster twice', 'clusters:\n  p: { nodes: [a] }\n  p: { nodes: [b] }\n', /^f\.yaml:3:3: this key stands twice/],
    ['a cluster that is an option', 'clusters:\n  "--x": { nodes: [a] }\n', /^f\.yaml:2:3: "--x" must be a name/],
    ['a manager there is not', 'clusters:\n  p:\n    nodes: [a]\n    manager: hartbeat\n', /^f\.yaml:4:14: p\.manager must be one of auto, heartbeat, .*not "hartbeat"; write manager: auto$/],
    ['a relative log', 'clusters:\n  p:\n    nodes: [a]\n    logs: [ha-log]\n', /^f\.yaml:4:12: logs\[0\] must be an absolute path, not "ha-log"; write - \/var\/log\/ha-log$/],
    ['a service that measures nothing', 'clusters:\n  p:\n    nodes: [a]\n    services: { d: { domain: x } }\n', /^f\.yaml:4:20: services\.d must be a map with tcp or ping/],
    ['a service port out of range', 'clusters:\n  p:\n    nodes: [a]\n    services: { d: { tcp: "x:70000" } }\n', /^f\.yaml:4:27: tcp must name a port from 1 to 65535, not 70000/],
    ['a notification without a way', 'clusters:\n  p:\n    nodes: [a]\n    notify: [{ on: [finding] }]\n', /notify\[0\] must be a map with mail or exec/],
    ['a tab', 'clusters:\n\tp: 1\n', /^f\.yaml:2:1: a tab stands where blanks must; write two blanks/],
    ['two documents', 'clusters:\n  p: { nodes: [a] }\n---\nclusters: {}\n', /^f\.yaml:3:1: a second document begins here/],
    ['no YAML', 'clusters: [\n', /^f\.yaml:2:1: is not YAML here \(.*\); mend this line$/],
    ['an unknown tag', 'clusters: !!js/function x\n', /^f\.yaml:1:11: is not YAML here/],
    ['an alias of nothing', 'clusters: *x\n', /^f\.yaml:1:11: nothing before this line is marked &x; write what \*x stands for$/],
    ['a bomb of aliases', 'a: &a [x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b]\nd: [*c,*c,*c,*c,*c,*c,*c,*c,*c,*c]\n', /^f\.yaml:1:1: cannot be read \(Excessive alias count/],
    ['absurdly deep', '{a: '.repeat(20_000), /^f\.yaml:1:\d+: /],
    ['far too long a key', `clusters:\n  p:\n    nodes: [a]\n    ${'x'.repeat(500)}: 1\n`, /^f\.yaml:4:5: "x{39}…" is not known in clusters\.p; write /],
  ])('%s', (_name, text, wanted) => {
    const read = parseInventory(text, 'f.yaml');
    expect(read.ok).toBe(false);
    if (read.ok) return;
    expect(read.says).toMatch(wanted);
    expect(read.says.length).toBeLessThanOrEqual(189);
    expect(read.says).not.toMatch(/[\u0000-\u001f\u007f]/);
  });

  it('more than 1 MiB is refused before it is read', () => {
    const read = parseInventory(`#${'x'.repeat(1024 * 1024)}`, 'f.yaml');
    expect(read).toEqual({ ok: false, says: 'f.yaml:1:1: is larger than 1 MiB; an inventory must be smaller' });
  });
});
