// Network bonds: which members carry them, from /proc/net/bonding (bond_procfs.c of the kernel's driver).
import type { Bond, Bonding } from '../model/linux-facts.ts';
import type { Answer, FileProbe, Parsed } from './probe.ts';
import { captured } from './captured.ts';
import { complaintRefusal, firstLine, refusal, statusRefusal } from './refusal.ts';
import type { Refusal } from './refusal.ts';

const FOLDER = '/proc/net/bonding';

/** Reads every file of /proc/net/bonding every 5 s; a node without bonds has none. */
export const bonding: FileProbe<'bonding'> = { name: 'bonding', kind: 'files', everySeconds: 5, files: [`${FOLDER}/*`], parse: parseBonding };

/** `crashcart parse bonding`: one bond. Its name is that of the file and not in it. */
export const capturedBonding = captured('bonding', `a file of ${FOLDER}`, (answer) => parseBond('', answer), (bond) => ({
  mode: bond.mode, up: bond.up, active: bond.active, members: bond.members, redundant: bond.redundant,
}));

/** All bonds, by name. A file that could not be read as a bond is `unread`; refused only when none could. */
export function parseBonding(answers: ReadonlyMap<string, Answer>): Parsed<Bonding> {
  const bonds: Bond[] = [];
  const unread: string[] = [];
  let refused: Refusal | null = null;
  for (const [path, answer] of [...answers].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const parsed = parseBond(path.slice(path.lastIndexOf('/') + 1), answer);
    if (parsed.answered) {
      bonds.push(parsed.facts);
      unread.push(...parsed.unread);
    } else if (parsed.kind !== 'absent') {
      // The bond may have been removed between the listing and the reading: absent is no trouble.
      refused ??= parsed;
      unread.push(parsed.why);
    }
  }
  if (bonds.length > 0) return { answered: true, facts: { bonds }, unread };
  return refused ?? { answered: false, kind: 'absent', why: 'this node has no bonds', raw: '' };
}

/**
 * One file. The first `MII Status` is the bond's, those below `Slave Interface` are the members'. Lines that are not
 * known, and words for up and down that are not, are `unread`.
 */
export function parseBond(name: string, answer: Answer): Parsed<Bond> {
  const what = name === '' ? `a file of ${FOLDER}` : `${FOLDER}/${name}`;
  const refused = statusRefusal(answer, what) ?? complaintRefusal(answer, what);
  if (refused) return refused;
  const lines = answer.stdout.split('\n').map((line) => line.trimEnd()).filter((line) => line !== '');
  if (lines.length === 0) return refusal('cut', `${what} is empty`, answer);
  if (!lines.some((line) => /^Bonding Mode: \S/.test(line))) return refusal('unreadable', `${what}: no "Bonding Mode" in it: ${firstLine(answer.stdout) ?? ''}`, answer);
  const reading: Reading = { bond: { name, mode: null, up: null, active: null, members: [], redundant: false }, member: null, told: false, carries: true };
  const unread = lines.filter((line) => !takeLine(reading, line));
  const { bond } = reading;
  if (!reading.carries) bond.up = false;
  bond.redundant = bond.up === true && bond.members.filter((member) => member.up).length >= 2;
  return { answered: true, facts: bond, unread };
}

interface Reading {
  bond: Bond;
  /** The member whose lines are read; null: still those of the bond. */
  member: Bond['members'][number] | null;
  /** Whether its `MII Status` (the bond's, or the member's) was told. */
  told: boolean;
  /** False where no aggregator is active: then nothing is carried, whatever MII says. */
  carries: boolean;
}

/** False when the line was not understood. */
function takeLine(reading: Reading, line: string): boolean {
  if (/^bond \S+ has no active aggregator$/.test(line)) {
    reading.carries = false;
    return true;
  }
  const [, key = '', text = ''] = /^([^:\s][^:\t]{0,60}):(?: +(\S.*))?$/.exec(line) ?? [];
  const taken = TAKEN.get(key);
  return taken ? taken(reading, text) : OTHERS.test(line);
}

const TAKEN: ReadonlyMap<string, (reading: Reading, text: string) => boolean> = new Map([
  ['Bonding Mode', ({ bond }, text) => {
    if (text === '' || bond.mode !== null) return false;
    bond.mode = text;
    return true;
  }],
  ['Currently Active Slave', ({ bond }, text) => {
    if (!isName(text)) return false;
    bond.active = text === 'None' ? null : text;
    return true;
  }],
  ['Slave Interface', (reading, text) => {
    // Of a member named twice the first counts: it is not redundant to itself.
    const again = reading.bond.members.some((each) => each.name === text);
    reading.member = { name: text, up: null, failures: null };
    reading.told = false;
    if (!isName(text) || again) return false;
    reading.bond.members.push(reading.member);
    return true;
  }],
  ['MII Status', (reading, text) => {
    const up = UP_WORDS.get(text) ?? null;
    // A second status where one belongs: a line between the two is lost, and neither is believed.
    (reading.member ?? reading.bond).up = reading.told ? null : up;
    const understood = !reading.told && up !== null;
    reading.told = true;
    return understood;
  }],
  ['Link Failure Count', ({ member }, text) => {
    if (!member || !/^\d{1,10}$/.test(text)) return false;
    member.failures = Number(text);
    return true;
  }],
]);

/** Going down: lost, and used until the down delay ends. Going back: not used until the up delay ends. Both are not up. */
const UP_WORDS: ReadonlyMap<string, boolean> = new Map([['up', true], ['down', false], ['going down', false], ['going back', false]]);

/** What says nothing of whether the bond holds: driver, delays, ARP targets, LACP's details, hardware. */
const OTHERS = new RegExp(`^(?:${[
  'Ethernet Channel Bonding Driver: .*', 'Multicast Mode: .*', 'Transmit Hash Policy: .*', 'Primary Slave: .*', 'MII Polling Interval \\(ms\\): .*', 'Up Delay \\(ms\\): .*',
  'Down Delay \\(ms\\): .*', 'Peer Notification Delay \\(ms\\): .*', 'ARP Polling Interval \\(ms\\): .*', 'ARP Missed Max: .*', 'ARP IP target/s .*', 'NS IPv6 target/s .*',
  '802\\.3ad info', 'LACP rate: .*', 'LACP active: .*', 'Min links: .*', 'Aggregator selection policy .*', 'System priority: .*', 'System MAC address: .*', 'Active Aggregator Info:',
  'Speed: .*', 'Duplex: .*', 'Permanent HW addr:.*', 'Slave queue ID: .*', 'Aggregator ID: .*', '(?:Actor|Partner) Churn State: .*', '(?:Actor|Partner) Churned Count: .*',
  'details (?:actor|partner) lacp pdu:', '[ \\t]+(?:Aggregator ID|Number of ports|Actor Key|Partner Key|Partner Mac Address|(?:system|port|oper) [a-z ]{1,20}): .*',
].join('|')})$`);

/** Names of interfaces: no blank, no colon or slash, at most 15 characters in Linux. */
function isName(text: string): boolean {
  return /^[^\s/]{1,15}$/.test(text);
}
