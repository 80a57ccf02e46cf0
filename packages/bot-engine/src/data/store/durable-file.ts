import { open, rename, rm } from 'node:fs/promises'
import { EngineError } from '../../errors.ts'

/**
 * Writes a file beside its place and renames it: a reader sees the old one or the new one, and a crash leaves one of them.
 *
 * @param temporary Of its own where nothing keeps a second writer away.
 * @throws {@link EngineError} `not-writable`
 */
export async function writeDurably(
  path: string,
  bytes: Buffer,
  temporary: string = `${path}.writing`,
): Promise<void> {
  try {
    const handle = await open(temporary, 'w')
    try {
      await handle.writeFile(bytes)
      await handle.sync()
    } finally {
      await handle.close()
    }
    await rename(temporary, path)
  } catch (cause) {
    await rm(temporary, { force: true }).catch(() => undefined)
    throw unwritable(path, cause)
  }
}

/** The code of a failure of the file system. */
export function codeOf(cause: unknown): string | undefined {
  return cause instanceof Error && 'code' in cause ? String(cause.code) : undefined
}

/** A file that is there, or should be, and cannot be read. */
export function unreadable(path: string, cause: unknown): EngineError {
  return new EngineError(
    'data-missing',
    `${path} cannot be read (${codeOf(cause) ?? String(cause)}). Check the path and its permissions.`,
    { cause, details: { path } },
  )
}

/** A file that cannot be written. */
export function unwritable(path: string, cause: unknown): EngineError {
  return new EngineError(
    'not-writable',
    `${path} cannot be written (${codeOf(cause) ?? String(cause)}). Check the space left and the permissions.`,
    { cause, details: { path } },
  )
}
