// The checks of `doctor` for people.
import type { Check } from './doctor-report.ts';
import { inAscii } from './io.ts';
import { paint } from './paint.ts';

/** One line a check; what is bad has its mending below. */
export function doctorText(cluster: string, checks: readonly Check[], color: boolean, ascii: boolean): string {
  const roles = { ok: 'ok', note: 'info', bad: 'critical' } as const;
  const lines = checks.flatMap((check) => [
    `  ${paint(check.state.padEnd(4), roles[check.state], color)}  ${(check.node ?? 'here').padEnd(12)}  ${check.check.padEnd(18)}  ${check.says}`,
    ...(check.mend === null ? [] : [`        mend: ${check.mend}`]),
  ]);
  const bad = checks.filter((check) => check.state === 'bad').length;
  const text = `${cluster}: ${bad === 0 ? 'nothing to mend' : `${bad} to mend`}\n${lines.join('\n')}\n`;
  return ascii ? inAscii(text) : text;
}
