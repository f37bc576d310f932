// What may stand in an inventory, as zod checks it. A message is `EXPECTED|WRITE`: what must be there, and what
// to write; inventory-parse.ts makes the sentence of it.
import { z } from 'zod';

/** Names of nodes and clusters: never an option, no blank, no control character, at most 64 letters. */
export const NAME = /^[\p{L}\p{N}_][\p{L}\p{N}._:+-]{0,63}$/u;
/** Hosts and users go to ssh as arguments: never an option, nothing a shell or a config file could read as more. */
const HOST = /^[\p{L}\p{N}_[][\p{L}\p{N}._:%+[\]-]{0,254}$/u;
const USER = /^[\p{L}\p{N}_][\p{L}\p{N}._@\\+-]{0,127}\$?$/u;
const JUMP = /^[\p{L}\p{N}_[][^\s\p{C}'"`$;|&<>\\]{0,254}$/u;
const PLAIN = /^[^\p{Cc}]{1,4096}$/u;
const TCP = /^(\[[0-9a-fA-F:.%]+\]|[\p{L}\p{N}_][\p{L}\p{N}._-]*):(\d{1,5})$/u;

const NAME_RULE = "a name of letters, digits, '.', '_', '-' that starts with no '-'";

/** A map whose unknown keys are errors; the message then lists the keys that are known. */
function map<Shape extends z.ZodRawShape>(shape: Shape, expected: string) {
  return z.strictObject(shape, { error: (issue) => (issue.code === 'unrecognized_keys' ? Object.keys(shape).join(' ') : expected) });
}

const text = (pattern: RegExp, expected: string) => z.string({ error: expected }).regex(pattern, { error: expected });
const flag = (expected: string) => z.boolean({ error: expected });
const words = (expected: string) => z.array(text(PLAIN, expected), { error: expected }).min(1, { error: expected });
const oneOf = <const Words extends readonly [string, ...string[]]>(choices: Words, key: string) =>
  z.enum(choices, { error: `one of ${choices.join(', ')}|${key}${choices[0]}` });

const NAME_OF_NODE = `${NAME_RULE}|name: alpha`;
const ssh = map({
  host: text(HOST, 'a host name or an address|host: 192.0.2.24').optional(),
  port: z.int({ error: 'a port from 1 to 65535|port: 22' }).min(1, { error: 'a port from 1 to 65535|port: 22' }).max(65_535, { error: 'a port from 1 to 65535|port: 22' }).optional(),
  user: text(USER, 'the name of an account|user: root').optional(),
  jump: text(JUMP, 'a host to jump over|jump: bastion').optional(),
  identityFile: text(PLAIN, 'the path of a private key|identityFile: ~/.ssh/id_ed25519').optional(),
  knownHostsFile: text(PLAIN, 'the path of a known_hosts file|knownHostsFile: ~/.ssh/known_hosts').optional(),
  configFile: text(PLAIN, 'the path of an ssh_config|configFile: ~/.ssh/config').optional(),
  transport: oneOf(['auto', 'ssh', 'ssh2'], 'transport: ').optional(),
  legacyAlgorithms: flag('true or false|legacyAlgorithms: true').optional(),
}, 'a map|ssh: { host: 192.0.2.24, user: root }');

const argv = (key: string) => words(`a list of words, the program first|${key}: [ipmitool, power, ${key}]`).optional();
const power = map({ status: argv('status'), off: argv('off'), on: argv('on') }, 'a map|power: { status: [ipmitool, power, status] }');

const node = z.union(
  [
    text(NAME, NAME_OF_NODE),
    map({ name: text(NAME, NAME_OF_NODE), ssh: ssh.optional(), sudo: flag('true or false|sudo: true').optional(), power: power.optional() }, "a node's name or a map|- name: alpha"),
  ],
  { error: "a node's name or a map|- name: alpha" },
);

const service = map({
  tcp: text(TCP, 'HOST:PORT in quotes|tcp: "delta.example.org:22"').optional(),
  ping: text(HOST, 'a host name or an address|ping: web.example.org').optional(),
  domain: text(NAME, `${NAME_RULE}|domain: delta`).optional(),
}, 'a map|delta: { tcp: "delta.example.org:22" }').refine((value) => value.tcp !== undefined || value.ping !== undefined, {
  error: 'a map with tcp or ping|{ tcp: "delta.example.org:22" }',
});

const NOTIFY_ON = 'a list of domain, takeover, finding|on: [takeover, finding]';
const notify = map({
  on: z.array(oneOf(['domain', 'takeover', 'finding'], '- '), { error: NOTIFY_ON }).min(1, { error: NOTIFY_ON }),
  mail: words('a list of addresses|mail: [admins@example.org]').optional(),
  from: text(PLAIN, 'an address|from: crashcart@example.org').optional(),
  exec: words('a list of words, the program first|exec: [/usr/local/bin/page-me]').optional(),
}, 'a map|- { on: [finding], mail: [admins@example.org] }').refine((value) => value.mail !== undefined || value.exec !== undefined, {
  error: 'a map with mail or exec|{ on: [finding], mail: [admins@example.org] }',
});

const NODES = 'a list of at least one node|nodes: [alpha, bravo]';
const LOGS = 'a list of absolute paths|logs: [/var/log/ha-log]';
const cluster = map({
  nodes: z.array(node, { error: NODES }).min(1, { error: NODES }).max(1024, { error: 'a list of at most 1024 nodes|two clusters instead' }),
  manager: oneOf(['auto', 'heartbeat', 'pacemaker', 'rgmanager', 'ganeti', 'none'], 'manager: ').optional(),
  hypervisor: oneOf(['auto', 'xen', 'vmware-server', 'kvm', 'none'], 'hypervisor: ').optional(),
  logs: z.array(text(/^\/[^\p{Cc}]{1,4096}$/u, 'an absolute path|- /var/log/ha-log'), { error: LOGS }).optional(),
  services: z.record(text(NAME, NAME_RULE), service, { error: 'a map|services: { delta: { tcp: "delta.example.org:22" } }' }).optional(),
  notify: z.array(notify, { error: 'a list|notify: [{ on: [finding], mail: [admins@example.org] }]' }).optional(),
  readOnly: flag('true or false|readOnly: true').optional(),
}, 'a map with nodes|nodes: [alpha, bravo]');

const CLUSTERS = 'a map of clusters by name|clusters: { perugia: { nodes: [alpha, bravo] } }';

/** The whole file. */
export const inventorySchema = map({
  clusters: z.record(text(NAME, `${NAME_RULE}|perugia:`), cluster, { error: CLUSTERS })
    .refine((value) => Object.keys(value).length > 0, { error: CLUSTERS }),
}, CLUSTERS);

export type InventoryText = z.infer<typeof inventorySchema>;
export type ClusterText = z.infer<typeof cluster>;
export type NodeText = z.infer<typeof node>;
