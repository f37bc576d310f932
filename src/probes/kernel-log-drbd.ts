// What a line of DRBD's kernel module means: texts of 0.7 (drbd_main.c, drbd_worker.c, drbd_req.c, drbd_receiver.c), 8.x and 9.
import type { KernelEvent } from '../model/kernel-facts.ts';

/** A message understood: all of an event but its time. */
export type KernelMeaning = Omit<KernelEvent, 'at' | 'stamp' | 'sinceBootSeconds'>;
type Change = KernelEvent['changes'][number];
type Speaker = Pick<KernelMeaning, 'minor' | 'resource' | 'peer'> & { says: string };

/** The meaning of a message; null when DRBD did not say it. `other` for what is not in the tables. */
export function drbdMeaning(text: string): KernelMeaning | null {
  const speaker = speakerOf(text);
  if (!speaker) return null;
  const { says, ...who } = speaker;
  return { about: 'drbd', ...who, ...whatOf(says), text };
}

/**
 * Who speaks: `drbd1: ` (0.7, 8.0), `block drbd1: ` (8.3, 8.4), `drbd NAME: ` (8.4, 9), `d-con NAME: ` (8.4.0),
 * `drbd NAME PEER: `, `drbd NAME/VOLUME drbdMINOR: `, `drbd NAME/VOLUME drbdMINOR PEER: ` (9), `drbd: ` (the module).
 */
function speakerOf(text: string): Speaker | null {
  const device = /^(?:block )?drbd(\d{1,7}): (.*)$/.exec(text);
  if (device) return { minor: Number(device[1]), resource: null, peer: null, says: device[2] ?? '' };
  const named = /^(?:drbd|d-con) ([^\s/:]+)(?:\/\d+ drbd(\d{1,7}))?(?: (\S+))?: (.*)$/.exec(text);
  if (named) {
    const [, resource = null, minor, peer = null, says = ''] = named;
    return { minor: minor === undefined ? null : Number(minor), resource, peer, says };
  }
  const module = /^drbd: (.*)$/.exec(text);
  return module ? { minor: null, resource: null, peer: null, says: module[1] ?? '' } : null;
}

function whatOf(says: string): Pick<KernelMeaning, 'kind' | 'from' | 'to' | 'changes'> {
  const changes = changesOf(says);
  const main = mainOf(changes);
  if (main) return { kind: main.kind, from: main.change.from, to: main.change.to, changes };
  const kind = MESSAGES.find(([, pattern]) => pattern.test(says))?.[0] ?? 'other';
  return { kind, from: null, to: null, changes };
}

/** All `WORD( A -> B )` of a line of 8.x or 9; of 0.7 `cstate A --> B`, and two pairs of roles. */
function changesOf(says: string): Change[] {
  const cstate = /^\S+ \[-?\d+\]: cstate (\S+) --> (\S+)$/.exec(says);
  if (cstate) return [{ of: 'cstate', from: cstate[1] ?? '', to: cstate[2] ?? '' }];
  const roles = /^([A-Z]\w+\/[A-Z]\w+) --> ([A-Z]\w+\/[A-Z]\w+)$/.exec(says);
  if (roles) return [{ of: 'role', from: roles[1] ?? '', to: roles[2] ?? '' }];
  // `Failed: repl( ... )` and the like tell of a change that did not happen; words behind the last one are its reason.
  if (!/^[a-z_-]+\( /.test(says)) return [];
  return [...says.matchAll(/(?:^| )([a-z_-]+)\( ([^()]*?) -> ([^()]*?) \)/g)].map(([, of = '', from = '', to = '']) => ({ of, from, to }));
}

/** The change a line is about, most telling first. */
const MAIN: readonly [string, KernelMeaning['kind']][] = [
  ['conn', 'drbd-connection'], ['cstate', 'drbd-connection'], ['repl', 'drbd-connection'],
  ['role', 'drbd-role'], ['peer', 'drbd-role'], ['disk', 'drbd-disk'], ['pdsk', 'drbd-disk'],
];

function mainOf(changes: readonly Change[]): { kind: KernelMeaning['kind']; change: Change } | null {
  for (const [of, kind] of MAIN) {
    const change = changes.find((one) => one.of === of);
    if (change) return { kind, change };
  }
  return null;
}

/** The first that matches counts. */
const MESSAGES: readonly [KernelMeaning['kind'], RegExp][] = [
  // Detected, whether dropped, solved by hand or by a policy: the data of the two sides had parted.
  ['split-brain', /^Split-Brain detected\b/],
  // 0.7 knows no split brain where its counters differ: the Primary that would be overwritten refuses.
  ['split-brain', /^Current Primary shall become sync TARGET!/],
  ['resync-started', /^(?:Began resync as|Resync started as) /],
  ['resync-done', /^Resync done \(/],
  ['detached', /^(?:Local IO failed\b.*|.*\. )Detaching\.\.\.$|^Releasing backing storage device\.|^PARTNER DISKLESS$|^Notified peer that my disk is broken\.$/],
  ['io-error', /\bIO error\b|\bIO ERROR\b|^Ignoring local IO error!|^WE ARE LOST\.|Local IO failure|\blocal read failed\b|meta.?data (?:update|write|read) failed|^drbd_md_sync_page_io\(.*failed!/i],
  ['io-error', /^(?:p )?(?:read|write): error=-?\d+ |^Sorry, I have no access to good data anymore\.|^Got Neg(?:Ack|DReply|RSDReply)\b|^Local backing block device frozen\?/],
];

/** What DRBD says of its own work, and nobody needs in a timeline: threads, helpers, sizes, identifiers. */
const CHATTER =
  /^(?:\w+ (?:thread|\(re\)started|terminated)\b|(?:Starting|Terminating|Restarting|Creating|Method to ensure|Handshake successful|Feature flags|Agreed|Peer authenticated|drbd_|size =|resync bitmap|bitmap |recounting|self |peer [0-9A-F]{16}|uuid_compare|helper command|new current UUID|attached to|meta-data IO|max BIO|Suspended AL|Resumed AL|Connection closed|receive bitmap|send bitmap|(?:receiver|asender|ack_receiver|sender|worker) |updated (?:sync )?UUID|Preparing |Committing |State change \d+|I am\(|Peer\(|Maximum number|\d+ \w?B \(|\d+ messages suppressed|Considering|initialised|registered as|GIT-hash|srcversion|SVN Revision|minor_table))/;

/** True for what tells an operator nothing: DRBD's work, not its state. */
export function isDrbdChatter(event: KernelEvent): boolean {
  if (event.about !== 'drbd' || event.kind !== 'other') return false;
  return event.changes.length === 0 && CHATTER.test(speakerOf(event.text)?.says ?? event.text);
}
