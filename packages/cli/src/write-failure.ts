import { CliError } from './errors.ts'

/** What the system refuses for reasons that lie outside the program. */
const REASONS: Readonly<Record<string, string>> = {
  EACCES: 'permission denied',
  EPERM: 'not permitted',
  EROFS: 'the file system is read-only',
  ENOSPC: 'no space is left',
  EDQUOT: 'the quota is used up',
  ENOTDIR: 'a file stands where a folder is needed',
  EEXIST: 'a file stands where a folder is needed',
  EISDIR: 'a folder stands where a file is needed',
  ENAMETOOLONG: 'the name is too long',
  EIO: 'the device failed',
  EFBIG: 'the file would be too large',
}

/** What a call of the system that only looks does: those that are not here write. */
const LOOKS: Readonly<Record<string, string>> = {
  access: 'read',
  lstat: 'read',
  // Whether it was to write is not told.
  open: 'opened',
  opendir: 'read',
  read: 'read',
  readlink: 'read',
  realpath: 'read',
  scandir: 'read',
  stat: 'read',
}

/** Whether the system refused something for reasons that lie outside the program. */
export function isRefused(error: unknown): boolean {
  return error instanceof Error && 'code' in error && REASONS[String(error.code)] !== undefined
}

/** Why the system refused something, e.g. `ENOSPC, no space is left`. */
export function systemReason(error: unknown): string {
  const { code } = (error instanceof Error ? error : {}) as NodeJS.ErrnoException
  const reason = REASONS[code ?? '']
  return code === undefined ? String(error) : reason === undefined ? code : `${code}, ${reason}`
}

/** A failure of the system that nobody caught on its way, named; any other as it is, also of a program to start. */
export function namedFailure(error: unknown): unknown {
  const { code, path, syscall = '' } = (error instanceof Error ? error : {}) as NodeJS.ErrnoException
  // Node says ENOENT of a folder that it was to make with all above it on a read-only file system.
  const reason = code === 'ENOENT' && syscall === 'mkdir' ? 'it cannot be made there' : REASONS[code ?? '']
  if (reason === undefined || path === undefined || syscall.startsWith('spawn')) return error
  return new CliError(
    'not-writable',
    `${path} cannot be ${LOOKS[syscall] ?? 'written'} (${code}, ${reason}). Check its permissions and the space left, or work in another folder.`,
    { cause: error },
  )
}

/** Output that is gone: the file that it was sent to has not all of it. Whoever read it and has gone wanted no more. */
export function outputFailure(error: NodeJS.ErrnoException): CliError | undefined {
  if (error.code === 'EPIPE') return undefined
  const reason = REASONS[error.code ?? ''] ?? error.message
  return new CliError(
    'not-writable',
    `The output cannot be written (${error.code}, ${reason}): what it was sent to has not all of it. Send it elsewhere.`,
    { cause: error },
  )
}
