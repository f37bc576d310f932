// The words nearest to a mistyped one, for sentences that name the choices.

/** How many single-letter changes turn one word into the other (a swap of neighbours counts as one). */
export function distance(one: string, other: string): number {
  const rows: number[][] = [Array.from({ length: other.length + 1 }, (_, column) => column)];
  for (let i = 1; i <= one.length; i += 1) {
    const row = [i];
    for (let j = 1; j <= other.length; j += 1) {
      const changed = at(rows, i - 1, j - 1) + (one[i - 1] === other[j - 1] ? 0 : 1);
      let best = Math.min(changed, at(rows, i - 1, j) + 1, (row[j - 1] ?? 0) + 1);
      if (i > 1 && j > 1 && one[i - 1] === other[j - 2] && one[i - 2] === other[j - 1]) best = Math.min(best, at(rows, i - 2, j - 2) + 1);
      row.push(best);
    }
    rows.push(row);
  }
  return at(rows, one.length, other.length);
}

/** The choices that a mistyped word may have meant, nearest first; all of them, in their order, when none is near. */
export function near(word: string, choices: readonly string[], most = 6): string[] {
  const wanted = word.toLowerCase().slice(0, 64);
  const scored = choices.map((choice) => ({ choice, far: distance(wanted, choice.toLowerCase().slice(0, 64)) }));
  const isNear = (choice: string, far: number): boolean => far <= Math.max(1, Math.floor(choice.length / 3)) || choice.startsWith(wanted);
  const close = wanted === '' ? [] : scored.filter(({ choice, far }) => isNear(choice, far));
  const kept = close.length > 0 ? [...close].sort((a, b) => a.far - b.far).slice(0, 3) : scored.slice(0, most);
  return kept.map(({ choice }) => choice);
}

/** `a, b or c`; with `of` more choices than are named, `a, b, c or another of 12`. */
export function choice(words: readonly string[], of = words.length): string {
  if (words.length < of) return `${words.join(', ')} or another of ${of}`;
  if (words.length <= 1) return words[0] ?? 'nothing';
  return `${words.slice(0, -1).join(', ')} or ${words.at(-1) ?? ''}`;
}

function at(rows: readonly (readonly number[])[], row: number, column: number): number {
  return rows[row]?.[column] ?? 0;
}
