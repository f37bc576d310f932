// Times in configuration files, divided where the world is in a hurry, so that what is read stays true.

/** A time of ha.cf: whole seconds, else milliseconds. */
export function haTime(seconds: number, hurry: number): string {
  const value = seconds / hurry;
  return Number.isInteger(value) ? String(value) : `${Math.max(1, Math.round(value * 1000))}ms`;
}

/** Seconds of drbd.conf (connect-int, ping-int, wfc-timeout). Below a second with a fraction, which only a world in a hurry has. */
export function drbdSeconds(seconds: number, hurry: number): string {
  const value = seconds / hurry;
  return value >= 1 ? String(Math.round(value)) : value.toFixed(2);
}

/** Tenths of a second of drbd.conf (timeout). */
export function drbdTenths(tenths: number, hurry: number): string {
  const value = tenths / hurry;
  return value >= 1 ? String(Math.round(value)) : value.toFixed(2);
}
