// npm run bench [-- --quick] [--readme]: JSON on stdout, a table on stderr; --readme puts the table into README.md.
import { readFileSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startNodes } from './nodes.ts';
import { cordToEvent, servedCost, type ServedCost } from './served.ts';
import { changeToFrame, newSshPerProbe, starting, steady, type Cost, type Spread } from './scenarios.ts';

const quick = process.argv.includes('--quick');
const sizes = (process.argv.find((word) => word.startsWith('--sizes='))?.slice(8) ?? '2,16,64').split(',').map(Number);
const say = (text: string): void => void process.stderr.write(`${text}\n`);
const results: { starting?: Awaited<ReturnType<typeof starting>>; changeToFrame?: Spread; crashcart: Cost[]; newSsh: Cost[]; served: ServedCost[]; cordMs: number[] } = { crashcart: [], newSsh: [], served: [], cordMs: [] };

for (const size of sizes) {
  say(`${size} nodes ...`);
  const nodes = await startNodes(size);
  try {
    if (size === 2) {
      results.starting = await starting(nodes, quick ? 5 : 15);
      results.changeToFrame = await changeToFrame(nodes, quick ? 12 : 40);
    }
    results.crashcart.push(await steady(nodes, quick ? 10 : 60));
    results.newSsh.push(await newSshPerProbe(nodes, size === 2 ? 5 : 1));
  } finally {
    await nodes.stop();
  }
}
for (const size of [2, 16]) {
  say(`${size} served nodes ...`);
  results.served.push(await servedCost(size, quick ? 10 : 60));
}
results.cordMs = await cordToEvent(quick ? 3 : 10);

const table = describe();
say(table);
process.stdout.write(`${JSON.stringify({ schema: 'crashcart/bench/1', at: new Date().toISOString(), node: process.version, cpus: cpus().length, quick, ...results }, null, 1)}\n`);
if (process.argv.includes('--readme')) {
  const file = join(dirname(dirname(fileURLToPath(import.meta.url))), 'README.md');
  writeFileSync(file, readFileSync(file, 'utf8').replace(/(<!-- bench -->\n)[\s\S]*?(<!-- \/bench -->)/, (_, open: string, close: string) => `${open}${table}\n${close}`));
}

function describe(): string {
  const ms = (value: Spread | undefined): string => (value ? `${value.median.toFixed(0)} ms (worst ${value.worst.toFixed(0)} of ${value.samples})` : '-');
  const row = (name: string, cost: Cost): string =>
    `| ${name}, ${cost.nodes} nodes | ${cost.clientPercent.toFixed(1)} % | ${cost.clientMsPerNodeSecond.toFixed(1)} ms | ${cost.nodeMsPerSecond.toFixed(1)} ms | ${cost.processesPerNodeMinute.toFixed(0)} |`;
  return [
    '| two nodes on loopback | median |',
    '|---|---|',
    `| start to first frame | ${ms(results.starting?.firstFrameMs)} |`,
    `| start to full map | ${ms(results.starting?.fullMapMs)} |`,
    `| change on a node to the frame that shows it (files read every 1 s) | ${ms(results.changeToFrame)} |`,
    '',
    '| | client, of one core | client per node and second | node per second | processes per node and minute |',
    '|---|---|---|---|---|',
    ...results.crashcart.flatMap((cost, index) => {
      const other = results.newSsh[index];
      return [row('crashcart', cost), ...(other ? [row('a new ssh per probe (5) and second', other)] : [])];
    }),
    '',
    '| simulated nodes, served | CPU alone, of one core | watched | memory alone | watched |',
    '|---|---|---|---|---|',
    ...results.served.map((cost) => `| ${cost.nodes} nodes | ${cost.idlePercent.toFixed(1)} % | ${cost.watchedPercent.toFixed(1)} % | ${cost.idleMebibytes.toFixed(0)} MiB | ${cost.watchedMebibytes.toFixed(0)} MiB |`),
    '',
    `A power cord pulled (no FIN, no RST) is noticed after ${Math.min(...results.cordMs).toFixed(0)} to ${Math.max(...results.cordMs).toFixed(0)} ms (${results.cordMs.length} times).`,
    '',
    `Measured together in one run on ${cpus().length} shared cores, ${process.version}; client and nodes share them.`,
  ].join('\n');
}
