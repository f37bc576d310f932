// Waits for a condition, not for a time.

/** Resolves with the first result of `check` that is neither false nor null nor undefined; fails after `timeoutMs`. */
export async function until<T>(what: string, check: () => T | false | null | undefined, timeoutMs = 10_000): Promise<T> {
  const end = Date.now() + timeoutMs;
  for (;;) {
    const result = check();
    if (result !== false && result !== null && result !== undefined) return result;
    if (Date.now() > end) throw new Error(`waited ${timeoutMs} ms in vain for: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
