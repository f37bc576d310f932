// What the tools of Xen say of its domains.

/** State words of the JSON contract; Xen's `b`, `r` and no letter at all are running. */
export type DomainState = 'running' | 'paused' | 'suspended' | 'crashed' | 'shutdown' | 'off' | 'stuck' | 'unknown';

/** One row of `xm list` or `xl list`. */
export interface XenDomain {
  name: string;
  /** null for a managed domain that does not run. */
  id: number | null;
  memoryBytes: number | null;
  vcpus: number | null;
  state: DomainState;
  /** The letters as printed, `-b----`; '' where the column is blank. */
  letters: string;
  cpuSeconds: number | null;
}

/** The answer of `xm list` or `xl list`. */
export interface XenList {
  /** `xm` or `xl`, when known. */
  tool: string | null;
  domains: XenDomain[];
}

/** One domain in the last sample of xentop: its use since it began, but for the CPU since the sample before. */
export interface XentopDomain {
  /** At most 10 characters where xentop does not know -f. */
  name: string;
  state: DomainState;
  /** The letters `dsbcpr` as printed, `--b---`. */
  letters: string;
  cpuSeconds: number | null;
  /** Of one CPU, since the sample before; null where there was none. */
  cpuPercent: number | null;
  memoryBytes: number | null;
  /** null: no limit (Domain-0), or not told. */
  maxMemoryBytes: number | null;
  vcpus: number | null;
  networkSentBytes: number | null;
  networkReceivedBytes: number | null;
  diskReads: number | null;
  diskWrites: number | null;
}

/** The last sample of xentop. */
export interface Xentop {
  domains: XentopDomain[];
}
