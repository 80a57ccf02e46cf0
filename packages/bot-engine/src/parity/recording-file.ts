import { open } from 'node:fs/promises'
import { EngineError } from '../errors.ts'
import type { RecordingTarget } from '../ports/recording-target.ts'

/**
 * Creates the file of one recording, for the eyes of its owner alone.
 *
 * @throws {@link EngineError} `invalid-options` when there is such a file already, `not-writable` when it cannot be made
 */
export async function createRecordingFile(path: string): Promise<RecordingTarget> {
  const handle = await open(path, 'ax', 0o600).catch((cause: unknown) => {
    throw notCreated(path, cause)
  })
  return {
    append: bytes => handle.appendFile(bytes),
    async close() {
      try {
        await handle.sync()
      } finally {
        await handle.close()
      }
    },
  }
}

function notCreated(path: string, cause: unknown): EngineError {
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : String(cause)
  if (code === 'EEXIST')
    return new EngineError(
      'invalid-options',
      `${path} is there already. Each session has a recording of its own: name another file.`,
      { cause, details: { path } },
    )
  return new EngineError(
    'not-writable',
    `${path} cannot be made (${code}). Check the folder, the space left and the permissions.`,
    { cause, details: { path } },
  )
}
