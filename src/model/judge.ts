// The judge: the only place that believes something. Views in, findings out; the same views give the same findings.
import type { Cluster } from './cluster.ts';
import { keyOf } from './findings.ts';
import type { Finding } from './findings.ts';
import { sortFindings } from './health.ts';
import { judgeClocks } from './judge/clocks.ts';
import { judgeConfig } from './judge/config.ts';
import { judgeDomains } from './judge/domains.ts';
import { judgeGroups } from './judge/groups.ts';
import { judgeLinks } from './judge/links.ts';
import { lookAt } from './judge/look.ts';
import type { Look } from './judge/look.ts';
import { judgeNodes } from './judge/nodes.ts';
import { judgeProbes } from './judge/probes.ts';
import { judgeReplicas } from './judge/replicas.ts';
import { judgeViews } from './judge/views.ts';

/** The families of findings, in the order in which one key of two wins. */
const FAMILIES: readonly ((look: Look) => Finding[])[] = [
  judgeNodes, judgeReplicas, judgeDomains, judgeGroups, judgeLinks, judgeViews, judgeProbes, judgeClocks, judgeConfig,
];

/** Everything that is wrong or worth a note at `now` (epoch ms), worst and oldest first; each key once. */
export function judge(cluster: Cluster, now: number): Finding[] {
  const look = lookAt(cluster, now);
  const found = new Map<string, Finding>();
  for (const family of FAMILIES) {
    for (const finding of family(look)) if (!found.has(keyOf(finding))) found.set(keyOf(finding), finding);
  }
  return sortFindings([...found.values()].map((finding) => withCause(finding, found)));
}

/** A cause that is no finding of this look is none. */
function withCause(finding: Finding, found: ReadonlyMap<string, Finding>): Finding {
  if (finding.because === null || finding.because === keyOf(finding)) return { ...finding, because: null };
  return found.has(finding.because) ? finding : { ...finding, because: null };
}
