// What stands in a node's ha-log when a scene begins: heartbeat's start, twelve days ago, and a little of last night.
import { HA_LOG, haTime } from '../world/heartbeat/log.ts';
import type { SimNode, World } from '../world/shapes.ts';

/** What the log is about. */
export interface Started {
  version: string;
  peer: string;
  /** As heartbeat names them: `bond0`, `/dev/ttyS0`. */
  links: readonly string[];
  ping: string;
  /** The node's own line of haresources. */
  group: string;
}

/** Appends the lines, in order of their times. */
export function startLog(world: World, node: SimNode, started: Started): void {
  const { version, peer, links, ping, group } = started;
  const [main, manager] = [node.pid(), node.pid()];
  const now = world.schedule.now();
  const up = (now - node.bootedAt) / 1000 - 60;
  const line = (secondsAgo: number, text: string, program = `heartbeat[${main}]: `): string => `${program}${haTime(now - secondsAgo * 1000)} ${text}\n`;
  const [preferred = '', ...members] = group.split(' ');
  const running = members.map((member, index) => line(up - 5 - index * 8, `info: Running /etc/ha.d/resource.d/${member.replaceAll('::', ' ')} start`, `ResourceManager[${manager}]:\t`));
  const night = node.random.whole(9000, 20_000);
  node.files.append(HA_LOG, [
    line(up, `info: Configuration validated. Starting heartbeat ${version}`),
    line(up - 1, `info: heartbeat: version ${version}`),
    line(up - 1, `info: Link ${ping}:${ping} up.`),
    ...links.map((link) => line(up - 2, `info: Link ${peer}:${link} up.`)),
    line(up - 2, `info: Status update for node ${peer}: status active`),
    line(up - 3, "info: Local status now set to: 'active'"),
    line(up - 4, `info: Acquiring resource group: ${[preferred, ...members].join(' ')}`, `ResourceManager[${manager}]:\t`),
    ...running,
    line(up - 5 - members.length * 8, 'info: Local Resource acquisition completed.'),
    line(night, `WARN: Late heartbeat: Node ${peer}: interval ${Math.round(12_040 / world.hurry)} ms`),
    line(night - 8500, `WARN: 1 lost packet(s) for [${peer}] [5120:5122]`),
    line(night - 8502, `info: No pkts missing from ${peer}!`),
  ].join(''));
}
