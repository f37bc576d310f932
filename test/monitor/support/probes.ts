// Two small probes whose facts are easy to write by hand, for tests that are not about any tool.
import type { ProcDrbd, XenList } from '../../../src/model/facts.ts';
import type { CommandProbe, FileProbe, Parsed, Probe } from '../../../src/probes/probe.ts';

export const proc = (version: string): ProcDrbd => ({ version, api: null, protocol: null, build: null, resources: [] });
export const xen = (tool: string): XenList => ({ tool, domains: [] });

/** The whole text of /proc/drbd is the version; lines with `?` are not understood. */
export const fileProbe: FileProbe<'proc-drbd'> = {
  name: 'proc-drbd',
  kind: 'files',
  everySeconds: 1,
  files: ['/proc/drbd'],
  parse(answers): Parsed<ProcDrbd> {
    const answer = answers.get('/proc/drbd');
    if (answer?.status !== 'ok') return { answered: false, kind: 'absent', why: 'no /proc/drbd', raw: '' };
    return { answered: true, facts: proc(answer.stdout.trim()), unread: answer.stdout.split('\n').filter((line) => line.includes('?')) };
  },
};

/** What `xm list` prints is the name of the tool. */
export const commandProbe: CommandProbe<'xen-list'> = {
  name: 'xen-list',
  kind: 'commands',
  everySeconds: 5,
  deadlineSeconds: 3,
  *ask() {
    const answer = yield ['xm', 'list'];
    if (answer.status === 'timeout') return { answered: false, kind: 'no-answer', why: 'xm did not answer', raw: '' };
    if (answer.status === 'absent') return { answered: false, kind: 'absent', why: 'no xm', raw: '' };
    return { answered: true, facts: xen(answer.stdout.trim()), unread: [] };
  },
};

export const PROBES: readonly Probe[] = [fileProbe, commandProbe];
