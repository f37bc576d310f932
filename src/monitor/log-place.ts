// Where reading goes on in a text that begins with lines that were read before.

/** By so many lines in a row the place is found again. */
export const LINES_TO_KNOW = 8;

/** The last lines of all that was read, to be known again by. */
export function remembered(last: readonly string[], lines: readonly string[]): readonly string[] {
  return [...last, ...lines].slice(-LINES_TO_KNOW);
}

/** The lines that follow after `known`, where that is found among them; else all: better twice than not at all. */
export function linesAfter(lines: readonly string[], known: readonly string[]): readonly string[] {
  if (known.length === 0) return lines;
  for (let end = lines.length; end >= known.length; end -= 1) {
    if (known.every((line, index) => lines[end - known.length + index] === line)) return lines.slice(end);
  }
  return lines;
}
