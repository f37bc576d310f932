// LVM's attribute letters and sizes, as lvs and vgs print them (man lvs, man vgs).

/** Access, resizeable, exported, partial, allocation, clustered (c) or shared (s). */
const GROUP = /^[rw-][z-][x-][p-][cnaliu-][cs-]$/;
/** Type, access, allocation, fixed minor, state, open; later versions add target, zeroing, health and activation. */
const VOLUME = /^[a-zA-Z-][rwR-][acilnACILN-][m-][ahsISmMdicCX-][oX-](?:[a-zA-Z-](?:[z-](?:[a-zA-Z-][k-]?)?)?)?$/;

/** `wz--n-`. */
export function isGroupAttributes(text: string): boolean {
  return GROUP.test(text);
}

/** `-wi-ao` in old versions, up to ten places in new ones. Two letters of a word are not enough to pass. */
export function isVolumeAttributes(text: string): boolean {
  return VOLUME.test(text) && text.includes('-');
}

/** What the letters of a group say. */
export function groupWords(text: string): { clustered: boolean; partial: boolean } {
  return { clustered: text[5] === 'c', partial: text[3] === 'p' };
}

/** The kernel has the volume: `a`, or suspended, an invalid or merging snapshot, a pool to be checked. */
const ACTIVE = 'asISmMcC';
/** Not in the kernel, a device without tables, or kept in the history only. */
const INACTIVE = '-dih';

/** What the letters of a volume say; null where they say that it is not known (X), or where this version has no such place. */
export function volumeWords(text: string): { active: boolean | null; open: boolean | null; partial: boolean | null } {
  const [state = '', open = '', health] = [text[4], text[5], text[8]];
  return {
    active: ACTIVE.includes(state) ? true : INACTIVE.includes(state) ? false : null,
    open: open === 'o' ? true : open === '-' ? false : null,
    partial: health === undefined || health === 'X' ? null : health === 'p',
  };
}

const UNITS = 'bkmgtpe';

/**
 * Bytes of `1069547520`, `1069547520B`, `4.00m`, `<1.31t`, `67.55 GB`; null: no size. Letters are powers of 1024, the
 * capital ones too: versions before 2.02.54 print no others. Rounded sizes give the bytes of what was printed.
 */
export function bytesOf(text: string): number | null {
  const match = /^<?(\d{1,19})(?:\.(\d{1,6}))?\s?([bskmgtpe])?(?:i?B)?$/i.exec(text);
  if (!match) return null;
  const [, whole = '', fraction, letter] = match;
  // A fraction of a byte is a size whose unit is lost.
  if (letter === undefined && fraction !== undefined) return null;
  const unit = (letter ?? 'b').toLowerCase();
  const factor = unit === 's' ? 512 : 1024 ** UNITS.indexOf(unit);
  const bytes = Math.round(Number(`${whole}.${fraction ?? '0'}`) * factor);
  return Number.isSafeInteger(bytes) ? bytes : null;
}
