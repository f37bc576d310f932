// Times of the JSON contract.

/** ISO 8601 UTC of epoch ms; null where there is no such time (a node's clock can say anything). */
export function isoTime(at: number | null): string | null {
  if (at === null || !Number.isFinite(at) || Math.abs(at) > 8.64e15) return null;
  return new Date(at).toISOString();
}
