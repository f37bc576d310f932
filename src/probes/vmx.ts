// The configuration file of a VMware machine: `key = "value"` a line.

/**
 * The values by key in lower case, as VMware minds no case; of a key that stands there twice the last counts. Comments,
 * and lines of no such form (as the one where reading stopped), have none.
 */
export function readVmx(text: string): ReadonlyMap<string, string> {
  const values = new Map<string, string>();
  for (const line of text.split('\n')) {
    const match = line.length > 4096 ? null : /^[ \t]*([A-Za-z][\w.:-]{0,127})[ \t]*=[ \t]*(?:"([^"]*)"|([^\s"#]*))[ \t\r]*$/.exec(line);
    if (match) values.set((match[1] ?? '').toLowerCase(), match[2] ?? match[3] ?? '');
  }
  return values;
}
