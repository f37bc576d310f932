// The errors a system call of the module ends with, and how perror prints them.

const TEXTS = {
  EIO: 'Input/output error', ENXIO: 'No such device or address', EACCES: 'Permission denied', EBUSY: 'Device or resource busy',
  EINVAL: 'Invalid argument', ENODATA: 'No data available', ETIME: 'Timer expired', ENETRESET: 'Network dropped connection on reset',
  EINPROGRESS: 'Operation now in progress', ENOENT: 'No such file or directory',
} as const;

export type Errno = keyof typeof TEXTS;

/** `Input/output error`. */
export function errnoText(errno: Errno): string {
  return TEXTS[errno];
}
