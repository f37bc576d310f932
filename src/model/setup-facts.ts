// What a node says of how it was set up: what starts at boot, its configuration files by checksum, versions.

/** A service that the cluster stands on, where the node has it. */
export interface Service {
  name: string;
  /** null: not known, as with a runlevel that is not told or a unit that others start. */
  atBoot: boolean | null;
  /** What says so: the start link, or systemd's word. */
  how: string;
}

export interface Boot {
  /** As /etc/inittab names it; null where that does not say. */
  runlevel: string | null;
  services: Service[];
  /** Names in /etc/xen/auto: the domains that xendomains starts. */
  autostarted: string[];
}

/** A configuration file that should be the same on all nodes. Its text never leaves the node. */
export interface SetupFile {
  path: string;
  /** CRC of cksum (POSIX), decimal; null where it could not be read. */
  sum: string | null;
  sizeBytes: number | null;
  /** Octal, `600`; null where it was not told. */
  mode: string | null;
}

export interface SetupFiles {
  files: SetupFile[];
  /** Directories with more files than are looked at. */
  moreIn: string[];
}

export interface Package {
  name: string;
  /** As the package manager prints it; several, with a comma between, where several are installed. */
  version: string;
}

export interface Versions {
  /** Of drbdadm; null where it is not there or tells none. */
  drbdTools: string | null;
  /** Of Xen, from /sys/hypervisor; null where that is not there. */
  xen: string | null;
  /** Installed packages of a fixed list, by name; null: no package manager that could be asked. */
  packages: Package[] | null;
}
