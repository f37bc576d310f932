// The few colours of the plain-text commands.
import type { Health, Severity } from '../model/findings.ts';

const CODES: Readonly<Record<Health | Severity | 'dim', string>> = { critical: '31;1', unknown: '35;1', warning: '33;1', ok: '32', info: '36', dim: '2' };

/** `text` in the colour of a verdict, or unchanged. */
export function paint(text: string, role: Health | Severity | 'dim', color: boolean): string {
  return color ? `\u001b[${CODES[role]}m${text}\u001b[0m` : text;
}
